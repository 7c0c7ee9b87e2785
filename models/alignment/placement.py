"""Where blanks were dropped or digits glued: one joint decision over all rows of a table, with the sums as evidence.

Each row has readings (readings.py). A joint choice is weighed by the readings, by the columns that this report uses
(most offices use one or two), and by the sums: a sum that fails costs what it costs in genuine reports, so one that
is wrong at its source keeps its numbers. Exact dynamic programming over the rows: the state is the vector of what the
column sums still lack, and states that agree are merged. The marginals are those of the whole table, so where several
placements fit, each cell says how sure it is. Time is bounded by the number of states kept.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alignment.readings import Reading
from models.forms import Template

_ROW_FAILS = -4.5  # nats: a row whose total is wrong at the source
_TOTAL_LEFT_BLANK = -2.0  # nats: a row of numbers without its total
_FIRST_FAILS, _FURTHER_FAILS = -2.5, -1.2  # column sums fail together: one wrong total breaks several
_MOST_STATES = 800
_MOST_CHOICES = 60  # readings of one row that enter the joint decision
_HOPELESS = 14.0  # nats behind the best reading of its row, by itself
_NEGLIGIBLE = 8.0  # nats that a hypothesis may lie behind before it is left out
_MOST_HYPOTHESES = 24
_RULED_OUT = 6.5  # nats that a reading may lie behind the best of its row under one hypothesis
_SECONDS = 0.8  # after which no further hypothesis is tried, and the best so far counts as bounded
_SCALE = 10**4  # decimals of a count that somebody printed with a point
_HASH = np.random.default_rng(7).integers(1, 2**62, 64, dtype=np.int64) | 1
_FIRST_USE = (0.75, 0.35, 0.04, 0.05, 0.05, 0.08)  # share of reports that use a column (natural persons first)
_USED, _UNUSED = math.log(0.5), math.log(0.5)  # a row with something in a column that the report uses
_FOREIGN = -7.0  # something in a column that the report does not use


@dataclass(frozen=True, slots=True)
class Placed:
    """A row after the joint decision: the reading taken, and the posterior of each cell of it as it stands."""

    reading: Reading
    marginals: tuple[float, ...]
    runner_up: float  # posterior of the best other reading
    bounded: bool = False  # whether the search was cut short


def place(template: Template, readings: Sequence[Sequence[Reading]]) -> tuple[Placed, ...]:
    """Choose one reading for every row of a template, jointly. `readings[r]` holds at least one for row r.

    Which columns a report uses is one unknown of the whole report: each set of columns is a hypothesis with its own
    joint decision, and the posteriors are the mixture. So two placements that only swap a column in every row stay two.
    """
    if all(len(choices) == 1 for choices in readings):
        return tuple(Placed(c[0], (1.0,) * len(c[0].marks), 0.0) for c in readings)
    readings = [_hopeful(template, r, choices) for r, choices in enumerate(readings)]
    hypotheses = []
    for used, prior in _column_sets(template, readings):
        scores = [
            [reading.nats + _local(template, r, reading, used) for reading in choices]
            for r, choices in enumerate(readings)
        ]
        bound = prior + sum(max(s) + math.log(len(s)) for s in scores)
        hypotheses.append((bound, prior, scores))
    hypotheses.sort(key=lambda h: -h[0])
    found: list[tuple[float, list[list[float]]]] = []
    bounded = False
    deadline = time.perf_counter() + _SECONDS
    for done, (bound, prior, scores) in enumerate(hypotheses):
        if found and (bound < max(nats for nats, _ in found) - _NEGLIGIBLE or done >= _MOST_HYPOTHESES):
            break
        if found and time.perf_counter() > deadline:
            bounded = True
            break
        posteriors, evidence, cut = _joint(template, readings, scores)
        found.append((prior + evidence, posteriors))
        bounded = bounded or cut
    weights = _normalise([nats for nats, _ in found])
    mixed = [
        [sum(w * p[r][k] for w, (_, p) in zip(weights, found, strict=True)) for k in range(len(choices))]
        for r, choices in enumerate(readings)
    ]
    return tuple(settle(choices, p, bounded) for choices, p in zip(readings, mixed, strict=True))


def _hopeful(template: Template, r: int, choices: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of a row that are worth a joint look."""
    if len(choices) == 1:
        return choices
    alone = [reading.nats + _local(template, r, reading, None) for reading in choices]
    order = sorted(range(len(choices)), key=lambda k: -alone[k])[:_MOST_CHOICES]
    return [choices[k] for k in order if alone[k] > alone[order[0]] - _HOPELESS]


