"""Text of a PDF page that nobody sees: white on white, under a picture, clipped away, off the page, without size.

What is printed without ink or off the page is told by what the file says. What is suspicious for its colour, or for
what is painted over it, is told by drawing the page twice, with that text and without: where the two drawings are
the same, nobody sees it. An ordinary page has nothing suspicious and is not drawn.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from numpy.typing import NDArray

from gouji.document import Box
from gouji.readers.pdf.objects import Area, Character, PageObjects, address, fill_color

_SMALLEST = 1.0  # set: points, under which a character has no size
_SCALE = 2.0  # set: dots a point of the drawings
_MOST_DOTS = 8_000_000
_CONTRAST = 12  # set: of 255; white on a grey of 243 has a contrast of 1.1
_ALIKE = 24  # set: of 255, by which a colour and what is behind it are suspiciously alike
_LEAST_AREA = 12.0  # points: a smaller area hides no number


def unseen_characters(
    page: pdfium.PdfPage, text: Any, objects: PageObjects, characters: Sequence[Character]
) -> frozenset[int]:
    """The numbers of the characters of a page that nobody sees."""
    border = page.get_bbox()
    unseen = {each.place for each in characters if _is_outside(each.box, border)}
    small = [each for each in characters if each.box[1] - each.box[3] < _SMALLEST]
    unseen |= {each.place for each in small if _size(text.raw, each.place) < _SMALLEST}
    areas = [area for area in objects.areas if min(_sides(area.box)) >= _LEAST_AREA / 2]
    suspects = objects.suspects
    under = _under(characters, areas)
    if not suspects and not objects.unseen and not under:
        return frozenset(unseen)
    of = {each.place: _piece(text.raw, each.place) for each in characters}
    unseen |= {index for index, piece in of.items() if piece in objects.unseen}
    on: dict[int, set[int]] = {}
    for index, inside in under.items():
        on.setdefault(of[index], set()).update(inside)
    suspects = suspects | _hidden_by(objects, areas, on)
    doubtful = [each for each in characters if of[each.place] in suspects and each.place not in unseen]
    return frozenset(unseen | _without_trace(page, objects, suspects, doubtful))


def _piece(raw: Any, index: int) -> int:
    """The address of the piece of text that a character belongs to; 0 where pdfium does not say."""
    handle = c.FPDFText_GetTextObject(raw, index)
    return address(handle) if handle else 0


def _is_outside(box: Box, border: Box) -> bool:
    left, top, right, bottom = box
    return right <= border[0] or left >= border[2] or top <= border[1] or bottom >= border[3]


def _size(raw: Any, index: int) -> float:
    """The size of a character in points. A box may be flat for its font alone."""
    matrix = c.FS_MATRIX()
    if not c.FPDFText_GetMatrix(raw, index, matrix):
        return math.inf
    return float(c.FPDFText_GetFontSize(raw, index)) * math.hypot(matrix.c, matrix.d)


def _sides(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _under(characters: Sequence[Character], areas: Sequence[Area]) -> dict[int, list[int]]:
    """The areas (their places in `areas`) that the middle of a character lies in, for those that lie in any."""
    if not areas or not characters:
        return {}
    boxes = np.array([each.box for each in characters])
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    found: dict[int, list[int]] = {}
    left, bottom, right, top = np.array([area.box for area in areas]).T
    for n, each in enumerate(characters):
        inside = np.flatnonzero((left <= x[n]) & (x[n] <= right) & (bottom <= y[n]) & (y[n] <= top))
        if len(inside):
            found[each.place] = inside.tolist()
    return found


def _hidden_by(objects: PageObjects, areas: Sequence[Area], on: Mapping[int, set[int]]) -> set[int]:
    """Pieces of text with an area painted over them later, or on an area of nearly their own colour."""
    hidden: set[int] = set()
    for order, handle in objects.texts:
        piece = address(handle)
        color = None
        for area in (areas[n] for n in on.get(piece, ())):
            if area.order > order:
                hidden.add(piece)
            elif area.color is not None:
                color = color or fill_color(handle) or (-1, -1, -1)
                if max(abs(a - b) for a, b in zip(color, area.color, strict=True)) <= _ALIKE:
                    hidden.add(piece)
    return hidden


def _without_trace(
    page: pdfium.PdfPage, objects: PageObjects, suspects: set[int], doubtful: Sequence[Character]
) -> set[int]:
    """Those of the doubtful characters that make no difference to a drawing of the page."""
    if not doubtful:
        return set()
    handles = [handle for _, handle in objects.texts if address(handle) in suspects]
    shown = _drawn(page)
    try:
        for handle in handles:
            c.FPDFPageObj_SetIsActive(handle, False)
        bare = _drawn(page)
    finally:
        for handle in handles:
            c.FPDFPageObj_SetIsActive(handle, True)
    trace = np.abs(shown.astype(np.int16) - bare).max(axis=2) >= _CONTRAST
    return {each.place for each in doubtful if not _crop(trace, each.box, page).any()}


def _drawn(page: pdfium.PdfPage) -> NDArray[np.uint8]:
    """The page in page space, whatever its rotation: [height, width, colours]."""
    width, height = page.get_size()
    scale = min(_SCALE, (_MOST_DOTS / max(1.0, width * height)) ** 0.5)
    drawn = np.array(page.render(scale=scale).to_numpy(), dtype=np.uint8)
    return np.rot90(drawn, page.get_rotation() // 90)


def _crop(trace: NDArray[np.bool_], box: Box, page: pdfium.PdfPage) -> NDArray[np.bool_]:
    left, bottom, right, top = page.get_bbox()
    high, wide = trace.shape
    across, down = wide / max(1e-6, right - left), high / max(1e-6, top - bottom)
    x0, x1 = int((box[0] - left) * across), math.ceil((box[2] - left) * across)
    inset = 1 if x1 - x0 > 3 else 0  # what is printed beside a character reaches into its box by a dot
    x0, x1 = x0 + inset, x1 - inset
    y0, y1 = int((top - box[1]) * down), math.ceil((top - box[3]) * down)
    return trace[max(0, y0) : max(y1, y0 + 1), max(0, x0) : max(x1, x0 + 1)]
