from collections.abc import Callable, Mapping

import pytest

from eval.truth import TrueCell, TrueTable, Truth
from gouji.forms import TABLES, template
from gouji.tables import Cell, CellState, Number, Table, TableState

Told = Number | None | str


def _true_cell(told: Told) -> TrueCell:
    if isinstance(told, str):
        return TrueCell(None, CellState(told))
    return TrueCell(told, CellState.BLANK if told is None else CellState.PRINTED)


@pytest.fixture
def make_truth() -> Callable[..., Truth]:
    """A truth of some tables: the cells told, every other one 0; tables not told are missing."""

    def make(form: str = "2021", **tables: Mapping[str, Told]) -> Truth:
        found: dict[str, TrueTable | None] = dict.fromkeys(TABLES)
        for table, told in tables.items():
            names = template(table, form).cells
            assert set(told) <= set(names)
            found[table] = TrueTable(table, form, {n: _true_cell(told.get(n, 0)) for n in names})
        return Truth("某局", 2023, found)

    return make


@pytest.fixture
def make_table() -> Callable[..., Table]:
    """A table as read: the cells told as (value or state, confidence), every other one 0 at confidence 1."""

    def make(table: str, told: Mapping[str, tuple[Told, float]] | None = None, form: str = "2021") -> Table:
        cells = {}
        for name in template(table, form).cells:
            value, confidence = (told or {}).get(name, (0, 1.0))
            true = _true_cell(value)
            cells[name] = Cell(true.value, None, true.state, confidence)
        return Table(table, TableState.FOUND, form, "test", 1.0, cells)

    return make
