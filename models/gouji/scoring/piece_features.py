"""Pieces -> numbers: what each piece of a stream is by itself and where it stands, told in `FEATURES`.

Part of the one encoder (features.py). Nothing here depends on a template; values are told by their kind and their
sums, never by their digits.
"""

import numpy as np
from numpy.typing import NDArray

from gouji.document import Gap
from gouji.pieces import Piece, PieceKind
from gouji.text.labels import find_anchor

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_KINDS = tuple(PieceKind)
_GAPS = tuple(Gap)
_PLACES = 10  # places of a run, a line or a grid row that are told apart one by one
_SUM_LENGTHS = (2, 3, 4, 5, 6)
_ODD_ZERO = "leading_zero"
SUM_FEATURES = (*(f"sum_of_{k}" for k in _SUM_LENGTHS), "sum_of_run", "sum_of_printed")
FEATURES = (
    *(f"kind_{kind}" for kind in _KINDS),
    *(f"gap_{gap}" for gap in _GAPS),
    *(f"next_gap_{gap}" for gap in _GAPS),
    *("pipes", "newlines", "next_pipes", "next_newlines", "before_is_value", "next_is_value"),
    *("digits", "magnitude", "zero", "negative", "decimal", "unit", "uncertain", _ODD_ZERO),
    *(f"run_place_{p}" for p in range(_PLACES)),
    *(f"run_rest_{p}" for p in range(_PLACES)),
    *("run_length", "run_share", "runs_so_far", "texts_so_far", "share"),
    *(f"line_place_{p}" for p in range(_PLACES)),
    *("line_length", "lines_so_far"),
    *("drawn", "grid_row", "grid_column", "wide", "tall"),
    *(f"grid_rest_{p}" for p in range(_PLACES)),
    *("boxed", "box_left", "box_right", "box_top", "box_bottom", "ocr"),
    *("likest_row", "likest_label", "likest_group", "anchor", "other_anchor", "length"),
    *SUM_FEATURES,
)
FEATURE_AT = {name: number for number, name in enumerate(FEATURES)}


def pieces_to_features(pieces: tuple[Piece, ...], table: str) -> Floats:
    """The features of pieces by themselves, [N, F]: all but their likeness to a template."""
    count = len(pieces)
    features = np.zeros((count, len(FEATURES)), np.float32)
    if not count:
        return features
    rows = np.arange(count)
    fragments = [p.fragment for p in pieces]
    kinds = np.array([_KINDS.index(p.kind) for p in pieces])
    gaps = np.array([_GAPS.index(f.gap) for f in fragments])
    features[rows, kinds] = 1.0
    features[rows, FEATURE_AT[f"gap_{_GAPS[0]}"] + gaps] = 1.0
    features[rows[:-1], FEATURE_AT[f"next_gap_{_GAPS[0]}"] + gaps[1:]] = 1.0
    between = np.log1p(np.minimum([(f.pipes, f.newlines) for f in fragments], 20)) / 2
    is_value = np.array([p.is_value for p in pieces], np.float32)
    at = FEATURE_AT["pipes"]
    features[:, at : at + 2] = between
    features[:-1, at + 2 : at + 4] = between[1:]
    features[1:, at + 4] = is_value[:-1]
    features[:-1, at + 5] = is_value[1:]
    values = _add_values(features, pieces)
    starts = _add_runs(features, is_value > 0)
    _add_lines(features, _opens_line(pieces))
    _add_grid(features, pieces)
    _add_boxes(features, pieces)
    _add_sums(features, values, starts, kinds == _KINDS.index(PieceKind.NUMBER))
    for i, piece in enumerate(pieces):
        if piece.kind is PieceKind.TEXT:
            anchor = find_anchor(piece.label)
            if anchor is not None:
                features[i, FEATURE_AT["anchor" if anchor[0] == table else "other_anchor"]] = anchor[1] / 2
            features[i, FEATURE_AT["length"]] = min(len(piece.label), 60) / 20
    features[:, FEATURE_AT["share"]] = rows / count
    return features


def _add_values(features: Floats, pieces: tuple[Piece, ...]) -> NDArray[np.float64]:
    """What is printed in each value; returns the values, 0 for blanks and what is no number."""
    values = np.zeros(len(pieces))
    at = FEATURE_AT["digits"]
    for i, piece in enumerate(pieces):
        numeral = piece.numeral
        if numeral is None or piece.kind is not PieceKind.NUMBER or numeral.value is None:
            continue
        text = piece.fragment.text
        value = float(numeral.value)
        values[i] = value
        odd = len(text) > 1 and text[0] == "0" and text.isdigit()
        features[i, at : at + 8] = (
            min(sum(c.isdigit() for c in text), 12) / 4,
            min(np.log1p(abs(value)), 20.0) / 8,
            value == 0,
            value < 0,
            "." in text,
            numeral.unit is not None,
            not numeral.certain,
            odd,
        )
    return values


