"""A scanned page of a PDF as a grey picture: the picture in the file itself where the page is nothing else.

Rendering decodes that picture in colour and stretches it by a fraction of a dot, which costs time and sharpness.
"""

from typing import Any

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
_PLAIN = {c.FPDF_COLORSPACE_DEVICEGRAY, c.FPDF_COLORSPACE_DEVICERGB, c.FPDF_COLORSPACE_CALGRAY}
_PLAIN |= {c.FPDF_COLORSPACE_CALRGB, c.FPDF_COLORSPACE_ICCBASED}
_BITS = (8, 24)  # of a dot; masks, palettes and bilevel pictures may be painted otherwise than they are stored
_NEAR = 1.0  # points by which the picture may miss the border of the page
_MAX_SOURCE = 60_000_000  # dots


def page_to_picture(page: pdfium.PdfPage, dots: float) -> Gray:
    """A page, turned as it is shown, at `dots` an inch."""
    picture = _only_picture(page)
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
