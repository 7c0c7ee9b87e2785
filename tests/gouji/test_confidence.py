import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gouji import confidence
from gouji.alignment.align import FilledTable
from gouji.confidence import (
    CALIBRATION_PATH,
    CELL_EVIDENCE,
    OPEN,
    REPORT_EVIDENCE,
    TABLE_EVIDENCE,
    Calibration,
    assess_cell,
    assess_missing,
    assess_report,
    assess_table,
    doubt,
    load_calibration,
    weigh_cell,
    weigh_report,
    weigh_sums,
    weigh_table,
)
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from gouji.sums import DOUBTED, SURE
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")
ENGINES = sorted(load_calibration())  # an engine without weights of its own works by the posteriors


def table_of(numbers: str = "0 | 0 | 0 | 0 | 0 | 0 | 0", row: int = 3) -> FilledTable:
    zeros = " | ".join("0" * 7)
    lines = [f"{r.label} | {numbers if k == row else zeros} |" for k, r in enumerate(WHOLE.rows)]
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document("\n".join(lines)))))
    return align(stream, WHOLE, rules.score)


def evidence_of(filled: FilledTable, row: int, column: int, form: float = 1.0) -> dict[str, float]:
    values = {
        name: mark.value if mark else None
        for r, filled_row in zip(WHOLE.rows, filled.rows, strict=True)
        for name, mark in zip(r.cells, filled_row.placed.reading.marks, strict=True)
    }
    weighed = weigh_cell(filled, row, column, weigh_sums(values, WHOLE.identities), form, filled.bare)
    assert len(weighed) == len(CELL_EVIDENCE)
    assert all(math.isfinite(w) for w in weighed)
    return dict(zip(CELL_EVIDENCE, weighed, strict=True))


def told(evidence: dict[str, float]) -> Sequence[float]:
    return [evidence[name] for name in CELL_EVIDENCE]


def test_evidence_of_a_plain_zero() -> None:
    evidence = evidence_of(table_of(), 3, 0)
    assert evidence["row"] > 6
    assert evidence["placed"] == pytest.approx(-math.log(1e-4))
    assert evidence["zero"] == 1
    assert [name for name in CELL_EVIDENCE[4:] if evidence[name] and name != "zero"] == []


def test_evidence_of_numbers_sums_and_blanks() -> None:
    filled = table_of("2 | / | 0 | 0 | 0 | 0 | 2")
    number, mark = evidence_of(filled, 3, 0), evidence_of(filled, 3, 1)
    assert number["number"] == 1
    assert (number["holding"], number["failing"]) == (1, 1)  # its row adds up, its column does not
    assert mark["empty"] == 1
    assert evidence_of(table_of("1*** | 0 | 0 | 0 | 0 | 0 | 0"), 3, 0)["unread"] == 1
    assert evidence_of(table_of("3,00 | 0 | 0 | 0 | 0 | 0 | 0"), 3, 0)["unread"] == 1


def test_evidence_of_an_open_row() -> None:
    filled = table_of("26 | 26")
    evidence = evidence_of(filled, 3, 0)
    assert evidence["open"] == 1
    assert evidence["short"] == 1
    assert evidence["placed"] < evidence_of(filled, 4, 0)["placed"]
    assert evidence_of(table_of("00 | 0 | 0 | 0 | 0 | 0"), 3, 0)["uncertain"] == 1


def test_a_search_that_was_cut_short_leaves_a_row_open() -> None:
    filled = table_of()
    rows = list(filled.rows)
    rows[3] = replace(rows[3], placed=replace(rows[3].placed, bounded=True))
    assert rows[3].placed.runner_up == 0
    evidence = evidence_of(replace(filled, rows=tuple(rows)), 3, 0)
    assert (evidence["open"], evidence["bounded"]) == (1, 1)
    assert evidence_of(filled, 3, 0)["open"] == 0


