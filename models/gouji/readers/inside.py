"""Documents and pictures inside an office document, read at their places."""

from collections.abc import Callable, Mapping, Sequence

from gouji.document import Document, FigureKind, UnsupportedMedia
from gouji.readers import media
from gouji.readers.figures import Reading, place_readings, read_figures
from gouji.readers.held import Held, Holding

ReadDocument = Callable[[bytes], Document]


def read_holding(holding: Holding, readers: Mapping[str, ReadDocument] | None = None) -> Document:
    """The document with what it holds: documents that are shown in it always, the rest where a table is missing.

    readers: those of the kinds of document that it may hold, by their media types.
    """
    document, held = holding.document, holding.held
    known = readers or {}
    frames = [n for n in held if document.figures[n].kind is FigureKind.FRAME]
    shown = [Reading((n,), found) for n in frames if (found := _read_shown(held[n], known)) is not None]
    if shown:
        document = place_readings(document, shown)

    def read(numbers: Sequence[int], title: bool) -> Document:
        if held[numbers[0]].kind is not None:
            return read_document(held[numbers[0]], known)
        from gouji.readers.scan.sheets import pictures_to_document

        return pictures_to_document([held[n] for n in numbers], title)

    rest = [n for n in held if n not in frames]
    return read_figures(document, rest, read, [n for n in rest if held[n].kind is not None])


def _read_shown(held: Held, readers: Mapping[str, ReadDocument]) -> Document | None:
    try:
        return read_document(held, readers)
    except Exception:  # as in read_figures
        return None


def read_document(held: Held, readers: Mapping[str, ReadDocument]) -> Document:
    """Read a document that stands inside another. Raises SourceError."""
    if held.kind == media.HTML:
        from gouji.readers.html.reader import html_to_document

        return html_to_document(held.data)
    if held.kind == media.TEXT:
        from gouji.readers.text.encoding import decode
        from gouji.readers.text.reader import text_to_document

        return text_to_document(decode(held.data), media.TEXT)
    reader = readers.get(held.kind or "")
    if reader is None:
        raise UnsupportedMedia(f"no reader for {held.kind} inside another document")
    return reader(held.data)
