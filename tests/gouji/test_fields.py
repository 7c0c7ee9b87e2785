from decimal import Decimal

from gouji.checks import Finding, Verdict
from gouji.fields import cell_to_json, finding_to_json, labels_to_json, number_to_json
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.tables import Cell, CellState, Place, Suggestion

HOLDS = Finding("row_total", "applications", "granted", 3, 3, True, None, ("granted.total", "granted.business"))
FAILS = Finding("column_sum", "applications", "business", 6, 3, False, Verdict.SOURCE, ("a.b", "c.d"), blanks=2)


def cells() -> dict[str, Cell]:
    cell = Cell(
        Decimal("251000"), "251000元", CellState.PRINTED, 0.9, Place(1, 5, 12, (1.0, 2.0, 3.0, 4.126)), None, "元"
    )
    doubtful = Cell(3, "3", CellState.PRINTED, 0.5, Place(1, 1, 2), Suggestion(6, "column_sum"))
    blank = Cell(None, "/", CellState.BLANK, 0.99, Place(1, 3, 4))
    absent = Cell(None, None, CellState.ABSENT, 0.99)
    return {"a.b": cell, "b.c": doubtful, "c.d": blank, "d.e": absent}


def test_unit_is_there_only_where_the_source_prints_one() -> None:
    assert cell_to_json(cells()["a.b"])["unit"] == "元"
    assert "unit" not in cell_to_json(cells()["b.c"])


def test_a_cell_as_the_contract_shows_it() -> None:
    assert cell_to_json(cells()["b.c"]) == {
        "value": 3,
        "text": "3",
        "state": "printed",
        "confidence": 0.5,
        "where": {"page": 1, "start": 1, "end": 2, "box": None},
        "suggestion": {"value": 6, "because": "column_sum"},
    }
    assert cell_to_json(cells()["d.e"])["where"] is None


def test_only_a_failing_check_has_a_verdict() -> None:
    first, second = finding_to_json(FAILS), finding_to_json(HOLDS)
    assert (first["holds"], first["verdict"], first["blanks"]) == (False, "source", 2)
    assert (second["holds"], second["verdict"]) == (True, None)
    assert "blanks" not in second


def test_whole_decimals_become_integers_and_others_floats() -> None:
    assert (number_to_json(Decimal("251000.00")), number_to_json(Decimal("25.10"))) == (251000, 25.1)
    assert isinstance(number_to_json(Decimal("251000.00")), int)
    assert number_to_json(None) is None
    assert number_to_json(0) == 0
    assert (number_to_json(3.0), number_to_json(0.5)) == (3, 0.5)
    assert isinstance(number_to_json(3.0), int)


def test_the_labels_of_a_cell_are_those_of_the_form() -> None:
    assert labels_to_json(template(APPLICATIONS, "2021"), "denied_state_secret.business") == {
        "table": "applications",
        "form": "2021",
        "heading": "三、收到和处理政府信息公开申请情况",
        "cell": "denied_state_secret.business",
        "row": "三、本年度办理结果/(三)不予公开/1.属于国家秘密",
        "column": "法人或其他组织/商业企业",
    }
    told = labels_to_json(template(REVIEW_LITIGATION, "2019"), "litigation_after_review_total")
    assert (told["row"], told["column"]) == ("行政诉讼/复议后起诉", "总计")  # no header is named twice
