"""The jobs that a server works on beside its callers."""

import threading
import time
from typing import Any

import pytest

from gouji.recovery import recover_all
from gouji_service.http.metrics import Metrics
from gouji_service.jobs import background
from gouji_service.jobs.background import work_beside
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.views import read_job
from gouji_service.parsing import WorkerLost
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreUnavailable
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


class Parsers:
    """Parsing in this process, in place of workers."""

    def __init__(self) -> None:
        self.asked = 0
        self.lose = threading.Event()

    def parse(self, data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None) -> Any:
        self.asked += 1
        if self.lose.is_set():
            time.sleep(0.3)  # the server ends meanwhile, and takes its parsers along
            raise WorkerLost("gone")
        return recover_all(data, engine="rules")


def begin(store: Store, text: str) -> str:
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(text.encode(), sample_recovery(sample_text(1), confidence=0.1)))
    return create_job(store, Order(wanted=ReportFilter(), engine="rules"))


def done(store: Store, job: str) -> int:
    with store.reading() as connection:
        return int(read_job(connection, job)["done"])


def wait_for(store: Store, job: str) -> None:
    end = time.monotonic() + 20
    while not done(store, job):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_is_done_and_its_parses_are_counted(store: Store, report_text: str) -> None:
    job, metrics = begin(store, report_text), Metrics()
    with work_beside(store, Parsers(), metrics, Settings(job_workers=1)):  # type: ignore[arg-type]
        wait_for(store, job)
    assert b'engine="rules"' in metrics.expose(items=0, requests=0)


def test_nobody_works_behind_the_end(store: Store, report_text: str) -> None:
    with work_beside(store, Parsers(), Metrics(), Settings(job_workers=2)):  # type: ignore[arg-type]
        assert sum(thread.name == "gouji-jobs" for thread in threading.enumerate()) == 2
    assert not [thread for thread in threading.enumerate() if thread.name == "gouji-jobs"]
    job = begin(store, report_text)
    time.sleep(0.2)
    assert done(store, job) == 0


def test_what_was_under_way_when_the_server_ended_is_handed_back(store: Store, report_text: str) -> None:
    parsers = Parsers()
    parsers.lose.set()
    job = begin(store, report_text)
    with work_beside(store, parsers, Metrics(), Settings(job_workers=1)):  # type: ignore[arg-type]
        end = time.monotonic() + 20
        while not parsers.asked:
            assert time.monotonic() < end
            time.sleep(0.01)
    with store.reading() as connection:
        told = read_job(connection, job)
    assert (told["done"], told["failed"]) == (0, 0)


def test_a_store_that_is_away_is_waited_for(store: Store, report_text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_AGAIN", 0.01)
    real, calls = background.work_until_stopped, 0

    def away(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise StoreUnavailable("away") if calls == 1 else ZeroDivisionError
        real(*arguments)

    monkeypatch.setattr(background, "work_until_stopped", away)
    job = begin(store, report_text)
    with work_beside(store, Parsers(), Metrics(), Settings(job_workers=1)):  # type: ignore[arg-type]
        wait_for(store, job)
    assert calls == 3
