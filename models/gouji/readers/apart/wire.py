"""Documents on the wire between the server and its reading worker: JSON, so that nothing there can run code."""

import json
import socket
import struct
from dataclasses import astuple
from typing import Any

from gouji.document import (
    Document,
    Figure,
    FigureKind,
    Fragment,
    Gap,
    GridPlace,
    Page,
    ReadingTimeout,
    SourceError,
    SourceTooLarge,
    UnreadableSource,
    UnsupportedMedia,
)

_LENGTH = struct.Struct(">Q")
_LONGEST_REPLY = 256 * 2**20
_ERRORS: dict[str, type[SourceError]] = {
    error.__name__: error for error in (UnreadableSource, UnsupportedMedia, SourceTooLarge, ReadingTimeout)
}


def send_frame(connection: socket.socket, payload: bytes) -> None:
    """Send one frame. Raises OSError (TimeoutError too) as sockets do."""
    connection.sendall(_LENGTH.pack(len(payload)))
    connection.sendall(payload)


def receive_frame(connection: socket.socket, longest: int = _LONGEST_REPLY) -> bytes | None:
    """Receive one frame; None when the other side is gone or sends what is no frame."""
    head = _receive(connection, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    return None if length > longest else _receive(connection, length)


def _receive(connection: socket.socket, length: int) -> bytes | None:
    received = bytearray()
    while len(received) < length:
        piece = connection.recv(min(1 << 20, length - len(received)))
        if not piece:
            return None
        received += piece
    return bytes(received)


def document_to_bytes(document: Document) -> bytes:
    """A document as JSON."""
    raw = {
        "text": document.text,
        "media_type": document.media_type,
        "title": document.title,
        "pages": [astuple(page) for page in document.pages],
        "figures": [astuple(figure) for figure in document.figures],
        "fragments": [
            [
                f.text,
                f.start,
                f.end,
                f.page,
                f.box,
                f.gap,
                f.pipes,
                f.newlines,
                None if f.grid is None else astuple(f.grid),
                f.score,
                f.unread,
            ]
            for f in document.fragments
        ],
    }
    return json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")


def error_to_bytes(error: SourceError) -> bytes:
    """An error of the reader as JSON."""
    return json.dumps({"error": type(error).__name__, "message": str(error)}).encode()


def bytes_to_document(payload: bytes) -> Document:
    """The document of a reply. Raises the SourceError that the reply holds instead."""
    raw: dict[str, Any] = json.loads(payload.decode("utf-8", "surrogatepass"))
    if "error" in raw:
        raise _ERRORS.get(raw["error"], UnreadableSource)(raw["message"])
    fragments = tuple(
        Fragment(
            text,
            start,
            end,
            page,
            None if box is None else (box[0], box[1], box[2], box[3]),
            Gap(gap),
            pipes,
            newlines,
            None if grid is None else GridPlace(*grid),
            score,
            unread,
        )
        for text, start, end, page, box, gap, pipes, newlines, grid, score, unread in raw["fragments"]
    )
    pages = tuple(Page(*page) for page in raw["pages"])
    figures = tuple(
        Figure(FigureKind(kind), start, page, address, None if box is None else (box[0], box[1], box[2], box[3]), read)
        for kind, start, page, address, box, read in raw["figures"]
    )
    return Document(raw["text"], fragments, pages, raw["media_type"], raw["title"], figures)
