"""A quick look at a scanned page, before it is straightened: whether anything on it may be a table.

Most pages of a report are running text: lines that stand one under another, none beside one, and no stroke as long
as a ruling line. What is doubtful may be a table, and is looked at with care.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gouji.readers.scan.picture import flatten

Gray = NDArray[np.uint8]
_DOTS = 75.0
_DARK = 180
_RULE_POINTS = 19.0  # a horizontal stroke so long is in no character; askew by three degrees a rule still holds it
_CLOSED_POINTS = 12.0  # gaps inside running text are smaller
_APART_POINTS = 12.5  # gaps between cells are wider; commas leave less
_SMALL_POINTS = 4.0  # lower pieces are specks and dots
_TALL_POINTS = 45.0  # a line of text is lower, even askew by four degrees
_PAIRS = 3  # pieces beside others, from which on a page may hold a table; running text gives one or two
_MOST_PIECES = 2000


def may_hold_table(grey: Gray, dots: float) -> bool:
    """Whether a page may hold a table or a part of one."""
    point = _DOTS / 72
    scale = _DOTS / dots
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ink = cv2.threshold(flatten(small, _DOTS), _DARK, 255, cv2.THRESH_BINARY_INV)[1]
    if cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(_RULE_POINTS * point)), np.uint8)).any():
        return True
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(_CLOSED_POINTS * point)), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in outlines], dtype=np.float64).reshape(-1, 4)
    boxes = boxes[boxes[:, 3] >= _SMALL_POINTS * point]
    left, top, width, height = boxes.T
    if (height > _TALL_POINTS * point).any() or len(boxes) > _MOST_PIECES:
        return True
    right, bottom = left + width, top + height
    # Pieces are side by side where the one begins well right of the other's end and they share half a line's height.
    apart = left[:, None] > right[None, :] + _APART_POINTS * point
    shared = np.minimum(bottom[:, None], bottom[None, :]) - np.maximum(top[:, None], top[None, :])
    beside = apart & (shared >= 0.5 * np.minimum(height[:, None], height[None, :]))
    return int(beside.any(axis=1).sum()) >= _PAIRS
