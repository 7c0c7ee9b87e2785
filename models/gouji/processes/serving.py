"""The side of the process: answer one request after another, each within its limits, until the other side is gone."""

import importlib
import json
import os
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from gouji.processes.confined import confine_files
from gouji.processes.frames import Frame, Told, receive_frame, send_frame
from gouji.processes.offline import go_offline

if sys.platform != "win32":  # where Gouji says that it does not run, instead of failing at an import
    import resource

# what a worker writes that is `read_only`; /tmp too where temporary files stand elsewhere, for sockets of LibreOffice
_TEMPORARY = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/dev/null"))
_STATM = Path("/proc/self/statm")


def serve(connection: socket.socket) -> None:
    """The life of a worker. Its first frame says what answers (module:function) and when it is to be replaced.

    It says itself when it has lived long enough: after so many requests, over a share of the memory that a request
    may take, and after any MemoryError, because what it holds then it holds for ever.
    """
    with suppress(OSError):  # the other side may go at any moment
        first = receive_frame(connection)
        if first is None:
            return
        told = json.loads(first.payload)
        if told["quiet"]:
            _hush()
        if told.get("offline"):
            go_offline()
        if told.get("read_only"):
            confine_files(_TEMPORARY)
        try:
            answer = _find(told["handler"])
        except Exception:
            send_frame(connection, Frame(Told.FAULT, traceback.format_exc().encode(), last=True))
            return
        send_frame(connection, Frame(Told.ANSWER))
        for served in count(1):
            request = receive_frame(connection)
            if request is None:
                return
            set_limits(request.cpu_seconds, request.memory)
            kind, reply = _answer(answer, request.payload)
            full = 0 < request.memory * told["share"] < resident_bytes()
            last = full or served >= told["requests"] or kind is Told.OUT_OF_MEMORY
            del request
            send_frame(connection, Frame(kind, reply, last))


def _find(handler: str) -> Callable[[bytes], bytes]:
    module, _, name = handler.partition(":")
    found: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    return found


def _answer(answer: Callable[[bytes], bytes], request: bytes) -> tuple[Told, bytes]:
    try:
        return Told.ANSWER, answer(request)
    except MemoryError:
        return Told.OUT_OF_MEMORY, b""
    except Exception:
        return Told.FAULT, traceback.format_exc().encode("utf-8", "backslashreplace")


def _hush() -> None:
    """Libraries in C print what they think of a file; nobody asked."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives
    for descriptor in (1, 2):
        os.dup2(sys.stdout.fileno(), descriptor)


def set_limits(cpu_seconds: float, memory: int) -> None:
    """Limit this process from now on: so many more seconds of CPU (SIGXCPU ends it), so many bytes of data of its own.

    0 sets none. Soft limits, so that the next request may have others.
    """
    _limit(resource.RLIMIT_CPU, int(time.process_time() + cpu_seconds) + 1 if cpu_seconds else 0)
    _limit(resource.RLIMIT_DATA, memory)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    if not most:
        most = hard
    elif hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(kind, (most, hard))


def resident_bytes() -> int:
    """Memory that this process holds now; the most that it ever held where the system does not tell."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
