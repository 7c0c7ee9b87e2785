"""Where blanks were dropped or digits glued: one joint decision over all rows of a table, with the sums as evidence.

Each row has readings (readings.py). A joint choice is weighed by the readings, by the columns that this report uses
(most offices use one or two), and by the sums: a sum that fails costs what it costs in genuine reports, so a report that
is wrong at its source keeps its numbers. Exact dynamic programming over the rows: the state is the vector of what the
column sums still lack, and states that agree are merged. The marginals are those of the whole table, so where several
placements fit, each cell says how sure it is. Time is bounded by the number of states kept.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.alignment.readings import Reading
from models.forms import Template
from models.tables import Number

_ROW_FAILS = -4.5  # nats: a row whose total is wrong at the source
_COLUMN_FAILS = -4.0
_MOST_STATES = 3000
_ROUNDS = 3
_FIRST_USE = (0.75, 0.35, 0.04, 0.05, 0.05, 0.08)  # share of reports that use a column (natural persons first)
_USE_WEIGHT = 1.5  # how many rows the prior counts for


@dataclass(frozen=True, slots=True)
class Placed:
    """A row after the joint decision: the reading taken, and the posterior of each cell of it as it stands."""

    reading: Reading
    marginals: tuple[float, ...]
    runner_up: float  # posterior of the best other reading
    bounded: bool = False  # whether the search was cut short


def place(template: Template, readings: Sequence[Sequence[Reading]]) -> tuple[Placed, ...]:
    """Choose one reading for every row of a template, jointly. `readings[r]` holds at least one for row r."""
    if all(len(choices) == 1 for choices in readings):
        return tuple(Placed(c[0], (1.0,) * len(c[0].marks), 0.0) for c in readings)
    columns = len(template.rows[0])
    use = _first_use(columns)
    posteriors: list[list[float]] = []
    bounded = False
    for _ in range(_ROUNDS):
        scores = [
            [reading.nats + _local(template, r, reading, use) for reading in choices]
            for r, choices in enumerate(readings)
        ]
        posteriors, bounded = _joint(template, readings, scores)
        use = _seen_use(readings, posteriors, columns)
    return tuple(_settle(choices, p, bounded) for choices, p in zip(readings, posteriors, strict=True))


def _first_use(columns: int) -> tuple[float, ...]:
    inner = columns - 1
    return (_FIRST_USE + (0.1,) * inner)[:inner]


def _local(template: Template, r: int, reading: Reading, use: Sequence[float]) -> float:
    """Nats of a reading by itself: its row sum, and the columns that it uses."""
    nats = 0.0
    numbers = reading.numbers
    totalled = template.rows[r].columns[-1].label == "总计"
    if totalled and len(numbers) == len(use) + 1:
        blank = sum(mark is None for mark in reading.marks)
        if sum(numbers[:-1]) != numbers[-1] and blank < len(numbers) - 1:
            nats += _ROW_FAILS
        for share, number in zip(use, numbers, strict=False):
            nats += math.log(share if number else 1 - share)
    return nats


def _seen_use(
    readings: Sequence[Sequence[Reading]], posteriors: Sequence[Sequence[float]], columns: int
) -> tuple[float, ...]:
    """The share of rows that use each column of this report: prior and what the rows show."""
    first = _first_use(columns)
    seen = [_USE_WEIGHT * share for share in first]
    weight = _USE_WEIGHT
    for choices, posterior in zip(readings, posteriors, strict=True):
        if len(choices[0].marks) != columns:
            continue
        if not any(any(reading.numbers) for reading in choices):
            continue
        weight += 1.0
        for reading, p in zip(choices, posterior, strict=True):
            if p > 1e-3:
                for c, number in enumerate(reading.numbers[:-1]):
                    seen[c] += p * bool(number)
    return tuple(min(max(s / weight, 0.01), 0.97) for s in seen)


def _joint(
    template: Template, readings: Sequence[Sequence[Reading]], scores: Sequence[Sequence[float]]
) -> tuple[list[list[float]], bool]:
    """Posterior of every reading of every row. The state is what each column sum lacks so far."""
    sums = [i for i in template.identities if i.check.startswith("column")]
    if not sums:
        return [_normalise(s) for s in scores], False
    place_of = {cell: (r, c) for r, row in enumerate(template.rows) for c, cell in enumerate(row.cells)}
    terms: list[list[tuple[int, int, int]]] = [[] for _ in template.rows]  # row -> (sum, column, sign)
    for s, identity in enumerate(sums):
        for sign, cells in ((1, identity.wholes), (-1, identity.parts)):
            for cell in cells:
                r, c = place_of[cell]
                terms[r].append((s, c, sign))
    base: list[Number] = [0] * len(sums)
    open_rows: list[int] = []
    for r, choices in enumerate(readings):
        if len(choices) > 1:
            open_rows.append(r)
        else:
            for s, c, sign in terms[r]:
                base[s] += sign * choices[0].numbers[c]
    # The rows that many sums share come first: they fix what the others must add up to.
    open_rows.sort(key=lambda r: (-len(terms[r]), len(readings[r])))
    layers: list[dict[tuple[Number, ...], float]] = [{tuple(base): 0.0}]
    moves: list[list[tuple[tuple[Number, ...], int, tuple[Number, ...]]]] = []
    bounded = False
    for position, r in enumerate(open_rows):
        lows, highs = _bounds(open_rows[position + 1 :], readings, terms, len(sums))
        layer: dict[tuple[Number, ...], float] = {}
        made: list[tuple[tuple[Number, ...], int, tuple[Number, ...]]] = []
        steps = [_step(reading, terms[r], len(sums)) for reading in readings[r]]
        for state, nats in layers[-1].items():
            for k, step in enumerate(steps):
                after = tuple(a + b for a, b in zip(state, step, strict=True))
                total = nats + scores[r][k]
                made.append((state, k, after))
                layer[after] = _log_add(layer[after], total) if after in layer else total
        if len(layer) > _MOST_STATES:
            bounded = True
            hopes = {
                state: nats
                + _COLUMN_FAILS * sum(not lo <= -x <= hi for x, lo, hi in zip(state, lows, highs, strict=True))
                for state, nats in layer.items()
            }
            kept = set(sorted(hopes, key=lambda state: -hopes[state])[:_MOST_STATES])
            layer = {state: layer[state] for state in kept}
            made = [move for move in made if move[2] in kept]
        layers.append(layer)
        moves.append(made)
    return _marginals(readings, scores, open_rows, layers, moves), bounded


def _step(reading: Reading, terms: Sequence[tuple[int, int, int]], count: int) -> tuple[Number, ...]:
    step: list[Number] = [0] * count
    numbers = reading.numbers
    for s, c, sign in terms:
        step[s] += sign * numbers[c]
    return tuple(step)


def _bounds(
    rows: Sequence[int],
    readings: Sequence[Sequence[Reading]],
    terms: Sequence[Sequence[tuple[int, int, int]]],
    count: int,
) -> tuple[list[Number], list[Number]]:
    """The least and the most that the rows still open can add to each sum."""
    lows: list[Number] = [0] * count
    highs: list[Number] = [0] * count
    for r in rows:
        steps = [_step(reading, terms[r], count) for reading in readings[r]]
        for s in range(count):
            lows[s] += min(step[s] for step in steps)
            highs[s] += max(step[s] for step in steps)
    return lows, highs


def _marginals(
    readings: Sequence[Sequence[Reading]],
    scores: Sequence[Sequence[float]],
    open_rows: Sequence[int],
    layers: Sequence[Mapping[tuple[Number, ...], float]],
    moves: Sequence[Sequence[tuple[tuple[Number, ...], int, tuple[Number, ...]]]],
) -> list[list[float]]:
    posteriors = [[1.0] if len(choices) == 1 else [0.0] * len(choices) for choices in readings]
    behind = {state: _COLUMN_FAILS * sum(bool(x) for x in state) for state in layers[-1]}
    for position in range(len(open_rows) - 1, -1, -1):
        r = open_rows[position]
        forward = layers[position]
        earlier: dict[tuple[Number, ...], float] = {}
        nats_of: list[list[float]] = [[] for _ in readings[r]]
        for state, k, after in moves[position]:
            tail = behind.get(after)
            if tail is None:
                continue
            nats = scores[r][k] + tail
            earlier[state] = _log_add(earlier[state], nats) if state in earlier else nats
            nats_of[k].append(forward[state] + nats)
        sums = [_log_sum(n) for n in nats_of]
        posteriors[r] = _normalise(sums)
        behind = earlier
    return posteriors


def _settle(choices: Sequence[Reading], posterior: Sequence[float], bounded: bool) -> Placed:
    best = max(range(len(choices)), key=lambda k: posterior[k])
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


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + math.log1p(math.exp(low - high))


def _log_sum(values: Sequence[float]) -> float:
    if not values:
        return -math.inf
    high = max(values)
    return high + math.log(sum(math.exp(v - high) for v in values))


def _normalise(nats: Sequence[float]) -> list[float]:
    high = max(nats)
    if high == -math.inf:
        return [1 / len(nats)] * len(nats)
    weights = [math.exp(n - high) for n in nats]
    total = sum(weights)
    return [w / total for w in weights]
