"""The tables of the store. Names of tables, rows and cells inside them are those of forms.json.

`documents` the original bytes, by hash · `parsers` what a fingerprint stands for · `reports` one for each report of a
document, with its current run · `runs` every parse ever made, never changed · `run_tables`, `cells`, `findings` what a
run read ·
`slots` the cells of the official forms · `corrections` what reviewers said, apart from runs, never changed either ·
`decisions` what reviewers said of sums that fail · `year_links` carried_over against last year's carried_forward ·
`jobs`, `job_items` the durable queue.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in INTEGER PRIMARY KEY
_ID = String(26)
MISSING_BITS = {"active_disclosure": 1, "applications": 2, "review_litigation": 4}  # of Report.missing
_Number = Float(53)  # counts and amounts alike: exact up to fifteen digits; every digit stands in the result


class Base(DeclarativeBase):
    """All tables of the store."""


class Document(Base):
    """The original bytes, compressed with zlib: in `body`, or where that is null in a file named by the hash."""

    __tablename__ = "documents"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # of the original, in bytes
    created_at: Mapped[float] = mapped_column(Float(53))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class ParserState(Base):
    """Everything that can change a result, by its fingerprint. `parts` is a JSON object."""

    __tablename__ = "parsers"
    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    parts: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Float(53))


class Report(Base):
    """One report: what it is called, whose it is, and which run is current. `agency` and `year` are the corrected ones.

    confidence, needs_review and failed_checks are those of the current run with its corrections and year links, kept
    here so that lists are quick. `revision` goes up when a run becomes current or a reviewer changes something.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("reports_agency", "agency_key", "year"),
        Index("reports_review", "needs_review", "confidence", "id"),
        Index("reports_confidence", "confidence", "id"),
        Index("reports_by_agency", "agency_key", "id"),
        Index("reports_by_year", "year", "id"),
        Index("reports_folder", "folder"),
        Index("reports_flags", "needs_review", "reviewed", "missing", "failed_checks", "media_type"),  # for counts
        UniqueConstraint("sha256", "part", name="reports_document"),
    )
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("documents.sha256"))
    part: Mapped[int] = mapped_column(SmallInteger, default=1)  # which of the reports of its document, from 1
    parts: Mapped[int] = mapped_column(SmallInteger, default=1)  # how many it holds
    name: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)  # below the folder that was ingested, with slashes
    folder: Mapped[str | None] = mapped_column(Text)  # of `path`; null where that has none
    media_type: Mapped[str] = mapped_column(Text)
    declared_type: Mapped[str | None] = mapped_column(Text)  # what the sender said it was: re-parsing starts from it
    missing: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")  # tables, in bits of MISSING_BITS
    title: Mapped[str | None] = mapped_column(Text)
    agency: Mapped[str | None] = mapped_column(Text)
    agency_key: Mapped[str | None] = mapped_column(Text)  # without blanks and width: what equal agencies have in common
    agency_confidence: Mapped[float] = mapped_column(_Number)
    year: Mapped[int | None] = mapped_column(Integer)
    year_confidence: Mapped[float] = mapped_column(_Number)
    run_id: Mapped[int | None] = mapped_column(_Serial)  # the current run
    latest_fingerprint: Mapped[str | None] = mapped_column(String(16))  # of the last parse, current or not
    confidence: Mapped[float] = mapped_column(_Number)
    needs_review: Mapped[bool] = mapped_column(Boolean)
    failed_checks: Mapped[int] = mapped_column(Integer)
    corrections: Mapped[int] = mapped_column(Integer, default=0)
    reviewed: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[float] = mapped_column(Float(53))
    updated_at: Mapped[float] = mapped_column(Float(53))


