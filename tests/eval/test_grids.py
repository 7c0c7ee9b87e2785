import pytest

from eval.grids import grids_to_prediction, text_to_cell
from gouji.forms import template
from gouji.tables import CellState


def _grid(table, form, values):
    """A table as a browser lays it out: groups repeated beside the labels of their rows."""
    rows = []
    for row in template(table, form).rows:
        labels = ([*row.under] + [row.label] * 3)[:3]
        rows.append([*labels, *(str(values.get(name, 0)) for name in row.cells)])
    return rows


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_rows_are_placed_by_their_labels(form):
    applications = _grid(
        "applications", form, {"other_miscellaneous.total": 3, "new_received.total": 14, "granted.business": "/"}
    )
    review = [["行政复议"] * 5 + ["行政诉讼"] * 10, ["结果维持"] * 15, [str(k) for k in range(15)]]
    tables = grids_to_prediction([applications[:9], applications[9:], review]).tables
    assert tables["applications"].form == form
    cells = tables["applications"].cells
    assert len(cells) == len(template("applications", form).cells)
    assert (cells["new_received.total"].value, cells["new_received.business"].value) == (14, 0)
    assert cells["granted.business"].state is CellState.BLANK
    assert [cell.value for cell in tables["review_litigation"].cells.values()] == list(range(15))
    assert "active_disclosure" not in tables


def test_a_lost_row_moves_no_other():
    rows = _grid("applications", "2021", {"total_processed.total": 8})
    del rows[6]
    cells = grids_to_prediction([rows]).tables["applications"].cells
    assert len(cells) == 175 - 7
    assert cells["total_processed.total"].value == 8


@pytest.mark.parametrize(("text", "value"), [("1,113", 1113), ("+19", 19), ("７", 7), ("-", None), (" ", None)])
def test_texts_of_cells(text, value):
    cell = text_to_cell(text)
    assert cell is not None
    assert cell.value == value
    assert text_to_cell("减4") is None


@pytest.mark.parametrize(
    "row", [["行政许可", "550", "", ""], ["行政许可", "", "", "550"], ["第五项", "行政许可", "550"]]
)
def test_what_merged_cells_leave_empty_is_no_value(row):
    cells = grids_to_prediction([[row]]).tables["active_disclosure"].cells
    assert {name: cell.value for name, cell in cells.items()} == {"permits.decisions": 550}
