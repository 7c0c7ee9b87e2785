"""Whole columns typed into one cell each."""

import pytest

from gouji.document import Document
from gouji.readers.html.reader import html_to_document
from gouji.readers.html.stacked import StackedCell, count_rows, split_rows
from gouji.readers.office.containers import Block, DelimitedCell, blocks_to_holding
from gouji.readers.text.reader import text_to_document


def rows_of(document: Document) -> list[list[str]]:
    rows: list[list[str]] = []
    for fragment in document.fragments:
        if fragment.newlines or not rows:
            rows.append([])
        rows[-1].append(fragment.text)
    return rows


@pytest.mark.parametrize(
    ("texts", "rows"),
    [
        (["规章\n规范性文件", "0\n6", "1\n2"], 2),
        (["规章\n规范性文件", "0\n6"], 1),  # a label in two lines, and a cell that may be a note
        (["甲\n乙\n丙", "1\n2\n3"], 3),
        (["1\n2\n3", "4\n5\n6"], 3),
        (["一", "1\n2", "4\n5\n6"], 1),
        (["本年新\n制作数量", "对外公开\n总数量"], 1),
        (["规章", "55\n(含自然失效29件)", "12\n(3)"], 1),
        (["规章", "0", "1"], 1),
    ],
)
def test_the_rows_of_one_grid_row_are_counted(texts: list[str], rows: int) -> None:
    assert count_rows(texts) == rows


def test_html_docx_and_markdown_split_alike() -> None:
    wanted = [["信息内容", "本年制发件数"], ["规章", "0"], ["规范性文件", "6"], ["其他", "1"]]
    page = (
        "<table><tr><td>信息内容</td><td>本年制发件数</td></tr>"
        "<tr><td>规章<br>规范性文件<br/>其他</td><td>0<br>6<br>1</td></tr></table>"
    )
    assert rows_of(html_to_document(page)) == wanted
    cells = (
        DelimitedCell(0, 0, 1, 1, "信息内容"),
        DelimitedCell(0, 1, 1, 1, "本年制发件数"),
        DelimitedCell(1, 0, 1, 1, "规章\n规范性文件\n其他"),
        DelimitedCell(1, 1, 1, 1, "0\n6\n1"),
    )
    assert rows_of(blocks_to_holding([Block(cells=cells)], "x").document) == wanted
    text = "| 信息内容 | 本年制发件数 |\n| 规章<br>规范性文件<br />其他 | 0<br>6<br />1 |"
    document = text_to_document(text)
    assert rows_of(document) == wanted
    assert all(text[f.start : f.end] == f.text for f in document.fragments)


def test_a_cell_merged_over_rows_that_holds_a_value_for_each_is_split() -> None:
    cells = [
        StackedCell(0, 0, 1, 1, "规章", 0),
        StackedCell(0, 1, 2, 1, "3\n4", 1),
        StackedCell(1, 0, 1, 1, "规范性文件", 2),
    ]
    assert [(c.row, c.column, c.row_span, c.text) for c in split_rows(cells)] == [
        (0, 0, 1, "规章"),
        (0, 1, 1, "3"),
        (1, 0, 1, "规范性文件"),
        (1, 1, 1, "4"),
    ]


def test_rows_below_move_down_and_what_is_merged_over_them_grows() -> None:
    cells = [
        StackedCell(0, 0, 2, 1, "组", 0),
        StackedCell(0, 1, 1, 1, "1\n2\n3", 1),
        StackedCell(0, 2, 1, 1, "4\n5\n6", 2),
        StackedCell(1, 1, 1, 1, "7", 3),
    ]
    found = split_rows(cells)
    assert (found[0].row_span, found[0].text) == (4, "组")
    assert (found[-1].row, found[-1].text) == (3, "7")
