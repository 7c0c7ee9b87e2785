"""Where blanks were dropped or digits glued: one joint decision over all rows of a table, with the sums as evidence.

Each row has readings (readings.py). A joint choice is weighed by the readings, by the columns that this report uses
(most offices use one or two), by how it writes its zeros (habits.py), and by the sums (joint.py). Columns and habit
are unknowns of the whole report: each pair of them is a hypothesis with its own joint decision, and the marginals are
the mixture, so where several placements fit, each cell says how sure it is. The number of choices looked at is bounded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gouji.forms import Template
from gouji.placement.habits import HABITS, UNKNOWN, Habits, learn_habits, normalise_habits, weigh_readings
from gouji.placement.joint_sums import Floats, decide, log_sum, normalise
from gouji.placement.readings import Reading
from gouji.sums import adds_up

_ROW_FAILS = -4.5  # nats: a row whose total is wrong at the source
_TOTAL_LEFT_BLANK = -2.0  # nats: a row of numbers without its total
_MOST_CHOICES = 60  # readings of one row that enter the joint decision
_HOPELESS = 14.0  # nats behind the best reading of its row, by itself
_NEGLIGIBLE = 8.0  # nats that a hypothesis may lie behind before it is left out
_MOST_HYPOTHESES = 120
_MOST_LOOKED = 1_000_000  # joint choices after which no further hypothesis is tried: about a second
_FIRST_USE = (0.75, 0.35, 0.04, 0.05, 0.05, 0.08)  # share of reports that use a column (natural persons first)
_OTHER_USE = 0.1  # ... of columns further to the right
_USED = math.log(0.5)  # a row with something in it, in a column that the report uses: a number, or none
_FOREIGN = -7.0  # something in a column that the report does not use


@dataclass(frozen=True, slots=True)
class Placed:
    """A row after the joint decision: the reading taken, and the posterior of each cell of it as it stands."""

    reading: Reading
    marginals: tuple[float, ...]
    runner_up: float  # posterior of the best other reading
    bounded: bool = False  # whether the search was cut short


@dataclass(frozen=True, slots=True)
class Placement:
    """The rows of a table, and what they say of how this report writes its zeros."""

    rows: tuple[Placed, ...]
    habits: Habits


def place(template: Template, readings: Sequence[Sequence[Reading]], habits: Habits = UNKNOWN) -> Placement:
    """Choose one reading for every row of a template, jointly. `readings[r]` holds at least one for row r.

    habits: what other tables of the report say of its zeros, in nats.
    """
    if all(len(choices) == 1 for choices in readings):
        settled = [choices[0] for choices in readings]
        rows = tuple(Placed(reading, (1.0,) * len(reading.marks), 0.0) for reading in settled)
        return Placement(rows, learn_habits(template.rows, settled, habits))
    # Two columns that are swapped in every row satisfy the same sums: only a mixture over the sets stays in doubt.
    readings = [_hopeful(template, r, choices) for r, choices in enumerate(readings)]
    columns, column_nats = _column_sets(template, readings)
    by_habit = [weigh_readings(row, choices) for row, choices in zip(template.rows, readings, strict=True)]
    alone = [
        np.array([reading.nats + weigh_row(template, r, reading) for reading in choices])
        for r, choices in enumerate(readings)
    ]
    keeping = [_weigh_columns(template, choices, columns) for choices in readings]
    # What each hypothesis could come to if every sum held: [sets, habits].
    bounds = column_nats[:, None] + np.array(habits)[None, :]
    for own, pattern, kept in zip(alone, by_habit, keeping, strict=True):
        bounds = bounds + log_sum(own + pattern[None, :, :] + kept[:, None, :], 2)
    found: list[tuple[int, float, list[Floats]]] = []
    bounded = False
    looked = 0
    for done, at in enumerate(np.argsort(-bounds, axis=None, kind="stable").tolist()):
        used, habit = divmod(at, len(HABITS))
        if found and bounds[used, habit] < max(nats for _, nats, _ in found) - _NEGLIGIBLE:
            break
        if done >= _MOST_HYPOTHESES or looked > _MOST_LOOKED:
            bounded = True
            break
        scores = [o + p[habit] + k[used] for o, p, k in zip(alone, by_habit, keeping, strict=True)]
        decision = decide(template, readings, scores)
        found.append((habit, float(column_nats[used]) + habits[habit] + decision.evidence, decision.posteriors))
        bounded = bounded or decision.bounded
        looked += decision.looked
    weights = normalise(np.array([nats for _, nats, _ in found]))
    placed = []
    for r, choices in enumerate(readings):
        mixed = sum((w * p[r] for w, (_, _, p) in zip(weights, found, strict=True)), start=np.zeros(len(choices)))
        placed.append(settle(choices, mixed.tolist(), bounded))
    return Placement(tuple(placed), _mix_habits(found, weights, bounds))


def _mix_habits(found: Sequence[tuple[int, float, list[Floats]]], weights: Floats, bounds: Floats) -> Habits:
    """The posterior of the habits; one that was never tried is as likely as its bound, at the most."""
    shares = np.zeros(len(HABITS))
    for (habit, _, _), weight in zip(found, weights, strict=True):
        shares[habit] += weight
    best = max(nats for _, nats, _ in found)
    untried = np.exp(np.minimum(bounds.max(0) - best, -_NEGLIGIBLE))
    return normalise_habits(np.log(np.maximum(shares, untried)).tolist())


def _hopeful(template: Template, r: int, choices: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of a row that are worth a joint look."""
    if len(choices) == 1:
        return choices
    alone = [reading.nats + weigh_row(template, r, reading) for reading in choices]
    order = sorted(range(len(choices)), key=lambda k: -alone[k])[:_MOST_CHOICES]
    return [choices[k] for k in order if alone[k] > alone[order[0]] - _HOPELESS]


