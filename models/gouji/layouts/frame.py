"""Frames: hypotheses of how a source lays a table out. A new layout is one file with a `propose`, and its tests.

A frame is the same pieces in row-major order, with the separators that they have if the hypothesis holds; each keeps
its own place in the source. Every family looks at the page and offers a frame or none; an ordinary page has one frame,
"as printed". What frames say is scored, decoded, placed and summed in the same way, and the evidence chooses
(alignment/choose.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.document import Gap
from gouji.layouts.cells import Cell
from gouji.pieces import CellStream, Piece


@dataclass(frozen=True, slots=True)
class Frame:
    """A stream as one hypothesis reads it. nats: how much rarer such a layout is than an ordinary one."""

    name: str
    stream: CellStream
    nats: float = 0.0


Propose = Callable[[CellStream], Iterator[Frame]]


def lay_out(stream: CellStream, rows: Sequence[Sequence[Cell]], settled: bool) -> CellStream:
    """A stream of these rows: each on a line of its own, delimiters between its cells. settled: whether the layout
    tells the column of every value."""
    pieces: list[Piece] = []
    for row in rows:
        for k, cell in enumerate(row):
            for n, piece in enumerate(cell.pieces):
                gap, newlines, pipes = (Gap.LINE, 1, 1) if k == n == 0 else (Gap.CELL, 0, 1)
                fragment = replace(piece.fragment, gap=gap, newlines=newlines, pipes=pipes, grid=None, place=k)
                pieces.append(replace(piece, fragment=fragment))
    return replace(stream, pieces=tuple(pieces), settled=settled)
