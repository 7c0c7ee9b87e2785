import json
from pathlib import Path

from eval.documents import count_doubts, main
from eval.metrics import Prediction
from eval.runs import Answer, Row, Run
from eval.sources import score_source
from eval.truth import Record
from gouji.forms import TABLES
from gouji.tables import Table, TableState

SAMPLE = Path(__file__).resolve().parents[1] / "documents"


def test_documents_are_counted_by_kind_with_a_peer_beside(tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    for case in ("pdf_bordered_zeros", "pdf_borderless_blanks"):
        (sample / case).mkdir(parents=True)
        for name in ("report.pdf", "truth.json"):
            (sample / case / name).write_bytes((SAMPLE / case / name).read_bytes())
    assert main([str(sample), "--engines", "auto", "pdfplumber", "--processes", "1", "--out", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "documents.json").read_text(encoding="utf-8"))["engines"]
    ours, theirs = found["auto"]["groups"]["pdf"], found["pdfplumber"]["groups"]["pdf"]
    assert ours["documents"] == theirs["documents"] == ours["exact"] == 2
    assert ours["right"] == ours["cells"]
    # The ruled one is read by both, the one without rules by ours alone.
    assert theirs["exact"] == 1
    assert theirs["right"] + theirs["missed"] + theirs["wrong"] + theirs["state"] == 400
    assert "| pdfplumber |" in (tmp_path / "documents.md").read_text(encoding="utf-8")


def test_what_a_second_reader_makes_doubtful_is_counted(tmp_path: Path) -> None:
    """pdfplumber reads the digits that nobody sees in one of them: every cell of it becomes doubtful, all wrongly."""
    sample = tmp_path / "sample"
    for case in ("pdf_bordered_zeros", "pdf_unseen_digits"):
        (sample / case).mkdir(parents=True)
        for name in ("report.pdf", "truth.json"):
            (sample / case / name).write_bytes((SAMPLE / case / name).read_bytes())
    options = ["--engines", "auto", "second_reader", "layoutparser", "--processes", "1", "--out", str(tmp_path)]
    assert main([str(sample), *options]) == 0
    found = json.loads((tmp_path / "documents.json").read_text(encoding="utf-8"))
    told = found["second_reader"]
    assert told.pop("seconds_ratio") > 1
    assert told == {
        "documents": 2, "cells": 412, "sure_wrong": 0, "doubted": 212, "rightly": 0, "wrongly": 212
    }  # fmt: skip
    groups = {engine: run["groups"]["pdf"] for engine, run in found["engines"].items()}
    assert groups["auto"]["right"] == groups["second_reader"]["right"] == 412  # it never replaces a value
    assert groups["second_reader"]["given_sure"] < groups["auto"]["given_sure"]
    assert groups["layoutparser"]["exact"] == 1  # its words hold what nobody sees, too
    assert "212 became doubtful, 0 rightly and 212 wrongly" in (tmp_path / "documents.md").read_text(encoding="utf-8")


def test_doubts_are_counted_right_where_the_first_reading_was_wrong(make_truth, make_table) -> None:
    truth = make_truth(applications={"new_received.total": 3})
    record = Record("a", "a", "report", "application/pdf", b"", truth)

    def run(confidences: tuple[float, float]) -> Run:
        told = {"new_received.total": (8, confidences[0]), "granted.total": (0, confidences[1])}
        tables = {name: Table(name, TableState.MISSING, None, None, 1.0) for name in TABLES}
        tables["applications"] = make_table("applications", told)
        row = Row(record, Answer(score_source(record.truths, None), Prediction(tables), 2.0))
        return Run("auto", "set", (row,), 1.0, 1.0, 1)

    told = count_doubts(run((1.0, 1.0)), run((0.94, 0.94)))
    assert (told["sure_wrong"], told["doubted"], told["rightly"], told["wrongly"]) == (1, 2, 1, 1)
    assert told["seconds_ratio"] == 1.0


def test_a_set_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing.jsonl")]) == 2
