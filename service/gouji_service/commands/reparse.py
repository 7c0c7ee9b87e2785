"""`gouji reparse`: starts, follows and resumes a job that parses kept reports again."""

import argparse
import json
import threading
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from gouji.extras import require_extra
from gouji.scoring.engines import ENGINES
from gouji_service.commands.opening import open_command_store, tell_error
from gouji_service.commands.picking import add_filters, arguments_to_filter
from gouji_service.commands.progress import job_bar, stop_on_signals
from gouji_service.jobs.queue import NoSuchReports, Order, create_job, resume_job
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.jobs.views import read_items, read_job
from gouji_service.jobs.working import Work, work_on_jobs
from gouji_service.parsing import ParserPool
from gouji_service.problems import Problem
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError
from gouji_service.store.filters import ReportFilter
from gouji_service.store.store import Store
from gouji_service.wording import tell

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji reparse`."""
    parser = subparsers.add_parser(
        "reparse",
        help="parse kept reports again",
        description="Parse kept reports again, as a job that survives its workers. A new result is shown from then on "
        "only if it is better, unless --force. Prints the job as one line of JSON; with --dry-run, before it, a line "
        "for each report that would change.",
    )
    pick = add_filters(parser)
    pick.add_argument("--stale", action="store_true", help="not yet parsed by the parser installed here")
    pick.add_argument("--all", action="store_true", help="every report")
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--force", action="store_true", help="show the new result even if it is not better")
    parser.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes that parse (default: one a core)")
    parser.add_argument("--scheduler", metavar="tcp://…", help="work on this Dask cluster (extra: cluster)")
    parser.add_argument("--resume", metavar="JOB", help="go on with a job that was cancelled or interrupted")
    parser.add_argument("--queue", action="store_true", help="queue the job and leave it to the workers")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Start or resume a job and work on it to its end. 0: done; 1: some failed; 2: no such job, nothing picked."""
    wanted = arguments_to_filter(arguments, settings)
    if wanted == ReportFilter() and not arguments.all and arguments.resume is None:
        tell("reparse", "which_reports")
        return 2
    if arguments.scheduler:
        require_extra("distributed", "cluster")
    try:
        with open_command_store("reparse", settings, filled=True) as store:
            return _run(arguments, settings, store, wanted)
    except (StoreError, NoSuchReports, Problem) as error:
        tell_error("reparse", error)
        return 2


def _run(arguments: argparse.Namespace, settings: Settings, store: Store, wanted: ReportFilter) -> int:
    if arguments.resume is not None:
        job_id = str(arguments.resume)
        try:
            resume_job(store, job_id)
        except KeyError:
            tell("reparse", "no_job", job=job_id)
            return 2
    else:
        runner = "cluster" if arguments.scheduler else "local"
        order = Order(
            wanted=wanted,
            engine=arguments.engine,
            dry_run=arguments.dry_run,
            force=arguments.force,
            runner=runner,
        )
        job_id = create_job(store, order)
    stop = threading.Event()
    if not arguments.queue:
        with stop_on_signals(stop), job_bar(store, job_id) as follow:
            if arguments.scheduler:
                from gouji_service.jobs.cluster import reparse_on_cluster  # the extra need not be installed

                try:
                    reparse_on_cluster(store, settings, arguments.scheduler, job_id, stop=stop, follow=follow)
                except OSError as error:
                    tell("reparse", "no_scheduler", place=arguments.scheduler, error=error)
                    stop.set()
            else:
                workers = arguments.jobs or settings.workers
                with ParserPool(
                    workers,
                    timeout=settings.request_timeout,
                    review_below=settings.review_below,
                    second_reader=settings.second_reader or None,
                ) as pool:
                    work = Work(store, partial(reparse_item, parse=pool.parse), lease=settings.job_lease)
                    work_on_jobs(work, threads=workers, stop=stop, job_id=job_id, until_done=True, follow=follow)
    with store.reading() as connection:
        job = read_job(connection, job_id)
    if job["dry_run"]:
        for line in _would_change(store, job_id):
            print(line)
    print(json.dumps(job, ensure_ascii=False))
    if stop.is_set() and job["state"] in ("queued", "running"):
        tell("reparse", "interrupted", again=f"gouji reparse --resume {job_id}")
        return 130
    return 1 if job["failed"] else 0


def _would_change(store: Store, job_id: str) -> Iterator[str]:
    after = 0
    while True:
        with store.reading() as connection:
            items = read_items(connection, job_id, after=after, limit=500)
        if not items:
            return
        after = items[-1]["n"]
        for item in items:
            if item["outcome"] != "unchanged" or item["changed_cells"]:
                keys = ("report_id", "outcome", "reason", "before", "after", "changed_cells", "became_current")
                yield json.dumps({key: item[key] for key in keys}, ensure_ascii=False)
