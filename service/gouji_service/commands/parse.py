"""`gouji parse PATH…`: JSON Lines on standard output, in the order given, and nothing else there."""

import argparse
import json
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.readers import SECOND_READERS, choose_second
from gouji.results import Recovery
from gouji.scoring.engines import ENGINES
from gouji_service.commands.bar import progress_bar
from gouji_service.commands.folders import LeftOut, expand, tell_left_out
from gouji_service.parsing import ParserPool
from gouji_service.problems import Problem, error_to_problem
from gouji_service.schemas import recovery_to_json
from gouji_service.settings import Settings
from gouji_service.wording import say, tell

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers

Lines = Sequence[Mapping[str, object]]  # results, or one problem


def add_parser(subparsers: "SubParsers") -> None:
    """Add `parse` to the command line."""
    parser = subparsers.add_parser(
        "parse",
        help="recover tables from files: one JSON result a line",
        description="Print one result a line (JSON Lines), in the order given; a line each, with part and parts, for a "
        "file of several reports. A file that cannot be read gives its problem object in its place, and the exit "
        "status 1 at the end.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder (its files, sorted), or - for stdin")
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="what scores the alignment (auto)")
    parser.add_argument(
        "--second-reader",
        choices=SECOND_READERS,
        help="reads each PDF once more; cells that it reads otherwise are doubtful (GOUJI_SECOND_READER)",
    )
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="files parsed at once (1)")
    parser.add_argument(
        "--overlay",
        type=Path,
        metavar="DIR",
        help="write each page of a PDF or picture there as PNG, its cells boxed and coloured by confidence "
        "(with several files, into a folder for each)",
    )
    parser.set_defaults(run=parse)


def _positive(printed: str) -> int:
    number = int(printed)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def parse(arguments: argparse.Namespace, settings: Settings) -> int:
    """Parse every file; returns 1 when one of them could not be read, else 0."""
    failed = False
    second_reader = arguments.second_reader or settings.second_reader or None
    choose_second(second_reader)
    left: list[LeftOut] = []
    threads = ThreadPoolExecutor(arguments.jobs, thread_name_prefix="gouji-file")
    paths: Iterable[str] = (source.path for source in expand(arguments.paths, left.append))
    if sys.stderr.isatty():  # who looks on wants to know how many there are
        paths = list(paths)
    several = len(arguments.paths) > 1 or os.path.isdir(arguments.paths[0])
    with (
        ParserPool(
            arguments.jobs,
            timeout=settings.request_timeout,
            review_below=settings.review_below,
            second_reader=second_reader,
        ) as parsers,
        progress_bar(len(paths) if isinstance(paths, list) else None, "file") as bar,
    ):

        def one(path: str) -> tuple[Lines, bool]:
            overlay: Path | None = arguments.overlay
            if overlay is not None and several:
                overlay /= "_".join(part for part in Path(path).parts if part not in ("/", "..", "."))
            return parse_file(path, parsers, settings.max_bytes, arguments.engine, overlay)

        try:
            for found, good in _in_order(one, paths, threads, 4 * arguments.jobs):
                failed |= not good
                with bar.external_write_mode(file=sys.stdout):
                    sys.stdout.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in found)
                    sys.stdout.flush()
                bar.update()
        except BrokenPipeError:  # `… | head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        finally:  # after Ctrl-C nobody waits: what is under way ends with the parsers
            threads.shutdown(wait=False, cancel_futures=True)
    tell_left_out("parse", left)
    return int(failed)


def parse_file(
    path: str, parsers: ParserPool, limit: int, engine: str, overlay: Path | None = None
) -> tuple[Lines, bool]:
    """The results of one file, a report each, and True; or its problem object (with the name of the file) and False.

    Where its pages could not be drawn into `overlay`, the results and False; standard error says why. Each of several
    reports is drawn into a folder of its own.
    """
    try:
        data = _read(path, limit)
        found = parsers.parse(data, name=path, engine=engine)
    except Exception as error:  # whatever is wrong with one file, the others are still read
        if parsers.closed:
            raise
        return [error_to_problem(error).to_json() | {"source": {"name": path}}], False
    drawn = True
    if overlay is not None:
        for recovery in found:
            drawn &= _draw(
                parsers, data, recovery, overlay / f"part-{recovery.part}" if recovery.parts > 1 else overlay
            )
    return [recovery_to_json(recovery) for recovery in found], drawn


def _draw(parsers: ParserPool, data: bytes, recovery: Recovery, folder: Path) -> bool:
    """Write the pictures; False when that failed. Sources without pages have none."""
    if recovery.source.media_type.startswith("text/"):
        return True
    try:
        parsers.draw(data, recovery, folder)
    except Exception as error:  # whatever is wrong with the pictures, the results stand
        if parsers.closed:
            raise
        tell("parse", "no_overlay", name=recovery.source.name, error=_to_sentence(error))
        return False
    return True


def _to_sentence(error: Exception) -> str:
    return str(error) if isinstance(error, OSError) else error_to_problem(error).detail


def _read(path: str, limit: int) -> bytes:
    """At most `limit` bytes of a file or of standard input. Raises Problem."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1)
        elif not stat.S_ISREG(os.stat(path).st_mode):
            raise Problem("unreadable", say("no_regular_file"))
        else:
            with open(path, "rb") as file:
                data = file.read(limit + 1)
    except FileNotFoundError:
        raise Problem("not_found", say("no_such_file")) from None
    except OSError as error:
        raise Problem("unreadable", say("file_not_opened", error=error.strerror)) from error
    if len(data) > limit:
        raise Problem("too_large", say("source_too_large", limit=limit))
    return data


def _in_order(
    one: Callable[[str], tuple[Lines, bool]], paths: Iterable[str], threads: ThreadPoolExecutor, most: int
) -> Iterator[tuple[Lines, bool]]:
    """The results of `paths` in their order, at most so many of them held in memory."""
    ahead: deque[Future[tuple[Lines, bool]]] = deque()
    for path in paths:
        ahead.append(threads.submit(one, path))
        if len(ahead) > most:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()
