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
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import fuzz

from models.alignment.decoding import LABEL
from models.document import Fragment, Gap
from models.forms import ACTIVE_DISCLOSURE, FORMS, REVIEW_LITIGATION, Row, template
from models.labels import canonical, match_rows
from models.pieces import CellStream, Piece, PieceKind

_LIKE_COLUMN = 75.0  # per cent of agreeing characters from which a text is a header of table 二 (set)
_LIKE_ROW = 4.0  # nats from which a text is the label of a row (as in columns.py)
_PADDING = 3  # places behind the values of a row that ordinary padding takes: one a column of labels
_MISFITS = 0.1  # share of the rows that may stand otherwise (broken lines); they are left as they are
_CLEAR = 2  # rows whose sum holds, more than under any other placing, for sums to decide
# Headers that somebody added beside those of the form.
_FOREIGN = re.compile(
    "序号|编号|行次|栏次|备注|备考|附注|说明|单位|占比|比例|比重|百分比|同比|环比|增幅|增长|同期|Unnamed[0-9]*"
)
_SUBJECT = "信息内容"  # over the labels of table 二
_FEWEST_NAMED = 3  # columns of table 三 that are named, where others were left out with their headers


@dataclass(frozen=True, slots=True)
class Cell:
    """A delimited cell of a row: the grid columns that it covers, and its pieces."""

    first: int
    last: int
    pieces: tuple[Piece, ...]

    @property
    def label(self) -> str:
        """Its canonical text; "" for values."""
        return "".join(piece.label for piece in self.pieces)

    @property
    def text(self) -> str:
        """What is printed in it."""
        return " ".join(piece.fragment.text for piece in self.pieces)

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return any(piece.kind is PieceKind.TEXT for piece in self.pieces)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return all(piece.kind is PieceKind.EMPTY for piece in self.pieces)

    @property
    def is_value(self) -> bool:
        """Whether something that is no text is printed in it."""
        return not self.is_text and not self.is_empty


