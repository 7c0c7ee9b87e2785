"""Which zeros an office prints: what each habit says of a row, and what the rows say of the habit."""

import math
from collections.abc import Sequence

import pytest

from gouji.forms import APPLICATIONS, template
from gouji.pieces import PieceKind
from gouji.placement.habits import (
    HABITS,
    UNKNOWN,
    Pattern,
    carry_habits,
    learn_habits,
    reading_to_pattern,
    weigh_pattern,
    weigh_readings,
)
from gouji.placement.readings import Mark, Reading

TABLE = template(APPLICATIONS, "2021")
NAMES = [habit.name for habit in HABITS]


def reading_of(cells: Sequence[int | str | None]) -> Reading:
    """A reading: numbers, None for what was dropped, "" for a blank that is seen, "/" for a mark."""
    marks = []
    for cell in cells:
        if cell is None:
            marks.append(None)
        elif isinstance(cell, int):
            marks.append(Mark((0,), str(cell), cell, PieceKind.NUMBER, 0, 1))
        else:
            marks.append(Mark((0,), cell, None, PieceKind.MARK if cell else PieceKind.EMPTY, 0, 1))
    return Reading(tuple(marks), 0.0)


FULL, FILLED = [0] * 7, [5, 0, 0, 0, 0, 0, 5]
DROPPED, TOTAL = [None] * 7, [None] * 6 + [0]
HOLES = [0, None, 0, 0, 0, None, 0]
SPARSE = [5, None, None, None, None, None, 5]


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        (FULL, Pattern(6, 0, True, True)),
        (FILLED, Pattern(5, 0, None, False)),
        (SPARSE, Pattern(0, 5, None, False)),
        (TOTAL, Pattern(0, 6, True, True)),
        ([0, "", "/", 0, 0, 0, None], Pattern(4, 2, False, True)),
    ],
)
def test_the_pattern_of_a_reading(cells: Sequence[int | None], pattern: Pattern) -> None:
    assert reading_to_pattern(reading_of(cells), totalled=True) == pattern


def test_a_column_that_is_no_total_is_a_cell_like_others() -> None:
    assert reading_to_pattern(reading_of([0, None, 0]), totalled=False) == Pattern(2, 1, None, True)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([FULL, FILLED, FULL, FULL], "always"),
        ([DROPPED, SPARSE, DROPPED, DROPPED], "never"),
        ([TOTAL, SPARSE, TOTAL, TOTAL], "only totals"),
        ([TOTAL, FILLED, TOTAL, TOTAL], "totals of empty rows"),
        ([DROPPED, FILLED, DROPPED, DROPPED, DROPPED, DROPPED], "no empty rows"),
        ([DROPPED, FILLED, FULL, DROPPED, FULL], "some empty rows"),
        (
            [[0, None, 0, 0, 0, None, 0], FILLED, [0, 0, None, 0, 0, 0, 0], [None, 0, 0, None, 0, 0, 0]],
            "some are blank",
        ),
    ],
)
def test_rows_tell_the_habit(rows: Sequence[Sequence[int | None]], name: str) -> None:
    habits = learn_habits(TABLE.rows[: len(rows)], [reading_of(row) for row in rows])
    assert math.isclose(sum(math.exp(n) for n in habits), 1)
    assert NAMES[max(range(len(habits)), key=lambda h: habits[h])] == name


def test_priors_are_probabilities_and_a_stray_row_does_not_rule_a_habit_out() -> None:
    assert math.isclose(sum(habit.prior for habit in HABITS), 1)
    rows = [FULL] * 20 + [[0, 0, None, 0, 0, 0, 0]]
    habits = learn_habits(TABLE.rows[:21], [reading_of(row) for row in rows])
    assert NAMES[max(range(len(habits)), key=lambda h: habits[h])] in ("always", "few are blank")
    assert min(weigh_pattern(reading_to_pattern(reading_of(SPARSE), totalled=True))) > -12


def test_patterns_of_one_row_add_up_to_one_under_each_habit() -> None:
    """For numbers that are given, all ways to print their zeros have a probability of 1 together."""
    row = TABLE.rows[0]
    for numbers in ([0] * 7, [5, 0, 0, 0, 0, 0, 5]):
        zeros = [c for c, n in enumerate(numbers) if not n]
        ways = []
        for bits in range(1 << len(zeros)):
            blank = {c for k, c in enumerate(zeros) if bits >> k & 1}
            ways.append(reading_of([None if c in blank else n for c, n in enumerate(numbers)]))
        assert weigh_readings(row, ways).shape == (len(HABITS), len(ways))
        for nats in weigh_readings(row, ways):
            assert sum(math.exp(n) for n in nats) == pytest.approx(1, abs=1e-9)


def test_another_table_may_be_written_otherwise() -> None:
    sure = learn_habits(TABLE.rows[:8], [reading_of(TOTAL)] * 7 + [reading_of(FILLED)])
    carried = carry_habits(sure)
    assert math.isclose(sum(math.exp(n) for n in carried), 1)
    for before, after, prior in zip(sure, carried, UNKNOWN, strict=True):
        assert after >= math.log(0.1) + prior - 1e-9
        assert after <= max(before, prior) + 1e-9
