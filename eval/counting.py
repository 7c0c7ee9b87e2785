"""The counts that figures are made of, and the judgement of cells, shifts and checks. Pure; see eval.metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise

from eval.truth import TrueCell, TrueTable, Truth
from gouji.checks import Finding, Verdict
from gouji.forms import REVIEW_LITIGATION, Template, template
from gouji.sums import hold
from gouji.tables import Cell, CellState, Table

SURE = 0.95  # what is given at this confidence or above is given without a warning


class Judgement(StrEnum):
    """How a cell was read; see the module."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    STATE = "state"


@dataclass(slots=True)
class Counts:
    """Counts of one document; all of them add up over documents."""

    documents: float = 0
    exact: float = 0  # every value, state, form right; missing tables missing
    exact_but_empties: float = 0  # the same when 0 and blank count as one
    failed: float = 0
    sure_documents: float = 0  # report confidence >= SURE
    sure_documents_wrong: float = 0
    reviewed: float = 0  # needs_review
    unreviewed_wrong: float = 0  # not exact and not sent to review
    wrong_documents: float = 0
    tables: float = 0  # tables that the document holds
    tables_exact: float = 0
    tables_lost: float = 0
    forms_right: float = 0
    missing: float = 0  # tables that it does not hold
    missing_right: float = 0
    elsewhere: float = 0  # tables that are not in the source, and not to be denied
    elsewhere_right: float = 0  # of them given without a number, and not said to be missing at SURE
    deniable: float = 0  # those, and tables that print a number
    tables_denied: float = 0  # of them said to be missing at SURE
    away_documents: float = 0  # documents with a table elsewhere
    away_unreviewed: float = 0
    cells: float = 0  # cells of the true forms
    cells_right: float = 0
    printed: float = 0
    printed_right: float = 0
    nonzero: float = 0
    nonzero_right: float = 0
    nonzero_wrong: float = 0
    nonzero_missed: float = 0
    zero: float = 0
    zero_right: float = 0
    zero_as_blank: float = 0
    blank: float = 0
    blank_right: float = 0
    blank_as_zero: float = 0
    absent: float = 0
    absent_right: float = 0
    unread: float = 0
    unread_right: float = 0
    given: float = 0  # cells that a number is given for
    given_wrong: float = 0
    invented: float = 0  # of them in no cell of the true form
    row_shifted: float = 0
    column_shifted: float = 0
    sure_given: float = 0  # numbers given at SURE
    sure_given_wrong: float = 0
    printed_sure: float = 0  # printed cells that a number is given for at SURE, right or wrong
    printed_sure_right: float = 0
    denied: float = 0  # printed cells given as blank or absent, in a table said to be missing or of another form
    denied_sure: float = 0
    numbers: float = 0  # printed cells, and numbers given where none is printed
    silent: float = 0  # of them: wrong numbers given at SURE, and printed ones denied at SURE
    judged: float = 0  # cells that carry a confidence
    squared_error: float = 0
    sure_cells: float = 0  # cells of any state at SURE
    sure_cells_wrong: float = 0
    failing: float = 0  # failing checks with a verdict
    verdict_right: float = 0
    verdict_wrong: float = 0
    verdict_undecided: float = 0
    source_breaks: float = 0  # checks that the report itself breaks
    source_breaks_found: float = 0
    grits: float = 0  # sum of GriTS_Con over tables
    grits_tables: float = 0


COUNTS = tuple(f.name for f in fields(Counts))


def judge_cell(true: TrueCell | None, got: Cell | None) -> Judgement:
    """How `got` reads a cell; `true` is None for a cell that the document does not have."""
    printed = got is not None and got.state is CellState.PRINTED
    if true is None:
        return Judgement.WRONG if printed else Judgement.STATE
    if got is not None and printed:
        same = true.state is CellState.PRINTED and got.value == true.value
        return Judgement.RIGHT if same else Judgement.WRONG
    if true.state is CellState.PRINTED:
        return Judgement.MISSED
    states = (CellState.BLANK, CellState.ABSENT) if true.either else (true.state,)
    return Judgement.RIGHT if got is not None and got.state in states else Judgement.STATE


def count_cells(
    counts: Counts, true: TrueTable | None, got: Table | None, missing_at: float = 0.0
) -> list[tuple[float, bool]]:
    """Count the cells of one table; (confidence, right) of every cell that carries a confidence.

    missing_at: how surely the table is said to be missing, where `got` is None.
    """
    true_cells = true.cells if true else {}
    got_cells = got.cells if got else {}
    pairs = []
    for name, cell in true_cells.items():
        answer = got_cells.get(name)
        judgement = judge_cell(cell, answer)
        right = judgement is Judgement.RIGHT
        counts.cells += 1
        counts.cells_right += right
        _count_cell(counts, cell, answer, judgement)
        if cell.state is CellState.PRINTED:
            # a cell that the answer does not have at all is denied as surely as its table is given
            without = missing_at if got is None else got.confidence
            _count_printed(counts, answer, right, without if answer is None else answer.confidence)
        if answer is not None:
            pairs.append((answer.confidence, right))
            _count_given(counts, answer, right, cell.state is CellState.PRINTED)
    for name in got_cells.keys() - true_cells.keys():
        if got_cells[name].state is CellState.PRINTED:
            counts.invented += 1
            pairs.append((got_cells[name].confidence, False))
            _count_given(counts, got_cells[name], False, False)
    return pairs


