"""The counts of single cells, shifts and verdicts, by hand."""

import pytest

from eval.counting import (
    COUNTS,
    Counts,
    Judgement,
    count_cells,
    count_confidence,
    count_shifts,
    count_verdicts,
    judge_cell,
    source_breaks,
)
from eval.truth import TrueCell
from gouji.checks import Finding, Verdict
from gouji.forms import APPLICATIONS, template
from gouji.tables import Cell, CellState

NAMES = template(APPLICATIONS, "2021").cells
PRINTED, BLANK, ABSENT, UNREAD = CellState.PRINTED, CellState.BLANK, CellState.ABSENT, CellState.UNREAD


def got(state: CellState, value: int | None = None, confidence: float = 1.0) -> Cell:
    return Cell(value, None, state, confidence)


@pytest.mark.parametrize(
    ("true", "read", "judgement"),
    [
        (TrueCell(3, PRINTED), got(PRINTED, 3), Judgement.RIGHT),
        (TrueCell(3, PRINTED), got(PRINTED, 4), Judgement.WRONG),
        (TrueCell(3, PRINTED), got(BLANK), Judgement.MISSED),
        (TrueCell(3, PRINTED), None, Judgement.MISSED),
        (TrueCell(0, PRINTED), got(BLANK), Judgement.MISSED),
        (TrueCell(None, BLANK), got(PRINTED, 0), Judgement.WRONG),
        (TrueCell(None, BLANK), got(BLANK), Judgement.RIGHT),
        (TrueCell(None, BLANK), got(ABSENT), Judgement.STATE),
        (TrueCell(None, BLANK, True), got(ABSENT), Judgement.RIGHT),
        (TrueCell(None, UNREAD), got(UNREAD), Judgement.RIGHT),
        (None, got(PRINTED, 0), Judgement.WRONG),
        (None, got(BLANK), Judgement.STATE),
    ],
)
def test_a_cell_is_judged_by_its_state_and_its_number(true, read, judgement) -> None:  # type: ignore[no-untyped-def]
    assert judge_cell(true, read) is judgement


def test_a_number_that_is_denied_at_high_confidence_is_silent(make_truth, make_table) -> None:  # type: ignore[no-untyped-def]
    truth = make_truth(applications={NAMES[0]: 5}).tables[APPLICATIONS]
    counts = Counts()
    count_cells(counts, truth, make_table(APPLICATIONS, {NAMES[0]: (None, 0.96)}))
    assert (counts.denied, counts.denied_sure, counts.silent, counts.nonzero_missed) == (1, 1, 1, 1)
    counts = Counts()
    count_cells(counts, truth, make_table(APPLICATIONS, {NAMES[0]: ("unread", 0.96)}))
    assert (counts.denied, counts.silent) == (0, 0)  # that something is printed is said
    counts = Counts()
    count_cells(counts, truth, None, 0.97)
    assert (counts.denied_sure, counts.cells_right) == (len(NAMES), 0)


def test_numbers_for_no_cell_are_invented(make_truth, make_table) -> None:  # type: ignore[no-untyped-def]
    counts = Counts()
    count_cells(counts, None, make_table(APPLICATIONS, {NAMES[0]: (None, 0.9)}))
    assert counts.invented == len(NAMES) - 1


def test_a_number_one_row_further_is_shifted(make_truth, make_table) -> None:  # type: ignore[no-untyped-def]
    rows = template(APPLICATIONS, "2021").rows
    truth = make_truth(applications={rows[3].cells[0]: 41, rows[5].cells[2]: 17}).tables[APPLICATIONS]
    counts = Counts()
    count_shifts(counts, truth, make_table(APPLICATIONS, {rows[4].cells[0]: (41, 1.0), rows[5].cells[3]: (17, 1.0)}))
    assert (counts.row_shifted, counts.column_shifted) == (1, 1)


@pytest.mark.parametrize(
    ("read", "verdict", "expected"),
    [
        (5, Verdict.SOURCE, (1, 0, 0, 1)),
        (5, Verdict.READING, (0, 1, 0, 0)),
        (6, Verdict.READING, (1, 0, 0, 0)),
        (6, Verdict.SOURCE, (0, 1, 0, 1)),
        (5, Verdict.UNDECIDED, (0, 0, 1, 0)),
    ],
)
def test_the_source_is_wrong_where_all_of_a_failing_sum_was_read_right(
    make_truth, make_table, read, verdict, expected
) -> None:  # type: ignore[no-untyped-def]
    identity = next(i for i in template(APPLICATIONS, "2021").identities if i.check == "row_total")
    truth = make_truth(active_disclosure={}, applications={identity.wholes[0]: 5})
    table = make_table(APPLICATIONS, {identity.wholes[0]: (read, 1.0)})
    finding = Finding(identity.check, identity.table, identity.at, read, 0, False, verdict, identity.cells)
    counts = Counts()
    count_verdicts(counts, truth, {APPLICATIONS: table}, [finding])
    told = (counts.verdict_right, counts.verdict_wrong, counts.verdict_undecided, counts.source_breaks_found)
    assert told == expected
    assert (identity.check, identity.table, identity.at) in source_breaks(truth)


def test_confidence_is_held_against_what_was_right() -> None:
    counts = Counts()
    count_confidence(counts, [(1.0, True), (0.95, False), (0.5, False)])
    assert (counts.judged, counts.sure_cells, counts.sure_cells_wrong) == (3, 2, 1)
    assert counts.squared_error == pytest.approx(0.95**2 + 0.25)
    assert "judged" in COUNTS
