"""What is printed on a page before anybody knows what it means: glyphs with boxes, and ruling lines.

Digital PDF pages and scans both become a `PageInk`; everything after it is the same for the two. All lengths are
PDF points (1/72 inch) from the top left of the page as it is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gouji.document import Box

UNREADABLE = "\ufffd"  # the text of a glyph that is printed and could not be read


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character, or a piece of several that OCR read at once. `score`: see Fragment.score.

    `base` is the height of the baseline where it is known: characters of one line share it, whatever their fonts.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    score: float | None = None
    base: float | None = None

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def box(self) -> Box:
        return (self.x0, self.y0, self.x1, self.y1)


@dataclass(frozen=True, slots=True)
class Edge:
    """A ruling line along one axis: at `at` on the other axis, from `low` to `high`."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PageInk:
    """The ink of one page. `note` says why nothing was read, when nothing was.

    `turns`: quarter turns, with the clock, that the page was given to be read, and `skew`: degrees by which it was
    turned about its middle after that. All places and sizes here are those of the turned page.
    `tabular`: whether a scan holds a table, which may go on on the next page.
    `pictures`: the boxes of the pictures on a page that holds text.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    horizontal: tuple[Edge, ...] = ()
    vertical: tuple[Edge, ...] = ()
    ocr: bool = False
    note: str | None = None
    skew: float = 0.0
    turns: int = 0
    tabular: bool = False
    pictures: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Glyphs of one line without a wide gap between them: a word of prose, or what a cell holds on that line."""

    text: str
    box: Box
    score: float | None = None
    unread: bool = False

    @property
    def x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all boxes (at least one)."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def lowest(scores: Iterable[float | None]) -> float | None:
    """The lowest score that is given, None where none is."""
    given = [score for score in scores if score is not None]
    return min(given) if given else None


def glyphs_to_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs gathered into lines from top to bottom, each from left to right."""
    lines: list[list[Glyph]] = []
    tallest: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: (g.y if g.base is None else g.base, g.x0)):
        for n in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            if _in_line(tallest[n], glyph):
                lines[n].append(glyph)
                tallest[n] = max(tallest[n], glyph, key=lambda g: g.height)
                break
        else:
            lines.append([glyph])
            tallest.append(glyph)
    return [sorted(line, key=lambda g: g.x0) for line in lines]


def _in_line(one: Glyph, other: Glyph) -> bool:
    low, high = sorted((one, other), key=lambda g: g.height)
    if low.base is not None and high.base is not None:
        return abs(low.base - high.base) <= max(1.0, 0.15 * high.height)
    if low.height < 0.4 * high.height:
        # Some fonts box the ink alone: a dash is then a point high.
        return high.y0 + 0.1 * high.height <= low.y <= high.y1 - 0.1 * high.height
    return abs(low.y - high.y) <= 0.45 * low.height


def line_to_chunks(line: Sequence[Glyph], wide: float | None = None) -> list[Chunk]:
    """Cut a line at its gaps. `wide`: a gap is wide from so many times the height on (None: any visible blank)."""
    chunks: list[list[Glyph]] = []
    for glyph in line:
        if chunks and glyph.x0 - chunks[-1][-1].x1 <= _blank(chunks[-1][-1], glyph, wide):
            chunks[-1].append(glyph)
        else:
            chunks.append([glyph])
    return [_chunk(chunk) for chunk in chunks]


def glyphs_to_text(glyphs: Sequence[Glyph]) -> str:
    """The text of a cell: its lines joined, with a blank where the source shows one.

    Chinese wraps inside words, so lines are joined by nothing, or by a blank between two Latin letters.
    """
    text = ""
    for line in glyphs_to_lines(glyphs):
        piece = " ".join(chunk.text for chunk in line_to_chunks(line) if chunk.text)
        if text and text[-1].isascii() and text[-1].isalpha() and piece[:1].isascii() and piece[:1].isalpha():
            text += " "
        text += piece
    return text


def shift(chunk: Chunk, down: float) -> Chunk:
    """The chunk moved down the page."""
    x0, y0, x1, y1 = chunk.box
    return replace(chunk, box=(x0, y0 + down, x1, y1 + down))


def _blank(left: Glyph, right: Glyph, wide: float | None) -> float:
    if wide is not None:
        return wide * max(left.height, right.height)
    # A fifth of the line height is a blank between Latin words; Chinese is sometimes spaced out a little.
    if left.text[-1:].isascii() and right.text[:1].isascii():
        return 0.2 * max(left.height, right.height)
    return 0.3 * min(max(left.height, right.height), max(_pitch(left), _pitch(right)))


def _pitch(glyph: Glyph) -> float:
    """Points that one character of the glyph takes along the line."""
    return (glyph.x1 - glyph.x0) / max(1, len(glyph.text))


def _chunk(glyphs: Sequence[Glyph]) -> Chunk:
    text = ""
    for before, glyph in zip([None, *glyphs], glyphs, strict=False):
        if before is not None and glyph.x0 - before.x1 > _blank(before, glyph, None):
            text += " "
        text += glyph.text
    unread = UNREADABLE in text
    text = text.replace(UNREADABLE, "").strip()
    return Chunk(text, union(glyph.box for glyph in glyphs), lowest(glyph.score for glyph in glyphs), unread)
