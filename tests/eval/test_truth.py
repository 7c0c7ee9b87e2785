import base64
import gzip
import json
from decimal import Decimal

import pytest

from eval.truth import case_to_stratum, read_record, read_set, read_truth
from gouji.forms import template
from gouji.tables import CellState


@pytest.fixture
def raw_table():
    return {"form": "2021", "cells": dict.fromkeys(template("active_disclosure", "2021").cells, 0)}


def test_four_states_are_four(raw_table):
    raw_table["cells"] |= {
        "regulations.issued": None,
        "regulations.repealed": "absent",
        "permits.decisions": "unread",
        "administrative_fees.amount_10k_yuan": 7730.28,
    }
    truth = read_truth({"agency": "某局", "year": 2023, "tables": {"active_disclosure": raw_table}})
    table = truth.tables["active_disclosure"]
    told = {name: (cell.value, cell.state) for name, cell in table.cells.items()}
    assert told["regulations.issued"] == (None, CellState.BLANK)
    assert told["regulations.repealed"] == (None, CellState.ABSENT)
    assert told["permits.decisions"] == (None, CellState.UNREAD)
    assert told["administrative_fees.amount_10k_yuan"] == (Decimal("7730.28"), CellState.PRINTED)
    assert told["regulations.in_force"] == (0, CellState.PRINTED)
    assert truth.tables["applications"] is None


def test_tables_may_stand_at_the_top(raw_table):
    assert read_truth({"agency": "某局", "year": 2023, "active_disclosure": raw_table}).tables["active_disclosure"]


@pytest.mark.parametrize("value", [True, "7", [1]])
def test_what_is_no_truth_of_a_cell_is_refused(raw_table, value):
    raw_table["cells"]["regulations.issued"] = value
    with pytest.raises(ValueError, match="truth of a cell"):
        read_truth({"tables": {"active_disclosure": raw_table}})


def test_cells_of_another_form_are_refused(raw_table):
    with pytest.raises(ValueError, match="2019 form lacks"):
        read_truth({"tables": {"active_disclosure": raw_table | {"form": "2019"}}})
    with pytest.raises(ValueError, match="unknown tables"):
        read_truth({"tables": {"narrative": raw_table}})


def test_lines_packed_or_not(tmp_path, raw_table):
    line = {"id": "a", "truth_id": "t", "name": "a.txt", "media_type": "text/plain", "content": "规章 0"}
    line |= {"truth": {"tables": {"active_disclosure": raw_table}}, "kinds": ["glued"], "stratum": "unseen"}
    packed = line | {"id": "b", "content_base64": base64.b64encode("规章 0".encode()).decode()}
    del packed["content"]
    text = json.dumps(line) + "\n\n" + json.dumps(packed) + "\n"
    (tmp_path / "set.jsonl").write_text(text, encoding="utf-8")
    with gzip.open(tmp_path / "set.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(text)
    records = read_set(tmp_path / "set.jsonl")
    assert records == read_set(tmp_path / "set.jsonl.gz")
    assert [(r.id, r.content, r.kinds, r.unseen) for r in records] == [
        ("a", "规章 0".encode(), ("glued",), True),
        ("b", "规章 0".encode(), ("glued",), True),
    ]


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "set.jsonl").write_text("\n{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"set\.jsonl:2"):
        read_set(tmp_path / "set.jsonl")


def test_every_report_of_a_case_is_a_document(tmp_path, raw_table):
    case = tmp_path / "genuine_case"
    case.mkdir()
    (case / "truth.json").write_text(json.dumps({"year": 2023, "active_disclosure": raw_table}), encoding="utf-8")
    (case / "report.html").write_bytes(b"<table></table>")
    (case / "report.txt").write_bytes(b"text")
    found = [(r.id, r.truth_id, r.media_type, r.stratum) for r in read_set(tmp_path)]
    assert found == [
        ("genuine_case/report.html", "genuine_case", "text/html", "genuine"),
        ("genuine_case/report.txt", "genuine_case", "text/plain", "genuine"),
    ]


def test_a_record_needs_its_content(raw_table):
    with pytest.raises(KeyError):
        read_record({"id": "a", "truth_id": "t", "truth": {"tables": {}}})


def test_text_of_any_encoding(raw_table):
    raw = {"id": "a", "truth_id": "t", "truth": {"tables": {"active_disclosure": raw_table}}}
    for encoding in ("utf-8", "gb18030"):
        record = read_record(raw | {"content_base64": base64.b64encode("行政许可".encode(encoding)).decode()})
        assert record.text == "行政许可"


@pytest.mark.parametrize(
    ("case", "stratum"), [("l04n_rows", "layout"), ("defect_crlf", "defect"), ("long_one", "long")]
)
def test_strata_of_cases(case, stratum):
    assert case_to_stratum(case) == stratum


def test_a_table_may_be_elsewhere(raw_table):
    tables = {
        "active_disclosure": raw_table,
        "applications": {"form": None, "elsewhere": True},
        "review_litigation": None,
    }
    truth = read_truth({"tables": tables})
    assert truth.elsewhere == {"applications"}
    assert truth.tables["applications"] is None
    with pytest.raises(ValueError, match="unknown form"):
        read_truth({"tables": {"applications": {"form": None, "cells": {}}}})


def test_a_cell_may_be_blank_or_absent(raw_table):
    raw_table["cells"]["regulations.issued"] = "empty"
    cell = (
        read_truth({"tables": {"active_disclosure": raw_table}}).tables["active_disclosure"].cells["regulations.issued"]
    )
    assert (cell.value, cell.state, cell.either) == (None, CellState.BLANK, True)


def test_a_source_may_hold_several_reports(tmp_path, raw_table):
    reports = [{"agency": name, "year": 2023, "tables": {"active_disclosure": raw_table}} for name in "甲乙丙"]
    line = {"id": "a", "truth_id": "t", "content": "规章 0", "truth": {"reports": reports}}
    record = read_record(line)
    assert [truth.agency for truth in record.truths] == ["甲", "乙", "丙"]
    assert record.truth is record.truths[0]
    case = tmp_path / "several"
    case.mkdir()
    (case / "report.txt").write_text("规章 0", encoding="utf-8")
    (case / "truth.json").write_text(json.dumps({"reports": reports[:2]}), encoding="utf-8")
    (record,) = read_set(tmp_path)
    assert [truth.agency for truth in record.truths] == ["甲", "乙"]
    with pytest.raises(ValueError, match="no report"):
        read_record(line | {"truth": {"reports": []}})
