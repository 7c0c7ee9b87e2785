"""Hand-written emission scores: label similarity, the shape of values, line breaks and drawn rows.

Works with no model file at all. The numbers below are likelihood ratios chosen from how reports look (layouts.md of
the project's notes is summed up in ARCHITECTURE.md); nothing here was fitted on a test set.
"""

import numpy as np

from gouji.alignment.lattice import FIRST_VALUE, LABEL, Emissions, Floats, Prices, slots_a_row
from gouji.document import Gap
from gouji.forms import Template
from gouji.layouts.layout import Layout, header_end, padding_runs, read_layout, value_lines
from gouji.pieces import CellStream, Piece, PieceKind, is_closer, is_torn
from gouji.text.labels import match_rows, share_characters

_TAKE_VALUE = {PieceKind.NUMBER: 1.0, PieceKind.MARK: 0.8, PieceKind.EMPTY: 0.9, PieceKind.UNREAD: 1.0}
_PASS_INSIDE = {PieceKind.NUMBER: 0.002, PieceKind.MARK: 0.05, PieceKind.EMPTY: 0.08, PieceKind.UNREAD: 0.02}
_PASS_AT_END = {PieceKind.NUMBER: 0.004, PieceKind.MARK: 0.1, PieceKind.EMPTY: 1.0, PieceKind.UNREAD: 0.05}
_PASS_OUTSIDE = {PieceKind.NUMBER: 0.1, PieceKind.MARK: 0.6, PieceKind.EMPTY: 1.0, PieceKind.UNREAD: 0.2}
_PASS_UNKNOWN = 1.0
_NEXT_ROWS = 3
_MISREAD = 0.34  # share of characters in common from which a text may be a label that was misread
_PADDING_AS_VALUE = 0.02
_LATE_LABEL = 0.8  # weight of a piece of label that stands behind the values of its row
_PASS_REPEATED = 0.7
_UNKNOWN_NATS = 1.2  # a text under this for every row is the label of none of them
_TORN_LABELS = 0.3  # weight of labels that were torn from their rows
_TEXT_AS_VALUE = 0.0005
_WRONG_ROW = 0.03  # a break where the layout has none, or the reverse
_CAP = 12.0


def score(stream: CellStream, template: Template) -> Emissions:
    """Emission scores of every piece of a stream for a template."""
    layout = read_layout(stream, template)
    height, width = len(template.rows), slots_a_row(template)
    count, size = len(stream.pieces), 1 + len(template.rows) * slots_a_row(template)
    take = np.zeros((count, height, width), np.float32)
    pass_over = np.ones((count, size), np.float32)
    ends = _row_ends(template)
    unknown = _unknown_rows(stream, template, layout)
    padding = padding_runs(stream.pieces) if layout.cell_lines else frozenset()
    if layout.led and len({len(row) for row in template.rows}) == 1:
        padding |= _padding_before(stream.pieces, len(template.rows[0]))
    weight = _TORN_LABELS if layout.torn else 1.0
    first_value = header_end(stream.pieces, layout.row_lines and not layout.drawn) if layout.labels_first else 0
    kinds = {kind: _passing(template, kind, layout.led) for kind in _PASS_INSIDE}
    values = {kind: _taking(template, kind) for kind in _TAKE_VALUE}
    for i, piece in enumerate(stream.pieces):
        if piece.kind is PieceKind.TEXT:
            if not layout.labels_first:
                nats = match_rows(piece.label, template.table, template.form)
                take[i, :, : LABEL + 1] = np.exp(np.minimum(nats * weight, _CAP))
                if layout.wrapped:
                    # The rest of a label that was wrapped around its values.
                    late = np.exp(np.clip(_LATE_LABEL * nats[:, LABEL], 0.0, _CAP))
                    late_rows = pass_over[i, 1:].reshape(height, width)
                    late_rows[:, FIRST_VALUE:] = np.where(nats[:, LABEL] > 1.0, late, 1.0)[:, None]
            take[i, :, FIRST_VALUE:] = _TEXT_AS_VALUE
        else:
            if i in padding:
                take[i] = values[piece.kind] * _PADDING_AS_VALUE
                continue
            if i >= first_value:
                take[i] = values[piece.kind]
            if layout.repeats and i and _same_value(stream.pieces[i - 1], piece):
                pass_over[i] = np.maximum(kinds[piece.kind], _PASS_REPEATED * ends)
                continue
            pass_over[i] = kinds[piece.kind]
            if i in unknown:
                np.maximum(pass_over[i], unknown[i], out=pass_over[i])
    stay, move = _breaks(stream, layout)
    visible = layout.visible
    prices = Prices(
        value=round(0.012 + 0.5 * (1 - visible), 2),
        label=1.0 if layout.labels_first else 0.02,
        row=0.01,
        bare=round(0.02 + 0.3 * (1 - visible), 2),
    )
    return Emissions(
        np.concatenate([np.zeros((count, 1), np.float32), take.reshape(count, -1)], 1), pass_over, stay, move, prices
    )