def test_a_number_is_scored_as_its_worst_piece() -> None:
    """`53 45` is one number of two pieces: the one that OCR doubts counts."""
    filled = table_of("53 45 | 0 | 0 | 0 | 0 | 0 | 5345")
    mark = filled.rows[3].placed.reading.marks[0]
    assert mark is not None
    assert len(mark.pieces) == 2
    for scores, unscored in (((0.99, 0.4), 0.6), ((0.4, 0.99), 0.6), ((None, 0.7), 0.3), ((None, None), 0.0)):
        pieces = list(filled.stream.pieces)
        for i, score in zip(mark.pieces, scores, strict=True):
            pieces[i] = replace(pieces[i], fragment=replace(pieces[i].fragment, score=score))
        scored = replace(filled, stream=replace(filled.stream, pieces=tuple(pieces)))
        assert evidence_of(scored, 3, 0)["unscored"] == pytest.approx(unscored)


def test_evidence_of_a_row_that_is_not_there() -> None:
    lines = [f"{r.label} | {' | '.join('0' * 7)} |" for k, r in enumerate(WHOLE.rows) if k != 3]
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document("\n".join(lines)))))
    evidence = evidence_of(align(stream, WHOLE, rules.score), 3, 0)
    assert evidence["absent"] == 1
    assert evidence["row"] < 0.01


def test_a_second_opinion_counts() -> None:
    filled = table_of()
    agrees = [True] * len(filled.stream.pieces)
    assert filled.rows[3].span is not None
    agrees[filled.rows[3].span.values[0]] = False
    other = replace(filled, agrees=tuple(agrees))
    assert evidence_of(other, 3, 0)["disagree"] == 1
    assert evidence_of(other, 3, 1)["disagree"] == 0


def test_an_unsure_form_counts() -> None:
    assert evidence_of(table_of(), 3, 0, form=0.6)["form"] < evidence_of(table_of(), 3, 0)["form"]


def test_weigh_sums_leaves_rows_of_nothing_out() -> None:
    blocks = template(REVIEW_LITIGATION, "2021")
    values = dict.fromkeys(blocks.cells, 0) | {"review_upheld": 2, "review_total": 2, "litigation_direct_total": 1}
    residuals = weigh_sums(values, blocks.identities)
    assert residuals.holding["review_upheld"] == residuals.holding["review_pending"] == 1
    assert residuals.failing["litigation_direct_upheld"] == 1
    assert residuals.holding["litigation_after_review_total"] == residuals.failing["litigation_after_review_total"] == 0


def test_the_default_engines_are_calibrated() -> None:
    assert {"auto", "rules"} <= set(ENGINES)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_fitted_weights_fit_the_evidence(engine: str) -> None:
    calibration = load_calibration()[engine]
    assert len(calibration.cell) == len(calibration.open_cell) == 1 + len(CELL_EVIDENCE)
    assert len(calibration.table) == 1 + len(TABLE_EVIDENCE)
    assert len(calibration.report) == 1 + len(REPORT_EVIDENCE)
    assert 0.5 < calibration.missing < 1
    assert assess_missing(engine, False) == calibration.missing
    assert assess_missing(engine, True) == calibration.traced < calibration.missing


@pytest.mark.parametrize("engine", ENGINES)
def test_a_surer_row_makes_no_cell_less_sure(engine: str) -> None:
    plain = evidence_of(table_of(), 3, 0)
    steps = [assess_cell(told(plain | {"row": row / 2}), engine) for row in range(19)]
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]
    assert all(0 <= step <= 0.9999 for step in steps)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_surer_placement_makes_no_open_cell_less_sure(engine: str) -> None:
    evidence = evidence_of(table_of("26 | 26"), 3, 0)
    assert evidence["open"] == 1
    steps = [assess_cell(told(evidence | {"placed": placed / 2}), engine) for placed in range(19)]
    assert steps == sorted(steps)
    assert steps[0] < 0.7


@pytest.mark.parametrize("engine", ["auto", "none of these"])  # the rules alone have no second opinion
def test_a_second_opinion_against_lowers_a_cell(engine: str) -> None:
    plain = evidence_of(table_of(), 3, 0) | {"row": 2.0}  # not so sure that both reach the most there is
    against = assess_cell(told(plain | {"disagree": 1.0}), engine)
    assert against < assess_cell(told(plain), engine)


