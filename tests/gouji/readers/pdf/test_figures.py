"""Printed reports in which tables are put as pictures: what they show stands where the table stood."""

import ctypes
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
import pytest
from PIL import Image

from gouji.document import Document, FigureKind, Fragment
from gouji.readers.page.ruled import edges_to_tables
from gouji.readers.pdf import figures as pdf_figures
from gouji.readers.pdf.figures import picture_boxes
from gouji.readers.pdf.ink import page_to_ink
from gouji.readers.pdf.objects import PageObjects, PictureObject
from gouji.readers.pdf.reader import pdf_to_document
from gouji.text.numerals import read_numeral

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
GridValues = Callable[[Document, str, str], dict[str, Fragment]]
Box = tuple[float, float, float, float]


def table_boxes(page: pdfium.PdfPage) -> list[Box]:
    ink, _ = page_to_ink(page, 1)
    return [t.box for t in edges_to_tables(ink.horizontal, ink.vertical) if len(t.cells) > 8]


def inside(handle: object, box: Box, height: float) -> bool:
    sides = [ctypes.c_float() for _ in range(4)]
    c.FPDFPageObj_GetBounds(handle, *sides)
    left, bottom, right, top = (side.value for side in sides)
    x, y = (left + right) / 2, height - (bottom + top) / 2
    return box[0] - 2 <= x <= box[2] + 2 and box[1] - 2 <= y <= box[3] + 2


def put(document: pdfium.PdfDocument, page: pdfium.PdfPage, picture: Image.Image, matrix: pdfium.PdfMatrix) -> None:
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(pdfium.PdfBitmap.from_pil(picture))
    image.set_matrix(matrix)
    page.insert_obj(image)


