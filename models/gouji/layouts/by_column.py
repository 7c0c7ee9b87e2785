"""Tables told column by column: the name of each column, and behind it one value for every row of the form."""

from collections.abc import Iterator, Sequence

from gouji.forms import FORMS, template
from gouji.layouts.cells import Cell
from gouji.layouts.frame import Frame, lay_out
from gouji.layouts.headers import is_row_label, name_column
from gouji.pieces import CellStream, Piece, PieceKind

_RARE = -4.0  # nats: set


def propose(stream: CellStream) -> Iterator[Frame]:
    """The values behind each name of a column, as many as there are row labels, dealt out to those."""
    labels = [
        piece for piece in stream.pieces if piece.kind is PieceKind.TEXT and is_row_label(piece.label, stream.table)
    ]
    if len({piece.label for piece in labels}) != len(labels):
        return
    columns = list(_columns(stream.pieces, len(labels), stream.table))
    for form in FORMS:
        rows = template(stream.table, form).rows
        if len(rows) == len(labels) and len(columns) == len(rows[0]) > 1:
            heads = [_cell(name, k) for k, (name, _) in enumerate(columns)]
            told = [
                [_cell(label, 0), *(_cell(values[r], c + 1) for c, (_, values) in enumerate(columns))]
                for r, label in enumerate(labels)
            ]
            yield Frame("column by column", lay_out(stream, [heads, *told], True), _RARE)
            return


def _columns(pieces: Sequence[Piece], rows: int, table: str) -> Iterator[tuple[Piece, list[Piece]]]:
    """Each name of a column with the values right behind it, where they are as many as the rows."""
    for i, piece in enumerate(pieces):
        if piece.kind is PieceKind.TEXT and name_column(piece.label, table) is not None:
            stop = i + 1
            while stop < len(pieces) and pieces[stop].is_value:
                stop += 1
            if rows and stop - i - 1 == rows:
                yield piece, list(pieces[i + 1 : stop])


def _cell(piece: Piece, column: int) -> Cell:
    return Cell(column, column, (piece,))
