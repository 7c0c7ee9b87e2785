"""Tables written down as tools do it."""

import csv
import io
from random import Random

import pytest

from gouji.forms import APPLICATIONS
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.pages.writers import (
    FIRST,
    OMIT,
    REPEAT,
    align,
    grid_to_columns,
    grid_to_csv,
    grid_to_html,
    grid_to_markdown,
    grid_to_pipes,
    pad_grid,
    sheet_to_grid,
    sheet_to_html,
    value_rows,
    width_of,
)
from training.tables.synthesis import draw_report

GRID = [["规章", "1"], ["a,b", '"2"']]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """Table 三 of the first drawn report that holds it."""
    reports = (draw_report(Random(seed)) for seed in range(50))
    held = next(table for report in reports if (table := report.tables[APPLICATIONS]) is not None)
    return table_to_sheet(held, Wording())


def test_merged_cells_go_on_as_nothing_as_themselves_or_not_at_all(sheet: Sheet) -> None:
    first, repeated, omitted = (sheet_to_grid(sheet, fill, "·") for fill in (FIRST, REPEAT, OMIT))
    assert {len(row) for row in first} == {len(row) for row in repeated} == {sheet.width}
    assert sum(map(len, omitted)) == sum(len(row) for row in sheet.rows)
    gaps = sum(cell == "·" for row in first for cell in row)
    assert gaps == sum(map(len, first)) - sum(map(len, omitted)) > 0
    assert not any(cell == "·" for row in repeated for cell in row)


def test_pipes_markdown_and_html() -> None:
    assert grid_to_pipes(GRID)[0] == "| 规章 | 1 |"
    assert grid_to_pipes(GRID, lead=False)[0] == "规章 | 1 |"
    assert grid_to_markdown(GRID)[:2] == ["| 规章 | 1 |", "|---|---|"]
    assert grid_to_html([["<b>"]]) == "<table><tr><td><b></td></tr>\n</table>"
    assert pad_grid([["a"], ["b", "c", "d"]], 2, "-") == [["a", "-"], ["b", "c", "d"]]


@pytest.mark.parametrize(("delimiter", "quote"), [(",", False), ("\t", False), (",", True)])
def test_csv_is_read_back(delimiter: str, quote: bool) -> None:
    lines = grid_to_csv(GRID, delimiter, quote)
    assert list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)) == GRID
    assert lines[0].startswith('"') is quote


def test_wide_characters_take_two_columns() -> None:
    assert width_of("规章a1") == 6
    assert (align("规", 4), align("规", 4, right=True), align("规章", 2)) == ("规  ", "  规", "规章")
    assert grid_to_columns([["规章", "1", "2"], ["a", "10", "3"]]) == ["规章  1   2", "a     10  3"]
    assert grid_to_columns([["规章", "1"], ["a", "10"]], right=True) == ["规章     1", "a       10"]


def test_rows_with_values_are_told_apart_with_their_labels(sheet: Sheet) -> None:
    rows = value_rows(sheet)
    assert {len(values) for _, values in rows} == {7}
    assert all(labels for labels, _ in rows)
    page = sheet_to_html(sheet)
    assert page.count("<td") == sum(len(row) for row in sheet.rows)
    assert page.count("rowspan") == sum(cell.rowspan > 1 for row in sheet.rows for cell in row)
