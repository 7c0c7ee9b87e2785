from dataclasses import replace

import pytest
from lxml import html

from gouji.forms import APPLICATIONS, FORMS, TABLES, head, template
from gouji.table_html import cell_to_html, confidence_to_text, table_to_html
from gouji.tables import Cell, CellState, Suggestion, Table, TableState

SURE = Cell(7, "7", CellState.PRINTED, 0.99)


def numbered(table: str, form: str) -> Table:
    """A table whose cells are numbered in printed order, from 1."""
    cells = {name: replace(SURE, value=n) for n, name in enumerate(template(table, form).cells, 1)}
    return Table(table, TableState.FOUND, form, "rules", 0.99, cells)


def laid_out(shown: str) -> list[list[str]]:
    """The texts of an HTML table as a browser lays them out: merged cells in each of their places."""
    rows = list(html.fromstring(shown).iter("tr"))
    grid: list[dict[int, str]] = [{} for _ in rows]
    for r, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[r]:
                column += 1
            for down in range(int(cell.get("rowspan", 1))):
                for across in range(int(cell.get("colspan", 1))):
                    assert column + across not in grid[r + down], "two cells in one place"
                    grid[r + down][column + across] = cell.text_content()
    return [[line[column] for column in sorted(line)] for line in grid]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", TABLES)
def test_every_cell_stands_under_and_beside_its_official_labels(table: str, form: str) -> None:
    of = template(table, form)
    grid = laid_out(table_to_html(numbered(table, form)))
    for n, name in enumerate(of.cells, 1):
        ((r, c),) = {
            (r, next(c for c, text in enumerate(line) if text == str(n)))
            for r, line in enumerate(grid)
            if str(n) in line
        }
        row, column = of.labels[name].row, of.labels[name].column
        if of.side_by_side:
            above = [line[c] for line in grid[:r]]
            assert tuple(dict.fromkeys(above)) == (*row, *column)
        else:
            beside = [text for text in grid[r] if not text.isdigit()]
            assert head(table) in [line[0] for line in grid[:r]]
            assert tuple(dict.fromkeys(beside)) == row
            above = [line[c] for line in grid[:r] if c < len(line) and not line[c].isdigit()]
            assert tuple(dict.fromkeys(above))[-len(column) :] == column


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_a_rectangle(table: str) -> None:
    for form in FORMS:
        grid = laid_out(table_to_html(numbered(table, form)))
        assert len({len(line) for line in grid}) == 1


@pytest.mark.parametrize(
    ("cell", "shown", "marked"),
    [
        (SURE, "7", False),
        (replace(SURE, confidence=0.9499), "7?", True),
        (Cell(None, "/", CellState.BLANK, 0.99), "空白", False),
        (Cell(None, None, CellState.BLANK, 0.5), "空白?", True),
        (Cell(None, None, CellState.ABSENT, 0.99), "缺失", False),
        (Cell(None, "▓", CellState.UNREAD, 0.99), "未读?", True),
        (Cell(0, "0", CellState.PRINTED, 0.99), "0", False),
    ],
)
def test_the_four_states_are_told_apart_and_what_is_doubtful_is_marked(cell: Cell, shown: str, marked: bool) -> None:
    found = html.fromstring(f"<table><tr>{cell_to_html(cell)}</tr></table>").find(".//td")
    assert found is not None
    assert found.text_content() == shown
    assert ("background" in found.get("style", "")) == marked
    assert found.get("title", "").startswith(f"{cell.state}, confidence ")


def test_what_a_sum_points_to_is_told_beside_the_cell() -> None:
    assert "column_sum points to 6" in cell_to_html(replace(SURE, suggestion=Suggestion(6, "column_sum")))


def test_a_table_that_is_not_sure_is_marked_as_a_whole() -> None:
    sure, unsure = (table_to_html(replace(numbered(APPLICATIONS, "2021"), confidence=c)) for c in (0.95, 0.9499))
    assert "?" not in html.fromstring(sure).findtext(".//caption", "")
    assert html.fromstring(unsure).find(".//caption").text_content().endswith("confidence 0.949?")


def test_nothing_is_shown_as_surer_than_it_is() -> None:
    assert [confidence_to_text(c) for c in (1.0, 0.99999, 0.9499, 0.0)] == ["1.000", "0.999", "0.949", "0.000"]
