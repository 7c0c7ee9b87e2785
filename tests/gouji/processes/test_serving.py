"""The side of the process: one request after another, each within its limits."""

import json
import mmap
import multiprocessing
import resource
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gouji.processes.frames import Frame, Told, receive_frame, send_frame
from gouji.processes.serving import resident_bytes, serve, set_limits

HANDLERS = """
def echo(request): return request
def fail(request): raise LookupError("nobody foresaw it")
def exhaust(request): raise MemoryError
"""


@pytest.fixture
def handlers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "handlers_of_serving.py").write_text(HANDLERS)
    monkeypatch.syspath_prepend(tmp_path)
    return "handlers_of_serving"


@pytest.fixture
def caller(handlers: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., socket.socket]]:
    """The other end of a server in a thread; limits are for processes, and are left out here."""
    monkeypatch.setattr("gouji.processes.serving.set_limits", lambda cpu, memory: None)
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def start(name: str, requests: int = 100, share: float = 0.0) -> socket.socket:
        ours, theirs = socket.socketpair()
        thread = threading.Thread(target=serve_and_close, args=(theirs,), daemon=True)
        thread.start()
        told = {"quiet": False, "handler": f"{handlers}:{name}", "requests": requests, "share": share}
        send_frame(ours, Frame(Told.ANSWER, json.dumps(told).encode()))
        opened.append((ours, thread))
        return ours

    yield start
    for ours, thread in opened:
        ours.close()
        thread.join(10)
        assert not thread.is_alive()


def serve_and_close(connection: socket.socket) -> None:
    with connection:
        serve(connection)


def ask(connection: socket.socket, payload: bytes, memory: int = 0) -> Frame:
    send_frame(connection, Frame(Told.ANSWER, payload, memory=memory))
    return answer(connection)


def answer(connection: socket.socket) -> Frame:
    frame = receive_frame(connection)
    assert frame is not None
    return frame


def test_it_says_that_it_is_ready_and_answers(caller: Callable[..., socket.socket]) -> None:
    connection = caller("echo")
    assert answer(connection).told is Told.ANSWER
    for payload in (b"", b"one", b"two" * 100_000):
        frame = ask(connection, payload)
        assert (frame.told, frame.payload, frame.last) == (Told.ANSWER, payload, False)


def test_it_says_which_answer_is_its_last(caller: Callable[..., socket.socket]) -> None:
    connection = caller("echo", requests=2)
    answer(connection)
    assert [ask(connection, b"").last for _ in range(2)] == [False, True]


def test_one_that_holds_more_than_its_share_is_to_be_replaced(caller: Callable[..., socket.socket]) -> None:
    connection = caller("echo", share=0.5)
    answer(connection)
    assert not ask(connection, b"", memory=0).last
    assert not ask(connection, b"", memory=2**50).last
    assert ask(connection, b"", memory=2**20).last


def test_faults_are_told_and_the_process_goes_on(caller: Callable[..., socket.socket]) -> None:
    connection = caller("fail")
    answer(connection)
    frame = ask(connection, b"")
    assert (frame.told, frame.last) == (Told.FAULT, False)
    assert b"LookupError: nobody foresaw it" in frame.payload
    assert ask(connection, b"").told is Told.FAULT


def test_after_memory_ran_out_it_is_replaced(caller: Callable[..., socket.socket]) -> None:
    connection = caller("exhaust")
    answer(connection)
    frame = ask(connection, b"")
    assert (frame.told, frame.last) == (Told.OUT_OF_MEMORY, True)


def test_a_handler_that_is_not_there_is_a_fault_at_once(caller: Callable[..., socket.socket]) -> None:
    frame = answer(caller("gone"))
    assert (frame.told, frame.last) == (Told.FAULT, True)
    assert b"gone" in frame.payload


def limits(pipe: "multiprocessing.connection.Connection") -> None:
    set_limits(5.0, 2**40)
    cpu, memory = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA))
    set_limits(0, 0)
    freed = [resource.getrlimit(k)[0] == resource.getrlimit(k)[1] for k in (resource.RLIMIT_CPU, resource.RLIMIT_DATA)]
    pipe.send((cpu, memory, freed, resource.getrlimit(resource.RLIMIT_CORE)[0]))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_limits_are_set_and_taken_back() -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=limits, args=(theirs,))
    process.start()
    assert ours.poll(60)
    cpu, memory, freed, core = ours.recv()
    process.join()
    assert 5 <= cpu <= 60
    assert memory == 2**40
    assert freed == [True, True]
    assert core == 0


def test_what_a_process_holds_grows_with_what_it_keeps() -> None:
    before = resident_bytes()
    kept = mmap.mmap(-1, 64_000_000)  # of its own: what was freed before may be given again
    kept.write(b"x" * 64_000_000)
    assert resident_bytes() - before > 48_000_000
    kept.close()
