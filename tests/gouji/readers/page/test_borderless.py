"""Tables without ruling lines: a row and a column meet in a cell, whether anything stands there or not."""

import pytest

from gouji.document import Box
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, head, template
from gouji.readers.page.borderless import cell_of, read_region, value_cell
from gouji.readers.page.grids import Grid
from gouji.readers.page.ink import Chunk
from gouji.readers.page.labelling import Piece


def piece(text: str, x: float, y: float, page: int = 1, score: float | None = None) -> Piece:
    """A piece of a line of characters of ten points."""
    box: Box = (x, y, x + 6.0 * len(text), y + 10)
    return Piece(Chunk(text, box, score), page, round(y / 20), box)


def applications(values: dict[int, dict[int, str]], leave: frozenset[int] = frozenset()) -> list[Piece]:
    """Table 三: headers over seven columns, a label a line; values by row and column."""
    rows = template(APPLICATIONS, "2021").rows
    pieces = [piece(c.label, 300 + 100 * n, 0) for n, c in enumerate(rows[0].columns)]
    y = 20.0
    for r, row in enumerate(rows):
        if r in leave:
            continue
        pieces.append(piece(row.label, 0, y))
        pieces += [piece(text, 320 + 100 * n, y) for n, text in values.get(r, {}).items()]
        y += 20
    return pieces


def values_of(grid: Grid) -> dict[str, list[str]]:
    """The texts of each row behind its label."""
    found: dict[str, list[str]] = {}
    for n in range(1, grid.rows):
        cells = [cell for cell in grid.cells if cell.row == n]
        values = cells[-7:]
        found[cells[-8].text] = [cell.text for cell in values]
    return found


def test_a_row_and_a_column_meet_in_a_cell_whether_anything_stands_there() -> None:
    region = applications({0: {0: "3", 6: "3"}, 2: {1: "12", 6: "12"}})
    found = read_region(region, APPLICATIONS)
    assert found is not None
    grid, used = found
    rows = template(APPLICATIONS, "2021").rows
    values = values_of(grid)
    assert values[rows[0].label] == ["3", "", "", "", "", "", "3"]
    assert values[rows[2].label] == ["", "12", "", "", "", "", "12"]
    assert values[rows[3].label] == [""] * 7
    assert used == set(range(len(region)))


def test_rows_that_are_not_there_are_no_rows() -> None:
    found = read_region(applications({}, frozenset((3, 4))), APPLICATIONS)
    assert found is not None
    rows = template(APPLICATIONS, "2021").rows
    assert not {rows[3].label, rows[4].label} & set(values_of(found[0]))


def test_too_few_rows_or_columns_are_no_table() -> None:
    assert read_region(applications({}, frozenset(range(4, 25))), APPLICATIONS) is None
    assert read_region([p for p in applications({0: {0: "3"}}) if p.y > 20], APPLICATIONS) is None
    assert read_region([], APPLICATIONS) is None


def disclosure() -> list[Piece]:
    """Table 二 with a clause, headers and rows for each block; every value is the number of its row."""
    pieces: list[Piece] = []
    y, above = 0.0, ""
    for n, row in enumerate(template(ACTIVE_DISCLOSURE, "2021").rows):
        if row.under[0] != above:
            above = row.under[0]
            heads = [head(ACTIVE_DISCLOSURE), *(c.label for c in row.columns)]
            pieces += [piece(above, 0, y), *(piece(h, 150 * k, y + 20) for k, h in enumerate(heads))]
            y += 40
        pieces += [piece(row.label, 0, y), *(piece(str(n), 150 * (k + 1) + 20, y) for k in range(len(row)))]
        y += 20
    return pieces


def test_blocks_of_the_first_table_have_columns_of_their_own() -> None:
    found = read_region(disclosure(), ACTIVE_DISCLOSURE)
    assert found is not None
    by_row: dict[int, list[str]] = {}
    for cell in found[0].cells:
        by_row.setdefault(cell.row, []).append(cell.text)
    read = {texts[0]: texts[1:] for texts in by_row.values()}
    for n, row in enumerate(template(ACTIVE_DISCLOSURE, "2021").rows):
        assert read[row.label] == [str(n)] * len(row)


def test_the_columns_of_the_third_table_stand_side_by_side() -> None:
    blocks = template(REVIEW_LITIGATION, "2021").rows
    labels = [column.label for block in blocks for column in block.columns]
    pieces = [piece(label, 60 * n, 40) for n, label in enumerate(labels)]
    pieces += [piece(str(n), 60 * n + 10, 60) for n in range(15) if n != 7]
    found = read_region(pieces, REVIEW_LITIGATION)
    assert found is not None
    last = [cell.text for cell in found[0].cells if cell.row == 3]
    assert last == [str(n) if n != 7 else "" for n in range(15)]
    assert read_region(pieces[:5], REVIEW_LITIGATION) is None


def test_a_cell_of_several_pieces_stands_on_the_page_where_it_begins() -> None:
    cell = cell_of([piece("行政", 0, 780), piece("许可", 0, 20, page=2, score=0.5)], 3, 1)
    assert (cell.text, cell.page, cell.box, cell.score) == ("行政许可", 1, (0, 780, 12, 790), 0.5)


@pytest.mark.parametrize(
    ("found", "text", "unread"),
    [
        ([piece("3", 100, 20)], "3", False),
        ([piece("3", 100, 20), piece("4", 110, 20)], "3 4", False),
        ([piece("3", 100, 20, score=0.9), piece("4", 110, 20, score=0.9)], "", True),  # a number that was torn
        ([piece("甲", 100, 20, score=0.9)], "", True),
        ([], "", False),
    ],
)
def test_what_stands_in_a_cell_is_its_value_or_was_not_read(found: list[Piece], text: str, unread: bool) -> None:
    cell = value_cell(found, 1, 2, piece("规章", 0, 20), (90, 0, 130, 10))
    assert (cell.row, cell.column, cell.text, cell.unread) == (1, 2, text, unread)
    if not found:
        assert cell.box == (90, 20, 130, 30)
