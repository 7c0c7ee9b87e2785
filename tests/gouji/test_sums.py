from decimal import Decimal

import pytest

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.sums import SURE, adds_up, hold, involved_cells, is_same

BLOCKS = template(REVIEW_LITIGATION, "2021")
REVIEW = BLOCKS.identities[0]


def test_what_counts_as_surely_read_is_told_once() -> None:
    assert SURE == 0.95


def test_blanks_count_as_nothing_and_are_counted() -> None:
    values = dict.fromkeys(BLOCKS.cells, None) | {"review_upheld": 2, "review_corrected": 0, "review_total": 2}
    held = hold(REVIEW, values)
    assert (held.whole, held.part, held.gap, held.holds, held.blanks) == (2, 2, 0, True, 2)
    assert held.filled == {"review_upheld", "review_total"}
    assert not held.empty
    assert involved_cells(held) == REVIEW.cells


def test_a_sum_that_fails_names_its_wholes_and_its_numbers() -> None:
    values = dict.fromkeys(BLOCKS.cells, 0) | {"review_upheld": 2}
    held = hold(REVIEW, values)
    assert (held.holds, held.gap) == (False, -2)
    assert involved_cells(held) == ("review_total", "review_upheld")


def test_a_sum_of_nothing_holds_and_proves_nothing() -> None:
    held = hold(REVIEW, dict.fromkeys(BLOCKS.cells, 0))
    assert held.holds
    assert held.empty


def test_a_flow_has_two_wholes() -> None:
    whole = template(APPLICATIONS, "2021")
    flow = next(i for i in whole.identities if (i.check, i.at) == ("column_flow", "business"))
    values = dict.fromkeys(whole.cells, 0) | {"new_received.business": 3, "carried_over.business": 1}
    assert hold(flow, values | {"total_processed.business": 4}).holds
    assert hold(flow, values | {"total_processed.business": 3, "carried_forward.business": 1}).holds
    assert not hold(flow, values | {"total_processed.business": 3}).holds


def test_a_cell_without_entry_is_an_error() -> None:
    with pytest.raises(KeyError):
        hold(REVIEW, {"review_upheld": 2})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([1, 2, 3], True),
        ([1, None, 1], True),
        ([None, None, None], True),
        ([1, 2, 4], False),
        ([1, 2, None], False),
        ([Decimal("0.1"), Decimal("0.2"), Decimal("0.3")], True),
        ([0], True),
        ([1], False),
    ],
)
def test_a_row_adds_up_to_its_last_number(row: list[int | Decimal | None], expected: bool) -> None:
    assert adds_up(row) is expected


def test_binary_fractions_are_the_same_but_for_their_rounding() -> None:
    assert is_same(0.1 + 0.2, 0.3)
    assert not is_same(0.3, 0.301)
