"""GriTS_Con, grid table similarity of contents (Smock, Pesala, Abraham: arXiv 2203.12555). Pure.

GriTS(A, B) = 2 * sum f(a, b) / (|A| + |B|) over the cells that the most similar substructures of both grids pair,
rows and columns kept in order. As in the paper the substructures are found factored: rows are aligned on the best
alignment of their cells, columns likewise, and the pairs are the product of both. For contents f is
2 * LCS / (length + length) of the two texts; two empty texts are alike (1).

Conventions here: the grid holds the value cells only, not labels or headers; table 四 is one row, as printed; rows
of table 二 that are shorter than the widest are padded, padding being no cell; a row of which every cell is absent
is not in the grid. A table in only one of the two documents gives 0; a table in neither is not counted.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from gouji.forms import REVIEW_LITIGATION, Template

Grid = tuple[tuple[str | None, ...], ...]
Floats = NDArray[np.float64]


def cells_to_grid(template: Template, texts: Mapping[str, str | None]) -> Grid:
    """The grid of a table whose cells (by name) print `texts`; a name without a text is absent."""
    rows = [template.cells] if template.table == REVIEW_LITIGATION else [row.cells for row in template.rows]
    width = max(len(row) for row in rows)
    grid = [tuple(texts.get(name) for name in row) for row in rows]
    return tuple(row + (None,) * (width - len(row)) for row in grid if any(cell is not None for cell in row))


@lru_cache(maxsize=65536)
def text_similarity(one: str | None, other: str | None) -> float:
    """2 * LCS / (length + length); 1 for two empty texts; 0 where either is no cell."""
    if one is None or other is None:
        return 0.0
    if one == other:
        return 1.0
    return 2.0 * LCSseq.similarity(one, other) / (len(one) + len(other))


def _alignment_table(scores: Floats) -> Floats:
    """Best monotone alignment [..., m + 1, n + 1] of scores [..., m, n], for every prefix of both sides."""
    m, n = scores.shape[-2:]
    best = np.zeros((*scores.shape[:-2], m + 1, n + 1))
    for i in range(m):
        for j in range(n):
            paired = best[..., i, j] + scores[..., i, j]
            best[..., i + 1, j + 1] = np.maximum(paired, np.maximum(best[..., i, j + 1], best[..., i + 1, j]))
    return best


def _alignment_pairs(scores: Floats) -> list[tuple[int, int]]:
    """The pairs of the best monotone alignment of scores [m, n]."""
    best = _alignment_table(scores)
    i, j = scores.shape
    pairs = []
    while i and j:
        if best[i, j] == best[i - 1, j - 1] + scores[i - 1, j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i, j] == best[i - 1, j]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _count(grid: Grid) -> int:
    return sum(cell is not None for row in grid for cell in row)


def grid_similarity(true: Grid, got: Grid) -> float:
    """GriTS_Con of two grids, 0 to 1. Both without cells: 1; one without cells: 0."""
    sizes = _count(true), _count(got)
    if true == got:
        return 1.0
    if not all(sizes):
        return 0.0
    alike = np.array([[[[text_similarity(a, b) for b in right] for a in left] for right in got] for left in true])
    rows = _alignment_pairs(_alignment_table(alike)[..., -1, -1])
    columns = _alignment_pairs(_alignment_table(alike.transpose(2, 3, 0, 1))[..., -1, -1])
    return float(2.0 * sum(alike[i, j, k, m] for i, j in rows for k, m in columns) / sum(sizes))
