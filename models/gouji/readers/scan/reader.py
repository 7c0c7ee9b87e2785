"""The picture of one upright page -> its ink.

The ink says where something is printed, the network what it is. So a cell without ink is blank, a cell with ink
that the network cannot read is `unread`, and no digit is lost because a detector overlooked it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

import numpy as np
from numpy.typing import NDArray

from gouji.forms import FORMS, TABLES, template
from gouji.readers.page.ink import UNREADABLE, Glyph, PageInk
from gouji.readers.page.ruled import RuledTable, edges_to_tables
from gouji.readers.scan.digits import is_short, weigh_number
from gouji.readers.scan.picture import Gray, Prepared, prepare
from gouji.readers.scan.recognition import Reading, recognize
from gouji.readers.scan.strokes import PixelBox, cell_boxes, is_slash, loose_boxes

NOT_READ = "no table on it: not read"
_WIDEST = max(len(row) for table in TABLES for form in FORMS for row in template(table, form).rows)
_DASH = "—"
_SLASH = "/"
_HEAD = 0.3  # the share of the first page that is read for its title
_SENTENCE = 24  # characters from which a piece alone in its line, at the left margin, is a sentence
_FILLED = 0.93  # the share of its width that a line of running text prints on
_MARGIN = 0.18  # characters of white around what is read
_GAP = 0.4  # characters between two that are printed apart
_SAMPLE = 16  # lines that are read to see how a page lies
_SAMPLED = (2.5, 12.0)  # their lengths in characters


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of text on a page and whether it stands in a ruled cell."""

    box: PixelBox
    in_cell: bool


@dataclass(frozen=True, slots=True)
class PageScore:
    """The mean score of the Chinese characters that were read on a page, and how many they are."""

    mean: float
    characters: int


def read_page(grey: Gray, dots: float, page: PageInk, first: bool, after: bool = False) -> PageInk:
    """Read what a page prints: the title of the first page, tables and what stands near them.

    after: whether the page before holds a table, of which a row or two may have come here.
    """
    ready = prepare(grey, dots)
    tables = edges_to_tables(ready.horizontal, ready.vertical)
    spots = find_spots(ready, tables)
    wanted, tabular = choose_spots(spots, ready, bool(tables), first, after)
    if not wanted:
        return replace(page, note=NOT_READ)
    return replace(
        page,
        glyphs=tuple(read_spots(ready, wanted)),
        horizontal=ready.horizontal,
        vertical=ready.vertical,
        ocr=True,
        skew=ready.skew,
        tabular=tabular,
    )


