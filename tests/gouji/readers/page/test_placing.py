"""Numbers without ruling lines: the column and the row of each."""

import pytest

from gouji.document import Box
from gouji.readers.page.ink import Chunk
from gouji.readers.page.labelling import Label, Piece
from gouji.readers.page.placing import nearest_row, place_numbers

COLUMNS: list[Box] = [(100.0, 0.0, 140.0, 10.0), (200.0, 0.0, 240.0, 10.0), (300.0, 0.0, 340.0, 10.0)]


def piece(box: Box) -> Piece:
    return Piece(Chunk("3", box), 1, 0, box)


def at(x: float, width: float = 5.0, y: float = 20.0) -> Piece:
    return piece((x, y, x + width, y + 10))


def test_numbers_centred_under_their_headers() -> None:
    assert place_numbers([at(117.5), at(217.5), at(317.5)], COLUMNS) == [0, 1, 2]


@pytest.mark.parametrize("side", ["left", "right"])
def test_numbers_at_one_side_of_their_columns_whatever_their_width(side: str) -> None:
    numbers = [
        at(column[0] if side == "left" else column[2] - width, width, y)
        for y, widths in ((20.0, (5.0, 20.0, 5.0)), (40.0, (30.0, 5.0, 10.0)))
        for column, width in zip(COLUMNS, widths, strict=True)
    ]
    assert place_numbers(numbers, COLUMNS) == [0, 1, 2, 0, 1, 2]


def test_where_a_column_is_empty_the_others_keep_their_places() -> None:
    assert place_numbers([at(117.5), at(317.5)], COLUMNS) == [0, 2]
    assert place_numbers([at(317.5)], COLUMNS) == [2]


def test_two_numbers_of_one_row_do_not_share_a_column() -> None:
    narrow: list[Box] = [(100.0, 0.0, 110.0, 10.0), (130.0, 0.0, 140.0, 10.0), (160.0, 0.0, 170.0, 10.0)]
    numbers = [at(118.0), at(148.0)]
    assert len(set(place_numbers(numbers, narrow))) == 2


def test_without_numbers_there_are_no_places() -> None:
    assert place_numbers([], COLUMNS) == []


def label(top: float, bottom: float) -> Label:
    return Label((piece((0.0, top, 50.0, bottom)),), "规章", 1.0)


ROWS = [label(20, 30), label(40, 70), label(80, 90)]


@pytest.mark.parametrize(("y", "row"), [(20, 0), (50, 1), (29, 0), (80, 2), (99, 2), (105, None)])
def test_a_number_stands_beside_its_label(y: float, row: int | None) -> None:
    assert nearest_row(ROWS, at(200, y=y)) == row


def test_without_labels_there_is_no_row() -> None:
    assert nearest_row([], at(200)) is None
