from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Fragment, Gap
from gouji.pieces import Piece, PieceKind, fragment_to_piece
from gouji.placement.readings import Reading, piece_to_mark, read_row

Items = list[tuple[int, Piece]]


def items_of(*texts: str, gaps: dict[int, Gap] | None = None) -> Items:
    """Pieces on lines of their own; `gaps` says where something else divides one from the piece before."""
    items: Items = []
    at = 0
    for i, text in enumerate(texts):
        gap = (gaps or {}).get(i, Gap.BLANK_LINE)
        newlines = 2 if gap is Gap.BLANK_LINE else 0
        items.append((10 + i, fragment_to_piece(Fragment(text, at, at + len(text), gap=gap, newlines=newlines))))
        at += len(text) + 2
    return items


def cells(reading: Reading) -> list[str | None]:
    return [mark.text if mark is not None else None for mark in reading.marks]


def all_cells(readings: Sequence[Reading]) -> list[list[str | None]]:
    return [cells(reading) for reading in readings]


def test_a_whole_row_has_one_reading() -> None:
    readings = read_row(items_of("26", "0", "0", "0", "0", "0", "26"), 7, dropped=True, totalled=True)
    assert all_cells(readings) == [["26", "0", "0", "0", "0", "0", "26"]]
    assert readings[0].nats == 0
    assert readings[0].numbers == (26, 0, 0, 0, 0, 0, 26)
    assert [mark.pieces for mark in readings[0].marks if mark] == [(i,) for i in range(10, 17)]


def test_a_whole_row_that_does_not_add_up_is_kept_as_printed() -> None:
    readings = read_row(items_of("0", "6", "0", "0", "0", "0", "0"), 7, dropped=False, totalled=True)
    assert cells(readings[0]) == ["0", "6", "0", "0", "0", "0", "0"]


def test_blanks_dropped_leave_every_choice_of_columns() -> None:
    readings = read_row(items_of("26", "26"), 7, dropped=True, totalled=True)
    assert len(readings) == 21
    assert len({tuple(cells(r)) for r in readings}) == 21
    assert all(cells(reading).count("26") == 2 for reading in readings)
    ending = [r.nats for r in readings if r.marks[-1] is not None]
    assert min(ending) > max(r.nats for r in readings if r.marks[-1] is None)


def test_a_lone_number_is_the_total_by_convention_and_may_stand_elsewhere() -> None:
    readings = read_row(items_of("3"), 7, dropped=True, totalled=True)
    assert len(readings) == 7
    assert cells(readings[0]) == [None] * 6 + ["3"]
    assert readings[0].nats > readings[1].nats + 1


def test_dropping_blanks_is_a_rare_accident_where_blanks_are_shown() -> None:
    shown = read_row(items_of("26", "26"), 7, dropped=False, totalled=True)
    hidden = read_row(items_of("26", "26"), 7, dropped=True, totalled=True)
    assert shown[0].nats < hidden[0].nats - 2


def test_no_piece_is_a_row_of_blanks() -> None:
    assert all_cells(read_row([], 3, dropped=True, totalled=False)) == [[None, None, None]]


def test_two_zeros_that_were_glued() -> None:
    readings = read_row(items_of("1", "00", "1"), 4, dropped=False, totalled=True)
    assert cells(readings[0]) == ["1", "0", "0", "1"]
    assert not any(mark.certain for mark in readings[0].marks[1:3] if mark)


def test_a_number_that_only_a_blank_divides_is_joined() -> None:
    items = items_of("53", "45", "0", "0", "5345", gaps={1: Gap.SPACE})
    readings = read_row(items, 4, dropped=False, totalled=True)
    assert cells(readings[0]) == ["53 45", "0", "0", "5345"]
    assert readings[0].numbers == (5345, 0, 0, 5345)
    assert readings[0].marks[0] is not None
    assert readings[0].marks[0].pieces == (10, 11)
    assert not readings[0].marks[0].certain


def test_every_cut_of_glued_digits_is_a_reading() -> None:
    readings = read_row(items_of("3006", "9"), 3, dropped=False, totalled=True)
    found = all_cells(readings)
    for cut in (["3", "006", "9"], ["30", "06", "9"]):
        assert cut not in found  # no number is printed with a leading zero
    assert ["300", "6", "9"] in found
    four = read_row(items_of("3006", "9"), 5, dropped=False, totalled=True)
    assert ["3", "0", "0", "6", "9"] in all_cells(four)


