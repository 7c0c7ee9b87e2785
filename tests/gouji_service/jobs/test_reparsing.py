"""One kept report parsed again: its outcome, whatever came of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gouji.document import UnreadableSource
from gouji.results import Recovery
from gouji_service.jobs.queue import Item, Order, claim_items, create_job
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.parsing import WorkerLost
from gouji_service.problems import Problem
from gouji_service.store.deleting import delete_reports
from gouji_service.store.filters import ReportFilter, list_ids
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text

DATA = sample_text(1)


def item_of(store: Store, **order: Any) -> Item:
    """The item of a job over the one kept report."""
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(DATA, sample_recovery(DATA, confidence=0.5), declared_type="text/plain"))
    create_job(store, Order(wanted=ReportFilter(), **order))
    (item,) = claim_items(store, "w", limit=1, lease=60)
    return item


def parse(confidence: float, parts: int = 1) -> Any:
    def recover(data: bytes, **how: Any) -> Sequence[Recovery]:
        assert (data, how["media_type"]) == (DATA, "text/plain")
        found = sample_recovery(data, confidence=confidence)
        return [replace(found, part=n, parts=parts) for n in range(1, parts + 1)]

    return recover


@pytest.mark.parametrize(
    ("confidence", "order", "outcome", "current"),
    [
        (0.9, {}, "improved", True),
        (0.4, {}, "worse", False),
        (0.4, {"force": True}, "worse", True),
        (0.9, {"dry_run": True}, "improved", True),
    ],
)
def test_a_better_run_is_shown(store: Store, confidence: float, order: Any, outcome: str, current: bool) -> None:
    finish = reparse_item(store, item_of(store, **order), parse(confidence))
    assert finish is not None
    assert (finish.outcome, finish.became_current, finish.before, finish.after) == (outcome, current, 0.5, confidence)
    assert (finish.run_id is None) is order.get("dry_run", False)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnreadableSource("encrypted"), "unreadable: encrypted"),
        (WorkerLost("killed\nSegmentation fault"), "internal: Segmentation fault"),
    ],
)
def test_what_cannot_be_parsed_is_an_outcome_with_its_reason(store: Store, error: Exception, reason: str) -> None:
    def fail(data: bytes, **how: Any) -> Sequence[Recovery]:
        raise error

    finish = reparse_item(store, item_of(store), fail)
    assert finish is not None
    assert (finish.outcome, finish.reason) == ("failed", reason)


def test_a_source_of_more_reports_now_says_so_and_keeps_the_others(store: Store) -> None:
    finish = reparse_item(store, item_of(store), parse(0.6, parts=2))
    assert finish is not None
    assert finish.reason == "several_reports: the source holds 2 reports, 1 when it was kept"
    assert len(list_ids(store, ReportFilter())) == 2


def test_callers_of_the_server_come_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    asked = 0

    def busy(data: bytes, **how: Any) -> Sequence[Recovery]:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise Problem("busy", "later")
        found: Sequence[Recovery] = parse(0.9)(data, **how)
        return found

    finish = reparse_item(store, item_of(store), busy)
    assert finish is not None
    assert (finish.outcome, asked) == ("improved", 3)


def test_a_report_that_was_deleted_meanwhile_is_no_outcome(store: Store) -> None:
    item = item_of(store)
    delete_reports(store, [item.report_id])
    assert reparse_item(store, item, parse(0.9)) is None
