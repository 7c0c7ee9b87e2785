"""What can never be sure, whatever the regression says: a named list of guards, each with its reason.

A guard is a pure function of a filled table. It gives the most that cells may be sure of where something that is
printed speaks for another reading, or where nothing speaks for this one. It never raises a confidence. Chances are
what counting gives: where n readings fit, one over n.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gouji.alignment.align import FilledTable
from gouji.doubts.headers import doubt_header_order, doubt_moved
from gouji.doubts.remains import Remains
from gouji.doubts.rows import (
    Caps,
    doubt_beside_absent,
    doubt_broken_row,
    doubt_cut_row,
    doubt_glued,
    doubt_label_behind,
    doubt_lost_marks,
    doubt_negative,
    doubt_short_row,
    doubt_unlabelled,
)
from gouji.forms import FORMS, template
from gouji.pieces import PieceKind
from gouji.sums import DOUBTED, Held

# Measured on the tables of the frozen sets in which three sums or more fail: with so many of both kinds failing, all
# were misread; where fewer did, most were right, and the report itself is wrong.
_ROWS_FAIL, _COLUMNS_FAIL, _FEWEST_FAILING = 0.6, 0.4, 3
_MOSTLY_WHOLE = 0.75  # share of the rows that are seen in all their cells, from which a cell not seen is an exception
_RARE = 3  # rows that print nothing but zeros, for each in which nothing was seen
_TOLD = 0.9  # posterior of a row beside one that is absent
_FEW_ROWS = 0.5  # share of the form's rows that have to be there, for the others to be surely absent


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard under its name, and why what it caps cannot be sure."""

    name: str
    reason: str
    find: Callable[[Remains], Caps]


def _all(remains: Remains) -> Caps:
    return {name: DOUBTED for row in remains.table.template.rows for name in row.cells}


def _doubt_unread(remains: Remains) -> Caps:
    return {
        name: DOUBTED
        for row, filled in zip(remains.table.template.rows, remains.table.rows, strict=True)
        for name, mark in zip(row.cells, filled.placed.reading.marks, strict=True)
        if mark is not None
        and (mark.kind is PieceKind.UNREAD or (mark.kind is PieceKind.NUMBER and mark.value is None))
    }


def _doubt_left_over(remains: Remains) -> Caps:
    return _doubt_unexplained(remains, remains.left) if remains.left or remains.behind else {}


def _doubt_uncut(remains: Remains) -> Caps:
    return _doubt_unexplained(remains, tuple(remains.uncut)) if remains.uncut else {}


def _doubt_unexplained(remains: Remains, pieces: Sequence[int]) -> Caps:
    """All cells, where some cell has no number, but those of rows that speak for themselves: printed whole behind their
    label, no sum of theirs failing, and none of these pieces among them. Where every cell has one, only rows that fail
    with such a piece among them."""
    rows = remains.table.template.rows
    failing = {held.identity.at for held in remains.row_sums if not held.holds}
    whole = all(value is not None for value in remains.values.values())
    caps: Caps = {} if whole else _all(remains)
    for row, filled in zip(rows, remains.table.rows, strict=True):
        labelled = filled.span is not None and bool(filled.span.labels)
        if labelled and row.key not in failing and all(remains.values[name] is not None for name in row.cells):
            caps = {name: most for name, most in caps.items() if name not in row.cells}
    for stretch in remains.stretches:
        if whole and rows[stretch.row].key not in failing:
            continue
        if any(stretch.start - 1 <= i <= stretch.stop for i in pieces):  # or right before its first label, or behind it
            caps |= dict.fromkeys(rows[stretch.row].cells, DOUBTED)
    return caps


def _doubt_wall(remains: Remains) -> Caps:
    others = [Remains(table) for table in remains.beside]
    summed = [other for other in others if other.sums]
    if is_wall(remains) or (not remains.sums and len(summed) > 1 and all(map(is_wall, summed))):
        return _all(remains)
    return {}


def is_wall(remains: Remains) -> bool:
    """Whether most sums within rows fail, and many over rows too: then it is the reading that is wrong.

    A report that is wrong itself breaks sums of one kind: its totals were left at 0, or one row is wrong and takes the
    columns with it.
    """
    rows, columns = remains.row_sums, remains.column_sums
    failing = sum(not held.holds for held in (*rows, *columns))
    unfilled = not any(held.whole for held in rows)  # an office that leaves its totals at 0 breaks every one of them
    mostly = _share_failing(rows) > _ROWS_FAIL and (not columns or _share_failing(columns) > _COLUMNS_FAIL)
    return failing >= _FEWEST_FAILING and not unfilled and mostly


def _share_failing(sums: Sequence[Held]) -> float:
    return sum(not held.holds for held in sums) / len(sums) if sums else 0.0


def _doubt_bare(remains: Remains) -> Caps:
    table = remains.table
    seen = any(mark is not None for row in table.rows for mark in row.placed.reading.marks)
    return {} if seen and not table.stream.guessed else _all(remains)


