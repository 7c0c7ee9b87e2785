"""Scans and pictures -> the ink of their pages: every sheet in grey, turned until it can be read."""

import io
import struct
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from gouji.document import Document, SourceTooLarge, UnreadableSource
from gouji.readers import media
from gouji.readers.held import Held
from gouji.readers.page.ink import PageInk
from gouji.readers.page.pages import pages_to_document
from gouji.readers.scan.reader import NOT_READ, mean_score, read_page, sample_page
from gouji.readers.scan.screening import may_hold_table
from gouji.readers.scan.strips import Stack, part_strips, stack_strips

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 60_000_000
MAX_SHEETS = 300
_DOTS = 150.0
_SHORT = 4  # pages
_A4_POINTS = (595.0, 842.0)
_UPRIGHT = 0.96  # the mean score of characters on a page that lies as it should; on hard scans it is 0.99
_ENOUGH = 8  # characters from which on the score of a page turned says anything
_BETTER = 0.02  # by so much the score of a page turned has to be better
_HELD = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_LEAST_SIDE = 48  # set: pixels; a smaller picture is an icon
_SECONDS = 40.0  # set: of CPU, after which no further picture of a document is read
Gray = NDArray[np.uint8]
_Renderer = Callable[[int, float], Gray]


def read_scanned_pages(render: _Renderer, pages: Sequence[PageInk]) -> list[PageInk]:
    """Read the pages of a scan. `render` gives a page at so many dots an inch."""
    read: list[PageInk] = []
    turns, after = 0, False
    for page in pages:
        if page.width * page.height * (_DOTS / 72) ** 2 > MAX_PIXELS:
            read.append(replace(page, note="a page too large to be read as a picture"))
            continue
        grey = render(page.number, _DOTS)
        # The first page has the title. A short report is mostly tables, and looking twice would gain nothing.
        if page.number > 1 and not after and len(pages) > _SHORT and not may_hold_table(grey, _DOTS):
            read.append(replace(page, note=NOT_READ))
            continue
        read.append(read_sheet(grey, _DOTS, page, turns, after))
        after = read[-1].tabular
        if read[-1].ocr:
            turns = read[-1].turns
    return read


def picture_to_document(data: bytes, kind: str) -> Document:
    """Read a PNG, JPEG or TIFF, of one page or several. Raises UnreadableSource and SourceTooLarge."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit is held before any pixel is decoded
    inks: list[PageInk] = []
    try:
        with Image.open(io.BytesIO(data)) as picture:
            sheets = getattr(picture, "n_frames", 1)
            if sheets > MAX_SHEETS:
                raise SourceTooLarge(f"{sheets} pages; at most {MAX_SHEETS} are read")
            for n in range(sheets):
                picture.seek(n)
                if picture.width * picture.height > MAX_PIXELS:
                    raise SourceTooLarge(f"{picture.width} x {picture.height} pixels; at most {MAX_PIXELS} are read")
                grey = picture_to_grey(ImageOps.exif_transpose(picture))
                inks.append(_read_picture(grey, n + 1, inks[-1] if inks else None))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableSource("the picture is damaged") from error
    return pages_to_document(inks, kind)


def pictures_to_document(pictures: Sequence[Held], title: bool) -> Document:
    """Read pictures that a document holds; see greys_to_document."""
    return greys_to_document((held_to_grey(held) for held in pictures), title)


def greys_to_document(greys: Iterable[Gray | None], title: bool) -> Document:
    """Read pictures that a document holds, as the pages of one document, in order: page 1 is the first picture.

    title: whether the first may hold the title; else only what may be tables is read. None, and what holds nothing,
    gives an empty page. Raises UnreadableSource where none gives anything.
    """
    inks: list[PageInk] = []
    stacks: list[Stack] = []
    until = time.process_time() + _SECONDS
    for number, stack in enumerate(stack_strips(greys), 1):
        grey = stack.picture() if time.process_time() < until else None
        stacks.append(stack if grey is None else replace(stack, strips=tuple(map(_outline, stack.strips))))
        if grey is None:
            inks.append(PageInk(number, 1.0, 1.0, note="a picture that is not read"))
        else:
            inks.append(read_held(grey, number, inks[-1] if inks else None, title))
    return part_strips(pages_to_document(inks, media.PICTURES), stacks)


def _outline(strip: Gray | None) -> Gray | None:
    """Something of the height of a strip, once its dots are no longer wanted."""
    return None if strip is None else np.empty((strip.shape[0], 0), dtype=np.uint8)


def held_to_grey(held: Held) -> Gray | None:
    """The first sheet of a picture as it is shown; None where it is too small, too large or damaged."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit is held before any pixel is decoded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata
            with Image.open(io.BytesIO(held.data), formats=_HELD) as picture:
                if picture.width * picture.height > MAX_PIXELS or min(picture.size) < _LEAST_SIDE:
                    return None
                grey = picture_to_grey(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, MemoryError):
        return None
    if held.crop is not None:
        height, width = grey.shape
        left, top, right, bottom = held.crop
        grey = grey[
            round(top * height) : round((1 - bottom) * height), round(left * width) : round((1 - right) * width)
        ]
    return np.ascontiguousarray(grey) if min(grey.shape) >= _LEAST_SIDE else None


