import json
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from gouji import Recovery, forms, recover
from gouji.checks import Finding, Verdict
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES
from gouji.results import Notice
from gouji.tables import Cell, CellState, Place, Suggestion, Table, TableState
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

REPORT = Path(__file__).resolve().parents[1] / "documents/genuine_piped_lines/report.txt"
UNSURE = Cell(4, "4", CellState.PRINTED, 0.5, Place(2, 7, 8, (1.0, 2.0, 3.0, 4.0)), Suggestion(6, "column_sum"), "件")
UNREAD = Cell(None, "▓▓", CellState.UNREAD, 0.97)
ABSENT = Cell(None, None, CellState.ABSENT, 0.99)
NEW = "new_received.natural_person"


@pytest.fixture(scope="module")
def recovery() -> Recovery:
    return recover(REPORT, engine="rules")


def sample(**changes: Cell) -> Recovery:
    cells = {name.replace("__", "."): cell for name, cell in changes.items()}
    return set_cells(sample_recovery(sample_text(3), confidence=0.99), APPLICATIONS, cells)


def test_the_repr_is_one_short_line_that_says_what_matters(recovery: Recovery) -> None:
    assert repr(recovery) == "<Recovery 泉州市行政服务中心管委会 2021: 3 tables, confidence 0.999>"
    unknown = replace(recovery, report=replace(recovery.report, agency=None, year=None), needs_review=True)
    missing = Table(APPLICATIONS, TableState.MISSING, None, None, 0.9)
    unknown = replace(unknown, tables=unknown.tables | {APPLICATIONS: missing}, confidence=0.9999, part=2, parts=3)  # type: ignore[operator]
    assert repr(unknown) == (
        "<Recovery unknown agency unknown year: 2 tables, confidence 0.999, part 2 of 3, needs review>"
    )
    broken = replace(recovery, report=replace(recovery.report, agency="某\n局"))
    assert "\n" not in repr(broken)


def test_the_dict_has_the_fields_of_the_contract_in_its_order_and_no_other(recovery: Recovery) -> None:
    told = recovery.to_dict()
    assert list(told) == [
        "id", "report", "source", "tables", "checks", "confidence", "needs_review", "warnings", "parser"
    ]  # fmt: skip
    assert told["id"] is None
    assert told["report"] == {
        "title": recovery.report.title, "agency": "泉州市行政服务中心管委会", "year": 2021, "script": "hans"
    }  # fmt: skip
    assert tuple(told["tables"]) == TABLES  # type: ignore[arg-type]
    assert list(replace(recovery, part=2, parts=2).to_dict())[-2:] == ["part", "parts"]


def test_failing_checks_come_first(recovery: Recovery) -> None:
    fails = Finding("column_sum", APPLICATIONS, "total", 6, 3, False, Verdict.SOURCE, ("a.b",))
    told = replace(recovery, checks=(*recovery.checks, fails)).to_dict()["checks"]
    assert [check["holds"] for check in told[:2]] == [False, True]  # type: ignore[index]
    assert len(told) == len(recovery.checks) + 1  # type: ignore[arg-type]


def test_the_json_is_the_dict_with_its_characters_as_themselves(recovery: Recovery) -> None:
    line = recovery.to_json()
    assert "\n" not in line
    assert "泉州市" in line
    assert json.loads(line) == recovery.to_dict() == json.loads(recovery.to_json(indent=2))
    assert recovery.to_json(indent=2).startswith('{\n  "id"')


def test_a_frame_has_a_row_a_cell_with_labels_beside_keys() -> None:
    frame = sample(new_received__natural_person=UNSURE, new_received__business=UNREAD).to_frame()
    assert len(frame) == sum(len(forms.template(t, "2021").cells) for t in TABLES)
    row = frame.set_index("cell").loc[NEW]
    assert (row["table"], row["form"], row["heading"]) == (
        "applications", "2021", "三、收到和处理政府信息公开申请情况"
    )  # fmt: skip
    assert (row["row"], row["column"]) == ("一、本年新收政府信息公开申请数量", "自然人")
    assert (row["value"], row["text"], row["state"], row["unit"], row["confidence"]) == (4, "4", "printed", "件", 0.5)
    assert (row["page"], row["start"], row["end"], row["box"]) == (2, 7, 8, [1.0, 2.0, 3.0, 4.0])
    assert (row["suggestion"], row["because"]) == (6, "column_sum")
    other = frame.set_index("cell").loc["new_received.business"]
    assert other["state"] == "unread"
    assert all(frame[["value", "page", "start", "unit"]].isna()[frame["state"] == "unread"].values[0])
    assert frame["agency"].unique().tolist() == ["龙湾区第3号局"]


def test_the_types_of_a_frame_do_not_depend_on_the_report(recovery: Recovery) -> None:
    whole, decimals = recovery.to_frame(), sample().to_frame()
    assert decimals["value"].dtype == "Float64"
    assert decimals.set_index("cell")["value"]["administrative_fees.amount_10k_yuan"] == 12.5
    assert whole["value"].dtype == whole["year"].dtype == "Int64"
    empty = recover("没有表格。".encode(), engine="rules").to_frame()
    assert len(empty) == 0
    kinds = [frame.dtypes.drop(["value", "suggestion"]).tolist() for frame in (whole, decimals, empty)]
    assert kinds[0] == kinds[1] == kinds[2]
    assert whole.columns.tolist() == decimals.columns.tolist() == empty.columns.tolist()


def test_the_rows_are_those_of_the_frame_without_pandas(recovery: Recovery) -> None:
    rows = recovery.to_rows()
    assert list(rows[0]) == recovery.to_frame().columns.tolist()
    assert [row["value"] for row in rows] == recovery.to_frame()["value"].tolist()


def test_without_pandas_the_error_says_what_to_install(recovery: Recovery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        recovery.to_frame()


def test_the_html_shows_three_tables_under_their_official_headings(recovery: Recovery) -> None:
    page = html.fromstring(recovery._repr_html_())
    captions = [caption.text_content() for caption in page.iter("caption")]
    assert [caption.split(":")[0] for caption in captions] == [forms.heading(table) for table in TABLES]
    missing = html.fromstring(recover("没有表格。".encode(), engine="rules")._repr_html_())
    assert not list(missing.iter("table"))
    assert missing.text_content().count("missing, confidence") == 3


def test_the_html_lets_nothing_of_the_source_speak_html() -> None:
    evil = "<script>alert(1)</script>\"'&"
    cells = {"new_received__natural_person": replace(UNSURE, text=evil, unit=evil), "new_received__business": UNREAD}
    recovery = sample(**cells)
    recovery = replace(
        recovery,
        report=replace(recovery.report, title=evil, agency=evil),
        warnings=(Notice("sample", evil),),
    )
    shown = recovery._repr_html_()
    assert "<script" not in shown
    page = html.fromstring(shown)
    (cell,) = [cell for cell in page.iter("td") if "alert" in cell.text_content()]
    assert set(cell.attrib) == {"style", "title"}
    assert f"printed {evil}" in cell.get("title", "")
    assert page.text_content().count(evil) == 4  # title, agency, unit, warning


def test_decimals_are_shown_as_they_are_read() -> None:
    changed = set_cells(sample(), ACTIVE_DISCLOSURE, {"regulations.issued": replace(UNSURE, value=Decimal("0.50"))})
    page = html.fromstring(changed._repr_html_())
    assert "0.50件?" in [cell.text_content() for cell in page.iter("td")]
