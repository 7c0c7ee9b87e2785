"""Grids of cells with their text, over one page or several.

A table that a page break cuts is put together again: same left and right border, nothing but running heads and
page numbers between its parts. The columns of the parts are laid over one another, merged label cells that go on
over the break are one cell, and a row that the break cut through is one row.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gouji.document import Box
from gouji.forms import APPLICATIONS, FORMS, REVIEW_LITIGATION, TABLES, head, template
from gouji.readers.page.ink import UNREADABLE, Glyph, glyphs_to_text, lowest
from gouji.readers.page.ruled import RuledCell, RuledTable
from gouji.text.labels import canonical
from gouji.text.likeness import likeness
from gouji.text.numerals import read_numeral

_SAME_COLUMN = 4.0  # points
_SAME_BORDER = 9.0
_APART = re.compile(r"[-+]?[0-9OoIl|]+(?: +[0-9OoIl|]+)+")
_NEW_TABLE = (head(APPLICATIONS), template(REVIEW_LITIGATION, FORMS[0]).rows[0].label)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with its place in the grid, its text, and where that is printed."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int
    box: Box
    score: float | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the positions of its column borders (points) and its cells in reading order."""

    xs: tuple[float, ...]
    rows: int
    cells: tuple[GridCell, ...]


def fill_table(table: RuledTable, glyphs: Sequence[Glyph], page: int) -> tuple[Grid, list[Glyph]]:
    """Put the glyphs of a page into the cells of a ruled table; gives the grid and the glyphs outside it."""
    left, top, right, bottom = table.box
    inside: dict[int, list[Glyph]] = {}
    outside: list[Glyph] = []
    owner = {
        (r, k): n
        for n, cell in enumerate(table.cells)
        for r in range(cell.row, cell.row + cell.row_span)
        for k in range(cell.column, cell.column + cell.column_span)
    }
    for glyph in glyphs:
        if left <= glyph.x <= right and top <= glyph.y <= bottom:
            place = (_interval(table.ys, glyph.y), _interval(table.xs, glyph.x))
            inside.setdefault(owner[place], []).append(glyph)
        else:
            outside.append(glyph)
    cells = tuple(_fill_cell(cell, inside.get(n, []), page) for n, cell in enumerate(table.cells))
    return Grid(table.xs, len(table.ys) - 1, cells), outside


def _fill_cell(cell: RuledCell, glyphs: Sequence[Glyph], page: int) -> GridCell:
    text, score = glyphs_to_text(glyphs), lowest(glyph.score for glyph in glyphs)
    unread = any(glyph.text == UNREADABLE for glyph in glyphs)
    if score is not None and _APART.fullmatch(text):
        # On a scan, numbers side by side in a cell are two cells whose border was not seen.
        text, unread = "", True
    return GridCell(cell.row, cell.column, cell.row_span, cell.column_span, text, page, cell.box, score, unread)


def _interval(places: Sequence[float], at: float) -> int:
    for k in range(1, len(places) - 1):
        if at < places[k]:
            return k - 1
    return len(places) - 2


def continues(above: Grid, below: Grid) -> bool:
    """Whether a grid at the top of a page may go on from the one at the bottom of the page before."""
    if abs(above.xs[0] - below.xs[0]) > _SAME_BORDER or abs(above.xs[-1] - below.xs[-1]) > _SAME_BORDER:
        return False
    heads = [canonical(cell.text) for cell in below.cells if cell.row < 2]
    known = {canonical(cell.text) for cell in above.cells}
    return not any(head in _NEW_TABLE and head not in known for head in heads)


