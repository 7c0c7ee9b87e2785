"""Documents and pictures inside an office document, read at their places."""

from collections.abc import Sequence

from models.document import Document, FigureKind
from models.readers import media
from models.readers.figures import Reading, place_readings, read_figures
from models.readers.held import Held, Holding


def read_holding(holding: Holding) -> Document:
    """The document with what it holds: documents that are shown in it always, the rest where a table is missing."""
    document, held = holding.document, holding.held
    frames = [n for n in held if document.figures[n].kind is FigureKind.FRAME]
    shown = [Reading((n,), found) for n in frames if (found := _read_document(held[n])) is not None]
    if shown:
        document = place_readings(document, shown)

    def read(numbers: Sequence[int], title: bool) -> Document:
        if held[numbers[0]].kind is not None:
            return read_document(held[numbers[0]])
        from models.readers.sheets import pictures_to_document

        return pictures_to_document([held[n] for n in numbers], title)

    rest = [n for n in held if n not in frames]
    return read_figures(document, rest, read, [n for n in rest if held[n].kind is not None])


def _read_document(held: Held) -> Document | None:
    try:
        return read_document(held)
    except Exception:  # as in read_figures
        return None


def read_document(held: Held) -> Document:
    """Read a document that stands inside another. Raises SourceError."""
    if held.kind == media.XLSX:
        from models.readers.xlsx import xlsx_to_document

        return xlsx_to_document(held.data, inside=True)
    if held.kind == media.DOCX:
        from models.readers.docx import docx_to_document

        return docx_to_document(held.data, inside=True)
    if held.kind == media.HTML:
        from models.readers.html import html_to_document

        return html_to_document(held.data)
    from models.readers.encoding import decode
    from models.readers.text import text_to_document

    return text_to_document(decode(held.data), media.TEXT)
