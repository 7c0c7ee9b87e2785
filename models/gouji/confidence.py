"""Evidence for each cell, table and report -> calibrated probabilities that they are what the source prints.

A confidence is a logistic function of evidence: posteriors of alignment and placement, whether rules and model agree,
sums that hold or fail, what OCR says, and how regular the table is. The weights are fitted on the calibration set
(training/network/calibrate.py), which neither the network nor the test sets share, one set of weights for each
engine. Without a calibration file the product of the posteriors stands in, and no result claims to be calibrated.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from gouji.alignment.align import FilledTable
from gouji.forms import Identity, Row
from gouji.pieces import PieceKind
from gouji.sums import DOUBTED, hold
from gouji.tables import Number

CALIBRATION_PATH = Path(__file__).with_name("weights") / "calibration.json"
_MOST = 0.9999  # no cell is surer than what the calibration set could show
_OCR_DOUBT = 0.1  # characters that OCR scored under 0.9 are not sure
_ROW_LEFT_OVER, _ROW_DOUBT, _ROW_GUESSED = math.log1p(2), 2.3, -math.log(0.4)
_LEAST_DOUBT = 1e-4
_PLACED_SURELY = -math.log(0.02)  # of 3,800 cells of validation documents placed so, undisputed, every one was right
CELL_EVIDENCE = (
    "row", "slot", "placed", "form", "open", "uncertain", "unlabelled", "holding", "failing", "failing_open",
    "number", "zero", "empty", "absent", "unread", "hidden", "hidden_empty", "leftover", "rivals", "disagree",
    "disagree_open", "missing_row", "bounded", "doubtful_row", "unscored", "torn", "short", "long",
    "strange", "bare", "strange_empty",
)  # fmt: skip
OPEN, PLACED, UNSCORED, ABSENT, EMPTY, LEFTOVER, DISAGREE, FAILING_OPEN, ROW = map(
    CELL_EVIDENCE.index,
    ("open", "placed", "unscored", "absent", "empty", "leftover", "disagree", "failing_open", "row"),
)
TABLE_EVIDENCE = (
    "least", "mean", "doubts", "worst_rows", "failing", "leftover", "rivals", "disagree", "hidden", "form", "ocr",
    "strange", "bare",
)  # fmt: skip
REPORT_EVIDENCE = ("least", "sum", "missing", "failing")
_EVIDENCE = {"cell": CELL_EVIDENCE, "table": TABLE_EVIDENCE, "report": REPORT_EVIDENCE}


@dataclass(frozen=True, slots=True)
class Residuals:
    """For each cell, how many of the sums it takes part in hold and fail with at least one number that is not 0."""

    holding: Mapping[str, int]
    failing: Mapping[str, int]
    broken: int  # cells that take part in a sum that fails: a number in the wrong column breaks sums elsewhere too


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the evidence (first the constant) for cells, tables and reports of one engine.

    Cells of rows whose placement was open have weights of their own: there it is the posterior of the placement that
    counts.
    """

    cell: tuple[float, ...]
    open_cell: tuple[float, ...]
    table: tuple[float, ...]
    report: tuple[float, ...]
    missing: float  # probability that a table without a stream is really missing
    traced: float  # ... when its labels stand in the source


def weigh_sums(values: Mapping[str, Number | None], identities: tuple[Identity, ...]) -> Residuals:
    """Hold the sums against values (a blank counts as 0)."""
    holding = dict.fromkeys(values, 0)
    failing = dict.fromkeys(values, 0)
    for identity in identities:
        held = hold(identity, values)
        if held.empty:
            continue
        counts = holding if held.holds else failing
        for cell in identity.cells:
            counts[cell] += 1
    return Residuals(holding, failing, sum(count > 0 for count in failing.values()))


