"""Headers of a grid: which of its columns they name as columns of the form, and which somebody added beside those."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from gouji.alignment.lattice import LABEL
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, Row, head, template
from gouji.layouts.cells import Cell, Taken
from gouji.sums import adds_up
from gouji.tables import Number
from gouji.text.labels import canonical, match_rows
from gouji.text.likeness import LIKE_COLUMN, is_like_any, likeness
from gouji.text.remembering import remember

_LIKE_ROW = 4.0  # nats from which a text is the label of a row (as in columns.py)
_FEWEST_NAMED, _VOUCHING = 2, 5  # columns that are named, and rows whose sums hold, where columns were left out (set)
# Headers that somebody added beside those of the form.
_FOREIGN = re.compile(
    "序号|编号|行次|栏次|备注|备考|附注|说明|单位|占比|比例|比重|百分比|同比|环比|增幅|增长|同期|Unnamed[0-9]*"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A column of the form in the grid: the grid columns that its header covers."""

    first: int
    last: int
    label: str


@dataclass(slots=True)
class Heads:
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


@cache
def _column_labels(table: str) -> frozenset[str]:
    return frozenset(
        canonical(column.label) for form in FORMS for row in template(table, form).rows for column in row.columns
    )


@cache
def _form_rows(table: str) -> tuple[Row, ...]:
    return tuple(row for form in FORMS for row in template(table, form).rows)


def widest(table: str) -> int:
    """The values of the widest line of a table."""
    form = template(table, FORMS[0])
    return len(form.cells) if form.side_by_side else max(len(row) for row in _form_rows(table))


@remember(16384)
def name_column(label: str, table: str) -> str | None:
    """The label of the form that a header is, None where it is none."""
    labels = _column_labels(table)
    if label in labels:
        return label
    if table != ACTIVE_DISCLOSURE or len(label) < 4:
        return None
    return max(labels, key=lambda own: likeness(own, label)) if is_like_any(label, labels, LIKE_COLUMN) else None


def is_foreign(label: str) -> bool:
    """Whether a canonical text is the header of a column that no form has."""
    return _FOREIGN.fullmatch(label) is not None


@remember(16384)
def is_row_label(label: str, table: str) -> bool:
    """Whether a canonical text is the label of a row of the table."""
    return any(match_rows(label, table, form)[:, LABEL].max() >= _LIKE_ROW for form in FORMS)


def is_head(row: Sequence[Cell], table: str, after_values: bool, foreign: Collection[int] = ()) -> bool:
    """Whether a row names columns of the form, and holds no value behind the first of them."""
    named = [cell for cell in row if cell.is_text and name_column(cell.label, table) is not None]
    if not named or (after_values and len(named) < 2 and table != ACTIVE_DISCLOSURE):
        return False
    return not any(cell.is_value and cell.first > named[0].first and cell.first not in foreign for cell in row)


def read_heads(rows: Sequence[Sequence[Cell]], table: str) -> Iterator[tuple[Heads, bool]]:
    """For each row the headers above it, itself included where it is one, and whether it is one."""
    heads = Heads()
    values = False
    for row in rows:
        if is_head(row, table, values, heads.foreign):
            own = Heads(foreign=set(heads.foreign))
            _add_names(own, row, table)
            if heads.closed or table == ACTIVE_DISCLOSURE or is_whole(own.spans(), table):
                heads = own  # it needs nothing from the headers above it
            else:
                _add_names(heads, row, table)
            yield heads, True
            continue
        if any(cell.is_value for cell in row):
            values = True
            heads.closed = True
        yield heads, False


def _add_names(heads: Heads, row: Sequence[Cell], table: str) -> None:
    """Add the names of a row of headers. Behind one of table 二, a text that is nothing else is a header, garbled."""
    known = False
    for cell in row:
        name = name_column(cell.label, table) if cell.is_text else None
        columns = range(cell.first, cell.last + 1)
        if cell.is_text and name is None and _FOREIGN.fullmatch(cell.label):
            heads.foreign.update(columns)
        elif cell.is_text and name is None and table == ACTIVE_DISCLOSURE and (known or cell is not row[0]):
            name = None if cell.label == head(ACTIVE_DISCLOSURE) or cell.first in heads.foreign else cell.label
        if name is not None:
            known = True
            heads.names.update(dict.fromkeys(columns, name))
            heads.foreign.difference_update(columns)


def is_whole(spans: Sequence[Span], table: str) -> bool:
    """Whether the headers name every column of a row of the form, each once."""
    labels = [span.label for span in spans]
    if table == ACTIVE_DISCLOSURE:
        return 0 < len(labels) <= widest(table)
    form = template(table, FORMS[0])
    if form.side_by_side:
        return labels == [canonical(column.label) for row in form.rows for column in row.columns]
    return len(labels) == widest(table) and set(labels) == _column_labels(table)


def find_strangers(taken: Sequence[Taken | None], table: str) -> set[int]:
    """The rows of values that the source added: their labels are those of no row, and every row of a form is named by
    another one."""
    labels = {k: each.labels[-1].label for k, each in enumerate(taken) if each is not None and each.labels}
    unknown = {k for k, label in labels.items() if not is_row_label(label, table)}
    for form in FORMS if unknown else ():
        nats = [match_rows(label, table, form)[:, LABEL] for k, label in labels.items() if k not in unknown]
        if {int(each.argmax()) for each in nats} == set(range(len(template(table, form).rows))):
            return unknown
    return set()


def add_left_out(spans: Sequence[Span], rows: Sequence[Sequence[Cell]], table: str) -> list[Span]:
    """The columns of table 三 where some were left out with their headers, because nothing but zeros stood in them.

    The total, which may have lost its header, has to vouch for it: with a column that is not there, sums would fail.
    A column that was left out is an empty span. Nothing where it cannot be told.
    """
    form = template(table, FORMS[0])
    order = [canonical(column.label) for column in form.rows[0].columns]
    named = [span.label for span in spans]
    if table != APPLICATIONS or len(named) < _FEWEST_NAMED or named != [label for label in order if label in named]:
        return []
    found = list(spans)
    if named[-1] != order[-1]:
        found.append(Span(spans[-1].last + 1, spans[-1].last + 1, order[-1]))
    right = wrong = 0
    for row in rows:
        numbers = [_number_in(row, span) for span in found]
        if any(numbers):
            holds = adds_up(numbers)
            right, wrong = right + holds, wrong + (not holds)
    if right < _VOUCHING or wrong:
        return []
    for place, label in enumerate(order):
        if found[place].label != label:
            at = found[place].first
            found.insert(place, Span(at, at - 1, label))
    return found


def _number_in(row: Sequence[Cell], span: Span) -> Number:
    for cell in row:
        if cell.first <= span.last and cell.last >= span.first and cell.is_value:
            numeral = cell.pieces[0].numeral
            return (numeral.value or 0) if numeral is not None else 0
    return 0
