"""Numbers on a scan: two readings held against one another and against the ink.

The network gives a wrong digit at probability 1.00 often enough that its own word is not taken for a number.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gouji.readers.scan.recognition import Character, Reading

Gray = NDArray[np.uint8]
_DISAGREED = 0.5  # what two readings that differ are worth
_SIGNED = 0.9  # what a minus is worth that the ink shows and the network does not
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "〇": "0", "○": "0", "l": "1", "I": "1", "|": "1"})
_CHINESE_DIGITS = "二三四五六七八九十"  # 一 is told from a dash by its shape
_MINUS = "-–—一－"
_TALL = 0.5  # characters: a digit is higher
_FLAT = 0.3  # characters: a minus is lower


def is_short(text: str) -> bool:
    """Whether a reading may be that of a number."""
    return len(text) <= 8 and (len(text) == 1 or not any("\u4e00" <= c <= "\u9fff" for c in text))


def weigh_number(one: Reading, other: Reading, ink: Gray, em: float) -> Reading:
    """What two readings of a number and its ink (mask of its box) say together.

    Where the readings differ neither is trusted. A Chinese digit alone in a box is what the network makes of
    a blurred digit: nothing is read then. A minus that only the ink shows is put back, and a number of fewer
    digits than the ink has is not trusted. A short flat stroke is a dash: the network takes it for 一, which is 1.
    """
    better = max(one, other, key=lambda reading: reading.score)
    text = better.text.strip()
    if all(c in _MINUS for c in text) or text in _CHINESE_DIGITS:
        return _dash_or_nothing(better, ink, em)
    same = _folded(one) == _folded(other)
    if not same:
        better = _at_most(better, _DISAGREED)
    digits = better.text.translate(_LOOKALIKES)
    if not digits.isdigit():
        return better
    runs = ink_runs(ink)
    tall = sum(bottom - top >= _TALL * em for _, _, top, bottom in runs)
    if tall > len(digits):
        better = _at_most(better, _DISAGREED)
    if len(runs) > 1 and _is_minus(runs[0], runs[1], em):
        better = Reading((Character("-", _SIGNED, 0.0), *better.characters))
    return better


def _dash_or_nothing(reading: Reading, ink: Gray, em: float) -> Reading:
    """What was read as a dash, as 一 or as nothing: a dash where the ink is flat."""
    runs = ink_runs(ink)
    if not runs:
        return reading
    height = max(bottom for *_, bottom in runs) - min(top for _, _, top, _ in runs)
    if height <= _FLAT * em and runs[-1][1] - runs[0][0] >= 1.2 * height:
        return Reading((Character("—", _SIGNED, 0.5),))
    return Reading()


def ink_runs(ink: Gray) -> list[tuple[int, int, int, int]]:
    """The pieces of ink that no white column parts, from left to right: (left, right, top, bottom)."""
    columns = (ink > 0).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(np.int8)))
    runs: list[tuple[int, int, int, int]] = []
    for left, right in edges.reshape(-1, 2).tolist():
        rows = np.flatnonzero((ink[:, left:right] > 0).any(axis=1))
        runs.append((left, right, int(rows[0]), int(rows[-1]) + 1))
    return runs


def _is_minus(first: tuple[int, int, int, int], second: tuple[int, int, int, int], em: float) -> bool:
    left, right, top, bottom = first
    _, _, digit_top, digit_bottom = second
    middle, height = (top + bottom) / 2, digit_bottom - digit_top
    flat = bottom - top <= _FLAT * em and 0.15 * em <= right - left <= 0.8 * em and right - left > bottom - top
    return flat and height >= _TALL * em and abs(middle - (digit_top + digit_bottom) / 2) < 0.25 * height


def _folded(reading: Reading) -> str:
    text = reading.text.translate(_LOOKALIKES)
    return "-" + text[1:] if text[:1] in _MINUS and text[1:].isdigit() else text


def _at_most(reading: Reading, score: float) -> Reading:
    return Reading(tuple(replace(c, score=min(c.score, score)) for c in reading.characters))
