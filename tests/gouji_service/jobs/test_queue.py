import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, select, update

from gouji_service.jobs.queue import (
    ATTEMPTS,
    Finish,
    Item,
    NoSuchReports,
    Order,
    cancel_job,
    claim_item,
    claim_items,
    create_job,
    extend_leases,
    finish_item,
    release_items,
    resume_job,
)
from gouji_service.jobs.views import count_waiting, is_work_left, list_jobs, list_open_items, read_items, read_job
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import JobItem, Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text

DONE = Finish("unchanged", before=0.5, after=0.5)


def fill(store: Store, reports: int) -> list[str]:
    ids = []
    with store.writing() as connection:
        for seed in range(reports):
            data = sample_text(seed)
            ids.append(save_parsed(store, connection, Parsed(data, sample_recovery(data))).report_id)
    return ids


def job_of(store: Store, job_id: str) -> dict[str, object]:
    with store.reading() as connection:
        return read_job(connection, job_id)


def finish(store: Store, item: Item, outcome: Finish = DONE) -> Finish | None:
    return finish_item(store, item, lambda _: outcome)


def let_leases_run_out(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(update(JobItem).values(lease_until=store.now(connection) - 1))


def test_a_job_takes_what_its_filter_picks_in_order(store: Store) -> None:
    ids = fill(store, 12)
    job = create_job(store, Order(wanted=ReportFilter(confidence_below=0.85)))
    items = claim_items(store, "w", limit=99, lease=60)
    assert [item.report_id for item in items] == ids[:5]
    assert job_of(store, job)["total"] == 5
    assert claim_items(store, "other", limit=99, lease=60) == []


def test_a_job_of_ids_keeps_their_number_however_many(store: Store) -> None:
    ids = fill(store, 7)
    job = create_job(store, Order(wanted=ReportFilter(ids=[*ids, ids[0]])))
    assert job_of(store, job)["total"] == 7
    with pytest.raises(NoSuchReports, match="1 of 2"):
        create_job(store, Order(wanted=ReportFilter(ids=[ids[0], "0" * 26])))
    with store.reading() as connection:
        assert len(list_jobs(connection)) == 1


def test_a_job_over_nothing_is_done(store: Store) -> None:
    assert job_of(store, create_job(store, Order()))["state"] == "done"


def test_counts_and_reasons_are_those_of_the_items(store: Store) -> None:
    fill(store, 4)
    job = create_job(store, Order())
    outcomes = [
        Finish("improved", before=0.1, after=0.9, changed_cells=3),
        Finish("worse"),
        DONE,
        Finish("failed", "no"),
    ]
    assert job_of(store, job)["state"] == "queued"
    for item, outcome in zip(claim_items(store, "w", limit=9, lease=60), outcomes, strict=True):
        assert job_of(store, job)["state"] == "running"
        assert finish(store, item, outcome) == outcome
    told = job_of(store, job)
    assert {key: told[key] for key in ("state", "total", "done", "improved", "unchanged", "worse", "failed")} == {
        "state": "done", "total": 4, "done": 4, "improved": 1, "unchanged": 1, "worse": 1, "failed": 1,
    }  # fmt: skip
    with store.reading() as connection:
        assert [i["reason"] for i in read_items(connection, job, outcome="failed")] == ["no"]
        assert [i["n"] for i in read_items(connection, job, after=1, limit=2)] == [2, 3]
        assert count_waiting(connection) == 0


def test_many_workers_share_a_job_and_none_does_an_item_twice(store: Store) -> None:
    fill(store, 40)
    job = create_job(store, Order())

    def work(owner: str) -> list[int]:
        mine = []
        while items := claim_items(store, owner, limit=3, lease=60):
            for item in items:
                assert finish(store, item) is not None
                mine.append(item.n)
        return mine

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(work, "abcd"))
    assert sorted(n for mine in done for n in mine) == list(range(1, 41))
    assert job_of(store, job)["done"] == 40


def test_a_lease_that_ran_out_is_taken_over_and_the_first_holder_writes_nothing(store: Store) -> None:
    (report,) = fill(store, 1)
    job = create_job(store, Order())
    (lost,) = claim_items(store, "slow", limit=1, lease=60)
    let_leases_run_out(store)
    (taken,) = claim_items(store, "quick", limit=1, lease=60)

    def write(connection: Connection) -> Finish:
        connection.execute(update(Report).where(Report.id == report).values(title="too late"))
        return DONE

    assert finish_item(store, lost, write) is None
    with store.reading() as connection:
        assert connection.execute(select(Report.title)).scalar_one() != "too late"
    assert finish(store, taken) == DONE
    assert finish(store, taken) is None
    assert job_of(store, job)["done"] == 1


