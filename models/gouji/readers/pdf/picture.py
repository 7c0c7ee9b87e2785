"""Scanned pages of a PDF: which they are, and each as a grey picture.

Where a page is one picture and nothing else, that picture is taken as it is in the file: rendering the page decodes
it in colour and stretches it by a fraction of a dot, which costs time and sharpness.
"""

import ctypes
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
# Palettes, masks and four colours may be painted otherwise than pdfium gives them.
_PLAIN = {c.FPDF_COLORSPACE_DEVICEGRAY, c.FPDF_COLORSPACE_DEVICERGB, c.FPDF_COLORSPACE_CALGRAY}
_PLAIN |= {c.FPDF_COLORSPACE_CALRGB, c.FPDF_COLORSPACE_ICCBASED}
_BITS = (1, 8, 24)  # of a dot
_NEAR = 1.0  # points by which the picture may miss the border of the page
_MAX_SOURCE = 60_000_000  # dots
_SCANNED = 0.7  # the share of a page from which on its picture may be a scan
_FEW_CHARACTERS = 40
_FIRST_PIECES = 20


def is_scan(page: pdfium.PdfPage, characters: int) -> bool:
    """Whether a page is a picture with next to no characters, or with characters that nobody sees.

    The latter is text that another OCR laid under or over its picture: no more certain than ours, and without cells.
    """
    return (characters < _FEW_CHARACTERS or _hides_text(page)) and _picture_share(page) > _SCANNED


def _picture_share(page: pdfium.PdfPage) -> float:
    """The share of the page that its largest picture covers, 0 to 1."""
    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    sides = [ctypes.c_float() for _ in range(4)]
    share = 0.0
    for handle in _objects(page, c.FPDF_PAGEOBJ_IMAGE):
        if c.FPDFPageObj_GetBounds(handle, *sides):
            x0, y0, x1, y1 = (side.value for side in sides)
            across, down = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
            share = max(share, max(0.0, across) * max(0.0, down) / area)
    return share


def _hides_text(page: pdfium.PdfPage) -> bool:
    """Whether the first pieces of text of a page are printed with no ink."""
    some = islice(_objects(page, c.FPDF_PAGEOBJ_TEXT), _FIRST_PIECES)
    modes = [c.FPDFTextObj_GetTextRenderMode(handle) for handle in some]
    return 2 * modes.count(c.FPDF_TEXTRENDERMODE_INVISIBLE) > len(modes)


def _objects(page: pdfium.PdfPage, kind: int) -> Iterator[Any]:
    """The objects of one kind of the page itself."""
    for k in range(c.FPDFPage_CountObjects(page.raw)):
        handle = c.FPDFPage_GetObject(page.raw, k)
        if c.FPDFPageObj_GetType(handle) == kind:
            yield handle


def holds_masks(data: bytes) -> bool:
    """Whether pictures of a PDF may be seen through masks: pdfium gives a picture without them, and does not tell."""
    return b"/SMask" in data or b"/Mask" in data  # dictionaries of pictures are never compressed


def page_to_picture(page: pdfium.PdfPage, dots: float, masked: bool = False) -> Gray:
    """A page, turned as it is shown, at `dots` an inch. masked: whether its pictures may have masks."""
    picture = None if masked else _only_picture(page)
    if picture is None:
        rendered = page.render(scale=dots / 72, grayscale=True).to_numpy()
        return np.array(rendered, dtype=np.uint8).reshape(rendered.shape[:2])
    turned = np.rot90(picture, -(page.get_rotation() // 90))
    width, height = (side * dots / 72 for side in page.get_size())
    return _resized(np.ascontiguousarray(turned), width, height)


def _only_picture(page: pdfium.PdfPage) -> Gray | None:
    """The one upright picture that covers a page on which nothing else is painted, else None."""
    if c.FPDFPage_CountObjects(page.raw) != 1 or c.FPDFPage_GetAnnotCount(page.raw):
        return None
    handle = c.FPDFPage_GetObject(page.raw, 0)
    if c.FPDFPageObj_GetType(handle) != c.FPDF_PAGEOBJ_IMAGE or c.FPDFPageObj_HasTransparency(handle):
        return None
    if c.FPDFClipPath_CountPaths(c.FPDFPageObj_GetClipPath(handle)) > 0:
        return None
    image = pdfium.PdfImage(handle, page=page, pdf=page.pdf)
    a, b, cc, d, x, y = image.get_matrix().get()
    left, bottom, right, top = page.get_bbox()
    place, border = (x, y, x + a, y + d), (left, bottom, right, top)
    if b or cc or any(abs(one - other) > _NEAR for one, other in zip(place, border, strict=True)):
        return None
    about = image.get_metadata()
    if about.colorspace not in _PLAIN or about.bits_per_pixel not in _BITS or about.width * about.height > _MAX_SOURCE:
        return None
    return _grey(image)


def _grey(image: Any) -> Gray | None:
    import cv2

    try:
        bitmap = image.get_bitmap()
    except pdfium.PdfiumError:
        return None
    pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return pixels.reshape(pixels.shape[:2])
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return None


def _resized(picture: Gray, width: float, height: float) -> Gray:
    """The picture in a size; as it is where that is no more than a dot apart, so that it is not blurred."""
    import cv2

    if abs(picture.shape[1] - width) <= 1.5 and abs(picture.shape[0] - height) <= 1.5:
        return picture.copy()  # the bitmap is gone once its page is closed
    size = (max(1, round(width)), max(1, round(height)))
    how = cv2.INTER_AREA if picture.shape[1] > width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)
