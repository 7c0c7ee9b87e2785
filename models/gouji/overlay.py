"""Pictures of what was found: each page with every recovered cell boxed, its colour the confidence."""

from pathlib import Path

from PIL import ImageDraw

from gouji.readers.pdf.rendering import render_pages
from gouji.results import Recovery
from gouji.tables import Cell, CellState

_A4 = (595.0, 842.0)
_FAINT = 60  # opacity of the fill, of 255


def write_overlay(data: bytes, recovery: Recovery, folder: Path) -> list[Path]:
    """Write page-001.png and so on into `folder` (made if missing); gives their paths, none for text and HTML.

    Green is sure, red is not; a cell that could not be read is crossed out. Raises SourceError and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_page: dict[int, list[Cell]] = {}
    for table in recovery.tables.values():
        for cell in table.cells.values():
            if cell.where is not None and cell.where.box is not None:
                by_page.setdefault(cell.where.page, []).append(cell)
    written: list[Path] = []
    for number, picture in enumerate(render_pages(data), 1):
        draw = ImageDraw.Draw(picture, "RGBA")
        scale = _scale(picture.width, picture.height, recovery.source.media_type)
        for cell in by_page.get(number, []):
            _draw_cell(draw, cell, scale)
        path = folder / f"page-{number:03d}.png"
        picture.save(path)
        written.append(path)
    return written


def confidence_to_color(confidence: float) -> tuple[int, int, int]:
    """Red at 0.5 and under, yellow at 0.9, green at 1: the upper end is where differences matter."""
    if confidence < 0.9:
        share = max(0.0, (confidence - 0.5) / 0.4)
        return (214, int(40 + 140 * share), 30)
    share = (confidence - 0.9) / 0.1
    return (int(214 - 190 * share), int(180 - 40 * share), 30)


def _scale(width: int, height: int, media_type: str) -> float:
    """Pixels in a point. A picture has no points of its own: it is taken for a sheet of A4."""
    if media_type == "application/pdf":
        return 120.0 / 72
    return width / (_A4[0] if width < height else _A4[1])


def _draw_cell(draw: ImageDraw.ImageDraw, cell: Cell, scale: float) -> None:
    assert cell.where is not None
    assert cell.where.box is not None
    x0, y0, x1, y1 = (side * scale for side in cell.where.box)
    color = confidence_to_color(cell.confidence)
    draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=(*color, _FAINT), outline=(*color, 255), width=2)
    if cell.state is CellState.UNREAD:
        draw.line((x0, y0, x1, y1), fill=(*color, 255), width=2)
