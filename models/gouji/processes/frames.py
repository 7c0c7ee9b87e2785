"""Frames between a process and its worker: a head, and as many bytes as it says."""

import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 256 * 2**20  # bytes of one frame: a worker that read a hostile file is not believed more
_HEAD = struct.Struct(">QB?dq")  # bytes that follow, what they are, last, CPU seconds, bytes of memory
_PIECE = 1 << 20


class Told(IntEnum):
    """What a frame is."""

    REQUEST = 0
    ANSWER = 1
    OUT_OF_MEMORY = 2
    FAULT = 3  # an error that nobody foresaw: its traceback


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. last: the worker wants no more requests.

    cpu_seconds, memory: the limits of a request, in seconds and in bytes; 0 sets none.
    """

    told: Told
    payload: bytes = b""
    last: bool = False
    cpu_seconds: float = 0.0
    memory: int = 0


def send_frame(connection: socket.socket, frame: Frame, until: float | None = None) -> None:
    """Send a frame. Raises TimeoutError when `until` (of time.monotonic) has come, and OSError as sockets do."""
    head = _HEAD.pack(len(frame.payload), frame.told, frame.last, frame.cpu_seconds, frame.memory)
    _set_deadline(connection, until)
    connection.sendall(head)
    _set_deadline(connection, until)
    connection.sendall(frame.payload)


def receive_frame(connection: socket.socket, until: float | None = None) -> Frame | None:
    """Receive a frame; None when the other side is gone or sends what is none. Raises TimeoutError and OSError."""
    head = _receive(connection, _HEAD.size, until)
    if head is None:
        return None
    length, told, last, cpu_seconds, memory = _HEAD.unpack(head)
    if length > LONGEST or told not in Told.__members__.values():
        return None
    payload = _receive(connection, length, until)
    return None if payload is None else Frame(Told(told), payload, last, cpu_seconds, memory)


def _receive(connection: socket.socket, length: int, until: float | None) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        _set_deadline(connection, until)
        piece = connection.recv(min(_PIECE, length - len(received)))
        if not piece:
            return None
        received += piece
    return bytes(received)


def _set_deadline(connection: socket.socket, until: float | None) -> None:
    # 0 would make the socket non-blocking, which is another error
    connection.settimeout(None if until is None else max(0.001, until - time.monotonic()))
