"""The picture of a page made ready: turned upright, evenly white, cut into ruling lines and text.

All sizes in pixels here; `dots` is pixels per inch. Nothing in this module knows what is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.readers.ink import Edge
from models.readers.ruled import join_collinear

Gray = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]  # left, top, right, bottom (exclusive)
_STEEPEST = 4.0  # degrees
_DARK = 190  # grey values under it are ink when the skew is sought
_PIECE_POINTS = (13.0, 9.0)  # the shortest piece of a horizontal and of a vertical ruling line
_LINE_POINTS = 36.0  # the shortest horizontal ruling line, its pieces joined
_LONG_POINTS = 60.0  # a vertical line so long needs no other to meet
_WHITE = 0.32  # characters of white from which two pieces of text are apart
_THICKEST_POINTS = 3.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page ready to be read. grey: white paper, dark ink, no ruling lines.  text: mask of that ink.
    horizontal, vertical: the ruling lines, in points.  em: the size of a character.
    skew: degrees that the page was turned by.
    """

    grey: Gray
    text: Gray
    horizontal: tuple[Edge, ...]
    vertical: tuple[Edge, ...]
    dots: float
    em: float
    skew: float


def prepare(grey: Gray, dots: float) -> Prepared:
    """Straighten, whiten and split a page into lines and text."""
    cv2.setNumThreads(1)  # one thread a worker: the machine reads several documents at once
    flat = flatten(grey, dots)
    skew = skew_of(flat, dots)
    flat = straighten(flat, skew)
    ink = ink_of(flat)
    horizontal_mask, vertical_mask = ruling_masks(ink, dots)
    horizontal = [e for e in join_collinear(_edges(horizontal_mask, dots, True)) if e.high - e.low >= _LINE_POINTS]
    vertical = meeting(join_collinear(_edges(vertical_mask, dots, False)), horizontal)
    ruling = cv2.bitwise_or(_near(horizontal_mask, horizontal, dots, True), _near(vertical_mask, vertical, dots, False))
    ruling = cv2.dilate(ruling, np.ones((3, 3), np.uint8))
    text = _mask(cv2.bitwise_and(ink, cv2.bitwise_not(ruling)))
    flat[ruling > 0] = 255
    return Prepared(flat, text, tuple(horizontal), tuple(vertical), dots, em_of(text, dots), skew)


def flatten(grey: Gray, dots: float) -> Gray:
    """Even out the light: every pixel relative to the paper around it."""
    step = max(1, round(dots / 36))
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    reach = max(3, round(0.35 * dots / step)) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (reach, reach), 0)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(paper, 1), scale=252)
    return _mask(even)


def skew_of(flat: Gray, dots: float) -> float:
    """Degrees by which the lines of a page fall to the right: where the profile of its rows is sharpest."""
    step = max(1.0, dots / 75)
    small = cv2.resize(flat, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small < _DARK)
    if len(rows) < 50:
        return 0.0
    thin = max(1, len(rows) // 40_000)
    down, across = rows[::thin].astype(np.float32), columns[::thin].astype(np.float32)

    def sharpness(degrees: float) -> float:
        level = down - across * np.float32(np.tan(np.radians(degrees)))
        profile = np.bincount((level - level.min()).astype(np.int64))
        return float(np.square(profile, dtype=np.float64).sum())

    best, reach = 0.0, _STEEPEST
    for spacing in (0.25, 0.05, 0.02):
        angles = np.arange(best - reach, best + reach + spacing / 2, spacing)
        best = max((float(angle) for angle in angles), key=sharpness)
        reach = spacing
    return best


def straighten(picture: Gray, degrees: float, paper: int = 255) -> Gray:
    """Turn a picture about its middle by `degrees` against the clock's opposite, its size kept."""
    if abs(degrees) < 0.02:
        return picture
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return _mask(turned)


def ink_of(flat: Gray) -> Gray:
    """Mask (0, 255) of what is printed."""
    threshold, _ = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    threshold = min(200.0, max(150.0, threshold + 20))
    return _mask(np.where(flat < threshold, 255, 0))


def ruling_masks(ink: Gray, dots: float) -> tuple[Gray, Gray]:
    """Masks of what may be pieces of horizontal and of vertical ruling lines."""
    across, upright = (max(6, round(points * dots / 72)) for points in _PIECE_POINTS)
    return (
        _mask(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, across), np.uint8))),
        _mask(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((upright, 1), np.uint8))),
    )


