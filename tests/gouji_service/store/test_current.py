"""Which run is shown, and what a list knows of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gouji.results import Notice
from gouji_service.store.corrections import Review, review_report
from gouji_service.store.current import make_current
from gouji_service.store.saving import Parsed, Saved, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def keep(store: Store, seed: int = 1, again: bool = False, code: str = "sample", **how: Any) -> Saved:
    data = sample_text(seed)
    recovery = sample_recovery(data, **how)
    recovery = replace(recovery, warnings=(Notice(code, "said"),), needs_review=code != "sample")
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery), again=again)


def listed(store: Store, *columns: Any) -> tuple[object, ...]:
    with store.reading() as connection:
        return tuple(connection.execute(select(*columns)).one())


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"confidence": 0.99}, (0, False)),
        ({"confidence": 0.5}, (0, True)),
        ({"confidence": 0.99, "unsure": 2}, (2, True)),
        ({"confidence": 0.99, "code": "cut_off"}, (0, True)),
    ],
)
def test_a_list_knows_what_asks_for_a_review(store: Store, how: dict[str, Any], expected: tuple[int, bool]) -> None:
    saved = keep(store, **how)
    assert listed(store, Report.failed_checks, Report.needs_review) == expected
    with store.writing() as connection:
        make_current(store, connection, saved.report_id, saved.run_id)
    assert listed(store, Report.failed_checks, Report.needs_review) == expected  # made anew, they are the same


def test_another_run_is_shown_with_its_own_figures_and_a_new_revision(store: Store) -> None:
    first = keep(store, confidence=0.6)
    second = keep(store, again=True, confidence=0.99)
    assert listed(store, Report.run_id, Report.confidence) == (second.run_id, 0.99)
    before = listed(store, Report.revision)[0]
    with store.writing() as connection:
        make_current(store, connection, first.report_id, first.run_id)
    assert listed(store, Report.run_id, Report.confidence, Report.needs_review) == (first.run_id, 0.6, True)
    assert listed(store, Report.revision) == (int(str(before)) + 1,)


@pytest.mark.parametrize(("same", "reviewed"), [(True, True), (False, False)])
def test_a_review_counts_for_a_run_that_reads_the_same(store: Store, same: bool, reviewed: bool) -> None:
    saved = keep(store, confidence=0.5)
    with store.writing() as connection:
        review_report(store, connection, saved.report_id, Review(reviewed=True))
        make_current(store, connection, saved.report_id, saved.run_id, reads_the_same=same)
    assert listed(store, Report.reviewed, Report.needs_review) == (reviewed, not reviewed)


def test_a_run_of_another_report_is_refused(store: Store) -> None:
    first = keep(store, 1)
    with store.writing() as connection:
        other = save_parsed(store, connection, Parsed(sample_text(2), sample_recovery(sample_text(2))))
    with pytest.raises(KeyError), store.writing() as connection:
        make_current(store, connection, first.report_id, other.run_id)