def with_pictures(case: str, page: int, pieces: int = 1, turned: bool = False, only: int | None = None) -> bytes:
    """A printed report in which the tables of a page are pictures, each of so many strips."""
    document = pdfium.PdfDocument(DOCUMENTS / case / "report.pdf")
    sheet = document[page]
    height = sheet.get_height()
    drawn = sheet.render(scale=150 / 72).to_pil().convert("RGB")
    for n, box in enumerate(table_boxes(sheet)):
        if only is not None and n != only:
            continue
        for handle in [c.FPDFPage_GetObject(sheet.raw, k) for k in range(c.FPDFPage_CountObjects(sheet.raw))]:
            if inside(handle, box, height):
                c.FPDFPage_RemoveObject(sheet.raw, handle)
        x0, y0, x1, y1 = box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3
        whole = drawn.crop(tuple(round(side * 150 / 72) for side in (x0, y0, x1, y1)))
        tall = (y1 - y0) / pieces
        for k in range(pieces):
            part = whole.crop((0, k * whole.height // pieces, whole.width, (k + 1) * whole.height // pieces))
            lower = height - y0 - (k + 1) * tall
            if turned:
                matrix = pdfium.PdfMatrix().scale(tall, x1 - x0).rotate(90).translate(x0, lower + tall)
                put(document, sheet, part.transpose(Image.Transpose.ROTATE_90), matrix)
            else:
                put(document, sheet, part, pdfium.PdfMatrix().scale(x1 - x0, tall).translate(x0, lower))
    sheet.gen_content()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def right(found: Document, case: str, tables: set[str], grid_values: GridValues) -> None:
    truth = json.loads((DOCUMENTS / case / "truth.json").read_text(encoding="utf-8"))
    for table in tables:
        true = truth["tables"][table]
        read = grid_values(found, table, true["form"])
        values = {name: read_numeral(f.text).value if f.text else None for name, f in read.items()}  # type: ignore[union-attr]
        assert {name: None if v is None else float(v) for name, v in values.items()} == {
            name: None if value is None else float(value) for name, value in true["cells"].items()
        }


def check(document: Document) -> None:
    end = 0
    for fragment in document.fragments:
        assert document.text[fragment.start : fragment.end] == fragment.text
        assert fragment.start >= end
        end = fragment.end


@pytest.mark.parametrize(("pieces", "turned"), [(1, False), (5, False), (1, True)])
def test_one_table_that_is_a_picture_is_read_where_it_stands(
    pieces: int, turned: bool, grid_values: GridValues
) -> None:
    case, page = "pdf_bordered_repeated_head", 2
    found = pdf_to_document(with_pictures(case, page, pieces, turned))
    check(found)
    assert [(f.kind, f.page, f.read) for f in found.figures] == [(FigureKind.PICTURE, 3, True)]
    assert [p.ocr for p in found.pages] == [False, False, True]
    right(found, case, {"active_disclosure", "applications", "review_litigation"}, grid_values)
    plain = pdf_to_document((DOCUMENTS / case / "report.pdf").read_bytes())
    before, after = (
        next(f for f in doc.fragments if f.page == 3 and f.grid is not None and "结果维持" in f.text)
        for doc in (plain, found)
    )
    assert before.box is not None
    assert after.box == pytest.approx(before.box, abs=4)
    assert all(f.score is None for f in found.fragments if f.page < 3)


def test_a_table_that_is_two_pictures_on_two_pages_is_one(grid_values: GridValues) -> None:
    case = "pdf_bordered_zeros"
    document = pdfium.PdfDocument(with_pictures(case, 0, only=1))
    other = pdfium.PdfDocument(with_pictures(case, 1, only=0))
    whole = pdfium.PdfDocument.new()
    whole.import_pages(document, [0])
    whole.import_pages(other, [1])
    out = io.BytesIO()
    whole.save(out)
    found = pdf_to_document(out.getvalue())
    check(found)
    assert [(f.page, f.read) for f in found.figures] == [(1, True), (2, True)]
    right(found, case, {"applications"}, grid_values)
    label = next(f for f in found.fragments if "结转下年度" in f.text)
    assert label.page == 2


def test_a_photograph_beside_text_changes_nothing(photograph: bytes) -> None:
    case = DOCUMENTS / "pdf_bordered_repeated_head" / "report.pdf"
    document = pdfium.PdfDocument(case)
    page = document[2]
    put(document, page, Image.open(io.BytesIO(photograph)), pdfium.PdfMatrix().scale(90, 60).translate(60, 60))
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    plain, found = pdf_to_document(case.read_bytes()), pdf_to_document(out.getvalue())
    assert (found.text, found.fragments, found.pages) == (plain.text, plain.fragments, plain.pages)
    assert [(f.page, f.read) for f in found.figures] == [(3, False)]
    assert found.figures[0].box == pytest.approx((60, 722, 150, 782), abs=1)
    assert plain.figures == ()


def test_a_page_is_not_looked_at_twice_where_its_tables_are_text(
    photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_figures, "_draw", None)
    test_a_photograph_beside_text_changes_nothing(photograph)


def test_a_file_inside_a_pdf_is_an_attachment() -> None:
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_bordered_repeated_head" / "report.pdf")
    document.new_attachment("a.txt").set_data(b"text")
    out = io.BytesIO()
    document.save(out)
    found = pdf_to_document(out.getvalue())
    assert [(f.kind, f.start) for f in found.figures] == [(FigureKind.ATTACHMENT, len(found.text))]


def test_strips_are_one_picture_and_pictures_beside_each_other_are_two() -> None:
    def boxes(*found: Box) -> list[Box]:
        return picture_boxes(PageObjects(pictures=[PictureObject(box, 150) for box in found]), (0, 0, 595, 842))

    assert boxes((50, 600, 500, 700), (50, 500, 500, 600), (50, 400, 500, 499)) == [(50, 400, 500, 700)]
    assert len(boxes((50, 500, 270, 700), (290, 500, 500, 700))) == 2
    assert boxes((50, 500, 275, 700), (275, 500, 500, 700)) == [(50, 500, 500, 700)]
    assert boxes((-20, 800, 100, 900), (700, 0, 800, 100)) == [(0, 800, 100, 842)]
    assert len(boxes((50, 500, 500, 700), (50, 300, 400, 480))) == 2


def test_a_drawn_picture_has_no_text_of_the_page(photograph: bytes) -> None:
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_bordered_repeated_head" / "report.pdf")
    found = pdf_figures.Figure(FigureKind.PICTURE, 0, 1, box=(0.0, 0.0, 595.0, 100.0))
    drawn = pdf_figures._draw(document, found)
    assert drawn.shape[1] == pytest.approx(595 * 150 / 72, abs=3)
    assert np.all(drawn > 250)
    document.close()
