"""The clean process that workers are forked from, and the caller's end of it.

It has imported once what its workers need, runs no thread and does no work of its own: so a worker starts in some
milliseconds, inherits no lock and no socket of the caller, and the nursery always hears. Every process that was
forked here has an owner at the other end of a control socket: the caller, or a worker that started a process of its
own. When an owner is gone, however that came about, everything that it started is killed, with its process group.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import NoReturn

from gouji.processes.serving import serve

_MESSAGE = struct.Struct(">Bi")  # what to do, a process; the answer: what was done, a process or its exit status
_START, _END = 1, 2
_ENTRY = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from gouji.processes.nursery import main;main()"
_SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the workers share the cores already
_FAREWELL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Child:
    owner: socket.socket
    control: socket.socket  # our end of what it asks for processes of its own


class _Nursery:
    """The nursery in its own process."""

    def __init__(self, root: socket.socket) -> None:
        self._root = root
        self._children: dict[int, _Child] = {}
        self._ended: dict[int, int] = {}  # exit statuses of those that died by themselves, until somebody asks
        self._selector = selectors.DefaultSelector()
        self._selector.register(root, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the caller is gone."""
        while self._root.fileno() >= 0:
            for key, _ in self._selector.select():
                owner = key.fileobj
                if isinstance(owner, socket.socket) and owner.fileno() >= 0:  # else it ended in this round
                    self._hear(owner)

    def _hear(self, owner: socket.socket) -> None:
        try:
            message, passed = _receive(owner)
            if message is None:
                self._lose(owner)
                return
            command, process = _MESSAGE.unpack(message)
            reply = self._fork(owner, passed[0]) if command == _START else self._end(process)
            owner.sendall(_MESSAGE.pack(command, reply))
        except OSError:
            self._lose(owner)

    def _lose(self, owner: socket.socket) -> None:
        """End what an owner that is gone has started."""
        for process in [p for p, child in self._children.items() if child.owner is owner]:
            self._end(process)
        if owner is self._root:
            owner.close()
            return
        for process in [p for p, child in self._children.items() if child.control is owner]:
            self._ended[process] = self._end(process)

    def _fork(self, owner: socket.socket, connection: int) -> int:
        ours, theirs = socket.socketpair()
        process = os.fork()
        if process == 0:
            self._live(connection, ours, theirs)
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(process, process)  # here as well as there: whoever comes first
        os.close(connection)
        theirs.close()
        self._ended.pop(process, None)
        self._children[process] = _Child(owner, ours)
        self._selector.register(ours, selectors.EVENT_READ)
        return process

    def _live(self, connection: int, ours: socket.socket, theirs: socket.socket) -> NoReturn:
        """The child: it forgets the nursery, serves, and leaves without a word."""
        status = 1
        try:
            os.setpgid(0, 0)
            self._selector.close()
            for control in (self._root, ours, *(child.control for child in self._children.values())):
                control.close()
            _come_from(theirs)
            with socket.socket(fileno=connection) as caller:
                serve(caller)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)  # no handler of the nursery's interpreter runs a second time

    def _end(self, process: int) -> int:
        """Kill a child with its group and with all that it owns, wait for it, and give its exit status."""
        child = self._children.pop(process, None)
        if child is None:
            return self._ended.pop(process, 0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)  # a child that is ending already keeps the status that it ends with
        for owned in [p for p, other in self._children.items() if other.owner is child.control]:
            self._end(owned)
        _, status = os.waitpid(process, 0)
        self._selector.unregister(child.control)
        child.control.close()
        return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Arguments: sys.path as JSON, the descriptor of the caller's socket, and the modules to import."""
    root = socket.socket(fileno=int(sys.argv[2]))
    for name in sys.argv[3:]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what was imported stays one copy for all
    _Nursery(root).run()


class Nursery:
    """The caller's end. It may be used from many threads."""

    def __init__(self, control: socket.socket, process: "subprocess.Popen[bytes] | None" = None) -> None:
        self._control = control
        self._process = process
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id; None in a worker, which did not start the nursery that it comes from."""
        return self._process.pid if self._process is not None else None

    def start(self, connection: socket.socket) -> int:
        """Fork a worker that serves the socket, and give its process id. Raises OSError when the nursery is gone."""
        with self._lock:
            socket.send_fds(self._control, [_MESSAGE.pack(_START, 0)], [connection.fileno()])
            return self._reply()

    def end(self, process: int) -> int | None:
        """Kill a worker with all that it started, wait for it, and give its exit status; None when nobody knows it."""
        try:
            with self._lock:
                self._control.sendall(_MESSAGE.pack(_END, process))
                return self._reply()
        except OSError:  # the nursery was killed: its children are nobody's
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
            return None

    def _reply(self) -> int:
        message, _ = _receive(self._control)
        if message is None:
            raise ConnectionResetError("the process that workers are forked from is gone; its own error stands above")
        return int(_MESSAGE.unpack(message)[1])

    def close(self) -> None:
        """End the nursery and every process that was forked from it, and wait for it."""
        self.forget()
        if self._process is not None:
            try:
                self._process.wait(_FAREWELL_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def forget(self) -> None:
        """Close this end alone."""
        self._control.close()


def _receive(control: socket.socket) -> tuple[bytes | None, list[int]]:
    """A message and the descriptors that came with it; None when the other side is gone."""
    message, passed, _, _ = socket.recv_fds(control, _MESSAGE.size, 1)
    while message and len(message) < _MESSAGE.size:
        more = control.recv(_MESSAGE.size - len(message))
        message = message + more if more else b""
    return message or None, passed


_lock = threading.Lock()
_started: dict[tuple[str, ...], Nursery] = {}
_origin: Nursery | None = None  # in a worker: the nursery that it was forked from


def find_nursery(preload: tuple[str, ...]) -> Nursery:
    """The nursery of this process that has imported these modules, started when it is first asked for.

    A worker has no nursery of its own: what it starts is forked where it came from, and ends with it.
    """
    if _origin is not None:
        return _origin
    with _lock:
        if preload not in _started:
            _started[preload] = _start(preload)
        return _started[preload]


def drop_nursery(nursery: Nursery) -> None:
    """Forget a nursery that is gone, so that the next worker comes from a new one."""
    with _lock:
        for preload in [key for key, known in _started.items() if known is nursery]:
            _started.pop(preload).close()


def _start(preload: tuple[str, ...]) -> Nursery:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", _ENTRY, json.dumps(sys.path), str(theirs.fileno()), *preload],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # what a worker prints is never taken for a result
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl-C is the caller's business
            env={**_SINGLE, **os.environ},
        )
    return Nursery(ours, process)


def _come_from(control: socket.socket) -> None:
    global _origin
    _origin = Nursery(control)


def close_nurseries() -> None:
    """End every nursery of this process, with all workers, and wait for them: for the end of the interpreter."""
    with _lock:
        for nursery in _started.values():
            nursery.close()
        _started.clear()


def _forget_all() -> None:
    """In a fork of the caller: the sockets are the parent's, nothing is ever written into them."""
    global _lock, _origin
    _lock = threading.Lock()
    for nursery in (*_started.values(), *([_origin] if _origin is not None else [])):
        nursery.forget()
    _started.clear()
    _origin = None


os.register_at_fork(after_in_child=_forget_all)
