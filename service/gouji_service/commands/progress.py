"""What long commands show on the terminal, and how they are told to end."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from gouji_service.commands.bar import progress_bar
from gouji_service.jobs.queue import OUTCOMES, Finish, Item
from gouji_service.jobs.views import read_job
from gouji_service.store.store import Store


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM let what is under way come to its end; a second one ends at once."""

    def ask(number: int, _: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's alone
        yield
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def job_bar(store: Store, job_id: str) -> Iterator[Callable[[Item, Finish | None], None]]:
    """A bar of a job, with its counts, moved by the items that this process finishes."""
    with store.reading() as connection:
        job = read_job(connection, job_id)
    counts = Counter({outcome: job[outcome] for outcome in OUTCOMES})
    lock = threading.Lock()
    with progress_bar(job["total"], "report", job["done"]) as bar:

        def follow(_: Item, finish: Finish | None) -> None:
            if finish is not None:
                with lock:
                    counts[finish.outcome] += 1
                    bar.set_postfix(counts, refresh=False)
                    bar.update()

        yield follow
