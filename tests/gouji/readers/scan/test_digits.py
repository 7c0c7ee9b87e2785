import numpy as np
import pytest

from gouji.readers.scan.digits import ink_runs, is_short, weigh_number
from gouji.readers.scan.recognition import Character, Reading

EM = 20.0


def reading(text: str, score: float = 1.0) -> Reading:
    return Reading(tuple(Character(c, score, 0.5) for c in text))


def ink(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((20, 60), dtype=np.uint8)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = 255
    return mask


MINUS, DIGIT, SECOND = (2, 9, 9, 11), (12, 2, 20, 18), (24, 2, 32, 18)


def test_a_minus_that_only_the_ink_shows_is_put_back() -> None:
    found = weigh_number(reading("1"), reading("1"), ink(MINUS, DIGIT), EM)
    assert found.text == "-1"
    assert found.score < 1


@pytest.mark.parametrize("dot", [(2, 16, 5, 18), (2, 2, 9, 4), (2, 2, 9, 18)])
def test_other_ink_before_a_digit_is_no_minus(dot: tuple[int, int, int, int]) -> None:
    assert weigh_number(reading("1"), reading("1"), ink(dot, DIGIT), EM).text == "1"


def test_a_number_of_fewer_digits_than_its_ink_is_not_trusted() -> None:
    assert weigh_number(reading("1"), reading("1"), ink(DIGIT, SECOND), EM).score == 0.5
    assert weigh_number(reading("11"), reading("11"), ink(DIGIT, SECOND), EM).score == 1.0


def test_readings_that_differ_are_not_trusted_but_lookalikes_are_the_same() -> None:
    assert weigh_number(reading("8"), reading("3"), ink(DIGIT), EM).score == 0.5
    assert weigh_number(reading("0", 0.9), reading("O", 0.8), ink(DIGIT), EM).score == 0.9


def test_a_chinese_digit_alone_is_a_blurred_digit() -> None:
    assert weigh_number(reading("三"), reading("三"), ink(DIGIT), EM).characters == ()


def test_what_may_be_a_number_is_short_and_not_chinese() -> None:
    assert [is_short(text) for text in ("12", "三", "总计", "123456789")] == [True, True, False, False]


def test_runs_of_ink_are_parted_by_white_columns() -> None:
    assert ink_runs(ink(MINUS, DIGIT)) == [(2, 9, 9, 11), (12, 20, 2, 18)]
    assert ink_runs(ink()) == []


@pytest.mark.parametrize("text", ["一", "-", "", "—"])
def test_a_short_flat_stroke_is_a_dash_and_no_one(text: str) -> None:
    assert weigh_number(reading(text), reading(text), ink((20, 9, 26, 13)), EM).text == "—"
    assert weigh_number(reading(text), reading(text), ink((20, 4, 26, 18)), EM).characters == ()
