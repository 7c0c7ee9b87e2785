"""What every reader gives: a Document of fragments with their place and what separates them.

A fragment is the smallest piece that a table cell can be made of: a delimited cell of an HTML, DOCX or ruled
table (an empty one too: every delimited empty cell is a fragment of its own, with text ""), a piece between
pipes or newlines of plain text, or a word of a PDF page.

Errors::

    GoujiError
      SourceError            the input cannot be used; nothing of it is kept
        UnreadableSource     encrypted, corrupt, or without any text            (422 unreadable)
        UnsupportedMedia     a type that no reader takes                        (415 unsupported_media)
        SourceTooLarge       over a limit of size, pages or pixels              (413 too_large)
        ReadingTimeout       reading did not end in its time                    (504 too_slow)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

Box = tuple[float, float, float, float]


def join_boxes(boxes: Iterable[Box | None]) -> Box | None:
    """The box around all that are there; None where none is."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    left, top, right, bottom = zip(*known, strict=True)
    return min(left), min(top), max(right), max(bottom)


class GoujiError(Exception):
    """Every error that the library raises on purpose."""


class SourceError(GoujiError):
    """The input cannot be used."""


class UnreadableSource(SourceError):
    """Encrypted, corrupt, empty, or without any text."""


class UnsupportedMedia(SourceError):
    """A type of file that no reader takes."""


class SourceTooLarge(SourceError):
    """Over a limit of bytes, pages or pixels."""


class ReadingTimeout(SourceError):
    """Reading did not end in its time."""


class Gap(StrEnum):
    """What stands between a fragment and the one before it. The strongest that is found there counts."""

    NONE = "none"  # nothing, or the first of the document
    SPACE = "space"  # blanks inside a line
    CELL = "cell"  # a cell delimiter: a pipe, a tab, the border of a grid cell
    LINE = "line"  # one newline
    BLANK_LINE = "blank_line"  # an empty line: the next paragraph
    ROW = "row"  # the end of a grid row (tr, DOCX row, ruled row)
    TABLE = "table"  # the border of a grid table
    PAGE = "page"  # a page break


@dataclass(frozen=True, slots=True)
class GridPlace:
    """Where a delimited cell stands in the grid that the source itself draws (HTML, DOCX, ruled PDF, XLSX).

    `table` numbers the grids of the document from 0; `row` and `column` count grid places from 0, after merged
    cells are laid out; `row_span` and `column_span` are 1 for a cell that is not merged.
    """

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Fragment:
    """One piece of the source, in reading order.

    text: what the source prints, outer blanks stripped and inner ones kept; a reader of pages puts a blank where a line
        or page end cut a cell in two. "" is an empty delimited cell.
    start, end: character span in `Document.text`.
    page: from 1.  box: [x0, y0, x1, y1] in PDF points from the top left; None for text and HTML.
    gap: what separates it from the fragment before.
    pipes: the number of pipes between the fragment before and this one (text layouts; 0 elsewhere).
    newlines: the number of newlines there.
    grid: its place in a drawn grid, None where the source draws none.
    score: what OCR says of it, 0 to 1; None where the characters are certain.
    unread: something is printed here that could not be read (a box of ink that OCR gave no characters for).
    place: the number of its cell in its line, from 0, where pipes or tabs divide a text; None elsewhere.
    """

    text: str
    start: int
    end: int
    page: int = 1
    box: Box | None = None
    gap: Gap = Gap.NONE
    pipes: int = 0
    newlines: int = 0
    grid: GridPlace | None = None
    score: float | None = None
    unread: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the source: its size in PDF points (None for text), and whether OCR read it."""

    number: int
    width: float | None = None
    height: float | None = None
    ocr: bool = False
    note: str | None = None  # why nothing was read here, when nothing was


class FigureKind(StrEnum):
    """What holds no text of the source's own and may hold a table all the same."""

    PICTURE = "picture"  # an image, inside the source or linked
    ATTACHMENT = "attachment"  # a file: linked, or inside the source
    FRAME = "frame"  # another page inside this one: iframe, embed, object
    PLACE = "place"  # a part of a page that is not shown at first, or that a script fills


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, an attachment or a frame, where it stands between the fragments.

    start: the characters of `Document.text` that stand before it.
    address: where it points to, None for what is inside the source.
    read: whether what it shows is among the fragments.
    """

    kind: FigureKind
    start: int
    page: int = 1
    address: str | None = None
    box: Box | None = None
    read: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it was read. `text` is the whole text that the spans of the fragments point into.

    figures: what may hold a table and is not text, in reading order.
    """

    text: str
    fragments: tuple[Fragment, ...]
    pages: tuple[Page, ...] = field(default_factory=lambda: (Page(1),))
    media_type: str = "text/plain"
    title: str | None = None  # what the source names itself by (an HTML title, a document property)
    figures: tuple[Figure, ...] = ()

    @property
    def ocr(self) -> bool:
        """Whether any page was read by OCR."""
        return any(page.ocr for page in self.pages)
