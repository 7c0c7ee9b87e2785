"""A quick look at a page: whether anything on it may be a table."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gouji.readers.scan.screening import may_hold_table

Gray = NDArray[np.uint8]
DOTS = 150.0


def page() -> Gray:
    return np.full((1600, 1200), 255, np.uint8)


def write(grey: Gray, x: int, y: int, characters: int) -> None:
    """Something like characters of ten points: boxes with holes, a few dots apart."""
    for n in range(characters):
        left = x + 24 * n
        grey[y : y + 20, left : left + 20] = 0
        grey[y + 5 : y + 9, left + 4 : left + 16] = 255


def prose() -> Gray:
    grey = page()
    for n in range(30):
        write(grey, 100, 100 + 40 * n, 40)
    return grey


def test_running_text_is_no_table() -> None:
    assert not may_hold_table(prose(), DOTS)
    assert not may_hold_table(page(), DOTS)


@pytest.mark.parametrize(("points", "expected"), [(60, True), (10, False)])
def test_a_ruling_line_may_be_of_a_table(points: int, expected: bool) -> None:
    grey = page()
    grey[800:803, 200 : 200 + round(points * DOTS / 72)] = 0
    assert may_hold_table(grey, DOTS) is expected


@pytest.mark.parametrize(("rows", "expected"), [(1, False), (2, False), (3, True)])
def test_pieces_beside_pieces_may_be_cells(rows: int, expected: bool) -> None:
    grey = prose()
    for n in range(rows):
        y = 1320 + 40 * n
        write(grey, 100, y, 6)
        write(grey, 600, y, 2)
    assert may_hold_table(grey, DOTS) is expected


def test_something_tall_is_looked_at_with_care() -> None:
    grey = page()
    for y in range(200, 900):
        grey[y, 300 + y // 20 : 310 + y // 20] = 0
    assert may_hold_table(grey, DOTS)
