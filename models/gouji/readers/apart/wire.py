"""Documents on their way from a reading worker: JSON held against the types of document.py by msgspec, so that
nothing that was read can run code here, and no field is named a second time.
"""

import json
from dataclasses import dataclass

import msgspec

from gouji.document import Document, ReadingTimeout, SourceError, SourceTooLarge, UnreadableSource, UnsupportedMedia

_ERRORS: dict[str, type[SourceError]] = {
    error.__name__: error for error in (UnreadableSource, UnsupportedMedia, SourceTooLarge, ReadingTimeout)
}


@dataclass(frozen=True, slots=True)
class _Reply:
    document: Document | None = None
    error: str | None = None  # the name of its class
    message: str = ""


def request_to_bytes(data: bytes, kind: str) -> bytes:
    """A file and its media type on their way to a worker."""
    return kind.encode() + b"\n" + data


def bytes_to_request(request: bytes) -> tuple[bytes, str]:
    """The file and its media type."""
    kind, _, data = request.partition(b"\n")
    return data, kind.decode()


def document_to_bytes(document: Document) -> bytes:
    """A document as JSON."""
    return _to_bytes(_Reply(document))


def error_to_bytes(error: SourceError) -> bytes:
    """An error of the reader as JSON."""
    return _to_bytes(_Reply(None, type(error).__name__, str(error)))


def _to_bytes(reply: _Reply) -> bytes:
    # The JSON of the standard library: halves of surrogate pairs, which broken files hold, pass through it.
    return json.dumps(msgspec.to_builtins(reply), ensure_ascii=False).encode("utf-8", "surrogatepass")


def bytes_to_document(payload: bytes) -> Document:
    """The document of a reply. Raises the SourceError that the reply holds instead, UnreadableSource for no reply."""
    try:
        reply = msgspec.convert(json.loads(payload.decode("utf-8", "surrogatepass")), _Reply)
    except (ValueError, RecursionError) as error:  # msgspec's ValidationError is a ValueError
        raise UnreadableSource("the file made its reader fail") from error
    if reply.document is None:
        raise _ERRORS.get(reply.error or "", UnreadableSource)(reply.message)
    return reply.document
