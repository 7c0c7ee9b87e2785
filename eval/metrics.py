"""What is counted about one document when a prediction is held against its truth. Pure.

`score_document` turns a truth and a prediction into counts; every figure of `eval.figures` is a ratio of sums of
these counts, so it can be resampled. A cell is judged by its name in the form that the document truly uses:

right   a number is printed and the same number is given, or the cell has the same state otherwise
wrong   a number is given that the source does not print there (another number, or anything that is no number)
missed  a number is printed and none is given
state   no number is printed, none is given, but blank, absent and unread are mixed up

Numbers given for cells that the true form does not have, or for a table that the document does not hold, are wrong
as well ("invented"). A document that an engine failed on (an error, too slow) has all numbers missed.

A printed number is denied where its cell is said to be blank or absent, or its table to be missing, or where the table
is given in a form that has no such cell. A number that is wrong or denied at `SURE` is a silent error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from eval.calibration import (
    BINS,
    Floats,
    ReliabilityBin,
    bin_sums,
    calibration_error,
    equal_mass_edges,
    equal_width_edges,
    reliability,
    risk_coverage,
    risk_coverage_area,
)
from eval.counting import (
    SURE,
    Counts,
    Judgement,
    count_cells,
    count_confidence,
    count_shifts,
    count_verdicts,
    judge_cell,
    source_breaks,
)
from eval.grits import cells_to_grid, grid_similarity
from eval.truth import TrueCell, TrueTable, Truth, read_truth
from gouji.checks import Finding
from gouji.forms import TABLES, template
from gouji.tables import Cell, CellState, Number, Table, TableState

__all__ = [
    "BINS",
    "SURE",
    "Counts",
    "Floats",
    "Judgement",
    "Prediction",
    "ReliabilityBin",
    "Score",
    "TrueCell",
    "TrueTable",
    "Truth",
    "bin_sums",
    "calibration_error",
    "equal_mass_edges",
    "equal_width_edges",
    "judge_cell",
    "read_truth",
    "reliability",
    "risk_coverage",
    "risk_coverage_area",
    "score_document",
    "source_breaks",
]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an engine says of one document.

    A table that is not among `tables` is said to be missing, as surely as the document is given.
    further: what it says of the reports behind the first, where it found several.
    """

    tables: Mapping[str, Table]
    findings: tuple[Finding, ...] = ()
    confidence: float = 1.0
    needs_review: bool = False
    further: tuple["Prediction", ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of one document, and confidence and correctness [n] of each cell that carries a confidence."""

    counts: Counts
    confidence: Floats = field(default_factory=lambda: np.empty(0))
    correct: Floats = field(default_factory=lambda: np.empty(0))
    report_confidence: float = 0.0


def score_document(truth: Truth, prediction: Prediction | None) -> Score:
    """The counts of one document; `prediction` is None where the engine failed."""
    counts = Counts(documents=1, failed=float(prediction is None))
    answer = prediction or Prediction({}, confidence=0.0, needs_review=True)
    pairs: list[tuple[float, bool]] = []
    exact, but_empties = prediction is not None, prediction is not None
    for name in TABLES:
        true, got = truth.tables[name], answer.tables.get(name)
        missing_at = answer.confidence if got is None else got.confidence
        if got is not None and got.state is TableState.MISSING:
            got = None
        pairs += count_cells(counts, true, got, missing_at)
        same, nearly = _tables_agree(true, got)
        if name in truth.elsewhere:
            same = nearly = _count_elsewhere(counts, got, missing_at)
        elif true is None:
            counts.missing += 1
            counts.missing_right += prediction is not None and got is None
        else:
            _count_table(counts, true, got, missing_at)
            counts.tables_exact += same
        exact, but_empties = exact and same, but_empties and nearly
        if true is not None or (got is not None and name not in truth.elsewhere):
            counts.grits += _grits(true, got)
            counts.grits_tables += 1
    count_document(counts, answer.confidence, answer.needs_review, exact, but_empties)
    count_away(counts, bool(truth.elsewhere), answer.needs_review)
    count_verdicts(counts, truth, answer.tables, answer.findings)
    count_confidence(counts, pairs)
    columns = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return Score(counts, columns[:, 0], columns[:, 1], answer.confidence)


def _count_elsewhere(counts: Counts, got: Table | None, missing_at: float) -> bool:
    """Count a table that is not in the source and not to be denied; whether nothing false is said of it."""
    denied = got is None and missing_at >= SURE
    right = not denied and (got is None or all(cell.state is not CellState.PRINTED for cell in got.cells.values()))
    counts.elsewhere += 1
    counts.elsewhere_right += right
    counts.deniable += 1
    counts.tables_denied += denied
    return right


def _count_table(counts: Counts, true: TrueTable, got: Table | None, missing_at: float) -> None:
    counts.tables += 1
    counts.tables_lost += got is None
    counts.forms_right += got is not None and _forms_agree(true, got)
    if any(cell.state is CellState.PRINTED for cell in true.cells.values()):
        counts.deniable += 1
        counts.tables_denied += got is None and missing_at >= SURE
    count_shifts(counts, true, got)


def _forms_agree(true: TrueTable, got: Table) -> bool:
    """Whether the form is right. One that differs in rows alone that the source does not have is no other reading."""
    if true.form == got.form:
        return True
    lost = (true.cells[name] for name in true.cells.keys() - got.cells.keys())
    more = (got.cells[name] for name in got.cells.keys() - true.cells.keys())
    gone = all(cell.either or cell.state is CellState.ABSENT for cell in lost)
    return gone and all(cell.state is CellState.ABSENT for cell in more)


def _tables_agree(true: TrueTable | None, got: Table | None) -> tuple[bool, bool]:
    """Whether a table is exactly right, and whether it is when 0 and blank count as one."""
    if true is None or got is None:
        same = true is None and got is None
        return same, same
    if not _forms_agree(true, got):
        return False, False
    there = [(cell, got.cells[name]) for name, cell in true.cells.items() if name in got.cells]
    if true.form == got.form and len(there) < len(true.cells):
        return False, False
    judged = [judge_cell(cell, answer) is Judgement.RIGHT for cell, answer in there]
    nearly = (right or _both_empty(*pair) for right, pair in zip(judged, there, strict=True))
    return all(judged), all(nearly)


def _is_empty(value: Number | None, state: CellState) -> bool:
    return state is CellState.BLANK or (state is CellState.PRINTED and value == 0)


def _both_empty(true: TrueCell, got: Cell) -> bool:
    return _is_empty(true.value, true.state) and _is_empty(got.value, got.state)


def count_document(counts: Counts, confidence: float, needs_review: bool, exact: bool, but_empties: bool) -> None:
    """Count a document by its confidence and by whether it is sent to review."""
    counts.exact += exact
    counts.exact_but_empties += but_empties
    counts.wrong_documents += not exact
    counts.reviewed += needs_review
    counts.unreviewed_wrong += not exact and not needs_review
    if confidence >= SURE:
        counts.sure_documents += 1
        counts.sure_documents_wrong += not exact


def count_away(counts: Counts, away: bool, needs_review: bool) -> None:
    """Count a document with a table elsewhere: it is to be looked at."""
    counts.away_documents += away
    counts.away_unreviewed += away and not needs_review


def _grits(true: TrueTable | None, got: Table | None) -> float:
    if true is None or got is None or got.form is None:
        return 0.0
    form = template(true.table, true.form)
    true_grid = cells_to_grid(form, {name: _print(c.value, c.state) for name, c in true.cells.items()})
    got_texts = {name: _print(c.value, c.state) for name, c in got.cells.items()}
    return grid_similarity(true_grid, cells_to_grid(template(got.table, got.form), got_texts))


def _print(value: Number | None, state: CellState) -> str | None:
    if state is CellState.ABSENT:
        return None
    return "" if value is None else format(value, "f").rstrip("0").rstrip(".") if value % 1 else str(int(value))
