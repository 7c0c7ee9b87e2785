"""Blocks that stand side by side under one header (table 四): which numbers of the one line belong to which block.

Where every place of the line is there, the alignment has already told. Where blanks were dropped or cells glued, the
line is cut into blocks in every way; each cut is weighed by the readings of its blocks, whose totals and whose zeros
are the evidence.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gouji.forms import Template
from gouji.pieces import Piece
from gouji.placement.habits import HABITS, UNKNOWN, Habits, normalise_habits, weigh_readings
from gouji.placement.joint_sums import Floats, log_sum
from gouji.placement.readings import Reading, read_row
from gouji.placement.rows import Placement, settle, weigh_row

_OVER = 2  # pieces more than columns that a block may be read from
_UNLIKELY = 1e-6  # share of the posterior under which a cut is left out
_IN_USE = (math.log(0.6), math.log(0.4))  # nats of a block with numbers other than 0 in it, and of one without


@dataclass(frozen=True, slots=True)
class _Block:
    """The readings of one block of one cut: nats [habits, readings], and of all readings together [habits]."""

    choices: tuple[Reading, ...]
    nats: Floats
    whole: Floats


def place_blocks(
    template: Template, items: Sequence[tuple[int, Piece]], dropped: bool, habits: Habits = UNKNOWN
) -> Placement:
    """One placement for each block of a line, from its value pieces in order (index in the stream, piece).

    habits: what other tables of the report say of its zeros, in nats.
    """
    read: dict[tuple[int, int, int], _Block] = {}
    cuts = _cuts(len(items), [len(row) for row in template.rows])
    if not cuts:
        nothing = tuple(settle((Reading((None,) * len(row), 0.0),), (1.0,), False) for row in template.rows)
        return Placement(nothing, habits)
    totals = np.empty((len(cuts), len(HABITS)))
    for k, cut in enumerate(cuts):
        for block, stretch in enumerate(pairwise(cut)):
            if (block, *stretch) not in read:
                read[block, *stretch] = _read_block(template, block, items[slice(*stretch)], dropped)
        totals[k] = np.array(habits) + sum(read[b, cut[b], cut[b + 1]].whole for b in range(len(template.rows)))
    norm = float(log_sum(totals.ravel(), 0))
    shares = np.exp(totals - norm)
    # The readings taken are those of one cut: blocks settled one by one could drop a number, or take it twice.
    likeliest = [
        (np.array(habits) + sum(read[b, cut[b], cut[b + 1]].nats.max(1) for b in range(len(template.rows)))).max()
        for cut in cuts
    ]
    best = int(np.argmax(likeliest))
    placed = []
    for block in range(len(template.rows)):
        choices: list[Reading] = []
        posterior: list[float] = []
        taken = 0
        for k, cut in enumerate(cuts):
            if shares[k].sum() < _UNLIKELY and k != best:
                continue
            found = read[block, cut[block], cut[block + 1]]
            own = (shares[k][:, None] * np.exp(found.nats - found.whole[:, None])).sum(0)
            if k == best:
                taken = len(choices) + int(own.argmax())
            choices += found.choices
            posterior += own.tolist()
        placed.append(settle(choices, posterior, False, taken))
    return Placement(tuple(placed), normalise_habits(log_sum(totals, 0).tolist()))


def _read_block(template: Template, block: int, items: Sequence[tuple[int, Piece]], dropped: bool) -> _Block:
    row = template.rows[block]
    choices = read_row(items, len(row), dropped, row.totalled)
    own = [
        reading.nats + weigh_row(template, block, reading) + _IN_USE[not any(reading.numbers)] for reading in choices
    ]
    nats: Floats = np.array(own)[None, :] + weigh_readings(row, choices)
    return _Block(choices, nats, log_sum(nats, 1))


def _cuts(count: int, widths: Sequence[int]) -> list[tuple[int, ...]]:
    """Every way to cut `count` pieces into consecutive blocks of not much more than their width."""
    cuts: list[tuple[int, ...]] = [(0,)]
    for width in widths:
        cuts = [(*cut, stop) for cut in cuts for stop in range(cut[-1], min(count, cut[-1] + width + _OVER) + 1)]
    return [cut for cut in cuts if cut[-1] == count]
