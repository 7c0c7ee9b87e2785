"""`gouji ingest`: parses and keeps many files, goes on where it was interrupted, and lists what failed.

What was stored is known by its hash, and what failed by the result sheet; neither is done again. A line of the sheet is
written after the commit that it speaks of.
"""

import argparse
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from gouji.document import SourceError
from gouji.results import Recovery
from gouji.scoring.engines import ENGINES
from gouji_service.commands.bar import progress_bar
from gouji_service.commands.folders import LeftOut, tell_left_out
from gouji_service.commands.ingest_sheet import Line, ResultSheet
from gouji_service.commands.ingest_sources import STANDARD_INPUT, SourceRecord, count_sources, read_sources
from gouji_service.commands.opening import open_command_store, tell_error
from gouji_service.commands.progress import stop_on_signals
from gouji_service.jobs.reparsing import Parse
from gouji_service.parsing import ParserPool, WorkerLost
from gouji_service.problems import error_to_problem
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError, retry_store
from gouji_service.store.saving import Outcome, Parsed, Saved, place_reports, save_parsed
from gouji_service.store.store import Store, content_hash
from gouji_service.store.tables import Report
from gouji_service.wording import tell

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers

_AT_ONCE = 16  # reports a transaction: the cost of a commit is shared, and little is parsed again after a crash
_LATEST = 2.0  # seconds that a parsed report waits for its transaction to fill


@dataclass(frozen=True, slots=True)
class _Tried:
    source: SourceRecord
    sha256: str
    found: Sequence[Recovery] = ()
    seconds: float = 0.0
    error: Exception | None = None
    known: Sequence[Line] = ()


def _part(part: int, parts: int) -> str:
    return str(part) if parts > 1 else ""


def _find_known(store: Store, sheet: ResultSheet, source: SourceRecord, sha256: str, retry: bool) -> list[Line]:
    """The lines of a source that was done before, one a report. One that was kept without a path gets it now."""
    if sha256 in sheet.failed and not retry:
        return [sheet.failed[sha256]]
    columns = (Report.id, Report.part, Report.parts, Report.path)
    statement = select(*columns).where(Report.sha256 == sha256).order_by(Report.part)

    def look() -> list[Line]:
        with store.reading() as connection:
            rows = connection.execute(statement).all()
        if source.path is not None and any(row.path is None for row in rows):
            with store.writing() as connection:
                place_reports(connection, sha256, source.path)
        return [Line(source.at, sha256, "known", row.id, part=_part(row.part, row.parts)) for row in rows]

    return retry_store(look)


def _try(parse: Parse, engine: str, source: SourceRecord, sha256: str) -> _Tried:
    if source.error is not None:
        return _Tried(source, sha256, error=source.error)
    began = time.monotonic()
    try:
        found = parse(source.data, name=source.name, media_type=source.media_type, engine=engine)
    except (SourceError, WorkerLost) as error:
        return _Tried(source, sha256, error=error)
    return _Tried(source, sha256, found, time.monotonic() - began)


def ingest_sources(
    store: Store,
    sources: Iterator[SourceRecord],
    parse: Parse,
    sheet: ResultSheet,
    *,
    engine: str = "auto",
    at_once: int = 1,
    retry_failed: bool = False,
    stop: threading.Event | None = None,
    follow: Callable[[Sequence[Line]], None] = lambda lines: None,
) -> Counter[str]:
    """Parse with `at_once` threads and keep, in the order of the sources. Returns how many were stored, known, failed.

    Raises StoreError when the store stays away; what the sheet lists by then is kept.
    """
    counts: Counter[str] = Counter()
    waiting: deque[Future[_Tried]] = deque()
    done: list[_Tried] = []
    stop = stop or threading.Event()

    def keep() -> None:
        lines = _keep(store, done, engine)
        sheet.add(lines)
        counts.update(line.outcome for line in lines)
        follow(lines)
        done.clear()

    with ThreadPoolExecutor(at_once, thread_name_prefix="gouji-ingest") as threads:
        oldest = time.monotonic()
        for source in sources:
            sha256 = content_hash(source.data or source.at.encode())
            known = _find_known(store, sheet, source, sha256, retry_failed)
            if known:
                future: Future[_Tried] = Future()
                future.set_result(_Tried(source, sha256, known=known))
            else:
                future = threads.submit(_try, parse, engine, source, sha256)
            waiting.append(future)
            while waiting and (len(waiting) > 4 * at_once or waiting[0].done()):
                if not done:
                    oldest = time.monotonic()
                done.append(waiting.popleft().result())
                if len(done) >= _AT_ONCE or time.monotonic() - oldest > _LATEST:
                    keep()
            if stop.is_set():
                break
        for future in waiting:
            done.append(future.result())
            if len(done) >= _AT_ONCE:
                keep()
        keep()
    return counts


