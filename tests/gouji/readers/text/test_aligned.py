"""Columns of fixed width: which places of a row are empty is told by where its numbers stand."""

import pytest

from gouji.readers.text.reader import text_to_document
from tests.gouji.sample_layouts import LAYOUTS, draw_values, fixed, fixed_right, report


def cells_of(text: str) -> list[str]:
    return [fragment.text for fragment in text_to_document(text).fragments]


HEAD = "信息内容        本年制发件数  本年废止件数  现行有效件数\n"


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("规章            3             0             15\n", ["规章", "3", "0", "15"]),
        ("规章                          0             15\n", ["规章", "", "0", "15"]),
        ("规章                     3                  15\n", ["规章", "3", "", "15"]),
        ("规章            3\n", ["规章", "3", "", ""]),
        ("规章                                        15\n", ["规章", "", "", "15"]),
    ],
)
def test_numbers_under_their_headers(row: str, cells: list[str]) -> None:
    other = "行政规范性文件  61                          422\n"
    found = cells_of(HEAD + row + other + "结束\n")
    assert found[-9:-5] == cells
    assert found[-5:] == ["行政规范性文件", "61", "", "422", "结束"]


def test_a_number_between_two_headers_stands_under_neither() -> None:
    assert "" not in cells_of(HEAD + "规章                        3             15\n")


@pytest.mark.parametrize("writer", [fixed, fixed_right])
def test_a_table_without_blanks_is_left_as_it_is(writer: type) -> None:
    text = fixed(LAYOUTS["plain"](report("2021", draw_values("2021", 5))))
    document = text_to_document(text)
    assert not any(fragment.pipes for fragment in document.fragments)


def test_text_whose_blanks_were_collapsed_has_no_columns() -> None:
    text = fixed(LAYOUTS["plain"](report("2021", draw_values("2021", 5, 0.3))))
    collapsed = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    assert "" in cells_of(text)
    assert "" not in cells_of(collapsed)
