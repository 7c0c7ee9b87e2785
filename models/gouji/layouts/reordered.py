"""Rows in another order than the form's: told by their labels alone.

The alignment is monotone, because labels that are torn, lost or misread need the order of the form as evidence. Where
nearly every row has its own whole label and the labels still run in another order, the source has reordered its rows,
and the labels decide.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gouji.alignment.lattice import FIRST_VALUE, LABEL, slots_a_row
from gouji.forms import Template
from gouji.layouts.layout import Layout
from gouji.pieces import CellStream, Piece
from gouji.text.labels import canonical, match_rows, share_characters

SURETY = 0.98  # of a row told by its label where the order of the form does not vouch for it
_GUESSED = 0.9  # ... whose label is garbled, and like that of one row that is left
_WHOLE = 7.0  # nats of a label that is all there
_AHEAD = 2.5  # nats before the next likely row
_GARBLED = 0.34  # share of characters that a garbled label still has in common with its row
_MOST_ROWS = 0.8  # share of the rows that must be labelled so


def order_by_labels(
    stream: CellStream, template: Template, layout: Layout
) -> tuple[NDArray[np.int32], NDArray[np.float32]] | None:
    """The state of each piece [N], -1 where it is passed over, and how sure its row is [N].

    None where rows are in order or labels do not tell.
    """
    widths = {len(row) for row in template.rows}
    if len(widths) > 1 or layout.torn or layout.labels_first:
        return None
    (columns,) = widths
    found: list[tuple[int, int, list[int]]] = []
    unnamed: list[tuple[int, list[int]]] = []  # rows of values behind a text that names no row for sure
    pieces = stream.pieces
    for i, piece in enumerate(pieces[:-1]):
        if piece.is_value or not pieces[i + 1].is_value:
            continue
        row = _label_to_row(piece.label, template)
        stop = i + 1
        while stop < len(pieces) and pieces[stop].is_value:
            stop += 1
        run = list(range(i + 1, stop))
        run = run[-columns:] if layout.led else run[:columns]
        if row is None:
            unnamed.append((i, run))
        else:
            found.append((i, row, run))
    rows = [row for _, row, _ in found]
    ordered = all(a < b for a, b in pairwise(rows))
    if ordered or len(set(rows)) < len(rows) or len(rows) < _MOST_ROWS * len(template.rows):
        return None
    guessed = _name_the_rest(unnamed, set(range(len(template.rows))) - set(rows), pieces, template)
    path = np.full(len(pieces), -1, np.int32)
    sure = np.full(len(pieces), SURETY, np.float32)
    for i, row, run in found + [each[:3] for each in guessed]:
        base = 1 + row * slots_a_row(template)
        path[i] = base + LABEL
        path[run] = base + FIRST_VALUE + np.arange(len(run))
    for i, _, run, likely in guessed:
        sure[[i, *run]] = likely
    return path, sure


def _name_the_rest(
    unnamed: list[tuple[int, list[int]]], left: set[int], pieces: tuple[Piece, ...], template: Template
) -> list[tuple[int, int, list[int], float]]:
    """Rows whose label is garbled, when all the others are known: each to the row that is left and most like it, or
    in order where just as many are left, which is one chance in so many. The last number is how likely that is.

    Nothing where more rows of values are left than rows of the form: one of them is a stranger.
    """
    remaining = sorted(left)
    if len(unnamed) > len(remaining):
        return []
    found = []
    for i, run in unnamed:
        likeness = [share_characters(pieces[i].label, template.rows[r].label) for r in remaining]
        best, likely = int(np.argmax(likeness)), _GUESSED
        if max(likeness) < _GARBLED:
            if len(unnamed) < len(left):
                continue
            best, likely = 0, _GUESSED / len(left)
        found.append((i, remaining.pop(best), run, likely))
    return found


def _label_to_row(label: str, template: Template) -> int | None:
    """The row whose label this is beyond doubt."""
    same = [r for r, row in enumerate(template.rows) if canonical(row.label) == label]
    if len(same) == 1:
        return same[0]
    nats = match_rows(label, template.table, template.form)[:, LABEL]
    row = int(nats.argmax())
    clear = nats[row] >= _WHOLE and nats[row] >= np.partition(nats, -2)[-2] + _AHEAD
    return row if clear else None
