"""Sources that hold several reports, or were read as several: which result answers which report. Pure.

A result answers the report that most of its numbers other than 0 agree with, one each. A report that no result answers
is lost: as surely as the source is given, its tables are said to be missing. A result more than there are reports
counts by its numbers alone: those that the report nearest to it does not print in these cells are invented. So a
report that is copied twice may be given twice, and an empty form as a result of its own.
"""

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from eval.counting import Counts, Judgement, count_cells, count_confidence, judge_cell
from eval.metrics import Prediction, Score, Truth, count_away, count_document, score_document
from gouji.forms import TABLES
from gouji.tables import CellState, Table

# what is counted once for a source, and not for each of its reports
OF_DOCUMENTS = (
    "documents", "exact", "exact_but_empties", "failed", "sure_documents", "sure_documents_wrong", "reviewed",
    "unreviewed_wrong", "wrong_documents", "away_documents", "away_unreviewed",
)  # fmt: skip


def score_source(truths: Sequence[Truth], prediction: Prediction | None) -> Score:
    """The counts of one source; `prediction` is None where the engine failed, and has the further results in it."""
    if len(truths) == 1 and (prediction is None or not prediction.further):
        return score_document(truths[0], prediction)
    results = [] if prediction is None else [replace(prediction, further=()), *prediction.further]
    confidence = min((result.confidence for result in results), default=0.0)
    review = prediction is None or any(result.needs_review for result in results)
    answers = pair_results(truths, results)
    lost = None if prediction is None else Prediction({}, (), confidence, review)
    scores = [score_document(truth, results[answers[k]] if k in answers else lost) for k, truth in enumerate(truths)]
    more = [result for number, result in enumerate(results) if number not in answers.values()]
    scores += [_score_surplus(truths, result) for result in more]
    counts = Counts(documents=1, failed=float(prediction is None))
    for name in (field.name for field in fields(Counts) if field.name not in OF_DOCUMENTS):
        setattr(counts, name, sum(getattr(score.counts, name) for score in scores))
    exact, but_empties = all(s.counts.exact for s in scores), all(s.counts.exact_but_empties for s in scores)
    count_document(counts, confidence, review, exact, but_empties)
    count_away(counts, any(truth.elsewhere for truth in truths), review)
    confidences = np.concatenate([score.confidence for score in scores])
    return Score(counts, confidences, np.concatenate([score.correct for score in scores]), confidence)


def pair_results(truths: Sequence[Truth], results: Sequence[Prediction]) -> dict[int, int]:
    """For each report that is answered, the number of its result. Where agreement is equal, in their order."""
    pairs = [(-count_agreement(truth, r), k, n) for k, truth in enumerate(truths) for n, r in enumerate(results)]
    answers: dict[int, int] = {}
    for _, report, result in sorted(pairs):
        if report not in answers and result not in answers.values():
            answers[report] = result
    return answers


def count_agreement(truth: Truth, result: Prediction) -> int:
    """How many numbers other than 0 the result gives as the report prints them."""
    return sum(
        bool(cell.value) and name in got.cells and got.cells[name].value == cell.value
        for table, true in truth.tables.items()
        if true is not None and (got := result.tables.get(table)) is not None
        for name, cell in true.cells.items()
    )


def _score_surplus(truths: Sequence[Truth], result: Prediction) -> Score:
    nearest = max(truths, key=lambda truth: count_agreement(truth, result))
    counts = Counts()
    pairs: list[tuple[float, bool]] = []
    for table in TABLES:
        got = result.tables.get(table)
        if got is not None:
            pairs += count_cells(counts, None, _wrong_numbers(nearest, got))
    counts.exact = counts.exact_but_empties = float(not counts.given)
    columns = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    count_confidence(counts, pairs)
    return Score(counts, columns[:, 0], columns[:, 1], result.confidence)


def _wrong_numbers(truth: Truth, got: Table) -> Table:
    true = truth.tables[got.table]
    cells = {} if true is None else true.cells
    wrong = {
        name: cell
        for name, cell in got.cells.items()
        if cell.state is CellState.PRINTED and judge_cell(cells.get(name), cell) is not Judgement.RIGHT
    }
    return replace(got, cells=wrong)
