import io
import sys
import zipfile
from collections.abc import Callable
from types import FrameType
from typing import Any

import openpyxl
import pytest

from gouji.document import SourceError, SourceTooLarge, UnreadableSource
from gouji.readers.office.xlsx import xlsx_to_document


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill_table(sheet: Any) -> None:
    sheet["A1"] = "二、主动公开政府信息情况"
    sheet["A3"] = "第二十条第(八)项"
    sheet.merge_cells("A3:C3")
    sheet["A4"], sheet["B4"], sheet["C4"] = "行政事业性收费", 7730.28, 5.0
    sheet["A5"], sheet["C5"] = "规章", 0


def test_cells_merged_cells_and_blanks() -> None:
    document = xlsx_to_document(workbook(fill_table))
    found = [(f.text, f.grid.row, f.grid.column, f.grid.column_span) for f in document.fragments if f.grid is not None]
    assert found == [
        ("第二十条第(八)项", 0, 0, 3),
        ("行政事业性收费", 1, 0, 1),
        ("7730.28", 1, 1, 1),
        ("5", 1, 2, 1),
        ("规章", 2, 0, 1),
        ("", 2, 1, 1),
        ("0", 2, 2, 1),
    ]
    assert document.fragments[0].text == "二、主动公开政府信息情况"
    assert document.fragments[0].grid is None


def test_a_formula_without_a_saved_result_is_unread_and_not_blank() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = "规章", "=1+2"

    cell = xlsx_to_document(workbook(fill)).fragments[1]
    assert (cell.text, cell.unread) == ("", True)


def test_the_title_is_that_of_the_workbook() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "规章"
        sheet.parent.properties.title = "年度报告"

    assert xlsx_to_document(workbook(fill)).title == "年度报告"


def test_an_empty_and_a_damaged_workbook() -> None:
    with pytest.raises(UnreadableSource):
        xlsx_to_document(workbook(lambda sheet: None))
    with pytest.raises(SourceError):
        xlsx_to_document(workbook(fill_table)[:2000])


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'ref="A3:C3"', b'ref="A1:XFD1048576"'), (b'r="C5"', b'r="XFD1048576"')],
)
def test_a_sheet_as_large_as_a_sheet_can_be_is_too_large(old: bytes, new: bytes) -> None:
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook(fill_table)))
    with source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part == "xl/worksheets/sheet1.xml":
                assert old in content
                content = content.replace(old, new)
            target.writestr(part, content)
    with pytest.raises(SourceTooLarge):
        xlsx_to_document(out.getvalue())


def test_a_table_that_is_a_picture_on_a_sheet_is_read_below_its_heading(table_pictures: tuple[bytes, ...]) -> None:
    from openpyxl.drawing.image import Image

    book = openpyxl.Workbook()
    book.active["A1"] = "四、政府信息公开行政复议、行政诉讼情况"
    book.active.add_image(Image(io.BytesIO(table_pictures[2])), "A3")
    book.active["A30"] = "五、存在的主要问题"
    out = io.BytesIO()
    book.save(out)
    found = xlsx_to_document(out.getvalue())
    assert [(f.page, f.read) for f in found.figures] == [(1, True)]
    shown = [f for f in found.fragments if f.score is not None]
    assert len([f for f in shown if f.text.isdigit()]) == 15
    assert found.text.index("行政诉讼情况") < shown[0].start < found.text.index("五、存在")
    assert all(found.text[f.start : f.end] == f.text for f in found.fragments)


def part_of(sheet: str, changes: dict[str, str]) -> bytes:
    """A workbook whose sheet is another one, with other replacements in what names it."""
    data, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(data)
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            body = source.read(name).decode()
            body = sheet if name == "xl/worksheets/sheet1.xml" else body
            for old, new in changes.items():
                name, body = name.replace(old, new), body.replace(old, new)
            copy.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("reference", "changes"),
    [
        ("<mergeCell ref='A1:XFD1048576'/>", {}),
        ('<mergeCell ref="a1:xfd1048576"/>', {}),
        ('<mergeCell ref="&#65;1:XFD1048576"/>', {}),
        ('<mergeCell note=">" ref="A1:XFD1048576"/>', {}),
        ('<mergeCell ref="A1:XFD1048576"/>', {"worksheets/": "elsewhere/"}),
    ],
)
def test_merged_cells_are_held_to_the_limit_however_they_are_written(reference: str, changes: dict[str, str]) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    sheet += f"<mergeCells>{reference}</mergeCells></worksheet>"
    with pytest.raises(SourceTooLarge, match="merged"):
        xlsx_to_document(part_of(sheet, changes))


def test_rows_far_apart_take_time_in_proportion_to_their_number() -> None:
    """Counted in steps of the interpreter, which no load of the machine changes."""

    def steps(rows: int) -> int:
        book = openpyxl.Workbook()
        assert book.active is not None
        for n in range(rows):
            book.active.cell(1 + 2 * n, 1, n)
        out = io.BytesIO()
        book.save(out)
        counted = 0

        def count(frame: FrameType, event: str, _: object) -> object:
            nonlocal counted
            counted += event == "line"
            return count if frame.f_code.co_filename.endswith("xlsx.py") else None

        before = sys.gettrace()
        sys.settrace(count)
        try:
            xlsx_to_document(out.getvalue())
        finally:
            sys.settrace(before)
        return counted

    assert steps(1200) < 2.5 * steps(600)
