"""The loop of a worker: it does what waits, hands back what it did not begin, and dies heard."""

import threading
import time

import pytest
from sqlalchemy import select

from gouji_service.jobs.queue import Finish, Item, Order, create_job, finish_item
from gouji_service.jobs.views import read_job
from gouji_service.jobs.working import Work, new_owner, work_on_jobs
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import JobItem
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def job(store: Store) -> str:
    with store.writing() as connection:
        for seed in range(6):
            save_parsed(store, connection, Parsed(sample_text(seed), sample_recovery(sample_text(seed))))
    return create_job(store, Order(wanted=ReportFilter()))


def do(store: Store, item: Item) -> Finish | None:
    return finish_item(store, item, lambda _: Finish("unchanged"))


def test_every_item_is_done_once_and_followed(store: Store, job: str) -> None:
    followed: list[tuple[int, str | None]] = []
    work_on_jobs(
        Work(store, do),
        stop=threading.Event(),
        threads=2,
        until_done=True,
        follow=lambda item, finish: followed.append((item.n, finish and finish.outcome)),
    )
    assert sorted(followed) == [(n, "unchanged") for n in range(1, 7)]
    with store.reading() as connection:
        assert read_job(connection, job)["state"] == "done"


def test_who_is_told_to_stop_hands_back_what_it_did_not_begin(store: Store, job: str) -> None:
    stop = threading.Event()

    def do_one(store: Store, item: Item) -> Finish | None:
        stop.set()
        return do(store, item)

    work_on_jobs(Work(store, do_one, at_once=4), stop=stop)
    with store.reading() as connection:
        states = connection.execute(select(JobItem.state, JobItem.owner).order_by(JobItem.n)).all()
        assert read_job(connection, job)["done"] == 1
    assert [row.state for row in states] == ["done"] + ["queued"] * 5
    assert all(row.owner is None for row in states[1:])


def test_an_error_of_any_thread_is_raised(store: Store, job: str) -> None:
    def fail(store: Store, item: Item) -> Finish | None:
        raise ZeroDivisionError(item.n)

    stop = threading.Event()
    with pytest.raises(ZeroDivisionError):
        work_on_jobs(Work(store, fail), stop=stop, threads=2, until_done=True)
    assert stop.is_set()


def test_leases_are_kept_alive_while_an_item_takes_long(store: Store, job: str) -> None:
    leases: list[float] = []

    def slow(store: Store, item: Item) -> Finish | None:
        if not leases:
            for _ in range(2):
                with store.reading() as connection:
                    until = select(JobItem.lease_until).where(JobItem.n == item.n)
                    leases.append(float(connection.execute(until).scalar_one() or 0))
                time.sleep(0.4)
        return do(store, item)

    work_on_jobs(Work(store, slow, lease=0.6), stop=threading.Event(), until_done=True)
    assert leases[1] > leases[0]


def test_owners_are_told_apart() -> None:
    assert new_owner() != new_owner()
    assert len(new_owner()) <= 64
