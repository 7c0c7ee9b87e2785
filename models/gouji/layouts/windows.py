"""Where the values of rows begin, when no header tells: every place that keeps all printed values, and the sums."""

from collections.abc import Callable, Sequence

from gouji.forms import ACTIVE_DISCLOSURE, FORMS, template
from gouji.layouts.cells import Cell, Taken, blank_cell
from gouji.layouts.headers import is_head, name_column, widest
from gouji.sums import adds_up

PADDING = 3  # places behind the values of a row that ordinary padding takes: one a column of labels
_CLEAR = 2  # rows whose sum holds, more than under any other placing, for sums to decide


def is_wide(rows: Sequence[Sequence[Cell]], table: str) -> bool:
    """Whether most rows of values have more places than the form and its padding take."""
    most = widest(table) + PADDING
    counts = [sum(not cell.is_text for cell in row) for row in rows if any(cell.is_value for cell in row)]
    return 2 * sum(count > most for count in counts) > len(counts)


def take_by_sums(rows: Sequence[Sequence[Cell]], table: str) -> list[Taken | None] | None:
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
            taken[k] = take_window(rows[k], start(rows[k]), widths[k])
            if taken[k] is None:
                break
        else:
            printed = tuple(tuple(cell.text for cell in each.values) for each in taken if each is not None)
            found.setdefault(printed, (count_sums(taken, table), taken))
    ranked = sorted(found.values(), key=lambda each: -each[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] < ranked[1][0] + _CLEAR):
        return None
    return ranked[0][1]


def _all_named(row: Sequence[Cell], table: str) -> bool:
    return all(cell.is_text or cell.is_empty for cell in row)


def _row_widths(rows: Sequence[Sequence[Cell]], table: str) -> list[int]:
    """How many values each row holds: as many as the headers above it name, in table 二."""
    widths: list[int] = []
    width = widest(table)
    for row in rows:
        if table == ACTIVE_DISCLOSURE and is_head(row, table, False):
            width = sum(cell.is_text and name_column(cell.label, table) is not None for cell in row)
        widths.append(width)
    return widths


def _behind_labels(row: Sequence[Cell]) -> int:
    texts = [cell.last for cell in row if cell.is_text]
    return texts[-1] + 1 if texts else row[0].first


def take_window(row: Sequence[Cell], start: int, width: int) -> Taken | None:
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
    values = [by_column.get(column) or blank_cell(row, column) for column in range(start, start + width)]
    return Taken(tuple(labels), tuple(values))


def count_sums(taken: Sequence[Taken | None], table: str, strict: bool = False) -> int:
    """Rows (blocks of table 四) with a number other than 0 that add up to their last one, less those that do not.

    strict: -1 where any does not.
    """
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
                holds = adds_up(row)
                if strict and not holds:
                    return -1
                count += 1 if holds else -1
    return count


def take_line(rows: Sequence[Sequence[Cell]], table: str, ends: bool = False) -> list[Taken | None] | None:
    """The cells of a table in one line (table 四), counted from the start of their row; None where that tells nothing.

    All its values stand in one row. It begins where the headers do, with a value, or is no longer than the form or than
    the headers. A row that is shorter lost the padding at its end, which the sums of its blocks have to bear out; where
    the source ends with it (ends), what is missing may have been cut off.
    """
    if not template(table, FORMS[0]).side_by_side:
        return None
    holding = [k for k, row in enumerate(rows) if any(cell.is_value for cell in row)]
    heads = [row for row in rows if len(row) > 1 and any(cell.is_text for cell in row)]
    if len(holding) != 1 or not heads or any(cell.is_text for cell in rows[holding[0]]):
        return None
    (k,) = holding
    row, width = rows[k], widest(table)
    starts = min(cell.first for head in heads for cell in head if cell.is_text)
    long = row[-1].last + 1 > width and row[-1].last > max(head[-1].last for head in heads)
    if len(row) < 2 or starts or row[0].first or (row[0].is_empty and long):
        return None
    taken: list[Taken | None] = [None] * len(rows)
    taken[k] = take_window(row, 0, width)
    short = row[-1].last + 1 < width
    if taken[k] is None or (short and (ends or count_sums(taken, table, strict=True) < 0)):
        return None
    return taken
