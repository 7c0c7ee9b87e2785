from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Fragment, Gap, SourceError, UnreadableSource
from gouji.readers import read
from gouji.readers.text.reader import lines_to_fragments, text_to_document


def shape(text: str) -> list[tuple[str, Gap, int, int]]:
    return [(f.text, f.gap, f.pipes, f.newlines) for f in text_to_document(text).fragments]


def words(text: str) -> list[str]:
    return [fragment.text for fragment in text_to_document(text).fragments]


def test_lines_paragraphs_blanks_tabs_and_pages() -> None:
    assert shape("规章\n0\n\n1 2\t3\f4") == [
        ("规章", Gap.NONE, 0, 0),
        ("0", Gap.LINE, 0, 1),
        ("1", Gap.BLANK_LINE, 0, 2),
        ("2", Gap.SPACE, 0, 0),
        ("3", Gap.CELL, 0, 0),
        ("4", Gap.PAGE, 0, 0),
    ]


def test_every_empty_place_between_pipes_is_a_fragment() -> None:
    assert shape("规章 | 2 | | 9 | | |") == [
        ("规章", Gap.NONE, 0, 0),
        ("2", Gap.CELL, 1, 0),
        ("", Gap.CELL, 1, 0),
        ("9", Gap.CELL, 1, 0),
        ("", Gap.CELL, 1, 0),
        ("", Gap.CELL, 1, 0),
    ]


@pytest.mark.parametrize("pipe", ["|", "｜", "│", "┃"])
def test_pipes_of_every_kind(pipe: str) -> None:
    assert words(f"规章 {pipe} 2 {pipe}{pipe} 9") == ["规章", "2", "", "9"]


def test_the_pipe_that_opens_a_row_closes_nothing() -> None:
    assert words("| 规章 | 2 | 0 |\n| 许可 | 3 | |\n") == ["规章", "2", "0", "许可", "3", ""]


def test_where_rows_are_not_opened_a_first_pipe_closes_a_blank() -> None:
    lines = "规章 | 2 | 0 |\n许可 | 3 |\n| 4 |\n处罚 | 5 | 6 |\n强制 | 7 | 8 |\n"
    assert words(lines) == ["规章", "2", "0", "许可", "3", "", "4", "处罚", "5", "6", "强制", "7", "8"]


def test_rules_of_markdown_and_boxes_are_lines_only() -> None:
    assert words("| 规章 | 2 |\n|---|:---:|\n| 许可 | 3 |") == ["规章", "2", "许可", "3"]
    assert words("┌────┬───┐\n│规章│ 2 │\n├────┼───┤\n│许可│ 3 │\n└────┴───┘") == ["规章", "2", "许可", "3"]


def test_dashes_without_pipes_are_printed() -> None:
    assert words("规章\n---\n2") == ["规章", "---", "2"]


def test_the_marks_of_headings_are_left_out() -> None:
    assert words("## 表三:行政复议\n### 四、情况\n| 1 | 2 |") == ["表三:行政复议", "四、情况", "1", "2"]


@pytest.mark.parametrize("text", ["规章 | ## | 2 |", "规章\n##\n2", "#### 3\n规章"])
def test_what_a_spreadsheet_could_not_show_is_no_heading(text: str) -> None:
    assert any(set(word) == {"#"} for word in words(text))


def test_line_ends_of_every_system() -> None:
    assert shape("规章\r\n0\r\r1") == shape("规章\n0\n\n1")


def test_pages_are_counted() -> None:
    document = text_to_document("一\f二\f\f四")
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert [fragment.page for fragment in document.fragments] == [1, 2, 4]
    assert not document.ocr


def test_a_part_of_a_document_starts_at_its_offset() -> None:
    fragments = list(lines_to_fragments("规章 | 2", offset=100, page=3))
    assert [(f.start, f.end, f.page) for f in fragments] == [(100, 102, 3), (105, 106, 3)]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="规章许 0123|｜\n\t\f\r-#:─│", max_size=80))
def test_fragments_are_the_text_in_order_and_nothing_is_lost(text: str) -> None:
    if not text.strip():
        with pytest.raises(UnreadableSource):
            text_to_document(text)
        return
    document = text_to_document(text)
    for fragment in document.fragments:
        assert document.text[fragment.start : fragment.end] == fragment.text
        assert fragment.text == fragment.text.strip()
        assert not set(fragment.text) & set("|｜")
    for before, after in pairwise(document.fragments):
        assert before.end <= after.start
    printed = [c for c in document.text if c not in "|｜│─-#:" and not c.isspace()]
    assert [c for f in document.fragments for c in f.text if c not in "│─-#:"] == printed


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\x00" * 40, "　\u00a0".encode(), b"\xef\xbb\xbf"])
def test_empty_input_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read(data, "report.txt", "text/plain")


@pytest.mark.parametrize(
    "data", [b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, b"PK\x03\x04" + b"\x00" * 60, bytes(range(256)) * 16]
)
def test_binary_input_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        read(data, "report.txt")


def test_fragments_hold_no_box_and_are_certain() -> None:
    assert text_to_document("规章").fragments == (Fragment("规章", 0, 2, place=0),)
