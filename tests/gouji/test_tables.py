"""The states of cells and tables, as they stand in results, stores and files."""

import json
from dataclasses import FrozenInstanceError

import pytest

from gouji.tables import Cell, CellState, Table, TableState


def test_states_are_written_by_their_names() -> None:
    assert json.dumps([*CellState, *TableState]) == json.dumps(
        ["printed", "blank", "absent", "unread", "found", "missing"]
    )
    assert CellState("blank") is CellState.BLANK
    with pytest.raises(ValueError, match="zero"):
        CellState("zero")


def test_a_missing_table_holds_no_cells() -> None:
    table = Table("applications", TableState.MISSING, None, None, 0.9)
    assert dict(table.cells) == {}


def test_what_was_read_is_not_changed_afterwards() -> None:
    cell = Cell(3, "3", CellState.PRINTED, 1.0)
    with pytest.raises(FrozenInstanceError):
        cell.value = 4  # type: ignore[misc]
    assert (cell.where, cell.suggestion, cell.unit) == (None, None, None)
