"""Pictures of every mode, sheets that lie on their side, and scans of which few pages hold a table."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gouji.document import Document, SourceTooLarge
from gouji.readers import media
from gouji.readers.page.ink import PageInk
from gouji.readers.scan import reader as scan
from gouji.readers.scan import sheets
from gouji.readers.scan.picture import prepare
from gouji.readers.scan.recognition import Gray, Reading
from gouji.readers.scan.screening import may_hold_table
from gouji.readers.scan.sheets import picture_to_document, picture_to_grey, read_scanned_pages

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
Render = Callable[[int], Image.Image]


@pytest.fixture(scope="module")
def scanned() -> Render:
    """Pages of a scan at 150 dots an inch, from 1."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(DOCUMENTS / "scan_150_bordered_zeros" / "report.pdf")
    pages = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    document.close()
    return lambda number: pages[number - 1]


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def digits(document: Document) -> list[str]:
    """The texts of all cells; the network's O is a 0 to whoever reads it next."""
    return [f.text.replace("O", "0") for f in document.fragments if f.grid is not None]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "P", "I;16", "I", "F", "RGB", "CMYK"])
def test_a_picture_of_any_mode_is_the_same_in_grey(mode: str) -> None:
    grey = np.full((20, 30), 255, np.uint8)
    grey[5:9, 4:20] = 0
    if mode in ("LA", "RGBA"):  # black throughout: the ink is what is not transparent
        picture = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
        picture.putalpha(Image.fromarray(255 - grey))
        picture = picture.convert(mode)
    elif mode == "I;16":
        picture = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(grey).convert(mode)
    assert picture.mode == mode
    again = Image.open(io.BytesIO(saved(picture, "TIFF" if mode in ("I", "F", "CMYK") else "PNG")))
    found = picture_to_grey(again)
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - grey).max() <= 1


def test_a_tiff_of_several_pages_is_a_document_of_several_pages(scanned: Render) -> None:
    first, second = scanned(1).copy(), scanned(2).crop((0, 0, 1240, 420))
    first.paste(255, (0, 380, first.width, first.height))
    document = picture_to_document(saved(first, "TIFF", save_all=True, append_images=[second]), media.TIFF)
    assert [page.number for page in document.pages] == [1, 2]
    assert {f.page for f in document.fragments} == {1, 2}
    assert {f.page for f in document.fragments if f.grid is not None} == {2}


def test_a_tiff_of_a_thousand_pages_is_too_large() -> None:
    page = Image.new("1", (8, 8))
    data = saved(page, "TIFF", save_all=True, append_images=[page] * 999)
    with pytest.raises(SourceTooLarge, match="1000 pages"):
        picture_to_document(data, media.TIFF)


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)],
)
def test_a_photograph_is_turned_as_it_says(
    orientation: int, turn: Image.Transpose, monkeypatch: pytest.MonkeyPatch
) -> None:
    upright = Image.new("L", (60, 90), 255)
    upright.paste(0, (5, 5, 25, 15))
    exif = Image.Exif()
    exif[0x112] = orientation
    seen: list[Gray] = []

    def read(grey: Gray, number: int, before: PageInk | None) -> PageInk:
        seen.append(grey)
        return PageInk(number, 60, 90, (scan.Glyph("1", 0, 0, 9, 9),))

    monkeypatch.setattr(sheets, "_read_picture", read)
    picture_to_document(saved(upright.transpose(turn), "JPEG", exif=exif, quality=95), media.JPEG)
    assert np.abs(seen[0].astype(int) - np.asarray(upright)).mean() < 3


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_sheet_on_its_side_is_read_and_its_boxes_are_where_it_shows_them(quarters: int, scanned: Render) -> None:
    upright = scanned(2).crop((0, 0, 1240, 330))
    page = np.asarray(upright)
    turned = np.rot90(page, quarters)
    width, height = (side * 72 / 150 for side in upright.size)

    def read(picture: Gray) -> Document:
        from gouji.readers.page.pages import pages_to_document

        size = (picture.shape[1] * 72 / 150, picture.shape[0] * 72 / 150)
        return pages_to_document(read_scanned_pages(lambda number, dots: picture, [PageInk(1, *size)]), media.PDF)

    plain, found = read(page), read(turned)
    assert digits(plain).count("0") > 20
    assert digits(found) == digits(plain)
    shown = (found.pages[0].width, found.pages[0].height)
    assert shown == pytest.approx((height, width) if quarters % 2 else (width, height))
    for here, there in zip(plain.fragments, found.fragments, strict=True):
        assert here.box is not None
        x0, y0, x1, y1 = here.box
        back = ((y0, width - x1, y1, width - x0), (width - x1, height - y1, width - x0, height - y0))
        expected = (*back, (height - y1, x0, height - y0, x1))[quarters - 1]
        assert there.box == pytest.approx(expected, abs=2)


