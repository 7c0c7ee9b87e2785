"""What stands beside the rows of a table again and again, and says nothing after its first time.

Headers before every row, units, running titles, page headers of a browser's print, addresses with dates: none of them
is known by its words. A text is furniture where it comes back with rows in between, as labels of a table never do; its
digits may change (page numbers, dates). Empty columns behind every row are furniture too: padding as wide as the sheet.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gouji.document import Gap
from gouji.forms import ACTIVE_DISCLOSURE, FORMS, template
from gouji.pieces import Piece, PieceKind, count_strange, is_prose, is_torn
from gouji.text.labels import find_anchor, is_column, is_group, is_row, match_rows

Anchors = Sequence[tuple[str, float] | None]
Places = tuple[list[tuple[int, int]], ...]

_TIMES = 3  # places between rows from which a text is furniture: set
_PARTS = max(len({row.under for row in template(ACTIVE_DISCLOSURE, form).rows}) for form in FORMS)
_LONG = 8  # characters that are more than a torn header has: set
_WIDE = 6  # empty places behind every row that are more than merged cells leave: set
_KNOWN_NATS = 1.0  # from which a text may be a piece of some row's label: set
_NUMBER = re.compile("[0-9]+")
_BREAKS = frozenset({Gap.LINE, Gap.BLANK_LINE, Gap.PAGE, Gap.TABLE, Gap.ROW})


def find_places(pieces: Sequence[Piece], anchors: Anchors) -> Places:
    """Where each repeated text stands, with its digits and without: (piece, rows before it). Labels are none."""
    places: dict[str, list[tuple[int, int]]] = {}
    rows = 0
    for i, piece in enumerate(pieces):
        if piece.kind is not PieceKind.TEXT:
            rows += piece.kind is not PieceKind.EMPTY
        elif anchors[i] is not None and not is_prose(piece):
            rows += is_row(piece.label)
        elif piece.label and not (piece.label.isdigit() and count_strange([piece]) > 1):  # values in one cell are none
            places.setdefault(piece.label, []).append((i, rows))
            if (bare := _NUMBER.sub("0", piece.label)) != piece.label:
                places.setdefault(bare, []).append((i, rows))
    return tuple(
        found for found in places.values() if len(found) >= _TIMES and len({rows for _, rows in found}) >= _TIMES
    )


def find_repeats(places: Places) -> frozenset[int]:
    """The texts that came back with rows in between: every place of them but the first."""
    return frozenset(i for found in places for i, rows in found if rows > found[0][1])


def find_furniture(pieces: Sequence[Piece], places: Places, table: str) -> frozenset[int]:
    """The repeated texts of a page, their first places too, that can be no piece of a label or header of the table."""
    repeated = {i for found in places if _is_telling(pieces, found) for i, _ in found}
    return frozenset(i for i in repeated if not _may_be_label(pieces[i], table))


def _is_telling(pieces: Sequence[Piece], places: Sequence[tuple[int, int]]) -> bool:
    """Whether a repeated text is no piece of a torn header, which comes back in every part of table 二: it is long, or
    comes oftener."""
    long = len(pieces[places[0][0]].label) > _LONG
    return long or len({rows for _, rows in places}) > _PARTS


def _may_be_label(piece: Piece, table: str) -> bool:
    text = piece.label
    if len(text) < 2 or is_column(text) or is_group(text) or is_torn(piece, table) or find_anchor(text) is not None:
        return not is_prose(piece)
    return any(float(match_rows(text, table, form).max()) >= _KNOWN_NATS for form in FORMS)


def without_wide_padding(pieces: Sequence[Piece], table: str) -> tuple[Piece, ...]:
    """The pieces without the empty places that every row ends with, where they are more than merged cells leave.

    A row keeps as many places as the widest of the table has columns: blank cells are none of that padding.
    """
    ends = list(_row_ends(pieces))
    columns = _count_columns(table)
    filled = [
        min(stop - end, sum(piece.is_value for piece in pieces[start:stop]) - columns)
        for start, end, stop in ends
        if any(_is_printed(piece) for piece in pieces[start:end])
    ]
    # The last row of several may have been trimmed.
    narrowest = min(filled[:-1] if len(filled) > 1 else filled, default=0)
    if narrowest < _WIDE:
        return tuple(pieces)
    padding = {i for _, end, stop in ends for i in range(max(end, stop - narrowest), stop)}
    return tuple(piece for i, piece in enumerate(pieces) if i not in padding)


@cache
def _count_columns(table: str) -> int:
    """The columns of the widest line that a table prints."""
    forms = [template(table, form) for form in FORMS]
    return max(len(whole.cells) if whole.side_by_side else max(map(len, whole.rows)) for whole in forms)


def _is_printed(piece: Piece) -> bool:
    return piece.is_value and piece.kind is not PieceKind.EMPTY


def _row_ends(pieces: Sequence[Piece]) -> Iterator[tuple[int, int, int]]:
    """Each row, a line of several cells: where it starts, where the empty places at its end do, where it ends."""
    start = 0
    for stop in range(1, len(pieces) + 1):
        if stop < len(pieces) and not opens_row(pieces, stop):
            continue
        if stop - start > 1:
            end = stop
            while end > start and pieces[end - 1].kind is PieceKind.EMPTY:
                end -= 1
            yield start, end, stop
        start = stop


def opens_row(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the piece at a place is the first of its line or of its drawn row."""
    if not i:
        return True
    fragment, before = pieces[i].fragment, pieces[i - 1].fragment
    if fragment.grid is not None and before.grid is not None:
        return (fragment.grid.table, fragment.grid.row) != (before.grid.table, before.grid.row)
    return fragment.newlines > 0 or fragment.gap in _BREAKS
