"""Lines outside of ruled tables laid under one another as one long page, and the borderless tables found in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.forms import TABLES
from gouji.readers.page.borderless import read_region
from gouji.readers.page.grids import Grid
from gouji.readers.page.ink import Chunk, PageInk
from gouji.readers.page.labelling import Piece, cut_headers, is_value, nearest, opening_of
from gouji.text.labels import canonical
from gouji.text.likeness import LIKE_LINE, find_nearest

_BREAK = 6.0  # points between the last line of a page and the first of the next
_COLUMN = 12.0  # points by which a header that comes again may stand beside where it was
_PROSE = 34  # characters of one piece from which a line that is no label is a sentence
_SECTION = re.compile(r"^\s*[（(]?[一二三四五六七八][）)]?[、.．\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line outside of the ruled tables. `running`: a running head or a page number."""

    page: int
    chunks: tuple[Chunk, ...]
    running: bool = False

    @property
    def text(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)

    @property
    def y(self) -> float:
        return sum(chunk.y for chunk in self.chunks) / len(self.chunks)


def find_borderless(lines: Sequence[Line], inks: Sequence[PageInk]) -> tuple[list[Grid], list[Line]]:
    """The tables that stand in the lines without a border, and the lines that are left."""
    grids: list[Grid] = []
    left = list(lines)
    for table in TABLES:
        left = [
            replace(line, chunks=tuple(part for chunk in line.chunks for part in cut_headers(chunk, table)))
            for line in left
        ]
    # Header rows that come again are running heads for every table, and before any is taken out of the lines.
    kept = set(_without_repeats(left, [n for n, line in enumerate(left) if not line.running]))
    left = [replace(line, running=n not in kept) for n, line in enumerate(left)]
    for table in TABLES:
        flow = [n for n, line in enumerate(left) if not line.running]
        pieces = _lay_out(left, flow, inks)
        taken: set[tuple[int, int]] = set()
        for first, end in _regions(left, flow, table):  # more than one where a source holds several reports
            region = [piece for piece in pieces if first <= piece.line < end]
            found = read_region(region, table)
            if found is not None:
                grid, used = found
                grids.append(grid)
                taken |= {(region[n].line, id(region[n].chunk)) for n in used}
        if taken:
            left = [
                Line(line.page, chunks, line.running)
                for n, line in enumerate(left)
                if (chunks := tuple(chunk for chunk in line.chunks if (n, id(chunk)) not in taken))
            ]
    return grids, left


def _without_repeats(lines: Sequence[Line], flow: Sequence[int]) -> list[int]:
    """The flow without header rows that come again at the top of a page."""
    kept: list[int] = []
    seen: dict[str, list[float]] = {}
    page, at_top = 0, False
    for n in flow:
        if lines[n].page != page:
            page, at_top = lines[n].page, True
        at_top = at_top and _is_repeat(lines[n], seen)
        if not at_top:
            kept.append(n)
            for chunk in lines[n].chunks:
                seen.setdefault(chunk.text, []).append(chunk.x)
    return kept


def _is_repeat(line: Line, seen: Mapping[str, Sequence[float]]) -> bool:
    """Whether every chunk of a line was seen before in its column: the same, or on a scan nearly the same.

    Table 四 prints the same headers in block after block, and a page break may part the blocks.
    """
    if any(c.isdigit() for c in line.text) or any(is_value(chunk) for chunk in line.chunks):
        return False
    for chunk in line.chunks:
        over = [text for text, places in seen.items() if any(abs(x - chunk.x) <= _COLUMN for x in places)]
        if chunk.text in over:
            continue
        if chunk.score is None or find_nearest(chunk.text, over, LIKE_LINE) is None:
            return False
    return True


def _lay_out(lines: Sequence[Line], flow: Sequence[int], inks: Sequence[PageInk]) -> list[Piece]:
    """Every chunk of the flow as a piece at its height in the flow; `Piece.line` is its place in `lines`."""
    down = 0.0
    offsets: dict[int, float] = {}
    for ink in inks:
        boxes = [chunk.box for n in flow if lines[n].page == ink.number for chunk in lines[n].chunks]
        if boxes:
            offsets[ink.number] = down - min(box[1] for box in boxes)
            down += max(box[3] for box in boxes) - min(box[1] for box in boxes) + _BREAK
    pieces: list[Piece] = []
    for n in flow:
        by = offsets[lines[n].page]
        for chunk in lines[n].chunks:
            x0, y0, x1, y1 = chunk.box
            pieces.append(Piece(chunk, lines[n].page, n, (x0, y0 + by, x1, y1 + by)))
    return pieces


def _regions(lines: Sequence[Line], flow: Sequence[int], table: str) -> list[tuple[int, int]]:
    """Where a table may stand: lines (first, end) from its opening header to the next heading or sentence."""
    found: list[tuple[int, int]] = []
    end = 0
    for place, n in enumerate(flow):
        if n < end or not any(opening_of(chunk.text) == table for chunk in lines[n].chunks):
            continue
        # A line of headers may stand above the one that was recognised.
        first = n
        for before in reversed(flow[max(0, place - 3) : place]):
            if before < end or _closes(lines[before], table):
                break
            first = before
        end = n + 1
        for after in flow[place + 1 :]:
            if _closes(lines[after], table):
                break
            end = after + 1
        found.append((first, end))
    return found


def _closes(line: Line, table: str) -> bool:
    if any(is_value(chunk) for chunk in line.chunks) and len(line.chunks) > 2:
        return False
    text = canonical(line.text)
    texts = (text, *(canonical(chunk.text) for chunk in line.chunks))
    if any(nearest(own, table)[1] >= LIKE_LINE for own in texts):
        return False
    if text.endswith("情况") and _SECTION.match(line.text):
        return True
    if any(opening_of(chunk.text) not in (None, table) for chunk in line.chunks):
        return True
    return max(len(chunk.text) for chunk in line.chunks) >= _PROSE
