from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from gouji.document import Document, Fragment, Page
from gouji.readers.scan.strips import Stack, part_strips, stack_strips

Gray = NDArray[np.uint8]


def table() -> Gray:
    """A table of six rows of forty dots, with white around it."""
    grey = np.full((300, 400), 255, dtype=np.uint8)
    grey[20:261:40, 20:381] = 0
    grey[20:261, [20, 21, 140, 141, 260, 261, 379, 380]] = 0
    grey[30:250, 60:70] = 90
    return grey


def cut(*at: int) -> list[Gray | None]:
    whole = table()
    edges = [0, *at, len(whole)]
    return [whole[a:b] for a, b in pairwise(edges)]


def grazed() -> list[Gray | None]:
    """A cut at the foot of a row of characters: only the lines between the cells go on."""
    upper, lower = (part.copy() for part in cut(75) if part is not None)
    upper[-2:, 100:130] = 0
    lower[:20, 60:70] = 255
    return [upper, lower]


def slanted() -> list[Gray | None]:
    """A cut through characters whose strokes are elsewhere a dot further down: most of both sides meets."""
    upper, lower = (part.copy() for part in cut(75) if part is not None)
    upper[-2:, 100:104] = 0
    lower[:2, 200:204] = 0
    return [upper, lower]


@pytest.mark.parametrize(
    ("pictures", "sizes"),
    [
        (cut(75), [2]),
        (cut(75, 130, 200), [4]),
        (grazed(), [2]),
        (slanted(), [2]),
        ([table(), table()], [1, 1]),
        ([*cut(75), table()], [2, 1]),
        ([table(), None, table()], [1, 1, 1]),
        ([cut(75)[0], table()[:, :300]], [1, 1]),
        ([], []),
    ],
)
def test_strips_of_one_picture_are_stacked(pictures: Sequence[Gray | None], sizes: list[int]) -> None:
    stacks = list(stack_strips(pictures))
    assert [len(stack.strips) for stack in stacks] == sizes
    assert [stack.first for stack in stacks] == [sum(sizes[:n]) for n in range(len(sizes))]


def test_a_stack_is_the_picture_that_was_cut() -> None:
    (stack,) = stack_strips(cut(75, 130))
    assert np.array_equal(stack.picture(), table())


def test_what_was_read_of_a_stack_is_handed_back_to_its_strips() -> None:
    (stack,) = stack_strips(cut(75))
    texts = [Fragment("a", 0, 1, 1, (0, 10, 5, 20)), Fragment("b", 2, 3, 1, (0, 100, 5, 120)), Fragment("c", 4, 5, 2)]
    document = Document("a b c", tuple(texts), (Page(1, 400.0, 300.0, True), Page(2, 90.0, 90.0)))
    found = part_strips(document, [stack, Stack(2, (None,))])
    assert [(f.page, f.box) for f in found.fragments] == [(1, (0, 10, 5, 20)), (2, (0, 25, 5, 45)), (3, None)]
    assert [(p.number, p.width, p.height) for p in found.pages] == [(1, 400, 75), (2, 400, 225), (3, 90, 0)]
