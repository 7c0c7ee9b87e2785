"""One page of a digital PDF -> its ink, by pdfium: characters with boxes and the straight lines of its paths.

pdfium gives a page in about 4 ms where pdfplumber takes 80; the calls are its C interface, because the Python
layer above it gives neither boxes of many characters at once nor the segments of a path.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]

from gouji.document import Box, SourceTooLarge
from gouji.readers.page.ink import Edge, Glyph, PageInk
from gouji.readers.pdf.bytes import may_be_bytes, named_bytes_to_characters, page_with_named_bytes
from gouji.readers.pdf.figures import picture_boxes
from gouji.readers.pdf.objects import Character, PageObjects, Point, page_objects
from gouji.readers.pdf.unseen import unseen_characters

MAX_CHARACTERS = 60_000  # on one page; a dense page of A4 holds about 3,000
_LARGE = 30.0  # points: wider characters have their boxes checked


@dataclass(frozen=True, slots=True)
class Frame:
    """How page space becomes shown space: the visible box, and quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> Point:
        """Width and height as shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def place(self, x: float, y: float) -> Point:
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


def page_to_ink(page: pdfium.PdfPage, number: int) -> tuple[PageInk, float]:
    """The ink of a page and the share of its characters that no font map names (they are left out).

    Raises SourceTooLarge when the page holds more characters or lines than any report does.
    """
    objects = page_objects(page)
    characters = _seen_characters(page, objects)
    if may_be_bytes([character.code for character in characters]):
        characters = _read_as_bytes(page, number, characters)
    frame = _frame(page, characters)
    glyphs: list[Glyph] = []
    unmapped = 0
    for _, code, error, _, (left, top, right, bottom), origin in characters:
        if error or code in (0, 0xFFFD) or 0xE000 <= code < 0xF900:
            unmapped += 1
            continue
        text_of = chr(code)
        if text_of.isspace() or code < 32 or 0xD800 <= code < 0xE000:
            continue
        (x0, y0), (x1, y1) = frame.place(left, top), frame.place(right, bottom)
        base = frame.place(*origin)[1]
        glyphs.append(Glyph(text_of, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), None, base))
    horizontal, vertical = _edges(objects.lines, frame)
    width, height = frame.size
    turns = (frame.turns - page.get_rotation() // 90) % 4
    kept = _without_doubles(glyphs)
    pictures = tuple(_placed(box, frame) for box in picture_boxes(objects, page.get_bbox())) if objects.pictures else ()
    ink = PageInk(number, width, height, kept, tuple(horizontal), tuple(vertical), turns=turns, pictures=pictures)
    return ink, unmapped / max(1, unmapped + len(glyphs))


def _placed(box: Box, frame: Frame) -> Box:
    (x0, y0), (x1, y1) = frame.place(box[0], box[1]), frame.place(box[2], box[3])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _seen_characters(page: pdfium.PdfPage, objects: PageObjects) -> list[Character]:
    text = page.get_textpage()
    try:
        characters = list(_characters(text))
        unseen = unseen_characters(page, text, objects, characters)
    finally:
        text.close()
    return [character for character in characters if character.place not in unseen]


def _read_as_bytes(page: pdfium.PdfPage, number: int, otherwise: list[Character]) -> list[Character]:
    data = page_with_named_bytes(page.pdf, number)
    if data is None:
        return otherwise
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return otherwise
    try:
        named = document[0]
        characters = named_bytes_to_characters(_seen_characters(named, page_objects(named)))
        named.close()
    finally:
        document.close()
    return otherwise if characters is None else characters


def _characters(text: Any) -> Iterator[Character]:
    """The characters that the page stores, in its order."""
    count = text.count_chars()
    if count > MAX_CHARACTERS:
        raise SourceTooLarge(f"{count} characters on one page; at most {MAX_CHARACTERS} are read")
    raw = text.raw
    loose = c.FS_RECTF()
    pointer = ctypes.byref(loose)
    x, y = ctypes.c_double(), ctypes.c_double()
    origin = (ctypes.byref(x), ctypes.byref(y))
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
        c.FPDFText_GetCharOrigin(raw, k, *origin)
        error = c.FPDFText_HasUnicodeMapError(raw, k) == 1
        yield Character(k, c.FPDFText_GetUnicode(raw, k), error, turns, box, (x.value, y.value))


def _scaled(raw: Any, k: int, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box of a large character. pdfium forgets to scale that of a vertical font; its em square stands in."""
    matrix = c.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetMatrix(raw, k, matrix)
    size = c.FPDFText_GetFontSize(raw, k) * math.hypot(matrix.c, matrix.d)
    if box[1] - box[3] <= 2.5 * size or not c.FPDFText_GetCharOrigin(raw, k, x, y):
        return box
    return (x.value, y.value + 0.9 * size, x.value + size, y.value - 0.1 * size)


def _frame(page: pdfium.PdfPage, characters: list[Character]) -> Frame:
    turns = page.get_rotation() // 90
    # A landscape table on an upright page is turned by its characters alone; turn it back.
    counted = Counter(turned for _, code, _, turned, _, _ in characters if code > 32)
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


def _edges(lines: Sequence[tuple[Point, Point]], frame: Frame) -> tuple[list[Edge], list[Edge]]:
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    for a, b in lines:
        (x0, y0), (x1, y1) = frame.place(*a), frame.place(*b)
        if abs(y1 - y0) <= 1 and abs(x1 - x0) > 1:
            horizontal.append(Edge((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= 1 and abs(y1 - y0) > 1:
            vertical.append(Edge((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical
