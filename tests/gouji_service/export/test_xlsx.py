"""A spreadsheet as a stream: text stays text, numbers stay numbers, and the next sheet goes on."""

import io

import openpyxl
import pytest

from gouji_service.export.xlsx import ByteSink, stream_xlsx


def read(rows: list[list[object]], **how: int) -> list[list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(stream_xlsx(["甲", "乙"], rows, **how))))
    return [[[cell.value for cell in row] for row in sheet] for sheet in book]


@pytest.mark.parametrize(
    "value", [3, 2.5, 0, -1, True, False, None, "文字", " 前后 ", "<&>", "1", "=1+1", "a\nb", 123456789012345]
)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    ((_, row),) = read([[value, "x"]])
    assert row == [value, "x"]
    assert type(row[0]) is type(value)


def test_text_that_begins_like_a_formula_is_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(stream_xlsx(["a"], [["=HYPERLINK(1)"]]))))
    assert book.active["A2"].data_type in ("s", "inlineStr")


def test_what_xml_does_not_allow_is_left_out_and_long_text_is_cut() -> None:
    ((_, row),) = read([["a\x00b\x1fc\ufffe", "x" * 40_000]])
    assert row[0] == "abc"
    assert len(str(row[1])) == 32767


def test_every_sheet_begins_with_the_header_and_none_is_longer() -> None:
    sheets = read([[n, ""] for n in range(7)], sheet_rows=4)
    assert [[row[0] for row in sheet] for sheet in sheets] == [["甲", 0, 1, 2], ["甲", 3, 4, 5], ["甲", 6]]
    assert read([]) == [[["甲", "乙"]]]


def test_bytes_go_out_while_rows_come() -> None:
    came = 0

    def rows() -> "list[list[object]]":
        nonlocal came
        for came in range(6000):
            yield [came, "x"]  # type: ignore[misc]

    parts = stream_xlsx(["a", "b"], rows())
    next(parts)
    assert came < 5999


def test_a_sink_gives_what_came_in_since() -> None:
    sink = ByteSink()
    assert sink.write(b"abc") == 3
    assert (sink.take(), sink.take(), sink.tell()) == (b"abc", b"", 3)