def em_of(text: Gray, dots: float) -> float:
    """The size of a character in pixels, from the heights of its connected pieces."""
    heights = np.array([height for _, _, _, height in _outlines(text)], dtype=np.float64)
    heights = heights[(heights > 4 * dots / 72) & (heights < 24 * dots / 72)]
    return float(np.percentile(heights, 70) * 1.1) if len(heights) else 10 * dots / 72


def cell_boxes(text: Gray, within: PixelBox, em: float, dots: float) -> list[PixelBox]:
    """The boxes of the lines of text in a cell. Blots, and leavings of the cell's borders, are no text."""
    left, top, right, bottom = within
    count, _, stats, _ = cv2.connectedComponentsWithStats(text[top:bottom, left:right], connectivity=8)
    point = dots / 72
    thin, near = max(2.0, 2.5 * point), 1.2 * point
    boxes: list[PixelBox] = []
    for x, y, w, h, area in stats[1:count]:
        beside = min(x + w / 2, right - left - x - w / 2) <= near
        along = min(y + h / 2, bottom - top - y - h / 2) <= near
        upright = w <= thin and (beside or h > max(1.2 * em, 0.8 * (bottom - top)))
        flat = h <= thin and (along or w > 0.8 * (right - left))
        if area >= _least(em) and not upright and not flat:
            boxes.append((left + int(x), top + int(y), left + int(x + w), top + int(y + h)))
    return lines_of_boxes(boxes, em)