class Run(Base):
    """One parse of a report. `result` is the whole result as JSON, compressed with zlib."""

    __tablename__ = "runs"
    __table_args__ = (Index("runs_report", "report_id", "id"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(_Serial, primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    fingerprint: Mapped[str] = mapped_column(ForeignKey("parsers.fingerprint"))
    engine: Mapped[str] = mapped_column(String(8))  # as it was asked for; each table says which one read it
    job_id: Mapped[str | None] = mapped_column(_ID)
    created_at: Mapped[float] = mapped_column(Float(53))
    seconds: Mapped[float | None] = mapped_column(_Number)
    title: Mapped[str | None] = mapped_column(Text)
    agency: Mapped[str | None] = mapped_column(Text)
    agency_confidence: Mapped[float] = mapped_column(_Number)
    year: Mapped[int | None] = mapped_column(Integer)
    year_confidence: Mapped[float] = mapped_column(_Number)
    confidence: Mapped[float] = mapped_column(_Number)
    needs_review: Mapped[bool] = mapped_column(Boolean)
    failed_checks: Mapped[int] = mapped_column(Integer)
    unsure_checks: Mapped[int] = mapped_column(Integer)  # failed, and not surely the fault of the source
    result: Mapped[bytes] = mapped_column(LargeBinary)


class RunTable(Base):
    """One of the three tables as a run found it."""

    __tablename__ = "run_tables"
    run_id: Mapped[int] = mapped_column(_Serial, ForeignKey("runs.id"), primary_key=True, autoincrement=False)
    table: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    form: Mapped[str | None] = mapped_column(String(4))
    engine: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[float] = mapped_column(_Number)


class Slot(Base):
    """A cell of the official forms: its table and name, and a small number that stands for them in `cells`.

    fractional: some run or correction has a number with decimals here, so that an export needs more than integers.
    """

    __tablename__ = "slots"
    __table_args__ = (Index("slots_name", "table", "name", unique=True),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    table: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    fractional: Mapped[bool] = mapped_column(Boolean, default=False)


class CellValue(Base):
    """One cell of one run. Rows are only added at the end: a large store takes them as fast as a small one."""

    __tablename__ = "cells"
    __table_args__ = ({"sqlite_with_rowid": False},)
    run_id: Mapped[int] = mapped_column(_Serial, ForeignKey("runs.id"), primary_key=True, autoincrement=False)
    slot_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("slots.id"), primary_key=True, autoincrement=False)
    value: Mapped[float | None] = mapped_column(_Number)
    text: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    confidence: Mapped[float] = mapped_column(_Number)
    page: Mapped[int | None] = mapped_column(Integer)
    unit: Mapped[str | None] = mapped_column(Text)


class FailedCheck(Base):
    """A sum of a run that does not hold. Those that hold stand in the result."""

    __tablename__ = "findings"
    run_id: Mapped[int] = mapped_column(_Serial, ForeignKey("runs.id"), primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    check: Mapped[str] = mapped_column(String(16))
    table: Mapped[str] = mapped_column(String(32))
    at: Mapped[str] = mapped_column(String(80))
    printed: Mapped[float] = mapped_column(_Number)
    computed: Mapped[float] = mapped_column(_Number)
    verdict: Mapped[str | None] = mapped_column(String(16))


class Correction(Base):
    """What a reviewer says that the source prints. The last one for a cell counts; `state` null takes it back.

    `table` is "report" and `cell` is "agency" or "year" for what belongs to no table; `cell` is "state" or "form" for a
    whole table. The value then stands in `text`.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_report", "report_id", "id"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(_Serial, primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    run_id: Mapped[int | None] = mapped_column(_Serial)  # the run that the reviewer looked at
    table: Mapped[str] = mapped_column(String(32))
    cell: Mapped[str] = mapped_column(String(80))
    state: Mapped[str | None] = mapped_column(String(8))
    value: Mapped[float | None] = mapped_column(_Number)
    text: Mapped[str | None] = mapped_column(Text)
    reviewer: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Float(53))


class CheckDecision(Base):
    """What a reviewer says of a sum that fails: `confirmed` (the source is wrong) or `ignored`; null takes it back.

    It is about these two sides: when a correction or another run changes one of them, it is in force no longer.
    `cell` tells the two years of a year link apart, and is empty for every other check. The last one counts.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index("decisions_report", "report_id", "id"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(_Serial, primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    check: Mapped[str] = mapped_column(String(16))
    table: Mapped[str] = mapped_column(String(32))
    at: Mapped[str] = mapped_column(String(80))
    cell: Mapped[str] = mapped_column(String(80))
    decision: Mapped[str | None] = mapped_column(String(10))
    printed: Mapped[float] = mapped_column(_Number)
    computed: Mapped[float] = mapped_column(_Number)
    reviewer: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Float(53))


class YearLink(Base):
    """carried_over of a report against carried_forward of the same agency a year before, one column."""

    __tablename__ = "year_links"
    __table_args__ = (Index("year_links_previous", "previous_id"),)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    column: Mapped[str] = mapped_column(String(32), primary_key=True)
    previous_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    carried_over: Mapped[float] = mapped_column(_Number)
    carried_forward: Mapped[float] = mapped_column(_Number)
    holds: Mapped[bool] = mapped_column(Boolean)
    verdict: Mapped[str | None] = mapped_column(String(16))
    blanks: Mapped[int] = mapped_column(SmallInteger)


class Job(Base):
    """A piece of work over many reports. Its counts are those of its items and are never kept apart from them.

    state: queued, running, done, cancelled. runner: "local" (any worker of this store) or "cluster" (Dask alone).
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("jobs_state", "state", "id"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), default="reparse", server_default="reparse")  # or "batch"
    runner: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    engine: Mapped[str] = mapped_column(String(8))
    dry_run: Mapped[bool] = mapped_column(Boolean)
    force: Mapped[bool] = mapped_column(Boolean)
    params: Mapped[str] = mapped_column(Text)  # what was asked for, as JSON
    total: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(Float(53))
    started_at: Mapped[float | None] = mapped_column(Float(53))
    finished_at: Mapped[float | None] = mapped_column(Float(53))


class JobItem(Base):
    """One report of a job, or a source of a batch, whose `report_id` is known at its end. state: queued, leased (by
    `owner` until `lease_until`), done. outcome once it is done: improved, unchanged, worse or failed, with the reason;
    of a batch stored, known or failed.
    """

    __tablename__ = "job_items"
    __table_args__ = (
        Index("job_items_state", "job_id", "state", "n"),
        Index("job_items_owner", "owner"),
        Index("job_items_sha256", "sha256"),
    )
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    report_id: Mapped[str | None] = mapped_column(ForeignKey("reports.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))  # this and the next three of a batch alone
    name: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)
    declared_type: Mapped[str | None] = mapped_column(Text)
    reports: Mapped[int | None] = mapped_column(SmallInteger)  # that the source held
    state: Mapped[str] = mapped_column(String(8))
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float | None] = mapped_column(Float(53))
    attempts: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[float | None] = mapped_column(_Number)  # confidence
    after: Mapped[float | None] = mapped_column(_Number)
    changed_cells: Mapped[int | None] = mapped_column(Integer)
    became_current: Mapped[bool | None] = mapped_column(Boolean)
    run_id: Mapped[int | None] = mapped_column(_Serial)
    finished_at: Mapped[float | None] = mapped_column(Float(53))