def _add_runs(features: Floats, is_value: NDArray[np.bool_]) -> Ints:
    """Where each value stands in its run; returns the first index of the run of each piece (its own for texts)."""
    count = len(is_value)
    rows = np.arange(count)
    opens = is_value & ~np.concatenate([[False], is_value[:-1]])
    closes = is_value & ~np.concatenate([is_value[1:], [False]])
    firsts, lasts = np.flatnonzero(opens), np.flatnonzero(closes)
    starts = rows.copy()
    if not len(firsts):
        return starts
    run = np.cumsum(opens) - 1
    chosen = rows[is_value]
    mine = run[is_value]
    place, rest = chosen - firsts[mine], lasts[mine] - chosen
    starts[chosen] = firsts[mine]
    near = place < _PLACES
    features[chosen[near], FEATURE_AT["run_place_0"] + place[near]] = 1.0
    near = rest < _PLACES
    features[chosen[near], FEATURE_AT["run_rest_0"] + rest[near]] = 1.0
    length = place + rest + 1
    features[chosen, FEATURE_AT["run_length"]] = np.minimum(length, 64) / 16
    features[chosen, FEATURE_AT["run_share"]] = place / length
    features[:, FEATURE_AT["runs_so_far"]] = np.maximum(run + 1, 0) / 32
    return starts


def _opens_line(pieces: tuple[Piece, ...]) -> NDArray[np.bool_]:
    """Whether each piece opens a line: a newline, a drawn row, a table or a page stands before it."""
    breaking = (Gap.LINE, Gap.BLANK_LINE, Gap.ROW, Gap.TABLE, Gap.PAGE, Gap.NONE)
    return np.array([p.fragment.newlines > 0 or p.fragment.gap in breaking for p in pieces], bool)


def _add_lines(features: Floats, opens: NDArray[np.bool_]) -> None:
    count = len(opens)
    opens = opens.copy()
    opens[0] = True
    line = np.cumsum(opens) - 1
    firsts = np.flatnonzero(opens)
    lengths = np.diff(np.append(firsts, count))
    place = np.arange(count) - firsts[line]
    near = np.flatnonzero(place < _PLACES)
    features[near, FEATURE_AT["line_place_0"] + place[near]] = 1.0
    features[:, FEATURE_AT["line_length"]] = np.minimum(lengths[line], 64) / 16
    features[:, FEATURE_AT["lines_so_far"]] = line / 64


def _add_grid(features: Floats, pieces: tuple[Piece, ...]) -> None:
    drawn = [(i, p.fragment.grid) for i, p in enumerate(pieces) if p.fragment.grid is not None]
    if not drawn:
        return
    bottoms: dict[int, int] = {}
    rights: dict[int, int] = {}
    for _, place in drawn:
        bottoms[place.table] = max(bottoms.get(place.table, 0), place.row)
        rights[place.table] = max(rights.get(place.table, 0), place.column + place.column_span - 1)
    at = FEATURE_AT["drawn"]
    for i, place in drawn:
        right = rights[place.table]
        features[i, at : at + 5] = (
            1.0,
            place.row / max(1, bottoms[place.table]),
            place.column / max(1, right),
            min(place.column_span - 1, 8) / 4,
            min(place.row_span - 1, 8) / 4,
        )
        rest = right - (place.column + place.column_span - 1)
        if 0 <= rest < _PLACES:
            features[i, FEATURE_AT["grid_rest_0"] + rest] = 1.0


def _add_boxes(features: Floats, pieces: tuple[Piece, ...]) -> None:
    """Boxes relative to the stream's extent: across over all pages, down on each page by itself."""
    boxed = [(i, p.fragment.page, p.fragment.box) for i, p in enumerate(pieces) if p.fragment.box is not None]
    features[:, FEATURE_AT["ocr"]] = [1.0 if p.fragment.score is None else p.fragment.score for p in pieces]
    if not boxed:
        return
    boxes = np.array([box for _, _, box in boxed], np.float64)
    pages = np.array([page for _, page, _ in boxed])
    chosen = [i for i, _, _ in boxed]
    left, right = boxes[:, 0].min(), boxes[:, 2].max()
    across = (boxes[:, [0, 2]] - left) / max(right - left, 1.0)
    down = np.empty((len(boxed), 2))
    for page in set(pages.tolist()):
        here = pages == page
        top, bottom = boxes[here, 1].min(), boxes[here, 3].max()
        down[here] = (boxes[here][:, [1, 3]] - top) / max(bottom - top, 1.0)
    at = FEATURE_AT["boxed"]
    features[chosen, at] = 1.0
    features[chosen, at + 1 : at + 3] = across
    features[chosen, at + 3 : at + 5] = down


def _add_sums(features: Floats, values: NDArray[np.float64], starts: Ints, printed: NDArray[np.bool_]) -> None:
    """Whether a number equals the sum of the k places before it in its run, of all of them, of those printed.

    A sum of zeros says less than one that something went into.
    """
    count = len(values)
    rows = np.arange(count)
    totals = np.concatenate([[0.0], np.cumsum(values)])
    weight = np.where(values != 0, 1.0, 0.25)
    at = FEATURE_AT[SUM_FEATURES[0]]
    for n, length in enumerate(_SUM_LENGTHS):
        fits = printed & (rows - length >= starts)
        back = np.maximum(rows - length, 0)
        features[:, at + n] = np.where(fits & (np.abs(totals[rows] - totals[back] - values) < 1e-6), weight, 0)
    whole = np.abs(totals[rows] - totals[starts] - values) < 1e-6
    features[:, at + len(_SUM_LENGTHS)] = np.where(printed & (rows - starts >= 2) & whole, weight, 0)
    numbers = np.concatenate([[0], np.cumsum(printed)])
    enough = numbers[rows] - numbers[starts] >= 2
    features[:, at + len(_SUM_LENGTHS) + 1] = np.where(printed & enough & whole, weight, 0)
