"""In how many ways the values of a row could stand."""

from dataclasses import replace

import pytest

from gouji.assembly import fill_to_table
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.layouts.layout import read_layout
from gouji.pieces import CellStream, document_to_pieces
from gouji.placement.readings import Reading, piece_to_mark
from gouji.placement.rivals import count_line_ways, count_row_ways
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

FORM = template(REVIEW_LITIGATION, "2021")
HEADERS = "\n".join(f"{column.label} |" for row in FORM.rows for column in row.columns)


def line_of(cells: list[str]) -> CellStream:
    text = HEADERS + "\n" + "\n".join(f"{cell} |" if cell else "|" for cell in cells)
    return CellStream(REVIEW_LITIGATION, tuple(document_to_pieces(text_to_document(text))))


@pytest.mark.parametrize(
    ("cells", "ways"),
    [
        (["1", "", "", "", "1", *[""] * 10], 1),  # every place is there
        (["1", "", "", "", "1", *[""] * 15], 1),  # it begins where the values do
        ([*[""] * 5, "1", "", "", "", "1", *[""] * 10], 2),
        (["1", "", "", "", "1"], 3),  # a block alone
        (["1", "2", "3", "4", "10", "1", "2", "3", "4", "10"], 2),
        (["1", "2", "3", "4", "9"], 1),  # no sum holds anywhere: nothing fits better
        ([""] * 5, 1),  # nothing is printed that could stand elsewhere
    ],
)
def test_shifts_of_a_line_that_keep_all_sums_are_counted(cells: list[str], ways: int) -> None:
    stream = line_of(cells)
    assert count_line_ways(stream.pieces, read_layout(stream, FORM), FORM) == ways


def test_no_cell_is_surer_than_one_over_the_ways() -> None:
    filled = align(line_of(["1", "", "", "", "1"]), FORM, rules.score)
    assert {row.ways for row in filled.rows} == {3}
    table = fill_to_table(filled, 1.0, "rules")
    assert max(cell.confidence for cell in table.cells.values()) <= 1 / 3


def test_a_row_whose_ends_are_blank_may_stand_one_place_on() -> None:
    form = template(APPLICATIONS, "2021")
    text = "\n".join(f"{row.label} | 0 | 0 | 0 | 0 | 0 | 0 | 0 |" for row in form.rows[:-1])
    text += f"\n{form.rows[-1].label} | | 0 | 0 | 0 | 0 | 0 | 0 | | | |"
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))
    filled = align(stream, form, rules.score)
    assert [row.ways for row in filled.rows] == [1] * (len(form.rows) - 1) + [2]
    settled = align(replace(stream, settled=True), form, rules.score)
    assert {row.ways for row in settled.rows} == {1}


def test_a_shift_that_breaks_a_sum_is_no_way() -> None:
    form = template(APPLICATIONS, "2021")
    text = f"{form.rows[0].label} | | 2 | 0 | 0 | 0 | 0 | 2 | |"
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))
    filled = align(stream, form, rules.score)
    readings = [row.placed.reading for row in filled.rows]
    span = filled.rows[0].span
    assert span is not None
    assert count_row_ways(stream.pieces, form, readings, {0: span.values})[0] == 1


def ways_of(first: str) -> int:
    """Of the first row, by itself, from the line behind its label."""
    form = template(APPLICATIONS, "2021")
    text = f"{form.rows[0].label} | {first}"
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))
    filled = align(stream, form, rules.score)
    span = filled.rows[0].span
    assert span is not None
    readings = [row.placed.reading for row in filled.rows]
    return count_row_ways(stream.pieces, form, readings, {0: span.values})[0]


def test_a_row_may_shift_only_where_a_blank_can_go_and_another_come_in() -> None:
    assert ways_of(" | 0 | 0 | 0 | 0 | 0 | 0 | |") == 2
    assert ways_of("0 | 0 | 0 | 0 | 0 | 0 | 0 | |") == 1  # no blank at the end that would have to go
    assert ways_of(" | 0 | 0 | 0 | 0 | 0 | 0 |") == 1  # nothing beyond the other end


@pytest.mark.parametrize(("agreeing", "ways"), [(False, 2), (True, 1)])
def test_a_shift_that_breaks_a_sum_over_rows_is_no_way(agreeing: bool, ways: int) -> None:
    """A blank on either side of six numbers: one place on their row adds up, unless its columns hold where it is."""
    form = template(APPLICATIONS, "2021")
    pieces = document_to_pieces(text_to_document("| | 2 | 0 | 0 | 0 | 0 | 2 | |\n1 | 1 | 1 | 1 | 1 | 1 | 6 |"))
    assert [piece.kind.name for piece in pieces] == ["EMPTY", *["NUMBER"] * 6, "EMPTY", *["NUMBER"] * 7]
    read, other = (Reading(tuple(piece_to_mark(i, pieces[i]) for i in range(at, at + 7)), 0.0) for at in (1, 8))
    readings = [Reading((None,) * 7, 0.0) for _ in form.rows]
    readings[0] = read
    total = next(r for r, row in enumerate(form.rows) if row.key == "total_processed")
    readings[total] = read if agreeing else other
    assert count_row_ways(pieces, form, readings, {0: range(8)})[0] == ways
    assert count_row_ways(pieces, form, readings, {0: range(6)})[0] == 1  # fewer places than columns