@dataclass(frozen=True, slots=True)
class Span:
    """A column of the form in the grid: the grid columns that its header covers."""

    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of values with what was taken from it: its labels, and one cell for each column of the form."""

    labels: tuple[Cell, ...]
    values: tuple[Cell, ...]


@dataclass(slots=True)
class _Heads:
    """The headers that were met above a row: the lowest form label over each grid column, and foreign headers."""

    names: dict[int, str] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)
    closed: bool = False  # rows of values have followed

    def spans(self) -> list[Span]:
        found: list[Span] = []
        for column, label in sorted(self.names.items()):
            if found and found[-1].label == label and found[-1].last == column - 1:
                found[-1] = Span(found[-1].first, column, label)
            else:
                found.append(Span(column, column, label))
        return found


def keep_values(stream: CellStream) -> CellStream:
    """The stream without the places that belong to no column of the form. It is `settled` where columns told the place
    of every value, and `guessed` where it is wider than its form and nothing told."""
    rows = list(_rows(stream.pieces))
    if sum(len(row) > 1 for row in rows) < 1:
        return stream
    named = _take_named(rows, stream.table)
    if named is not None:
        return _rewrite(stream, rows, *named)
    if not _is_wide(rows, stream.table):
        added = any(len(row) > 1 and cell.is_text and _FOREIGN.fullmatch(cell.label) for row in rows for cell in row)
        return replace(stream, guessed=True) if added else stream
    found = _take_by_sums(rows, stream.table)
    return replace(stream, guessed=True) if found is None else _rewrite(stream, rows, found, True)


def _rows(pieces: Sequence[Piece]) -> Iterator[list[Cell]]:
    """The rows of a stream. What no delimiter divides is a row of one cell."""
    row: list[Cell] = []
    before: tuple[int, int] | None = None
    for piece in pieces:
        grid, place = piece.fragment.grid, piece.fragment.place
        at = (grid.table, grid.row) if grid is not None else None
        first = grid.column if grid is not None else place or 0
        last = first + (grid.column_span - 1 if grid is not None else 0)
        same = bool(row) and (
            at == before
            if at is not None
            else before is None and place is not None and place >= row[-1].last and not _opens_line(piece)
        )
        if not same:
            if row:
                yield _joined(row)
            row = []
        elif at is None and row and row[-1].last == first:
            row[-1] = replace(row[-1], pieces=(*row[-1].pieces, piece))
            continue
        row.append(Cell(first, last, (piece,)))
        before = at
    if row:
        yield _joined(row)


def _opens_line(piece: Piece) -> bool:
    return piece.fragment.newlines > 0 or piece.fragment.gap is Gap.PAGE


def _joined(row: list[Cell]) -> list[Cell]:
    """A row in which a text that stands in neighbouring cells is one cell, as it was before somebody repeated it."""
    found: list[Cell] = []
    for cell in row:
        if found and cell.is_text and cell.label == found[-1].label and cell.first == found[-1].last + 1:
            found[-1] = replace(found[-1], last=cell.last)
        else:
            found.append(cell)
    return found


@cache
def _column_labels(table: str) -> frozenset[str]:
    return frozenset(
        canonical(column.label) for form in FORMS for row in template(table, form).rows for column in row.columns
    )


@cache
def _form_rows(table: str) -> tuple[Row, ...]:
    return tuple(row for form in FORMS for row in template(table, form).rows)


def _width(table: str) -> int:
    """The values of the widest line of a table."""
    form = template(table, FORMS[0])
    return len(form.cells) if form.side_by_side else max(len(row) for row in _form_rows(table))


@cache
def _name_column(label: str, table: str) -> str | None:
    """The label of the form that a header is, None where it is none."""
    labels = _column_labels(table)
    if label in labels:
        return label
    if table != ACTIVE_DISCLOSURE or len(label) < 4:
        return None
    return max(labels, key=lambda own: fuzz.ratio(own, label), default=None) if _is_like(label, labels) else None


def _is_like(label: str, labels: frozenset[str]) -> bool:
    return any(fuzz.ratio(own, label) >= _LIKE_COLUMN for own in labels)


@cache
def _is_row_label(label: str, table: str) -> bool:
    return any(match_rows(label, table, form)[:, LABEL].max() >= _LIKE_ROW for form in FORMS)


def _is_head(row: Sequence[Cell], table: str, after_values: bool, foreign: Collection[int] = ()) -> bool:
    """Whether a row names columns of the form, and holds no value behind the first of them."""
    named = [cell for cell in row if cell.is_text and _name_column(cell.label, table) is not None]
    if not named or (after_values and len(named) < 2 and table != ACTIVE_DISCLOSURE):
        return False
    return not any(cell.is_value and cell.first > named[0].first and cell.first not in foreign for cell in row)


def _read_heads(rows: Sequence[Sequence[Cell]], table: str) -> Iterator[tuple[_Heads, bool]]:
    """For each row the headers above it, itself included where it is one, and whether it is one."""
    heads = _Heads()
    values = False
    for row in rows:
        if _is_head(row, table, values, heads.foreign):
            if heads.closed or table == ACTIVE_DISCLOSURE:
                heads = _Heads(foreign=set(heads.foreign))
            _add_names(heads, row, table)
            yield heads, True
            continue
        if any(cell.is_value for cell in row):
            values = True
            heads.closed = True
        yield heads, False


def _add_names(heads: _Heads, row: Sequence[Cell], table: str) -> None:
    """Add the names of a row of headers. Behind one of table 二, a text that is nothing else is a header, garbled."""
    known = False
    for cell in row:
        name = _name_column(cell.label, table) if cell.is_text else None
        columns = range(cell.first, cell.last + 1)
        if cell.is_text and name is None and _FOREIGN.fullmatch(cell.label):
            heads.foreign.update(columns)
        elif cell.is_text and name is None and table == ACTIVE_DISCLOSURE and (known or cell is not row[0]):
            name = None if cell.label == _SUBJECT or cell.first in heads.foreign else cell.label
        if name is not None:
            known = True
            heads.names.update(dict.fromkeys(columns, name))
            heads.foreign.difference_update(columns)


def _take_named(rows: Sequence[Sequence[Cell]], table: str) -> tuple[list[Taken | None], bool] | None:
    """What the headers take from each row (None from one that holds no values or does not fit), and whether all rows
    fit; None where too many do not."""
    taken: list[Taken | None] = []
    usual = Counter(row[-1].last for row in rows if len(row) > 1).most_common(1)[0][0]
    fits = misfits = 0
    for row, (heads, is_head) in zip(rows, _read_heads(rows, table), strict=True):
        spans = heads.spans()
        if is_head or not _holds_values(row, spans, table):
            taken.append(None)
            continue
        found = None
        if _is_whole(spans, table):
            found = _take_row(row, spans, heads.foreign)
            if found is None and row[-1].last > usual:
                found = _take_row(_without_extra(row, row[-1].last - usual), spans, heads.foreign)
        fits, misfits = fits + (found is not None), misfits + (found is None)
        taken.append(found)
    if not fits or misfits > _MISFITS * (fits + misfits):
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


def _is_whole(spans: Sequence[Span], table: str) -> bool:
    """Whether the headers name every column of a row of the form, each once."""
    labels = [span.label for span in spans]
    if table == ACTIVE_DISCLOSURE:
        return 0 < len(labels) <= _width(table)
    form = template(table, FORMS[0])
    if form.side_by_side:
        return labels == [canonical(column.label) for row in form.rows for column in row.columns]
    return len(labels) == _width(table) and set(labels) == _column_labels(table)


def _holds_values(row: Sequence[Cell], spans: Sequence[Span], table: str) -> bool:
    """Whether a row is one of values: something printed under the headers, or blanks behind the label of a row."""
    if len(row) < 2:
        return False
    first = spans[0].first if spans else 0
    if any(cell.is_value and cell.first >= first for cell in row):
        return True
    if template(table, FORMS[0]).side_by_side:
        return bool(spans) and len(row) >= _width(table) and all(cell.is_empty for cell in row)
    return any(cell.is_text and _is_row_label(cell.label, table) for cell in row) and not row[-1].is_text


def _take_row(row: Sequence[Cell], spans: Sequence[Span], foreign: set[int]) -> Taken | None:
    """The cell of each column of the form; None where the row does not stand under its headers."""
    values: list[Cell] = []
    for span in spans:
        cells = [cell for cell in row if cell.first <= span.last and cell.last >= span.first]
        filled = [cell for cell in cells if not cell.is_empty]
        if any(cell.is_text for cell in filled) or len({cell.text for cell in filled}) > 1:
            return None
        chosen = (filled or cells or [None])[0]
        if chosen is None:
            chosen = _blank(row, span.first)
        elif any(chosen is other for other in values):
            return None  # a cell over several columns
        values.append(chosen)
    inside = range(spans[0].first, spans[-1].last + 1)
    for cell in row:
        if not cell.is_empty and not any(cell.first <= span.last and cell.last >= span.first for span in spans):
            if (
                cell.is_value
                and cell.first not in foreign
                and not (cell.last < spans[0].first and _numbers_row(cell, row))
            ):
                return None
            if cell.is_text and cell.first in inside and cell.first not in foreign:
                return None
    labels = [cell for cell in row if cell.is_text and cell.last < spans[0].first and cell.first not in foreign]
    return Taken(tuple(labels), tuple(values))


def _numbers_row(cell: Cell, row: Sequence[Cell]) -> bool:
    """Whether a number stands in front of everything else in its row."""
    return all(other is cell or other.is_empty or other.first > cell.first for other in row)


def _blank(row: Sequence[Cell], column: int) -> Cell:
    """A place at the end, or the start, of a row that no delimiter closes."""
    behind = [cell for cell in row if cell.first < column]
    at = behind[-1].pieces[-1].fragment.end if behind else row[0].pieces[0].fragment.start
    page = row[0].pieces[0].fragment.page
    return Cell(column, column, (Piece(Fragment("", at, at, page, None, Gap.CELL, 1, 0), PieceKind.EMPTY, "", None),))


def _is_wide(rows: Sequence[Sequence[Cell]], table: str) -> bool:
    """Whether most rows of values have more places than the form and its padding take."""
    most = _width(table) + _PADDING
    counts = [sum(not cell.is_text for cell in row) for row in rows if any(cell.is_value for cell in row)]
    return 2 * sum(count > most for count in counts) > len(counts)


def _take_by_sums(rows: Sequence[Sequence[Cell]], table: str) -> list[Taken | None] | None:
    """The placing that keeps every printed value, where there is one, or one whose sums hold in more rows."""
    holding = [
        k
        for k, row in enumerate(rows)
        if len(row) > 1 and any(cell.is_value for cell in row) and not _all_named(row, table)
    ]
    widths = _row_widths(rows, table)
    starts: list[Callable[[Sequence[Cell]], int]] = [_behind_labels]
    reach = max((row[-1].last for row in rows), default=0)
    starts += [lambda _, o=offset: o for offset in range(reach)]  # type: ignore[misc]
    found: dict[tuple[tuple[str, ...], ...], tuple[int, list[Taken | None]]] = {}
    for start in starts:
        taken: list[Taken | None] = [None] * len(rows)
        for k in holding:
            taken[k] = _take_window(rows[k], start(rows[k]), widths[k])
            if taken[k] is None:
                break
        else:
            printed = tuple(tuple(cell.text for cell in each.values) for each in taken if each is not None)
            found.setdefault(printed, (_count_sums(taken, table), taken))
    ranked = sorted(found.values(), key=lambda each: -each[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] < ranked[1][0] + _CLEAR):
        return None
    return ranked[0][1]


def _all_named(row: Sequence[Cell], table: str) -> bool:
    return all(cell.is_text or cell.is_empty for cell in row)


def _row_widths(rows: Sequence[Sequence[Cell]], table: str) -> list[int]:
    """How many values each row holds: as many as the headers above it name, in table 二."""
    widths: list[int] = []
    width = _width(table)
    for row in rows:
        if table == ACTIVE_DISCLOSURE and _is_head(row, table, False):
            width = sum(cell.is_text and _name_column(cell.label, table) is not None for cell in row)
        widths.append(width)
    return widths


def _behind_labels(row: Sequence[Cell]) -> int:
    texts = [cell.last for cell in row if cell.is_text]
    return texts[-1] + 1 if texts else row[0].first


def _take_window(row: Sequence[Cell], start: int, width: int) -> Taken | None:
    """The cells of so many columns from one on; None where a value or a text stands behind its start and not in it."""
    inside = [cell for cell in row if start <= cell.first < start + width]
    if any(cell.is_text for cell in row if cell.last >= start) or any(
        cell.is_value for cell in row if cell.first >= start + width
    ):
        return None
    labels = [cell for cell in row if cell.is_text]
    before = [cell for cell in row if cell.is_value and cell.first < start]
    if any(not labels or cell.first > labels[0].first for cell in before):
        return None  # a number in front of the label is that of the row
    by_column = {cell.first: cell for cell in inside}
    values = [by_column.get(column) or _blank(row, column) for column in range(start, start + width)]
    return Taken(tuple(labels), tuple(values))


def _count_sums(taken: Sequence[Taken | None], table: str) -> int:
    """Rows (blocks of table 四) with a number other than 0 that add up to their last one, less those that do not."""
    form = template(table, FORMS[0])
    if not any(row.totalled for row in form.rows):
        return 0
    lengths = [len(row) for row in form.rows] if form.side_by_side else [len(form.rows[0])]
    count = 0
    for each in taken:
        numbers = [cell.pieces[0].numeral for cell in each.values] if each is not None else []
        at = 0
        for length in lengths:
            row = [(n.value or 0) if n is not None else 0 for n in numbers[at : at + length]]
            at += length
            if any(row):
                count += 1 if sum(row[:-1]) == row[-1] else -1
    return count


def _rewrite(
    stream: CellStream, rows: Sequence[Sequence[Cell]], taken: Sequence[Taken | None], whole: bool
) -> CellStream:
    """The stream with what was taken from each row, and the texts of the others; itself where nothing is left out.

    whole: whether all rows stand under their headers; where one does not, the others say nothing of it.
    """
    if all(_is_plain(row, each) for row, each in zip(rows, taken, strict=True)):
        return replace(stream, settled=whole)
    empty = REVIEW_LITIGATION if not any(taken) else ""
    pieces: list[Piece] = []
    for row, each in zip(rows, taken, strict=True):
        if each is not None:
            kept = [*each.labels, *each.values]
        else:
            delimited = len(row) > 1
            kept = [cell for cell in row if not delimited or cell.is_text or stream.table == empty]
            if delimited and not any(cell.is_text for cell in row) and any(cell.is_value for cell in row):
                kept = list(row)
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
        return sum(cell.is_empty for cell in row) <= _PADDING or not any(cell.is_text for cell in row)
    texts = [k for k, cell in enumerate(row) if cell.is_text]
    start = texts[-1] + 1 if texts else 0
    values, rest = row[start : start + len(taken.values)], row[start + len(taken.values) :]
    return (
        all(a is b for a, b in zip(values, taken.values, strict=False))
        and len(values) == len(taken.values)
        and all(cell.is_empty for cell in rest)
        and len(rest) <= _PADDING
        and all(not cell.is_value for cell in row[:start])
        and not any(
            cell.last - cell.first and len(cell.pieces) == 1 and cell.pieces[0].fragment.grid is None for cell in row
        )
    )
