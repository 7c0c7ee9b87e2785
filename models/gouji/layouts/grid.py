"""Rows that are lines of delimited cells: which of their columns hold values, told by all rows together.

A sheet, an export or a converter keeps the columns of labels beside the values, numbers its rows, adds a column for
remarks, repeats what was merged, or pads every row to the width of the widest table. Then counting cells from a label
is wrong, and counting columns is right: the headers name the columns of the form, each in its place. Pieces that stand
under none of them (index, labels, remarks, padding) are left out before alignment. Where the headers stand elsewhere
than their columns (merged cells that lost their place), every place where the values of all rows could begin is tried,
and the sums of the rows decide. A table wider than its form about which nothing is told is a guess.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gouji.document import Gap
from gouji.forms import FORMS, REVIEW_LITIGATION, template
from gouji.layouts.cells import THOUSANDS, Cell, Taken, blank_cell, join_thousands, rows_of
from gouji.layouts.headers import (
    Span,
    add_left_out,
    find_strangers,
    is_foreign,
    is_row_label,
    is_whole,
    read_heads,
    widest,
)
from gouji.layouts.windows import PADDING, count_sums, is_wide, take_by_sums, take_line
from gouji.pieces import CellStream, Piece

_SEVERAL = 3  # numbers in one cell; two may be one that fell apart
_APART, _NUMBER = re.compile(r"\s*<br\s*/?>\s*|\s+"), re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")
_MISFITS = 0.1  # share of the rows that may stand otherwise (broken lines); they are left as they are


def keep_values(stream: CellStream) -> CellStream:
    """The stream without the places that belong to no column of the form. It is `settled` where columns told the place
    of every value, and `guessed` where it is wider than its form and nothing told."""
    rows = rows_of(stream)
    if any(len(row) > 1 and _holds_several(cell) for row in rows for cell in row):
        stream = replace(stream, guessed=True)
    if sum(len(row) > 1 for row in rows) < 1:
        return stream
    named = take_named(rows, stream.table, stream.ends)
    if named is not None:
        return _rewrite(stream, rows, *named)
    line = take_line(rows, stream.table, stream.ends)
    if line is not None:
        return _rewrite(stream, rows, line, True)
    if not is_wide(rows, stream.table):
        added = any(len(row) > 1 and cell.is_text and is_foreign(cell.label) for row in rows for cell in row)
        return replace(stream, guessed=True) if added else stream
    found = take_by_sums(rows, stream.table)
    return replace(stream, guessed=True) if found is None else _rewrite(stream, rows, found, True)


def _holds_several(cell: Cell) -> bool:
    """Whether several numbers stand in one cell, and are not the thousands of one."""
    text = cell.text
    if cell.is_empty or (" " not in text and "<" not in text):
        return False
    parts = _APART.split(text)
    return len(parts) >= _SEVERAL and all(map(_NUMBER.fullmatch, parts)) and not THOUSANDS.fullmatch(cell.text)


def take_named(
    rows: Sequence[Sequence[Cell]], table: str, ends: bool = False
) -> tuple[list[Taken | None], bool] | None:
    """What the headers take from each row (None from one that holds no values or does not fit), and whether all rows
    fit; None where too many do not. ends: whether the source ends with the rows: a short last one was cut."""
    taken: list[Taken | None] = []
    usual = Counter(row[-1].last for row in rows if len(row) > 1).most_common(1)[0][0]
    fits = misfits = 0
    known: dict[int, tuple[list[Span], list[Span] | None]] = {}  # of each set of headers: as named, and completed
    for row, (heads, is_head) in zip(rows, read_heads(rows, table), strict=True):
        if id(heads) not in known or is_head:
            spans = heads.spans()
            known[id(heads)] = spans, None
        spans, whole = known[id(heads)]
        if is_head or not _holds_values(row, spans, table):
            taken.append(None)
            continue
        if whole is None:
            whole = spans if is_whole(spans, table) else add_left_out(spans, rows, table)
            known[id(heads)] = spans, whole
        if ends and row is rows[-1] and whole and row[-1].last < whole[-1].last:
            taken.append(None)
            continue
        found = _take_row(row, whole, heads.foreign)
        if found is None and row[-1].last > usual:
            found = _take_row(_without_extra(row, row[-1].last - usual), whole, heads.foreign)
        fits, misfits = fits + (found is not None), misfits + (found is None)
        taken.append(found)
    if not fits or misfits > _MISFITS * (fits + misfits) or count_sums(taken, table) < 0:
        return None
    return taken, misfits == 0


def _without_extra(row: Sequence[Cell], extra: int) -> list[Cell]:
    """A row that is longer than the others because its label holds delimiters: the label in one cell."""
    texts = [cell for cell in row if cell.is_text]
    if len(texts) <= extra:
        return list(row)
    parts = texts[-extra - 1 :]
    label = Cell(parts[0].first, parts[0].first, tuple(piece for part in parts for piece in part.pieces))
    before = [cell for cell in row if cell.last < label.first]
    behind = [cell for cell in row if cell.first > parts[-1].last]
    return [*before, label, *(replace(cell, first=cell.first - extra, last=cell.last - extra) for cell in behind)]


def _holds_values(row: Sequence[Cell], spans: Sequence[Span], table: str) -> bool:
    """Whether a row is one of values: something printed under the headers, or blanks behind the label of a row."""
    if len(row) < 2:
        return False
    first = spans[0].first if spans else 0
    values = [cell for cell in row if cell.is_value and cell.first >= first]
    if any(spans or not _numbers_row(cell, row) for cell in values):
        return True
    if template(table, FORMS[0]).side_by_side:
        return bool(spans) and len(row) >= widest(table) and all(cell.is_empty for cell in row)
    return any(cell.is_text and is_row_label(cell.label, table) for cell in row) and not row[-1].is_text


def _take_row(row: Sequence[Cell], spans: Sequence[Span], foreign: set[int]) -> Taken | None:
    """The cell of each column of the form; None where the row does not stand under its headers."""
    values: list[Cell] = []
    if not spans:
        return None
    row = _beneath_heads(row, spans)
    for span in spans:
        if span.last < span.first:  # left out of the source with its header
            values.append(blank_cell(row, span.first, told=True))
            continue
        cells = [cell for cell in row if cell.first <= span.last and cell.last >= span.first]
        filled = [cell for cell in cells if not cell.is_empty]
        if any(cell.is_text for cell in filled) or len({cell.text for cell in filled}) > 1:
            return None
        chosen = join_thousands((filled or cells or [blank_cell(row, span.first)])[0])
        if any(chosen is other for other in values):
            return None  # a cell over several columns
        values.append(chosen)
    inside = range(spans[0].first, spans[-1].last + 1)
    for cell in row:
        if not cell.is_empty and not any(cell.first <= span.last and cell.last >= span.first for span in spans):
            if (
                cell.is_value
                and cell.first not in foreign
                and not (cell.last < spans[0].first and _numbers_row(cell, row, len(spans)))
            ):
                return None
            if cell.is_text and cell.first in inside and cell.first not in foreign:
                return None
    labels = [cell for cell in row if cell.is_text and cell.last < spans[0].first and cell.first not in foreign]
    return Taken(tuple(labels), tuple(values))


def _numbers_row(cell: Cell, row: Sequence[Cell], columns: int = 0) -> bool:
    """Whether a number stands in front of everything else in its row, and of a label that it can be the number of, or
    of a value for each of so many columns."""
    in_front = all(other is cell or other.is_empty or other.first > cell.first for other in row)
    return in_front and (len(row) > columns or any(other.is_text for other in row))


def _beneath_heads(row: Sequence[Cell], spans: Sequence[Span]) -> Sequence[Cell]:
    """A row that lost its label to another line, and with it the places in front of its values: under the headers."""
    shift = spans[0].first - row[0].first
    lost = shift > 0 and len(row) == len(spans) and not any(cell.is_text for cell in row)
    if not lost or row[0].pieces[0].fragment.grid is not None:
        return row
    return [replace(cell, first=cell.first + shift, last=cell.last + shift) for cell in row]


def _rewrite(
    stream: CellStream, rows: Sequence[Sequence[Cell]], taken: Sequence[Taken | None], whole: bool
) -> CellStream:
    """The stream with what was taken from each row, and the texts of the others; itself where nothing is left out.

    whole: whether all rows stand under their headers; where one does not, the others say nothing of it.
    """
    strangers = find_strangers(taken, stream.table)
    if not strangers and all(_is_plain(row, each) for row, each in zip(rows, taken, strict=True)):
        return replace(stream, settled=whole)
    empty = REVIEW_LITIGATION if not any(taken) else ""
    pieces: list[Piece] = []
    for k, (row, each) in enumerate(zip(rows, taken, strict=True)):
        if k in strangers:
            continue
        if each is not None:
            kept = [*each.labels, *each.values]
        else:
            delimited = len(row) > 1
            kept = [
                cell for cell in row if (not delimited and not cell.is_empty) or cell.is_text or stream.table == empty
            ]
            texts = [cell.first for cell in row if cell.is_text]
            if delimited and any(cell.is_value and cell.first > max(texts, default=-1) for cell in row):
                kept = list(row)  # a row of values that does not stand under its headers
        first = row[0].pieces[0].fragment
        opened = False
        for cell in kept:
            for piece in cell.pieces:
                fragment = piece.fragment
                if not opened:
                    fragment = replace(fragment, gap=first.gap, newlines=first.newlines, pipes=first.pipes)
                elif cell.pieces[0] is piece:
                    fragment = replace(fragment, gap=Gap.CELL, newlines=0, pipes=min(fragment.pipes, 1))
                opened = True
                pieces.append(replace(piece, fragment=fragment) if fragment is not piece.fragment else piece)
    return replace(stream, pieces=tuple(pieces), settled=whole, guessed=stream.guessed or not whole)


def _is_plain(row: Sequence[Cell], taken: Taken | None) -> bool:
    """Whether counting from the last label gives the same values, and a little padding behind them."""
    if taken is None:
        return sum(cell.is_empty for cell in row) <= PADDING or not any(cell.is_text for cell in row)
    texts = [k for k, cell in enumerate(row) if cell.is_text]
    start = texts[-1] + 1 if texts else 0
    values, rest = row[start : start + len(taken.values)], row[start + len(taken.values) :]
    return (
        all(a is b for a, b in zip(values, taken.values, strict=False))
        and len(values) == len(taken.values)
        and all(cell.is_empty for cell in rest)
        and len(rest) <= PADDING
        and all(not cell.is_value for cell in row[:start])
        and not any(
            cell.last - cell.first and len(cell.pieces) == 1 and cell.pieces[0].fragment.grid is None for cell in row
        )
    )
