from collections.abc import Mapping
from decimal import Decimal

import pytest

from gouji.checks import Finding, Verdict, check_tables, judge
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, template
from gouji.sums import SURE
from gouji.tables import Cell, CellState, Number, Table, TableState


def table_of(
    values: Mapping[str, Number | CellState], name: str = REVIEW_LITIGATION, sure: Mapping[str, float] | None = None
) -> Table:
    """A found table: what is given, zeros elsewhere; a state in place of a number is a cell without one."""
    cells = {}
    for cell in template(name, "2021").cells:
        value = values.get(cell, 0)
        confidence = (sure or {}).get(cell, 0.99)
        if isinstance(value, CellState):
            cells[cell] = Cell(None, None, value, confidence)
        else:
            cells[cell] = Cell(value, str(value), CellState.PRINTED, confidence)
    return Table(name, TableState.FOUND, "2021", "rules", 0.99, cells)


def findings_of(table: Table) -> dict[str, Finding]:
    return {finding.at: finding for finding in check_tables({table.table: table})}


def test_sums_that_hold() -> None:
    found = findings_of(table_of({"review_upheld": 2, "review_pending": 1, "review_total": 3}))
    assert set(found) == {"review", "litigation_direct", "litigation_after_review"}
    assert found["review"] == Finding(
        "block_total",
        REVIEW_LITIGATION,
        "review",
        3,
        3,
        True,
        None,
        ("review_total", "review_upheld", "review_corrected", "review_other_result", "review_pending"),
    )


@pytest.mark.parametrize(
    ("least", "verdict"),
    [
        (0.99, Verdict.SOURCE),
        (0.95, Verdict.SOURCE),
        (0.949, Verdict.UNDECIDED),
        (0.6, Verdict.UNDECIDED),
        (0.59, Verdict.READING),
        (0.0, Verdict.READING),
    ],
)
def test_the_verdict_follows_the_least_sure_cell(least: float, verdict: Verdict) -> None:
    table = table_of({"review_upheld": 2, "review_total": 3}, sure={"review_corrected": least})
    finding = findings_of(table)["review"]
    assert not finding.holds
    assert (finding.printed, finding.computed, finding.verdict) == (3, 2, verdict)
    assert finding.cells == ("review_total", "review_upheld")


def test_a_cell_outside_the_sum_does_not_touch_its_verdict() -> None:
    table = table_of({"review_upheld": 2, "review_total": 3}, sure={"litigation_direct_total": 0.1})
    assert findings_of(table)["review"].verdict is Verdict.SOURCE


def test_blanks_count_as_nothing_and_are_counted() -> None:
    table = table_of(
        {"review_upheld": CellState.BLANK, "review_pending": CellState.BLANK, "review_corrected": 3, "review_total": 3}
    )
    finding = findings_of(table)["review"]
    assert finding.holds
    assert finding.blanks == 2


@pytest.mark.parametrize("total", [0, 3])
@pytest.mark.parametrize("state", [CellState.UNREAD, CellState.ABSENT])
def test_a_sum_with_a_cell_that_was_not_read_is_none(state: CellState, total: int) -> None:
    """Whether it would hold or fail: a report is not blamed for what was cut off or could not be read."""
    table = table_of({"review_upheld": state, "review_total": total})
    assert set(findings_of(table)) == {"litigation_direct", "litigation_after_review"}


def test_the_threshold_of_a_verdict_is_what_counts_as_surely_read() -> None:
    assert judge(SURE) is Verdict.SOURCE
    assert judge(SURE - 1e-6) is Verdict.UNDECIDED


def test_a_sum_without_any_number_is_not_held() -> None:
    blank = dict.fromkeys(template(REVIEW_LITIGATION, "2021").rows[0].cells, CellState.BLANK)
    assert "review" not in findings_of(table_of(blank))
    assert "review" in findings_of(table_of(blank | {"review_total": 0}))  # type: ignore[operator]


def test_failing_sums_come_first() -> None:
    table = table_of({"litigation_after_review_upheld": 4, "new": 1})
    findings = check_tables({table.table: table})
    assert [finding.holds for finding in findings] == [False, True, True]


def test_flows_and_sums_of_table_three() -> None:
    values = {"new_received.business": 3, "new_received.total": 3, "total_processed.business": 6, "granted.business": 3}
    failing = {(f.check, f.at): f for f in check_tables({APPLICATIONS: table_of(values, APPLICATIONS)}) if not f.holds}
    assert set(failing) == {
        ("row_total", "granted"),
        ("row_total", "total_processed"),
        ("column_flow", "business"),
        ("column_flow", "total"),
        ("column_sum", "business"),
    }
    flow = failing["column_flow", "business"]
    assert (flow.printed, flow.computed) == (3, 6)
    assert flow.cells == ("new_received.business", "carried_over.business", "total_processed.business")


def test_decimals_are_exact() -> None:
    tenth = Decimal("0.1")
    values = {
        "review_upheld": tenth,
        "review_corrected": tenth,
        "review_pending": tenth,
        "review_total": Decimal("0.3"),
    }
    assert findings_of(table_of(values))["review"].holds


def test_tables_without_sums_and_missing_tables_give_nothing() -> None:
    missing = Table(APPLICATIONS, TableState.MISSING, None, None, 0.9)
    assert check_tables({APPLICATIONS: missing, ACTIVE_DISCLOSURE: table_of({}, ACTIVE_DISCLOSURE)}) == ()