def test_a_piece_too_many_is_left_out_or_joined() -> None:
    readings = read_row(items_of("3", "4", "7", "12"), 3, dropped=False, totalled=True)
    found = all_cells(readings)
    assert ["3", "4", "7"] in found
    assert all(len(row) == 3 for row in found)


def test_an_empty_place_is_left_out_sooner_than_a_number() -> None:
    readings = read_row(items_of("3", "", "4", "7"), 3, dropped=False, totalled=True)
    assert cells(readings[0]) == ["3", "4", "7"]


@pytest.mark.parametrize("odd", ["00", "03", "000"])
def test_a_leading_zero_is_never_certain(odd: str) -> None:
    (item,) = items_of(odd)
    assert not piece_to_mark(*item).certain


def test_a_row_of_the_right_length_is_repaired_where_its_sum_says_so() -> None:
    items = items_of("1", "2", "00", "12", gaps={1: Gap.SPACE})
    readings = read_row(items, 4, dropped=False, totalled=True)
    assert cells(readings[0]) == ["1 2", "0", "0", "12"]
    assert ["1", "2", "00", "12"] in all_cells(readings)


def test_marks_keep_kind_text_unit_and_span() -> None:
    items = items_of("/", "251000元", "1***", "")
    marks = [piece_to_mark(*item) for item in items]
    assert [mark.kind for mark in marks] == [PieceKind.MARK, PieceKind.NUMBER, PieceKind.UNREAD, PieceKind.EMPTY]
    assert [mark.value for mark in marks] == [None, 251000, None, None]
    assert marks[1].unit == "元"
    assert [mark.end - mark.start for mark in marks] == [1, 7, 4, 0]


def test_an_empty_place_is_left_out_only_where_digits_are_glued() -> None:
    """The place of a label that was lost, before `00`; but a blank cell stays one, whatever its row adds up to."""
    glued = read_row(items_of("", "00", "0", "0"), 4, dropped=False, totalled=True)
    assert [mark.value if mark else None for mark in glued[0].marks] == [0, 0, 0, 0]
    broken = read_row(items_of("", "12", "1", "1"), 4, dropped=False, totalled=True)
    assert all(mark is not None for reading in broken for mark in reading.marks)
    assert next(mark.kind for mark in broken[0].marks if mark) is PieceKind.EMPTY


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.sampled_from(["0", "1", "7", "12", "00", "305", "3006", "53", "", "/"]), max_size=7),
    columns=st.integers(1, 7),
    dropped=st.booleans(),
    totalled=st.booleans(),
    spaces=st.sets(st.integers(1, 7)),
)
def test_no_digit_is_altered_added_or_moved(
    texts: list[str], columns: int, dropped: bool, totalled: bool, spaces: set[int]
) -> None:
    items = items_of(*texts, gaps=dict.fromkeys(spaces, Gap.SPACE))
    readings = read_row(items, columns, dropped, totalled)
    assert readings
    assert list(readings) == sorted(readings, key=lambda reading: -reading.nats)
    for reading in readings:
        assert len(reading.marks) == columns
        used = [index for mark in reading.marks if mark for index in mark.pieces]
        kept = [text for i, text in enumerate(texts) if 10 + i in set(used)]
        assert used == sorted(used)
        assert "".join(mark.text for mark in reading.marks if mark).replace(" ", "") == "".join(kept)
        if len(texts) <= columns and used:
            # Pieces are left out only where there are too many, or an empty place for two cells that were glued (`00`).
            glued = any(len(text) > 1 and text[0] == "0" for text in texts)
            left = [text for i, text in enumerate(texts) if 10 + i not in set(used)]
            assert kept == texts or (glued and left == [""] and len(texts) == columns)
        for mark in reading.marks:
            if mark is not None and mark.kind is PieceKind.NUMBER:
                # Many pieces in a row are no number that can be told.
                assert mark.value == int(mark.text.replace(" ", "")) or (mark.value is None and len(mark.pieces) > 3)
