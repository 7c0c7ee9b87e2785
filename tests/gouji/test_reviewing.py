from dataclasses import replace

import pytest

from gouji import confidence
from gouji.checks import Finding, Verdict
from gouji.document import Document
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from gouji.parts.split import Part
from gouji.results import Notice
from gouji.reviewing import doubt_first, is_doubtful, tell_engine, tell_part
from gouji.scoring.engines import choose_scorer
from gouji.tables import Table, TableState
from gouji.text.heading import Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text

REPORT = Report("年度报告", "某局", 2023, "hans", 0.9, 0.9)
TABLES = {APPLICATIONS: Table(APPLICATIONS, TableState.FOUND, "2021", "rules", 0.99)}
HOLDS = Finding("row_total", APPLICATIONS, "granted", 3, 3, True, None, ())


def fails(verdict: Verdict) -> Finding:
    return replace(HOLDS, computed=4, holds=False, verdict=verdict)


def test_a_whole_report_is_not_doubtful_nor_is_one_whose_source_is_wrong() -> None:
    assert not is_doubtful(REPORT, TABLES, [HOLDS, fails(Verdict.SOURCE)], [Notice("table_missing", "…")])


@pytest.mark.parametrize("verdict", [Verdict.READING, Verdict.UNDECIDED])
def test_a_sum_that_fails_by_the_reading_is(verdict: Verdict) -> None:
    assert is_doubtful(REPORT, TABLES, [HOLDS, fails(verdict)], [])


def test_so_is_a_result_that_says_too_little() -> None:
    missing = {APPLICATIONS: replace(TABLES[APPLICATIONS], state=TableState.MISSING)}
    assert is_doubtful(REPORT, missing, [], [])
    assert is_doubtful(replace(REPORT, agency=None), TABLES, [], [])
    assert is_doubtful(replace(REPORT, year=None), TABLES, [], [])


def test_and_one_with_a_warning_that_a_person_has_to_see() -> None:
    assert is_doubtful(REPORT, TABLES, [], [Notice("cut_off", "…")])


def test_what_stands_beside_the_tables_is_told() -> None:
    part = Part(Document("", ()), disputed=frozenset({REVIEW_LITIGATION, APPLICATIONS}), copies=True, blank=True)
    told = tell_part(part)
    assert {notice.code for notice in told} == {"several_tables"}
    assert [APPLICATIONS in told[0].message, REVIEW_LITIGATION in told[1].message, len(told)] == [True, True, 4]
    assert tell_part(Part(Document("", ()))) == ()


def test_an_engine_tells_that_it_is_another_one_and_not_calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = choose_scorer("rules")
    assert tell_engine(engine) == ()
    monkeypatch.setattr(confidence, "_of_engine", lambda name: None)
    told = tell_engine(replace(engine, unavailable="no weights"))
    assert [(notice.code, notice.message[:10]) for notice in told] == [
        ("model_unavailable", "no weights"), ("uncalibrated", "confidence")
    ]  # fmt: skip


def test_nothing_of_the_first_of_several_reports_is_sure() -> None:
    first = doubt_first(replace(sample_recovery(sample_text(1), confidence=0.99), parts=3))
    every = [first.confidence, first.report.year_confidence, first.report.agency_confidence]
    every += [c.confidence for t in first.tables.values() for c in t.cells.values()]
    assert max(every) < 0.95
    assert first.needs_review
    assert first.warnings[-1].code == "several_reports"
    assert "3 reports" in first.warnings[-1].message