def _column_sets(
    template: Template, readings: Sequence[Sequence[Reading]]
) -> Iterator[tuple[frozenset[int] | None, float]]:
    """The sets of columns that a report may use, with their prior in nats; None where columns are not shared."""
    if not any(identity.check.startswith("column") for identity in template.identities):
        yield None, 0.0
        return
    inner = len(template.rows[0]) - 1
    certain = {c for choices in readings if len(choices) == 1 for c, n in enumerate(choices[0].numbers[:-1]) if n}
    shares = (_FIRST_USE + (0.1,) * inner)[:inner]
    for bits in range(1 << inner):
        used = frozenset(c for c in range(inner) if bits >> c & 1)
        if certain <= used:
            yield used, sum(math.log(share if c in used else 1 - share) for c, share in enumerate(shares))


def weigh_row(template: Template, r: int, reading: Reading) -> float:
    """Nats of the row sum of a reading."""
    return _local(template, r, reading, None)


def _local(template: Template, r: int, reading: Reading, used: frozenset[int] | None) -> float:
    """Nats of a reading by itself: its row sum, and whether it keeps to the columns that the report uses."""
    nats = 0.0
    numbers = reading.numbers
    if template.rows[r].totalled:
        blank = sum(mark is None for mark in reading.marks)
        if sum(numbers[:-1]) != numbers[-1] and blank < len(numbers) - 1:
            total = reading.marks[-1]
            nats += _ROW_FAILS if total is not None and total.value is not None else _TOTAL_LEFT_BLANK
        if used is not None and any(numbers):
            for c, number in enumerate(numbers[:-1]):
                if c in used:
                    nats += _USED if number else _UNUSED
                elif number:
                    nats += _FOREIGN
    return nats


def _joint(
    template: Template, readings: Sequence[Sequence[Reading]], scores: Sequence[Sequence[float]]
) -> tuple[list[list[float]], float, bool]:
    """Posterior of every reading of every row, and the evidence in nats.

    The state is what each column sum lacks so far: [states, sums].
    """
    steps = _steps(template, readings)
    sums = steps[0].shape[1]
    posteriors = [_normalise(s) for s in scores]
    open_rows = [r for r, choices in enumerate(readings) if len(choices) > 1]
    kept = [_worth_keeping(nats) for nats in scores]
    evidence = sum(scores[r][0] for r, choices in enumerate(readings) if len(choices) == 1)
    if not sums or not open_rows:
        return posteriors, evidence + sum(log_total(scores[r]) for r in open_rows), False
    closed = [steps[r][0] for r, choices in enumerate(readings) if len(choices) == 1]
    states = np.sum(closed, axis=0, dtype=np.int64).reshape(1, sums) if closed else np.zeros((1, sums), np.int64)
    # The rows that several sums share come first: they fix what the others must add up to.
    open_rows.sort(key=lambda r: (-int(np.count_nonzero(np.abs(steps[r]).sum(0))), len(readings[r])))
    forward = np.zeros(1)
    forwards, arrivals = [forward], []
    bounded = False
    for position, r in enumerate(open_rows):
        after = (states[:, None, :] + steps[r][kept[r]][None, :, :]).reshape(-1, sums)
        nats = (forward[:, None] + np.asarray(scores[r])[kept[r]][None, :]).reshape(-1)
        _, first, arrival = np.unique(after @ _HASH[:sums], return_index=True, return_inverse=True)
        states, forward = after[first], _log_sum_by(nats, arrival, len(first))
        if len(states) > _MOST_STATES:
            bounded = True
            lows, highs = _reach([steps[later] for later in open_rows[position + 1 :]], sums)
            lost = ((-states < lows) | (-states > highs)).sum(1)
            keep = np.argsort(-(forward + _weigh_failures(lost)), kind="stable")[:_MOST_STATES]
            place_of = np.full(len(states), -1, np.int64)
            place_of[keep] = np.arange(len(keep))
            states, forward, arrival = states[keep], forward[keep], place_of[arrival]
        arrivals.append(arrival.reshape(-1, len(kept[r])))
        forwards.append(forward)
    behind = _weigh_failures(np.count_nonzero(states, axis=1))
    for position in range(len(open_rows) - 1, -1, -1):
        r = open_rows[position]
        tails = np.append(behind, -np.inf)[arrivals[position]] + np.asarray(scores[r])[kept[r]][None, :]
        seen = np.full(len(readings[r]), -np.inf)
        seen[kept[r]] = _log_sum(forwards[position][:, None] + tails, 0)
        posteriors[r] = _normalise(seen.tolist())
        behind = _log_sum(tails, 1)
    return posteriors, evidence + float(behind[0]), bounded


