from dataclasses import replace
from decimal import Decimal

import pytest

from eval.metrics import Judgement, Prediction, TrueCell, judge_cell, score_document, source_breaks
from gouji.checks import Finding, Verdict
from gouji.forms import REVIEW_LITIGATION, template
from gouji.tables import Cell, CellState, Table, TableState

NAMES = template(REVIEW_LITIGATION, "2021").cells


def _missing(table):
    return Table(table, TableState.MISSING, None, None, 0.9)


@pytest.fixture
def truth(make_truth):
    told = dict(zip(NAMES, (5, 7, 0, None, 12, "absent", "unread"), strict=False))
    return make_truth(review_litigation=told)


@pytest.fixture
def misread(make_table):
    told = [(5, 0.99), (0, 0.99), (7, 0.5), (0, 0.9), (None, 0.97), ("absent", 0.9), ("unread", 0.8)]
    return make_table(REVIEW_LITIGATION, dict(zip(NAMES, told, strict=False)))


def test_a_document_by_hand(truth, misread):
    score = score_document(truth, Prediction({REVIEW_LITIGATION: misread}, confidence=0.4))
    c = score.counts
    assert (c.documents, c.exact, c.exact_but_empties, c.failed) == (1, 0, 0, 0)
    assert (c.tables, c.tables_exact, c.forms_right, c.missing, c.missing_right) == (1, 0, 1, 2, 2)
    assert (c.cells, c.cells_right, c.printed, c.printed_right) == (15, 11, 12, 9)
    assert (c.nonzero, c.nonzero_right, c.nonzero_wrong, c.nonzero_missed) == (3, 1, 1, 1)
    assert (c.zero, c.zero_right, c.zero_as_blank) == (9, 8, 0)
    assert (c.blank, c.blank_right, c.blank_as_zero) == (1, 0, 1)
    assert (c.absent, c.absent_right, c.unread, c.unread_right) == (1, 1, 1, 1)
    assert (c.given, c.given_wrong, c.invented) == (12, 3, 0)
    assert (c.sure_given, c.sure_given_wrong, c.printed_sure) == (10, 1, 10)
    assert (c.sure_cells, c.sure_cells_wrong) == (11, 2)
    assert (c.row_shifted, c.column_shifted) == (0, 1)
    assert c.squared_error == pytest.approx(0.0001 + 0.9801 + 0.25 + 0.81 + 0.9409 + 0.01 + 0.04)
    assert (c.sure_documents, c.wrong_documents, c.unreviewed_wrong) == (0, 1, 1)
    assert (len(score.confidence), score.correct.sum(), score.report_confidence) == (15, 11, 0.4)


def test_exactly_right(truth, make_table):
    told = [(5, 1.0), (7, 1.0), (0, 1.0), (None, 1.0), (12, 1.0), ("absent", 1.0), ("unread", 1.0)]
    table = make_table(REVIEW_LITIGATION, dict(zip(NAMES, told, strict=False)))
    counts = score_document(
        truth, Prediction({REVIEW_LITIGATION: table, "applications": _missing("applications")})
    ).counts
    assert (counts.exact, counts.exact_but_empties, counts.missing_right) == (1, 1, 2)
    # the absent cell is in neither grid, so everything there is agrees
    assert (counts.grits, counts.grits_tables) == (1, 1)


@pytest.mark.parametrize(("told", "but_empties"), [(None, 1), ("absent", 0), ("unread", 0), (1, 0)])
def test_zero_and_blank_are_told_apart(make_truth, make_table, told, but_empties):
    truth = make_truth(review_litigation={NAMES[3]: 0})
    got = make_table(REVIEW_LITIGATION, {NAMES[3]: (told, 0.5)})
    counts = score_document(truth, Prediction({REVIEW_LITIGATION: got})).counts
    assert (counts.exact, counts.exact_but_empties) == (0, but_empties)


def test_a_missing_table_is_never_zeros(make_truth, make_table):
    counts = score_document(make_truth(), Prediction({REVIEW_LITIGATION: make_table(REVIEW_LITIGATION)})).counts
    assert (counts.exact, counts.exact_but_empties, counts.missing, counts.missing_right) == (0, 0, 3, 2)
    assert (counts.given, counts.given_wrong, counts.invented, counts.sure_given_wrong) == (15, 15, 15, 15)
    assert (counts.grits, counts.grits_tables) == (0, 1)


def test_a_stripped_report_is_exact_when_nothing_is_found(make_truth):
    assert score_document(make_truth(), Prediction({})).counts.exact == 1
    failed = score_document(make_truth(), None).counts
    assert (failed.exact, failed.exact_but_empties, failed.failed, failed.missing_right) == (0, 0, 1, 0)


def test_a_failed_document_has_missed_all(truth):
    score = score_document(truth, None)
    assert (score.counts.nonzero_missed, score.counts.cells_right, score.counts.tables_lost) == (3, 0, 1)
    assert len(score.confidence) == 0


