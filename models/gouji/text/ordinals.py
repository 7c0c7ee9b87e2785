"""Numbers that only count: of columns (栏次 1 2 3 …), of rows (`12 | 规章 | 0`), and those that a converter adds."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Protocol

from gouji.document import Fragment
from gouji.text.labels import is_column, is_group, is_row
from gouji.text.numerals import Numeral

_ORDINAL_LABELS = frozenset({"栏次", "列次", "行次", "序号", "编号", "列号"})
# Ordinals that are told as such (of columns; of columns over a grid; of rows), and steps between those of rows.
_MANY_COLUMNS, _FEW_COLUMNS, _MANY_ROWS, _MOST_STEP = 5, 3, 6, 6
_AGREE = 0.8  # share of those steps


class Counted(Protocol):
    """What is asked of a piece."""

    @property
    def fragment(self) -> Fragment:
        """Where it stands."""

    @property
    def label(self) -> str:
        """Its canonical text, "" where it is none."""

    @property
    def numeral(self) -> Numeral | None:
        """The value that it may be."""


def find_ordinals(pieces: Sequence[Counted]) -> set[int]:
    """The numbers of columns (栏次 1 2 3 …) and of rows (`12 | 规章 | 0`), which say nothing."""
    dropped = _column_numbers(pieces)
    start = 0
    while start < len(pieces):
        end = start
        while end < len(pieces) and _ordinal(pieces[end]) == end - start + 1:
            end += 1
        before = pieces[start - 1].label if start else ""
        named = before in _ORDINAL_LABELS
        above = end < len(pieces) and is_column(before) and is_row(pieces[end].label)
        if end - start >= 2 if named else above and end - start >= _MANY_COLUMNS:
            dropped.update(range(start, end))
        start = max(end, start + 1)
    dropped.update(_row_numbers(pieces))
    return dropped


def _row_numbers(pieces: Sequence[Counted]) -> list[int]:
    """Where the numbers of rows stand: first in their rows, or (cells on lines of their own) before their labels."""
    opening = [i for i, piece in enumerate(pieces[:-1]) if _ordinal(piece) and _opens_labelled_row(pieces, i)]
    steps = [_ordinal(pieces[b]) - _ordinal(pieces[a]) for a, b in pairwise(opening)]
    if len(opening) >= _MANY_ROWS and sum(0 < step <= _MOST_STEP for step in steps) >= _AGREE * len(steps):
        return opening
    named = [i for i, piece in enumerate(pieces) if is_row(piece.label) or is_group(piece.label)]
    before = [i - 1 for i in named if i and _ordinal(pieces[i - 1])]
    behind = [i + 1 for i in named if i + 1 < len(pieces) and _ordinal(pieces[i + 1])]
    for counted in map(partial(_count_up, pieces), (before, behind)):
        if len(counted) >= max(_MANY_ROWS, _AGREE * sum(is_row(pieces[i].label) for i in named)):
            return counted
    return []


def _count_up(pieces: Sequence[Counted], places: Sequence[int]) -> list[int]:
    """Those of the numbers that count from 1, or from 1 again in the next table."""
    counted: list[int] = []
    last = 0
    for i in places:
        if _ordinal(pieces[i]) == last + 1 or (last > _MANY_COLUMNS and _ordinal(pieces[i]) == 1):
            counted.append(i)
            last = _ordinal(pieces[i])
    return counted


def _opens_labelled_row(pieces: Sequence[Counted], i: int) -> bool:
    """Whether a piece is the first of its line, or of its drawn row, and a text comes next in it."""
    after = i + 1
    grid = pieces[i].fragment.grid
    if grid is None:
        opens = pieces[i].fragment.newlines > 0 or not i
        return opens and bool(pieces[after].label) and not pieces[after].fragment.newlines
    while after < len(pieces) - 1 and _is_empty(pieces[after]):
        after += 1
    before = pieces[i - 1].fragment.grid if i else None
    place = pieces[after].fragment.grid
    opens = before is None or (before.table, before.row) != (grid.table, grid.row)
    beside = place is not None and (place.table, place.row) == (grid.table, grid.row)
    return opens and beside and bool(pieces[after].label)


def _column_numbers(pieces: Sequence[Counted]) -> set[int]:
    """The numbers of columns over a grid, or under its headers: a line without a text that counts from 0 or 1, and is
    followed by a line of cells with text in it."""
    found: set[int] = set()
    start = 0
    while start < len(pieces):
        end = start + 1
        while end < len(pieces) and not pieces[end].fragment.newlines:
            end += 1
        printed = [i for i in range(start, end) if pieces[i].fragment.text and (pieces[i].label or pieces[i].numeral)]
        counted = [numeral.value if (numeral := pieces[i].numeral) is not None else None for i in printed]
        first = counted[0] if counted else None
        opens = _opens_grid(pieces, start)
        counts = isinstance(first, int) and first in (0, 1) and counted == [*range(first, first + len(counted))]
        if counts and len(counted) >= (_FEW_COLUMNS if opens else _MANY_COLUMNS) and _is_row(pieces, end, not opens):
            found.update(printed)
        start = end
    return found


def _is_row(pieces: Sequence[Counted], start: int, valued: bool) -> bool:
    """Whether a line of several cells, some of them texts, starts here. valued: and some of them values."""
    end = start + 1
    while end < len(pieces) and not pieces[end].fragment.newlines:
        end += 1
    line = pieces[start:end]
    texts = sum(bool(piece.label) for piece in line)
    return len(line) > 1 and texts > 0 and (texts < len(line) or not valued)


def _opens_grid(pieces: Sequence[Counted], i: int) -> bool:
    """Whether a line of delimited cells stands behind none."""
    grid = pieces[i].fragment.grid
    if grid is not None:
        return grid.row == 0
    before = pieces[i - 1].fragment if i else None
    return before is None or (before.newlines > 0 and not before.place and before.grid is None)


def _is_empty(piece: Counted) -> bool:
    return not piece.label and piece.numeral is None


def _ordinal(piece: Counted) -> int:
    """The whole number from 1 that a piece is; 0 for all others."""
    if piece.numeral is None or not isinstance(piece.numeral.value, int):
        return 0
    return max(piece.numeral.value, 0)
