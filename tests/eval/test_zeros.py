"""How a truth writes its zeros, told from its table 三."""

from collections.abc import Sequence

import pytest

from eval import zeros
from eval.truth import TrueCell, TrueTable, Truth
from eval.zeros import truth_to_zeros
from gouji.forms import APPLICATIONS, TABLES, template
from gouji.tables import CellState

FORM = template(APPLICATIONS, "2021")
FULL: Sequence[int | None] = [0] * 7
FILLED: Sequence[int | None] = [5, 0, 0, 0, 0, 0, 5]
BLANK: Sequence[int | None] = [None] * 7
TOTAL: Sequence[int | None] = [None] * 6 + [0]
SPARSE: Sequence[int | None] = [5, None, None, None, None, None, 5]


def truth_of(first: Sequence[int | None], others: Sequence[int | None]) -> Truth:
    cells = {}
    for r, row in enumerate(FORM.rows):
        for name, value in zip(row.cells, first if r == 0 else others, strict=True):
            cells[name] = TrueCell(value, CellState.BLANK if value is None else CellState.PRINTED)
    tables: dict[str, TrueTable | None] = dict.fromkeys(TABLES)
    return Truth(None, None, tables | {APPLICATIONS: TrueTable(APPLICATIONS, "2021", cells)})


@pytest.mark.parametrize(
    ("first", "others", "told"),
    [
        (FILLED, FULL, zeros.PRINTED),
        (SPARSE, BLANK, zeros.NONE_PRINTED),
        (FILLED, TOTAL, zeros.TOTALS),
        (FILLED, BLANK, zeros.ROWS),
        (FILLED, [0, None, 0, 0, 0, 0, 0], zeros.SINGLE),
        (SPARSE, TOTAL, zeros.SINGLE),
    ],
)
def test_the_way_is_told_from_the_cells(first: Sequence[int | None], others: Sequence[int | None], told: str) -> None:
    assert truth_to_zeros(truth_of(first, others)) == told


def test_a_row_that_is_not_there_says_nothing() -> None:
    truth = truth_of(FILLED, TOTAL)
    held = truth.tables[APPLICATIONS]
    assert held is not None
    gone = {name: TrueCell(None, CellState.ABSENT) for name in FORM.rows[3].cells}
    table = TrueTable(APPLICATIONS, "2021", {**held.cells, **gone})
    whole = Truth(None, None, {**truth.tables, APPLICATIONS: table})
    assert truth_to_zeros(whole) == zeros.TOTALS


def test_a_truth_without_the_table() -> None:
    assert truth_to_zeros(Truth(None, None, dict.fromkeys(TABLES))) == ""