@pytest.mark.parametrize("engine", [*ENGINES, "none of these"])
def test_tables_and_reports_are_no_surer_than_probabilities(engine: str) -> None:
    filled = table_of()
    residuals = weigh_sums(dict.fromkeys(WHOLE.cells, 0), WHOLE.identities)
    last = 1.0
    for sure in (0.9999, 0.99, 0.9, 0.5):
        confidences = [sure] * len(WHOLE.cells)
        evidence = weigh_table(confidences, filled, residuals, 1.0)
        assert len(evidence) == len(TABLE_EVIDENCE)
        table = assess_table(evidence, confidences, engine)
        assert 0 <= table < last
        last = table
        tables = [(table, False, False), (0.99, True, False), (0.999, False, True)]
        assert len(weigh_report(tables)) == len(REPORT_EVIDENCE)
        assert 0 <= assess_report(tables, engine) <= 0.9999


def test_one_doubtful_cell_lowers_its_table() -> None:
    filled = table_of()
    residuals = weigh_sums(dict.fromkeys(WHOLE.cells, 0), WHOLE.identities)
    sure = [0.9995] * len(WHOLE.cells)
    doubtful = [0.4, *sure[1:]]
    for engine in (*ENGINES, "none of these"):
        assert assess_table(weigh_table(doubtful, filled, residuals, 1.0), doubtful, engine) < assess_table(
            weigh_table(sure, filled, residuals, 1.0), sure, engine
        )


SURELY = {"row": 9.2, "slot": 9.2, "placed": 9.2, "form": 9.2, "holding": 3.0, "zero": 1.0}
NEVER_SURE = {
    "an open row that was not placed for sure": {"open": 1.0, "placed": 3.0},
    "an open row that a second scorer disputes": {"open": 1.0, "disagree": 0.2},
    "an open row with a sum that fails": {"open": 1.0, "failing_open": 1.0},
    "characters that OCR doubts": {"unscored": 0.11},
    "a row that two scorers dispute and one doubts": {"disagree": 0.2, "row": 2.2},
    "a row that is less likely than not": {"row": 0.9},
    "a blank beside numbers that nothing took": {"empty": 1.0, "zero": 0.0, "leftover": math.log1p(3)},
    "an absent row beside numbers that nothing took": {"absent": 1.0, "zero": 0.0, "leftover": math.log1p(3)},
}
STILL_SURE = {
    "nothing against it": {},
    "an open row that was placed for sure": {"open": 1.0, "holding": 0.0},
    "a row that two scorers dispute and one is sure of": {"disagree": 0.2, "row": 2.4},
    "a number beside numbers that nothing took": {"leftover": math.log1p(3)},
    "a blank beside two numbers that nothing took": {"empty": 1.0, "zero": 0.0, "leftover": math.log1p(2)},
    "characters that OCR is sure of": {"unscored": 0.09},
}


