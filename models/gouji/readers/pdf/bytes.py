"""Pages of a PDF whose strings are UTF-8 under a Latin font: what is stored is Chinese, what every reader gives is not.

Such a font has one character for each byte, and its names for them lose bytes; so the bytes themselves are wanted,
which pdfium does not give. pdfminer does, some fifty times slower: it is asked for such pages only.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gouji.document import Box

_LEAST = 20  # characters on a page, from which on their shares say anything
_STRANGE = 0.35  # the share of characters that are neither ASCII nor Chinese, from which on bytes are suspected
_CHINESE = 0.05  # the share of Chinese ones up to which they are
_BROKEN = 0.02  # the share of characters that may be no UTF-8


@dataclass(frozen=True, slots=True)
class StoredCharacter:
    """A character as it is stored: its code, its box (left, bottom, right, top) and origin in page space."""

    code: int
    box: Box
    origin: tuple[float, float]


def may_be_bytes(codes: Sequence[int]) -> bool:
    """Whether the characters of a page look as bytes do under a Latin font."""
    chinese = sum(0x2E80 <= code < 0xE000 or code >= 0xF900 for code in codes)
    if chinese > _CHINESE * len(codes) or len(codes) < _LEAST:
        return False
    printed = [code for code in codes if code > 32]
    strange = sum(code > 126 for code in printed) - chinese
    return len(printed) >= _LEAST and strange > _STRANGE * len(printed)


def page_bytes(data: bytes, number: int) -> list[StoredCharacter] | None:
    """The characters of a page, its strings read as UTF-8; None where they are not that."""
    try:
        stored = _stored(data, number)
    except Exception:
        # pdfminer raises whatever it likes on damaged files; pdfium has read this one already.
        return None
    return _decoded(stored)


def _decoded(stored: Sequence[StoredCharacter]) -> list[StoredCharacter] | None:
    found: list[StoredCharacter] = []
    broken = n = 0
    while n < len(stored):
        first = stored[n]
        length = 1 if first.code < 0xC0 or first.code > 0xF4 else 2 if first.code < 0xE0 else 3 + (first.code >= 0xF0)
        part = stored[n : n + length]
        try:
            text = bytes(each.code for each in part).decode("utf-8")
        except ValueError:
            broken, n = broken + 1, n + 1
            continue
        boxes = list(zip(*(each.box for each in part), strict=True))
        box = (min(boxes[0]), min(boxes[1]), max(boxes[2]), max(boxes[3]))
        found.append(StoredCharacter(ord(text), box, first.origin))
        n += length
    chinese = any(each.code >= 0x2E80 for each in found)
    return found if chinese and broken <= _BROKEN * len(found) else None


def _stored(data: bytes, number: int) -> list[StoredCharacter]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.utils import MATRIX_IDENTITY

    stored: list[StoredCharacter] = []

    class Bytes(PDFPageAggregator):
        def render_char(self, matrix: Any, font: Any, fontsize: float, *rest: Any) -> float:
            advance = super().render_char(matrix, font, fontsize, *rest)
            code = rest[2]
            if not font.is_multibyte():
                box = self.cur_item._objs[-1].bbox
                stored.append(StoredCharacter(code, box, (float(matrix[4]), float(matrix[5]))))
            return float(advance)

    manager = PDFResourceManager()
    device = Bytes(manager, laparams=None)
    page = next(islice(PDFPage.get_pages(io.BytesIO(data)), number - 1, None))
    device.begin_page(page, MATRIX_IDENTITY)  # places in page space: turning the page is done later, as for others
    PDFPageInterpreter(manager, device).render_contents(page.resources, page.contents, ctm=MATRIX_IDENTITY)
    return stored
