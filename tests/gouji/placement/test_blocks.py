"""Which numbers of the one line of table 四 belong to which of its blocks."""

from collections.abc import Sequence

import pytest

from gouji.document import Fragment, Gap
from gouji.forms import REVIEW_LITIGATION, template
from gouji.pieces import fragment_to_piece
from gouji.placement.blocks import place_blocks

BLOCKS = template(REVIEW_LITIGATION, "2021")
Values = list[list[int | None]]


def place_line(texts: Sequence[str], dropped: bool = True) -> tuple[Values, list[tuple[float, ...]]]:
    items = [
        (i, fragment_to_piece(Fragment(text, 4 * i, 4 * i + len(text), gap=Gap.BLANK_LINE, newlines=2)))
        for i, text in enumerate(texts)
    ]
    placed = place_blocks(BLOCKS, items, dropped).rows
    values = [
        [int(m.value) if m is not None and m.value is not None else None for m in p.reading.marks] for p in placed
    ]
    return values, [p.marginals for p in placed]


def test_fifteen_numbers_fill_fifteen_cells() -> None:
    texts = ["1", "0", "0", "0", "1", "2", "1", "0", "0", "3", "0", "0", "4", "0", "4"]
    values, marginals = place_line(texts)
    assert values == [[1, 0, 0, 0, 1], [2, 1, 0, 0, 3], [0, 0, 4, 0, 4]]
    assert min(map(min, marginals)) > 0.97


def test_fifteen_numbers_stay_where_the_sums_fail() -> None:
    values, _ = place_line(["5", "0", "0", "0", "1", "2", "1", "0", "0", "9", "0", "0", "4", "0", "7"])
    assert values == [[5, 0, 0, 0, 1], [2, 1, 0, 0, 9], [0, 0, 4, 0, 7]]


def test_three_numbers_are_three_totals() -> None:
    values, marginals = place_line(["0", "0", "0"])
    assert values == [[None] * 4 + [0]] * 3
    assert 0.9 < min(map(min, marginals)) < 0.99  # they may stand elsewhere, if this report leaves single zeros blank


def test_two_full_blocks_of_three() -> None:
    values, marginals = place_line(["1", "0", "0", "0", "1", "0", "0", "2", "0", "2"])
    full = [block for block in values if None not in block]
    assert full == [[1, 0, 0, 0, 1], [0, 0, 2, 0, 2]]
    assert [None] * 5 in values
    assert min(map(min, marginals)) < 0.9  # nothing says which block is blank


def test_one_full_block_with_the_totals_of_the_others() -> None:
    values, _ = place_line(["0", "3", "1", "1", "0", "5", "0"])
    assert values == [[None] * 4 + [0], [3, 1, 1, 0, 5], [None] * 4 + [0]]


def test_a_line_without_numbers_is_blank_for_sure() -> None:
    values, marginals = place_line([])
    assert values == [[None] * 5] * 3
    assert marginals == [(1.0,) * 5] * 3


def test_more_numbers_than_any_cut_takes() -> None:
    values, _ = place_line(["1"] * 40)
    assert values == [[None] * 5] * 3


@pytest.mark.parametrize("texts", [["1", "00", "0", "1"], ["2", "1", "3", "0", "0"], ["7"], ["1", "2", "3", "6", "6"]])
def test_order_and_digits_are_kept(texts: list[str]) -> None:
    values, marginals = place_line(texts)
    printed = "".join(str(value) for block in values for value in block if value is not None)
    left = iter("".join(texts))
    assert all(digit in left for digit in printed)
    assert all(0 <= p <= 1 for block in marginals for p in block)
    if len(printed) < len("".join(texts)):
        assert min(map(min, marginals)) < 0.9


@pytest.mark.parametrize("texts", [["7"], ["1", "2", "3", "6", "6"]])
def test_no_number_vanishes(texts: list[str]) -> None:
    values, _ = place_line(texts)
    assert [str(value) for block in values for value in block if value is not None] == texts
