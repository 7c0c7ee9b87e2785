import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gouji.processes import nursery
from gouji.processes.nursery import drop_nursery, find_nursery
from gouji.processes.worker import Kind, Worker

# What the workers of these tests do: a module that they import, whose functions take bytes and give bytes.
HANDLERS = '''
import os, signal, subprocess, sys, threading, time
from gouji.processes.worker import Kind, Limits, Worker

def echo(request): return request
def pid(request): return str(os.getpid()).encode()
def sleep(request): time.sleep(float(request)); return b"slept"
def leave(request): os._exit(int(request))
def abort(request): os.kill(os.getpid(), signal.SIGABRT); time.sleep(60)
def fail(request): raise LookupError("nobody foresaw " + request.decode())
def swell(request): return str(len(bytearray(int(request)))).encode()
def exhaust(request): raise MemoryError
def shout(request): print("on standard output"); print("on standard error", file=sys.stderr); return b""
def threads(request): return str(len(os.listdir("/proc/self/task"))).encode()
def open_files(request):
    here = "/proc/self/fd/"
    found = [os.readlink(here + n) for n in os.listdir(here) if os.path.lexists(here + n)]
    return "\\n".join(found).encode()
def main_module(request): return str(getattr(sys.modules["__main__"], "__file__", None)).encode()

def connect(request):
    """Connect to a port of this machine, from here and from a program that was started; what each of them met."""
    import socket
    port = request.decode()
    try:
        with socket.create_connection(("127.0.0.1", int(port)), 5): found = "connected"
    except OSError as error:
        found = type(error).__name__
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True)
    return f"{found} {child.returncode}".encode()

def write(request):
    try:
        with open(request, "wb") as file: file.write(b"written")
        return b"written"
    except OSError as error:
        return type(error).__name__.encode()

held = []
def hold(request): held.append(bytes(range(256)) * (int(request) // 256)); return pid(b"")

def burn(request):
    while True: pass

def started(path):
    """Start a program, write its process id, and never end."""
    program = subprocess.Popen(["sleep", "600"])
    with open(path, "w") as file: file.write(str(program.pid))
    while True: pass

def started_worker(path):
    """Have a worker of one's own at work, write its process id, and never end."""
    worker = Worker(Kind(__name__ + ":sleep"))
    worker.start(time.monotonic() + 60)
    with open(path, "w") as file: file.write(str(worker.pid))
    worker.ask(b"600", Limits(600))

def ask_own(request):
    with Worker(Kind(__name__ + ":pid")) as worker:
        return worker.ask(b"", Limits(60)) + b" " + pid(b"")
'''
MODULE = "handlers_of_the_tests_of_processes"


@pytest.fixture(scope="session")
def _handlers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("handlers")
    (folder / f"{MODULE}.py").write_text(HANDLERS, encoding="utf-8")
    sys.path.insert(0, str(folder))
    find_nursery((MODULE,))  # it takes the path of now
    yield
    sys.path.remove(str(folder))
    drop_nursery(nursery._started[MODULE,])


@pytest.fixture
def make_worker(_handlers: None) -> Iterator[Callable[..., Worker]]:
    """A worker that does what one of the functions above does."""
    made: list[Worker] = []

    def make(handler: str, **kind: object) -> Worker:
        made.append(Worker(kind_of(handler, **kind)))
        return made[-1]

    yield make
    for worker in made:
        worker.end()


@pytest.fixture
def make_kind(_handlers: None) -> Callable[..., Kind]:
    return kind_of


def kind_of(handler: str, **kind: object) -> Kind:
    return Kind(f"{MODULE}:{handler}", preload=(MODULE,), **kind)  # type: ignore[arg-type]


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not, and counts as a fault: nobody waited for it."""
    status = Path(f"/proc/{pid}/stat")
    try:
        state = status.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.01)
