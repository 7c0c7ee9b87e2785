"""The strokes of a scanned page -> boxes of lines of text. Sizes in pixels; nothing here knows what is printed."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]  # left, top, right, bottom (exclusive)
_WHITE = 0.32  # characters of white from which two pieces of text are apart


def cell_boxes(text: Gray, within: PixelBox, em: float, dots: float) -> list[PixelBox]:
    """The boxes of the lines of text in a cell. Blots, and leavings of the cell's borders, are no text."""
    left, top, right, bottom = within
    count, _, stats, _ = cv2.connectedComponentsWithStats(text[top:bottom, left:right], connectivity=8)
    point = dots / 72
    thin, near = max(2.0, 2.5 * point), 1.2 * point
    boxes: list[PixelBox] = []
    least = _least(em)
    for x, y, w, h, area in stats[1:count].tolist():
        beside = min(x + w / 2, right - left - x - w / 2) <= near
        along = min(y + h / 2, bottom - top - y - h / 2) <= near
        upright = w <= thin and (beside or h > max(1.2 * em, 0.8 * (bottom - top)))
        flat = h <= thin and (along or w > 0.8 * (right - left))
        if area >= least and not upright and not flat:
            boxes.append((left + x, top + y, left + x + w, top + y + h))
    return lines_of_boxes(boxes, em)


def loose_boxes(text: Gray, em: float, walls: Sequence[int] = ()) -> list[PixelBox]:
    """The boxes of the pieces of text on a page, cut where a gap is wider than a character would leave.

    walls: columns of pixels that no text runs across, because horizontal lines begin or end there.
    """
    x0, y0, across, down = cv2.boundingRect(text)
    # Most of a page with a ruled table is white here, and white takes as long as ink.
    text = text[y0 : y0 + down, x0 : x0 + across]
    if not text.size:
        return []
    count, _, stats, _ = cv2.connectedComponentsWithStats(text, connectivity=8)
    least = _least(em)
    strokes = [(x, y, w, h) for x, y, w, h, area in stats[1:count].tolist() if area >= least]
    reach = np.zeros_like(text)
    for x, y, w, h in strokes:
        before, after = _white_beside(w, h, em)
        spread = max(0, round((0.6 * em - h) / 2))
        left, right = max(0, round(x - before * em)), round(x + w + after * em)
        reach[max(0, y - spread) : y + h + spread, left:right] = 255
    for wall in walls:
        if x0 <= wall < x0 + across and not text[:, wall - x0].any():
            reach[:, wall - x0] = 0
    _, blobs = cv2.connectedComponents(reach, connectivity=4)
    groups: dict[int, list[PixelBox]] = {}
    for x, y, w, h in strokes:
        groups.setdefault(int(blobs[y, x]), []).append((x, y, x + w, y + h))
    return [
        (left + x0, top + y0, right + x0, bottom + y0)
        for group in groups.values()
        for line in lines_of_boxes(group, em)
        for left, top, right, bottom in _cut_at_gaps(line, group, em)
    ]


def _cut_at_gaps(line: PixelBox, strokes: Sequence[PixelBox], em: float) -> list[PixelBox]:
    """A line cut where white is wider than whole characters leave: the dots of 息 reach farther than itself."""
    runs: list[PixelBox] = []
    for box in sorted(b for b in strokes if line[0] <= b[0] < line[2] and line[1] <= b[1] < line[3]):
        if runs and box[0] < runs[-1][2]:
            last = runs[-1]
            runs[-1] = (last[0], min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            runs.append(box)
    pieces: list[PixelBox] = []
    after = 0.0
    for run in runs:
        before, following = _white_beside(run[2] - run[0], run[3] - run[1], em)
        if pieces and run[0] - pieces[-1][2] <= max(1.0, (after + before) * em):
            last = pieces[-1]
            pieces[-1] = (last[0], min(last[1], run[1]), run[2], max(last[3], run[3]))
        else:
            pieces.append(run)
        after = following
    return pieces


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
    height, width = ink.shape
    if width < 0.25 * height or height < 0.4 * width:
        return False
    marked = ink > 0
    count = marked.sum(axis=1)  # [rows]
    inked = count > 0
    filled = int(inked.sum())
    if filled < 0.9 * height or count.sum() < 6:
        return False
    # Each row is one short run, and the runs wander from the right side to the left.
    first, last = marked.argmax(axis=1)[inked], width - 1 - marked[:, ::-1].argmax(axis=1)[inked]
    broad = max(2.6, 0.62 * width)
    if (last - first + 1 > broad).sum() > 0.12 * height:
        return False
    middles = (marked @ np.arange(width))[inked] / count[inked]
    quarter = max(1, filled // 4)
    if middles[:quarter].mean() - middles[-quarter:].mean() < 0.35 * width or middles.std() == 0:
        return False
    return bool(np.corrcoef(np.arange(filled), middles)[0, 1] < -0.9)


def _adjoining(extents: Sequence[tuple[int, int]], box: PixelBox, em: float) -> int | None:
    """The line that a low piece belongs to without overlapping it: the strokes of 二, a comma."""
    for n, (low, high) in enumerate(extents):
        grown = max(high, box[3]) - min(low, box[1])
        if box[3] - box[1] < 0.4 * em and grown <= 1.25 * em:
            return n
    return None
