"""ZIP containers (DOCX, XLSX) held to limits before anything is unpacked, and grids of them written as Documents."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from gouji.document import Document, Figure, Fragment, Gap, GridPlace, Page, SourceTooLarge, UnreadableSource
from gouji.readers.figures import MAX_FIGURES
from gouji.readers.held import Held, Holding, Mark
from gouji.readers.html.stacked import StackedCell, split_rows

MAX_UNPACKED = 200 * 2**20
MAX_PARTS = 5_000
_MAX_RATIO = 400  # text packs about 20 to 1; a bomb 1000 to 1
_SMALL_PART = 2**20
_PROLOG = 2**16  # bytes of a part in which declarations are looked for; the parsers expand none that come later
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SEPARATOR = {Gap.NONE: "", Gap.CELL: "\t", Gap.LINE: "\n", Gap.ROW: "\n", Gap.TABLE: "\n\n", Gap.PAGE: "\f"}


@dataclass(frozen=True, slots=True)
class DelimitedCell:
    """A cell of a table: its grid place and its text, "" when it is empty."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    unread: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`text`), a table (`cells`) or figures (`marks`), on a sheet or page counted from 1."""

    text: str = ""
    cells: tuple[DelimitedCell, ...] = ()
    page: int = 1
    marks: tuple[Mark, ...] = ()


def check_container(data: bytes) -> None:
    """Hold a ZIP container to the limits. Raises SourceTooLarge for a bomb, UnreadableSource for entities or damage."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SourceTooLarge(f"it unpacks to more than {MAX_UNPACKED // 2**20} MiB")
            for part in parts:
                if part.flag_bits & 1:
                    raise UnreadableSource("the container is encrypted")
                if part.file_size > _SMALL_PART and part.file_size > _MAX_RATIO * max(1, part.compress_size):
                    raise SourceTooLarge(f"{part.filename} is packed {_MAX_RATIO} to one or more: a bomb")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if _DECLARATION.search(opened.read(_PROLOG).replace(b"\0", b"")):  # UTF-16 too
                            raise UnreadableSource(f"{part.filename} declares entities")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSource("the container is damaged") from error


def blocks_to_holding(blocks: Sequence[Block], media_type: str, title: str | None = None) -> Holding:
    """Write paragraphs and tables as a Document, with their figures and what those hold."""
    text: list[str] = []
    fragments: list[Fragment] = []
    figures: list[Figure] = []
    held: dict[int, Held] = {}
    length = 0

    def put(piece: str, gap: Gap, page: int, place: GridPlace | None, unread: bool = False) -> None:
        nonlocal length
        if fragments and page != fragments[-1].page:
            gap = Gap.PAGE
        gap = gap if fragments else Gap.NONE
        separator = _SEPARATOR[gap]
        start = length + len(separator)
        text.append(separator + piece)
        length = start + len(piece)
        newlines = separator.count("\n")
        fragments.append(Fragment(piece, start, length, page, None, gap, 0, newlines, place, None, unread))

    def note(marks: Sequence[Mark], page: int) -> None:
        for mark in marks[: MAX_FIGURES - len(figures)]:
            if mark.held is not None:
                held[len(figures)] = mark.held
            figures.append(Figure(mark.kind, length, page, mark.address))

    table = -1
    for block in blocks:
        if block.cells:
            table += 1
            row = -1
            for n, cell in enumerate(_split(block.cells)):
                gap = Gap.TABLE if n == 0 else Gap.CELL if cell.row == row else Gap.ROW
                place = GridPlace(table, cell.row, cell.column, cell.row_span, cell.column_span)
                put(cell.text, gap, block.page, place, cell.unread)
                note(cell.marks, block.page)
                row = cell.row
        else:
            for line in filter(None, (line.strip() for line in block.text.splitlines())):
                after_table = bool(fragments) and fragments[-1].grid is not None
                put(line, Gap.TABLE if after_table else Gap.LINE, block.page, None)
        note(block.marks, block.page)
    pages = tuple(Page(n) for n in range(1, max((block.page for block in blocks), default=1) + 1))
    return Holding(Document("".join(text), tuple(fragments), pages, media_type, title, tuple(figures)), held)


def require_text(document: Document) -> Document:
    """The document. Raises UnreadableSource when it holds no text."""
    if not any(fragment.text for fragment in document.fragments):
        raise UnreadableSource("the document holds no text")
    return document


def _split(cells: Sequence[DelimitedCell]) -> list[DelimitedCell]:
    """The cells of a table, with rows of which several were typed into one split."""
    found = split_rows(
        [StackedCell(c.row, c.column, c.row_span, c.column_span, c.text, n) for n, c in enumerate(cells)]
    )
    split: list[DelimitedCell] = []
    noted: set[int] = set()
    for c in found:
        whole = cells[c.key]
        marks = () if c.key in noted else whole.marks
        noted.add(c.key)
        place = (c.row, c.column, c.row_span, c.column_span)
        split.append(DelimitedCell(*place, c.text, whole.unread, marks))
    return split
