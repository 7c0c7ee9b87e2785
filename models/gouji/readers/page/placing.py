"""Numbers without ruling lines: under which header each stands, and beside which label."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from gouji.document import Box
from gouji.readers.page.labelling import Label, Piece

_ANCHORS: tuple[Callable[[Box], float], ...] = (lambda b: b[0], lambda b: (b[0] + b[2]) / 2, lambda b: b[2])
_COLLISION = 60.0  # points that two numbers in one cell count as


def place_numbers(numbers: Sequence[Piece], columns: Sequence[Box]) -> list[int]:
    """The column of each number. Numbers are aligned left, right or centred, alike in the whole table, and do not
    leave the room of their column, which ends about halfway to the next header.
    """
    best: tuple[float, list[int]] = (float("inf"), [])
    walls = [(a[2] + b[0]) / 2 for a, b in pairwise(columns)]
    rooms = list(zip([float("-inf"), *walls], [*walls, float("inf")], strict=True))
    for of_number in _ANCHORS:
        at = [of_number(number.box) for number in numbers]
        for of_column in _ANCHORS:
            places = [of_column(column) for column in columns]
            for offset in {
                0.0,
                *(at[0] - place for place in places if at),
                *(at[-1] - place for place in places if at),
            }:
                found = [min(range(len(places)), key=lambda k: abs(places[k] + offset - x)) for x in at]
                error = sum(abs(places[k] + offset - x) for k, x in zip(found, at, strict=True))
                error += sum(
                    3 * max(rooms[k][0] - n.x, n.x - rooms[k][1], 0.0) for k, n in zip(found, numbers, strict=True)
                )
                # Two numbers of one row never share a column.
                rows = {(round(n.y / 3), k) for n, k in zip(numbers, found, strict=True)}
                best = min(best, (error + _COLLISION * (len(numbers) - len(rows)), found))
    return best[1]


def nearest_row(rows: Sequence[Label], number: Piece) -> int | None:
    """The row that a number stands in: the label beside it. None when no label is within a line and a half."""
    best: tuple[float, float, int] | None = None
    for n, row in enumerate(rows):
        outside = max(row.box[1] - number.y, number.y - row.box[3], 0.0)
        distance = (outside, abs(row.y - number.y), n)
        if best is None or distance < best:
            best = distance
    return None if best is None or best[0] > 1.5 * number.height else best[2]
