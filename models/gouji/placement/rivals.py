"""What else would fit: in how many ways the values of a row could stand, as far as position and sums tell.

Sums cannot tell everything. The blocks of table 四 add up as well five or ten places further on, and a row of table 三
whose ends are blank may stand one column to the left or right. Where the source counts the cells from the start of
their row, or the columns of a grid told their places, there is one way; elsewhere every way that satisfies the same
sums counts, and no cell may be surer than one over their number.
"""

from collections.abc import Mapping, Sequence

from gouji.forms import Template
from gouji.layouts.layout import Layout, header_end, padding_runs
from gouji.pieces import Piece, PieceKind
from gouji.placement.readings import Reading
from gouji.sums import adds_up, hold
from gouji.tables import Number


def count_line_ways(pieces: Sequence[Piece], layout: Layout, template: Template) -> int:
    """The places from which on the values of a table in one line could begin so that every block still adds up.

    At least 1. Only printed values have to stay inside; blanks at both ends may be padding, or may have been left out.
    """
    places = len(template.cells)
    line = _value_run(tuple(pieces), layout)
    filled = [k for k, piece in enumerate(line) if piece.kind is not PieceKind.EMPTY]
    if not filled:
        return 1
    opens = line[0].fragment.newlines > 0 or layout.drawn
    if (layout.row_lines or layout.cell_lines or layout.drawn) and (
        len(line) == places or (len(line) > places and filled[0] == 0 and opens)
    ):
        return 1
    numbers = [piece.numeral.value or 0 if piece.numeral is not None else 0 for piece in line]
    short = max(0, places - len(line))
    first, last = filled[0] - short, filled[-1] + short
    begins = range(max(-short, last - short - places + 1), min(len(line) - places + short, first + short) + 1)
    fitting = sum(_blocks_add_up(_window(numbers, begin, places), template) for begin in begins)
    return max(1, fitting)


def _window(numbers: Sequence[Number], begin: int, places: int) -> list[Number]:
    return [numbers[k] if 0 <= k < len(numbers) else 0 for k in range(begin, begin + places)]


def _value_run(pieces: tuple[Piece, ...], layout: Layout) -> list[Piece]:
    """The value pieces behind the headers, without what is known to be padding."""
    padding = padding_runs(pieces) if layout.cell_lines else frozenset()
    start = header_end(pieces, layout.row_lines and not layout.drawn)
    run: list[Piece] = []
    for i in range(start, len(pieces)):
        if pieces[i].is_value:
            run += [] if i in padding else [pieces[i]]
        elif run:
            break
    return run


def _blocks_add_up(numbers: Sequence[Number], template: Template) -> bool:
    at = 0
    for row in template.rows:
        block = numbers[at : at + len(row)]
        at += len(row)
        if row.totalled and not adds_up(block):
            return False
    return True


def count_row_ways(
    pieces: Sequence[Piece], template: Template, readings: Sequence[Reading], values: Mapping[int, Sequence[int]]
) -> list[int]:
    """For each row, itself and the shifts by one that keep its row sum and break no sum of its columns that holds.

    values: the value pieces of each row in order, none for a row whose place is settled. A row may shift where it ends
    (or begins) with a delimited blank and another one stands just beyond its other end: then counting cells tells
    nothing.
    """
    numbers = {cell: number for row, reading in zip(template.rows, readings, strict=True)
               for cell, number in zip(row.cells, reading.numbers, strict=True)}  # fmt: skip
    held = [i for i in template.identities if i.check.startswith("column") and hold(i, numbers).holds]
    ways = []
    for r, (row, reading) in enumerate(zip(template.rows, readings, strict=True)):
        count = 1
        own = values.get(r, ())
        if row.totalled and len(own) >= len(row):
            for shifted in _shifts(pieces, reading, own):
                changed = numbers | dict(zip(row.cells, shifted, strict=True))
                touching = [i for i in held if any(cell in i.cells for cell in row.cells)]
                count += adds_up(shifted) and all(hold(i, changed).holds for i in touching)
        ways.append(count)
    return ways


def _shifts(pieces: Sequence[Piece], reading: Reading, own: Sequence[int]) -> list[tuple[Number, ...]]:
    """The numbers of a row moved by one, where a blank at one end can go and one beyond the other end can come in."""
    marks, numbers = reading.marks, reading.numbers

    def blank(column: int) -> bool:
        mark = marks[column]
        return mark is None or mark.kind is PieceKind.EMPTY

    def beyond(index: int) -> bool:
        return 0 <= index < len(pieces) and pieces[index].kind is PieceKind.EMPTY

    taken = sorted(i for mark in marks if mark is not None for i in mark.pieces)
    if not taken:
        return []
    found: list[tuple[Number, ...]] = []
    if blank(0) and (beyond(taken[-1] + 1) or own[-1] > taken[-1]):
        found.append((*numbers[1:], 0))
    if blank(-1) and (beyond(taken[0] - 1) or own[0] < taken[0]):
        found.append((0, *numbers[:-1]))
    return found
