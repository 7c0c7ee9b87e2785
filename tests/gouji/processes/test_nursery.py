"""The clean process that workers are forked from: it gives, it ends, and nothing outlives its owner."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gouji.processes.frames import Frame, Told, receive_frame, send_frame
from gouji.processes.nursery import Nursery, close_nurseries, drop_nursery, find_nursery
from tests.gouji.processes.conftest import is_alive, wait_until

PRELOAD = ("base64",)  # of these tests alone: their nursery is ended here


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    found = find_nursery(PRELOAD)
    yield found
    drop_nursery(found)


def start(nursery: Nursery) -> tuple[int, socket.socket]:
    """A process that encodes what it is sent, and the caller's end of its socket."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = nursery.start(theirs)
    told = {"quiet": True, "handler": "base64:b64encode", "requests": 100, "share": 0.0}
    send_frame(ours, Frame(Told.ANSWER, json.dumps(told).encode()))
    assert receive_frame(ours) is not None
    return process, ours


def test_it_is_started_once_and_again_when_it_was_dropped(nursery: Nursery) -> None:
    assert find_nursery(PRELOAD) is nursery
    drop_nursery(nursery)
    other = find_nursery(PRELOAD)
    assert other is not nursery
    assert other.pid != nursery.pid
    drop_nursery(other)


def test_what_it_forks_answers_in_a_group_of_its_own(nursery: Nursery) -> None:
    process, connection = start(nursery)
    send_frame(connection, Frame(Told.ANSWER, b"3"))
    answer = receive_frame(connection)
    assert answer is not None
    assert answer.payload == b"Mw=="
    assert os.getpgid(process) == process
    assert os.getpgid(process) != os.getpgid(0)
    connection.close()


def test_the_exit_status_of_an_ended_process_is_given(nursery: Nursery) -> None:
    process, connection = start(nursery)
    assert nursery.end(process) == -signal.SIGKILL
    assert not is_alive(process)
    assert nursery.end(process) == 0  # nobody of that name: nothing to end
    connection.close()


def test_one_that_left_by_itself_is_waited_for(nursery: Nursery) -> None:
    process, connection = start(nursery)
    connection.close()
    wait_until(lambda: not Path(f"/proc/{process}").exists())  # nor a zombie of it
    assert nursery.end(process) == 0
    process, connection = start(nursery)
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{process}").exists())  # nor a zombie of it
    assert nursery.end(process) == -signal.SIGKILL
    connection.close()


def test_with_the_nursery_everything_ends_that_was_forked_from_it() -> None:
    own = find_nursery(("binascii", "base64"))
    processes = [start(own) for _ in range(2)]
    pid = own.pid
    assert pid is not None
    drop_nursery(own)
    assert not is_alive(pid)
    for process, connection in processes:
        wait_until(lambda process=process: not is_alive(process))  # type: ignore[misc]
        connection.close()


def test_where_the_nursery_is_gone_a_start_says_so_and_an_end_still_ends(nursery: Nursery) -> None:
    process, connection = start(nursery)
    assert nursery.pid is not None
    os.kill(nursery.pid, signal.SIGKILL)
    assert nursery._process is not None
    nursery._process.wait()
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(OSError, match=r"gone|reset|[Bb]roken pipe"):
        nursery.start(theirs)
    assert nursery.end(process) is None
    wait_until(lambda: not is_alive(process))
    connection.close()


def test_a_fork_of_the_caller_leaves_the_caller_s_nurseries_alone(nursery: Nursery) -> None:
    child = os.fork()
    if child == 0:
        close_nurseries()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    process, connection = start(nursery)
    assert is_alive(process)
    connection.close()
