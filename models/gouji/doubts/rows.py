"""Guards over single rows: what else the printed pieces of a row, or the rows between two labels, could be.

Each gives the most that cells may be sure of; where n ways fit, that is one over n.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import comb

from gouji.alignment.align import FilledRow
from gouji.document import Gap
from gouji.doubts.remains import Remains
from gouji.layouts.cells import is_lost
from gouji.pieces import Piece, PieceKind
from gouji.sums import DOUBTED

_ONE_OF_TWO = 1 / 2
_FEWEST = 5  # cells that a share has to be computed over, to say anything
_MOSTLY = 0.9  # share of the other rows that have to add up, for one that does not to be in doubt

_LINES = frozenset({Gap.LINE, Gap.BLANK_LINE, Gap.ROW, Gap.TABLE, Gap.PAGE})

Caps = dict[str, float]


def doubt_cut_row(remains: Remains) -> Caps:
    """The last row before the source ends, where it is not whole: what it prints may go on, and stand elsewhere."""
    table = remains.table
    if not table.stream.ends or not remains.stretches or remains.whole:
        return {}
    last = remains.stretches[-1].row
    if last == len(table.template.rows) - 1 and all(table.rows[last].placed.reading.marks):
        return {}
    return dict.fromkeys(table.template.rows[last].cells, DOUBTED)


def doubt_unlabelled(remains: Remains) -> Caps:
    """Rows without label between labelled ones: k of the m rows of the form that may stand there, in any of C(m, k)
    ways; where one of them breaks its own sum, none is sure to begin where it was read to begin. A table without
    labels at all could be any rows of numbers."""
    table = remains.table
    if table.layout.labels_first:
        return {}
    rows = table.template.rows
    labelled = [row.span is not None and bool(row.span.labels) for row in table.rows]
    if not any(labelled):
        return {name: DOUBTED for row in rows for name in row.cells}
    broken = {held.identity.at for held in remains.row_sums if not held.holds}
    caps: Caps = {}
    for known, stretch in groupby(range(len(rows)), key=lambda r: labelled[r]):
        gap = list(stretch)
        there = sum(table.rows[r].span is not None for r in gap)
        ways = comb(len(gap), there)
        torn = any(rows[r].key in broken for r in gap)
        if not known and there and (ways > 1 or torn):
            caps |= {name: min(1 / ways, DOUBTED) for r in gap for name in rows[r].cells}
    return caps


def doubt_beside_absent(remains: Remains) -> Caps:
    """Rows that are not there, and the row before them, in a table that leaves cells out: a label that was lost leaves
    its numbers behind the label before it. Which of the two they belong to, nobody can tell."""
    table = remains.table
    there = [row.span is not None for row in table.rows]
    if table.layout.labels_first or all(there):
        return {}
    if all(mark is not None for row in table.rows if row.span is not None for mark in row.placed.reading.marks):
        return {}
    rows = table.template.rows
    caps: Caps = {}
    for r in range(len(rows)):
        if not there[r]:
            caps |= dict.fromkeys(rows[r].cells, DOUBTED)
        elif r + 1 < len(rows) and not there[r + 1]:
            caps |= dict.fromkeys(rows[r].cells, _ONE_OF_TWO)
    return caps


def doubt_lost_marks(remains: Remains) -> Caps:
    """A row that lost places, and prints the same in all that are left: which of them were lost, nobody can tell.

    Of n columns with d lost, each is printed with a chance of 1 - d/n, and blank with one of d/n.
    """
    caps: Caps = {}
    for row, filled in zip(remains.table.template.rows, remains.table.rows, strict=True):
        marks = filled.placed.reading.marks
        printed = [mark.text for mark in marks if mark is not None]
        lost = len(marks) - len(printed)
        if not (lost and printed and len(set(printed)) == 1 and _shows_blanks(remains)):
            continue
        share = lost / len(marks)
        caps |= {name: share if mark is None else 1 - share for name, mark in zip(row.cells, marks, strict=True)}
    return caps


def doubt_short_row(remains: Remains) -> Caps:
    """A row of a table with headers that ends before the last of them, beside rows that go on to the end: the place
    that it lost need not be the last."""
    pieces = remains.table.stream.pieces
    caps: Caps = {}
    for row, filled in zip(remains.table.template.rows, remains.table.rows, strict=True):
        marks = filled.placed.reading.marks
        lost = any(mark is not None and any(is_lost(pieces[i]) for i in mark.pieces) for mark in marks)
        if lost and any(mark is not None and mark.kind is not PieceKind.EMPTY for mark in marks):
            caps |= dict.fromkeys(row.cells, DOUBTED)
    return caps


def doubt_label_behind(remains: Remains) -> Caps:
    """All cells, where labels end their lines behind values: rows were read from a label on, and that is the next one's
    line."""
    pieces = remains.table.stream.pieces
    spans = [row.span for row in remains.table.rows if row.span is not None and row.span.labels]
    behind = sum(_ends_line(pieces, max(span.labels)) for span in spans)
    if behind < 2 or 2 * behind < len(spans) or remains.table.layout.labels_first:
        return {}
    return {name: DOUBTED for row in remains.table.template.rows for name in row.cells}


def _ends_line(pieces: Sequence[Piece], label: int) -> bool:
    """Whether a label is the last piece of its line, and a number stands before it."""
    if label + 1 < len(pieces) and not _opens_line(pieces[label + 1]):
        return False
    while label and not _opens_line(pieces[label]):
        label -= 1
        if pieces[label].kind is PieceKind.NUMBER:
            return True
    return False


def _opens_line(piece: Piece) -> bool:
    return piece.fragment.newlines > 0 or piece.fragment.gap in _LINES


def doubt_glued(remains: Remains) -> Caps:
    """All cells of a table in which something was not seen, where nothing divides the numbers of some row in the
    source: where blanks were dropped as well, a run of digits can be cut in more ways than sums can tell."""
    pieces = remains.table.stream.pieces
    marks = [row.placed.reading.marks for row in remains.table.rows if row.span is not None]
    if all(mark is not None for row in marks for mark in row):
        return {}
    printed = [pieces[i].fragment for i in sorted(remains.taken) if pieces[i].fragment.text]
    touching = any(a.end == b.start and a.page == b.page and a.box == b.box for a, b in pairwise(printed))
    if not touching:
        return {}
    return {name: DOUBTED for row in remains.table.template.rows for name in row.cells}


def doubt_negative(remains: Remains) -> Caps:
    """Counts and amounts below 0: only changes can be. A bracket or a dash beside a number was taken for its sign."""
    return {
        name: DOUBTED
        for row in remains.table.template.rows
        for name, column in zip(row.cells, row.columns, strict=True)
        if (remains.values[name] or 0) < 0 and column.key != "change"
    }


def doubt_broken_row(remains: Remains) -> Caps:
    """A row that breaks its own sum and sums of columns, among rows that hold: it may be read from other pieces.

    Printed in just as many places as it has columns, behind its own label, it is taken for what the source prints.
    """
    table = remains.table
    rows = {row.key: r for r, row in enumerate(table.template.rows)}
    own = {rows[held.identity.at]: held.holds for held in remains.row_sums}
    columns = {name for held in remains.column_sums if not held.holds for name in held.identity.cells}
    caps: Caps = {}
    for r, holds in own.items():
        others = [held for other, held in own.items() if other != r]
        row = table.template.rows[r]
        if holds or not columns.intersection(row.cells) or sum(others) < _MOSTLY * len(others) or len(others) < _FEWEST:
            continue
        if not _is_plain(remains, table.rows[r]):
            caps |= dict.fromkeys(row.cells, DOUBTED)
    return caps


def _is_plain(remains: Remains, filled: FilledRow) -> bool:
    """Whether a row stands behind its label in just as many places as it has columns, none of them read by OCR."""
    span = filled.span
    if span is None or not span.labels or filled.deficit:
        return False
    return all(remains.table.stream.pieces[i].fragment.score is None for i in span.values)


def _shows_blanks(remains: Remains) -> bool:
    """Whether the table shows its blanks: enough of its value runs fill whole rows."""
    seen = [row.placed.reading.marks for row in remains.table.rows if row.span is not None and row.span.values]
    whole = sum(all(mark is not None for mark in marks) for marks in seen)
    return len(seen) >= _FEWEST and whole > len(seen) / 2