def _count_cell(counts: Counts, true: TrueCell, got: Cell | None, judgement: Judgement) -> None:
    right = judgement is Judgement.RIGHT
    if true.state is CellState.PRINTED:
        counts.printed += 1
        counts.printed_right += right
        if true.value:
            counts.nonzero += 1
            counts.nonzero_right += right
            counts.nonzero_wrong += judgement is Judgement.WRONG
            counts.nonzero_missed += judgement is Judgement.MISSED
        else:
            counts.zero += 1
            counts.zero_right += right
            counts.zero_as_blank += got is not None and got.state is CellState.BLANK
    elif true.state is CellState.BLANK:
        counts.blank += 1
        counts.blank_right += right
        counts.blank_as_zero += got is not None and got.state is CellState.PRINTED and got.value == 0
    elif true.state is CellState.ABSENT:
        counts.absent += 1
        counts.absent_right += right
    else:
        counts.unread += 1
        counts.unread_right += right


def _count_printed(counts: Counts, got: Cell | None, right: bool, confidence: float) -> None:
    """Count what became of a printed number. Unread is no denial: that something is printed is said."""
    counts.numbers += 1
    if got is not None and got.state is CellState.PRINTED:
        counts.printed_sure += confidence >= SURE
        counts.printed_sure_right += right and confidence >= SURE
    elif got is None or got.state is not CellState.UNREAD:
        counts.denied += 1
        counts.denied_sure += confidence >= SURE
        counts.silent += confidence >= SURE


def _count_given(counts: Counts, got: Cell, right: bool, printed: bool) -> None:
    """Count a number that is given; `printed`: one is printed there."""
    if got.state is CellState.PRINTED:
        counts.given += 1
        counts.given_wrong += not right
        counts.numbers += not printed
        if got.confidence >= SURE:
            counts.sure_given += 1
            counts.sure_given_wrong += not right
            counts.silent += not right


def _neighbours(form: Template) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The cells above and below each cell, and those left and right of it. Table 四 is one printed row."""
    above: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    lines = [form.cells] if form.table == REVIEW_LITIGATION else [row.cells for row in form.rows]
    for upper, lower in zip(form.rows, form.rows[1:], strict=False):
        for one, other in zip(upper.cells, lower.cells, strict=False):
            above.setdefault(one, []).append(other)
            above.setdefault(other, []).append(one)
    for line in lines:
        for one, other in pairwise(line):
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    return above, beside


def count_shifts(counts: Counts, true: TrueTable, got: Table | None) -> None:
    """Count wrong non-zero numbers that truly stand one row, or one column, further. A number may be both."""
    if got is None:
        return
    above, beside = _neighbours(template(true.table, true.form))
    for name, cell in true.cells.items():
        answer = got.cells.get(name)
        if answer is None or not answer.value or judge_cell(cell, answer) is not Judgement.WRONG:
            continue
        counts.row_shifted += any(true.cells[n].value == answer.value for n in above.get(name, ()))
        counts.column_shifted += any(true.cells[n].value == answer.value for n in beside.get(name, ()))


def count_verdicts(counts: Counts, truth: Truth, tables: Mapping[str, Table], findings: Sequence[Finding]) -> None:
    """Hold the verdicts of failing checks against the truth.

    Where every cell of a failing check is read right, the report itself breaks it and `source` is the right
    verdict; otherwise `reading` is. `undecided` is neither right nor wrong. A check that the report breaks is found
    when it is given as failing with verdict `source`.
    """
    found = set()
    for finding in findings:
        true, got = truth.tables.get(finding.table), tables.get(finding.table)
        if finding.holds or got is None or any(name not in got.cells for name in finding.cells):
            continue
        cells = true.cells if true else {}
        read_right = all(judge_cell(cells.get(name), got.cells[name]) is Judgement.RIGHT for name in finding.cells)
        counts.failing += 1
        if finding.verdict in (None, Verdict.UNDECIDED):
            counts.verdict_undecided += 1
        elif (finding.verdict is Verdict.SOURCE) == read_right:
            counts.verdict_right += 1
        else:
            counts.verdict_wrong += 1
        if finding.verdict is Verdict.SOURCE:
            found.add((finding.check, finding.table, finding.at))
    for key in source_breaks(truth):
        counts.source_breaks += 1
        counts.source_breaks_found += key in found


def source_breaks(truth: Truth) -> list[tuple[str, str, str]]:
    """The (check, table, at) that the true numbers break; blank and absent count as 0, unread leaves a check out."""
    broken = []
    for table in truth.tables.values():
        if table is None:
            continue
        for identity in template(table.table, table.form).identities:
            if any(table.cells[name].state is CellState.UNREAD for name in identity.cells):
                continue
            if not hold(identity, {name: table.cells[name].value for name in identity.cells}).holds:
                broken.append((identity.check, identity.table, identity.at))
    return broken


def count_confidence(counts: Counts, pairs: Sequence[tuple[float, bool]]) -> None:
    """Count what the Brier score and the silent errors need: (confidence, right) of the cells that carry one."""
    for confidence, right in pairs:
        counts.judged += 1
        counts.squared_error += (confidence - right) ** 2
        if confidence >= SURE:
            counts.sure_cells += 1
            counts.sure_cells_wrong += not right
