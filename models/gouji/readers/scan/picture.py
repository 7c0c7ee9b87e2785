"""The picture of a page made ready: turned upright, evenly white, cut into ruling lines and text.

All sizes in pixels here; `dots` is pixels per inch. Nothing in this module knows what is printed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gouji.readers.page.ink import Edge
from gouji.readers.page.ruled import join_collinear
from gouji.readers.scan.faint import follow_lines
from gouji.readers.scan.skew import skew_of

Gray = NDArray[np.uint8]
_PIECE_POINTS = (13.0, 9.0)  # the shortest piece of a horizontal and of a vertical ruling line
_LINE_POINTS = 36.0  # the shortest horizontal ruling line, its pieces joined
_CUT_POINTS = 12.0  # the shortest vertical line that a page break leaves
_LONG_POINTS = 60.0  # a vertical line so long needs no other to meet
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
    vertical, horizontal, faint = follow_lines(flat, vertical, horizontal, dots)
    ruling = cv2.bitwise_or(ruling, faint)
    ruling = cv2.dilate(ruling, np.ones((3, 3), np.uint8))
    text = _mask(cv2.bitwise_and(ink, cv2.bitwise_not(ruling)))
    clean = _mask(cv2.bitwise_or(flat, ruling))  # the mask is 255, which is white, where a line is
    return Prepared(clean, text, tuple(horizontal), tuple(vertical), dots, em_of(text, dots), skew)


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
    return _mask(cv2.threshold(flat, math.ceil(threshold) - 1, 255, cv2.THRESH_BINARY_INV)[1])


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
    """Vertical lines that run from one horizontal line to another, or very far; a tall stroke does not.

    Several that end together at one side, where a page break cut their table, need to meet a line at the other only.
    """

    def ends(edge: Edge, at: float) -> bool:
        return any(line.low - 4 <= edge.at <= line.high + 4 and abs(line.at - at) <= 3 for line in horizontal)

    def cut(edge: Edge) -> bool:
        top, bottom = ends(edge, edge.low), ends(edge, edge.high)
        if top == bottom or edge.high - edge.low < _CUT_POINTS:
            return False
        alike = [e for e in vertical if abs((e.low - edge.low) if bottom else (e.high - edge.high)) <= 3]
        return sum(ends(e, e.high if bottom else e.low) for e in alike) >= 4

    return [
        edge
        for edge in vertical
        if edge.high - edge.low >= _LONG_POINTS or (ends(edge, edge.low) and ends(edge, edge.high)) or cut(edge)
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
