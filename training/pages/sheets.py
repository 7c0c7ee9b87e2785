"""True tables laid out as the grid that the source draws: rows of cells with their spans, labels and headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, Column, Row
from gouji.tables import CellState
from training.network.tokens import GROUP, HEADER, LABEL, VALUE
from training.tables.synthesis import TrueTable

NOTE = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"
CLAUSE = "clause"


class SheetCell(NamedTuple):
    """A cell of the grid. kind: label, group, header, value or clause; `cell`, `row`: what it is in the template."""

    text: str
    kind: str
    cell: str | None = None
    row: str | None = None
    colspan: int = 1
    rowspan: int = 1


SheetRow = tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a grid. `width`: grid columns, which pipes per row follow. `title`: a heading inside the table."""

    table: str
    form: str
    width: int
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """How a report words its forms: small differences of labels and headers that change no meaning.

    grid_width: columns of table 二 (a merged third column makes 5 or 6 of 4).  note: 勾稽 note in table 三's corner.
    row_order, column_order: another order than the official one; None is the official one.
    """

    grid_width: int = 4
    note: str = NOTE
    normative: str | None = None
    total_last: bool = False  # 总计 is the last of all headers of table 三
    section_label: str = "三、本年度办理结果"
    corner: str = "信息内容"
    extra_row: str | None = None  # a row of table 二 that is not in the form
    row_order: tuple[str, ...] | None = None
    column_order: tuple[int, ...] | None = None


def _values(row: Row, table: TrueTable, spans: Sequence[int], order: Sequence[int] | None) -> list[SheetCell]:
    places = range(len(row)) if order is None else order
    cells = table.cells
    return [
        SheetCell(cells[row.cells[p]].text, VALUE, row.cells[p], row.key, spans[i])
        for i, p in enumerate(places)
        if not cells[row.cells[p]].lost
    ]


def _kept_rows(table: TrueTable, order: tuple[str, ...] | None) -> list[Row]:
    rows = table.template.rows
    if order is not None:
        by_key = {row.key: row for row in rows}
        rows = tuple(by_key[key] for key in order)
    return [row for row in rows if any(table.cells[cell].state is not CellState.ABSENT for cell in row.cells)]


def _disclosure_spans(columns: int, width: int) -> list[int]:
    room = width - 1
    return [1] * (columns - 1) + [room - columns + 1]


def disclosure_to_sheet(table: TrueTable, wording: Wording) -> Sheet:
    """Lay out table 二: one block for each clause, with its own header row."""
    width = wording.grid_width
    rows: list[SheetRow] = []
    clause = None
    for row in _kept_rows(table, None):
        spans = _disclosure_spans(len(row), width)
        if row.under[0] != clause:
            if wording.extra_row is not None and clause is not None and clause.endswith("(一)项"):
                rows.append(_extra_row(wording.extra_row, width))
            clause = row.under[0]
            rows.append((SheetCell(clause, CLAUSE, colspan=width),))
            heads = [SheetCell(c.label, HEADER, colspan=s) for c, s in zip(row.columns, spans, strict=True)]
            rows.append((SheetCell(wording.corner, HEADER), *heads))
        label = wording.normative if wording.normative and row.key == "normative_documents" else row.label
        rows.append((SheetCell(label, LABEL, row=row.key), *_values(row, table, spans, None)))
    return Sheet(table.table, table.form, width, tuple(rows))


def _extra_row(label: str, width: int) -> SheetRow:
    return (SheetCell(label, "junk"), *(SheetCell("0", "junk", colspan=s) for s in _disclosure_spans(3, width)))


def _application_headers(columns: Sequence[Column], wording: Wording) -> list[SheetRow]:
    order = wording.column_order or tuple(range(len(columns)))
    ordered = [columns[i] for i in order]
    inner = [SheetCell(c.label, HEADER) for c in ordered if c.under]
    top: list[SheetCell] = []
    under: tuple[str, ...] = ()
    for column in ordered:
        if not column.under:
            top.append(SheetCell(column.label, HEADER, rowspan=2))
        elif column.under != under:
            top.append(SheetCell(column.under[0], HEADER, colspan=len(inner)))
        under = column.under or under
    if wording.total_last and not ordered[-1].under:
        inner.append(top.pop()._replace(rowspan=1))
    corner = SheetCell(wording.note, HEADER, colspan=3, rowspan=3)
    return [(corner, SheetCell("申请人情况", HEADER, colspan=len(ordered))), tuple(top), tuple(inner)]


def applications_to_sheet(table: TrueTable, wording: Wording) -> Sheet:
    """Lay out table 三: labels over three grid columns, group labels in front of the first row of their group."""
    rows = _kept_rows(table, wording.row_order)
    columns = rows[0].columns if rows else table.template.rows[0].columns
    sheet = _application_headers(columns, wording)
    spans = [1] * len(columns)
    open_groups: tuple[str, ...] = ()
    for place, row in enumerate(rows):
        cells: list[SheetCell] = []
        for depth, group in enumerate(row.under):
            if row.under[: depth + 1] != open_groups[: depth + 1]:
                count = 1
                while place + count < len(rows) and rows[place + count].under[: depth + 1] == row.under[: depth + 1]:
                    count += 1
                text = wording.section_label if depth == 0 else group
                cells.append(SheetCell(text, GROUP, row=row.key, rowspan=count))
        open_groups = row.under
        cells.append(SheetCell(row.label, LABEL, row=row.key, colspan=3 - len(row.under)))
        cells += _values(row, table, spans, wording.column_order)
        sheet.append(tuple(cells))
    return Sheet(table.table, table.form, 3 + len(columns), tuple(sheet))


def review_to_sheet(table: TrueTable) -> Sheet:
    """Lay out table 四: blocks side by side, three header rows and one row of values."""
    blocks = table.template.rows
    direct = [block for block in blocks if not block.under]
    nested = [block for block in blocks if block.under]
    first = [SheetCell(b.label, HEADER, colspan=len(b)) for b in direct]
    first.append(SheetCell(nested[0].under[0], HEADER, colspan=sum(len(b) for b in nested)))
    second = [SheetCell(c.label, HEADER, rowspan=2) for b in direct for c in b.columns]
    second += [SheetCell(b.label, HEADER, colspan=len(b)) for b in nested]
    third = tuple(SheetCell(c.label, HEADER) for b in nested for c in b.columns)
    values: list[SheetCell] = []
    for block in blocks:
        values += _values(block, table, [1] * len(block), None)
    width = sum(len(block) for block in blocks)
    rows = (tuple(first), tuple(second), third, tuple(values)) if values else (tuple(first), tuple(second), third)
    return Sheet(table.table, table.form, width, rows)


def table_to_sheet(table: TrueTable, wording: Wording) -> Sheet:
    """Lay out one table in its official shape, worded as this report words it."""
    if table.table == ACTIVE_DISCLOSURE:
        return disclosure_to_sheet(table, wording)
    return applications_to_sheet(table, wording) if table.table == APPLICATIONS else review_to_sheet(table)