def join_grids(above: Grid, below: Grid) -> Grid:
    """One grid out of two parts of a table. See the top of the module."""
    xs = _united(above.xs, below.xs)
    upper = [_respanned(cell, above.xs, xs) for cell in above.cells]
    lower = [_respanned(cell, below.xs, xs) for cell in below.cells]
    last = [cell for cell in upper if cell.row + cell.row_span == above.rows]
    first = [cell for cell in lower if cell.row == 0]
    cut = _is_cut(last, first)
    rows = above.rows - 1 if cut else above.rows
    joined = list(upper)
    gone: set[int] = set()
    opening = next((cell for cell in first if cell.text), None)
    label_at = opening.column if opening is not None and read_numeral(opening.text) is None else 0
    for cell in first:
        over = next((c for c in last if (c.column, c.column_span) == (cell.column, cell.column_span)), None)
        if over is None:
            continue
        # An empty cell in front of the first label of the page is what is left of the group above.
        goes_on = not cell.text and cell.column < label_at and (over.row_span > 1 or over.text)
        if cut or goes_on or (cell.row_span > 1 and over.row_span > 1 and _belong(over.text, cell.text)):
            at = joined.index(over)
            printed = cell if cell.text and not over.text else over
            joined[at] = replace(
                over,
                text=over.text + cell.text,
                row_span=cell.row_span + rows - over.row,
                page=printed.page,
                box=printed.box,
                score=lowest((over.score, cell.score)),
                unread=over.unread or cell.unread,
            )
            gone.add(id(cell))
    joined += [replace(cell, row=cell.row + rows) for cell in lower if id(cell) not in gone]
    joined.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(xs, rows + below.rows, tuple(joined))


def _united(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    # The outer borders of the two parts are the same by definition, even some points apart.
    inner = sorted([*one[1:-1], *other[1:-1]])
    places = [one[0]]
    for x in inner:
        if x - places[-1] > _SAME_COLUMN:
            places.append(x)
    return (*places, one[-1])


def _respanned(cell: GridCell, old: Sequence[float], new: Sequence[float]) -> GridCell:
    def nearest(k: int) -> int:
        if k in (0, len(old) - 1):
            return 0 if k == 0 else len(new) - 1
        return min(range(len(new)), key=lambda n: abs(new[n] - old[k]))

    start, end = nearest(cell.column), nearest(cell.column + cell.column_span)
    return replace(cell, column=start, column_span=max(1, end - start))


def _is_cut(last: Sequence[GridCell], first: Sequence[GridCell]) -> bool:
    """Whether the page break went through a row: label on one side and numbers on the other, or half a label."""
    if [(c.column, c.column_span) for c in last] != [(c.column, c.column_span) for c in first]:
        return False
    if not any(cell.text for cell in first) or not any(cell.text for cell in last):
        return False
    above, below = _values(last), _values(first)
    if above and below:
        return False
    written = {cell.column for cell in (first if above else last) if cell.text}
    if any(cell.column in written for cell in above + below):
        return False  # a header stands over the numbers
    head, rest = _label(last), _label(first)
    if not rest:
        return bool(below) and not above
    if not head:
        return bool(above) and not below
    return _likeness(head + rest) > max(_likeness(head), _likeness(rest)) + 0.02


def _values(cells: Iterable[GridCell]) -> list[GridCell]:
    return [cell for cell in cells if cell.text and read_numeral(cell.text) is not None]


def _label(cells: Sequence[GridCell]) -> str:
    """The label nearest to the numbers: the last text that is no value and belongs to this row alone."""
    labels = [cell.text for cell in cells if cell.row_span == 1 and cell.text and read_numeral(cell.text) is None]
    return canonical(labels[-1]) if labels else ""


def _belong(head: str, rest: str) -> bool:
    if not head or not rest:
        return True
    whole = canonical(head + rest)
    return _likeness(whole) > max(_likeness(canonical(head)), _likeness(canonical(rest)))


def _likeness(label: str) -> float:
    """How much a label is one of the official ones, 0 to 1."""
    return max(likeness(label, official) for official in official_labels())


def official_labels() -> frozenset[str]:
    """Every row and group label of every form, canonical."""
    return frozenset(
        canonical(label)
        for table in TABLES
        for form in FORMS
        for row in template(table, form).rows
        for label in (row.label, *row.under)
    )
