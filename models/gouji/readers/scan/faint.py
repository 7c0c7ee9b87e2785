"""Ruling lines of a scan that stop where their print is faint: followed from row to row of their table."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gouji.readers.page.ink import Edge
from gouji.readers.page.ruled import join_collinear

Gray = NDArray[np.uint8]
_GREY = 222  # darker than this is a line's own grey; paper is 252
_RUN = 0.86  # the share of a row's height that a line darkens; a digit darkens less
_ROW_POINTS = (7.0, 90.0)  # the height of a row
_COLUMN_POINTS = (12.0, 160.0)  # the width of a column
_BESIDE = 3.0  # points: another line so near stands for this one
_COVERED = 0.6


def follow_lines(
    flat: Gray, vertical: Sequence[Edge], horizontal: Sequence[Edge], dots: float
) -> tuple[list[Edge], list[Edge], Gray]:
    """The vertical and the horizontal lines with what is missing of them in rows and columns of their table, and the
    mask of what was added.

    `flat` is the whitened page, its lines still in it; edges are in points.
    """
    added = np.zeros_like(flat)
    down = _follow(flat, added, vertical, horizontal, dots, _ROW_POINTS)
    across = _follow(flat.T, added.T, horizontal, down, dots, _COLUMN_POINTS)
    return down, across, added


def _follow(
    flat: Gray,
    added: Gray,
    vertical: Sequence[Edge],
    horizontal: Sequence[Edge],
    dots: float,
    limits: tuple[float, float],
) -> list[Edge]:
    """The vertical lines with what was found of them; that is drawn into `added` as well."""
    scale = dots / 72
    found: list[Edge] = []
    for at in _places(vertical):
        levels = [line.at for line in sorted(horizontal, key=lambda h: h.at) if line.low - 4 <= at <= line.high + 4]
        for top, bottom in pairwise(levels):
            if not limits[0] <= bottom - top <= limits[1] or _is_covered(vertical, at, top, bottom):
                continue
            column = _dark_column(flat, at * scale, (top + 1.2) * scale, (bottom - 1.2) * scale)
            if column is not None:
                found.append(Edge(at, top, bottom))
                added[round(top * scale) : round(bottom * scale) + 1, max(0, column - 1) : column + 2] = 255
    return join_collinear([*vertical, *found])


def _places(edges: Sequence[Edge]) -> list[float]:
    places: list[float] = []
    for edge in sorted(edges, key=lambda edge: edge.at):
        if not places or edge.at - places[-1] > 1.0:
            places.append(edge.at)
    return places


def _is_covered(edges: Sequence[Edge], at: float, top: float, bottom: float) -> bool:
    return any(
        abs(edge.at - at) <= _BESIDE and min(bottom, edge.high) - max(top, edge.low) >= _COVERED * (bottom - top)
        for edge in edges
    )


def _dark_column(flat: Gray, at: float, top: float, bottom: float) -> int | None:
    """The pixel column about `at` that is dark nearly all the way down, None where there is none."""
    first, last = max(0, round(at) - 2), min(flat.shape[1], round(at) + 3)
    part = flat[max(0, round(top)) : round(bottom), first:last]
    if part.shape[0] < 4 or part.shape[1] < 3:
        return None
    # The line may wander by a pixel: each row counts its darkest of two neighbours.
    dark = np.minimum(part[:, :-1], part[:, 1:]) < _GREY
    share = dark.mean(axis=0)
    best = int(share.argmax())
    return first + best if share[best] >= _RUN else None