def read_held(grey: Gray, number: int, before: PageInk | None, title: bool) -> PageInk:
    """Read a picture that a document holds as page `number` of those read with it."""
    dots = _dots_of(grey)
    page = PageInk(number, grey.shape[1] / dots * 72, grey.shape[0] / dots * 72)
    after = before is not None and before.tabular
    if not title and not after and not may_hold_table(grey, dots):
        return replace(page, note=NOT_READ)
    return _read_picture(grey, number, before, title and number == 1)


def picture_to_grey(picture: "Image") -> Gray:
    """A picture of any mode in 256 greys, on white paper where it is transparent."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        # Pillow cuts these off at 255 instead of scaling them.
        values = np.asarray(picture, dtype=np.float32)
        most = float(values.max(initial=0.0))
        whole = 65535.0 if picture.mode.startswith("I;16") or most > 255 else 255.0 if most > 1 else 1.0
        return np.asarray(np.clip(values * (255 / whole), 0, 255), dtype=np.uint8)
    if picture.has_transparency_data:
        ink = picture.convert("LA")
        paper = Image.new("LA", picture.size, (255, 255))
        return np.asarray(Image.composite(ink, paper, ink.getchannel("A")).convert("L"), dtype=np.uint8)
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def _dots_of(grey: Gray) -> float:
    """Dots an inch of a picture of nobody knows what size: as if it filled a page."""
    height, width = grey.shape
    return float(max(width, 1) / _A4_POINTS[width >= height] * 72)


def _read_picture(grey: Gray, number: int, before: PageInk | None, first: bool | None = None) -> PageInk:
    dots = _dots_of(grey)
    if dots > 220:
        scale = _DOTS / dots
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        dots = _DOTS
    page = PageInk(number, grey.shape[1] / dots * 72, grey.shape[0] / dots * 72)
    turns, after = (0, False) if before is None else (before.turns, before.tabular)
    return read_sheet(grey, dots, page, turns, after, first)


def read_sheet(
    grey: Gray, dots: float, page: PageInk, turns: int = 0, after: bool = False, first: bool | None = None
) -> PageInk:
    """Read a page that may lie on its side or upside down.

    turns: quarter turns, with the clock, to try first.  after: whether the page before holds a table.
    first: whether the title may stand here; None where it stands on page 1.
    """
    head = page.number == 1 if first is None else first

    def turned(quarters: int) -> Gray:
        return np.ascontiguousarray(np.rot90(grey, -quarters))

    def read(quarters: int) -> PageInk:
        width, height = (page.height, page.width) if quarters % 2 else (page.width, page.height)
        frame = replace(page, width=width, height=height, turns=quarters)
        return read_page(turned(quarters), dots, frame, head, after)

    ink = read(turns)
    if not ink.ocr or mean_score((glyph.text, glyph.score) for glyph in ink.glyphs).mean >= _UPRIGHT:
        return ink
    # The network reads what lies on its side nearly as well as what is upright, but never as surely.
    best, better = turns, sample_page(turned(turns), dots).mean + _BETTER
    for quarters in (k for k in range(4) if k != turns):
        found = sample_page(turned(quarters), dots)
        if found.characters >= _ENOUGH and found.mean > better:
            best, better = quarters, found.mean
    return ink if best == turns else read(best)
