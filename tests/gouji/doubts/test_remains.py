"""What a filled table leaves unexplained, and what explains it."""

import pytest

from gouji.doubts.remains import Remains, Stretch, count_uncut
from tests.gouji.doubts.doubted_tables import BLOCKS, TOTAL, WHOLE, ZEROS, fill, line_of, lines, paragraphs, row


def left(text: str, behind: str = "四、存在的主要问题") -> list[str]:
    """What the numbers say that are left over."""
    remains = Remains(fill(text, behind=behind))
    return [remains.table.stream.pieces[i].fragment.text for i in remains.left]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("甲5乙6丙7丁", 3),
        ("(一)予以公开", 0),
        ("属于国家秘密(不含2019年的8件)", 0),
        ("1.属于国家秘密", 0),
        ("1属于国家秘密", 0),
        ("第20条第8项", 0),
        ("予以公开0000000", 1),
        ("A4纸12", 1),
        ("总计 1,234 5.6", 2),
        ("", 0),
    ],
)
def test_numbers_that_are_no_part_of_a_label_are_counted(text: str, count: int) -> None:
    assert count_uncut(text) == count


def test_values_and_sums_are_those_of_the_rows() -> None:
    remains = Remains(
        fill(lines({2: row(2, "3 | 0 | 0 | 0 | 0 | 0 | 4"), TOTAL: row(TOTAL, "3 | 0 | 0 | 0 | 0 | 0 | 4")}))
    )
    assert remains.values[WHOLE.rows[2].cells[0]] == 3
    assert remains.values[WHOLE.rows[3].cells[0]] == 0
    assert [held.holds for held in remains.row_sums] == [False, False]
    assert {held.identity.at for held in remains.row_sums} == {WHOLE.rows[2].key, WHOLE.rows[TOTAL].key}
    assert set(remains.sums) == {*remains.row_sums, *remains.column_sums}
    assert not {held.identity.check for held in remains.row_sums} & {
        held.identity.check for held in remains.column_sums
    }


def test_a_sum_over_a_row_that_is_not_there_is_not_held() -> None:
    ones = {r: row(r, "1 | 0 | 0 | 0 | 0 | 0 | 1") for r in (2, TOTAL)}
    there = Remains(fill(lines(ones)))
    assert there.column_sums
    gone = Remains(fill(lines({**ones, 5: None})))
    assert len(gone.column_sums) < len(there.column_sums)


def test_rows_stand_from_their_first_piece_to_the_next_rows() -> None:
    remains = Remains(fill(lines()))
    assert [stretch.row for stretch in remains.stretches] == list(range(len(WHOLE.rows)))
    assert remains.stretches[0] == Stretch(0, 0, remains.stretches[1].start)
    assert remains.stretches[-1].stop == len(remains.table.stream.pieces)
    assert Remains(fill(line_of(" | ".join(["0"] * 15)), BLOCKS)).stretches == ()


def test_a_table_is_whole_where_something_is_printed_in_every_cell() -> None:
    assert Remains(fill(lines())).whole
    assert Remains(fill(lines({3: row(3, "/ | / | / | / | / | / | /")}))).whole
    assert not Remains(fill(lines({3: row(3, " |  |  |  |  |  | ")}))).whole
    assert not Remains(fill(paragraphs({3: ()}))).whole


def test_numbers_behind_the_table_are_counted_where_a_cell_is_still_to_be_filled() -> None:
    behind = "3\n4\n四、存在的主要问题"
    assert Remains(fill(lines(), behind=behind)).behind == 0
    assert Remains(fill(lines({24: None}), behind=behind)).behind == 2


def test_the_values_of_a_strange_row_and_of_a_row_printed_twice_are_explained() -> None:
    assert left(lines({11: row(11, ZEROS) + f"\n9.属于工作秘密 | {ZEROS} |", 24: None})) == []
    assert left(lines({11: row(11, ZEROS) + "\n" + row(11, ZEROS), 24: None})) == []
    other = left(lines({11: row(11, ZEROS) + "\n" + row(11, "5 | 0 | 0 | 0 | 0 | 0 | 5"), 24: None}))
    assert other.count("5") == 2


def test_a_number_behind_a_table_that_is_whole_is_the_foot_of_its_page() -> None:
    assert left(lines() + "\n12") == []
    assert left(lines({3: row(3, " |  |  |  |  |  | ")}) + "\n12") == ["12"]


def test_texts_that_are_the_label_of_nothing_are_strange() -> None:
    remains = Remains(fill(lines({11: row(11, ZEROS) + f"\n9.属于工作秘密 | {ZEROS} |"})))
    assert [remains.table.stream.pieces[i].fragment.text for i in remains.strangers] == ["9.属于工作秘密"]
    assert Remains(fill(lines())).strangers == ()


def test_uncut_texts_are_those_of_the_body() -> None:
    text = "甲5乙6丙7丁\n" + lines({3: row(3, ZEROS) + "\n甲5乙6丙7丁 |"})
    remains = Remains(fill(text))
    assert list(remains.uncut.values()) == [3]
    assert all(i in remains.body for i in remains.uncut)
