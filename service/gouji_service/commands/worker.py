"""`gouji worker` works on jobs beside the server; with PostgreSQL, on any other machine too."""

import argparse
import threading
from functools import partial
from typing import TYPE_CHECKING

from gouji_service.commands.opening import open_command_store, tell_error
from gouji_service.commands.progress import stop_on_signals
from gouji_service.jobs.batches import do_item
from gouji_service.jobs.working import Work, work_on_jobs
from gouji_service.parsing import ParserPool
from gouji_service.problems import Problem
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji worker`."""
    parser = subparsers.add_parser(
        "worker",
        help="work on jobs without serving HTTP",
        description="Work on re-parse jobs of the store until it is told to end. Several may run, here or elsewhere.",
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes that parse (default: one a core)")
    parser.add_argument("--until-done", action="store_true", help="end when the queue is empty")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Work until SIGTERM or Ctrl-C. 0: told to end, or done; 2: the store cannot be used."""
    workers = arguments.jobs or settings.workers
    stop = threading.Event()
    try:
        with (
            open_command_store("worker", settings, there=True) as store,
            stop_on_signals(stop),
            ParserPool(
                workers,
                timeout=settings.request_timeout,
                review_below=settings.review_below,
                second_reader=settings.second_reader or None,
            ) as pool,
        ):
            work = Work(store, partial(do_item, parse=pool.parse), lease=settings.job_lease)
            work_on_jobs(work, threads=workers, stop=stop, until_done=arguments.until_done)
    except (StoreError, Problem) as error:
        tell_error("worker", error)
        return 2
    return 0
