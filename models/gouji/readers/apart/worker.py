"""Binary files are read in a process of their own, so that a file that hangs, swells or aborts its parser ends
that process and not ours. The process stays for the next file; one that was lost is started again.
"""

import atexit
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import cache

from gouji.document import Document, ReadingTimeout, UnreadableSource
from gouji.readers.apart.wire import bytes_to_document, receive_frame, send_frame
from gouji.readers.apart.worker_main import pack_request

_START = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from gouji.readers.apart.worker_main import main;main()"
_FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one file may cost: seconds by the clock and of CPU, bytes of address space."""

    seconds: float = 120.0
    cpu_seconds: float = 120.0
    memory: int = 4 * 2**30


class ReadingWorker:
    """One reading process, started when it is first needed. Not for two threads at once."""

    def __init__(self, limits: ReadingLimits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running worker."""
        return self._process.pid if self._process is not None else None

    def read(self, data: bytes, kind: str) -> Document:
        """Read one file. Raises SourceError: what the reader found, ReadingTimeout, or UnreadableSource for a crash."""
        until = time.monotonic() + self.limits.seconds
        used_before = self._process is not None
        reply, status = self._ask(data, kind, until)
        if reply is None and used_before and status != -signal.SIGXCPU:
            # The process may have been lost between two files; only a fresh one that fails is the file's fault.
            reply, status = self._ask(data, kind, until)
        if reply is None:
            if status == -signal.SIGXCPU:
                raise ReadingTimeout(f"reading took more than {self.limits.cpu_seconds:g} seconds of CPU")
            raise UnreadableSource("the file made its reader fail")
        return bytes_to_document(reply)

    def _ask(self, data: bytes, kind: str, until: float) -> tuple[bytes | None, int | None]:
        """The reply, or None and the exit status of a process that ended instead. Raises ReadingTimeout."""
        request = pack_request(data, kind, self.limits.cpu_seconds, self.limits.memory)
        connection = self._connection or self._start()
        reply: bytes | None = None
        try:
            connection.settimeout(max(0.05, until - time.monotonic()))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                send_frame(connection, request)
                connection.settimeout(max(0.05, until - time.monotonic()))
                reply = receive_frame(connection)
        except TimeoutError as error:
            self._end()
            raise ReadingTimeout(f"reading did not end within {self.limits.seconds:g} seconds") from error
        except BaseException:
            self._end()
            raise
        return (reply, None) if reply is not None else (None, self._end())

    def close(self) -> None:
        """End the process. The worker may be used again; it then starts a new one."""
        self._end(gently=True)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, json.dumps(sys.path), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env=environment,
            )
        self._connection = ours
        return ours

    def _end(self, gently: bool = False) -> int | None:
        """End the process with everything that it started, and wait for it: no zombie stays."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A process that aborted itself is given the time to say how.
            process.wait(_FAREWELL_SECONDS if gently else 0.2)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


class WorkerPool:
    """Several workers for the threads of a server. The pool belongs to the process that made it."""

    def __init__(self, size: int = 1, limits: ReadingLimits | None = None) -> None:
        self.limits = limits or ReadingLimits()
        self.workers = tuple(ReadingWorker(self.limits) for _ in range(size))
        self._free: queue.LifoQueue[ReadingWorker] = queue.LifoQueue()
        for worker in reversed(self.workers):
            self._free.put(worker)

    def read(self, data: bytes, kind: str) -> Document:
        """Read with a free worker; waits for one as long as reading may take."""
        try:
            worker = self._free.get(timeout=self.limits.seconds)
        except queue.Empty as error:
            raise ReadingTimeout("no reading worker became free in time") from error
        try:
            return worker.read(data, kind)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End all processes of the pool."""
        for worker in self.workers:
            worker.close()


_lock = threading.Lock()


@cache
def _pool_of(process: int) -> WorkerPool:
    # Keyed by process: a fork must not write into the socket of its parent.
    size = int(os.environ.get("GOUJI_READING_WORKERS", "1"))
    limits = ReadingLimits(seconds=float(os.environ.get("GOUJI_READING_SECONDS", "120")))
    pool = WorkerPool(max(1, size), limits)
    atexit.register(_close, pool, process)
    return pool


def _close(pool: WorkerPool, process: int) -> None:
    if os.getpid() == process:
        pool.close()


def shared_pool() -> WorkerPool:
    """The pool of this process, made at the first call (GOUJI_READING_WORKERS, GOUJI_READING_SECONDS)."""
    with _lock:
        return _pool_of(os.getpid())


def read_apart(data: bytes, kind: str) -> Document:
    """Read a binary file in a worker process. Raises SourceError."""
    return shared_pool().read(data, kind)
