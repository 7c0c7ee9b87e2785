"""Rendered documents -> streams with the slot that each piece belongs to: what the layout model is trained on.

The streams are found by the library itself, so the model is trained on the cuts that it will be given. A piece that
belongs to a cell in part (a number that fell apart) carries that cell's slot, a piece that holds several cells the
first of them; headers, padding, notes and page numbers carry none.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from gouji.alignment.lattice import FIRST_VALUE, GROUP, LABEL, slots_a_row
from gouji.document import Document, Fragment, Gap, SourceError
from gouji.finding.streams import find_streams
from gouji.forms import Template
from gouji.pieces import CellStream, Piece, PieceKind
from gouji.readers import read
from training.network import tokens
from training.network.tokens import GridMark, Mark, RenderedDocument

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A stream, the template of its true form, and the state of each piece (decoding.py): 0 is none."""

    stream: CellStream
    template: Template
    states: Ints


def label_document(document: RenderedDocument) -> list[Labelled]:
    """The labelled streams of a document. A table that `find_streams` misses, or that is not there, has none."""
    try:
        read_as = read(document.data, document.name)
    except SourceError:
        return []
    labelled = []
    for table, stream in find_streams(read_as).items():
        held = document.truth.tables[table]
        if held is None:
            continue
        slots = _slots(held.template)
        if document.grid:
            states = _grid_to_states(stream, document.grid, slots)
        elif read_as.text == document.text:
            states = _spans_to_states(stream, read_as, document.marks, slots)
        else:
            continue
        if states.any():
            labelled.append(Labelled(stream, held.template, states))
    return labelled


def _slots(template: Template) -> dict[tuple[str, str], int]:
    """State of every (role, name): rows by their key, values by the name of their cell."""
    width = slots_a_row(template)
    slots: dict[tuple[str, str], int] = {}
    for r, row in enumerate(template.rows):
        base = 1 + r * width
        slots[tokens.GROUP, row.key] = base + GROUP
        slots[tokens.LABEL, row.key] = base + LABEL
        for c, cell in enumerate(row.cells):
            slots[tokens.VALUE, cell] = base + FIRST_VALUE + c
    return slots


def _state(mark: Mark | GridMark, slots: dict[tuple[str, str], int]) -> int:
    row = mark.template_row if isinstance(mark, GridMark) else mark.row
    return slots.get((mark.role, (mark.cell if mark.role == tokens.VALUE else row) or ""), 0)


def _spans_to_states(
    stream: CellStream, document: Document, marks: Sequence[Mark], slots: dict[tuple[str, str], int]
) -> Ints:
    shown = sorted(m for m in marks if m.end > m.start)
    blank = sorted((m for m in marks if m.end == m.start and m.role == tokens.VALUE), key=lambda m: m.start)
    starts, blank_starts = [m.start for m in shown], [m.start for m in blank]
    states = np.zeros(len(stream.pieces), np.int64)
    for i, piece in enumerate(stream.pieces):
        fragment = piece.fragment
        if piece.kind is PieceKind.EMPTY:
            k = bisect_right(blank_starts, fragment.start) - 1
            if k >= 0 and not document.text[blank_starts[k] : fragment.start].strip():
                states[i] = _state(blank[k], slots)
            continue
        touched = []
        k = bisect_right(starts, fragment.start)
        while k > 0 and shown[k - 1].end > fragment.start:
            k -= 1
        while k < len(shown) and shown[k].start < fragment.end:
            touched.append(shown[k])
            k += 1
        states[i] = _choose(piece, [m for m in touched if m.end > fragment.start], slots)
    return states


def _choose(piece: Piece, touched: Sequence[Mark | GridMark], slots: dict[tuple[str, str], int]) -> int:
    """The slot of a piece that these marks share: values want a cell, texts a label, then a group, then a cell."""
    order = (tokens.VALUE, tokens.LABEL, tokens.GROUP) if piece.is_value else (tokens.LABEL, tokens.GROUP, tokens.VALUE)
    for role in order:
        for mark in touched:
            if mark.role == role and (state := _state(mark, slots)):
                return state
    return 0


