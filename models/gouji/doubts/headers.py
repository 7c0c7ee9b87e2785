"""Headers that speak against the order in which columns or blocks were read.

No sum tells columns that were exchanged, and blocks of table 四 add up wherever they stand. Where a header names them
in another order than they were read in, which of the two is right cannot be told.
"""

from collections.abc import Sequence

from gouji.doubts.remains import Remains
from gouji.forms import Template
from gouji.pieces import PieceKind
from gouji.sums import DOUBTED
from gouji.text.labels import canonical
from gouji.text.likeness import without_numeral

_PART = range(2, 4)  # characters of a piece of a header


def doubt_header_order(remains: Remains) -> dict[str, float]:
    """All cells, where what stands before the first number names columns or blocks in another order."""
    pieces = remains.table.stream.pieces
    first = next((i for i, piece in enumerate(pieces) if piece.kind is PieceKind.NUMBER), len(pieces))
    header = [piece.label for piece in pieces[:first] if piece.kind is PieceKind.TEXT]
    form = remains.table.template
    if len({tuple(column.label for column in row.columns) for row in form.rows}) > 1:
        return {}
    doubted = _blocks_differ(header, form) if form.side_by_side else _columns_differ(header, form)
    return {name: DOUBTED for row in form.rows for name in row.cells} if doubted else {}


def doubt_moved(remains: Remains) -> dict[str, float]:
    """All cells, where values stand right behind the header of a column, or headers that were not named before stand
    behind values of one line: a page that was torn into blocks prints labels here and values there, and which belong
    together cannot be told."""
    form = remains.table.template
    torn = _heads_follow(remains) if form.side_by_side else _values_follow_heads(remains)
    return {name: DOUBTED for row in form.rows for name in row.cells} if torn else {}


def _values_follow_heads(remains: Remains) -> bool:
    """Whether a value stands right behind a header; behind one that could be the label of a row as well (其他) only
    where some row has nothing."""
    table = remains.table
    rows = {without_numeral(canonical(row.label)) for row in table.template.rows}
    columns = {canonical(column.label) for row in table.template.rows for column in row.columns}
    bare = any(row.span is None or not row.span.values for row in table.rows)
    headers = columns if bare else columns - rows
    before = ""
    for piece in table.stream.pieces:
        if piece.kind is PieceKind.TEXT:
            before = piece.label
        elif piece.kind is not PieceKind.EMPTY and (
            before in headers or (len(before) in _PART and any(before in column for column in headers))
        ):
            return True
    return False


def _heads_follow(remains: Remains) -> bool:
    """Whether headers stand behind the first number that the header before it lacks. Blocks with headers of their own
    have them all."""
    form = remains.table.template
    columns = {canonical(column.label) for row in form.rows for column in row.columns}
    first = late = 0
    numbers = False
    for piece in remains.table.stream.pieces:
        numbers = numbers or piece.kind is PieceKind.NUMBER
        named = piece.label in columns
        first, late = first + (named and not numbers), late + (named and numbers)
    of_blocks = late % len(columns) == 0 and not remains.table.layout.labels_first
    return late > 0 and first < len(form.cells) and not of_blocks


def _columns_differ(header: Sequence[str], form: Template) -> bool:
    """Whether the columns are named in another order. The first one and the total may stand in the row above the
    others, before them or behind them; in the middle of them they may not."""
    columns = [canonical(column.label) for column in form.rows[0].columns]
    inner = [canonical(column.label) for column in form.rows[0].columns if column.under]
    named = [label for label in header if label in columns]
    if named == columns or any(named.count(label) != 1 for label in columns):
        return False
    places = [named.index(label) for label in inner]
    outer = [named.index(label) for label in columns if label not in inner]
    return places != sorted(places) or any(places[0] < place < places[-1] for place in outer) or _leads(named, columns)


def _leads(named: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether of the columns at the ends of the form the last is named before the first, or the other way round."""
    return named.index(columns[0]) > named.index(columns[-1])


def _blocks_differ(header: Sequence[str], form: Template) -> bool:
    """Whether blocks, or the columns of the first block, are named in another order."""
    blocks = [canonical(row.label) for row in form.rows]
    columns = [canonical(column.label) for column in form.rows[0].columns]
    where = [header.index(label) for label in blocks if label in header]
    named = [label for label in header if label in columns][: len(columns)]
    return where != sorted(where) or (sorted(named) == sorted(columns) and named != columns)
