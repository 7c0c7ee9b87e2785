"""One page of a digital PDF -> its ink, by pdfium: characters with boxes and the straight lines of its paths.

pdfium gives a page in about 4 ms where pdfplumber takes 80; the calls are its C interface, because the Python
layer above it gives neither boxes of many characters at once nor the segments of a path.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]

from models.document import SourceTooLarge
from models.readers.ink import Edge, Glyph, PageInk
from models.readers.pdf_bytes import may_be_bytes, page_bytes

MAX_CHARACTERS = 60_000  # on one page; a dense page of A4 holds about 3,000
MAX_SEGMENTS = 60_000
_THIN = 3.5  # points: a filled box so thin is a line
_LARGE = 30.0  # points: wider characters have their boxes checked
_MAX_FORM_DEPTH = 5
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_Character = tuple[int, bool, int, tuple[float, float, float, float], _Point]


@dataclass(frozen=True, slots=True)
class Frame:
    """How page space becomes shown space: the visible box, and quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> _Point:
        """Width and height as shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def place(self, x: float, y: float) -> _Point:
        """A point of page space, from the top left of the page as shown."""
        match self.turns % 4:
            case 0:
                return x - self.left, self.top - y
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case _:
                return self.top - y, self.right - x


def page_to_ink(page: pdfium.PdfPage, number: int, data: bytes = b"") -> tuple[PageInk, float]:
    """The ink of a page and the share of its characters that no font map names (they are left out).

    data: the file, for pages whose strings have to be read byte by byte.

    Raises SourceTooLarge when the page holds more characters or lines than any report does.
    """
    text = page.get_textpage()
    try:
        characters = list(_characters(text))
    finally:
        text.close()
    if data and may_be_bytes([code for code, *_ in characters]):
        characters = _read_as_bytes(data, number, characters)
    frame = _frame(page, characters)
    glyphs: list[Glyph] = []
    unmapped = 0
    for code, error, _, (left, top, right, bottom), origin in characters:
        if error or code in (0, 0xFFFD) or 0xE000 <= code < 0xF900:
            unmapped += 1
            continue
        text_of = chr(code)
        if text_of.isspace() or code < 32 or 0xD800 <= code < 0xE000:
            continue
        (x0, y0), (x1, y1) = frame.place(left, top), frame.place(right, bottom)
        base = frame.place(*origin)[1]
        glyphs.append(Glyph(text_of, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), None, base))
    horizontal, vertical = _edges(page, frame)
    width, height = frame.size
    turns = (frame.turns - page.get_rotation() // 90) % 4
    ink = PageInk(number, width, height, _without_doubles(glyphs), tuple(horizontal), tuple(vertical), turns=turns)
    return ink, unmapped / max(1, unmapped + len(glyphs))


def _read_as_bytes(data: bytes, number: int, otherwise: list[_Character]) -> list[_Character]:
    stored = page_bytes(data, number)
    if stored is None:
        return otherwise
    boxes = [(left, top, right, bottom) for left, bottom, right, top in (each.box for each in stored)]
    return [(each.code, False, 0, box, each.origin) for each, box in zip(stored, boxes, strict=True)]


def _characters(text: Any) -> Iterator[_Character]:
    """Code, whether the font map fails, quarter turns clockwise, box (left, top, right, bottom) and origin."""
    count = text.count_chars()
    if count > MAX_CHARACTERS:
        raise SourceTooLarge(f"{count} characters on one page; at most {MAX_CHARACTERS} are read")
    raw = text.raw
    loose = c.FS_RECTF()
    pointer = ctypes.byref(loose)
    x, y = ctypes.c_double(), ctypes.c_double()
    for k in range(count):
        if c.FPDFText_IsGenerated(raw, k) == 1:
            continue
        if not c.FPDFText_GetLooseCharBox(raw, k, pointer):
            continue
        angle = c.FPDFText_GetCharAngle(raw, k)
        turns = round(angle / (math.pi / 2)) % 4 if angle > 0 else 0
        box = (loose.left, loose.top, loose.right, loose.bottom)
        if box[2] - box[0] > _LARGE or box[1] - box[3] > 2 * _LARGE:
            box = _scaled(raw, k, box)
        c.FPDFText_GetCharOrigin(raw, k, x, y)
        error = c.FPDFText_HasUnicodeMapError(raw, k) == 1
        yield c.FPDFText_GetUnicode(raw, k), error, turns, box, (x.value, y.value)


def _scaled(raw: Any, k: int, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box of a large character. pdfium forgets to scale that of a vertical font; its em square stands in."""
    matrix = c.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetMatrix(raw, k, matrix)
    size = c.FPDFText_GetFontSize(raw, k) * math.hypot(matrix.c, matrix.d)
    if box[1] - box[3] <= 2.5 * size or not c.FPDFText_GetCharOrigin(raw, k, x, y):
        return box
    return (x.value, y.value + 0.9 * size, x.value + size, y.value - 0.1 * size)


