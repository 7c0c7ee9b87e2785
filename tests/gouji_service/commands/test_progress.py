"""How long commands are told to end, and what they show."""

import os
import signal
import threading

import pytest

from gouji_service.commands.progress import job_bar, stop_on_signals
from gouji_service.jobs.queue import Finish, Order, claim_items, create_job
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    stop = threading.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_another_thread_leaves_signals_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def work() -> None:
        with stop_on_signals(threading.Event()):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_bar_follows_the_items_of_its_job(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.writing() as connection:
        for seed in range(2):
            save_parsed(store, connection, Parsed(sample_text(seed), sample_recovery(sample_text(seed))))
    job = create_job(store, Order(wanted=ReportFilter()))
    items = claim_items(store, "w", limit=2, lease=60)
    moved: list[int] = []
    monkeypatch.setattr("tqdm.tqdm.update", lambda self, n=1: moved.append(n))
    with job_bar(store, job) as follow:
        follow(items[0], Finish("improved"))
        follow(items[1], None)  # it was someone else's by then
    assert moved == [1]
