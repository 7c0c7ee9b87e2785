"""What OpenAPI says of kept reports, runs and jobs; and the bodies of the requests about them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gouji.fields import ReadingFields
from gouji_service.http.field_models import fields_to_model
from gouji_service.http.openapi import CellShape, CheckShape, ReportShape, Result, TableShape

CheckName = Literal["row_total", "column_flow", "column_sum", "block_total", "year_link"]
TableName = Literal["active_disclosure", "applications", "review_litigation"]
Identities = Annotated[list[Annotated[str, Field(pattern="^[0-9A-Z]{26}$")]], Field(max_length=100_000)]
ReadShape = fields_to_model(ReadingFields)
State = Literal["printed", "blank", "absent", "unread"]


Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T08:00:00Z"])]
Path = Annotated[str | None, Field(description="Below the folder that was ingested; null for one that was sent")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Summary(BaseModel):
    """A report in a list."""

    id: str
    name: str | None
    title: str | None
    agency: str | None
    year: int | None
    confidence: float
    needs_review: bool
    reviewed: bool
    failed_checks: int
    corrections: int
    revision: int
    created_at: Moment
    updated_at: Moment
    part: int = Field(description="Which report of its source, from 1")
    parts: int = Field(description="How many the source holds")
    path: Path


class ReportPage(BaseModel):
    """One page of reports, in the order they arrived."""

    reports: list[Summary]
    next: str | None = Field(description="The cursor of the next page; null on the last one")


class KeptCell(CellShape):  # type: ignore[valid-type,misc]
    """A cell, corrected or as it was read."""

    corrected: bool = False
    read: ReadShape | None = Field(  # type: ignore[valid-type]
        default=None, description="Only of a corrected cell"
    )


class KeptTable(TableShape):  # type: ignore[valid-type,misc]
    """A table with corrections merged in."""

    cells: dict[str, KeptCell]


class KeptTables(BaseModel):
    """The three tables."""

    active_disclosure: KeptTable
    applications: KeptTable
    review_litigation: KeptTable


class KeptReport(ReportShape):  # type: ignore[valid-type,misc]
    """Agency and year with their own confidence; 1 where a reviewer gave them."""

    agency_confidence: float
    year_confidence: float
    agency_corrected: bool = False
    year_corrected: bool = False


class OtherYear(BaseModel):
    """The other side of a year link."""

    report: str
    cell: str


class KeptCheck(CheckShape):  # type: ignore[valid-type,misc]
    """A check; `other` only of a year link."""

    other: OtherYear | None = None


class CorrectionShape(BaseModel):
    """A correction in force."""

    table: str = Field(description="A table, or `report` for agency and year")
    cell: str
    state: State
    value: int | float | str | None
    reviewer: str | None
    note: str | None
    created_at: Moment
    placed: bool = Field(default=True, description="false: the current run does not find this cell")


class KeptResult(Result):  # type: ignore[valid-type,misc]
    """The result of the current run, with corrections and year links merged in."""

    report: KeptReport
    tables: KeptTables
    checks: list[KeptCheck]
    corrections: list[CorrectionShape]
    path: Path
    run: int = Field(description="The current run")
    revision: int = Field(description="Send it back with a correction, to be told if somebody else was quicker")
    reviewed: bool
    created_at: Moment


class DeletedShape(BaseModel):
    """How many of what were deleted, or would be."""

    reports: int
    runs: int
    corrections: int
    year_links: int
    job_items: int = Field(description="Places in jobs")
    documents: int = Field(description="Sources; one of several reports stays until its last one goes")


class RunShape(BaseModel):
    """One parse of a report."""

    run: int
    current: bool
    engine: str
    fingerprint: str
    confidence: float
    needs_review: bool
    failed_checks: int
    job: str | None
    seconds: float | None
    created_at: Moment


class Runs(BaseModel):
    """Every parse of a report, the latest first."""

    runs: list[RunShape]


class JobShape(BaseModel):
    """State and counts of a job."""

    id: str
    state: Literal["queued", "running", "done", "cancelled"]
    runner: Literal["local", "cluster"]
    dry_run: bool
    force: bool
    params: dict[str, Any]
    total: int
    done: int
    improved: int
    unchanged: int
    worse: int
    failed: int
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class Jobs(BaseModel):
    """Jobs, the latest first."""

    jobs: list[JobShape]


class ItemShape(BaseModel):
    """What became of one report in a job; in a dry run, what would."""

    n: int
    report_id: str
    state: Literal["queued", "leased", "done"]
    attempts: int
    outcome: Literal["improved", "unchanged", "worse", "failed"] | None
    reason: str | None
    before: float | None
    after: float | None
    changed_cells: int | None
    became_current: bool | None
    run_id: int | None


class Items(BaseModel):
    """Items of a job in their order."""

    items: list[ItemShape]
    next: int | None = Field(description="`after` of the next page; null on the last one")


class CellSaid(_Body):
    """What the source prints in a cell. Without a state, a value means `printed`."""

    value: int | float | None = Field(default=None, ge=-1e15, le=1e15)
    state: State | None = None
    text: str | None = Field(default=None, max_length=1000, description="As printed, where the number does not say it")

    @model_validator(mode="after")
    def _state_fits(self) -> Self:
        if self.state is None and self.value is None:
            raise ValueError("a value, or a state")
        if self.state is not None and (self.value is not None) != (self.state == "printed"):
            raise ValueError("a value belongs to the state printed, and to no other")
        return self


class ReviewBody(_Body):
    """Corrections of one report. null takes an earlier correction back."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {
                    "revision": 1,
                    "reviewer": "李",
                    "cells": {
                        "applications": {"new_received.total": {"value": 6}, "granted.total": {"state": "blank"}}
                    },
                    "year": 2023,
                    "reviewed": True,
                }
            ]
        },
    )
    cells: dict[TableName, dict[str, CellSaid | None]] = Field(default={})
    agency: str | None = Field(default=None, min_length=1, max_length=200)
    year: int | None = Field(default=None, ge=1990, le=2200)
    reviewed: bool | None = Field(default=None, description="The rest was looked at and is right")
    revision: int | None = Field(default=None, ge=0, le=2**31 - 1, description="The one that the corrections are about")
    reviewer: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=2000)


class ReparseBody(_Body):
    """Which reports are to be parsed again, and how. All that is given must hold; at least one thing must be."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {"confidence_below": 0.95, "engine": "auto", "dry_run": False},
                {"ids": ["01J…"], "force": True},
            ]
        },
    )
    confidence_below: float | None = Field(default=None, ge=0, le=1)
    needs_review: bool | None = None
    check_failed: bool | CheckName | None = None
    agency: str | None = Field(default=None, max_length=200)
    year: int | None = Field(default=None, ge=0, le=9999)
    since: AwareDatetime | None = Field(default=None, description="Arrived then or later")
    before: AwareDatetime | None = None
    fingerprint: str | None = Field(default=None, pattern="^[0-9a-f]{16}$", description="Read by this parser")
    stale: bool = Field(default=False, description="Not yet parsed by the parser installed here")
    ids: Identities | None = None
    all: bool = False
    engine: Literal["auto", "model", "rules"] = "auto"
    dry_run: bool = Field(default=False, description="Tell what would change, and change nothing")
    force: bool = Field(default=False, description="Show the new result even if it is not better")

    def moment(self, moment: datetime | None) -> float | None:
        """Seconds since 1970."""
        return None if moment is None else moment.timestamp()