def sample_page(grey: Gray, dots: float) -> PageScore:
    """How well some lines of a page can be read as it lies."""
    ready = prepare(grey, dots)
    low, high = (side * ready.em for side in _SAMPLED)
    spots = find_spots(ready, edges_to_tables(ready.horizontal, ready.vertical))
    lines = [spot for spot in spots if low <= spot.box[2] - spot.box[0] <= high]
    lines = lines[:: max(1, len(lines) // _SAMPLE)][:_SAMPLE]
    readings = recognize([_crop(ready, spot.box, _MARGIN) for spot in lines])
    return mean_score((c.text, c.score) for reading in readings for c in reading.characters)


def mean_score(read: Iterable[tuple[str, float | None]]) -> PageScore:
    """The mean score of what was read, Chinese characters alone: 0, 1 and 8 are the same upside down."""
    scores = [score for text, score in read if score is not None and "\u4e00" <= text <= "\u9fff"]
    return PageScore(sum(scores) / max(1, len(scores)), len(scores))


def find_spots(ready: Prepared, tables: Sequence[RuledTable]) -> list[Spot]:
    """Every line of text: cell by cell in ruled tables, over the whole page outside of them."""
    scale = ready.dots / 72
    rest = ready.text.copy()
    height, width = rest.shape
    spots: list[Spot] = []
    for table in tables:
        for cell in table.cells:
            x0, y0, x1, y1 = (side * scale for side in cell.box)
            inset = 1.5 * scale
            box = (
                max(0, int(x0 + inset)),
                max(0, int(y0 + inset)),
                min(width, round(x1 - inset)),
                min(height, round(y1 - inset)),
            )
            if box[2] > box[0] and box[3] > box[1]:
                spots += [Spot(line, True) for line in cell_boxes(ready.text, box, ready.em, ready.dots)]
        x0, y0, x1, y1 = (round(side * scale) for side in table.box)
        rest[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
    spots += [Spot(line, False) for line in loose_boxes(rest, ready.em, _walls(ready))]
    return spots


def _walls(ready: Prepared) -> list[int]:
    """Columns of pixels where horizontal lines begin inside others: the cells beside them begin there."""
    scale = ready.dots / 72
    starts = sorted(line.low for line in ready.horizontal)
    walls: list[int] = []
    for n, start in enumerate(starts):
        alike = [other for other in starts if abs(other - start) <= 2]
        inside = start > starts[0] + 6 and len(alike) >= 2
        if inside and (n == 0 or start - starts[n - 1] > 2):
            walls.append(min(ready.text.shape[1] - 1, max(0, round((min(alike) - 1) * scale))))
    return walls


def choose_spots(
    spots: Sequence[Spot], ready: Prepared, ruled: bool, first: bool, after: bool = False
) -> tuple[list[Spot], bool]:
    """What is worth reading: cells, and where rows of several pieces stand, all but sentences; the title too.

    Says also whether the page holds a table. One without gives nothing, but for the head of the first page, and the
    rows above the first sentence where the page before holds a table.
    """
    em = ready.em
    loose = [spot for spot in spots if not spot.in_cell]
    head = [spot for spot in loose if first and spot.box[3] < _HEAD * ready.grey.shape[0]]
    rows: dict[int, list[Spot]] = {}
    for spot in loose:
        rows.setdefault(round((spot.box[1] + spot.box[3]) / (2 * em)), []).append(spot)
    # A sparse table that goes on from the page before prints a label and a number or two in a row.
    # A page break may leave no more than one row of numbers.
    pieces = [len(row) for row in rows.values() if not _is_running(row, em, _SENTENCE / 2)]
    tabular = sum(n >= 4 for n in pieces) >= 2 or sum(n >= 2 for n in pieces) >= 4 or any(n >= _WIDEST for n in pieces)
    if not ruled and not tabular:
        return head or (_rows_at_top(rows, ready) if after else []), False
    left = min((spot.box[0] for spot in loose), default=0)
    cells = [spot for spot in spots if spot.in_cell]
    tops = [spot.box[1] for spot in cells]
    wanted = set(map(id, head))
    for row in rows.values():
        sentence = min(s.box[0] for s in row) - left < 3 * em and _is_running(row, em, _SENTENCE)
        for spot in row:
            near = any(0 < top - spot.box[1] < 6 * em for top in tops)
            if not sentence and (tabular or near):
                wanted.add(id(spot))
    return [spot for spot in spots if spot.in_cell or id(spot) in wanted], True


def _rows_at_top(rows: Mapping[int, Sequence[Spot]], ready: Prepared) -> list[Spot]:
    """The rows above the first sentence, when one of them has several pieces: what is left of a table."""
    upper = [rows[n] for n in sorted(rows) if n * ready.em < _HEAD * ready.grey.shape[0]]
    left = list(takewhile(lambda row: not _is_running(row, ready.em, _SENTENCE / 2), upper))
    return [spot for row in left for spot in row] if any(len(row) > 1 for row in left) else []


def _is_running(row: Sequence[Spot], em: float, least: float) -> bool:
    """Whether a row of at least so many characters is running text, cut by no more than the white beside commas."""
    boxes = sorted(spot.box for spot in row)
    across = max(box[2] for box in boxes) - boxes[0][0]
    gaps = [b[0] - a[2] for a, b in pairwise(boxes)]
    printed = sum(box[2] - box[0] for box in boxes)
    return across > least * em and max(gaps, default=0) < em and printed > _FILLED * across


def read_spots(ready: Prepared, spots: Sequence[Spot]) -> list[Glyph]:
    """The characters at all spots, each with its place in points."""
    glyphs: list[Glyph] = []
    marks = {n: mark for n, spot in enumerate(spots) if (mark := _mark_of(ready, spot)) is not None}
    lines = {n: _crop(ready, spot.box, _MARGIN) for n, spot in enumerate(spots) if n not in marks}
    readings = dict(zip(lines, recognize(list(lines.values())), strict=True))
    # A number is read a second time from a wider crop: where the two differ, neither is trusted.
    alone = _alone(spots, ready.em)
    numbers = [n for n, reading in readings.items() if alone[n] and is_short(reading.text)]
    again = recognize([_crop(ready, spots[n].box, 0.35) for n in numbers])
    for n, second in zip(numbers, again, strict=True):
        left, top, right, bottom = spots[n].box
        readings[n] = weigh_number(readings[n], second, ready.text[top:bottom, left:right], ready.em)
    for n, spot in enumerate(spots):
        glyphs += _to_glyphs(ready, spot, readings.get(n, Reading()), marks.get(n))
    return glyphs


def _alone(spots: Sequence[Spot], em: float) -> NDArray[np.bool_]:
    """For each spot, whether no other stands close above or below [spots]: a number has a cell for itself, a piece of
    a label has not.
    """
    left, top, right, bottom = np.array([spot.box for spot in spots]).reshape(-1, 4).T
    beside = np.minimum.outer(right, right) > np.maximum.outer(left, left)
    near = np.maximum.outer(top, top) - np.minimum.outer(bottom, bottom) < 0.45 * em
    return np.asarray((beside & near).sum(axis=1) == 1)


def _mark_of(ready: Prepared, spot: Spot) -> str | None:
    """A mark for nothing, told by its shape: the network takes a dash for 一 and a slash for 1."""
    left, top, right, bottom = spot.box
    if bottom - top <= 0.22 * ready.em and 0.25 * ready.em <= right - left <= 2.5 * ready.em:
        return _DASH
    return _SLASH if right - left < 1.6 * ready.em and is_slash(ready.text[top:bottom, left:right]) else None


def _crop(ready: Prepared, box: PixelBox, margin: float) -> Gray:
    """The picture of one line, white around it: what stands beside it must not be read with it."""
    left, top, right, bottom = box
    part = ready.grey[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    # A lone low mark keeps its place in a line of full height.
    lack = max(0.0, 0.8 * ready.em - (bottom - top)) / 2
    up, side = round(margin * ready.em + lack), round(margin * ready.em)
    height, width = part.shape
    line = np.full((height + 2 * up, width + 2 * side), 255, dtype=np.uint8)
    line[up : up + height, side : side + width] = part
    return line


def _to_glyphs(ready: Prepared, spot: Spot, reading: Reading, mark: str | None) -> list[Glyph]:
    scale = 72 / ready.dots
    left, top, right, bottom = (side * scale for side in spot.box)
    if mark is not None:
        return [Glyph(mark, left, top, right, bottom, 0.99)]
    read = [c for c in reading.characters if c.text.strip()]
    if not read:
        return [Glyph(UNREADABLE, left, top, right, bottom, 0.0)]
    # Print of another size than the page's has its own width of character.
    em = max(ready.em * scale, 0.95 * (bottom - top))
    margin = _MARGIN * ready.em * scale
    middles = [left - margin + c.at * (right - left + 2 * margin) for c in read]
    halves = [(0.28 if c.text.isascii() else 0.5) * em for c in read]
    sides = [left]
    glyphs: list[Glyph] = []
    for n, character in enumerate(read):
        end = middles[n] + halves[n] if n + 1 < len(read) else right
        start = sides[-1]
        if n + 1 < len(read):
            following = middles[n + 1] - halves[n + 1]
            # The network tells places to about a third of a character: a smaller gap is none.
            if following - end < _GAP * em:
                end = following = (end + following) / 2
            sides.append(following)
        glyphs.append(Glyph(character.text, min(start, end), top, end, bottom, character.score))
    return glyphs
