"""Monotone alignment of pieces to the slots of a template: posterior marginals and the best path.

The template is a line of slots. Row r has K = 2 + C of them: the group label that opens before it, its own label, and
its C value cells. A piece either takes a slot behind the last one taken, or is passed over (a header, padding, a page
number); slots may be skipped at a price. This is a hidden Markov model whose states are "the last slot taken", so
forward-backward gives posterior marginals and the Viterbi recursion the best path (Rabiner 1989). Rules and the
learned model differ only in the emission scores that they put in.

Shapes: N pieces, R rows, K slots a row, S = 1 + R * K states; state 0 stands before the first slot.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gouji.forms import Template

Floats = NDArray[np.float32]
GROUP, LABEL, FIRST_VALUE = 0, 1, 2
_FLOOR = 1e-30
_CEILING = np.float32(1e25)  # of backward values: states that forward all but excludes
_CLEAR = 0.5
_BEAM = 1e-4  # states under this share of the posterior are not on the best path


@dataclass(frozen=True, slots=True)
class Prices:
    """Probabilities of what may be missing from the stream, as factors from 0 to 1."""

    value: float = 0.02  # a value cell that has no piece
    label: float = 0.03  # a row whose label has no piece
    row: float = 0.01  # a row that is not there at all
    further_row: float = 0.3  # each row more of the same stretch
    bare: float = 0.02  # a row with a label and no value


@dataclass(frozen=True, slots=True)
class Emissions:
    """What a scorer says of the pieces of one stream, as likelihood ratios against "something else".

    take: [N, S] of taking the slot of a state (column 0 is unused).
    pass_over: [N, S] of being passed over while the state is the last slot taken.
    stay, move: [N] factors on taking a slot of the same row, of a later row (line breaks, drawn rows).
    scorer: what they were made by: "model" where the network had a say, else "rules".
    """

    take: Floats
    pass_over: Floats
    stay: Floats
    move: Floats
    prices: Prices
    scorer: str = "rules"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The decoded stream.

    path: [N] state of each piece on the best path, -1 where it is passed over.
    row_marginal: [N] posterior that the piece belongs to the row it has on the path.
    slot_marginal: [N] posterior of the very slot.
    log_likelihood: nats against "nothing of this stream belongs to this template".
    """

    template: Template
    path: NDArray[np.int32]
    row_marginal: Floats
    slot_marginal: Floats
    log_likelihood: float


def slots_a_row(template: Template) -> int:
    """K: the slots of the widest row."""
    return FIRST_VALUE + max(len(row) for row in template.rows)


def state_to_slot(state: int, width: int) -> tuple[int, int]:
    """Row and slot of a state from 1."""
    return divmod(state - 1, width)


@lru_cache(maxsize=64)
def _transitions(template: Template, prices: Prices) -> tuple[Floats, Floats, Floats]:
    """Factors [S, S] within a row and to a later row, and [S] of ending in a state."""
    height, width = len(template.rows), slots_a_row(template)
    size = 1 + height * width
    within, onward = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    ends = np.zeros(size, np.float32)
    enter = []
    for row in template.rows:
        values = [prices.label * prices.value**c for c in range(len(row))]
        enter.append(np.array([1.0, 1.0, *values] + [0.0] * (width - FIRST_VALUE - len(row)), np.float32))
    leave = np.zeros((height, width), np.float32)
    for r, row in enumerate(template.rows):
        base = 1 + r * width
        leave[r, GROUP] = prices.row
        leave[r, LABEL] = max(prices.bare, prices.value ** len(row))
        within[base + GROUP, base + GROUP] = within[base + GROUP, base + LABEL] = 1.0
        within[base + LABEL, base + LABEL] = 1.0
        for c in range(len(row)):
            leave[r, FIRST_VALUE + c] = prices.value ** (len(row) - 1 - c)
            within[base + GROUP, base + FIRST_VALUE + c] = prices.label * prices.value**c
            within[base + LABEL, base + FIRST_VALUE + c] = prices.value**c
            for d in range(c + 1, len(row)):
                within[base + FIRST_VALUE + c, base + FIRST_VALUE + d] = prices.value ** (d - c - 1)
    for r in range(height):
        ends[1 + r * width : 1 + (r + 1) * width] = leave[r] * _missing(prices, height - 1 - r)
        for later in range(r + 1, height):
            jump = _missing(prices, later - r - 1)
            target = slice(1 + later * width, 1 + (later + 1) * width)
            onward[1 + r * width : 1 + (r + 1) * width, target] = np.outer(leave[r], enter[later] * jump)
        onward[0, 1 + r * width : 1 + (r + 1) * width] = enter[r] * _missing(prices, r)
    ends[0] = _missing(prices, height)
    return within, onward, np.maximum(ends, 0)


def _missing(prices: Prices, rows: int) -> float:
    """The price of a stretch of missing rows: rows are lost together."""
    return prices.row * prices.further_row ** (rows - 1) if rows else 1.0


def _require(tables: tuple[Floats, Floats, Floats], required: Collection[int]) -> tuple[Floats, Floats, Floats]:
    """Transitions that step over none of these states."""
    within, onward, ends = tables
    there = np.zeros(len(ends), np.int64)
    there[list(required)] = 1
    so_far = there.cumsum()
    kept = so_far[None, :] - there[None, :] <= so_far[:, None]
    return within * kept, onward * kept, ends * (so_far == so_far[-1])


