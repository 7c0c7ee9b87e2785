"""The caller's side: a worker that is asked, ended when it takes too long, and replaced when it is lost or worn out."""

import atexit
import json
import os
import signal
import socket
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from gouji.document import GoujiError
from gouji.processes.frames import Frame, Told, receive_frame, send_frame
from gouji.processes.nursery import Nursery, close_nurseries, drop_nursery, find_nursery


class NoAnswer(GoujiError):
    """A worker gave no answer."""


class TooSlow(NoAnswer):
    """Time is up, by the clock or of the CPU; the worker was ended."""


class NoneFree(NoAnswer):
    """No worker came free in time."""


class Closed(NoAnswer):
    """The pool was closed."""


class TooMuchMemory(NoAnswer):
    """The request needs more memory than one may take."""


class Died(NoAnswer):
    """The process died. `status`: its exit code, or the negative number of the signal; None where nobody knows."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the process died (status {'unknown' if status is None else status})")
        self.status = status


class Fault(NoAnswer):
    """What answers met an error that nobody foresaw, or could not be imported. The message is its traceback."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds by the clock, of CPU (rounded up), and bytes of data. None: no limit."""

    seconds: float
    cpu_seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a worker is for.

    handler: `module:function`, bytes -> bytes; whatever it raises but MemoryError is a `Fault`.
    preload: modules that are imported once for all workers, before the first of them starts.
    quiet: what it prints on standard error is thrown away.
    offline: it opens no socket, nor does what it starts (offline.py); read_only: nor does it write any file but
    temporary ones (confined.py). Both as far as the system gives it.
    requests, share: it is replaced after so many requests, and when it holds more than a share of a request's memory.
    """

    handler: str
    preload: tuple[str, ...] = ()
    quiet: bool = False
    offline: bool = False
    read_only: bool = False
    requests: int = 1000
    share: float = 0.5


class Worker:
    """One process, started when it is first needed. Not for two threads at once; `with` ends it."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._nursery: Nursery | None = None
        self._connection: socket.socket | None = None
        self._killed = False  # by another thread, for good
        self.pid: int | None = None  # of the running process
        _workers.add(self)

    def ask(self, request: bytes, limits: Limits) -> bytes:
        """The answer, within `limits` (the start of the process counts). Raises NoAnswer."""
        until = time.monotonic() + limits.seconds
        connection = self.start(until)
        if self._killed:
            raise Died(self.end())
        frame = Frame(Told.REQUEST, request, False, limits.cpu_seconds or 0.0, limits.memory or 0)
        reply: Frame | None = None
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                send_frame(connection, frame, until)
                reply = receive_frame(connection, until)
        except TimeoutError as error:
            self.end()
            raise TooSlow(f"no answer within {limits.seconds:.3g} seconds") from error
        except BaseException:
            self.end()
            raise
        if reply is None:
            status = self.end()
            if status == -signal.SIGXCPU:
                raise TooSlow(f"it took more than {limits.cpu_seconds or 0:.3g} seconds of CPU")
            raise Died(status)
        if reply.last:
            self.end()
        if reply.told is Told.OUT_OF_MEMORY:
            raise TooMuchMemory("it needs more memory than there is")
        if reply.told is Told.FAULT:
            raise Fault(reply.payload.decode())
        return reply.payload

    def start(self, until: float) -> socket.socket:
        """Have a process that is ready, at the latest at `until` (of time.monotonic). Raises NoAnswer."""
        if self._connection is not None:
            if _is_silent(self._connection):
                return self._connection
            self.end()  # it was lost while it had nothing to do
        connection = self._fork()
        told = {name: said for name, said in asdict(self._kind).items() if name != "preload"}
        try:
            send_frame(connection, Frame(Told.REQUEST, json.dumps(told).encode()), until)
            ready = receive_frame(connection, until)
        except TimeoutError as error:
            self.end()
            raise TooSlow("the process did not start in time") from error
        except BaseException as error:
            self.end()
            if isinstance(error, OSError):
                raise Died(None) from error
            raise
        if ready is None:
            raise Died(self.end())
        if ready.told is Told.FAULT:
            self.end()
            raise Fault(ready.payload.decode())
        return connection

    def _fork(self) -> socket.socket:
        """A process at the other end of a socket. A nursery that was killed is replaced."""
        for attempt in (1, 2):
            ours, theirs = socket.socketpair()
            nursery = find_nursery(self._kind.preload)
            try:
                with theirs:
                    self.pid = nursery.start(theirs)
                self._nursery, self._connection = nursery, ours
                return ours
            except OSError as error:
                ours.close()
                drop_nursery(nursery)
                if attempt == 2:
                    raise Died(None) from error
        raise AssertionError("not reached")

    def kill(self) -> None:
        """End the process for good, from another thread: whoever waits for its answer hears that it died."""
        self._killed = True
        nursery, pid = self._nursery, self.pid
        if nursery is not None and pid is not None:
            nursery.end(pid)

    def end(self) -> int | None:
        """Kill the process with everything that it started and wait for it: its status. It may be asked again."""
        nursery, pid = self._nursery, self.pid
        self._forget()
        return nursery.end(pid) if nursery is not None and pid is not None else None

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._nursery = self._connection = self.pid = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.end()


class Pool:
    """Workers for many threads, each started when it is needed; `with` ends them, also those at work."""

    def __init__(self, size: int, kind: Kind) -> None:
        self.workers = tuple(Worker(kind) for _ in range(size))
        self._idle = list(reversed(self.workers))  # the one used last is taken first
        self._free = threading.Condition()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing more is answered."""
        return self._closed

    def ask(self, request: bytes, limits: Limits) -> bytes:
        """The answer of a free worker, within `limits`, waiting included. Raises NoAnswer."""
        until = time.monotonic() + limits.seconds
        with self._free:
            self._free.wait_for(lambda: self._idle or self._closed, max(limits.seconds, 0.0))
            if self._closed:
                raise Closed("the pool is closed")
            if not self._idle:
                raise NoneFree("no worker came free in time")
            worker = self._idle.pop()
        try:
            left = Limits(until - time.monotonic(), limits.cpu_seconds, limits.memory)
            return worker.ask(request, left)
        finally:
            with self._free:
                self._idle.append(worker)
                if self._closed:
                    worker.end()
                self._free.notify()

    def close(self) -> None:
        """End all workers. Whoever waits for an answer hears that the worker died."""
        with self._free:
            self._closed = True
            for worker in self.workers:
                if worker in self._idle:
                    worker.end()
                else:
                    worker.kill()
            self._free.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _is_silent(connection: socket.socket) -> bool:
    """Whether a worker that was asked nothing says nothing: the end of its process can be read."""
    connection.settimeout(0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


_workers: "weakref.WeakSet[Worker]" = weakref.WeakSet()


def _forget_all() -> None:
    for worker in list(_workers):
        worker._forget()


def _leave() -> None:
    _forget_all()
    close_nurseries()


os.register_at_fork(after_in_child=_forget_all)
atexit.register(_leave)
