"""The same re-parse job on a Dask cluster: workers on other machines, PostgreSQL as the store that they share.

The store stays the one book of what is done. Dask carries only (job, item number); a worker that is lost has its
items sent to another, and whoever finishes first writes: the other finds the item no longer its own. So no report is
parsed into the store twice and none is lost, whatever the scheduler believes.
"""

import atexit
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from distributed import Client, Future, wait

from gouji_service.jobs.queue import ATTEMPTS, Finish, Item, claim_item, close_if_done, finish_item
from gouji_service.jobs.reparsing import Parse, reparse_item
from gouji_service.jobs.views import is_work_left, list_open_items
from gouji_service.jobs.working import new_owner
from gouji_service.parsing import ParserPool
from gouji_service.settings import Settings
from gouji_service.store.errors import retry_store
from gouji_service.store.store import Store, open_settings_store

IN_FLIGHT = 2  # items a worker thread: one under way, one waiting. The rest stays in the store
_LEASE = 3600.0  # nobody waits for these leases: an item that is sent again is taken over at once
_opening = threading.Lock()


@cache
def _open(settings: Settings) -> Store:
    return open_settings_store(settings)


@cache
def _pool(timeout: float, review_below: float, second_reader: str | None) -> ParserPool:
    # 4 at most: each is started when it is needed
    pool = ParserPool(4, timeout=timeout, review_below=review_below, second_reader=second_reader)
    atexit.register(pool.close)  # its processes are waited for when this one ends
    return pool


def _parse(settings: Settings) -> Parse:
    """Parsing in processes of its own: what hangs there costs its item, not the Dask worker."""
    return _pool(settings.request_timeout, settings.review_below, settings.second_reader or None).parse


def do_item(settings: Settings, job_id: str, n: int) -> Finish | None:
    """What a Dask worker does: one item, from its lease to its commit. None: done by another, or the job is closed."""
    with _opening:
        store, parse = _open(settings), _parse(settings)
    item = retry_store(lambda: claim_item(store, job_id, n, new_owner(), lease=_LEASE))
    if item is None:
        return None
    return reparse_item(store, item, parse)


def reparse_on_cluster(
    store: Store,
    settings: Settings,
    scheduler: str,
    job_id: str,
    *,
    stop: threading.Event,
    follow: Callable[[Item, Finish | None], None],
    do: Callable[[Settings, str, int], Finish | None] = do_item,
) -> None:
    """Send the open items of a job to the workers of a scheduler, never more than they can take, until all are done.

    Needs a database that the workers reach: PostgreSQL, or SQLite where all are on this machine. Raises OSError when
    there is no scheduler, StoreError when the store stays away.
    """
    settings = replace(settings, database_url=settings.database, data_dir=settings.data_dir.absolute())
    with Client(scheduler, set_as_default=False) as client, client.as_current():  # type: ignore[no-untyped-call]
        while not stop.is_set() and retry_store(lambda: is_work_left(store, job_id)):
            if not _send_round(client, store, settings, job_id, stop, follow, do):
                break
    with store.writing() as connection:
        close_if_done(store, connection, job_id)


def _send_round(
    client: Client,
    store: Store,
    settings: Settings,
    job_id: str,
    stop: threading.Event,
    follow: Callable[[Item, Finish | None], None],
    do: Callable[[Settings, str, int], Finish | None],
) -> bool:
    """Every open item once, in the order of the job. False when nothing came of any: the job was closed."""
    flying: dict[Future[Any], int] = {}
    last, progress, more = 0, False, True
    while flying or more:
        places = IN_FLIGHT * max(sum(client.nthreads().values()), 1)  # type: ignore[no-untyped-call]
        while more and not stop.is_set() and len(flying) < places:
            numbers = retry_store(partial(list_open_items, store, job_id, last, places - len(flying)))
            more = bool(numbers)
            for n in numbers:
                key = f"gouji-{job_id}-{n}"
                flying[client.submit(do, settings, job_id, n, key=key, pure=False, retries=2)] = n
                last = n
        if stop.is_set():
            more = False
        if not flying:
            break
        done = wait(list(flying), return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
        for future in done:
            finish = _collect(store, job_id, flying.pop(future), future)
            future.release()
            if finish is not None:
                progress = True
                follow(Item(job_id, 0, "", "", False, False, ""), finish)
    return progress


def _collect(store: Store, job_id: str, n: int, future: "Future[Any]") -> Finish | None:
    """The outcome of a task. What Dask gave up (a report that ends its workers, a store that is away) has failed."""
    error = future.exception() if future.status == "error" else None  # type: ignore[no-untyped-call]
    if error is None:
        finish: Finish | None = future.result() if future.status == "finished" else None
        return finish
    reason = f"gave up after {ATTEMPTS} attempts: {type(error).__name__}: {error}"[:500]
    item = retry_store(lambda: claim_item(store, job_id, n, new_owner(), lease=_LEASE))
    if item is None:
        return None
    return retry_store(lambda: finish_item(store, item, lambda _: Finish("failed", reason)))
