"""A table of which hardly anything is left: a row with its label and, right behind it, a number for each column.

Prose that names a label and a number is none. What is asked for is cells: numbers between delimiters, on lines of their
own, or a line that holds the label and the numbers of its row and nothing else.
"""

from collections.abc import Sequence
from functools import cache

from gouji.document import Gap
from gouji.finding.furniture import Anchors, opens_row
from gouji.forms import FORMS, TABLES, template
from gouji.pieces import Piece, PieceKind, is_prose
from gouji.text.labels import HEADINGS, canonical, is_group, is_row

_ENOUGH = 3  # columns of a row that need no header before it: set
_ABOVE = 10  # pieces before a row that its clause or its header stands in: set
_APART = 30  # pieces between two rows of one table: set


def find_lone_rows(pieces: Sequence[Piece], anchors: Anchors, table: str) -> tuple[int, int] | None:
    """The first and the last label of the labelled rows of a table (a row of table 四: its header), None without any.

    Of several groups of rows the longest is taken.
    """
    lone = [i for i in range(len(pieces)) if _is_lone_row(pieces, anchors, i, table)]
    groups: list[list[int]] = []
    for i in lone:
        apart = not groups or i - groups[-1][-1] > _APART or any(map(is_prose, pieces[groups[-1][-1] : i]))
        if apart:
            groups.append([])
        groups[-1].append(i)
    if not groups:
        return None
    longest = max(groups, key=len)
    return longest[0], longest[-1]


def _is_lone_row(pieces: Sequence[Piece], anchors: Anchors, i: int, table: str) -> bool:
    piece = pieces[i]
    if piece.kind is not PieceKind.TEXT:
        return False
    widths = _widths(table).get(piece.label)
    if widths is None or not (opens_row(pieces, i) or is_group(pieces[i - 1].label)):
        return False
    end = i + 1
    while end < len(pieces) and pieces[end].is_value:
        end += 1
    values = list(pieces[i + 1 : end])
    while values and values[-1].kind is PieceKind.EMPTY:
        values.pop()
    if len(values) not in widths or any(value.kind is PieceKind.EMPTY for value in values):
        return False
    if not _are_cells(values) and not _is_line(pieces, i, end):
        return False
    return len(values) >= _ENOUGH or _is_under_header(pieces, anchors, i, table)


def _are_cells(values: Sequence[Piece]) -> bool:
    return all(v.fragment.newlines or v.fragment.pipes or v.fragment.gap is Gap.CELL for v in values)


def _is_line(pieces: Sequence[Piece], start: int, end: int) -> bool:
    """Whether the pieces are a whole line: label and numbers alone."""
    opened = start == 0 or pieces[start].fragment.newlines > 0
    closed = end == len(pieces) or pieces[end].fragment.newlines > 0
    return opened and closed and not any(piece.fragment.newlines for piece in pieces[start + 1 : end])


def _is_under_header(pieces: Sequence[Piece], anchors: Anchors, i: int, table: str) -> bool:
    """Whether a header of the table stands close above: its heading, a clause, or what its columns hold."""
    return any(
        (anchor is not None and anchor[0] == table and not is_row(piece.label)) or HEADINGS[table].search(piece.label)
        for piece, anchor in zip(pieces[max(0, i - _ABOVE) : i], anchors[max(0, i - _ABOVE) : i], strict=True)
        if not is_prose(piece)
    )


@cache
def _widths(table: str) -> dict[str, frozenset[int]]:
    """The columns of the rows that a label (canonical) names, in every form; labels that another table has are none."""
    found: dict[str, set[int]] = {}
    for form in FORMS:
        whole = template(table, form)
        if whole.side_by_side:
            continue
        for row in whole.rows:
            found.setdefault(canonical(row.label), set()).add(len(row))
    return {label: frozenset(widths) for label, widths in found.items() if not _is_elsewhere(label, table)}


@cache
def _is_elsewhere(label: str, table: str) -> bool:
    others = (template(other, form) for other in TABLES if other != table for form in FORMS)
    labels = {
        canonical(text)
        for whole in others
        for row in whole.rows
        for text in (row.label, *(c.label for c in row.columns))
    }
    return label in labels