def test_what_fails_while_it_is_written_is_not_done(store: Store) -> None:
    (report,) = fill(store, 1)
    create_job(store, Order())
    (item,) = claim_items(store, "w", limit=1, lease=60)

    def write(connection: Connection) -> Finish:
        connection.execute(update(Report).where(Report.id == report).values(title="half"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        finish_item(store, item, write)
    with store.reading() as connection:
        assert connection.execute(select(Report.title)).scalar_one() != "half"
        assert connection.execute(select(JobItem.state)).scalar_one() == "leased"


def test_signs_of_life_keep_a_lease(store: Store) -> None:
    fill(store, 1)
    create_job(store, Order())
    claim_items(store, "w", limit=1, lease=0.05)
    extend_leases(store, "w", lease=60)
    time.sleep(0.06)
    assert claim_items(store, "other", limit=1, lease=60) == []


def test_a_worker_that_ends_well_hands_back_what_it_did_not_begin(store: Store) -> None:
    fill(store, 2)
    create_job(store, Order())
    first = claim_items(store, "w", limit=2, lease=60)
    release_items(store, "w")
    again = claim_items(store, "other", limit=2, lease=60)
    assert [item.n for item in again] == [item.n for item in first]
    with store.reading() as connection:
        assert set(connection.execute(select(JobItem.attempts)).scalars()) == {1}


def test_a_report_that_ends_its_workers_is_given_up_with_the_reason(store: Store) -> None:
    fill(store, 1)
    job = create_job(store, Order())
    for _ in range(ATTEMPTS):
        assert len(claim_items(store, "w", limit=1, lease=60)) == 1
        let_leases_run_out(store)
    assert claim_items(store, "w", limit=1, lease=60) == []
    told = job_of(store, job)
    assert (told["state"], told["failed"]) == ("done", 1)
    with store.reading() as connection:
        assert "lost 3 times" in str(read_items(connection, job)[0]["reason"])


def test_a_cancelled_job_stops_and_goes_on_where_it_stopped(store: Store) -> None:
    fill(store, 5)
    job = create_job(store, Order())
    first, second = claim_items(store, "w", limit=2, lease=60)
    finish(store, first)
    cancel_job(store, job)
    assert finish(store, second) is None
    assert claim_items(store, "w", limit=5, lease=60) == []
    assert (job_of(store, job)["state"], job_of(store, job)["done"]) == ("cancelled", 1)
    assert not is_work_left(store)
    resume_job(store, job)
    items = claim_items(store, "w", limit=9, lease=60)
    assert [item.n for item in items] == [2, 3, 4, 5]
    for item in items:
        finish(store, item)
    assert (job_of(store, job)["state"], job_of(store, job)["done"]) == ("done", 5)
    cancel_job(store, job)
    assert job_of(store, job)["state"] == "done"
    for change in (cancel_job, resume_job):
        with pytest.raises(KeyError):
            change(store, "0" * 26)


def test_cancelling_and_resuming_loses_no_worker(store: Store) -> None:
    """What is taken back from its worker counts as no attempt, however often; a lease that runs out still does."""
    fill(store, 1)
    job = create_job(store, Order())
    for _ in range(5):
        assert [item.n for item in claim_items(store, "w", limit=1, lease=60)] == [1]
        cancel_job(store, job)
        resume_job(store, job)
    assert claim_items(store, "w", limit=1, lease=60)
    let_leases_run_out(store)
    (item,) = claim_items(store, "w", limit=1, lease=60)
    with store.reading() as connection:
        assert read_items(connection, job)[0]["attempts"] == 2
    assert finish(store, item) is not None
    assert (job_of(store, job)["state"], job_of(store, job)["failed"]) == ("done", 0)


def test_leases_run_by_the_clock_of_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose own clock is a day ahead takes nothing over from the others: PostgreSQL has a clock of its own."""
    fill(store, 1)
    create_job(store, Order())
    assert claim_items(store, "w", limit=1, lease=60)
    if not store.is_sqlite:  # its file is on the machine whose clock it is
        ahead = time.time() + 86_400
        monkeypatch.setattr(time, "time", lambda: ahead)
    assert claim_items(store, "other", limit=1, lease=60) == []


def test_jobs_of_a_cluster_are_left_to_it(store: Store) -> None:
    fill(store, 2)
    job = create_job(store, Order(runner="cluster"))
    assert claim_items(store, "w", limit=2, lease=60) == []
    assert list_open_items(store, job, 0, 9) == [1, 2]
    item = claim_item(store, job, 2, "dask-1", lease=60)
    assert item is not None
    again = claim_item(store, job, 2, "dask-2", lease=60)
    assert again is not None
    assert finish(store, item) is None
    assert finish(store, again) == DONE
    assert claim_item(store, job, 2, "dask-3", lease=60) is None
    assert list_open_items(store, job, 0, 9) == [1]


def test_the_oldest_job_comes_first(store: Store) -> None:
    fill(store, 3)
    first, second = create_job(store, Order()), create_job(store, Order())
    assert {item.job_id for item in claim_items(store, "w", limit=9, lease=60)} == {first}
    assert {item.job_id for item in claim_items(store, "w", limit=9, lease=60)} == {second}
    assert claim_items(store, "w", limit=9, lease=60, job_id=first) == []
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(JobItem)).scalar_one() == 6
