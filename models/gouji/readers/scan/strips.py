"""A picture that was cut into strips, one under another: on a long page, or where a page break went through it.

A cut through a row of a table halves its characters, and a half can be read as anything. So strips of which one goes
on where the other ends are read as one picture, and what was read is handed back to the strips.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gouji.document import Box, Document, Fragment, Page

Gray = NDArray[np.uint8]
_DARK = 160
_EDGE = 2  # rows of dots at either side of a cut
_SAME_WIDTH = 0.01  # set: share of the width by which strips may differ
_MEETING_BOTH, _MEETING_ONE = 0.7, 0.9  # set: share of the ink at both sides, or at one side, of a cut that goes on
_LEAST, _MOST = 3, 0.5  # dots of ink at a cut; share of its width, from which on it is a ruling line
_MAX_PIXELS = 60_000_000


@dataclass(frozen=True, slots=True)
class Stack:
    """Strips of one picture: the number of the first, and all of them; None where there is no picture."""

    first: int
    strips: tuple[Gray | None, ...]

    def picture(self) -> Gray | None:
        """The strips as one picture."""
        strips = [strip for strip in self.strips if strip is not None]
        return np.ascontiguousarray(np.vstack(strips)) if strips else None


def stack_strips(pictures: Iterable[Gray | None]) -> Iterator[Stack]:
    """The pictures in order, strips of one put together. Only one stack is held at a time."""
    stack: list[Gray | None] = []
    first = 0
    for n, picture in enumerate(pictures):
        above = stack[-1] if stack else None
        fitted = _fit(above, picture) if above is not None and picture is not None else None
        room = _MAX_PIXELS - sum(strip.size for strip in stack if strip is not None)
        if above is not None and fitted is not None and fitted.size <= room and _goes_on(above, fitted):
            stack.append(fitted)
            continue
        if stack:
            yield Stack(first, tuple(stack))
        stack, first = [picture], n
    if stack:
        yield Stack(first, tuple(stack))


def _fit(above: Gray, picture: Gray) -> Gray | None:
    """The picture in the width of the one above it; None where it has another one."""
    wide, own = above.shape[1], picture.shape[1]
    if abs(wide - own) > _SAME_WIDTH * wide:
        return None
    return picture if wide == own else np.asarray(cv2.resize(picture, (wide, picture.shape[0])), dtype=np.uint8)


def _goes_on(above: Gray, below: Gray) -> bool:
    """Whether what is printed at the lower edge of a picture goes on at the upper edge of the next.

    Where the cut grazes the characters of a row, only the lines between its cells go on.
    """
    ends, starts = (above[-_EDGE:] < _DARK).any(axis=0), (below[:_EDGE] < _DARK).any(axis=0)
    least, most = min(ends.sum(), starts.sum()), max(ends.mean(), starts.mean())
    if least < _LEAST or most > _MOST:
        return False
    near = np.ones(5)
    wider = [np.convolve(edge, near, "same") > 0 for edge in (ends, starts)]
    met = (ends & wider[1]).sum() / ends.sum(), (starts & wider[0]).sum() / starts.sum()
    return bool(min(met) >= _MEETING_BOTH or max(met) >= _MEETING_ONE)


def part_strips(document: Document, stacks: Sequence[Stack]) -> Document:
    """The document of the stacks, one a page, as a document with a page for every strip."""
    pages: list[Page] = []
    tops: list[list[float]] = []  # of the strips of each stack, in points
    for page, stack in zip(document.pages, stacks, strict=True):
        heights = [0 if strip is None else strip.shape[0] for strip in stack.strips]
        scale = (page.height or 0.0) / max(1, sum(heights))
        tops.append([sum(heights[:k]) * scale for k in range(len(heights))])
        pages += [replace(page, number=stack.first + k + 1, height=h * scale) for k, h in enumerate(heights)]
    parted = (_part(f, tops[f.page - 1], stacks[f.page - 1].first + 1) for f in document.fragments)
    return replace(document, pages=tuple(pages), fragments=tuple(parted))


def _part(fragment: Fragment, tops: Sequence[float], first: int) -> Fragment:
    box: Box | None = fragment.box
    if box is None:
        return replace(fragment, page=first)
    k = max(sum(top <= (box[1] + box[3]) / 2 for top in tops) - 1, 0)
    return replace(fragment, page=first + k, box=(box[0], box[1] - tops[k], box[2], box[3] - tops[k]))
