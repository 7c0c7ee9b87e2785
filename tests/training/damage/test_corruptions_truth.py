"""Damage that changes what the source prints: the truth says exactly what is still printed."""

from random import Random

import pytest

from gouji.forms import TABLES
from gouji.tables import CellState
from training.damage.corruptions_truth import TRUTH_CORRUPTIONS, change_cells, lose_digits, mask_digits, widen_digits
from training.tables.synthesis import TrueCell, TrueReport, draw_report


def changed(before: TrueReport, after: TrueReport) -> list[tuple[TrueCell, TrueCell]]:
    """The cells that differ, before and after."""
    pairs = []
    for table in TABLES:
        one, other = before.tables[table], after.tables[table]
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            pairs += [(cell, other.cells[name]) for name, cell in one.cells.items() if cell != other.cells[name]]
    return pairs


@pytest.fixture(params=range(4))
def report(request: pytest.FixtureRequest) -> TrueReport:
    return draw_report(Random(request.param))


@pytest.mark.parametrize("kind", TRUTH_CORRUPTIONS)
def test_a_value_is_printed_or_there_is_none(report: TrueReport, kind: str) -> None:
    after = TRUTH_CORRUPTIONS[kind](report, Random(7))
    for _, cell in changed(report, after):
        assert (cell.value is not None) == (cell.state is CellState.PRINTED)


def test_masked_digits_cannot_be_read(report: TrueReport) -> None:
    pairs = changed(report, mask_digits(report, Random(7)))
    assert 1 <= len(pairs) <= 3
    assert all(cell.state is CellState.UNREAD and "*" in cell.text for _, cell in pairs)


def test_a_lost_digit_leaves_the_number_that_is_printed_then(report: TrueReport) -> None:
    for before, after in changed(report, lose_digits(report, Random(7))):
        assert len(after.text) == len(before.text) - 1
        assert after.value == int(after.text)


def test_wide_digits_are_the_same_numbers(report: TrueReport) -> None:
    pairs = changed(report, widen_digits(report, Random(7)))
    assert pairs
    assert all(before.value == after.value and not after.text.isascii() for before, after in pairs)


def test_nothing_changed_is_the_same_report(report: TrueReport) -> None:
    assert change_cells(report, TABLES[0], {}) is report