def decode(template: Template, emissions: Emissions, required: Collection[int] = ()) -> Alignment:
    """Forward-backward and the best path. O(N * S * S) at worst; a report of 280 pieces takes some milliseconds.

    required: states that every path takes. Where none can, the path lacks some of them.
    """
    count = emissions.take.shape[0]
    within, onward, ends = _transitions(template, emissions.prices)
    if required:
        within, onward, ends = _require((within, onward, ends), required)
    kinds: dict[tuple[float, float], int] = {}
    kind_of = np.array(
        [
            kinds.setdefault(key, len(kinds))
            for key in zip(emissions.stay.tolist(), emissions.move.tolist(), strict=True)
        ],
        np.int64,
    )
    matrices = [within * np.float32(stay) + onward * np.float32(move) for stay, move in kinds]
    alphas, betas, log_likelihood = _forward_backward(emissions, [matrices[k] for k in kind_of], ends)

    taking = np.empty_like(emissions.take)
    for k, matrix in enumerate(matrices):
        chosen = kind_of == k
        taking[chosen] = alphas[:-1][chosen] @ matrix
    taking *= emissions.take
    taking *= betas[1:]
    passing = alphas[:-1] * emissions.pass_over * betas[1:]
    norms = np.maximum(taking.sum(1) + passing.sum(1), _FLOOR)[:, None]
    taking /= norms
    passing /= norms
    passed = passing.sum(1)

    path = taking.argmax(1).astype(np.int32)
    most = taking[np.arange(count), path]
    path[passed > most] = -1
    # States that each hold more than half of the posterior lie on one path, and that is the best one.
    if count and min(np.maximum(most, passed)) <= _CLEAR:
        path = _best_path(emissions, [matrices[k] for k in kind_of], ends, taking, passing)
    width = slots_a_row(template)
    by_row = taking[:, 1:].reshape(count, len(template.rows), width).sum(2)
    known = path > 0
    rows = np.where(known, (path - 1) // width, 0)
    everyone = np.arange(count)
    return Alignment(
        template,
        path,
        np.where(known, by_row[everyone, rows], passed).astype(np.float32),
        np.where(known, taking[everyone, np.maximum(path, 0)], passed).astype(np.float32),
        log_likelihood,
    )


def _forward_backward(emissions: Emissions, steps: list[Floats], ends: Floats) -> tuple[Floats, Floats, float]:
    """Scaled forward and backward vectors [N + 1, S], and the log-likelihood in nats."""
    count, size = emissions.take.shape
    alphas = np.zeros((count + 1, size), np.float32)
    betas = np.zeros((count + 1, size), np.float32)
    alphas[0, 0] = 1.0
    log_scale = 0.0
    # Views of the rows, and two vectors that are written over: most of the time here numpy spends around its work.
    alpha, beside = np.empty(size, np.float32), np.empty(size, np.float32)
    takes, passes, forward = list(emissions.take), list(emissions.pass_over), list(alphas)
    for i in range(count):
        before = forward[i]
        np.dot(before, steps[i], out=alpha)
        np.multiply(alpha, takes[i], out=alpha)
        np.multiply(before, passes[i], out=beside)
        np.add(alpha, beside, out=alpha)
        scale = float(np.add.reduce(alpha))
        if scale <= _FLOOR:
            forward[i + 1][:] = before
            log_scale += math.log(_FLOOR)
            continue
        log_scale += math.log(scale)
        np.multiply(alpha, 1 / scale, out=forward[i + 1])
    total = max(float(alphas[count] @ ends), _FLOOR)
    betas[count] = ends / max(float(ends.max()), _FLOOR)
    backward = list(betas)
    with np.errstate(over="ignore"):
        for i in range(count - 1, -1, -1):
            behind = backward[i + 1]
            beta = np.dot(steps[i], np.multiply(takes[i], behind, out=beside))
            beta += np.multiply(passes[i], behind, out=beside)
            # Scaled against the forward vector: by its own greatest, what is likely as a whole could underflow.
            overlap = float(np.dot(forward[i], beta))
            beta *= np.float32(1 / (overlap if overlap > _FLOOR else max(float(beta.max()), _FLOOR)))
            np.minimum(beta, _CEILING, out=backward[i])
    return alphas, betas, log_scale + math.log(total)


def _best_path(
    emissions: Emissions, steps: list[Floats], ends: Floats, taking: Floats, passing: Floats
) -> NDArray[np.int32]:
    """Viterbi over the states that the posterior leaves alive."""
    count = taking.shape[0]
    held = taking + passing
    alive = held >= np.minimum(_BEAM, held.max(1, keepdims=True) / 2)
    states = np.zeros(1, np.int64)
    scores = np.zeros(1, np.float64)
    trail: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]] = []
    for i in range(count):
        targets = np.flatnonzero(alive[i])
        with np.errstate(divide="ignore"):
            moves = scores[:, None] + np.log(steps[i][np.ix_(states, targets)])
            moves += np.log(emissions.take[i, targets])[None, :]
            stays = np.where(
                states[:, None] == targets[None, :],
                scores[:, None] + np.log(emissions.pass_over[i, targets])[None, :],
                -np.inf,
            )
        best_move, best_stay = moves.argmax(0), stays.argmax(0)
        columns = np.arange(len(targets))
        move_score, stay_score = moves[best_move, columns], stays[best_stay, columns]
        took = move_score > stay_score
        trail.append((targets, np.where(took, best_move, best_stay), took))
        scores = np.maximum(move_score, stay_score)
        if not np.isfinite(scores).any():
            scores = np.zeros(len(targets))
        states = targets
    with np.errstate(divide="ignore"):
        at = int((scores + np.log(ends[states])).argmax()) if count else 0
    path = np.full(count, -1, np.int32)
    for i in range(count - 1, -1, -1):
        targets, origin, took = trail[i]
        if took[at]:
            path[i] = targets[at]
        at = int(origin[at])
    return path
