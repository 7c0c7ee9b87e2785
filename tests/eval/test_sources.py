from dataclasses import replace

import pytest

from eval.metrics import Prediction, score_document
from eval.sources import pair_results, score_source
from gouji.forms import REVIEW_LITIGATION, TABLES, template
from gouji.tables import TableState

NAMES = template(REVIEW_LITIGATION, "2021").cells


@pytest.fixture
def reports(make_truth):
    return tuple(make_truth(review_litigation={NAMES[0]: 5 + k, NAMES[4]: 5 + k}) for k in range(2))


@pytest.fixture
def results(make_table):
    told = ({NAMES[0]: (5 + k, 0.99), NAMES[4]: (5 + k, 0.99)} for k in range(2))
    return [Prediction({REVIEW_LITIGATION: make_table(REVIEW_LITIGATION, t)}, confidence=0.97) for t in told]


def _join(first, *more):
    return replace(first, further=tuple(more))


def test_one_report_and_one_result_are_scored_as_before(reports, results):
    assert score_source(reports[:1], results[0]).counts == score_document(reports[0], results[0]).counts
    assert score_source(reports[:1], None).counts == score_document(reports[0], None).counts


@pytest.mark.parametrize("turned", [False, True])
def test_results_answer_their_reports_in_any_order(reports, results, turned):
    ordered = results[::-1] if turned else results
    c = score_source(reports, _join(*ordered)).counts
    assert (c.documents, c.exact, c.printed, c.printed_right, c.silent) == (1, 1, 30, 30, 0)
    assert (c.sure_documents, c.sure_documents_wrong) == (1, 0)
    assert pair_results(reports, ordered) == ({0: 1, 1: 0} if turned else {0: 0, 1: 1})


@pytest.mark.parametrize(("confidence", "denied"), [(0.97, 15), (0.9, 0)])
def test_a_report_that_no_result_answers_is_denied(reports, results, confidence, denied):
    c = score_source(reports, replace(results[1], confidence=confidence)).counts
    assert (c.exact, c.printed, c.printed_right, c.denied) == (0, 30, 15, 15)
    assert (c.denied_sure, c.silent, c.tables_denied) == (denied, denied, denied > 0)
    assert (c.documents, c.wrong_documents, c.unreviewed_wrong) == (1, 1, 1)


def test_a_failed_source_has_lost_all_its_reports(reports):
    c = score_source(reports, None).counts
    assert (c.documents, c.failed, c.exact, c.denied, c.silent, c.reviewed) == (1, 1, 0, 30, 0, 1)


def test_a_report_given_twice_and_an_empty_form_are_no_errors(reports, results, make_table):
    empty = Prediction({REVIEW_LITIGATION: make_table(REVIEW_LITIGATION, dict.fromkeys(NAMES, (None, 0.99)))})
    c = score_source(reports[:1], _join(empty, results[0], results[0])).counts
    assert (c.exact, c.silent, c.invented, c.printed, c.printed_right) == (1, 0, 0, 15, 15)


def test_a_result_too_many_has_invented_what_its_report_does_not_print(reports, results):
    more = replace(results[1], confidence=0.5, needs_review=True)
    score = score_source(reports[:1], _join(results[0], more))
    c = score.counts
    assert (c.exact, c.invented, c.given_wrong, c.silent, c.numbers) == (0, 2, 2, 2, 17)
    assert (c.sure_documents, c.reviewed) == (0, 1)
    assert (len(score.confidence), c.judged, c.sure_cells_wrong) == (17, 17, 2)


def test_what_is_said_to_be_missing_too_often_is_no_error(reports, results):
    missing = {
        t: replace(results[0].tables[REVIEW_LITIGATION], table=t, state=TableState.MISSING, cells={}) for t in TABLES
    }
    assert score_source(reports[:1], _join(results[0], Prediction(missing))).counts.exact == 1
