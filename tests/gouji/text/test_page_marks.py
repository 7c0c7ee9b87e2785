"""Lines that hold a page number and nothing else, and texts that have no lines."""

import pytest

from gouji.document import Document, Fragment, GridPlace
from gouji.readers.text.reader import text_to_document
from gouji.text.page_marks import is_one_paragraph, without_page_marks


@pytest.mark.parametrize(
    "mark", ["- 3 -", "—3—", "第 2 页", "第2页 共5页", "第2页/共5页", "3 / 12", "Page 2 of 3", "页码：4", "P. 7"]
)
def test_lines_of_a_page_number_are_dropped(mark: str) -> None:
    document = text_to_document(f"规章 | 0 | 0 | 1 |\n{mark}\n行政许可 | 3 |\n")
    assert [f.text for f in without_page_marks(document) if f.text] == ["规章", "0", "0", "1", "行政许可", "3"]


@pytest.mark.parametrize("line", ["3", "3 4", "第二十条第一项", "-3", "0 / 0 / 0", "—", "规章 - 3 -", "| - | 3 | - |"])
def test_other_lines_are_kept(line: str) -> None:
    document = text_to_document(f"规章 | 0 |\n{line}\n行政许可 | 3 |")
    kept = list(without_page_marks(document))
    assert kept == list(document.fragments)


def test_a_cell_of_a_grid_is_no_page_number() -> None:
    drawn = Document("- 3 -", (Fragment("- 3 -", 0, 5, grid=GridPlace(0, 0, 0)),))
    assert len(list(without_page_marks(drawn))) == 1
    loose = Document("- 3 -", (Fragment("- 3 -", 0, 5),))
    assert list(without_page_marks(loose)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("规章 0 0 1 行政规范性文件 1 0 2 行政许可 3", True),
        ("规章 0 0 1\n行政规范性文件 1 0 2\n行政许可 3", False),
        ("规章 | 0 | 0 | 1 | 行政规范性文件 | 1 |", False),
    ],
)
def test_a_text_without_lines_and_pipes_is_one_paragraph(text: str, expected: bool) -> None:
    assert is_one_paragraph(text_to_document(text)) is expected
    assert not is_one_paragraph(Document("", ()))
