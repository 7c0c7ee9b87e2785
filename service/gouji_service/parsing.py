"""Parses in worker processes that can be ended: the one place where the service runs the library.

Parsing is bound to the CPU and its input is hostile. A thread that hangs can never be taken back; a process can.
So each parse runs in one of a few long-lived processes; one that overruns its time is killed with its children and
replaced, and one that dies takes only its own request with it (docs/decisions/0004).
"""

import io
import pickle
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gouji.document import ReadingTimeout, SourceError, SourceTooLarge
from gouji.processes.worker import Kind, Limits, NoAnswer, NoneFree, Pool, TooMuchMemory, TooSlow
from gouji.readers import media, read
from gouji.readers.apart.reading import READING_LIMITS
from gouji.readers.pdf.rendering import render_page
from gouji.recovery import recover_all
from gouji.results import Recovery
from gouji_service.problems import Problem

_SLOW = frozenset((media.PDF, media.PNG, media.JPEG, media.TIFF, media.DOC))
_GIBIBYTE = 1 << 30
_WIDEST = 2400  # pixels of a picture to be looked at
_QUALITY = 70  # of its WebP
MEMORY_LIMIT = 3 * _GIBIBYTE  # of a worker's data
_PARSERS = Kind(f"{__name__}:answer", preload=(__name__, "gouji.readers.apart.binary"), offline=True)


class WorkerLost(Exception):
    """A worker died, or met an error that nobody foresaw, while it parsed. The message is its traceback."""


