"""The ink of all pages -> the Document: tables put together, the words outside them in reading order."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.document import Box, Document, Figure, FigureKind, Fragment, Gap, GridPlace, Page, UnreadableSource
from gouji.forms import TABLES
from gouji.readers.page.flow import Line, find_borderless
from gouji.readers.page.grids import Grid, GridCell, continues, fill_table, join_grids
from gouji.readers.page.ink import Chunk, Glyph, PageInk, glyphs_to_lines, line_to_chunks
from gouji.readers.page.labelling import nearest
from gouji.readers.page.ruled import edges_to_tables
from gouji.text.labels import canonical

_MARGIN = 0.12  # running heads and page numbers stand in this share of the page at its top and bottom
_PICTURE_HEAD = 12.0  # set: points of white that a picture may begin with, beside the line above it
_MOST_RUNNING = 3  # lines at either end of a page
_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/,，共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*")
_SEPARATOR = {
    Gap.NONE: "",
    Gap.SPACE: " ",
    Gap.CELL: "\t",
    Gap.LINE: "\n",
    Gap.BLANK_LINE: "\n\n",
    Gap.ROW: "\n",
    Gap.TABLE: "\n\n",
    Gap.PAGE: "\f",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a grid stands on one page, at height y."""

    grid: int
    page: int
    y: float
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture on a page that holds text too."""

    page: int
    box: Box

    @property
    def y(self) -> float:
        """The height from which on it shows something: what stands higher stands before it."""
        return self.box[1] + min(_PICTURE_HEAD, 0.1 * (self.box[3] - self.box[1]))


def pages_to_document(inks: Sequence[PageInk], media_type: str, title: str | None = None) -> Document:
    """Put a Document together. Raises UnreadableSource when no page holds a character, nor a picture beside text."""
    if not any(ink.glyphs or ink.pictures for ink in inks):
        notes = "; ".join(sorted({ink.note for ink in inks if ink.note}))
        raise UnreadableSource(f"no text on any of the {len(inks)} pages{': ' + notes if notes else ''}")
    ruled: dict[int, list[Grid]] = {}
    loose: dict[int, list[Glyph]] = {}
    for ink in inks:
        rest = list(ink.glyphs)
        grids: list[Grid] = []
        # Small tables first: a frame around everything must not take what belongs to the table in it.
        tables = edges_to_tables(ink.horizontal, ink.vertical)
        for table in sorted(tables, key=lambda t: (t.box[2] - t.box[0]) * (t.box[3] - t.box[1])):
            grid, rest = fill_table(table, rest, ink.number)
            grids.append(grid)
        ruled[ink.number] = sorted(grids, key=_top)
        loose[ink.number] = rest
    lines = _lines(inks, loose)
    grids = _join_over_pages(inks, ruled, lines)
    found, lines = find_borderless(lines, inks)
    parts = _parts([*grids, *found])
    pages = tuple(Page(ink.number, *_shown_size(ink), ink.ocr, ink.note) for ink in inks)
    pictures = [_Picture(ink.number, box) for ink in inks for box in ink.pictures]
    document = _write(parts, lines, pictures, pages, media_type, title)
    return _turn_back(document, {ink.number: ink for ink in inks if ink.skew or ink.turns})


def _shown_size(ink: PageInk) -> tuple[float, float]:
    return (ink.height, ink.width) if ink.turns % 2 else (ink.width, ink.height)


def _turn_back(document: Document, turned: Mapping[int, PageInk]) -> Document:
    """Boxes of pages that were turned or straightened, back to where the source shows them."""
    if not turned:
        return document
    fragments = tuple(
        replace(f, box=_turned(f.box, turned[f.page])) if f.box is not None and f.page in turned else f
        for f in document.fragments
    )
    figures = tuple(
        replace(f, box=_turned(f.box, turned[f.page])) if f.box is not None and f.page in turned else f
        for f in document.figures
    )
    return replace(document, fragments=fragments, figures=figures)


def _turned(box: Box, ink: PageInk) -> Box:
    x, y = (box[0] + box[2]) / 2 - ink.width / 2, (box[1] + box[3]) / 2 - ink.height / 2
    sine, cosine = math.sin(math.radians(ink.skew)), math.cos(math.radians(ink.skew))
    x, y = x * cosine - y * sine + ink.width / 2, x * sine + y * cosine + ink.height / 2
    half_width, half_height = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
    if ink.turns % 2:
        half_width, half_height = half_height, half_width
    x, y = ((x, y), (y, ink.width - x), (ink.width - x, ink.height - y), (ink.height - y, x))[ink.turns % 4]
    return (x - half_width, y - half_height, x + half_width, y + half_height)


def _top(grid: Grid) -> float:
    return min(cell.box[1] for cell in grid.cells)


def _lines(inks: Sequence[PageInk], loose: dict[int, list[Glyph]]) -> list[Line]:
    lines = [
        Line(ink.number, tuple(line_to_chunks(line))) for ink in inks for line in glyphs_to_lines(loose[ink.number])
    ]
    pattern = [re.sub(r"\d+", "#", line.text) for line in lines]
    often = Counter((pattern[n], round(line.y / 12)) for n, line in enumerate(lines))
    running: set[int] = set()
    for ink in inks:
        mine = [n for n, line in enumerate(lines) if line.page == ink.number]
        for edge, outer in ((mine, -1.0), (mine[::-1], 1.0)):
            # Only the outermost lines: the header of a table comes again on every page too.
            for n in edge[:_MOST_RUNNING]:
                beyond = (lines[n].y - ink.height / 2) * outer > (0.5 - _MARGIN) * ink.height
                again = often[pattern[n], round(lines[n].y / 12)] > 1 and not _is_header(lines[n])
                if not beyond or not (_is_page_number(lines[n]) or again):
                    break
                running.add(n)
    return [Line(line.page, line.chunks, n in running) for n, line in enumerate(lines)]


def _is_page_number(line: Line) -> bool:
    return _PAGE_NUMBER.fullmatch(line.text) is not None and len(line.chunks) < 5


def _is_header(line: Line) -> bool:
    return any(nearest(canonical(chunk.text), table)[1] > 0.85 for chunk in line.chunks for table in TABLES)


def _join_over_pages(inks: Sequence[PageInk], ruled: dict[int, list[Grid]], lines: Sequence[Line]) -> list[Grid]:
    done: list[Grid] = []
    before: int | None = None  # the page that the last of `done` ends on, when nothing stands below it there
    for ink in inks:
        content = [line.y for line in lines if line.page == ink.number and not line.running]
        for n, grid in enumerate(ruled[ink.number]):
            first = n == 0 and not any(y < _top(grid) for y in content)
            if first and before == ink.number - 1 and done and continues(done[-1], grid):
                done[-1] = join_grids(done[-1], grid)
            else:
                done.append(grid)
            bottom = max(cell.box[3] for cell in grid.cells)
            before = None if any(y > bottom for y in content) else ink.number
        if not ruled[ink.number]:
            before = None
    # A part without any text may be a row of blanks that goes on; a whole table without any is a drawing.
    return [grid for grid in done if any(cell.text or cell.unread for cell in grid.cells)]


def _parts(grids: Sequence[Grid]) -> list[_Part]:
    """What stands of each grid on each page; the grids are numbered as they begin."""
    ordered = sorted((grid for grid in grids if grid.cells), key=lambda g: (min(c.page for c in g.cells), _start(g)))
    parts: list[_Part] = []
    for number, grid in enumerate(ordered):
        by_page: dict[int, list[GridCell]] = {}
        page = min(cell.page for cell in grid.cells)
        for row in range(grid.rows):
            cells = [cell for cell in grid.cells if cell.row == row]
            if cells:
                # A row that a page break cut stays together, where its first cell is.
                page = max(page, min(cell.page for cell in cells))
                by_page.setdefault(page, []).extend(cells)
        for page, cells in by_page.items():
            tops = [cell.box[1] for cell in cells if cell.page == page]
            parts.append(_Part(number, page, min(tops, default=0.0), tuple(cells)))
    return parts


def _start(grid: Grid) -> float:
    page = min(cell.page for cell in grid.cells)
    return min(cell.box[1] for cell in grid.cells if cell.page == page)


def _write(
    parts: Sequence[_Part],
    lines: Sequence[Line],
    pictures: Sequence[_Picture],
    pages: tuple[Page, ...],
    media_type: str,
    title: str | None,
) -> Document:
    text: list[str] = []
    figures: list[Figure] = []
    length = 0
    fragments: list[Fragment] = []

    def put(piece: str, page: int, gap: Gap, source: GridCell | Chunk, place: GridPlace | None, unread: bool) -> None:
        nonlocal length
        gap = gap if fragments else Gap.NONE
        separator = _SEPARATOR[gap]
        start = length + len(separator)
        text.append(separator + piece)
        length = start + len(piece)
        newlines = separator.count("\n")
        fragments.append(
            Fragment(piece, start, length, page, source.box, gap, 0, newlines, place, source.score, unread)
        )

    items: list[tuple[int, float, _Part | Line | _Picture]] = [(part.page, part.y, part) for part in parts]
    items += [(line.page, line.y, line) for line in lines]
    items += [(picture.page, picture.y, picture) for picture in pictures]
    page_before, grid_before = 0, -1
    started: set[int] = set()
    for page, _, item in sorted(items, key=lambda i: i[:2]):
        if isinstance(item, _Picture):
            figures.append(Figure(FigureKind.PICTURE, length, page, box=item.box))
            continue
        if isinstance(item, Line):
            for n, chunk in enumerate(item.chunks):
                gap = Gap.SPACE if n else Gap.PAGE if page != page_before else Gap.LINE
                put(
                    chunk.text,
                    page,
                    Gap.TABLE if gap is Gap.LINE and grid_before >= 0 else gap,
                    chunk,
                    None,
                    chunk.unread,
                )
                grid_before = -1
        else:
            row = -1
            for cell in item.cells:
                gap = Gap.CELL if cell.row == row else Gap.ROW if item.grid in started else Gap.TABLE
                started.add(item.grid)
                place = GridPlace(item.grid, cell.row, cell.column, cell.row_span, cell.column_span)
                put(cell.text, cell.page, gap, cell, place, cell.unread)
                row = cell.row
            grid_before = item.grid
        page_before = page
    return Document("".join(text), tuple(fragments), pages, media_type, title, tuple(figures))
