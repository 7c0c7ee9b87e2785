"""The columns of an export are told apart in either language, and are those that rows hold."""

from collections.abc import Sequence

import pytest

from gouji_service.export.columns import LONG_COLUMNS, REPORT_COLUMNS, STATE, TABLE_COLUMNS, UNPRINTED, Column
from gouji_service.export.rows import Cell, Exported, long_shape, wide_shape
from gouji_service.store.store import Store


@pytest.mark.parametrize("columns", [REPORT_COLUMNS, LONG_COLUMNS, (*TABLE_COLUMNS, UNPRINTED), (STATE,)])
def test_no_two_have_one_name(columns: Sequence[Column]) -> None:
    keys = {column.key for column in columns}
    assert len(keys) == len({column.label for column in columns}) == len(columns)
    assert all(column.kind in ("text", "integer", "number", "boolean") for column in columns)
    assert all(column.label and not column.label.isascii() for column in columns)


def test_a_key_has_the_same_label_and_kind_wherever_it_stands() -> None:
    told: dict[str, tuple[str, str]] = {}
    for column in (*REPORT_COLUMNS, *LONG_COLUMNS):
        if column.key != "confidence":
            assert told.setdefault(column.key, (column.label, column.kind)) == (column.label, column.kind)


def test_a_long_row_has_a_value_a_column_of_its_kind(store: Store) -> None:
    slot = store.slots["applications", "granted.total"]
    cell = Cell(slot, 41, "41", "printed", 0.9, 2, "件")
    named = dict.fromkeys((c.key for c in REPORT_COLUMNS), "x") | {"id": "R"}
    report = type("Row", (), named)
    table = type("Table", (), {"form": "2021", "state": "found", "confidence": 0.9})
    shape = long_shape(store)
    (row,) = shape.rows(Exported(report, {"applications": table}, [cell]))
    told = dict(zip((c.key for c in LONG_COLUMNS), row, strict=True))
    assert told["report_id"] == "R"
    assert (told["value"], told["state"], told["unit"], told["page"]) == (41, "printed", "件", 2)
    assert told["corrected"] is False
    assert str(told["label"]).endswith("总计")


def test_a_wide_shape_has_a_column_a_cell_behind_those_of_the_report(store: Store) -> None:
    shape = wide_shape(store)
    assert shape.columns[: len(REPORT_COLUMNS)] == REPORT_COLUMNS
    assert len(set(shape.places.values())) == len(store.slots)
    assert len(wide_shape(store, "cells").columns) - len(shape.columns) == len(store.slots) - len(shape.heads)