@dataclass(frozen=True, slots=True)
class Order:
    """One source to parse, as it crosses to a worker."""

    data: bytes
    name: str | None = None
    media_type: str | None = None
    engine: str = "auto"
    review_below: float = 0.95
    only: int | None = None  # the number of one report of the source, from 1
    second_reader: str | None = None
    seconds: float = READING_LIMITS.seconds  # that are left
    reading_memory: int = READING_LIMITS.memory or 0  # bytes that reading one binary file may take


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pages of a source to draw into a folder, with what was recovered from it."""

    data: bytes
    recovery: Recovery
    folder: Path


@dataclass(frozen=True, slots=True)
class Look:
    """What a person looks at of a source: one page as a picture, or without a page the text that was read."""

    data: bytes
    name: str | None = None
    media_type: str | None = None
    page: int | None = None  # from 1
    dots: float = 120.0  # pixels an inch
    seconds: float = READING_LIMITS.seconds


Asked = Order | Drawing | Look


def answer(request: bytes) -> bytes:
    """What a worker does: the results, or the kind and message of a refusal of the source. Raises what nobody foresaw.

    Pickled on both sides: the order is ours, and what reads binary files, in C and of anybody's making, does not run
    here but in a process of its own, whose answers are no pickles (readers/apart/wire.py).
    """
    order: Asked = pickle.loads(request)
    del request
    try:
        return pickle.dumps(_do(order))
    except SourceError as error:
        return pickle.dumps((type(error), str(error)))  # an exception itself need not survive pickling
    except OSError as error:
        if not isinstance(order, Drawing):
            raise
        return pickle.dumps((OSError, str(error)))


def _do(order: Asked) -> list[Any]:
    if isinstance(order, Drawing):
        return _draw(order)
    return _look(order) if isinstance(order, Look) else _recover(order)


def _recover(order: Order) -> list[Recovery]:
    found = recover_all(
        order.data,
        name=order.name,
        media_type=order.media_type,
        engine=order.engine,
        review_below=order.review_below,
        second_reader=order.second_reader,
        only=order.only,
        reading=replace(READING_LIMITS, seconds=order.seconds, cpu_seconds=order.seconds, memory=order.reading_memory),
    )
    return list(found)


def _draw(drawing: Drawing) -> list[Recovery]:
    """A drawing has no result beside its pictures."""
    from gouji.overlay import write_overlay

    write_overlay(drawing.data, drawing.recovery, drawing.folder)
    return []


def is_slow(data: bytes) -> bool:
    """Whether a source may take a worker for minutes: pictures and PDF, whose characters may have to be recognised."""
    try:
        return media.sniff(data) in _SLOW
    except SourceError:
        return False


def _look(look: Look) -> list[bytes] | list[str]:
    """The page as WebP, nothing for a page that is not there; or the text that every `where` points into."""
    if look.page is None:
        limits = replace(READING_LIMITS, seconds=look.seconds, cpu_seconds=look.seconds)
        return [read(look.data, look.name, look.media_type, limits=limits).text]
    picture = render_page(look.data, look.page, look.dots)
    if picture is None:
        return []
    if media.sniff(look.data) != media.PDF:  # whose boxes are in points of what was asked for
        picture.thumbnail((_WIDEST, _WIDEST))
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=_QUALITY, method=2)
    return [written.getvalue()]


class ParserPool:
    """A fixed number of workers. `parse` may be called from many threads; `with` ends the workers.

    Where there are two or more, one is left to sources that are read quickly: no number of scans makes a text wait.
    """

    def __init__(
        self,
        workers: int,
        *,
        timeout: float,
        review_below: float = 0.95,
        second_reader: str | None = None,
        reading_memory: int = READING_LIMITS.memory or 0,
    ) -> None:
        self.workers = workers
        self._timeout = timeout
        self._review_below = review_below
        self._second_reader = second_reader
        self._reading_memory = reading_memory
        self._pool = Pool(workers, _PARSERS)
        self._slow = threading.BoundedSemaphore(max(1, workers - 1))

    def parse(
        self,
        data: bytes,
        *,
        name: str | None = None,
        media_type: str | None = None,
        engine: str = "auto",
        only: int | None = None,
        seconds: float | None = None,
    ) -> list[Recovery]:
        """Recover the reports of one source, or the one numbered `only`.

        Within `seconds` (the pool's timeout by default), waiting for a worker included.

        Raises SourceError for a source that cannot be used, ReadingTimeout when time is up, the problem `busy` when
        no worker came free in that time, WorkerLost for what nobody foresaw.
        """
        seconds = self._timeout if seconds is None else seconds
        if not is_slow(data):
            return self._recover(data, name, media_type, engine, only, seconds)
        until = time.monotonic() + seconds
        if not self._slow.acquire(timeout=max(0.0, seconds)):
            raise Problem("busy", "No worker came free in time.")
        try:
            return self._recover(data, name, media_type, engine, only, until - time.monotonic())
        finally:
            self._slow.release()

    def _recover(
        self, data: bytes, name: str | None, media_type: str | None, engine: str, only: int | None, seconds: float
    ) -> list[Recovery]:
        order = Order(
            data, name, media_type, engine, self._review_below, only, self._second_reader, seconds, self._reading_memory
        )
        return self._ask(order, seconds)

    def draw(self, data: bytes, recovery: Recovery, folder: Path) -> None:
        """Write the pages of a source with what was recovered from it into `folder`, as `gouji.overlay` does.

        Within the pool's timeout. Raises as `parse` does, and OSError where a picture cannot be written.
        """
        self._ask(Drawing(data, recovery, folder.absolute()), self._timeout)

    def draw_page(self, data: bytes, page: int, *, dots: float) -> bytes | None:
        """One page of a PDF or a picture as WebP, None where the source has no such page. Raises as `parse`."""
        return next(iter(self._ask(Look(data, page=page, dots=dots), self._timeout)), None)

    def read_text(self, data: bytes, *, name: str | None = None, media_type: str | None = None) -> str:
        """The text of a source that the spans of its cells point into. Raises as `parse`."""
        (text,) = self._ask(Look(data, name, media_type, seconds=self._timeout), self._timeout)
        return str(text)

    def _ask(self, order: Asked, seconds: float) -> list[Any]:
        try:
            told: object = pickle.loads(self._pool.ask(pickle.dumps(order), Limits(seconds, memory=MEMORY_LIMIT)))
        except NoneFree:
            raise Problem("busy", "No worker came free in time.") from None
        except TooSlow as error:
            raise ReadingTimeout(f"Reading did not end within {seconds:.3g} seconds.") from error
        except TooMuchMemory as error:
            raise SourceTooLarge("The source needs more memory than one parse may take.") from error
        except NoAnswer as error:
            raise WorkerLost(str(error)) from error
        if isinstance(told, list):
            return told
        if isinstance(told, tuple):
            kind, message = told
            raise kind(message)
        raise WorkerLost(f"a worker answered with a {type(told).__name__}")

    @property
    def closed(self) -> bool:
        """Whether the workers were ended: what was under way then is nobody's fault."""
        return self._pool.closed

    def close(self) -> None:
        """End the workers, also those at work; who waits for one hears WorkerLost."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
