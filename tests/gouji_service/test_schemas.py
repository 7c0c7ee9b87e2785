import json
from decimal import Decimal

from gouji.checks import Finding, Verdict
from gouji.results import Notice, Parser, Recovery, Source
from gouji.tables import Cell, CellState, Place, Suggestion, Table, TableState
from gouji.text.heading import Report
from gouji_service.http.openapi import Result
from gouji_service.schemas import cell_to_json, number_to_json, recovery_to_json

HOLDS = Finding("row_total", "applications", "granted", 3, 3, True, None, ("granted.total", "granted.business"))
FAILS = Finding("column_sum", "applications", "business", 6, 3, False, Verdict.SOURCE, ("a.b", "c.d"), blanks=2)


def a_recovery() -> Recovery:
    cell = Cell(
        Decimal("251000"), "251000元", CellState.PRINTED, 0.9, Place(1, 5, 12, (1.0, 2.0, 3.0, 4.126)), None, "元"
    )
    doubtful = Cell(3, "3", CellState.PRINTED, 0.5, Place(1, 1, 2), Suggestion(6, "column_sum"))
    blank = Cell(None, "/", CellState.BLANK, 0.99, Place(1, 3, 4))
    absent = Cell(None, None, CellState.ABSENT, 0.99)
    cells = {"a.b": cell, "b.c": doubtful, "c.d": blank, "d.e": absent}
    return Recovery(
        Report("年度报告", "某局", 2023, "hans", 0.9, 0.8),
        Source("报告.txt", "text/plain", "ab" * 32, 10, 1, False),
        {
            "active_disclosure": Table("active_disclosure", TableState.FOUND, "2021", "rules", 0.999, cells),
            "applications": Table("applications", TableState.MISSING, None, None, 0.98),
            "review_litigation": Table("review_litigation", TableState.MISSING, None, None, 0.98),
        },
        (HOLDS, FAILS),
        0.9978123456,
        True,
        (Notice("form_unknown", "…"),),
        Parser("0.1.0", None, "0123456789abcdef"),
    )


def test_the_json_has_the_fields_of_the_contract_and_no_other() -> None:
    found = recovery_to_json(a_recovery(), id="01J")
    assert list(found) == [
        "id",
        "report",
        "source",
        "tables",
        "checks",
        "confidence",
        "needs_review",
        "warnings",
        "parser",
    ]
    Result.model_validate(json.loads(json.dumps(found)), strict=False)
    assert found["report"] == {"title": "年度报告", "agency": "某局", "year": 2023, "script": "hans"}
    assert list(found["tables"]) == ["active_disclosure", "applications", "review_litigation"]  # type: ignore[call-overload]


def test_a_result_that_was_not_saved_has_the_id_null() -> None:
    assert recovery_to_json(a_recovery())["id"] is None


def test_unit_is_there_only_where_the_source_prints_one() -> None:
    table = a_recovery().tables["active_disclosure"]
    assert cell_to_json(table.cells["a.b"])["unit"] == "元"
    assert "unit" not in cell_to_json(table.cells["b.c"])


def test_a_cell_as_the_contract_shows_it() -> None:
    table = a_recovery().tables["active_disclosure"]
    assert cell_to_json(table.cells["b.c"]) == {
        "value": 3,
        "text": "3",
        "state": "printed",
        "confidence": 0.5,
        "where": {"page": 1, "start": 1, "end": 2, "box": None},
        "suggestion": {"value": 6, "because": "column_sum"},
    }
    assert cell_to_json(table.cells["d.e"])["where"] is None


def test_failing_checks_come_first_and_only_they_have_a_verdict() -> None:
    first, second = recovery_to_json(a_recovery())["checks"]  # type: ignore[misc]
    assert (first["holds"], first["verdict"], first["blanks"]) == (False, "source", 2)
    assert (second["holds"], second["verdict"]) == (True, None)
    assert "blanks" not in second


def test_whole_decimals_become_integers_and_others_floats() -> None:
    assert (number_to_json(Decimal("251000.00")), number_to_json(Decimal("25.10"))) == (251000, 25.1)
    assert isinstance(number_to_json(Decimal("251000.00")), int)
    assert number_to_json(None) is None
    assert number_to_json(0) == 0