def _doubt_unseen_blanks(remains: Remains) -> Caps:
    table = remains.table
    there = [r for r, row in enumerate(table.rows) if row.span is not None or table.layout.labels_first]
    marks = {r: table.rows[r].placed.reading.marks for r in there}
    shows_blanks = any(mark is not None and mark.kind is not PieceKind.NUMBER for r in there for mark in marks[r])
    whole = [r for r in there if all(mark is not None for mark in marks[r])]
    zeros = sum(all(mark is not None and mark.value == 0 for mark in marks[r]) for r in whole)
    empty = [r for r in there if not any(mark is not None for mark in marks[r])]
    failing = {name for held in remains.sums if not held.holds for name in held.identity.cells}
    caps: Caps = {}
    for r in there:
        # An office that leaves rows of zeros empty does so in most of them.
        rare = zeros >= _RARE * len(empty) if r in empty else len(whole) >= _MOSTLY_WHOLE * len(there)
        if shows_blanks or rare:
            caps |= dict.fromkeys(table.template.rows[r].cells, DOUBTED)
    unseen = {
        name for r in there for name, mark in zip(table.template.rows[r].cells, marks[r], strict=True) if not mark
    }
    return {name: DOUBTED for name in unseen if name in failing or name in caps}


def _doubt_absent(remains: Remains) -> Caps:
    table = remains.table
    rows = table.template.rows
    there = [row.span is not None for row in table.rows]
    if all(there) or table.layout.labels_first:
        return {}
    illegible = any(piece.kind is PieceKind.UNREAD for piece in table.stream.pieces) or bool(remains.strangers)
    few = sum(there) < _FEW_ROWS * len(rows) or _is_whole_elsewhere(table, there)
    ends = there[-1] and not table.stream.ends
    doubted = [
        r
        for r, seen in enumerate(there)
        if not seen
        and (illegible or few or not (ends or any(there[r:])) or not all(_is_told(table, r, step) for step in (-1, 1)))
    ]
    return {name: DOUBTED for r in doubted for name in rows[r].cells}


def _is_whole_elsewhere(table: FilledTable, there: Sequence[bool]) -> bool:
    """Whether another form has all the rows that are there and none that is absent: the form may be that one."""
    labels = {row.label: seen for row, seen in zip(table.template.rows, there, strict=True)}
    others = (template(table.template.table, form) for form in FORMS if form != table.template.form)
    return any(not any(row.label in labels and not labels[row.label] for row in other.rows) for other in others)


def _is_told(table: FilledTable, row: int, step: int) -> bool:
    """Whether the next row that is there, up or down, is so by its own label; past the ends of the form none is."""
    at = row + step
    while 0 <= at < len(table.rows):
        span = table.rows[at].span
        if span is not None:
            return bool(span.labels) and span.row_marginal >= _TOLD
        at += step
    return True


def _doubt_frame(remains: Remains) -> Caps:
    return dict.fromkeys(remains.table.disputed, DOUBTED)


def _doubt_ways(remains: Remains) -> Caps:
    return {
        name: 1 / filled.ways
        for row, filled in zip(remains.table.template.rows, remains.table.rows, strict=True)
        if filled.ways > 1
        for name in row.cells
    }


GUARDS: tuple[Guard, ...] = (
    Guard("unread", "something is printed that could not be read", _doubt_unread),
    Guard("left_over", "numbers are printed that no cell took", _doubt_left_over),
    Guard("uncut", "a label or a text of the table holds numbers that were never cut out", _doubt_uncut),
    Guard("wall", "most sums fail, within rows and over them: these are not the numbers of this table", _doubt_wall),
    Guard("bare", "labels and no number, or numbers put behind their labels on a guess", _doubt_bare),
    Guard("unseen_blank", "nothing was seen, and the table shows its blanks or prints zeros", _doubt_unseen_blanks),
    Guard("absent", "a row is surely absent only among labelled rows, with nothing strange left", _doubt_absent),
    Guard("beside_absent", "numbers behind a label may be those of the row that is not there", doubt_beside_absent),
    Guard("cut_row", "the source ends within the row", doubt_cut_row),
    Guard("unlabelled", "rows without label may be any of the rows between their neighbours", doubt_unlabelled),
    Guard("lost_marks", "which of several equal cells was lost cannot be told", doubt_lost_marks),
    Guard("short_row", "a row ends before its headers do: which place it lost cannot be told", doubt_short_row),
    Guard("glued", "nothing divides the numbers of a row, and some cell was not seen", doubt_glued),
    Guard("negative", "a count or an amount below 0", doubt_negative),
    Guard("label_behind", "labels stand behind their values", doubt_label_behind),
    Guard("header_order", "headers name columns or blocks in another order than they were read in", doubt_header_order),
    Guard("moved", "numbers stand behind headers, and labels without any: the page was torn into blocks", doubt_moved),
    Guard("frame", "another layout explains the page nearly as well, and gives the cell another number", _doubt_frame),
    Guard("broken_row", "the row breaks sums that the others keep, and is not printed plainly", doubt_broken_row),
    Guard("ways", "other placements of the row fit as well", _doubt_ways),
)  # fmt: skip


def find_caps(table: FilledTable, beside: Sequence[FilledTable] = (), guards: Sequence[Guard] = GUARDS) -> Caps:
    """The most that each cell may be sure of, where a guard doubts it; cells that none doubts have no entry.

    beside: the other tables of the report.
    """
    remains = Remains(table, tuple(beside))
    caps: Caps = {}
    for guard in guards:
        for name, most in guard.find(remains).items():
            caps[name] = min(most, caps.get(name, 1.0))
    return caps
