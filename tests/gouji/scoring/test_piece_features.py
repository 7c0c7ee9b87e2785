"""What each piece of a stream is by itself and where it stands."""

import numpy as np
import pytest

from gouji.document import Fragment, Gap, GridPlace
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS
from gouji.pieces import Piece, document_to_pieces, fragment_to_piece
from gouji.readers.text.reader import text_to_document
from gouji.scoring.piece_features import FEATURE_AT, FEATURES, SUM_FEATURES, pieces_to_features


def pieces_of(text: str) -> tuple[Piece, ...]:
    return tuple(document_to_pieces(text_to_document(text)))


def feature(pieces: tuple[Piece, ...], name: str, table: str = APPLICATIONS) -> list[float]:
    """One feature of all pieces."""
    return [round(float(v), 4) for v in pieces_to_features(pieces, table)[:, FEATURE_AT[name]]]


def test_no_pieces_have_no_features() -> None:
    assert pieces_to_features((), APPLICATIONS).shape == (0, len(FEATURES))


def test_the_digits_of_a_value_are_not_told() -> None:
    """But for their number, their size and their sums."""
    one, other = pieces_of("规章 | 12 | 31 |"), pieces_of("规章 | 21 | 13 |")
    told = [FEATURE_AT[name] for name in ("magnitude", *SUM_FEATURES)]
    rest = np.delete(np.arange(len(FEATURES)), told)
    first, second = (pieces_to_features(pieces, APPLICATIONS)[:, rest] for pieces in (one, other))
    assert np.array_equal(first, second)


def test_each_piece_knows_its_neighbours() -> None:
    pieces = pieces_of("规章 | 3 | 4\n行政许可 | 5")
    assert feature(pieces, "before_is_value") == [0, 0, 1, 1, 0]
    assert feature(pieces, "next_is_value") == [1, 1, 0, 1, 0]
    newlines = feature(pieces, "newlines")
    assert [value > 0 for value in newlines] == [False, False, False, True, False]
    assert feature(pieces, "next_newlines") == [0, 0, newlines[3], 0, 0]


def test_runs_lines_and_shares() -> None:
    pieces = pieces_of("规章 | 3 | 4\n行政许可 | 5")
    assert feature(pieces, "run_share") == [0, 0, 0.5, 0, 0]
    assert feature(pieces, "runs_so_far") == [0, round(1 / 32, 4), round(1 / 32, 4), round(1 / 32, 4), 0.0625]
    assert feature(pieces, "line_place_0") == [1, 0, 0, 1, 0]
    assert feature(pieces, "lines_so_far") == [0, 0, 0, round(1 / 64, 4), round(1 / 64, 4)]
    assert feature(pieces, "share") == [0, 0.2, 0.4, 0.6, 0.8]


def test_anchors_speak_for_their_table() -> None:
    pieces = pieces_of("规章 | 3 |")
    assert feature(pieces, "anchor", ACTIVE_DISCLOSURE)[0] > 0
    assert feature(pieces, "other_anchor", ACTIVE_DISCLOSURE)[0] == 0
    assert feature(pieces, "anchor", APPLICATIONS)[0] == 0
    assert feature(pieces, "other_anchor", APPLICATIONS)[0] > 0


@pytest.mark.parametrize(
    ("row", "name", "expected"),
    [
        ("1 | 2 | 3 | 6", "sum_of_3", 1),
        ("1 | 2 | 3 | 6", "sum_of_run", 1),
        ("1 | 2 | 3 | 6", "sum_of_2", 0),
        ("9 | 1 | 2 | 3", "sum_of_2", 1),
        ("9 | 1 | 2 | 3", "sum_of_run", 0),
        ("0 | 0 | 0 | 0", "sum_of_3", 0.25),
        ("1 |  | 2 | 3", "sum_of_printed", 1),
        ("3 |  |  | 3", "sum_of_printed", 0),  # one number is no sum
        ("0.1 | 0.2 | 0.3", "sum_of_2", 1),
    ],
)
def test_the_last_number_of_a_row_may_be_its_sum(row: str, name: str, expected: float) -> None:
    pieces = pieces_of(f"规章 | {row}")
    assert feature(pieces, name)[-1] == expected


def drawn() -> tuple[Piece, ...]:
    places = [GridPlace(0, 0, 0, 2, 1), GridPlace(0, 0, 1, 1, 2), GridPlace(0, 1, 1), GridPlace(0, 1, 2)]
    boxes = [(0.0, 0.0, 50.0, 40.0), (50.0, 0.0, 100.0, 20.0), (50.0, 20.0, 75.0, 40.0), (75.0, 20.0, 100.0, 40.0)]
    return tuple(
        fragment_to_piece(Fragment(text, n, n + 1, 1, box, Gap.CELL, grid=place, score=0.5))
        for n, (text, place, box) in enumerate(zip("规章34", places, boxes, strict=True))
    )


def test_places_in_a_drawn_grid_are_shares_of_it() -> None:
    pieces = drawn()
    assert feature(pieces, "grid_row") == [0, 0, 1, 1]
    assert feature(pieces, "grid_column") == [0, 0.5, 0.5, 1]
    assert feature(pieces, "tall") == [0.25, 0, 0, 0]
    assert feature(pieces, "wide") == [0, 0.25, 0, 0]
    assert feature(pieces, "grid_rest_0") == [0, 1, 0, 1]
    assert feature(pieces, "drawn") == [1, 1, 1, 1]


def test_boxes_are_shares_of_the_stream() -> None:
    pieces = drawn()
    assert feature(pieces, "box_left") == [0, 0.5, 0.5, 0.75]
    assert feature(pieces, "box_bottom") == [1, 0.5, 1, 1]
    assert feature(pieces, "ocr") == [0.5] * 4
    assert feature(pieces_of("规章 | 3"), "ocr") == [1, 1]
    assert feature(pieces_of("规章 | 3"), "boxed") == [0, 0]