def weigh_cell(
    table: FilledTable, row: int, column: int, residuals: Residuals, form: float, bare: float
) -> tuple[float, ...]:
    """The evidence for one cell, in the order of CELL_EVIDENCE. Probabilities are told in nats of doubt, 0 to 9.2."""
    filled = table.rows[row]
    span, mark = filled.span, filled.placed.reading.marks[column]
    cell = table.template.rows[row].cells[column]
    failing, holding = residuals.failing.get(cell, 0), residuals.holding.get(cell, 0)
    value = mark.value if mark is not None else None
    opened = filled.placed.runner_up > 0 or filled.placed.bounded
    hidden = 1 - table.layout.visible
    agreement = _agreement(table, row, column)
    scores = [s for i in (mark.pieces if mark else ()) if (s := table.stream.pieces[i].fragment.score) is not None]
    return (
        _surety(span.row_marginal if span else 0.0),
        _surety(span.slot_marginal if span else 0.0),
        _surety(filled.placed.marginals[column]),
        _surety(form),
        float(opened),
        float(mark is not None and not mark.certain),
        float(span is not None and not span.labels and not table.layout.labels_first),
        float(min(holding, 3) * (not opened)),
        float(min(failing, 3)),
        float(min(residuals.broken, 3) * opened),
        float(bool(value)),
        float(value == 0),
        float(mark is None or mark.kind in (PieceKind.EMPTY, PieceKind.MARK)),
        float(span is None),
        float(mark is not None and mark.kind is PieceKind.UNREAD),
        hidden,
        hidden * (mark is None),
        math.log1p(table.leftover),
        float(table.stream.rivals > 0),
        1 - agreement,
        (1 - agreement) * opened,
        float(span is None) * hidden,
        float(filled.placed.bounded),
        float(span is not None and span.row_marginal < 0.9),
        1 - min(scores, default=1.0),
        float(table.layout.torn),
        float(span is not None and filled.deficit > 0),
        float(span is not None and filled.deficit < 0),
        math.log1p(table.strange),
        bare,
        math.log1p(table.strange) * (mark is None),
    )


def _agreement(table: FilledTable, row: int, column: int) -> float:
    """Share of the pieces of a cell (of its row, where it is blank) that a second scorer puts into the same row."""
    if table.agrees is None:
        return 1.0
    filled = table.rows[row]
    mark = filled.placed.reading.marks[column]
    pieces = mark.pieces if mark is not None else (filled.span.values if filled.span is not None else ())
    return sum(table.agrees[i] for i in pieces) / len(pieces) if pieces else 1.0


def assess_cell(evidence: Sequence[float], engine: str) -> float:
    """The confidence of a cell from its evidence."""
    calibration = _of_engine(engine)
    if calibration is None:
        told = dict(zip(CELL_EVIDENCE, evidence, strict=True))
        doubt = math.exp(-told["row"]) + math.exp(-told["placed"]) + math.exp(-told["form"]) + 0.1 * told["unscored"]
        doubt += 0.03 * told["uncertain"] + 0.1 * told["rivals"] + 0.1 * told["absent"] + 0.2 * told["disagree"]
        return min(max(1 - doubt, 0.0), _MOST)
    weights = calibration.open_cell if evidence[OPEN] else calibration.cell
    # What is never called sure, whatever the regression says: a placement that was open, unless nothing else fits it
    # and no sum or scorer speaks against it; characters that OCR itself doubts; a row that two scorers dispute; and
    # what is blank or absent beside a row's worth of numbers that nothing took.
    disputed = evidence[DISAGREE] or evidence[FAILING_OPEN]
    doubted = (
        (evidence[OPEN] and (evidence[PLACED] < _PLACED_SURELY or disputed))
        or evidence[UNSCORED] > _OCR_DOUBT
        or (evidence[DISAGREE] and evidence[ROW] < _ROW_DOUBT)
        or (not evidence[ABSENT] and evidence[ROW] < _ROW_GUESSED)
        or ((evidence[ABSENT] or evidence[EMPTY]) and evidence[LEFTOVER] > _ROW_LEFT_OVER)
    )
    most = DOUBTED if doubted else _MOST
    return min(_logistic(weights, evidence), most)


def is_calibrated(engine: str) -> bool:
    """Whether the confidences of an engine were fitted, for the evidence that is weighed today."""
    return _of_engine(engine) is not None