def loose_boxes(text: Gray, em: float) -> list[PixelBox]:
    """The boxes of the pieces of text on a page, cut where a gap is wider than a character would leave."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(text, connectivity=8)
    strokes = [(int(x), int(y), int(w), int(h)) for x, y, w, h, area in stats[1:count] if area >= _least(em)]
    reach = np.zeros_like(text)
    for x, y, w, h in strokes:
        before, after = _white_beside(w, h, em)
        spread = max(0, round((0.6 * em - h) / 2))
        left, right = max(0, round(x - before * em)), round(x + w + after * em)
        reach[max(0, y - spread) : y + h + spread, left:right] = 255
    _, blobs = cv2.connectedComponents(reach, connectivity=4)
    groups: dict[int, list[PixelBox]] = {}
    for x, y, w, h in strokes:
        groups.setdefault(int(blobs[y, x]), []).append((x, y, x + w, y + h))
    return [line for group in groups.values() for line in lines_of_boxes(group, em)]


def _white_beside(width: int, height: int, em: float) -> tuple[float, float]:
    """How much white a stroke may have at its left and at its right inside a text, in characters."""
    if width < 0.4 * em and height < 0.4 * em and width < 1.8 * height:
        return 0.55, 0.85  # a comma or a quotation mark stands in one half of its square
    if width < 0.4 * em and height > 0.95 * em:
        return 0.4, 0.75  # so do brackets, in either half
    if height < 0.2 * em and width < 0.6 * em:
        return 0.0, 0.55  # a minus belongs to the digit after it
    return 0.0, _WHITE


def _least(em: float) -> float:
    return max(3.0, (0.05 * em) ** 2)


def lines_of_boxes(boxes: Sequence[PixelBox], em: float) -> list[PixelBox]:
    """Boxes of strokes gathered into boxes of lines, cut where a gap is wider than a character would leave."""
    rows: list[list[PixelBox]] = []
    extents: list[tuple[int, int]] = []
    # Tall pieces first: they tell where the lines are, and dots and dashes then find theirs.
    for box in sorted(boxes, key=lambda b: (-min(b[3] - b[1], round(0.75 * em)), b[1])):
        best, most = None, 0.0
        for n, (low, high) in enumerate(extents):
            shared = min(high, box[3]) - max(low, box[1])
            share = shared / max(1, min(box[3] - box[1], high - low))
            grown = max(high, box[3]) - min(low, box[1])
            if share > 0.5 and share > most and (grown <= 1.5 * em or shared >= 0.9 * (box[3] - box[1])):
                best, most = n, share
        if best is None:
            best = _adjoining(extents, box, em)
        if best is None:
            rows.append([box])
            extents.append((box[1], box[3]))
        else:
            rows[best].append(box)
            extents[best] = (min(extents[best][0], box[1]), max(extents[best][1], box[3]))
    lines: list[PixelBox] = []
    for row in _joined_rows(rows):
        pieces: list[PixelBox] = []
        for box in sorted(row):
            if pieces and box[0] - pieces[-1][2] <= 0.8 * em:
                last = pieces[-1]
                pieces[-1] = (last[0], min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
            else:
                pieces.append(box)
        lines += pieces
    return lines


def _joined_rows(rows: Sequence[list[PixelBox]]) -> list[list[PixelBox]]:
    """Rows that overlap are one: the upper and the lower half of 会."""
    joined: list[tuple[int, int, list[PixelBox]]] = []
    for row in sorted(rows, key=lambda row: min(b[1] for b in row)):
        low, high = min(b[1] for b in row), max(b[3] for b in row)
        if joined and min(joined[-1][1], high) - low > 0.35 * min(high - low, joined[-1][1] - joined[-1][0]):
            before = joined.pop()
            joined.append((before[0], max(before[1], high), before[2] + row))
        else:
            joined.append((low, high, row))
    return [row for _, _, row in joined]


def is_slash(ink: Gray) -> bool:
    """Whether the ink is one straight stroke from the lower left to the upper right corner."""
    rows, columns = np.nonzero(ink)
    height, width = ink.shape
    if width < 0.25 * height or height < 0.4 * width or len(rows) < 6:
        return False
    if len(set(rows.tolist())) < 0.9 * height:
        return False
    # Each row is one short run, and the runs wander from the right side to the left.
    runs = [columns[rows == row] for row in range(height) if (rows == row).any()]
    broad = max(2.6, 0.62 * width)
    if sum(run.max() - run.min() + 1 > broad for run in runs) > 0.12 * height:
        return False
    middles = np.array([run.mean() for run in runs])
    quarter = max(1, len(middles) // 4)
    falls = middles[:quarter].mean() - middles[-quarter:].mean()
    straight = float(np.corrcoef(np.arange(len(middles)), middles)[0, 1]) if middles.std() > 0 else 0.0
    return bool(falls >= 0.35 * width and straight < -0.9)


def _adjoining(extents: Sequence[tuple[int, int]], box: PixelBox, em: float) -> int | None:
    """The line that a low piece belongs to without overlapping it: the strokes of 二, a comma."""
    for n, (low, high) in enumerate(extents):
        grown = max(high, box[3]) - min(low, box[1])
        if box[3] - box[1] < 0.4 * em and grown <= 1.25 * em:
            return n
    return None


def _edges(mask: Gray, dots: float, across: bool) -> list[Edge]:
    scale = 72 / dots
    edges: list[Edge] = []
    for x, y, w, h in _outlines(mask):
        thick, long = (h, w) if across else (w, h)
        if thick * scale > _THICKEST_POINTS + 0.004 * long * scale:
            continue
        at, low = (y + h / 2, x) if across else (x + w / 2, y)
        edges.append(Edge(float(at * scale), float(low * scale), float((low + long) * scale)))
    return edges


def meeting(vertical: Sequence[Edge], horizontal: Sequence[Edge]) -> list[Edge]:
    """Vertical lines that run from one horizontal line to another, or very far; a tall stroke does not."""

    def ends(edge: Edge, at: float) -> bool:
        return any(line.low - 4 <= edge.at <= line.high + 4 and abs(line.at - at) <= 3 for line in horizontal)

    return [
        edge
        for edge in vertical
        if edge.high - edge.low >= _LONG_POINTS or (ends(edge, edge.low) and ends(edge, edge.high))
    ]


def _near(mask: Gray, edges: Sequence[Edge], dots: float, across: bool) -> Gray:
    """What of a mask lies on the edges."""
    kept = np.zeros_like(mask)
    scale = dots / 72
    for edge in edges:
        low, high = int(edge.low * scale), int(edge.high * scale) + 2
        near, far = int((edge.at - _THICKEST_POINTS) * scale), int((edge.at + _THICKEST_POINTS) * scale) + 2
        part = np.s_[max(0, near) : far, low:high] if across else np.s_[low:high, max(0, near) : far]
        kept[part] = mask[part]
    return kept


def _outlines(mask: Gray) -> list[tuple[int, int, int, int]]:
    """The boxes (left, top, width, height) of the outermost connected pieces of a mask."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in map(cv2.boundingRect, contours)]


def _mask(picture: object) -> Gray:
    return np.asarray(picture, dtype=np.uint8)
