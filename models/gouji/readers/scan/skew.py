"""How far a scanned page lies askew."""

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
_STEEPEST = 4.0  # degrees
_DARK = 190  # grey values under it are ink
_STRIP_POINTS = 150.0
_SIZES = (4.0, 24.0)  # points: the heights of characters
_LEAST_PAIRS = 30
_MOST_STROKES = 4000
_FEW, _MANY = 12_000, 40_000  # dots of ink, of those there are, that a first and the last angle are told by


def skew_of(flat: Gray, dots: float) -> float:
    """Degrees by which the lines of a whitened page fall to the right.

    First where the profile of its rows is sharpest, strip by strip: over the whole width, numbers set between the
    lines of a wrapped label fall in with them at a false angle. Then by the slope from each character to others of
    its line, and last by the profile of the whole width close to that, which long ruling lines decide.
    """
    step = max(1.0, dots / 75)
    small = cv2.resize(flat, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small < _DARK)
    if len(rows) < 50:
        return 0.0
    strip = _STRIP_POINTS / 72 * dots / step

    def sharpest(middle: float, reach: float, spacing: float, apart: bool) -> float:
        thin = max(1, len(rows) // (_FEW if apart else _MANY))
        down, across = rows[::thin].astype(np.float32), columns[::thin].astype(np.float32)
        strips = (across // strip).astype(np.int64)

        def sharpness(degrees: float) -> float:
            level = down - across * np.float32(np.tan(np.radians(degrees)))
            level = (level - level.min()).astype(np.int64)
            profile = np.bincount(level + strips * (int(level.max()) + 1) if apart else level)
            return float(np.square(profile, dtype=np.float64).sum())

        angles = np.arange(middle - reach, middle + reach + spacing / 2, spacing)
        return max((float(angle) for angle in angles), key=sharpness)

    coarse = sharpest(sharpest(0.0, _STEEPEST, 0.25, True), 0.25, 0.05, True)
    return sharpest(_slope_of_lines(flat, dots, coarse), 0.04, 0.02, False)


def _slope_of_lines(flat: Gray, dots: float, near: float) -> float:
    """The slope, in degrees, from characters to others of the same size up to nine characters to the right, where
    lines fall by about `near` degrees; `near` itself on a page of few characters.
    """
    strokes = _stroke_boxes(flat).astype(np.float64)
    strokes = strokes[(strokes[:, 3] > _SIZES[0] * dots / 72) & (strokes[:, 3] < _SIZES[1] * dots / 72)]
    if len(strokes) < _LEAST_PAIRS:
        return near
    em = float(np.percentile(strokes[:, 3], 70)) * 1.1
    strokes = strokes[(strokes[:, 3] > 0.45 * em) & (strokes[:, 3] < 1.2 * em) & (strokes[:, 2] < 1.3 * em)]
    left, top, width, height = strokes[:: max(1, len(strokes) // _MOST_STROKES)].T
    x, y = left + width / 2, top + height / 2
    foot = top + height - x * np.tan(np.radians(near))
    order = np.argsort(foot)
    foot, x, y, height, width = (each[order] for each in (foot, x, y, height, width))
    # Strokes of one line stand near one another in this order: each is held against the next, the one after, ...
    most = int((np.searchsorted(foot, foot + 0.3 * em) - np.arange(len(foot))).max())
    slopes: list[NDArray[np.float64]] = []
    lengths: list[NDArray[np.float64]] = []
    for k in range(1, most):
        far = np.abs(x[k:] - x[:-k])
        alike = (far > em) & (far < 9 * em) & (foot[k:] - foot[:-k] < 0.3 * em)
        alike &= (np.abs(height[k:] - height[:-k]) <= 1.5) & (np.abs(width[k:] - width[:-k]) <= 2)
        pairs = np.flatnonzero(alike)
        slopes.append((y[pairs + k] - y[pairs]) / (x[pairs + k] - x[pairs]))
        lengths.append(far[pairs])
    if not slopes:
        return near
    slope, length = np.concatenate(slopes), np.concatenate(lengths)
    if len(slope) < _LEAST_PAIRS:
        return near
    order = np.argsort(slope)
    weight = np.cumsum(length[order])
    return float(np.degrees(np.arctan(slope[order][np.searchsorted(weight, weight[-1] / 2)])))


def _stroke_boxes(flat: Gray) -> NDArray[np.int64]:
    """The boxes [pieces, 4] (left, top, width, height) of all connected pieces of ink, those inside others too."""
    ink = cv2.threshold(flat, _DARK - 1, 255, cv2.THRESH_BINARY_INV)[1]
    # Outlines take a third of the time of connected components with their statistics.
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return np.empty((0, 4), np.int64)
    outer = np.flatnonzero(np.asarray(tree)[0, :, 3] < 0)
    return np.array([cv2.boundingRect(outlines[n]) for n in outer.tolist()], dtype=np.int64).reshape(-1, 4)