def _frame(page: pdfium.PdfPage, characters: list[_Character]) -> Frame:
    turns = page.get_rotation() // 90
    # A landscape table on an upright page is turned by its characters alone; turn it back.
    counted = Counter(turned for code, _, turned, _, _ in characters if code > 32)
    if counted:
        often, times = counted.most_common(1)[0]
        if times * 2 > sum(counted.values()):
            turns = -often
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, turns % 4)


def _without_doubles(glyphs: list[Glyph]) -> tuple[Glyph, ...]:
    """Bold that is made by printing a character twice gives it once."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        again = any(
            other.text == glyph.text and abs(other.x0 - glyph.x0) < 0.25 * glyph.height and abs(other.y - glyph.y) < 1
            for other in kept[-3:]
        )
        if not again or (glyph.x1 - glyph.x0 < 0.3 * glyph.height and not _same_place(kept[-1], glyph)):
            kept.append(glyph)
    return tuple(kept)


def _same_place(one: Glyph, other: Glyph) -> bool:
    return abs(one.x0 - other.x0) < 0.6 * (one.x1 - one.x0)


def _edges(page: pdfium.PdfPage, frame: Frame) -> tuple[list[Edge], list[Edge]]:
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    budget = [MAX_SEGMENTS]
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    handles = (c.FPDFPage_GetObject(page.raw, k) for k in range(c.FPDFPage_CountObjects(page.raw)))
    for a, b in _lines(handles, identity, budget, 0):
        (x0, y0), (x1, y1) = frame.place(*a), frame.place(*b)
        if abs(y1 - y0) <= 1 and abs(x1 - x0) > 1:
            horizontal.append(Edge((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= 1 and abs(y1 - y0) > 1:
            vertical.append(Edge((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical


def _lines(handles: Iterator[Any], matrix: _Matrix, budget: list[int], depth: int) -> Iterator[tuple[_Point, _Point]]:
    for handle in handles:
        kind = c.FPDFPageObj_GetType(handle)
        if kind == c.FPDF_PAGEOBJ_PATH:
            yield from _path_lines(handle, matrix, budget)
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            inner = (c.FPDFFormObj_GetObject(handle, k) for k in range(c.FPDFFormObj_CountObjects(handle)))
            yield from _lines(inner, _times(_matrix(handle), matrix), budget, depth + 1)


def _path_lines(handle: Any, matrix: _Matrix, budget: list[int]) -> Iterator[tuple[_Point, _Point]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(handle, fill, stroke)
    stroked = bool(stroke.value) and _visible(handle, c.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _visible(handle, c.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return
    whole = _times(_matrix(handle), matrix)
    for points, closed in _subpaths(handle, whole, budget):
        if stroked:
            yield from zip(points, points[1:] + (points[:1] if closed else []), strict=False)
        elif len(points) > 1:
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            (x0, x1), (y0, y1) = (min(xs), max(xs)), (min(ys), max(ys))
            if y1 - y0 <= _THIN < x1 - x0:
                yield (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)
            elif x1 - x0 <= _THIN < y1 - y0:
                yield ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)


def _subpaths(handle: Any, matrix: _Matrix, budget: list[int]) -> Iterator[tuple[list[_Point], bool]]:
    a, b, cc, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    count = c.FPDFPath_CountSegments(handle)
    budget[0] -= count
    if budget[0] < 0:
        raise SourceTooLarge(f"more than {MAX_SEGMENTS} lines on one page")
    points: list[_Point] = []
    closed = False
    for k in range(count):
        segment = c.FPDFPath_GetPathSegment(handle, k)
        if c.FPDFPathSegment_GetType(segment) == c.FPDF_SEGMENT_MOVETO and points:
            yield points, closed
            points, closed = [], False
        c.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((a * x.value + cc * y.value + e, b * x.value + d * y.value + f))
        closed = closed or bool(c.FPDFPathSegment_GetClose(segment))
    if points:
        yield points, closed


def _visible(handle: Any, color_of: Any) -> bool:
    """White on paper and the transparent draw no line."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not color_of(handle, red, green, blue, alpha):
        return True
    return alpha.value > 16 and min(red.value, green.value, blue.value) < 250


def _matrix(handle: Any) -> _Matrix:
    m = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(handle, m):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, cc, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, cc * g + d * i, cc * h + d * j, e * g + f * i + k, e * h + f * j + m)
