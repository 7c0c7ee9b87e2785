import itertools

import numpy as np
import pytest

from eval.grits import _alignment_pairs, cells_to_grid, grid_similarity, text_similarity
from gouji.forms import TABLES, template


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("12", "13", 0.5), ("", "", 1.0), ("", "7", 0.0), ("345", "35", 0.8), (None, "", 0.0), ("21", "12", 0.5)],
)
def test_text_similarity_by_hand(one, other, alike):
    assert text_similarity(one, other) == pytest.approx(alike)


def test_a_lost_row_costs_itself_alone():
    assert grid_similarity((("1",), ("2",), ("3",)), (("1",), ("3",))) == pytest.approx(2 * 2 / 5)


def test_a_lost_column_costs_itself_alone():
    assert grid_similarity((("1", "2", "3"), ("4", "5", "6")), (("1", "3"), ("4", "6"))) == pytest.approx(2 * 4 / 10)


def test_a_changed_cell_costs_what_its_text_lost():
    assert grid_similarity((("1", "22"),), (("1", "23"),)) == pytest.approx(2 * 1.5 / 4)


def test_nothing_against_something():
    assert grid_similarity((), (("1",),)) == 0.0
    assert grid_similarity((), ()) == 1.0


def test_alignment_is_the_best_of_all():
    rng = np.random.default_rng(5)
    for _ in range(40):
        scores = rng.random((3, 4)).round(1)
        best = max(
            sum(scores[i, j] for i, j in zip(rows, columns, strict=True))
            for size in range(4)
            for rows in itertools.combinations(range(3), size)
            for columns in itertools.combinations(range(4), size)
        )
        assert sum(scores[i, j] for i, j in _alignment_pairs(scores)) == pytest.approx(best)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_grids_have_the_shape_that_is_printed(form):
    shapes = []
    for table in TABLES:
        shape = template(table, form)
        grid = cells_to_grid(shape, dict.fromkeys(shape.cells, "0"))
        assert sum(cell is not None for row in grid for cell in row) == len(shape.cells)
        shapes.append((len(grid), len(grid[0])))
    assert shapes == {"2019": [(8, 3), (23, 7), (1, 15)], "2021": [(6, 3), (25, 7), (1, 15)]}[form]


def test_absent_rows_are_not_in_the_grid():
    shape = template("applications", "2021")
    texts = dict.fromkeys(shape.cells, "0") | dict.fromkeys(shape.rows[3].cells)
    assert len(cells_to_grid(shape, texts)) == 24
