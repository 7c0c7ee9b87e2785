"""Deletes reports with all that was kept of them: runs, corrections, links with other years, places in jobs, sources.

A source of several reports stays until its last one is deleted. What other reports were told by a deleted one (year
links) is drawn anew.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Self

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from gouji_service.store.current import recount_report
from gouji_service.store.locking import lock_reports
from gouji_service.store.store import Store, discard_files
from gouji_service.store.tables import (
    CellValue,
    CheckDecision,
    Correction,
    Document,
    FailedCheck,
    Job,
    JobItem,
    Report,
    Run,
    RunTable,
    YearLink,
)
from gouji_service.store.year_links import link_years

AT_ONCE = 100  # reports in one transaction


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many rows of what were deleted, or would be."""

    reports: int = 0
    runs: int = 0
    corrections: int = 0
    year_links: int = 0
    job_items: int = 0
    documents: int = 0

    def __add__(self, other: Self) -> "Deleted":
        return Deleted(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def to_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


def delete_reports(store: Store, ids: Sequence[str], *, dry_run: bool = False) -> Deleted:
    """Delete these reports, so many at a time, each time all or nothing; ids of no report count for nothing.

    dry_run: say what would be deleted, and change nothing. Raises StoreError; what was deleted by then stays so.
    """
    total = Deleted()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        if dry_run:
            with store.reading() as connection:
                total += _count(connection, some, _last_documents(connection, some))
            continue
        with store.writing() as connection:
            deleted, documents = _delete(store, connection, some)
        discard_files(store, documents)
        total += deleted
    return total


def _last_documents(connection: Connection, ids: Sequence[str]) -> Sequence[str]:
    """The sources of these reports that hold no other report."""
    own = select(Report.sha256).where(Report.id.in_(ids))
    others = select(Report.sha256).where(Report.sha256.in_(own), Report.id.not_in(ids))
    waiting = exists().where(JobItem.sha256 == Document.sha256, JobItem.state != "done")  # sent again, in a batch
    return (
        connection.execute(
            select(Document.sha256).where(Document.sha256.in_(own), ~Document.sha256.in_(others), ~waiting)
        )
        .scalars()
        .all()
    )


def _count(connection: Connection, ids: Sequence[str], documents: Sequence[str]) -> Deleted:
    def count(table: type, *where: object) -> int:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())  # type: ignore[arg-type]

    return Deleted(
        reports=count(Report, Report.id.in_(ids)),
        runs=count(Run, Run.report_id.in_(ids)),
        corrections=count(Correction, Correction.report_id.in_(ids)),
        year_links=count(YearLink, _linked(ids)),
        job_items=count(JobItem, JobItem.report_id.in_(ids)),
        documents=len(documents),
    )


def _linked(ids: Sequence[str]) -> object:
    return or_(YearLink.report_id.in_(ids), YearLink.previous_id.in_(ids))


def _delete(store: Store, connection: Connection, ids: Sequence[str]) -> tuple[Deleted, Sequence[str]]:
    """Delete inside the transaction of `connection`; also gives the sources whose files may go after the commit."""
    # in the order of locking.py: item, source, agency, report. What is queued between is caught after
    items = _remove_items(store, connection, ids)
    own = select(Report.sha256).where(Report.id.in_(ids))
    sources = select(Document.sha256).where(Document.sha256.in_(own)).order_by(Document.sha256)
    connection.execute(sources.with_for_update())
    lock_reports(connection, ids)
    chosen = select(Report.id, Report.sha256, Report.agency_key, Report.year).where(Report.id.in_(ids))
    reports = connection.execute(chosen).all()
    items += _remove_items(store, connection, ids)
    documents = _last_documents(connection, ids)
    counted = _count(connection, ids, documents)
    linked = connection.execute(select(YearLink.report_id, YearLink.previous_id).where(_linked(ids))).all()  # type: ignore[arg-type]
    connection.execute(delete(YearLink).where(_linked(ids)))  # type: ignore[arg-type]
    connection.execute(delete(Correction).where(Correction.report_id.in_(ids)))
    connection.execute(delete(CheckDecision).where(CheckDecision.report_id.in_(ids)))
    runs = select(Run.id).where(Run.report_id.in_(ids))
    for table in (CellValue, FailedCheck, RunTable):
        connection.execute(delete(table).where(table.run_id.in_(runs)))
    connection.execute(delete(Run).where(Run.report_id.in_(ids)))
    connection.execute(delete(Report).where(Report.id.in_(ids)))
    connection.execute(delete(Document).where(Document.sha256.in_(documents)))
    touched = {report for pair in linked for report in pair}
    for key, year in sorted(
        {(report.agency_key, report.year) for report in reports if report.agency_key and report.year}
    ):
        touched |= link_years(connection, key, year)
    for report in sorted(touched - set(ids)):
        recount_report(store, connection, report)
    return counted + Deleted(job_items=items), documents


def _remove_items(store: Store, connection: Connection, ids: Sequence[str]) -> int:
    """Take the reports out of jobs, which then have so much less to do; a job that has nothing left is done."""
    removed = delete(JobItem).where(JobItem.report_id.in_(ids)).returning(JobItem.job_id)
    jobs = connection.execute(removed).scalars().all()
    left = exists().where(JobItem.job_id == Job.id, JobItem.state.in_(("queued", "leased")))
    for job in sorted(set(jobs)):
        connection.execute(update(Job).where(Job.id == job).values(total=Job.total - jobs.count(job)))
        over = (Job.id == job, Job.state.in_(("queued", "running")), ~left)
        connection.execute(update(Job).where(*over).values(state="done", finished_at=store.now(connection)))
    return len(jobs)
