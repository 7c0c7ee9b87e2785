"""Pictures of what was found: each page with every recovered cell boxed, its colour the confidence.

With layoutparser (the extra `layout`) the page stands on the right, and on the left, at its place, what was read.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageDraw

from gouji.document import Box
from gouji.readers.pdf.rendering import render_pages
from gouji.results import Recovery
from gouji.tables import Cell, CellState

if TYPE_CHECKING:
    from PIL.Image import Image

_A4 = (595.0, 842.0)
_FAINT = 60  # opacity of the fill, of 255
_LINE = 2  # pixels
_LETTERS = 9.0  # points
_SIGNS = {CellState.BLANK: "□", CellState.UNREAD: "?"}

Placed = Sequence[tuple[Cell, Box]]  # cells and their boxes in pixels


def write_overlay(data: bytes, recovery: Recovery, folder: Path) -> list[Path]:
    """Write page-001.png and so on into `folder` (made if missing); gives their paths, none for text and HTML.

    Green is sure, red is not; a cell that could not be read is crossed out. Raises SourceError and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = _draw_cells if find_spec("layoutparser") is None else _draw_beside
    by_page: dict[int, list[tuple[Cell, Box]]] = {}
    for table in recovery.tables.values():
        for cell in table.cells.values():
            if cell.where is not None and cell.where.box is not None:
                by_page.setdefault(cell.where.page, []).append((cell, cell.where.box))
    written: list[Path] = []
    for number, picture in enumerate(render_pages(data), 1):
        scale = _scale(picture.width, picture.height, recovery.source.media_type)
        placed = [(cell, _scaled(box, scale)) for cell, box in by_page.get(number, [])]
        path = folder / f"page-{number:03d}.png"
        draw(picture, placed, scale).save(path)
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


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (side * scale for side in box)
    return left, top, right, bottom


def _draw_cells(picture: "Image", placed: Placed, scale: float) -> "Image":
    """The page with its boxes, by Pillow alone."""
    draw = ImageDraw.Draw(picture, "RGBA")
    for cell, (x0, y0, x1, y1) in placed:
        color = confidence_to_color(cell.confidence)
        draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=(*color, _FAINT), outline=(*color, 255), width=_LINE)
    return _cross_out(picture, placed)


def _draw_beside(picture: "Image", placed: Placed, scale: float) -> "Image":
    """What was read, and beside it the page with its boxes, by layoutparser."""
    import layoutparser as lp  # type: ignore[import-untyped]

    layout = lp.Layout(
        [lp.TextBlock(lp.Rectangle(*box), text=_SIGNS.get(cell.state, cell.text or "")) for cell, box in placed]
    )
    colors = ["#{:02x}{:02x}{:02x}".format(*confidence_to_color(cell.confidence)) for cell, _ in placed]
    outlined = layout.pad(left=1, right=1, top=1, bottom=1)
    boxed = lp.draw_box(picture, outlined, box_width=_LINE, box_alpha=[_FAINT / 255] * len(layout), box_color=colors)
    boxed = _cross_out(boxed, placed)
    beside: Image = lp.draw_text(boxed, layout, font_size=max(6, round(_LETTERS * scale)))
    return beside.convert("RGB")


def _cross_out(picture: "Image", placed: Placed) -> "Image":
    draw = ImageDraw.Draw(picture)
    for cell, box in placed:
        if cell.state is CellState.UNREAD:
            draw.line(box, fill=confidence_to_color(cell.confidence), width=_LINE)
    return picture
