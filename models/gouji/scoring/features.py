"""Pieces of a stream and rows of a template -> arrays: the one encoder, for training and for serving.

Texts of labels go in as characters, once for each distinct text; values go in as numbers: what kind of piece it is,
what separates it from its neighbours, where it stands in its run of values, in its line, in the drawn grid and on the
page, and which sums of its neighbours it equals. Rows of the template are texts too, and so is their likeness to the
texts of the stream: nothing here depends on how many rows or columns a form has.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gouji.forms import Template
from gouji.pieces import CellStream, PieceKind
from gouji.scoring.piece_features import FEATURE_AT, FEATURES, pieces_to_features
from gouji.text.labels import canonical, match_rows
from gouji.text.remembering import remember

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
VERSION = 1  # raise it with every change of what is computed here
MOST_PIECES = 512  # of one stream; what comes after is left to the rules
MOST_CHARACTERS = 24  # of one text
_BUCKETS = 1024  # for characters that no label holds
_LETTERS = (
    "12345678一七万三上下不业中举九予事二于五人仍他以件企会位作供保信元全八公六关其具内再决减出分制办务区十单危卷及反发取另只可合后商四国增"
    "处复外大安定审家容密对尚属已年府废度开强当形律性总息情成或执投护报持按掌接提握收政效数文新方无明有服期未本机权条构果查案止正求没法然版物"
    "现理用由申的益目直相知研确社禁科秘程稳章第管类纠纳组织经结继续维缴罚自范获行补要规计认议许讼访诉询请购费起转过这通逾部采重量金集需项额"
)
_LETTER_IDS = {letter: number for number, letter in enumerate(_LETTERS, start=1)}
CHARACTERS = 1 + len(_LETTERS) + _BUCKETS  # 0 is padding

_LIKENESS = 8.0  # nats that count as 1
_UNLIKE = -0.25  # of a text that says nothing


def digest() -> str:
    """Sixteen hex digits that change whenever weights trained on other features would be misread."""
    told = (VERSION, FEATURES, _LETTERS, _BUCKETS, MOST_CHARACTERS)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One stream and one template as arrays. N pieces, U distinct texts, R rows, C columns of the widest row.

    characters: [U, 24] ids, row 0 is the empty text.  text: [N] the text of each piece (0 for values).
    numbers: [N, F] the features named in FEATURES.  places: [N, 2] index of the piece, texts so far.
    likeness: [U, R, 2] of each text to the group that opens at a row and to its label.
    row_text, group_text: [R].  column_text: [R, C].  row_place: [R, 2] from the top and from the bottom.
    column_place: [R, C, 2] from the left and from the right.  columns: [R, C] 1 where the row has the column.
    """

    characters: Ints
    text: Ints
    numbers: Floats
    places: Floats
    likeness: Floats
    row_text: Ints
    group_text: Ints
    column_text: Ints
    row_place: Ints
    column_place: Ints
    columns: Floats


@remember(16384)
def text_to_ids(text: str) -> tuple[int, ...]:
    """Character ids of a canonical text, cut to `MOST_CHARACTERS`."""
    first = 1 + len(_LETTERS)
    return tuple(_LETTER_IDS.get(c, first + ord(c) * 40503 % _BUCKETS) for c in text[:MOST_CHARACTERS])


@lru_cache(maxsize=32)
def _template_texts(template: Template) -> tuple[tuple[str, ...], Ints, Ints, Ints, Ints, Ints, Floats]:
    """The distinct texts of a template, and the arrays of `Encoded` that depend on it alone."""
    numbers: dict[str, int] = {"": 0}
    height, width = len(template.rows), max(len(row) for row in template.rows)
    row_text, group_text = np.zeros(height, np.int64), np.zeros(height, np.int64)
    column_text, columns = np.zeros((height, width), np.int64), np.zeros((height, width), np.float32)
    row_place, column_place = np.zeros((height, 2), np.int64), np.zeros((height, width, 2), np.int64)
    for r, row in enumerate(template.rows):
        row_text[r] = numbers.setdefault(canonical(row.label), len(numbers))
        group_text[r] = numbers.setdefault(canonical(row.under[-1]) if row.under else "", len(numbers))
        row_place[r] = r, height - 1 - r
        for c, column in enumerate(row.columns):
            column_text[r, c] = numbers.setdefault(canonical(column.label), len(numbers))
            column_place[r, c] = c, len(row) - 1 - c
            columns[r, c] = 1.0
    return tuple(numbers), row_text, group_text, column_text, row_place, column_place, columns


def encode(stream: CellStream, template: Template) -> Encoded:
    """Encode the first `MOST_PIECES` pieces of a stream for a template."""
    pieces = stream.pieces[:MOST_PIECES]
    known, row_text, group_text, column_text, row_place, column_place, columns = _template_texts(template)
    numbers = {text: number for number, text in enumerate(known)}
    text = np.array([numbers.setdefault(p.label, len(numbers)) for p in pieces], np.int64)
    characters = np.zeros((len(numbers), MOST_CHARACTERS), np.int64)
    likeness = np.full((len(numbers), len(template.rows), 2), _UNLIKE, np.float32)
    for label, number in numbers.items():
        ids = text_to_ids(label)
        characters[number, : len(ids)] = ids
        if label:
            likeness[number] = match_rows(label, template.table, template.form) / _LIKENESS
    places = np.zeros((len(pieces), 2), np.float32)
    places[:, 0] = np.arange(len(pieces))
    texts = np.array([p.kind is PieceKind.TEXT for p in pieces], bool)
    before = np.concatenate([[False], texts[:-1]]) if len(pieces) else texts
    places[:, 1] = np.cumsum(texts & ~before)
    features = pieces_to_features(pieces, stream.table)
    if len(pieces):
        add_likeness(features, likeness[text], texts)
        features[:, FEATURE_AT["texts_so_far"]] = places[:, 1] / 32
    return Encoded(
        characters,
        text,
        features,
        places,
        likeness,
        row_text,
        group_text,
        column_text,
        row_place,
        column_place,
        columns,
    )


def add_likeness(features: Floats, likeness: Floats, texts: NDArray[np.bool_]) -> None:
    """Write how like each text [N] is to the rows that it is most like; `likeness` [N, R, 2]."""
    best = likeness.max(1)
    features[:, FEATURE_AT["likest_row"]] = np.where(
        texts, likeness[:, :, 1].argmax(1) / max(1, likeness.shape[1] - 1), 0
    )
    features[:, FEATURE_AT["likest_group"]] = np.where(texts, best[:, 0], 0)
    features[:, FEATURE_AT["likest_label"]] = np.where(texts, best[:, 1], 0)
