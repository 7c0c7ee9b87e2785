"""Strokes gathered into boxes of lines of text."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gouji.readers.scan.strokes import PixelBox, cell_boxes, is_slash, lines_of_boxes, loose_boxes

Gray = NDArray[np.uint8]
EM = 20.0


def mask(*boxes: PixelBox, size: tuple[int, int] = (200, 400)) -> Gray:
    """White ink on black, as masks of text are."""
    drawn = np.zeros(size, np.uint8)
    for left, top, right, bottom in boxes:
        drawn[top:bottom, left:right] = 255
    return drawn


def characters(x: int, y: int, count: int, pitch: int = 22) -> list[PixelBox]:
    return [(x + pitch * n, y, x + pitch * n + 18, y + 18) for n in range(count)]


def test_characters_of_a_line_are_one_box() -> None:
    assert loose_boxes(mask(*characters(50, 50, 4)), EM) == [(50, 50, 134, 68)]


@pytest.mark.parametrize(("gap", "pieces"), [(6, 1), (9, 2)])
def test_a_gap_wider_than_a_character_leaves_parts_two_pieces(gap: int, pieces: int) -> None:
    text = [*characters(50, 50, 2), *characters(90 + gap, 50, 2)]
    assert len(loose_boxes(mask(*text), EM)) == pieces


def test_lines_under_each_other_are_two() -> None:
    found = loose_boxes(mask(*characters(50, 50, 3), *characters(50, 80, 3)), EM)
    assert sorted((box[1], box[3]) for box in found) == [(50, 68), (80, 98)]


def test_specks_are_no_text() -> None:
    assert loose_boxes(mask((50, 50, 51, 51)), EM) == []
    assert loose_boxes(mask(), EM) == []


def test_no_text_runs_across_a_wall() -> None:
    text = mask(*characters(50, 50, 4))
    assert len(loose_boxes(text, EM, [92])) == 2  # in the white between two characters
    assert len(loose_boxes(text, EM, [100])) == 1  # ink stands there: no line does


def test_a_comma_belongs_to_the_text_before_it() -> None:
    text = [*characters(50, 50, 2), (94, 62, 98, 68), *characters(112, 50, 2)]
    assert loose_boxes(mask(*text), EM) == [(50, 50, 152, 68)]


def test_the_leavings_of_borders_are_no_text_of_a_cell() -> None:
    text = mask((100, 45, 102, 100), (120, 60, 138, 78), (100, 40, 300, 42))
    assert cell_boxes(text, (100, 40, 300, 100), EM, 72.0) == [(120, 60, 138, 78)]


def test_a_one_inside_a_cell_is_text() -> None:
    assert cell_boxes(mask((200, 60, 202, 78)), (100, 40, 300, 100), EM, 72.0) == [(200, 60, 202, 78)]


def test_strokes_of_one_character_are_one_line() -> None:
    two = [(50, 50, 68, 53), (50, 65, 68, 68)]  # the strokes of 二
    assert lines_of_boxes(two, EM) == [(50, 50, 68, 68)]
    apart = [(50, 50, 68, 68), (50, 90, 68, 108)]
    assert sorted(lines_of_boxes(apart, EM)) == apart


def stroke(slope: float, height: int = 40, width: int = 20) -> Gray:
    """A stroke that wanders from the right to the left by a share of the width."""
    drawn = np.zeros((height, width), np.uint8)
    for y in range(height):
        x = round((width - 3) * (0.5 + slope * (0.5 - y / (height - 1))))
        drawn[y, x : x + 3] = 255
    return drawn


@pytest.mark.parametrize(("slope", "expected"), [(1.0, True), (0.7, True), (0.2, False), (-1.0, False)])
def test_a_slash_runs_from_the_lower_left_to_the_upper_right(slope: float, expected: bool) -> None:
    assert is_slash(stroke(slope)) is expected


def test_a_seven_is_no_slash() -> None:
    seven = stroke(1.0)
    seven[:6, :] = 255
    assert not is_slash(seven)
    assert not is_slash(stroke(1.0, 40, 5))
