"""The loop of a worker: leases items, does them, gives signs of life, hands back what it did not begin."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from gouji_service.jobs.queue import Finish, Item, claim_items, extend_leases, release_items
from gouji_service.jobs.views import is_work_left
from gouji_service.store.errors import StoreError, retry_store
from gouji_service.store.ids import new_id
from gouji_service.store.store import Store

_log = logging.getLogger("gouji")
_AWAY = 600.0  # seconds that a worker waits for a database that is away before it gives up


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does with an item. `at_once`: items leased together by one thread; `idle`: seconds between looks
    into an empty queue.
    """

    store: Store
    do: Callable[[Store, Item], Finish | None]
    lease: float = 60.0
    at_once: int = 4
    idle: float = 1.0


def new_owner() -> str:
    """The name of a worker in the leases: machine, process, and what no other thread shares."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{new_id()}"


@contextmanager
def _signs_of_life(work: Work, owner: str) -> Iterator[None]:
    """Extend the leases while a long parse goes on. A database that is away for a moment is no reason to stop."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(work.lease / 3):
            try:
                extend_leases(work.store, owner, lease=work.lease)
            except StoreError as error:
                _log.warning("leases not extended: %s", error)

    thread = threading.Thread(target=beat, name="gouji-leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work_on_jobs(
    work: Work,
    *,
    stop: threading.Event,
    threads: int = 1,
    job_id: str | None = None,
    until_done: bool = False,
    follow: Callable[[Item, Finish | None], None] = lambda item, finish: None,
) -> None:
    """Work until `stop` is set, or with `until_done` until nothing is left that this worker may take.

    Raises StoreError when the store stays away longer than anyone should wait; the leases then run out by themselves.
    """
    errors: list[BaseException] = []

    def one() -> None:
        try:
            work_until_stopped(work, stop, job_id, until_done, follow)
        except BaseException as error:  # a thread must not die unheard
            errors.append(error)
            stop.set()

    others = [threading.Thread(target=one, name="gouji-worker", daemon=True) for _ in range(threads - 1)]
    for thread in others:
        thread.start()
    one()
    for thread in others:
        thread.join()
    if errors:
        raise errors[0]


def work_until_stopped(
    work: Work,
    stop: threading.Event,
    job_id: str | None = None,
    until_done: bool = False,
    follow: Callable[[Item, Finish | None], None] = lambda item, finish: None,
) -> None:
    """The life of one thread of `work_on_jobs`. An idle one only reads."""
    owner = new_owner()
    claim = partial(claim_items, work.store, owner, limit=work.at_once, lease=work.lease, job_id=job_id)
    left = partial(is_work_left, work.store, job_id)
    with _signs_of_life(work, owner):
        try:
            while not stop.is_set():
                if not retry_store(left, patience=_AWAY):
                    if until_done:
                        return
                    stop.wait(work.idle)
                    continue
                items = retry_store(claim, patience=_AWAY)
                for item in items:
                    if stop.is_set():
                        break
                    follow(item, work.do(work.store, item))
                if not items:  # others hold what is left, and may yet lose it
                    stop.wait(min(work.idle, 0.2))
        finally:
            retry_store(lambda: release_items(work.store, owner), patience=work.lease)
