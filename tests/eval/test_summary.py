"""A run in figures, for machines and for people."""

import json
import math

import pytest

from eval.figures import TITLES, Figure
from eval.metrics import Prediction, score_document
from eval.runs import Answer, Row, Run
from eval.summary import (
    figure_to_json,
    format_figure,
    reliability_of,
    risk_coverage_of,
    run_to_json,
    run_to_markdown,
    scores_of,
)
from eval.truth import read_record
from gouji.forms import REVIEW_LITIGATION, TABLES, template


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("documents_exact", 0.5, "50.0 %"),
        ("documents_exact", 0.0004, "0.040 %"),
        ("documents_exact", 0.9995, "99.950 %"),
        ("documents_exact", 1.0, "100.0 %"),
        ("ece", 0.01234, "0.0123"),
        ("ece", None, "–"),
    ],
)
def test_shares_are_told_in_percent_and_errors_as_they_are(name: str, value: float | None, text: str) -> None:
    figure = {"value": value, "low": None, "high": None}
    assert format_figure(name, figure) == text


def test_intervals_stand_behind_their_figure_unless_they_are_left_out() -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    assert format_figure("documents_exact", figure) == "50.0 % [40.0 %, 60.0 %]"
    assert format_figure("documents_exact", figure, with_interval=False) == "50.0 %"


def test_a_figure_of_nothing_is_null() -> None:
    told = figure_to_json(Figure(math.nan, math.nan, math.nan, 0.0, 0.0))
    assert (told["value"], told["low"], told["numerator"]) == (None, None, 0.0)


@pytest.fixture
def run(make_truth, make_table):  # type: ignore[no-untyped-def]
    """Two documents of one truth that were read, one right and one wrong; and one that was skipped."""
    name = template(REVIEW_LITIGATION, "2021").cells[0]
    truth = make_truth(review_litigation={name: 5})
    cells = dict.fromkeys(template(REVIEW_LITIGATION, "2021").cells, 0)
    tables = dict.fromkeys(TABLES) | {REVIEW_LITIGATION: {"form": "2021", "cells": cells}}
    line = {"truth_id": "t", "name": "d", "media_type": "text/plain", "content": "x"}
    line |= {"layout": "L1", "stratum": "easy", "kinds": [], "severity": "mild", "style": "plain"}
    line |= {"truth": {"agency": "a", "year": 2023, "tables": tables}}
    rows = []
    for n, value in enumerate((5, 6)):
        table = make_table(REVIEW_LITIGATION, {name: (value, 0.9)})
        prediction = Prediction({REVIEW_LITIGATION: table}, confidence=0.9 - n / 10)
        score = score_document(truth, prediction)
        rows.append(Row(read_record({**line, "id": f"d{n}"}), Answer(score, prediction, 0.1 * (n + 1))))
    rows.append(Row(read_record({**line, "id": "s"}), Answer(None, None, 0.0, skipped="no tables")))
    return Run("rules", "small", tuple(rows), 100.0, 1.0, 1)


def test_a_run_as_json_counts_what_was_read(run: Run) -> None:
    told = json.loads(json.dumps(run_to_json(run)))
    assert (told["documents"], told["truths"], told["skipped"]) == (2, 1, {"no tables": 1})
    assert told["figures"]["documents_exact"]["value"] == 0.5
    assert told["groups"]["stratum"]["easy"]["documents"] == 2
    assert set(told["figures"]) <= set(TITLES)


def test_confident_documents_come_first_on_the_curve(run: Run) -> None:
    scores, truths = scores_of(run.rows)
    assert truths == ["t", "t"]
    assert risk_coverage_of(scores)[-1] == (1.0, 0.5)
    assert risk_coverage_of(scores)[0] == (0.5, 0.0)
    assert sum(each["count"] for each in reliability_of(scores)) == sum(len(s.confidence) for s in scores)
    assert risk_coverage_of([]) == []


def test_people_are_told_the_same(run: Run) -> None:
    text = run_to_markdown(run_to_json(run))
    assert text.startswith("# rules on small\n")
    assert "Skipped 1 documents: no tables." in text
    assert "| easy | 2 |" in text