def test_the_other_form_is_not_exact(make_truth, make_table):
    truth = make_truth(form="2019", applications={})
    counts = score_document(truth, Prediction({"applications": make_table("applications")})).counts
    assert (counts.exact, counts.forms_right) == (0, 0)
    # three rows of the 2021 form are not in that of 2019, one of 2019 is not in that of 2021
    assert (counts.cells_right, counts.invented) == (161 - 7, 21)


@pytest.mark.parametrize(
    ("true_row", "true_column", "rows", "columns"),
    [(4, 2, 1, 0), (2, 2, 1, 0), (3, 1, 0, 1), (3, 3, 0, 1), (5, 2, 0, 0)],
)
def test_shifts_are_told_by_the_neighbour(make_truth, make_table, true_row, true_column, rows, columns):
    form = template("applications", "2021")
    truth = make_truth(applications={form.rows[true_row].cells[true_column]: 31})
    got = make_table("applications", {form.rows[3].cells[2]: (31, 0.9)})
    counts = score_document(truth, Prediction({"applications": got})).counts
    assert (counts.row_shifted, counts.column_shifted) == (rows, columns)


def test_shifts_along_table_four_cross_its_blocks(make_truth, make_table):
    got = make_table(REVIEW_LITIGATION, {NAMES[5]: (9, 0.9)})
    counts = score_document(make_truth(review_litigation={NAMES[4]: 9}), Prediction({REVIEW_LITIGATION: got})).counts
    assert (counts.row_shifted, counts.column_shifted) == (0, 1)


@pytest.mark.parametrize(
    ("true", "got", "judged"),
    [
        (TrueCell(Decimal("52.10"), CellState.PRINTED), Cell(Decimal("52.1"), "", CellState.PRINTED, 1), "right"),
        (TrueCell(None, CellState.BLANK), Cell(0, "0", CellState.PRINTED, 1), "wrong"),
        (TrueCell(0, CellState.PRINTED), Cell(None, "", CellState.BLANK, 1), "missed"),
        (TrueCell(0, CellState.PRINTED), None, "missed"),
        (TrueCell(None, CellState.ABSENT), Cell(None, "", CellState.BLANK, 1), "state"),
        (TrueCell(None, CellState.BLANK), None, "state"),
        (TrueCell(None, CellState.UNREAD), Cell(None, "*", CellState.UNREAD, 1), "right"),
        (None, Cell(3, "3", CellState.PRINTED, 1), "wrong"),
        (None, Cell(None, "", CellState.BLANK, 1), "state"),
    ],
)
def test_judgements(true, got, judged):
    assert judge_cell(true, got) is Judgement(judged)


@pytest.mark.parametrize(
    ("read", "verdict", "counted"),
    [
        (4, Verdict.SOURCE, (1, 0, 0, 1)),  # read as printed: the report is wrong, and found
        (4, Verdict.READING, (0, 1, 0, 0)),
        (4, Verdict.UNDECIDED, (0, 0, 1, 0)),
        (3, Verdict.READING, (1, 0, 0, 0)),  # the total is misread
        (3, Verdict.SOURCE, (0, 1, 0, 1)),
    ],
)
def test_verdicts_by_hand(make_truth, make_table, read, verdict, counted):
    identity = template(REVIEW_LITIGATION, "2021").identities[0]
    (whole,) = identity.wholes
    truth = make_truth(review_litigation={whole: 4, identity.parts[0]: 1})
    assert source_breaks(truth) == [(identity.check, identity.table, identity.at)]
    finding = Finding(identity.check, identity.table, identity.at, read, 1, False, verdict, identity.cells)
    tables = {REVIEW_LITIGATION: make_table(REVIEW_LITIGATION, {whole: (read, 1.0), identity.parts[0]: (1, 1.0)})}
    counts = score_document(truth, Prediction(tables, (finding, replace(finding, holds=True)))).counts
    found = counts.verdict_right, counts.verdict_wrong, counts.verdict_undecided, counts.source_breaks_found
    assert found == counted
    assert (counts.failing, counts.source_breaks) == (1, 1)


def test_sums_with_what_cannot_be_read_are_not_broken(make_truth):
    identity = template(REVIEW_LITIGATION, "2021").identities[0]
    told = {identity.wholes[0]: 4, identity.parts[0]: "unread", identity.parts[1]: None}
    assert source_breaks(make_truth(review_litigation=told)) == []
    told[identity.parts[0]] = 4
    assert source_breaks(make_truth(review_litigation=told)) == []


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        # denied, denied at SURE, silent, silent wrong
        ((None, 0.97), (1, 1, 1, 0)),
        (("absent", 0.97), (1, 1, 1, 0)),
        ((None, 0.94), (1, 0, 0, 0)),
        (("unread", 0.97), (0, 0, 0, 0)),  # that something is printed is said
        ((8, 0.97), (0, 0, 1, 1)),
        ((8, 0.94), (0, 0, 0, 0)),
        ((7, 0.97), (0, 0, 0, 0)),
    ],
)
def test_a_printed_number_may_be_wrong_or_denied(make_truth, make_table, told, counted):
    truth = make_truth(review_litigation={NAMES[0]: 7})
    c = score_document(truth, Prediction({REVIEW_LITIGATION: make_table(REVIEW_LITIGATION, {NAMES[0]: told})})).counts
    assert (c.denied, c.denied_sure, c.silent, c.sure_given_wrong) == counted
    assert (c.numbers, c.printed) == (15, 15)
    assert c.printed_sure_right == 14 + (told == (7, 0.97))


