"""Readers: one function for each kind of source, bytes -> Document. `read` picks the one by content."""

from dataclasses import replace

from models.document import Document, SourceTooLarge
from models.readers import media

MAX_BYTES = 64 * 2**20


def read(data: bytes, name: str | None = None, media_type: str | None = None) -> Document:
    """Read a source of any kind into a Document, whose `media_type` is what the bytes really are.

    Text and HTML are read here; binary files in a worker process with limits of memory and time, because their
    parsers can be made to abort, to hang or to swell. Raises SourceError (see document.py), and nothing else.
    """
    if len(data) > MAX_BYTES:
        raise SourceTooLarge(f"{len(data)} bytes; at most {MAX_BYTES} are read")
    kind = media.sniff(data, name, media_type)
    if kind in media.BINARY:
        from models.readers.worker import read_apart

        return read_apart(data, kind)
    from models.readers.encoding import decode

    text = decode(data)
    if kind == media.HTML:
        from models.readers.html import html_to_document

        return replace(html_to_document(text), media_type=media.HTML)
    from models.readers.text import text_to_document

    return text_to_document(text, media.TEXT)
