import os
import socket
import struct
import time

import pytest

from gouji.processes.frames import LONGEST, Frame, Told, receive_frame, send_frame


@pytest.mark.parametrize(
    "frame", [Frame(Told.ANSWER), Frame(Told.REQUEST, b"abc", False, 1.5, 2**40), Frame(Told.FAULT, b"\0" * 9, True)]
)
def test_a_frame_arrives_as_it_was_sent(frame: Frame) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_frame(ours, frame)
        assert receive_frame(theirs) == frame


def test_a_side_that_is_gone_gives_none_whenever_it_went() -> None:
    for sent in range(1, 30):
        ours, theirs = socket.socketpair()
        with theirs:
            with ours:
                ours.sendall((struct.pack(">QB?dq", 100, 1, False, 0.0, 0) + b"x" * 50)[:sent])
            assert receive_frame(theirs) is None


@pytest.mark.parametrize("head", [(LONGEST + 1, 1), (2**63, 1), (5, 9)])
def test_what_is_no_frame_gives_none_at_once(head: tuple[int, int]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(struct.pack(">QB?dq", *head, False, 0.0, 0))
        assert receive_frame(theirs, time.monotonic() + 5) is None


def test_a_sender_that_dribbles_is_not_waited_for_longer_than_one_that_is_silent() -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.sendall(struct.pack(">QB?dq", 10_000, 1, False, 0.0, 0))
            for _ in range(200):
                ours.sendall(b"x")
                time.sleep(0.05)
        finally:
            os._exit(0)
    start = time.monotonic()
    with ours, theirs, pytest.raises(TimeoutError):
        receive_frame(theirs, start + 0.4)
    assert time.monotonic() - start < 3
    os.kill(pid, 9)
    os.waitpid(pid, 0)