def test_a_number_where_none_is_printed_counts_beside_the_printed_ones(make_truth, make_table):
    truth = make_truth(review_litigation={NAMES[0]: None, NAMES[1]: "absent"})
    table = make_table(REVIEW_LITIGATION, {NAMES[0]: (3, 0.99), NAMES[1]: (0, 0.5)})
    c = score_document(truth, Prediction({REVIEW_LITIGATION: table})).counts
    assert (c.printed, c.numbers, c.silent, c.denied) == (13, 15, 1, 0)


@pytest.mark.parametrize(("confidence", "silent"), [(0.98, 15), (0.94, 0)])
def test_a_table_said_to_be_missing_denies_its_numbers(make_truth, confidence, silent):
    missing = Table(REVIEW_LITIGATION, TableState.MISSING, None, None, confidence)
    c = score_document(make_truth(review_litigation={}), Prediction({REVIEW_LITIGATION: missing})).counts
    assert (c.denied, c.denied_sure, c.silent, c.numbers) == (15, silent, silent, 15)
    assert (c.deniable, c.tables_denied, c.tables_lost) == (1, silent > 0, 1)
    # a table that is not even named is said to be missing as surely as the document is given
    c = score_document(make_truth(review_litigation={}), Prediction({}, confidence=confidence)).counts
    assert (c.silent, c.tables_denied) == (silent, silent > 0)


def test_a_table_without_a_number_can_be_called_missing(make_truth):
    blank = make_truth(review_litigation=dict.fromkeys(NAMES))
    c = score_document(blank, Prediction({})).counts
    assert (c.deniable, c.tables_denied, c.silent, c.exact) == (0, 0, 0, 0)


def test_numbers_that_the_given_form_has_no_cell_for_are_denied(make_truth, make_table):
    truth = make_truth(form="2019", applications={})
    c = score_document(truth, Prediction({"applications": make_table("applications")})).counts
    assert (c.denied, c.denied_sure) == (7, 7)
    assert (c.numbers, c.silent) == (161 + 21, 7 + 21)


def test_a_failed_document_denies_nothing_surely(truth):
    c = score_document(truth, None).counts
    assert (c.denied, c.denied_sure, c.silent, c.tables_denied) == (12, 0, 0, 0)


@pytest.mark.parametrize(
    ("state", "confidence", "right", "denied"),
    [("missing", 0.6, 1, 0), ("missing", 0.98, 0, 1), ("blank", 0.99, 1, 0), ("printed", 0.5, 0, 0)],
)
def test_a_table_elsewhere_is_neither_denied_nor_filled(make_truth, make_table, state, confidence, right, denied):
    truth = replace(make_truth(), elsewhere=frozenset({REVIEW_LITIGATION}))
    value = None if state == "blank" else 0
    table = make_table(REVIEW_LITIGATION, dict.fromkeys(NAMES, (value, confidence)))
    if state == "missing":
        table = replace(_missing(REVIEW_LITIGATION), confidence=confidence)
    c = score_document(truth, Prediction({REVIEW_LITIGATION: table})).counts
    assert (c.elsewhere, c.elsewhere_right, c.exact) == (1, right, right)
    assert (c.deniable, c.tables_denied, c.missing, c.silent) == (1, denied, 2, 0)
    assert (c.away_documents, c.away_unreviewed) == (1, 1)
    reviewed = Prediction({REVIEW_LITIGATION: table}, needs_review=True)
    assert score_document(truth, reviewed).counts.away_unreviewed == 0


@pytest.mark.parametrize(("told", "exact"), [(None, 1), ("absent", 1), ("unread", 0), (0, 0)])
def test_blank_and_absent_are_both_right_where_nobody_can_tell(make_truth, make_table, told, exact):
    truth = make_truth(review_litigation={})
    held = truth.tables[REVIEW_LITIGATION]
    empty = TrueCell(None, CellState.BLANK, either=True)
    truth = replace(
        truth, tables={**truth.tables, REVIEW_LITIGATION: replace(held, cells={**held.cells, NAMES[2]: empty})}
    )
    table = make_table(REVIEW_LITIGATION, {NAMES[2]: (told, 0.99)})
    assert score_document(truth, Prediction({REVIEW_LITIGATION: table})).counts.exact == exact


def test_a_form_that_differs_in_absent_rows_alone_is_no_other_reading(make_truth, make_table):
    old, new = template("applications", "2019"), template("applications", "2021")
    gone = dict.fromkeys(set(old.cells) - set(new.cells), "absent")
    more = dict.fromkeys(set(new.cells) - set(old.cells), ("absent", 0.99))
    truth = make_truth(form="2019", applications=gone)
    c = score_document(truth, Prediction({"applications": make_table("applications", more)})).counts
    assert (c.exact, c.forms_right) == (1, 1)
    c = score_document(truth, Prediction({"applications": make_table("applications")})).counts
    assert (c.exact, c.forms_right) == (0, 0)
