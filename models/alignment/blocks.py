"""Blocks that stand side by side under one header (table 四): which numbers of the one line belong to which block.

Where every place of the line is there, the alignment has already told. Where blanks were dropped or cells glued, the
line is cut into blocks in every way; each cut is weighed by the readings of its blocks, whose totals are the evidence.
"""

import math
from collections.abc import Sequence

from models.alignment.placement import Placed, log_total, settle, weigh_row
from models.alignment.readings import Reading, read_row
from models.forms import Template
from models.pieces import Piece

_EMPTY_BLOCK = -1.5  # nats: a block that prints nothing beside one that does
_HALF_FILLED = -3.0  # nats: a block that leaves single cells blank in a report that prints its zeros
_OVER = 2  # pieces more than columns that a block may be read from


def place_blocks(template: Template, items: Sequence[tuple[int, Piece]], dropped: bool) -> tuple[Placed, ...]:
    """One placement for each block of a line, from its value pieces in order (index in the stream, piece)."""
    count = len(items)
    readings: dict[tuple[int, int, int], tuple[tuple[Reading, ...], list[float], float]] = {}

    zeros = any(piece.numeral is not None and piece.numeral.value == 0 for _, piece in items)

    def pattern(reading: Reading) -> float:
        blanks = sum(mark is None for mark in reading.marks)
        alone = blanks == len(reading.marks) - 1 and reading.marks[-1] is not None
        return _HALF_FILLED if zeros and 0 < blanks < len(reading.marks) and not alone else 0.0

    def read(block: int, start: int, stop: int) -> tuple[tuple[Reading, ...], list[float], float]:
        key = (block, start, stop)
        if key not in readings:
            row = template.rows[block]
            if start == stop:
                choices: tuple[Reading, ...] = (Reading((None,) * len(row), _EMPTY_BLOCK if count else 0.0),)
            else:
                choices = read_row(items[start:stop], len(row), dropped, row.totalled)
            nats = [reading.nats + weigh_row(template, block, reading) + pattern(reading) for reading in choices]
            readings[key] = choices, nats, log_total(nats)
        return readings[key]

    cuts = list(_cuts(count, [len(row) for row in template.rows]))
    if not cuts:
        return tuple(settle((Reading((None,) * len(row), 0.0),), (1.0,), False) for row in template.rows)
    totals = [sum(read(b, cut[b], cut[b + 1])[2] for b in range(len(template.rows))) for cut in cuts]
    high = max(totals)
    weights = [math.exp(total - high) for total in totals]
    norm = sum(weights)
    # The readings taken are those of one cut: blocks settled one by one could drop a number, or take it twice.
    best = max(cuts, key=lambda cut: sum(max(read(b, cut[b], cut[b + 1])[1]) for b in range(len(template.rows))))
    placed = []
    for block in range(len(template.rows)):
        choices: list[Reading] = []
        posterior: list[float] = []
        taken = 0
        for cut, weight in zip(cuts, weights, strict=True):
            if weight < 1e-6 * norm and cut is not best:
                continue
            found, nats, whole = read(block, cut[block], cut[block + 1])
            if cut is best:
                taken = len(choices) + max(range(len(nats)), key=lambda k: nats[k])
            choices += found
            posterior += [weight / norm * math.exp(n - whole) for n in nats]
        placed.append(settle(choices, posterior, False, taken))
    return tuple(placed)


def _cuts(count: int, widths: Sequence[int]) -> list[tuple[int, ...]]:
    """Every way to cut `count` pieces into consecutive blocks of not much more than their width."""
    cuts: list[tuple[int, ...]] = [(0,)]
    for width in widths:
        cuts = [(*cut, stop) for cut in cuts for stop in range(cut[-1], min(count, cut[-1] + width + _OVER) + 1)]
    return [cut for cut in cuts if cut[-1] == count]
