import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gouji.document import Document, Fragment, SourceTooLarge, UnreadableSource
from gouji.readers import media
from gouji.readers.pdf.reader import pdf_to_document
from gouji.readers.scan.picture import flatten, straighten
from gouji.readers.scan.sheets import picture_to_document
from gouji.readers.scan.skew import skew_of
from gouji.readers.scan.strokes import is_slash, lines_of_boxes
from gouji.text.numerals import NumeralKind, read_numeral

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
GridValues = Callable[[Document, str, str], dict[str, Fragment]]


def value_of(fragment: Fragment) -> object:
    numeral = read_numeral(fragment.text) if fragment.text else None
    if fragment.unread:
        return "unread"
    if numeral is None or numeral.kind is NumeralKind.BLANK_MARK:
        return None if numeral is not None or not fragment.text else fragment.text
    return float(numeral.value) if numeral.value is not None else fragment.text


@pytest.mark.parametrize("case", ["scan_150_bordered_blanks", "scan_150_borderless", "scan_hard_bordered_zeros"])
def test_every_cell_of_a_scan_is_right_or_unread(case: str, grid_values: GridValues) -> None:
    truth = json.loads((DOCUMENTS / case / "truth.json").read_text(encoding="utf-8"))
    document = pdf_to_document((DOCUMENTS / case / "report.pdf").read_bytes())
    assert document.ocr
    for table, true in truth["tables"].items():
        found = grid_values(document, table, true["form"])
        assert set(found) == set(true["cells"])
        wrong = {name: value_of(f) for name, f in found.items() if value_of(f) not in (true["cells"][name], "unread")}
        assert wrong == {}


@pytest.fixture(scope="module")
def page() -> Image.Image:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(DOCUMENTS / "scan_150_bordered_zeros" / "report.pdf")
    picture = document[1].render(scale=150 / 72, grayscale=True).to_pil()
    document.close()
    return picture.crop((0, 0, picture.width, 520))


@pytest.mark.parametrize(("name", "kind"), [("PNG", media.PNG), ("TIFF", media.TIFF), ("JPEG", media.JPEG)])
def test_pictures_are_read_as_pages(name: str, kind: str, page: Image.Image) -> None:
    out = io.BytesIO()
    page.save(out, name)
    document = picture_to_document(out.getvalue(), kind)
    assert document.media_type == kind
    assert sum(f.grid is not None for f in document.fragments) > 20
    assert all(f.score is not None for f in document.fragments if f.text)


def test_ink_that_cannot_be_read_is_unread_and_a_clean_cell_is_blank(page: Image.Image) -> None:
    grey = np.asarray(page.convert("L")).copy()
    first = picture_to_document(_png(grey), media.PNG)
    cells = [f for f in first.fragments if f.grid is not None and f.text == "0" and f.box is not None]
    assert len(cells) > 4
    assert first.pages[0].width is not None
    scale = page.width / first.pages[0].width
    for cell, ink in ((cells[1], 255), (cells[3], 20)):
        x0, y0, x1, y1 = (int(side * scale) for side in cell.box or ())
        grey[y0 + 5 : y1 - 5, x0 + 5 : x1 - 5] = ink
    second = picture_to_document(_png(grey), media.PNG)
    at = {f.grid: f for f in second.fragments if f.grid is not None}
    wiped, blot = at[cells[1].grid], at[cells[3].grid]
    assert (wiped.text, wiped.unread) == ("", False)
    assert blot.unread or (blot.score or 0) < 0.9


def _png(grey: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG")
    return out.getvalue()


def test_a_hundred_megapixels_are_too_large() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    with pytest.raises(SourceTooLarge, match="pixels"):
        picture_to_document(out.getvalue(), media.PNG)


@pytest.mark.parametrize("keep", [10, 200, 5000])
def test_a_damaged_picture_is_unreadable(keep: int, page: Image.Image) -> None:
    out = io.BytesIO()
    page.save(out, "PNG")
    with pytest.raises(UnreadableSource):
        picture_to_document(out.getvalue()[:keep], media.PNG)


def test_a_page_without_a_table_is_not_read() -> None:
    picture = Image.open(io.BytesIO(_png(np.full((1754, 1240), 255, np.uint8))))
    with pytest.raises(UnreadableSource, match="not read"):
        picture_to_document(_png(np.asarray(picture)), media.PNG)


@pytest.mark.parametrize("degrees", [-1.5, -0.7, 0.0, 0.7, 2.5])
def test_skew_is_found_and_taken_back(degrees: float, page: Image.Image) -> None:
    level = flatten(np.asarray(page.convert("L")), 150)
    level = straighten(level, skew_of(level, 150))
    turned = np.asarray(Image.fromarray(level).rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=255))
    assert skew_of(turned, 150) == pytest.approx(degrees, abs=0.12)


def test_a_slash_is_told_from_a_one() -> None:
    slash = np.zeros((20, 10), np.uint8)
    for y in range(20):
        slash[y, max(0, 9 - y // 2 - 1) : 10 - y // 2] = 255
    one = np.zeros((20, 8), np.uint8)
    one[:, 4:6] = 255
    one[2:5, 1:4] = 255
    seven = np.zeros((20, 10), np.uint8)
    seven[:3] = 255
    seven[:, 5:7] = 255
    assert [is_slash(shape) for shape in (slash, one, seven)] == [True, False, False]


def test_strokes_are_gathered_into_lines() -> None:
    two_strokes = [(0, 5, 20, 8), (0, 15, 20, 18)]  # 二
    tall = [(24, 0, 40, 20), (44, 0, 60, 20)]
    below = [(0, 40, 18, 60)]
    assert sorted(lines_of_boxes(two_strokes + tall + below, 20)) == [(0, 0, 60, 20), (0, 40, 18, 60)]


def test_ocr_is_not_loaded_for_a_digital_pdf() -> None:
    path = DOCUMENTS / "pdf_bordered_zeros" / "report.pdf"
    script = (
        "import sys; from pathlib import Path; from gouji.readers.pdf.reader import pdf_to_document;"
        f"pdf_to_document(Path({str(path)!r}).read_bytes());"
        "print([name for name in ('cv2', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
