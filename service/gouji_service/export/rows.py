"""What an export says: one row a report (wide) or one a cell (long), read page by page in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from gouji import forms
from gouji.fields import value_to_json
from gouji.tables import CellState
from gouji_service.export.columns import LONG_COLUMNS, REPORT_COLUMNS, STATE, TABLE_COLUMNS, UNPRINTED, Column
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.moments import seconds_to_iso
from gouji_service.store.results import REPORT, Corrected, read_corrections
from gouji_service.store.store import Store
from gouji_service.store.table_words import UNFILLED, cells_of, is_table_word, table_in_force, table_words
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
class TableInForce:
    """A table as a reviewer says that it is."""

    state: str
    form: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Exported:
    """One report: its row, its tables by name (state, form, confidence), its cells in the order of the forms."""

    report: Any
    tables: dict[str, Any]
    cells: list[Cell]


@dataclass(frozen=True)
class Shape:
    """Columns, and how a report becomes rows of them."""

    columns: tuple[Column, ...]
    slots: dict[int, tuple[str, str]]  # slot -> table, cell
    wide: bool
    places: dict[int, int] = field(default_factory=dict)  # slot -> column of the wide shape
    heads: dict[str, int] = field(default_factory=dict)  # table -> its first column of the wide shape
    cell_states: bool = False  # each cell is followed by its state

    def rows(self, exported: Exported) -> Iterator[Row]:
        """One row, or one a cell."""
        return _wide_rows(self, exported) if self.wide else _long_rows(self, exported)


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


def wide_shape(store: Store, states: str = "tables") -> Shape:
    """One row a report. A cell is an integer column unless some report has decimals there.

    The value of a cell that is not printed is null. Which of blank, absent and unread it is stands in a column of its
    table (`states="tables"`) or in one beside the cell ("cells"); null there too where the form has no such cell.
    """
    with store.reading() as connection:
        fractional = set(connection.execute(select(Slot.id).where(Slot.fractional.is_(True))).scalars())
    columns = [*REPORT_COLUMNS]
    places: dict[int, int] = {}
    heads: dict[str, int] = {}
    labels = official_labels()
    for table in forms.TABLES:
        heads[table] = len(columns)
        for column in (*TABLE_COLUMNS, UNPRINTED) if states == "tables" else TABLE_COLUMNS:
            columns.append(_within(table, _NUMERALS[table], column))
        for cell in (cell for owner, cell in labels if owner == table):
            slot = store.slots[table, cell]
            places[slot] = len(columns)
            columns.append(
                Column(f"{table}.{cell}", labels[table, cell], "number" if slot in fractional else "integer")
            )
            if states == "cells":
                columns.append(_within(f"{table}.{cell}", labels[table, cell], STATE))
    names = {slot: name for name, slot in store.slots.items()}
    return Shape(tuple(columns), names, True, places, heads, states == "cells")


def _within(key: str, label: str, column: Column) -> Column:
    return Column(f"{key}.{column.key}", f"{label}/{column.label}", column.kind)


def long_shape(store: Store) -> Shape:
    """One row a cell, with its state, confidence and page."""
    return Shape(LONG_COLUMNS, {slot: name for name, slot in store.slots.items()}, False)


def _wide_rows(shape: Shape, exported: Exported) -> Iterator[Row]:
    row: list[Any] = [None] * len(shape.columns)
    report = exported.report
    row[: len(REPORT_COLUMNS)] = (
        report.id, report.agency, report.year, report.title, report.name, round(report.confidence, 6),
        report.needs_review, report.failed_checks, report.corrections, seconds_to_iso(report.created_at), report.part,
        report.parts, report.path,
    )  # fmt: skip
    for table, head in shape.heads.items():
        found = exported.tables.get(table)
        if found is not None:
            row[head : head + len(TABLE_COLUMNS)] = found.state, found.form, round(found.confidence, 6)
    unprinted: dict[str, dict[str, list[str]]] = {}
    for cell in exported.cells:
        place = shape.places[cell.slot]
        row[place] = cell.value
        if shape.cell_states:
            row[place + 1] = cell.state
        elif cell.state != CellState.PRINTED:
            table, name = shape.slots[cell.slot]
            unprinted.setdefault(table, {}).setdefault(cell.state, []).append(name)
    for table, states in unprinted.items():
        listed = (f"{state}: {' '.join(states[state])}" for state in CellState if state in states)
        row[shape.heads[table] + len(TABLE_COLUMNS)] = "; ".join(listed)
    yield row


def _long_rows(shape: Shape, exported: Exported) -> Iterator[Row]:
    report, labels = exported.report, official_labels()
    for cell in exported.cells:
        table, name = shape.slots[cell.slot]
        yield (
            report.id, report.agency, report.year, table, exported.tables[table].form, name, labels[table, name],
            cell.value, cell.text, cell.state, cell.confidence, cell.page, cell.unit, cell.corrected,
            report.part, report.path,
        )  # fmt: skip


def read_exported(store: Store, wanted: ReportFilter, *, cells: bool = True) -> Iterator[list[Exported]]:
    """Pages of reports in the order they arrived. Each page is one snapshot; a report stands in one page only."""
    columns = (
        Report.id, Report.run_id, Report.agency, Report.year, Report.title, Report.name, Report.confidence,
        Report.needs_review, Report.failed_checks, Report.corrections, Report.created_at, Report.reviewed,
        Report.part, Report.parts, Report.path,
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
        _merge(
            store,
            Exported(report, tables.get(report.run_id, {}), found.get(report.run_id, [])),
            corrections.get(report.id, []),
            cells,
        )
        for report in reports
    ]


def _read_cell(row: Any) -> Cell:
    _, slot, value, text, state, confidence, page, unit = row
    return Cell(slot, value_to_json(value), text, state, confidence, page, unit)


def _merge(store: Store, exported: Exported, corrections: Sequence[Corrected], cells: bool) -> Exported:
    """The report as it is shown: whole tables as a reviewer says that they are, then single cells."""
    if not corrections:
        return exported
    exported = replace(exported, tables=dict(exported.tables), cells=list(exported.cells))
    for table, words in table_words(corrections).items():
        read = exported.tables[table]
        state, form = table_in_force(read.state, read.form, words)
        slots = [store.slots[table, cell] for cell in cells_of(table, form)] if cells else []
        known = {cell.slot: cell for cell in exported.cells if store.names[cell.slot][0] == table}
        others = [cell for cell in exported.cells if cell.slot not in known]
        own = [known.get(slot, Cell(slot, *UNFILLED, page=None, unit=None)) for slot in slots]
        exported.cells[:] = sorted([*others, *own], key=lambda cell: cell.slot)
        exported.tables[table] = TableInForce(state, form, read.confidence)
    said = {
        store.slots[c.table, c.cell]: c for c in corrections if c.table != REPORT and not is_table_word(c.table, c.cell)
    }
    exported.cells[:] = [_corrected(cell, said[cell.slot]) if cell.slot in said else cell for cell in exported.cells]
    for table in table_words(corrections):
        sure = [cell.confidence for cell in exported.cells if store.names[cell.slot][0] == table]
        exported.tables[table] = replace(exported.tables[table], confidence=min(sure, default=1.0))
    return exported


def _corrected(cell: Cell, said: Corrected) -> Cell:
    value = value_to_json(said.value)
    text = said.text if said.text is not None else (None if value is None else str(value))
    return Cell(cell.slot, value, text, said.state, 1.0, cell.page, cell.unit, True)