def _grid_to_states(stream: CellStream, marks: Sequence[GridMark], slots: dict[tuple[str, str], int]) -> Ints:
    """Readers number the grids that hold data, marks all of them: each grid is matched with the one most like it."""
    by_table: dict[int, dict[tuple[int, int], GridMark]] = {}
    for mark in marks:
        if any(
            (role, name) in slots for role, name in ((mark.role, mark.cell), (mark.role, mark.template_row)) if name
        ):
            by_table.setdefault(mark.table, {})
    for mark in marks:
        if mark.table in by_table:
            by_table[mark.table][mark.row, mark.column] = mark
    ours: dict[int, list[tuple[int, Piece]]] = {}
    for i, piece in enumerate(stream.pieces):
        if piece.fragment.grid is not None:
            ours.setdefault(piece.fragment.grid.table, []).append((i, piece))
    states = np.zeros(len(stream.pieces), np.int64)
    for items in ours.values():
        best = max(by_table.values(), key=lambda places: _agreement(items, places), default=None)
        if best is None or _agreement(items, best) < 0.7 * len(items):
            continue
        for i, piece in items:
            grid = piece.fragment.grid
            if grid is not None and (grid.row, grid.column) in best:
                states[i] = _choose(piece, [best[grid.row, grid.column]], slots)
    return states


def _agreement(items: Sequence[tuple[int, Piece]], places: dict[tuple[int, int], GridMark]) -> float:
    found = 0.0
    for _, piece in items:
        grid = piece.fragment.grid
        mark = places.get((grid.row, grid.column)) if grid is not None else None
        if mark is not None:
            values = mark.role in (tokens.VALUE, tokens.PADDING, tokens.JUNK) or piece.kind is PieceKind.EMPTY
            found += 1.0 if piece.is_value == values else -0.5
    return found


def print_on_pages(labelled: Labelled, rng: Random) -> Labelled:
    """A drawn table as PDF readers give it: every cell with a box on a page, ruled or (half of them) with no grid.

    The generator prints no PDF, and a feature that is never seen in training is noise in serving. Geometry: grid
    columns of drawn widths, row heights by the lines that a label takes, page breaks between rows, some jitter, and
    scores like those of OCR in a third of the documents. Without a grid, blank cells leave nothing behind.
    """
    pieces = labelled.stream.pieces
    grids = [p.fragment.grid for p in pieces]
    if all(grid is None for grid in grids):
        return labelled
    ruled = rng.random() < 0.5
    scored = rng.random() < 0.33
    columns = max(g.column + g.column_span for g in grids if g is not None)
    widths = [rng.uniform(0.9, 1.2) * (3.0 if c == 0 else 1.5 if c < columns - 8 else 1.0) for c in range(columns)]
    edges = [60.0]
    for width in widths:
        edges.append(edges[-1] + 475.0 * width / sum(widths))
    page, y, height = rng.randint(1, 5), rng.uniform(80.0, 600.0), 0.0
    kept: list[int] = []
    made: list[Piece] = []
    row: tuple[int, int] | None = None
    for i, (piece, grid) in enumerate(zip(pieces, grids, strict=True)):
        opens = grid is None or row != (grid.table, grid.row)
        broken = False
        if opens:
            y += height
            height = rng.choice((16.0, 20.0, 20.0, 32.0, 44.0))
            broken = y + height > 760.0
            if broken:
                page, y = page + 1, rng.uniform(70.0, 90.0)
            row = None if grid is None else (grid.table, grid.row)
        if grid is not None and not ruled and piece.kind is PieceKind.EMPTY:
            continue
        fragment = _place(piece.fragment, edges, y, height, page, ruled, rng)
        drawn = ruled and grid is not None
        gap = Gap.PAGE if broken else (Gap.ROW if drawn else Gap.LINE) if opens else Gap.CELL if drawn else Gap.SPACE
        score = rng.uniform(0.8, 1.0) if scored else None
        newlines = int(opens and i > 0)
        fragment = replace(fragment, gap=gap, newlines=newlines, score=score, grid=grid if ruled else None)
        kept.append(i)
        made.append(replace(piece, fragment=fragment))
    stream = replace(labelled.stream, pieces=tuple(made))
    return Labelled(stream, labelled.template, labelled.states[kept])


def _place(
    fragment: Fragment, edges: Sequence[float], y: float, height: float, page: int, ruled: bool, rng: Random
) -> Fragment:
    grid = fragment.grid
    if grid is None:
        width = min(475.0, 9.0 * max(1, len(fragment.text)))
        return replace(fragment, page=page, box=(edges[0], y, edges[0] + width, y + 12.0))
    left, right = edges[grid.column], edges[min(grid.column + grid.column_span, len(edges) - 1)]
    if ruled:
        return replace(fragment, page=page, box=(left, y, right, y + height * grid.row_span))
    width = min(right - left, 5.0 + 9.0 * len(fragment.text))
    middle = (left + right) / 2 + rng.uniform(-1.5, 1.5)
    return replace(fragment, page=page, box=(middle - width / 2, y + 3.0, middle + width / 2, y + 13.0))


def labelled_streams(documents: Iterator[RenderedDocument]) -> Iterator[Labelled]:
    """Every labelled stream of the documents, in order."""
    for document in documents:
        yield from label_document(document)
