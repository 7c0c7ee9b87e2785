"""How an office writes its zeros: printed, left blank everywhere, blank but for totals, or blank here and there.

Where blanks were dropped, a row of three zeros may stand in 35 ways. Offices do not fill their forms cell by cell at
random: a report whose other rows are full prints its zeros, one in which no 0 stands anywhere leaves them blank. Each
habit gives the probability of which cells of a row are printed, given its numbers; which habit it is, is told by all
rows of a table together, and by the tables of a report together.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gouji.forms import Row
from gouji.pieces import PieceKind
from gouji.placement.readings import Reading

Habits = tuple[float, ...]  # nats of each habit of HABITS, before or after rows were seen

_NOISE = 0.01  # share of rows that keep to no habit: any of their zeros may be blank
_OTHERS = 0.1  # share of reports whose tables do not keep to one habit
_HALF = math.log(0.5)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a reading shows of the zeros of its row. A mark for nothing counts as blank.

    zeros, blanks: zeros among the inner cells that are printed, that are blank.  total: whether the total is a zero
    that is printed (True), one that is blank (False), or none.  empty: whether no number but 0 stands in the row.
    """

    zeros: int
    blanks: int
    total: bool | None
    empty: bool


@dataclass(frozen=True, slots=True)
class Habit:
    """A way to write zeros. weigh: nats of a pattern under it; -inf where it never writes so."""

    name: str
    prior: float
    weigh: Callable[[Pattern], float]


def reading_to_pattern(reading: Reading, totalled: bool) -> Pattern:
    """What a reading shows of the zeros of its row."""
    zeros = blanks = 0
    empty = True
    last = len(reading.marks) - 1
    total: bool | None = None
    for c, mark in enumerate(reading.marks):
        blank = mark is None or mark.kind is PieceKind.EMPTY or mark.kind is PieceKind.MARK
        if not blank and (mark is None or mark.value != 0):
            empty = False
        elif totalled and c == last:
            total = not blank
        elif blank:
            blanks += 1
        else:
            zeros += 1
    return Pattern(zeros, blanks, total, empty)


def _always(pattern: Pattern) -> float:
    return 0.0 if not pattern.blanks and pattern.total is not False else -math.inf


def _never(pattern: Pattern) -> float:
    return 0.0 if not pattern.zeros and pattern.total is not True else -math.inf


def _only_totals(pattern: Pattern) -> float:
    return 0.0 if not pattern.zeros and pattern.total is not False else -math.inf


def _totals_of_empty_rows(pattern: Pattern) -> float:
    return _only_totals(pattern) if pattern.empty and pattern.total is not None else _always(pattern)


def _no_empty_rows(pattern: Pattern) -> float:
    return _never(pattern) if pattern.empty else _always(pattern)


def _some_empty_rows(pattern: Pattern) -> float:
    return _HALF + max(_never(pattern), _always(pattern)) if pattern.empty else _always(pattern)


def _here_and_there(share: float) -> Callable[[Pattern], float]:
    blank, printed = math.log(share), math.log(1 - share)

    def weigh(pattern: Pattern) -> float:
        blanks = pattern.blanks + (pattern.total is False)
        return blanks * blank + (pattern.zeros + (pattern.total is True)) * printed

    return weigh


HABITS = (
    Habit("always", 0.5, _always),
    Habit("never", 0.1, _never),
    Habit("only totals", 0.08, _only_totals),
    Habit("totals of empty rows", 0.1, _totals_of_empty_rows),
    Habit("no empty rows", 0.06, _no_empty_rows),
    Habit("some empty rows", 0.06, _some_empty_rows),
    Habit("few are blank", 0.04, _here_and_there(0.1)),
    Habit("some are blank", 0.04, _here_and_there(0.3)),
    Habit("many are blank", 0.02, _here_and_there(0.6)),
)
UNKNOWN: Habits = tuple(math.log(habit.prior) for habit in HABITS)


def weigh_pattern(pattern: Pattern) -> Habits:
    """Nats of one pattern under each habit."""
    places = pattern.zeros + pattern.blanks + (pattern.total is not None)
    noise = _NOISE * 0.5**places
    return tuple(math.log((1 - _NOISE) * math.exp(habit.weigh(pattern)) + noise) for habit in HABITS)


def learn_habits(rows: Sequence[Row], readings: Sequence[Reading], prior: Habits = UNKNOWN) -> Habits:
    """What readings that are settled say of the habit."""
    nats = list(prior)
    seen: dict[Pattern, Habits] = {}
    for row, reading in zip(rows, readings, strict=True):
        pattern = reading_to_pattern(reading, row.totalled)
        if pattern not in seen:
            seen[pattern] = weigh_pattern(pattern)
        nats = [a + b for a, b in zip(nats, seen[pattern], strict=True)]
    return normalise_habits(nats)


def carry_habits(habits: Habits) -> Habits:
    """What the habits of one table say of the next one."""
    return tuple(
        math.log((1 - _OTHERS) * math.exp(own) + _OTHERS * math.exp(any_))
        for own, any_ in zip(habits, UNKNOWN, strict=True)
    )


def normalise_habits(nats: Sequence[float]) -> Habits:
    """Nats that add up to a probability of 1."""
    high = max(nats)
    total = high + math.log(sum(math.exp(n - high) for n in nats))
    return tuple(n - total for n in nats)


def weigh_readings(row: Row, choices: Sequence[Reading]) -> NDArray[np.float64]:
    """Nats of each reading of a row under each habit: [habits, readings]."""
    patterns = [reading_to_pattern(reading, row.totalled) for reading in choices]
    known = {pattern: weigh_pattern(pattern) for pattern in set(patterns)}
    return np.array([known[pattern] for pattern in patterns]).T