def doubt(confidence: float) -> float:
    """A confidence held under what counts as sure."""
    return min(confidence, DOUBTED)


def weigh_table(
    confidences: Sequence[float], table: FilledTable, residuals: Residuals, form: float
) -> tuple[float, ...]:
    """The evidence for a whole table, in the order of TABLE_EVIDENCE."""
    doubts = [1 - c for c in confidences]
    agrees = table.agrees or ()
    worst = sorted((1 - min(confidences[start : start + len(row)]) for start, row in _row_starts(table)), reverse=True)[
        :5
    ]
    return (
        _surety(min(confidences)),
        _surety(sum(confidences) / len(confidences)),
        math.log1p(100 * sum(doubts)),
        math.log1p(100 * sum(worst)),
        float(any(residuals.failing.values())),
        math.log1p(table.leftover),
        float(table.stream.rivals > 0),
        math.log1p(sum(not a for a in agrees)),
        1 - table.layout.visible,
        _surety(form),
        float(any(piece.fragment.score is not None for piece in table.stream.pieces)),
        math.log1p(table.strange),
        table.bare,
    )


def _row_starts(table: FilledTable) -> list[tuple[int, Row]]:
    starts: list[tuple[int, Row]] = []
    at = 0
    for row in table.template.rows:
        starts.append((at, row))
        at += len(row)
    return starts


def assess_table(evidence: Sequence[float], confidences: Sequence[float], engine: str) -> float:
    """The confidence that every cell of a table is right."""
    calibration = _of_engine(engine)
    if calibration is None:
        return _join(confidences)
    return min(_logistic(calibration.table, evidence), _MOST)


def weigh_report(tables: Sequence[tuple[float, bool, bool]]) -> tuple[float, ...]:
    """The evidence for a report from its tables (confidence, missing, whether any of its sums fails)."""
    confidences = [confidence for confidence, _, _ in tables]
    return (
        _surety(min(confidences)),
        sum(_surety(c) for c in confidences),
        float(sum(missing for _, missing, _ in tables)),
        float(any(failing for _, _, failing in tables)),
    )


def assess_report(tables: Sequence[tuple[float, bool, bool]], engine: str) -> float:
    """The confidence that every cell of every table is right."""
    calibration = _of_engine(engine)
    if calibration is None:
        return _join([confidence for confidence, _, _ in tables])
    return min(_logistic(calibration.report, weigh_report(tables)), *(confidence for confidence, _, _ in tables))


def assess_missing(engine: str, traced: bool) -> float:
    """The confidence that a table without a stream is not in the source. traced: whether its labels are."""
    calibration = _of_engine(engine)
    if calibration is None:
        return 0.5 if traced else 0.9
    return calibration.traced if traced else calibration.missing


def _surety(probability: float) -> float:
    """Nats of doubt that a probability leaves out: 0 for 0, 9.2 for 1."""
    return -math.log(max(1 - probability, 0.0) + _LEAST_DOUBT)


def _logistic(weights: Sequence[float], evidence: Sequence[float]) -> float:
    total = weights[0] + sum(map(mul, weights[1:], evidence))
    return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))


def _join(confidences: Sequence[float]) -> float:
    """Errors of one table come together, so this is no plain product."""
    least = min(confidences)
    doubt = sum(1 - c for c in confidences)
    return max(0.0, least - min(0.5 * least, 0.1 * math.log1p(doubt) * (1 - least)))


@cache
def load_calibration(path: Path = CALIBRATION_PATH) -> Mapping[str, Calibration]:
    """The calibration of each engine; empty where there is no file, or one for other evidence."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if any(raw[name] != list(told) for name, told in _EVIDENCE.items()):
            return {}
        return {
            engine: Calibration(
                tuple(w["cell"]),
                tuple(w["open_cell"]),
                tuple(w["table"]),
                tuple(w["report"]),
                float(w["missing"]),
                float(w["traced"]),
            )
            for engine, w in raw["engines"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _of_engine(engine: str) -> Calibration | None:
    return load_calibration().get(engine)
