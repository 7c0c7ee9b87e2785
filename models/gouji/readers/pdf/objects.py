"""What is painted on a page of a PDF, in the order in which it is painted: lines, filled areas, pictures, text.

One walk over the objects of a page serves all who ask: the ruling lines, the places of its pictures, and which of
its text may be painted so that nobody sees it (`pdf_unseen.py`). All places are in page space.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]

from gouji.document import Box, SourceTooLarge

MAX_SEGMENTS = 60_000
_THIN = 3.5  # points: a filled box so thin is a line
_MAX_FORM_DEPTH = 5
_NEAR_WHITE = 225  # set: of 255, in every colour; text so light is looked at
_SAMPLE = 16  # pieces of text whose clips are looked at on any page
_FAINT = 26  # set: of 255, opacity under which text is looked at
_INKED = (c.FPDF_TEXTRENDERMODE_FILL, c.FPDF_TEXTRENDERMODE_FILL_STROKE)
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Color = tuple[int, int, int]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Character(NamedTuple):
    """A character as pdfium gives it, in page space. box: left, top, right, bottom.

    place: its number on the page, -1 where that is not known.  error: whether its font map fails.
    turns: quarter turns, with the clock.
    """

    place: int
    code: int
    error: bool
    turns: int
    box: Box
    origin: Point


@dataclass(frozen=True, slots=True)
class Area:
    """A box (left, bottom, right, top) that is painted over, as the `order`th object. color: None for a picture."""

    order: int
    box: Box
    color: Color | None


@dataclass(frozen=True, slots=True)
class PictureObject:
    """A picture: the box (left, bottom, right, top) that it is seen in, and its dots an inch as it is shown there."""

    box: Box
    dots: float


@dataclass(slots=True)
class PageObjects:
    """Everything that is painted on a page. texts: the order and handle of every piece of text.

    unseen: the addresses of pieces of text that are printed with no ink at all.
    suspects: those that by their own colour, opacity, mode or clip may not be seen.
    """

    lines: list[tuple[Point, Point]] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    pictures: list[PictureObject] = field(default_factory=list)
    texts: list[tuple[int, Any]] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)
    suspects: set[int] = field(default_factory=set)
    segments: int = 0


def page_objects(page: pdfium.PdfPage) -> PageObjects:
    """Walk over a page. Raises SourceTooLarge when it holds more lines than any report does."""
    found = PageObjects()
    clips: list[int] = []
    for order, (handle, kind, matrix, veiled) in enumerate(_walk(page)):
        if kind == c.FPDF_PAGEOBJ_TEXT:
            found.texts.append((order, handle))
            clips.append(c.FPDFClipPath_CountPaths(c.FPDFPageObj_GetClipPath(handle)))
            mode = c.FPDFTextObj_GetTextRenderMode(handle)
            if mode == c.FPDF_TEXTRENDERMODE_INVISIBLE:
                found.unseen.add(address(handle))
            elif veiled or mode not in _INKED or _is_pale(handle):
                found.suspects.add(address(handle))
        elif kind == c.FPDF_PAGEOBJ_PATH:
            _add_path(found, order, handle, matrix)
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            _add_picture(found, order, handle, matrix)
    _suspect_clipped(found, clips)
    return found


def address(handle: Any) -> int:
    """What tells one object from another."""
    return ctypes.addressof(handle.contents)


_Painted = tuple[Any, int, Matrix, bool]


def _walk(page: pdfium.PdfPage) -> Iterator[_Painted]:
    """Every object: handle, kind, the matrix of the forms around it, and whether one of them is transparent."""
    get_type = c.FPDFPageObj_GetType
    for k in range(c.FPDFPage_CountObjects(page.raw)):
        handle = c.FPDFPage_GetObject(page.raw, k)
        kind = get_type(handle)
        if kind == c.FPDF_PAGEOBJ_FORM:
            yield from _walk_form(handle, IDENTITY, False, 1)
        else:
            yield handle, kind, IDENTITY, False


def _walk_form(form: Any, matrix: Matrix, veiled: bool, depth: int) -> Iterator[_Painted]:
    inside = times(_matrix(form), matrix)
    veiled = veiled or bool(c.FPDFPageObj_HasTransparency(form))
    for k in range(c.FPDFFormObj_CountObjects(form)):
        handle = c.FPDFFormObj_GetObject(form, k)
        kind = c.FPDFPageObj_GetType(handle)
        if kind != c.FPDF_PAGEOBJ_FORM:
            yield handle, kind, inside, veiled
        elif depth < _MAX_FORM_DEPTH:
            yield from _walk_form(handle, inside, veiled, depth + 1)


_RED, _GREEN, _BLUE, _ALPHA = (ctypes.c_uint() for _ in range(4))
_FILL, _STROKE = ctypes.c_int(), ctypes.c_int()
_MODES = (ctypes.byref(_FILL), ctypes.byref(_STROKE))
_COLOR = tuple(ctypes.byref(part) for part in (_RED, _GREEN, _BLUE, _ALPHA))


def _is_pale(handle: Any) -> bool:
    """Whether a piece of text is printed with next to no ink, or in nearly the white of paper."""
    if not c.FPDFPageObj_GetFillColor(handle, *_COLOR):
        return False
    return _ALPHA.value < _FAINT or min(_RED.value, _GREEN.value, _BLUE.value) >= _NEAR_WHITE


def fill_color(handle: Any) -> Color | None:
    """The colour that an object is filled with; None where it is a pattern."""
    if not c.FPDFPageObj_GetFillColor(handle, *_COLOR):
        return None
    return _RED.value, _GREEN.value, _BLUE.value


def _suspect_clipped(found: PageObjects, clips: list[int]) -> None:
    """Text whose clip leaves nothing of it. Most text of a page is clipped alike: of that, some is looked at first."""
    usual = max(sorted(set(clips)), key=clips.count, default=0)
    alike = [handle for (_, handle), count in zip(found.texts, clips, strict=True) if count == usual > 0]
    other = [handle for (_, handle), count in zip(found.texts, clips, strict=True) if count not in (usual, 0)]
    if any(map(_is_clipped_away, alike[:: max(1, len(alike) // _SAMPLE)])):
        other += alike
    found.suspects.update(address(handle) for handle in other if _is_clipped_away(handle))


def _is_clipped_away(handle: Any) -> bool:
    box, clip = _bounds(handle), _clip_box(handle)
    return box is None or clip is None or not overlap(box, clip)


def _add_path(found: PageObjects, order: int, handle: Any, matrix: Matrix) -> None:
    c.FPDFPath_GetDrawMode(handle, *_MODES)
    stroked = bool(_STROKE.value) and _visible(handle, c.FPDFPageObj_GetStrokeColor)
    painted = bool(_FILL.value)
    filled = painted and _visible(handle, c.FPDFPageObj_GetFillColor)
    if painted and not filled and _ALPHA.value <= 16:
        painted = False
    if not stroked and not painted:
        return
    color = (_RED.value, _GREEN.value, _BLUE.value) if painted else None
    for points, closed in _subpaths(handle, times(_matrix(handle), matrix), found, stroked):
        if stroked:
            found.lines += zip(points, points[1:] + (points[:1] if closed else []), strict=False)
        if len(points) < 2 or not painted:
            continue
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        (x0, x1), (y0, y1) = (min(xs), max(xs)), (min(ys), max(ys))
        if min(y1 - y0, x1 - x0) > _THIN:
            found.areas.append(Area(order, (x0, y0, x1, y1), color))
        elif filled and not stroked and y1 - y0 <= _THIN < x1 - x0:
            found.lines.append(((x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)))
        elif filled and not stroked and x1 - x0 <= _THIN < y1 - y0:
            found.lines.append((((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)))


def _add_picture(found: PageObjects, order: int, handle: Any, matrix: Matrix) -> None:
    a, b, cc, d, e, f = times(_matrix(handle), matrix)
    xs, ys = (e, e + a, e + cc, e + a + cc), (f, f + b, f + d, f + b + d)
    box: Box | None = (min(xs), min(ys), max(xs), max(ys))
    if matrix == IDENTITY and (clip := _clip_box(handle)) is not None and box is not None:
        box = overlap(box, clip)
    if box is None:
        return
    width, height = ctypes.c_uint(), ctypes.c_uint()
    known = c.FPDFImageObj_GetImagePixelSize(handle, width, height)
    shown = max(1.0, (a * a + b * b) ** 0.5)
    found.pictures.append(PictureObject(box, width.value * 72 / shown if known else 0.0))
    found.areas.append(Area(order, box, None))


def overlap(one: Box, other: Box) -> Box | None:
    """What two boxes share; None where that is nothing."""
    shared = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return shared if shared[0] < shared[2] and shared[1] < shared[3] else None


def _bounds(handle: Any) -> Box | None:
    sides = [ctypes.c_float() for _ in range(4)]
    if not c.FPDFPageObj_GetBounds(handle, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _clip_box(handle: Any) -> Box | None:
    """The box that all clips of an object leave; None where it has none (or where nothing is left)."""
    clips = c.FPDFPageObj_GetClipPath(handle)
    left: Box | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(c.FPDFClipPath_CountPaths(clips)):
        points: list[Point] = []
        for k in range(min(64, c.FPDFClipPath_CountPathSegments(clips, n))):
            if c.FPDFPathSegment_GetPoint(c.FPDFClipPath_GetPathSegment(clips, n, k), x, y):
                points.append((x.value, y.value))
        if points:
            xs, ys = zip(*points, strict=True)
            box = (min(xs), min(ys), max(xs), max(ys))
            left = box if left is None else overlap(left, box)
            if left is None:
                return None
    return left


_X, _Y = ctypes.c_float(), ctypes.c_float()
_POINT = (ctypes.byref(_X), ctypes.byref(_Y))


def _subpaths(handle: Any, matrix: Matrix, found: PageObjects, stroked: bool) -> Iterator[tuple[list[Point], bool]]:
    """The points of each part of a path and, where that matters, whether it is closed."""
    a, b, cc, d, e, f = matrix
    get_segment, get_type, get_point = c.FPDFPath_GetPathSegment, c.FPDFPathSegment_GetType, c.FPDFPathSegment_GetPoint
    count = c.FPDFPath_CountSegments(handle)
    found.segments += count
    if found.segments > MAX_SEGMENTS:
        raise SourceTooLarge(f"more than {MAX_SEGMENTS} lines on one page")
    points: list[Point] = []
    closed = False
    for k in range(count):
        segment = get_segment(handle, k)
        if points and get_type(segment) == c.FPDF_SEGMENT_MOVETO:
            yield points, closed
            points, closed = [], False
        get_point(segment, *_POINT)
        x, y = _X.value, _Y.value
        points.append((a * x + cc * y + e, b * x + d * y + f))
        closed = closed or (stroked and bool(c.FPDFPathSegment_GetClose(segment)))
    if points:
        yield points, closed


def _visible(handle: Any, color_of: Any) -> bool:
    """White on paper and the transparent draw no line."""
    _ALPHA.value = 255
    if not color_of(handle, *_COLOR):
        return True
    return _ALPHA.value > 16 and min(_RED.value, _GREEN.value, _BLUE.value) < 250


_M = c.FS_MATRIX()
_MATRIX = ctypes.byref(_M)


def _matrix(handle: Any) -> Matrix:
    if not c.FPDFPageObj_GetMatrix(handle, _MATRIX):
        return IDENTITY
    return (_M.a, _M.b, _M.c, _M.d, _M.e, _M.f)


def times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does the one and then the other."""
    if then is IDENTITY:
        return first
    a, b, cc, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, cc * g + d * i, cc * h + d * j, e * g + f * i + k, e * h + f * j + m)
