"""The sums of columns as evidence: every joint choice of readings, weighed by the sums that it breaks.

Exact dynamic programming over the rows: the state is the vector of what the column sums still lack, and states that
agree are merged. A sum that fails costs what it costs in genuine reports, so one that is wrong at its source keeps
its numbers. Where more states than can be kept are alive, those that no choice of the later rows can bring to a close
go first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gouji.forms import Template
from gouji.placement.readings import Reading

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FIRST_FAILS, _FURTHER_FAILS = -5.0, -2.5  # nats: column sums fail together: one wrong total breaks several
_MOST_STATES = 800
_MOST_SUMS = 4000  # different sums that the later rows can come to, up to which each is looked at
_RULED_OUT = 6.5  # nats that a reading may lie behind the best of its row under one hypothesis
_SCALE = 10**4  # decimals of a count that somebody printed with a point
_HASH = np.random.default_rng(7).integers(1, 2**62, 512, dtype=np.int64) | 1  # a factor for each sum


@dataclass(frozen=True, slots=True)
class Decision:
    """The posterior of every reading of every row, and the evidence in nats.

    bounded: whether the search was cut short.  looked: joint choices that were looked at, what the search cost.
    """

    posteriors: list[Floats]
    evidence: float
    bounded: bool
    looked: int


def decide(template: Template, readings: Sequence[Sequence[Reading]], scores: Sequence[Floats]) -> Decision:
    """Weigh every joint choice of readings. scores: nats of each reading by itself, for each row."""
    steps = _steps(template, readings)
    sums = steps[0].shape[1]
    posteriors = [normalise(nats) for nats in scores]
    open_rows = [r for r, choices in enumerate(readings) if len(choices) > 1]
    kept = [np.flatnonzero(nats > nats.max() - _RULED_OUT) for nats in scores]
    evidence = sum(float(scores[r][0]) for r, choices in enumerate(readings) if len(choices) == 1)
    if not sums or not open_rows:
        return Decision(posteriors, evidence + sum(float(log_sum(scores[r], 0)) for r in open_rows), False, 0)
    closed = [steps[r][0] for r, choices in enumerate(readings) if len(choices) == 1]
    states = np.sum(closed, axis=0, dtype=np.int64).reshape(1, sums) if closed else np.zeros((1, sums), np.int64)
    # The rows that several sums share come first: they fix what the others must add up to.
    open_rows.sort(key=lambda r: (-int(np.count_nonzero(np.abs(steps[r]).sum(0))), len(readings[r])))
    forward = np.zeros(1)
    forwards, arrivals = [forward], []
    reachable: list[list[Ints | None]] | None = None
    bounded = False
    looked = 0
    for position, r in enumerate(open_rows):
        looked += len(states) * len(kept[r])
        after = (states[:, None, :] + steps[r][kept[r]][None, :, :]).reshape(-1, sums)
        nats = (forward[:, None] + scores[r][kept[r]][None, :]).reshape(-1)
        _, first, arrival = np.unique(after @ _HASH[:sums], return_index=True, return_inverse=True)
        states, forward = after[first], _log_sum_by(nats, arrival, len(first))
        if len(states) > _MOST_STATES:
            bounded = True
            if reachable is None:
                reachable = _reachable([steps[later][kept[later]] for later in open_rows], sums)
            lost = _count_lost(states, [steps[later] for later in open_rows[position + 1 :]], reachable[position + 1])
            keep = np.argsort(-(forward + _weigh_failures(lost)), kind="stable")[:_MOST_STATES]
            place_of = np.full(len(states), -1, np.int64)
            place_of[keep] = np.arange(len(keep))
            states, forward, arrival = states[keep], forward[keep], place_of[arrival]
        arrivals.append(arrival.reshape(-1, len(kept[r])))
        forwards.append(forward)
    behind = _weigh_failures(np.count_nonzero(states, axis=1))
    for position in range(len(open_rows) - 1, -1, -1):
        r = open_rows[position]
        tails = np.append(behind, -np.inf)[arrivals[position]] + scores[r][kept[r]][None, :]
        seen = np.full(len(readings[r]), -np.inf)
        seen[kept[r]] = log_sum(forwards[position][:, None] + tails, 0)
        posteriors[r] = normalise(seen)
        behind = log_sum(tails, 1)
    return Decision(posteriors, evidence + float(behind[0]), bounded, looked)


def _weigh_failures(count: Ints) -> Floats:
    """Nats of so many column sums that fail."""
    return np.where(count > 0, _FIRST_FAILS + _FURTHER_FAILS * (count - 1.0), 0.0)


def _steps(template: Template, readings: Sequence[Sequence[Reading]]) -> list[Ints]:
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


def _reachable(steps: Sequence[Ints], sums: int) -> list[list[Ints | None]]:
    """For each position and sum, what the rows from there on can add to it; None where that is too much to list."""
    behind: list[Ints | None] = [np.zeros(1, np.int64)] * sums
    found = [behind]
    for step in reversed(steps):
        before: list[Ints | None] = []
        for s, values in enumerate(behind):
            own = np.unique(step[:, s])
            if values is None or len(values) * len(own) > 4 * _MOST_SUMS:
                before.append(None)
                continue
            joint = np.unique(values[:, None] + own[None, :])
            before.append(joint if len(joint) <= _MOST_SUMS else None)
        behind = before
        found.append(behind)
    return found[::-1]


def _count_lost(states: Ints, later: Sequence[Ints], reachable: Sequence[Ints | None]) -> Ints:
    """How many sums of each state no choice of the later rows can bring to a close: [states]."""
    lost = np.zeros(len(states), np.int64)
    for s, values in enumerate(reachable):
        wanted = -states[:, s]
        if values is not None:
            at = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
            lost += values[at] != wanted
        else:
            low, high = sum(int(step[:, s].min()) for step in later), sum(int(step[:, s].max()) for step in later)
            lost += (wanted < low) | (wanted > high)
    return lost


def _log_sum_by(nats: Floats, group: Ints, count: int) -> Floats:
    """Log of the sum of exponentials within each group."""
    high = np.full(count, -np.inf)
    np.maximum.at(high, group, nats)
    total = np.zeros(count)
    np.add.at(total, group, np.exp(nats - high[group]))
    return high + np.log(total)


def log_sum(nats: Floats, axis: int) -> Floats:
    """Log of the sum of exponentials over an axis."""
    high = nats.max(axis, keepdims=True)
    high = np.where(np.isfinite(high), high, 0.0)
    with np.errstate(divide="ignore"):
        total: Floats = np.log(np.exp(nats - high).sum(axis)) + high.squeeze(axis)
    return total


def normalise(nats: Floats) -> Floats:
    """Probabilities from nats; equal ones where nothing is possible."""
    high = nats.max()
    if high == -np.inf:
        return np.full(len(nats), 1 / len(nats))
    weights = np.exp(nats - high)
    shares: Floats = weights / weights.sum()
    return shares
