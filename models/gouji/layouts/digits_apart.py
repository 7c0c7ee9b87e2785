"""Numbers whose digits stand in cells of their own: `| 5 | 1 | 7 | 0 | 0 | 0 | 0 | 0 | 5 | 1 | 7 |`.

A row that has more cells than columns, none of them longer than a digit, is put together so that it adds up. Digits
that could go either way stay together, and the sums of the columns decide (readings.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gouji.forms import FORMS, Row, template
from gouji.layouts.cells import Cell, rows_of
from gouji.layouts.frame import Frame, lay_out
from gouji.layouts.headers import is_row_label
from gouji.pieces import CellStream, PieceKind, fragment_to_piece
from gouji.text.splits import ENOUGH, join_ways, split_run

_FEWEST = 2  # rows that are put together
_LABELS = 1  # cells of a row that may be labels
_RARE = -4.0  # nats: set


def propose(stream: CellStream) -> Iterator[Frame]:
    """The rows with more single digits than columns, each with its digits joined."""
    rows = template(stream.table, FORMS[0]).rows
    if template(stream.table, FORMS[0]).side_by_side or not rows[0].totalled:
        return
    if sum(len(cells) > len(rows[0]) + _LABELS for cells in rows_of(stream)) < _FEWEST:
        return
    found: list[list[Cell]] = []
    joined = 0
    for cells in rows_of(stream):
        texts = [cell for cell in cells if cell.is_text]
        values = [cell for cell in cells if not cell.is_text]
        labelled = bool(texts) and is_row_label(texts[-1].label, stream.table)
        if labelled and len(values) > len(rows[0]) and all(map(_is_digit, values)):
            whole = _join(values, rows[0])
            if whole:
                joined += 1
                values = whole
        found.append([*texts, *values] if labelled else list(cells))
    if joined >= _FEWEST:
        yield Frame("digits apart", lay_out(stream, found, False), _RARE)


def _is_digit(cell: Cell) -> bool:
    return len(cell.pieces) == 1 and cell.pieces[0].kind is PieceKind.NUMBER and len(cell.text) == 1


def _join(cells: Sequence[Cell], row: Row) -> list[Cell]:
    """The cells of a row from their digits, divided wherever every way to add up divides them; none without a way."""
    ways = split_run("".join(cell.text for cell in cells), (), len(row), True)
    whole = join_ways(ways) if len(ways) < ENOUGH else ()
    return [_whole(cells[start:stop], k) for k, (start, stop) in enumerate(whole)]


def _whole(cells: Sequence[Cell], column: int) -> Cell:
    first, last = cells[0].pieces[0].fragment, cells[-1].pieces[0].fragment
    text = "".join(cell.text for cell in cells)
    return Cell(column, column, (fragment_to_piece(replace(first, text=text, end=last.end)),))
