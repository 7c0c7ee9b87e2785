"""Readers: one function for each kind of source, bytes -> Document. `read` picks the one by content."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gouji.document import Document, SourceTooLarge, UnreadableSource
from gouji.extras import require_extra
from gouji.processes.worker import Limits
from gouji.readers import media
from gouji.readers.held import Held, pack_pictures, pictures_in_text
from gouji.systems import require_posix

MAX_BYTES = 64 * 2**20
MAX_FRAGMENTS = 300_000  # a report has some 500; what takes time is in proportion to them, about 30 seconds a million
_GZIP = b"\x1f\x8b\x08"
_DEEPEST = 4  # mails inside mails, packed files inside them
_BY_SECOND = {"pdfplumber": media.PDF_BY_PDFPLUMBER}
SECOND_READERS = tuple(_BY_SECOND)  # what may give a second opinion on a PDF


def read(
    data: bytes, name: str | None = None, media_type: str | None = None, *, limits: Limits | None = None
) -> Document:
    """Read a source of any kind into a Document, whose `media_type` is what the bytes really are.

    Text and HTML are read here; binary files in a worker process with limits of memory and time, because their
    parsers can be made to abort, to hang or to swell. Raises SourceError (see document.py), and nothing else.

    limits: what reading one binary file may cost (apart/reading.py says what, where none are given).
    """
    document = _read(data, name, media_type, None, _DEEPEST, limits)
    if len(document.fragments) > MAX_FRAGMENTS:
        raise SourceTooLarge(f"{len(document.fragments)} pieces of text; at most {MAX_FRAGMENTS} are read")
    return document


def choose_second(reader: str | None) -> str | None:
    """The name of a second reader that can be used; None where none is asked for. Raises as `require_second_reader`."""
    if reader:
        require_second_reader(reader)
    return reader or None


def require_second_reader(reader: str) -> None:
    """Raise ValueError for a second reader that is not known, MissingExtra for one that is not installed."""
    if reader not in SECOND_READERS:
        raise ValueError(f"second_reader must be one of {', '.join(SECOND_READERS)}, not {reader!r}")
    require_extra(reader, "second-reader")


def read_second(data: bytes, reader: str, *, limits: Limits | None = None) -> Document:
    """Read a PDF that `read` has read once more, by another library, in the same worker with the same limits.

    Raises SourceError; ValueError and MissingExtra as `require_second_reader` does.
    """
    require_second_reader(reader)
    from gouji.readers.apart.reading import read_apart

    for _ in range(_DEEPEST):
        if data.startswith(_GZIP):
            data = _unpack(data)
    return read_apart(data, _BY_SECOND[reader], limits)


def _read(
    data: bytes,
    name: str | None,
    media_type: str | None,
    declared: str | None,
    depth: int,
    limits: Limits | None,
) -> Document:
    if len(data) > MAX_BYTES:
        raise SourceTooLarge(f"{len(data)} bytes; at most {MAX_BYTES} are read")
    if data.startswith(_GZIP) and depth:
        return _read(_unpack(data), name, media_type, declared, depth - 1, limits)
    kind = media.sniff(data, name, media_type)
    if kind in media.BINARY:
        require_posix()
        from gouji.readers.apart.reading import read_apart

        return read_apart(data, kind, limits)
    from gouji.readers.text.mail import is_mail, read_mail

    if depth and is_mail(data):
        return read_mail(data, lambda part, called, charset: _read(part, called, None, charset, depth - 1, limits))
    from gouji.readers.html.marks import marks_to_tags
    from gouji.readers.html.markup import is_whole_page, looks_like_html
    from gouji.readers.text.encoding import decode
    from gouji.readers.text.undoing import undo

    undone = undo(decode(data, declared))
    if undone.is_page or (kind == media.HTML and looks_like_html(undone.text)):
        whole = is_whole_page(undone.text)
        document = _read_html(undone.text if whole else marks_to_tags(undone.text), limits)
        return replace(document, media_type=media.HTML, title=undone.title or document.title)
    from gouji.readers.text.reader import text_to_document

    if undone.text.count("\n") > MAX_FRAGMENTS:
        raise SourceTooLarge(f"more than {MAX_FRAGMENTS} lines of text")
    document = text_to_document(undone.text, media.TEXT)
    return replace(_read_pictures(document, pictures_in_text(document), limits), title=undone.title)


def _unpack(data: bytes) -> bytes:
    """What gzip packed, also where its end is cut off."""
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise UnreadableSource(f"a damaged gzip file: {error}") from error
    if len(unpacked) > MAX_BYTES:
        raise SourceTooLarge(f"it unpacks to more than {MAX_BYTES} bytes")
    return unpacked


def _read_html(text: str, limits: Limits | None) -> Document:
    from gouji.readers.html.reader import html_to_holding

    holding = html_to_holding(text)
    document = _read_pictures(holding.document, holding.held, limits)
    if not document.fragments:
        raise UnreadableSource("the page holds no text")
    return document


def _read_pictures(document: Document, held: Mapping[int, Held], limits: Limits | None) -> Document:
    """A document that was read here, with the pictures inside it read in the worker where they may be its tables."""
    from gouji.readers.apart.reading import read_apart
    from gouji.readers.figures import read_figures

    def read_pictures(numbers: Sequence[int], title: bool) -> Document:
        return read_apart(pack_pictures([held[n] for n in numbers], title), media.PICTURES, limits)

    return read_figures(document, held, read_pictures) if held else document