def _weigh_failures(count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Nats of so many column sums that fail."""
    return np.where(count > 0, _FIRST_FAILS + _FURTHER_FAILS * (count - 1.0), 0.0)


def _worth_keeping(nats: Sequence[float]) -> NDArray[np.int64]:
    """The readings of a row that a hypothesis does not rule out by themselves."""
    scores = np.asarray(nats)
    return np.flatnonzero(scores > scores.max() - _RULED_OUT)


def log_total(nats: Sequence[float]) -> float:
    """Log of the sum of exponentials."""
    high = max(nats)
    return high + math.log(sum(math.exp(n - high) for n in nats))


def _steps(template: Template, readings: Sequence[Sequence[Reading]]) -> list[NDArray[np.int64]]:
    """For each row what each of its readings adds to the column sums, wholes less parts: [readings, sums]."""
    sums = [i for i in template.identities if i.check.startswith("column")]
    place_of = {cell: (r, c) for r, row in enumerate(template.rows) for c, cell in enumerate(row.cells)}
    steps = [np.zeros((len(choices), len(sums)), np.int64) for choices in readings]
    for s, identity in enumerate(sums):
        for sign, cells in ((1, identity.wholes), (-1, identity.parts)):
            for cell in cells:
                r, c = place_of[cell]
                steps[r][:, s] += [sign * int(reading.numbers[c] * _SCALE) for reading in readings[r]]
    return steps


def _reach(steps: Sequence[NDArray[np.int64]], sums: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The least and the most that the rows still open can add to each sum."""
    lows, highs = np.zeros(sums, np.int64), np.zeros(sums, np.int64)
    for step in steps:
        lows += step.min(0)
        highs += step.max(0)
    return lows, highs


def _log_sum_by(nats: NDArray[np.float64], group: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Log of the sum of exponentials within each group."""
    high = np.full(count, -np.inf)
    np.maximum.at(high, group, nats)
    total = np.zeros(count)
    np.add.at(total, group, np.exp(nats - high[group]))
    return high + np.log(total)


def _log_sum(nats: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    high = nats.max(axis, keepdims=True)
    high = np.where(np.isfinite(high), high, 0.0)
    with np.errstate(divide="ignore"):
        total: NDArray[np.float64] = np.log(np.exp(nats - high).sum(axis)) + high.squeeze(axis)
    return total


def settle(choices: Sequence[Reading], posterior: Sequence[float], bounded: bool, taken: int | None = None) -> Placed:
    """The likeliest reading, or the one that was taken for other reasons, with the posterior of each of its cells."""
    best = max(range(len(choices)), key=lambda k: posterior[k]) if taken is None else taken
    reading = choices[best]
    marginals = []
    for c in range(len(reading.marks)):
        same = sum(p for other, p in zip(choices, posterior, strict=True) if _agree(other, reading, c))
        marginals.append(min(same, 1.0))
    others = [p for k, p in enumerate(posterior) if k != best]
    return Placed(reading, tuple(marginals), max(others, default=0.0), bounded)


def _agree(a: Reading, b: Reading, column: int) -> bool:
    """Whether two readings put the same into a column."""
    x, y = a.marks[column], b.marks[column]
    if x is None or y is None:
        return x is y
    return x.value == y.value and x.kind == y.kind


def _normalise(nats: Sequence[float]) -> list[float]:
    high = max(nats)
    if high == -math.inf:
        return [1 / len(nats)] * len(nats)
    weights = [math.exp(n - high) for n in nats]
    total = sum(weights)
    return [w / total for w in weights]