def _padding_before(pieces: tuple[Piece, ...], columns: int) -> frozenset[int]:
    """Where padding stands between label and values: what a line holds more than its cells is at its start."""
    places = {id(piece): i for i, piece in enumerate(pieces)}
    found: list[int] = []
    for line in value_lines(pieces):
        for piece in line[: max(0, len(line) - columns)]:
            if piece.kind is not PieceKind.EMPTY:
                break
            found.append(places[id(piece)])
    return frozenset(found)


def _unknown_rows(stream: CellStream, template: Template, layout: Layout) -> dict[int, Floats]:
    """The values behind a label that is no label of this form, a row that the source added: [S] of passing them over.

    In the states from which that label could be one of the next rows, misread, it is not passed over.
    """
    if layout.labels_first or layout.visible < 0.6:
        return {}
    widths = {len(row) for row in template.rows}
    found: dict[int, Floats] = {}
    run: list[int] = []
    label = ""
    strange = False
    for i, piece in enumerate((*stream.pieces, None)):
        if piece is not None and piece.is_value:
            run.append(i)
            continue
        filled = [j for j in run if stream.pieces[j].kind is not PieceKind.EMPTY]
        if (
            strange
            and len(run) >= min(widths)
            and (len(run) in widths or len(run) > max(widths) or len(filled) in widths)
        ):
            found |= dict.fromkeys(run, _passing_unknown(template, label))
        if run or piece is None:
            strange = False
        run = []
        if piece is not None:
            label = piece.label
            known = match_rows(piece.label, template.table, template.form).max() > _UNKNOWN_NATS
            strange = len(piece.label) >= 5 and not known and not is_torn(piece, template.table)
    return found


def _passing_unknown(template: Template, label: str) -> Floats:
    passing = np.full(1 + len(template.rows) * slots_a_row(template), _PASS_UNKNOWN, np.float32)
    shared = [share_characters(label, row.label) for row in template.rows]
    for r in range(-1, len(template.rows)):
        if max(shared[r + 1 : r + 1 + _NEXT_ROWS], default=0.0) >= _MISREAD:
            states = slice(0, 1) if r < 0 else slice(1 + r * slots_a_row(template), 1 + (r + 1) * slots_a_row(template))
            passing[states] = 0.0
    return passing


def _row_ends(template: Template) -> Floats:
    """1 for the states in which a row is complete."""
    ends = np.zeros(1 + len(template.rows) * slots_a_row(template), np.float32)
    for r, row in enumerate(template.rows):
        ends[1 + r * slots_a_row(template) + FIRST_VALUE + len(row) - 1] = 1.0
    return ends


def _same_value(before: Piece, piece: Piece) -> bool:
    return before.kind is piece.kind and before.fragment.text == piece.fragment.text


def _taking(template: Template, kind: PieceKind) -> Floats:
    take = np.zeros((len(template.rows), slots_a_row(template)), np.float32)
    for r, row in enumerate(template.rows):
        take[r, FIRST_VALUE : FIRST_VALUE + len(row)] = _TAKE_VALUE[kind]
    return take


def _passing(template: Template, kind: PieceKind, led: bool) -> Floats:
    """[S] of passing a piece over. Padding stands at the end of a row, or (led) between its label and its values."""
    width = slots_a_row(template)
    passing = np.full(1 + len(template.rows) * width, _PASS_INSIDE[kind], np.float32)
    passing[0] = _PASS_OUTSIDE[kind]
    for r, row in enumerate(template.rows):
        base = 1 + r * width
        passing[base] = max(_PASS_INSIDE[kind], 0.3 if kind is PieceKind.EMPTY else 0.0)
        passing[base + LABEL] = min(_PASS_INSIDE[kind], 0.02)
        if led and kind is PieceKind.EMPTY:
            passing[base + LABEL] = 1.0
        passing[base + FIRST_VALUE + len(row) - 1] = _PASS_AT_END[kind]
    passing[1 + (len(template.rows) - 1) * width + FIRST_VALUE + len(template.rows[-1]) - 1] = _PASS_OUTSIDE[kind]
    return passing


def _breaks(stream: CellStream, layout: Layout) -> tuple[Floats, Floats]:
    """Factors on staying in the row and on moving to a later one, from line breaks and drawn rows."""
    count = len(stream.pieces)
    stay, move = np.ones(count, np.float32), np.ones(count, np.float32)
    before: Piece | None = None
    for i, piece in enumerate(stream.pieces):
        new_row: bool | None = None
        fragment = piece.fragment
        if layout.labels_first:
            break
        if before is not None and fragment.grid is not None and before.fragment.grid is not None:
            ours, theirs = fragment.grid, before.fragment.grid
            new_row = ours.table != theirs.table or ours.row != theirs.row
        elif layout.row_lines and piece.is_value and before is not None and before.is_value:
            new_row = fragment.newlines > 0 or fragment.gap is Gap.PAGE
            if new_row and piece.kind is PieceKind.EMPTY:
                new_row = None  # a blank may break its row over two lines
        elif layout.cell_lines and piece.kind is PieceKind.NUMBER and is_closer(piece, layout.gap):
            new_row = False  # digits that stand closer than cells do: of one number, or of one row
        if new_row is True:
            stay[i] = _WRONG_ROW
        elif new_row is False:
            move[i] = _WRONG_ROW
        before = piece
    return stay, move
