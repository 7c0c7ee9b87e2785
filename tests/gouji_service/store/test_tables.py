"""The tables of the store hold what the forms and the library name."""

from sqlalchemy import func, select

from gouji import forms
from gouji.tables import CellState, TableState
from gouji_service.store.store import Store
from gouji_service.store.tables import Base, CellValue, JobItem, Report, RunTable, Slot


def test_there_is_a_slot_for_every_cell_of_both_forms(store: Store) -> None:
    names = {
        (table, cell) for table in forms.TABLES for form in forms.FORMS for cell in forms.template(table, form).cells
    }
    with store.reading() as connection:
        kept = {(row.table, row.name) for row in connection.execute(select(Slot.table, Slot.name))}
        assert connection.execute(select(func.count()).select_from(Slot)).scalar_one() == len(names)
    assert kept == names == set(store.slots)


def test_columns_are_wide_enough_for_the_words_they_hold() -> None:
    longest = max(len(cell) for t in forms.TABLES for f in forms.FORMS for cell in forms.template(t, f).cells)
    assert Slot.__table__.c.name.type.length >= longest
    assert Slot.__table__.c.table.type.length >= max(map(len, forms.TABLES))
    assert CellValue.__table__.c.state.type.length >= max(map(len, CellState))
    assert RunTable.__table__.c.state.type.length >= max(map(len, TableState))
    assert JobItem.__table__.c.outcome.type.length >= len("unchanged")


def test_what_points_to_a_report_or_a_run_says_so() -> None:
    pointing = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("reports", "runs")
    }
    assert pointing == {
        "runs.report_id", "run_tables.run_id", "cells.run_id", "findings.run_id", "corrections.report_id",
        "decisions.report_id",
        "year_links.report_id", "year_links.previous_id", "job_items.report_id",
    }  # fmt: skip


def test_a_part_of_a_document_is_kept_once() -> None:
    unique = [c for c in Report.__table__.constraints if c.name == "reports_document"]
    assert [sorted(column.name for column in c.columns) for c in unique] == [["part", "sha256"]]  # type: ignore[attr-defined]
