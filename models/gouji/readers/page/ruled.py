"""Ruling lines -> grids of cells. The same for the paths of a digital PDF and the lines found in a scan.

Lines that cross or touch belong to one table. Between its line positions lie atoms; atoms that no line parts are
one merged cell. A row or column left open (a table cut by a page break, or without outer borders) is closed where
the other lines end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gouji.document import Box
from gouji.readers.page.ink import Edge

_TOUCH = 3.5  # points: lines that come so near meet
_SAME = 5.5  # points: lines so near to one another are one (the two borders of neighbouring cells)
_COLLINEAR = 1.5  # points: pieces so near to one another are one line
_COVERED = 0.6  # a side is drawn when a line runs along so much of it
_MAX_ATOMS = 40_000


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell: its place in the grid, spans included, and its box on the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A grid on one page: the positions of its lines and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[RuledCell, ...]

    @property
    def box(self) -> Box:
        """The place of the whole grid."""
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def edges_to_tables(horizontal: Sequence[Edge], vertical: Sequence[Edge]) -> list[RuledTable]:
    """Every grid of at least two cells, from top to bottom."""
    rows, columns = join_collinear(horizontal), join_collinear(vertical)
    tables = [table for part in _connected(rows, columns) if (table := _table(*part)) is not None]
    return sorted(tables, key=lambda table: (table.ys[0], table.xs[0]))


def join_collinear(edges: Sequence[Edge]) -> list[Edge]:
    """Edges on the same line that overlap or nearly touch become one; short leavings go."""
    joined: list[Edge] = []
    for group in _cluster(edges, lambda edge: edge.at, _COLLINEAR):
        at = sum(edge.at for edge in group) / len(group)
        for edge in sorted(group, key=lambda edge: edge.low):
            if joined and joined[-1].at == at and edge.low <= joined[-1].high + _TOUCH:
                joined[-1] = Edge(at, joined[-1].low, max(joined[-1].high, edge.high))
            else:
                joined.append(Edge(at, edge.low, edge.high))
    return [edge for edge in joined if edge.high - edge.low >= 2 * _SAME]


def _cluster(edges: Sequence[Edge], key: Callable[[Edge], float], near: float) -> list[list[Edge]]:
    groups: list[list[Edge]] = []
    for edge in sorted(edges, key=key):
        if groups and key(edge) - key(groups[-1][0]) <= near:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def _connected(rows: list[Edge], columns: list[Edge]) -> list[tuple[list[Edge], list[Edge]]]:
    parent = list(range(len(rows) + len(columns)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            if (
                row.low - _TOUCH <= column.at <= row.high + _TOUCH
                and column.low - _TOUCH <= row.at <= column.high + _TOUCH
            ):
                parent[root(len(rows) + j)] = root(i)
    parts: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for i, row in enumerate(rows):
        parts.setdefault(root(i), ([], []))[0].append(row)
    for j, column in enumerate(columns):
        parts.setdefault(root(len(rows) + j), ([], []))[1].append(column)
    return [part for part in parts.values() if part[0] and part[1]]


def _positions(at: Sequence[Edge], across: Sequence[Edge]) -> tuple[float, ...]:
    """Where the lines of one direction stand, and where those of the other end beyond them (an open side)."""
    places = [sum(edge.at for edge in group) / len(group) for group in _cluster(at, lambda edge: edge.at, _SAME)]
    low, high = min(edge.low for edge in across), max(edge.high for edge in across)
    if low < places[0] - 2 * _TOUCH:
        places.insert(0, low)
    if high > places[-1] + 2 * _TOUCH:
        places.append(high)
    return tuple(places)


def _table(rows: list[Edge], columns: list[Edge]) -> RuledTable | None:
    xs, ys = _positions(columns, rows), _positions(rows, columns)
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 1 or height * width < 2 or height * width > _MAX_ATOMS:
        return None
    below = [[_drawn(rows, ys[r + 1], xs[k], xs[k + 1]) for k in range(width)] for r in range(height - 1)]
    right = [[_drawn(columns, xs[k + 1], ys[r], ys[r + 1]) for k in range(width - 1)] for r in range(height)]
    regions = _regions(height, width, below, right)
    cells = tuple(RuledCell(r, k, rs, ks, (xs[k], ys[r], xs[k + ks], ys[r + rs])) for r, k, rs, ks in sorted(regions))
    return RuledTable(xs, ys, cells) if len(cells) > 1 else None


def _drawn(lines: list[Edge], at: float, low: float, high: float) -> bool:
    covered = 0.0
    for line in lines:
        if abs(line.at - at) <= _SAME:
            covered = max(covered, min(high, line.high) - max(low, line.low))
    return covered >= _COVERED * (high - low)


def _regions(
    height: int, width: int, below: list[list[bool]], right: list[list[bool]]
) -> list[tuple[int, int, int, int]]:
    """Rectangles (row, column, row span, column span) of atoms that no line parts."""
    free = [[True] * width for _ in range(height)]
    found: list[tuple[int, int, int, int]] = []
    for r in range(height):
        for k in range(width):
            if not free[r][k]:
                continue
            across = 1
            while k + across < width and free[r][k + across] and not right[r][k + across - 1]:
                across += 1
            down = 1
            while (
                r + down < height
                and all(free[r + down][j] and not below[r + down - 1][j] for j in range(k, k + across))
                and not any(right[r + down][j] for j in range(k, k + across - 1))
            ):
                down += 1
            for i in range(r, r + down):
                for j in range(k, k + across):
                    free[i][j] = False
            found.append((r, k, down, across))
    return found
