"""Keeping what was recovered: which run is better, and what changed."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from gouji.tables import Cell, CellState
from gouji_service.store.filters import ReportFilter, list_ids
from gouji_service.store.saving import (
    CONFIDENCE_STEP,
    Outcome,
    Parsed,
    Saved,
    compare_runs,
    count_changes,
    place_reports,
    save_parsed,
    tell_parts,
)
from gouji_service.store.store import Store, content_hash
from gouji_service.store.tables import Report, Slot
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

DATA = sample_text(1)


@pytest.mark.parametrize(
    ("gain", "unsure", "outcome"),
    [
        (0.1, 1, Outcome.IMPROVED),
        (-0.1, 1, Outcome.WORSE),
        (CONFIDENCE_STEP / 2, 1, Outcome.UNCHANGED),
        (-CONFIDENCE_STEP / 2, 1, Outcome.UNCHANGED),
        (0.0, 0, Outcome.IMPROVED),
        (0.1, 2, Outcome.WORSE),
        (-0.1, 0, Outcome.WORSE),
    ],
)
def test_better_on_one_side_and_worse_on_none_is_better(gain: float, unsure: int, outcome: Outcome) -> None:
    before: Any = SimpleNamespace(confidence=0.5, unsure_checks=1)
    assert compare_runs(before, sample_recovery(DATA, confidence=0.5 + gain, unsure=unsure)) is outcome


def keep(store: Store, path: str | None = None, again: bool = False, force: bool = False, **how: Any) -> Saved:
    recovery = sample_recovery(DATA, **how)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(DATA, recovery, path=path), again=again, force=force)


def test_the_first_is_current_the_better_follows_and_the_worse_does_not(store: Store) -> None:
    assert keep(store, confidence=0.5).outcome is Outcome.FIRST
    worse = keep(store, again=True, confidence=0.4)
    assert (worse.outcome, worse.became_current, worse.before, worse.after) == (Outcome.WORSE, False, 0.5, 0.4)
    better = keep(store, again=True, confidence=0.9)
    assert (better.outcome, better.became_current) == (Outcome.IMPROVED, True)
    assert keep(store, again=True, force=True, confidence=0.1).became_current


def test_the_same_parse_again_adds_nothing_unless_it_is_asked_for(store: Store) -> None:
    first = keep(store)
    assert keep(store).run_id == first.run_id
    assert keep(store, again=True).run_id != first.run_id
    assert len(list_ids(store, ReportFilter())) == 1


def test_changes_are_cells_of_another_value_or_state(store: Store) -> None:
    saved = keep(store)
    recovery = sample_recovery(DATA)
    name = "granted.total"
    value = recovery.tables["applications"].cells[name].value
    other = {
        name: Cell((value or 0) + 1, "x", CellState.PRINTED, 0.9),
        "granted.business": Cell(None, None, CellState.UNREAD, 0.9),
    }
    with store.reading() as connection:
        assert count_changes(store, connection, saved.run_id, recovery) == 0
        assert count_changes(store, connection, saved.run_id, set_cells(recovery, "applications", other)) == 2
        assert count_changes(store, connection, None, recovery) == sum(len(t.cells) for t in recovery.tables.values())


def test_a_cell_with_decimals_is_remembered(store: Store) -> None:
    decimals = {"granted.business": Cell(Decimal("2.5"), "2.5", CellState.PRINTED, 0.9)}
    recovery = set_cells(sample_recovery(DATA), "applications", decimals)
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(DATA, recovery))
    with store.reading() as connection:
        fractional = select(Slot.name).where(Slot.fractional.is_(True), Slot.table == "applications")
        assert "granted.business" in connection.execute(fractional).scalars().all()


def test_the_first_place_that_was_told_stays(store: Store) -> None:
    keep(store)
    for path in (None, "a/b.txt", "c/d.txt"):
        with store.writing() as connection:
            place_reports(connection, content_hash(DATA), path)
    with store.reading() as connection:
        assert connection.execute(select(Report.path)).scalars().all() == ["a/b.txt"]


def test_another_number_of_reports_is_told() -> None:
    assert tell_parts(1, 1, 3) is None
    assert tell_parts(1, 2, 0) == "several_reports: the source holds 2 reports, 1 when it was kept"
    assert "stays" in (tell_parts(1, 2, 1) or "")