@pytest.fixture
def sure_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A calibration that speaks for every cell: what is held back then is held back by a guard."""
    cells = (9.0, *(0.0,) * len(CELL_EVIDENCE))
    told = Calibration(cells, cells, (9.0, *(0.0,) * len(TABLE_EVIDENCE)), (9.0, *(0.0,) * len(REPORT_EVIDENCE)), 1, 1)
    monkeypatch.setattr(confidence, "_of_engine", lambda engine: told)


@pytest.mark.parametrize("name", NEVER_SURE)
@pytest.mark.usefixtures("sure_of_everything")
def test_what_is_never_sure_whatever_the_regression_says(name: str) -> None:
    evidence = dict.fromkeys(CELL_EVIDENCE, 0.0) | SURELY | NEVER_SURE[name]
    assert assess_cell(told(evidence), "any") == DOUBTED


@pytest.mark.parametrize("name", STILL_SURE)
@pytest.mark.usefixtures("sure_of_everything")
def test_what_may_be_sure(name: str) -> None:
    evidence = dict.fromkeys(CELL_EVIDENCE, 0.0) | SURELY | STILL_SURE[name]
    assert assess_cell(told(evidence), "any") > 0.999


def test_what_is_not_sure_stays_under_what_counts_as_surely_read() -> None:
    assert DOUBTED < SURE
    assert doubt(0.99) == DOUBTED
    assert doubt(0.3) == 0.3


@pytest.mark.usefixtures("sure_of_everything")
def test_no_cell_is_surer_than_the_calibration_set_could_show() -> None:
    assert assess_cell(told(dict.fromkeys(CELL_EVIDENCE, 0.0) | SURELY), "any") <= 0.9999
    assert assess_table([0.0] * len(TABLE_EVIDENCE), [1.0], "any") <= 0.9999


@pytest.mark.usefixtures("sure_of_everything")
@pytest.mark.parametrize("least", [0.2, 0.94, 0.98])
def test_a_report_is_no_surer_than_its_least_sure_table(least: float) -> None:
    assert assess_report([(0.9999, False, False), (least, False, False), (0.98, True, False)], "any") == least


def test_no_table_is_surer_than_a_cell_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = (20.0, *(0.0,) * len(TABLE_EVIDENCE))
    monkeypatch.setattr(confidence, "_of_engine", lambda engine: Calibration((), (), sure, (), 1, 1))
    assert assess_table([0.0] * len(TABLE_EVIDENCE), [1.0], "any") == 0.9999


def test_cells_of_open_rows_have_weights_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    none = (0.0,) * len(CELL_EVIDENCE)
    monkeypatch.setattr(confidence, "_of_engine", lambda engine: Calibration((9.0, *none), (-9.0, *none), (), (), 1, 1))
    plain = dict.fromkeys(CELL_EVIDENCE, 0.0) | SURELY
    assert assess_cell(told(plain), "any") > 0.999
    assert assess_cell(told(plain | {"open": 1.0}), "any") < 0.001


@pytest.mark.parametrize("name", ["uncertain", "rivals", "absent", "disagree", "unscored"])
def test_without_a_file_every_doubt_counts(name: str) -> None:
    plain = evidence_of(table_of(), 3, 0)
    assert assess_cell(told(plain | {name: 1.0}), "none of these") <= assess_cell(told(plain), "none of these") - 0.02


def test_without_a_file_a_table_is_less_sure_than_its_cells_and_not_hopeless() -> None:
    """Errors of one table come together: two hundred doubtful cells do not make it two hundred times as doubtful."""
    least = 0.9
    for count in (2, 20, 200):
        assert 0.5 * least <= assess_table([], [least] * count, "none of these") < least
    assert assess_table([], [0.99] * 3, "none of these") > 0.98


def test_without_a_file_the_posteriors_stand_in() -> None:
    assert "none of these" not in load_calibration()
    plain = evidence_of(table_of(), 3, 0)
    steps = [assess_cell(told(plain | {"row": row / 2}), "none of these") for row in range(19)]
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert 0.99 < steps[-1] <= 0.9999
    assert assess_missing("none of these", False) == 0.9
    assert assess_missing("none of these", True) == 0.5


def damaged(**changes: object) -> str:
    return json.dumps(json.loads(CALIBRATION_PATH.read_text(encoding="utf-8")) | changes)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "[]",
        "{}",
        damaged(cell=list(CELL_EVIDENCE[:-1])),
        damaged(table=["least"]),
        damaged(engines={"rules": {"cell": [1.0]}}),
        damaged(engines=None),
    ],
    ids=["no file", "empty", "a list", "no names", "other cells", "other tables", "cut", "no engines"],
)
def test_a_calibration_for_other_evidence_is_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "calibration.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert load_calibration(path) == {}


def test_names_of_evidence_are_told_once() -> None:
    for names in (CELL_EVIDENCE, TABLE_EVIDENCE, REPORT_EVIDENCE):
        assert len(names) == len(set(names))
    assert CELL_EVIDENCE[OPEN] == "open"
    assert confidence.CALIBRATION_PATH.name == "calibration.json"