def _column_sets(template: Template, readings: Sequence[Sequence[Reading]]) -> tuple[NDArray[np.bool_], Floats]:
    """The sets of columns that a report may use [sets, inner columns], and their prior in nats [sets].

    Where columns are not shared by the rows, there is one set, and it says nothing.
    """
    if not _shares_columns(template):
        return np.ones((1, 0), np.bool_), np.zeros(1)
    inner = len(template.rows[0]) - 1
    certain = {c for choices in readings if len(choices) == 1 for c, n in enumerate(choices[0].numbers[:-1]) if n}
    used = (np.arange(1 << inner)[:, None] >> np.arange(inner)[None, :] & 1).astype(np.bool_)
    used = used[used[:, sorted(certain)].all(1)]
    shares = np.array((_FIRST_USE + (_OTHER_USE,) * inner)[:inner])
    return used, np.where(used, np.log(shares), np.log(1 - shares)).sum(1)


def _shares_columns(template: Template) -> bool:
    return any(identity.check.startswith("column") for identity in template.identities)


def _weigh_columns(template: Template, choices: Sequence[Reading], columns: NDArray[np.bool_]) -> Floats:
    """Nats of keeping to the columns that a report uses: [sets, readings]."""
    if not _shares_columns(template):
        return np.zeros((len(columns), len(choices)))
    filled = np.array([[number != 0 for number in reading.numbers] for reading in choices])
    inner, some = filled[:, :-1].astype(float), filled.any(1).astype(float)
    kept: Floats = (~columns).astype(float) @ inner.T * _FOREIGN + columns.sum(1)[:, None] * some[None, :] * _USED
    return kept


def weigh_row(template: Template, r: int, reading: Reading) -> float:
    """Nats of the row sum of a reading."""
    if not template.rows[r].totalled:
        return 0.0
    numbers = reading.numbers
    blank = sum(mark is None for mark in reading.marks)
    if adds_up(numbers) or blank >= len(numbers) - 1:
        return 0.0
    total = reading.marks[-1]
    return _ROW_FAILS if total is not None and total.value is not None else _TOTAL_LEFT_BLANK


def settle(choices: Sequence[Reading], posterior: Sequence[float], bounded: bool, taken: int | None = None) -> Placed:
    """The likeliest reading, or the one that was taken for other reasons, with the posterior of each of its cells."""
    best = max(range(len(choices)), key=lambda k: posterior[k]) if taken is None else taken
    reading = choices[best]
    marginals = []
    for c in range(len(reading.marks)):
        same = sum(p for other, p in zip(choices, posterior, strict=True) if _agree(other, reading, c))
        marginals.append(min(same, 1.0))
    others = [p for k, p in enumerate(posterior) if k != best]
    return Placed(reading, tuple(marginals), max(others, default=0.0), bounded and len(choices) > 1)


def _agree(a: Reading, b: Reading, column: int) -> bool:
    """Whether two readings put the same into a column."""
    x, y = a.marks[column], b.marks[column]
    if x is None or y is None:
        return x is y
    return x.value == y.value and x.kind == y.kind