def test_an_upright_page_is_read_once(scanned: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    def sample(grey: Gray, dots: float) -> scan.PageScore:
        raise AssertionError("an upright page was doubted")

    monkeypatch.setattr(sheets, "sample_page", sample)
    page = np.asarray(scanned(2).crop((0, 0, 1240, 330)))
    ink = sheets.read_sheet(page, 150.0, PageInk(2, 595, 158))
    assert (ink.ocr, ink.turns) == (True, 0)


def test_only_pages_with_tables_are_read(scanned: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty pages, tables on two of them; running text, cut at its commas by hard scanning, is none."""
    table = np.asarray(scanned(2))
    prose = np.full_like(table, 250)
    random = np.random.default_rng(3)
    for row in range(60, 1650, 38):
        comma = int(random.integers(3, 35))  # its dot is lost, and leaves two thirds of a character of white
        for n in range(39):
            x = 120 + 25 * n + 14 * (n >= comma)
            prose[row : row + 22, x + 1 : x + 23] = 40
    network: list[int] = []

    def recognize(lines: list[Gray]) -> list[Reading]:
        network.append(len(lines))
        return [Reading()] * len(lines)

    monkeypatch.setattr(scan, "recognize", recognize)
    pages = [PageInk(n, 595, 842) for n in range(1, 31)]
    read = read_scanned_pages(lambda number, dots: table if number in (14, 15) else prose, pages)
    assert [ink.number for ink in read if ink.ocr] in ([14, 15], [1, 14, 15])  # the head of the first is its title
    assert {ink.note for ink in read[1:13]} == {"no table on it: not read"}
    assert sum(network) < 1200


def test_whatever_may_be_part_of_a_table_is_looked_at_with_care(scanned: Render) -> None:
    whole = np.asarray(scanned(2))
    paper = np.full_like(whole, 250)
    assert not may_hold_table(paper, 150)
    for top, bottom in ((0, 200), (200, 500), (700, 1000), (1300, 1620)):  # parts that a page break may leave
        part = paper.copy()
        part[top:bottom] = whole[top:bottom]
        assert may_hold_table(part, 150)
    number = paper.copy()
    number[1600:] = whole[1600:]  # the number of the page alone
    assert not may_hold_table(number, 150)


def test_the_one_row_that_came_to_a_page_of_running_text_is_read() -> None:
    """The last row of a table without rules: a label and its number above sentences, after a page with the table."""
    page = np.full((1754, 1240), 250, np.uint8)
    for row in range(400, 1600, 40):
        for x in range(120, 1110, 25):
            page[row : row + 22, x + 1 : x + 23] = 40
    for x in range(120, 270, 25):
        page[100:122, x + 1 : x + 23] = 40
    page[100:122, 700:712] = 40
    ready = prepare(page, 150.0)
    spots = scan.find_spots(ready, [])
    assert scan.choose_spots(spots, ready, False, False, after=False) == ([], False)
    left, tabular = scan.choose_spots(spots, ready, False, False, after=True)
    assert not tabular
    assert {spot.box[1] for spot in left} == {100}
    assert len(left) == 2
