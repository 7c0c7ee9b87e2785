"""Parses in worker processes that can be ended: the one place where the service runs the library.

Parsing is bound to the CPU and its input is hostile. A thread that hangs can never be taken back; a process can.
So each parse runs in one of a few long-lived processes; one that overruns its time is killed with its children and
replaced, and one that dies takes only its own request with it (docs/decisions/0004).
"""

import multiprocessing
import os
import queue
import resource
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from gouji.document import ReadingTimeout, SourceError, SourceTooLarge
from gouji.recovery import recover_all
from gouji.results import Recovery
from gouji_service.problems import Problem

_GIBIBYTE = 1 << 30
MEMORY_LIMIT = 3 * _GIBIBYTE  # of a worker's data; OCR with its models takes about one
_FAREWELL_SECONDS = 0.5
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


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


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pages of a source to draw into a folder, with what was recovered from it."""

    data: bytes
    recovery: Recovery
    folder: Path


def _do(order: Order | Drawing) -> list[Recovery]:
    """What a worker is asked for. A drawing has no result beside its pictures."""
    if isinstance(order, Drawing):
        from gouji.overlay import write_overlay

        write_overlay(order.data, order.recovery, order.folder)
        return []
    return list(
        recover_all(
            order.data,
            name=order.name,
            media_type=order.media_type,
            engine=order.engine,
            review_below=order.review_below,
            only=order.only,
            second_reader=order.second_reader,
        )
    )


def _fill(order: Order | Drawing) -> list[Recovery] | tuple[type[SourceError | OSError], str] | str:
    """What a worker sends back: the results, a refusal of the source, or the traceback of an unforeseen error."""
    try:
        return _do(order)
    except SourceError as error:
        return type(error), str(error)  # an exception itself need not survive pickling
    except OSError as error:
        return OSError, str(error)
    except MemoryError:
        return SourceTooLarge, "The source needs more memory than one parse may take."
    except Exception:
        return traceback.format_exc()


def _leave(signum: int, frame: FrameType | None) -> None:
    """End by an exception, so that a reader that waits for a process of its own ends that too."""
    raise SystemExit(128 + signum)


def _work(connection: Connection) -> None:
    """The life of a worker: it ends when the other end of its pipe is gone, however that came about."""
    os.setpgid(0, 0)  # Ctrl-C is the server's business
    signal.signal(signal.SIGTERM, _leave)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            connection.send(_fill(connection.recv()))


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("forkserver")  # forks from a clean process without threads
        context.set_forkserver_preload(["gouji.recovery", __name__])
        for variable in _THREADS:
            os.environ.setdefault(variable, "1")  # the workers share the cores already
        self._connection, far = context.Pipe()
        self._process = context.Process(target=_work, args=(far,), name="gouji-parser", daemon=False)
        self._process.start()
        far.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def do(self, order: Order | Drawing, seconds: float) -> list[Recovery]:
        """Raises SourceError, OSError of a file, ReadingTimeout after `seconds`, or WorkerLost."""
        try:
            self._connection.send(order)
            if not self._connection.poll(max(seconds, 0)):
                raise ReadingTimeout(f"Reading did not end within {seconds:.3g} seconds.")
            answer: object = self._connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerLost(f"the worker died: {error!r}") from error
        if isinstance(answer, list):
            return answer
        if isinstance(answer, tuple):
            kind, message = answer
            raise kind(message)
        raise WorkerLost(str(answer))

    def end(self) -> None:
        """Ask the worker to leave; kill it, with its group, if it does not in half a second."""
        self._connection.close()
        self._process.terminate()
        self._process.join(_FAREWELL_SECONDS)
        if self._process.is_alive():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.ident or 0, signal.SIGKILL)
            self._process.kill()  # had it not yet a group of its own
        self._process.join()
        self._process.close()


class ParserPool:
    """A fixed number of workers. `parse` may be called from many threads; `with` ends the workers."""

    def __init__(
        self, workers: int, *, timeout: float, review_below: float = 0.95, second_reader: str | None = None
    ) -> None:
        self.workers = workers
        self._timeout = timeout
        self._review_below = review_below
        self._second_reader = second_reader
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # None: to be started when it is needed
        for _ in range(workers):
            self._idle.put(None)

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
        order = Order(data, name, media_type, engine, self._review_below, only, self._second_reader)
        return self._ask(order, self._timeout if seconds is None else seconds)

    def draw(self, data: bytes, recovery: Recovery, folder: Path) -> None:
        """Write the pages of a source with what was recovered from it into `folder`, as `gouji.overlay` does.

        Within the pool's timeout. Raises as `parse` does, and OSError where a picture cannot be written.
        """
        self._ask(Drawing(data, recovery, folder.absolute()), self._timeout)

    def _ask(self, order: Order | Drawing, seconds: float) -> list[Recovery]:
        end = time.monotonic() + seconds
        with self._worker(end) as worker:
            return worker.do(order, end - time.monotonic())

    @contextmanager
    def _worker(self, end: float) -> Iterator[_Worker]:
        try:
            worker = self._idle.get(timeout=max(end - time.monotonic(), 0.001))
        except queue.Empty:
            raise Problem("busy", "No worker came free in time.") from None
        try:
            if worker is not None and not worker.alive:  # ended from outside while it was idle
                worker.end()
                worker = None
            if worker is None:
                worker = _Worker()
            yield worker
        except BaseException as error:
            # after an answer a worker is as good as new; in any other case it may still be at work on the old order
            if worker is not None and (not isinstance(error, SourceError) or isinstance(error, ReadingTimeout)):
                worker.end()
                worker = None
            raise
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers that are idle; those at work end with their pipe."""
        for _ in range(self.workers):
            with suppress(queue.Empty):
                worker = self._idle.get(timeout=1)
                if worker is not None:
                    worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
