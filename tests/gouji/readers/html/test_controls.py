"""Values in fields, attributes and pictures of a page: a cell that shows something is not blank."""

import pytest

from gouji.document import Fragment
from gouji.forms import APPLICATIONS, template
from gouji.readers.html.reader import html_to_document
from gouji.recovery import recover
from gouji.tables import CellState

ROWS = template(APPLICATIONS, "2021").rows


def cells_of(*cells: str) -> list[Fragment]:
    row = "".join(f"<td>{cell}</td>" if not cell.startswith("<td") else cell for cell in ("规章", *cells, "9"))
    return list(html_to_document(f"<html><body><table><tr>{row}</tr></table></body></html>").fragments)[1:-1]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<input value="3">', "3"),
        ('<input type="text" value="12" readonly>', "12"),
        ('<input type="hidden" value="3">', ""),
        ('<input type="checkbox" value="1">', ""),
        ("<textarea>4</textarea>", "4"),
        ("<select><option>1</option><option selected>2</option></select>", "2"),
        ('<span data-value="5"></span>', "5"),
        ('<td data-value="6"></td>', "6"),
        ('<td data-value="6">7</td>', "7"),
        ('<td data-column="6"></td>', ""),
        ('<img src="0.gif" alt="8">', "8"),
        ('<span aria-label="/"></span>', "/"),
        ('<td title="点击查看"></td>', ""),
        ('<img src="blank.gif" width="1" height="1">', ""),
        ("", ""),
    ],
)
def test_what_a_cell_shows(cell: str, text: str) -> None:
    (fragment,) = cells_of(cell)
    assert fragment.text == text
    assert not fragment.unread


@pytest.mark.parametrize(
    "cell", ['<img src="number.png">', "<svg><path d='M0 0'/></svg>", '<img alt="数字" src="a.png">']
)
def test_a_picture_without_words_is_unread(cell: str) -> None:
    (fragment,) = cells_of(cell)
    assert fragment.unread


def test_a_picture_beside_a_number_changes_nothing() -> None:
    assert [f.text for f in cells_of('<img src="arrow.png"> 3')] == ["3"]


def test_the_numbers_of_a_chart_are_no_text_of_the_page() -> None:
    chart = "<svg><text>12</text><text>34</text></svg>"
    document = html_to_document(f"<html><body><p>规章</p>{chart}<p>许可</p></body></html>")
    assert [fragment.text for fragment in document.fragments] == ["规章", "许可"]


def test_a_report_in_form_fields_is_read_and_one_of_pictures_is_not_blank() -> None:
    def report(cell: str) -> bytes:
        rows = "".join(f"<tr><td>{row.label}</td>{f'<td>{cell}</td>' * 7}</tr>" for row in ROWS)
        return f"<html><body><p>三、收到和处理政府信息公开申请情况</p><table>{rows}</table></body></html>".encode()

    fields = recover(report('<input value="0">'), engine="rules").tables[APPLICATIONS].cells
    assert {(cell.state, cell.value) for cell in fields.values()} == {(CellState.PRINTED, 0)}
    pictures = recover(report('<img src="0.png">'), engine="rules").tables[APPLICATIONS].cells
    assert {cell.state for cell in pictures.values()} == {CellState.UNREAD}


@pytest.mark.parametrize("told", ["&#1;1&#31;2", "1\x012", "1\ufffe2", "&#xd800;12"])
def test_what_no_tree_takes_as_text_is_left_out(told: str) -> None:
    rows = f'<table><tr><td><input value="{told}"></td><td><span data-value="{told}"></span></td></tr>'
    rows += f"<tr><td><textarea>{told}</textarea></td><td><select><option>{told}</select></td></tr></table>"
    assert "12" in html_to_document(rows).text
