"""Readers: one function for each kind of source, bytes -> Document. `read` picks the one by content."""

from collections.abc import Sequence
from dataclasses import replace

from models.document import Document, SourceTooLarge, UnreadableSource
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
        return _read_html(text)
    from models.readers.text import text_to_document

    return text_to_document(text, media.TEXT)


def _read_html(text: str) -> Document:
    """Read a page here, and the pictures inside it in the worker where they may be its tables."""
    from models.readers.figures import read_figures
    from models.readers.held import pack_pictures
    from models.readers.html import html_to_holding
    from models.readers.worker import read_apart

    def read_pictures(numbers: Sequence[int], title: bool) -> Document:
        return read_apart(pack_pictures([holding.held[n] for n in numbers], title), media.PICTURES)

    holding = html_to_holding(text)
    document = read_figures(holding.document, holding.held, read_pictures)
    if not document.fragments:
        raise UnreadableSource("the page holds no text")
    return replace(document, media_type=media.HTML)
