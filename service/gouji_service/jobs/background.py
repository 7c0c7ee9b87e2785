"""The jobs that a server works on beside its callers, in threads that hand parsing to the same workers."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from gouji.results import Recovery
from gouji_service.http.metrics import Metrics
from gouji_service.jobs.batches import do_item
from gouji_service.jobs.working import Work, work_until_stopped
from gouji_service.parsing import ParserPool, WorkerLost
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError
from gouji_service.store.store import Store

_AGAIN = 5.0  # seconds until a worker looks again for a store that was away
_log = logging.getLogger("gouji")


class _Ending(Exception):
    """The server ends and takes its parsers along: the item under way is handed back."""


@contextmanager
def work_beside(store: Store, parsers: ParserPool, metrics: Metrics, settings: Settings) -> Iterator[None]:
    """Work on the jobs of the store until the block ends."""
    stop = threading.Event()

    def parse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> list[Recovery]:
        try:
            with metrics.count_parse(engine) as counted:
                found = parsers.parse(data, name=name, media_type=media_type, engine=engine, only=only)
                counted.extend(found)
                return found
        except WorkerLost:
            if stop.is_set():
                raise _Ending from None
            raise

    work = Work(store, partial(do_item, parse=parse), lease=settings.job_lease, at_once=2)

    def live() -> None:
        while not stop.is_set():
            try:
                work_until_stopped(work, stop)
            except _Ending:
                return
            except StoreError as error:
                _log.warning("jobs wait for the store: %s", error)
                stop.wait(_AGAIN)
            except Exception:
                _log.exception("a worker of jobs failed; its leases run out")
                stop.wait(_AGAIN)

    threads = [threading.Thread(target=live, name="gouji-jobs", daemon=True) for _ in range(settings.job_workers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(2.0)  # a long parse is not waited for: its lease runs out, and another worker takes it up
