"""Which run of a report is shown, and what `reports` keeps of it so that lists are quick."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from gouji.missing.absence import REVIEWED
from gouji.tables import TableState
from gouji_service.store.decisions import is_open, read_decisions
from gouji_service.store.filters import agency_key
from gouji_service.store.locking import lock_agencies, lock_report
from gouji_service.store.results import REPORT, Corrected, read_corrections, read_results, year_link_checks
from gouji_service.store.store import Store
from gouji_service.store.table_words import table_in_force, table_words
from gouji_service.store.tables import MISSING_BITS, Report, Run, RunTable
from gouji_service.store.year_links import has_neighbours, link_years, unlink


def make_current(
    store: Store, connection: Connection, report_id: str, run_id: int, *, reads_the_same: bool = False
) -> None:
    """Show this run of the report from now on. Corrections stay; a review of the report counts no longer, unless the
    new run reads the same. Raises KeyError for a run of another report.
    """
    statement = select(Run.fingerprint, Run.title, Run.agency).where(Run.id == run_id, Run.report_id == report_id)
    run = connection.execute(statement).first()
    if run is None:
        raise KeyError(run_id)
    lock_report(connection, report_id, [agency_key(run.agency)])
    values: dict[str, object] = {"run_id": run_id, "title": run.title, "latest_fingerprint": run.fingerprint}
    if not reads_the_same:
        values["reviewed"] = False
    connection.execute(update(Report).where(Report.id == report_id).values(**values))
    refresh_report(store, connection, report_id)


def show_first_run(store: Store, connection: Connection, report_id: str, run: Mapping[str, Any], now: float) -> None:
    """Show the first run of a new report (`run`: its row, with its id). What `make_current` does, in fewer steps."""
    key = agency_key(run["agency"])
    values = {
        "missing": missing_bits(connection, run["id"], ()),
        "run_id": run["id"],
        "latest_fingerprint": run["fingerprint"],
        "agency_key": key,
        "failed_checks": run["failed_checks"],
        "needs_review": run["needs_review"] or run["unsure_checks"] > 0 or run["confidence"] < store.review_below,
        "revision": 1,
        "updated_at": now,
    }
    values |= {k: run[k] for k in ("title", "agency", "agency_confidence", "year", "year_confidence", "confidence")}
    lock_agencies(connection, [key])
    connection.execute(update(Report).where(Report.id == report_id).values(**values))
    if has_neighbours(connection, key, run["year"]):
        for report in sorted(link_years(connection, key, run["year"])):
            recount_report(store, connection, report)


def missing_bits(connection: Connection, run_id: int, corrections: Sequence[Corrected]) -> int:
    """The tables that a report lacks by this run and these corrections, as `Report.missing` has them."""
    words = table_words(corrections)
    tables = connection.execute(select(RunTable).where(RunTable.run_id == run_id)).all()
    states = {row.table: table_in_force(row.state, row.form, words.get(row.table, {}))[0] for row in tables}
    return sum(bit for table, bit in MISSING_BITS.items() if states.get(table) == TableState.MISSING)


def refresh_report(store: Store, connection: Connection, report_id: str) -> None:
    """Make anew what is kept in `reports` from the current run, the corrections and the links with other years."""
    statement = select(
        Report.agency_key.label("old_key"), Report.year.label("old_year"), Run.agency, Run.agency_confidence,
        Run.year, Run.year_confidence, Run.confidence, Run.id,
    ).join(Run, Run.id == Report.run_id).where(Report.id == report_id)  # fmt: skip
    row = connection.execute(statement).one()
    values: dict[str, object] = {
        "agency": row.agency,
        "agency_confidence": row.agency_confidence,
        "year": row.year,
        "year_confidence": row.year_confidence,
    }
    corrections = read_corrections(connection, [report_id]).get(report_id, [])
    values["missing"] = missing_bits(connection, row.id, corrections)
    for corrected in corrections:
        if corrected.table == REPORT:
            values[corrected.cell] = int(corrected.text or 0) if corrected.cell == "year" else corrected.text
            values[f"{corrected.cell}_confidence"] = 1.0
    agency, year = values["agency"], values["year"]
    key = agency_key(agency if isinstance(agency, str) else None)
    lock_agencies(connection, (key, row.old_key))  # held already where `lock_report` was told of them
    connection.execute(
        update(Report)
        .where(Report.id == report_id)
        .values(
            **values,
            agency_key=key,
            confidence=row.confidence,
            revision=Report.revision + 1,
            updated_at=store.now(connection),
        )
    )
    touched = {report_id}
    if (key, year) != (row.old_key, row.old_year):
        touched |= unlink(connection, select(Report.id).where(Report.id == report_id))
        touched |= link_years(connection, row.old_key, row.old_year)
    touched |= link_years(connection, key, year if isinstance(year, int) else None)
    for report in sorted(touched):
        recount_report(store, connection, report)


def recount_report(store: Store, connection: Connection, report_id: str) -> None:
    """Failed checks and the need of a review, from the run, its corrections and the links of the report."""
    statement = (
        select(
            Run.confidence, Run.failed_checks, Run.unsure_checks, Run.needs_review, Report.corrections, Report.reviewed
        )
        .join(Report, Report.run_id == Run.id)
        .where(Report.id == report_id)
    )
    run = connection.execute(statement).one()
    said = run.corrections or read_decisions(connection, [report_id]).get(report_id)
    if said:
        checks = read_results(connection, [report_id])[0]["checks"]
    else:
        checks = year_link_checks(connection, [report_id]).get(report_id, [])
    failed = sum(not check["holds"] for check in checks) + (0 if said else run.failed_checks)
    unsure = sum(map(is_open, checks)) + (0 if said else run.unsure_checks)
    doubtful = unsure > 0 or run.confidence < store.review_below
    doubtful = doubtful or (run.needs_review and _asks_for_review(connection, report_id))
    needs_review = doubtful and not run.reviewed
    values = {"failed_checks": failed, "needs_review": needs_review}
    connection.execute(update(Report).where(Report.id == report_id).values(**values))


def _asks_for_review(connection: Connection, report_id: str) -> bool:
    """Whether a person has to look at the current run for another reason than its confidence and its sums: what it
    warns of, no table, or no agency or year, as corrected."""
    result = read_results(connection, [report_id])[0]
    row = connection.execute(select(Report.agency, Report.year).where(Report.id == report_id)).one()
    found = any(table["state"] == TableState.FOUND for table in result["tables"].values())
    told = any(warning["code"] in REVIEWED for warning in result["warnings"])
    return told or not (found and row.agency and row.year)
