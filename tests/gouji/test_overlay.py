import io
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from gouji import overlay
from gouji.overlay import confidence_to_color, write_overlay
from gouji.recovery import recover
from gouji.tables import CellState

LIBRARIES = ["layoutparser", "Pillow"]
DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


@pytest.fixture(params=LIBRARIES)
def beside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether what was read stands on the left of the page: with layoutparser, and not where it is not installed."""
    if request.param == "Pillow":
        monkeypatch.setattr(overlay, "find_spec", lambda name: None)
    return request.param == "layoutparser"


def test_each_page_is_a_picture_with_its_cells_coloured(beside: bool, tmp_path: Path) -> None:
    data = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
    recovery = recover(data, engine="rules")
    written = write_overlay(data, recovery, tmp_path / "out")
    assert [path.name for path in written] == ["page-001.png", "page-002.png"]
    cell = recovery.tables["applications"].cells["new_received.total"]
    assert cell.where is not None
    assert cell.where.box is not None
    left, top, right, bottom = (round(side * 120 / 72) for side in cell.where.box)
    with Image.open(written[cell.where.page - 1]) as picture:
        assert picture.size == (992 * (1 + beside), 1404)
        page = picture.crop((picture.width - 992, 0, picture.width, picture.height))
        assert page.getpixel((left + 20, top - 1)) == confidence_to_color(cell.confidence)
        if beside:  # the text of the cell, in black, and white around it
            told = picture.crop((left, top, right, bottom)).getcolors(100_000)
            assert {(0, 0, 0), (255, 255, 255)} <= {color for _, color in told}
            assert picture.crop((0, 0, 992, 100)).getcolors() == [(992 * 100, (255, 255, 255))]


def test_a_cell_that_could_not_be_read_is_crossed_out(beside: bool, tmp_path: Path) -> None:
    data = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
    recovery = recover(data, engine="rules")
    table = recovery.tables["applications"]
    cell = replace(table.cells["new_received.total"], state=CellState.UNREAD, value=None)
    cells = {"new_received.total": cell}
    write_overlay(data, replace(recovery, tables={"applications": replace(table, cells=cells)}), tmp_path)
    assert cell.where is not None
    assert cell.where.box is not None
    x0, y0, x1, y1 = (side * 120 / 72 for side in cell.where.box)
    with Image.open(tmp_path / f"page-{cell.where.page:03d}.png") as picture:
        at = (picture.width - 992 + round(x0 + (x1 - x0) / 4), round(y0 + (y1 - y0) / 4))
        assert picture.getpixel(at) == confidence_to_color(cell.confidence)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_cells_of_a_page_on_its_side_are_drawn_where_it_shows_them(turn: int, beside: bool, tmp_path: Path) -> None:
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_bordered_zeros" / "report.pdf")
    upright = recover((DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes(), engine="rules")
    for page in document:
        page.set_rotation(turn)
    out = io.BytesIO()
    document.save(out)
    recovery = recover(out.getvalue(), engine="rules")
    written = write_overlay(out.getvalue(), recovery, tmp_path)
    cells = recovery.tables["applications"].cells
    assert {name: cell.value for name, cell in cells.items()} == {
        name: cell.value for name, cell in upright.tables["applications"].cells.items()
    }
    for cell in list(cells.values())[::20]:
        assert cell.where is not None
        assert cell.where.box is not None
        x0, y0, x1, _ = (side * 120 / 72 for side in cell.where.box)
        with Image.open(written[cell.where.page - 1]) as picture:
            at = (picture.width // 2 * beside + round((x0 + x1) / 2), round(y0) - 1)
            assert picture.getpixel(at) == confidence_to_color(cell.confidence)


def test_sources_without_pages_give_no_picture(tmp_path: Path) -> None:
    data = "规章 | 0 | 0 | 1 |\n行政规范性文件 | 1 | 0 | 2 |".encode()
    assert write_overlay(data, recover(data), tmp_path) == []


def test_colours_run_from_red_to_green() -> None:
    low, high = confidence_to_color(0.3), confidence_to_color(1.0)
    assert low[0] > low[1]
    assert high[1] > high[0]
