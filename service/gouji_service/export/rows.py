"""What an export says: one row a report (wide) or one a cell (long), read page by page in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from gouji import forms
from gouji.fields import value_to_json
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.results import REPORT, Corrected, read_corrections
from gouji_service.store.store import Store
from gouji_service.store.tables import CellValue, Report, RunTable, Slot

REPORTS_AT_ONCE = 200  # of about two hundred cells each
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is shown: read, or corrected."""

    slot: int
    value: int | float | None
    text: str | None
    state: str
    confidence: float
    page: int | None
    unit: str | None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """One report: its row, its tables by name (state, form, confidence), its cells in the order of the forms."""

    report: Any
    tables: dict[str, Any]
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. kind: text, integer, number, boolean."""

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True)
class Shape:
    """Columns, and how a report becomes rows of them."""

    columns: tuple[Column, ...]
    slots: dict[int, tuple[str, str]]  # slot -> table, cell
    wide: bool
    places: dict[int, int] = field(default_factory=dict)  # slot -> column of the wide shape

    def rows(self, exported: Exported) -> Iterator[Row]:
        """One row, or one a cell."""
        return _wide_rows(self, exported) if self.wide else _long_rows(self, exported)


_REPORT = (
    Column("id", "编号"),
    Column("agency", "行政机关"),
    Column("year", "年度", "integer"),
    Column("title", "标题"),
    Column("name", "文件名"),
    Column("confidence", "置信度", "number"),
    Column("needs_review", "需复核", "boolean"),
    Column("failed_checks", "勾稽不符", "integer"),
    Column("corrections", "更正数", "integer"),
    Column("created_at", "入库时间"),
    Column("part", "篇次", "integer"),
    Column("parts", "篇数", "integer"),
)
_TABLE = (("state", "有无", "text"), ("form", "表式", "text"), ("confidence", "置信度", "number"))
_LONG = (
    Column("report_id", "编号"),
    Column("agency", "行政机关"),
    Column("year", "年度", "integer"),
    Column("table", "表"),
    Column("form", "表式"),
    Column("cell", "格"),
    Column("label", "名称"),
    Column("value", "数值", "number"),
    Column("text", "原文"),
    Column("state", "状态"),
    Column("confidence", "置信度", "number"),
    Column("page", "页", "integer"),
    Column("unit", "单位"),
    Column("corrected", "已更正", "boolean"),
    Column("part", "篇次", "integer"),
)
_NUMERALS = dict(zip(forms.TABLES, "二三四", strict=True))


@cache
def official_labels() -> dict[tuple[str, str], str]:
    """The official name of every cell of both forms: table, headings, row and column, as 三/(三)不予公开/…/总计."""
    labels: dict[tuple[str, str], str] = {}
    for form in forms.FORMS:
        for table in forms.TABLES:
            for row in forms.template(table, form).rows:
                for cell, column in zip(row.cells, row.columns, strict=True):
                    parts = (_NUMERALS[table], *row.under, row.label, column.label)
                    labels.setdefault((table, cell), "/".join(dict.fromkeys(parts)))
    return labels


def wide_shape(store: Store) -> Shape:
    """One row a report. A cell is an integer column unless some report has decimals there."""
    with store.reading() as connection:
        fractional = set(connection.execute(select(Slot.id).where(Slot.fractional.is_(True))).scalars())
    columns = [*_REPORT]
    places: dict[int, int] = {}
    labels = official_labels()
    for table in forms.TABLES:
        columns += [Column(f"{table}.{key}", f"{_NUMERALS[table]}/{label}", kind) for key, label, kind in _TABLE]
        for owner, cell in labels:
            if owner == table:
                slot = store.slots[table, cell]
                places[slot] = len(columns)
                kind = "number" if slot in fractional else "integer"
                columns.append(Column(f"{table}.{cell}", labels[table, cell], kind))
    return Shape(tuple(columns), {slot: name for name, slot in store.slots.items()}, True, places)


def long_shape(store: Store) -> Shape:
    """One row a cell, with its state, confidence and page."""
    return Shape(_LONG, {slot: name for name, slot in store.slots.items()}, False)


def _wide_rows(shape: Shape, exported: Exported) -> Iterator[Row]:
    row: list[Any] = [None] * len(shape.columns)
    report = exported.report
    row[: len(_REPORT)] = (
        report.id, report.agency, report.year, report.title, report.name, report.confidence, report.needs_review,
        report.failed_checks, report.corrections,
        datetime.fromtimestamp(report.created_at, UTC).isoformat("T", "seconds"), report.part, report.parts,
    )  # fmt: skip
    place = len(_REPORT)
    for table in forms.TABLES:
        found = exported.tables.get(table)
        if found is not None:
            row[place : place + 3] = found.state, found.form, found.confidence
        place += 3 + sum(1 for owner, _ in official_labels() if owner == table)
    places = shape.places
    for cell in exported.cells:
        row[places[cell.slot]] = cell.value
    yield row


def _long_rows(shape: Shape, exported: Exported) -> Iterator[Row]:
    report, labels = exported.report, official_labels()
    for cell in exported.cells:
        table, name = shape.slots[cell.slot]
        yield (
            report.id, report.agency, report.year, table, exported.tables[table].form, name, labels[table, name],
            cell.value, cell.text, cell.state, cell.confidence, cell.page, cell.unit, cell.corrected,
            report.part,
        )  # fmt: skip


def read_exported(store: Store, wanted: ReportFilter, *, cells: bool = True) -> Iterator[list[Exported]]:
    """Pages of reports in the order they arrived. Each page is one snapshot; a report stands in one page only."""
    columns = (
        Report.id, Report.run_id, Report.agency, Report.year, Report.title, Report.name, Report.confidence,
        Report.needs_review, Report.failed_checks, Report.corrections, Report.created_at, Report.reviewed,
        Report.part, Report.parts,
    )  # fmt: skip
    after: str | None = None
    while True:
        with store.reading() as connection:
            statement = select_reports(wanted, *columns, after=after, limit=REPORTS_AT_ONCE)
            reports = connection.execute(statement).all()
            page = _read_page(store, connection, reports, cells)
        if page:
            yield page
        if len(reports) < REPORTS_AT_ONCE:
            return
        after = reports[-1].id


def _read_page(store: Store, connection: Connection, reports: Sequence[Any], cells: bool) -> list[Exported]:
    runs = [report.run_id for report in reports]
    tables: dict[int, dict[str, Any]] = {}
    for row in connection.execute(select(RunTable).where(RunTable.run_id.in_(runs))):
        tables.setdefault(row.run_id, {})[row.table] = row
    found: dict[int, list[Cell]] = {}
    if cells:
        columns = (
            CellValue.run_id, CellValue.slot_id, CellValue.value, CellValue.text, CellValue.state, CellValue.confidence,
            CellValue.page, CellValue.unit,
        )  # fmt: skip
        statement = select(*columns).where(CellValue.run_id.in_(runs)).order_by(CellValue.run_id, CellValue.slot_id)
        for run_id, rows in groupby(connection.execute(statement), key=lambda row: row[0]):
            found[run_id] = [_read_cell(row) for row in rows]
    corrections = read_corrections(connection, [report.id for report in reports if report.corrections])
    return [
        Exported(
            report,
            tables.get(report.run_id, {}),
            _correct(store, found.get(report.run_id, []), corrections.get(report.id, [])),
        )
        for report in reports
    ]


def _read_cell(row: Any) -> Cell:
    _, slot, value, text, state, confidence, page, unit = row
    return Cell(slot, value_to_json(value), text, state, confidence, page, unit)


def _correct(store: Store, cells: list[Cell], corrections: Sequence[Corrected]) -> list[Cell]:
    said = {store.slots[c.table, c.cell]: c for c in corrections if c.table != REPORT}
    if not said:
        return cells
    return [_corrected(cell, said[cell.slot]) if cell.slot in said else cell for cell in cells]


def _corrected(cell: Cell, said: Corrected) -> Cell:
    value = value_to_json(said.value)
    text = said.text if said.text is not None else (None if value is None else str(value))
    return Cell(cell.slot, value, text, said.state, 1.0, cell.page, cell.unit, True)
