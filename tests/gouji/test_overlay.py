import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from gouji.overlay import confidence_to_color, write_overlay
from gouji.recovery import recover

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


def test_each_page_is_a_picture_with_its_cells_coloured(tmp_path: Path) -> None:
    data = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
    recovery = recover(data)
    written = write_overlay(data, recovery, tmp_path / "out")
    assert [path.name for path in written] == ["page-001.png", "page-002.png"]
    cell = recovery.tables["applications"].cells["new_received.total"]
    assert cell.where is not None
    assert cell.where.box is not None
    left, top = (side * 120 / 72 for side in cell.where.box[:2])
    with Image.open(written[cell.where.page - 1]) as picture:
        assert picture.getpixel((round(left) + 20, round(top) - 1)) == confidence_to_color(cell.confidence)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_cells_of_a_page_on_its_side_are_drawn_where_it_shows_them(turn: int, tmp_path: Path) -> None:
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_bordered_zeros" / "report.pdf")
    upright = recover((DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes())
    for page in document:
        page.set_rotation(turn)
    out = io.BytesIO()
    document.save(out)
    recovery = recover(out.getvalue())
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
            assert picture.getpixel((round((x0 + x1) / 2), round(y0) - 1)) == confidence_to_color(cell.confidence)


def test_sources_without_pages_give_no_picture(tmp_path: Path) -> None:
    data = "规章 | 0 | 0 | 1 |\n行政规范性文件 | 1 | 0 | 2 |".encode()
    assert write_overlay(data, recover(data), tmp_path) == []


def test_colours_run_from_red_to_green() -> None:
    low, high = confidence_to_color(0.3), confidence_to_color(1.0)
    assert low[0] > low[1]
    assert high[1] > high[0]
