"""The result that is shown: what was read, with a reviewer's word in it."""

from decimal import Decimal
from typing import Any

import pytest

from gouji import forms
from gouji_service.schemas import recovery_to_json
from gouji_service.store.results import (
    REPORT,
    Corrected,
    apply_corrections,
    pack_result,
    seconds_to_iso,
    unpack_result,
)
from tests.gouji_service.sample_reports import sample_recovery, sample_text

ROW = next(row for row in forms.template(forms.APPLICATIONS, "2021").rows if row.key == "granted")
TOTAL = "granted.total"


def result() -> dict[str, Any]:
    return unpack_result(pack_result(recovery_to_json(sample_recovery(sample_text(1), confidence=0.9))))


def said(
    cell: str, state: str, value: float | None = None, text: str | None = None, table: str = forms.APPLICATIONS
) -> Corrected:
    return Corrected(table, cell, state, value, text, "李", None, 1_700_000_000.0)


def cell_of(shown: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = shown["tables"][forms.APPLICATIONS]["cells"][name]
    return found


def test_a_result_is_kept_whole() -> None:
    given = {"a": "规章", "b": [1, 2.5, None]}
    assert unpack_result(pack_result(given)) == given


@pytest.mark.parametrize(
    ("seconds", "iso"), [(0, "1970-01-01T00:00:00Z"), (1_700_000_000.9, "2023-11-14T22:13:20Z"), (None, None)]
)
def test_moments_are_told_in_utc(seconds: float | None, iso: str | None) -> None:
    assert seconds_to_iso(seconds) == iso


def test_a_corrected_cell_says_so_and_keeps_what_was_read() -> None:
    before = result()
    shown = apply_corrections(before, [said(TOTAL, "printed", 41.0)])
    cell = cell_of(shown, TOTAL)
    assert (cell["value"], cell["text"], cell["state"], cell["confidence"]) == (41, "41", "printed", 1.0)
    assert cell["corrected"] is True
    assert cell["read"]["value"] == cell_of(before, TOTAL)["value"]
    assert "corrected" not in cell_of(before, TOTAL)
    blank = cell_of(apply_corrections(before, [said(TOTAL, "blank")]), TOTAL)
    assert (blank["value"], blank["text"], blank["state"]) == (None, None, "blank")


def test_agency_and_year_are_the_report_s() -> None:
    corrections = [said(cell, "printed", None, text, REPORT) for cell, text in (("year", "2021"), ("agency", "某局"))]
    shown = apply_corrections(result(), corrections)
    assert (shown["report"]["year"], shown["report"]["year_corrected"]) == (2021, True)
    assert shown["report"]["agency"] == "某局"
    assert [c["value"] for c in shown["corrections"]] == [2021, "某局"]
    assert shown["checks"] == result()["checks"]


def test_a_correction_of_a_cell_that_is_not_there_is_listed_and_placed_nowhere() -> None:
    shown = apply_corrections(result(), [said("gone.total", "printed", 3)])
    assert [c.get("placed", True) for c in shown["corrections"]] == [False]


def test_sums_of_a_corrected_cell_are_held_again_and_failing_ones_come_first() -> None:
    before = result()
    cells = {name: cell_of(before, name)["value"] for name in ROW.cells}
    whole = sum(Decimal(str(cells[name] or 0)) for name in ROW.cells[:-1])

    def check(value: float) -> dict[str, Any]:
        checks = apply_corrections(before, [said(TOTAL, "printed", value)])["checks"]
        assert [c["holds"] for c in checks] == sorted(c["holds"] for c in checks)
        return next(c for c in checks if (c["check"], c["at"]) == ("row_total", "granted"))

    assert check(float(whole))["holds"]
    wrong = check(float(whole) + 1)
    assert (wrong["holds"], wrong["printed"] - wrong["computed"]) == (False, 1)
    unread = apply_corrections(before, [said(TOTAL, "unread")])["checks"]
    assert not [c for c in unread if (c["check"], c["at"]) == ("row_total", "granted")]
