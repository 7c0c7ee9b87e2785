"""What is known of jobs, from their items."""

import pytest

from gouji_service.jobs.queue import Finish, Order, cancel_job, claim_items, create_job, finish_item
from gouji_service.jobs.views import count_waiting, is_work_left, list_jobs, list_open_items, read_items, read_job
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def job(store: Store) -> str:
    """A job over four reports, of which two are done."""
    with store.writing() as connection:
        for seed in range(4):
            save_parsed(store, connection, Parsed(sample_text(seed), sample_recovery(sample_text(seed))))
    made = create_job(store, Order(wanted=ReportFilter(), engine="rules"))
    for item, outcome in zip(claim_items(store, "w", limit=3, lease=60), ("improved", "failed"), strict=False):
        finish_item(store, item, lambda _, outcome=outcome: Finish(outcome, "why"))  # type: ignore[misc]
    return made


def test_counts_are_those_of_the_items(store: Store, job: str) -> None:
    with store.reading() as connection:
        told = read_job(connection, job)
        counts = [told[key] for key in ("total", "done", "improved", "failed", "worse")]
        assert (told["state"], counts) == ("running", [4, 2, 1, 1, 0])
        assert told["finished_at"] is None
        with pytest.raises(KeyError):
            read_job(connection, "0" * 26)


def test_items_come_in_order_beyond_a_number(store: Store, job: str) -> None:
    with store.reading() as connection:
        assert [i["n"] for i in read_items(connection, job)] == [1, 2, 3, 4]
        assert [i["n"] for i in read_items(connection, job, after=1, limit=2)] == [2, 3]
        (failed,) = read_items(connection, job, outcome="failed")
    assert (failed["state"], failed["reason"], failed["attempts"]) == ("done", "why", 1)
    assert list_open_items(store, job, 0, 10) == [3, 4]
    assert list_open_items(store, job, 3, 10) == [4]


def test_the_latest_job_comes_first(store: Store, job: str) -> None:
    later = create_job(store, Order(wanted=ReportFilter()))
    with store.reading() as connection:
        assert [j["id"] for j in list_jobs(connection)] == [later, job]
        assert [j["id"] for j in list_jobs(connection, before=later)] == [job]
        assert len(list_jobs(connection, limit=1)) == 1


def test_work_is_left_until_a_job_is_closed(store: Store, job: str) -> None:
    assert is_work_left(store, job)
    assert is_work_left(store, None)
    with store.reading() as connection:
        assert count_waiting(connection) == 2
    cancel_job(store, job)
    assert not is_work_left(store, job)
    assert not is_work_left(store, None)
    assert list_open_items(store, job, 0, 10) == []
    with store.reading() as connection:
        assert count_waiting(connection) == 0