def _keep(store: Store, tried: Sequence[_Tried], engine: str) -> list[Line]:
    """Store what was parsed, in one transaction, and say what became of each."""

    def write() -> list[list[Saved]]:
        with store.writing() as connection:
            return [
                [save_parsed(store, connection, parsed) for parsed in _to_parsed(store, one, engine)] for one in tried
            ]

    saved = retry_store(write, patience=600) if any(one.found for one in tried) else [[]] * len(tried)
    return [line for one, kept in zip(tried, saved, strict=True) for line in _to_lines(one, kept)]


def _to_parsed(store: Store, tried: _Tried, engine: str) -> Iterator[Parsed]:
    source = tried.source
    for recovery in tried.found:
        yield Parsed(
            source.data,
            recovery,
            engine,
            source.media_type,
            store.review_below,
            tried.seconds,
            path=source.path,
        )


def _to_lines(tried: _Tried, saved: Sequence[Saved]) -> Iterator[Line]:
    if tried.known:
        yield from tried.known
    elif not saved:
        yield _failed_line(tried)
    for one, recovery in zip(saved, tried.found, strict=True):
        outcome = "stored" if one.outcome is Outcome.FIRST else "known"  # the same file stood in the input before
        confidence, review = f"{recovery.confidence:.6f}", str(recovery.needs_review).lower()
        part = _part(recovery.part, recovery.parts)
        yield Line(tried.source.at, tried.sha256, outcome, one.report_id, confidence, review, part=part)


def _failed_line(tried: _Tried) -> Line:
    problem = error_to_problem(tried.error or RuntimeError("neither result nor error"))
    reason = str(tried.error).strip().rpartition("\n")[2] if tried.error is not None else problem.detail
    return Line(tried.source.at, tried.sha256, "failed", code=problem.code, reason=(reason or problem.detail)[:500])


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji ingest`."""
    parser = subparsers.add_parser(
        "ingest",
        help="parse and keep many files",
        description="Parse and keep every source of a folder, a .jsonl or a .parquet file (records with text, html or "
        "content_base64, a name, a path; - reads them from standard input, one a line). Run it again after an "
        "interruption: it goes on where it stopped. Prints the counts as one line of JSON.",
    )
    parser.add_argument("input", type=Path, metavar="DIR|FILE.jsonl|FILE.parquet|-")
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes that parse (default: one a core)")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.csv", help="the result sheet (default: INPUT.ingest.csv, beside it)"
    )
    parser.add_argument("--retry-failed", action="store_true", help="try again what the sheet lists as failed")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """0: everything is in the store; 1: some failed, see the sheet; 2: input or store cannot be used; 130: stopped."""
    source: Path = arguments.input
    if source != STANDARD_INPUT and not source.exists():
        tell("ingest", "no_input", path=source)
        return 2
    workers = arguments.jobs or settings.workers
    stop = threading.Event()
    left: list[LeftOut] = []
    try:
        with open_command_store("ingest", settings) as store, closing(_open_sheet(arguments)) as sheet:
            with (
                stop_on_signals(stop),
                ParserPool(
                    workers,
                    timeout=settings.request_timeout,
                    review_below=settings.review_below,
                    second_reader=settings.second_reader or None,
                ) as pool,
                progress_bar(count_sources(source), "report") as bar,
            ):

                def move(lines: Sequence[Line]) -> None:
                    bar.update(sum(line.part in ("", "1") for line in lines))  # one a source

                counts = ingest_sources(
                    store,
                    read_sources(source, settings.max_bytes, left.append),
                    pool.parse,
                    sheet,
                    engine=arguments.engine,
                    at_once=workers,
                    retry_failed=arguments.retry_failed,
                    stop=stop,
                    follow=move,
                )
            sheet.add([Line(one.path, "", "left_out", code=one.reason) for one in left])
    except (StoreError, SourceError, OSError) as error:  # a SourceError: the input as a whole
        tell_error("ingest", error)
        return 2
    tell_left_out("ingest", left)
    print(json.dumps({**{key: counts[key] for key in ("stored", "known", "failed")}, "left_out": len(left)}))
    if stop.is_set():
        tell("ingest", "interrupted", again=f"gouji ingest {source}")
        return 130
    return 1 if counts["failed"] else 0


def _open_sheet(arguments: argparse.Namespace) -> ResultSheet:
    source: Path = arguments.input
    beside = Path("stdin") if source == STANDARD_INPUT else source.absolute()
    return ResultSheet(arguments.sheet or beside.with_name(beside.name + ".ingest.csv"))
