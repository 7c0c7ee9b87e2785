"""What makes a result doubtful as a whole: rival tables, several reports, sums that fail, what the source lacks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from gouji import forms
from gouji.assembly import doubt_table
from gouji.checks import Finding, Verdict
from gouji.confidence import assess_report, doubt, is_calibrated
from gouji.document_tables import tell_rivals
from gouji.missing.absence import REVIEWED
from gouji.parts.split import Part
from gouji.results import Notice, Recovery
from gouji.scoring.engines import Engine
from gouji.tables import Table, TableState
from gouji.text.heading import Report


def assess_tables(tables: Mapping[str, Table], findings: Sequence[Finding], engine: str) -> float:
    """How sure a report is as a whole: of its tables, those that are missing, and those with a sum that fails."""
    failing = {finding.table for finding in findings if not finding.holds}
    told = [(t.confidence, t.state is TableState.MISSING, key in failing) for key, t in tables.items()]
    return assess_report(told, engine)


def tell_engine(engine: Engine) -> tuple[Notice, ...]:
    """What the caller should know of the engine: that it is not the one asked for, that it is not calibrated."""
    told = [] if engine.unavailable is None else [Notice("model_unavailable", engine.unavailable)]
    if not is_calibrated(engine.name):
        message = "confidences are estimates: calibration.json is missing or fits other evidence"
        told.append(Notice("uncalibrated", message))
    return tuple(told)


def tell_part(part: Part) -> tuple[Notice, ...]:
    """What the caller should know of tables and copies that stand beside those that were read."""
    notices = [tell_rivals(table) for table in forms.TABLES if table in part.disputed]
    if part.copies:
        notices.append(Notice("several_tables", "the source prints this report more than once with the same numbers"))
    if part.blank:
        notices.append(Notice("several_tables", "an empty form stands beside the tables that were read"))
    return tuple(notices)


def is_doubtful(
    report: Report, tables: Mapping[str, Table], findings: Sequence[Finding], told: Collection[Notice]
) -> bool:
    """Whether a person has to look, however sure the cells are: a sum fails and the source is not to blame for it, the
    result says too little to be a report (no table, or not whose or of which year), or a warning asks for it."""
    if any(not finding.holds and finding.verdict is not Verdict.SOURCE for finding in findings):
        return True
    found = any(table.state is TableState.FOUND for table in tables.values())
    return not (found and report.agency and report.year) or any(notice.code in REVIEWED for notice in told)


def doubt_first(recovery: Recovery) -> Recovery:
    """The first of several reports for a caller who asked for one: nothing of it is sure."""
    message = f"the source holds {recovery.parts} reports and this is the first: use recover_all, or cut it up"
    report = recovery.report
    return replace(
        recovery,
        report=replace(
            report,
            agency_confidence=doubt(report.agency_confidence),
            year_confidence=doubt(report.year_confidence),
        ),
        tables={key: doubt_table(table) for key, table in recovery.tables.items()},
        confidence=doubt(recovery.confidence),
        needs_review=True,
        warnings=(*recovery.warnings, Notice("several_reports", message)),
    )
