"""What OpenAPI says of kept reports and runs; and the bodies of the requests about them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from gouji.forms import FORMS, TABLES
from gouji.tables import CellState, TableState
from gouji_service.http.field_models import fields_to_model
from gouji_service.store.facets import FACETS
from gouji_service.store.filters import CHECKS
from gouji_service.store.kept_fields import CorrectedResultFields, Decision, KeptResultFields

CheckName = Literal[CHECKS]  # type: ignore[valid-type]
TableName = Literal[TABLES]  # type: ignore[valid-type]


Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T08:00:00Z"])]
Path = Annotated[str | None, Field(description="Below the folder that was ingested; null for one that was sent")]


class Body(BaseModel):
    """A request: no field that is not known, no number that is none."""

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
    media_type: str
    missing: list[TableName] = Field(description="Tables that the report lacks, as corrected")


class ReportPage(BaseModel):
    """One page of reports."""

    reports: list[Summary]
    next: str | None = Field(description="The cursor of the next page; null on the last one")
    total: int = Field(description="How many reports the filters choose, on all pages")


class FacetValueShape(BaseModel):
    """One value of a facet."""

    value: bool | int | str | None = Field(description="As the filter takes it; null where it is not known")
    count: int
    label: str | None = Field(description="What a person reads, where that is another text")


class FacetShape(BaseModel):
    """The values of a facet: the most frequent ones, years from the latest on."""

    values: list[FacetValueShape]
    all: int = Field(description="How many values there are; more than are told where they are many")


Facets = create_model("Facets", __base__=BaseModel, **dict.fromkeys(FACETS, (FacetShape | None, None)))  # type: ignore[call-overload]


KeptResult = fields_to_model(KeptResultFields)
CorrectedResult = fields_to_model(CorrectedResultFields)


class InForceShape(BaseModel):
    """What is in force against the year before. computed: before + issued - repealed."""

    row: str
    before: int | float
    issued: int | float
    repealed: int | float
    printed: int | float
    computed: int | float
    holds: bool


class YearShape(BaseModel):
    """A year of an agency."""

    year: int | None
    reports: list[Summary] = Field(description="The surest first")
    result: KeptResult = Field(description="Of the one that is shown; its year links are among its checks")  # type: ignore[valid-type]
    in_force: list[InForceShape] = Field(description="Where this year and the one before print all of it")


class AgencyYears(BaseModel):
    """The years of an agency, from the earliest on."""

    agency: str | None
    years: list[YearShape]


class SessionShape(BaseModel):
    """Who calls."""

    name: str | None = Field(description="null where no key is asked for")
    csrf_token: str = Field(description="What a cookie needs beside it, in X-CSRF-Token; empty without a cookie")


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


class CellSaid(Body):
    """What the source prints in a cell. Without a state, a value means `printed`."""

    value: int | float | None = Field(default=None, ge=-1e15, le=1e15)
    state: CellState | None = None
    text: str | None = Field(default=None, max_length=1000, description="As printed, where the number does not say it")

    @model_validator(mode="after")
    def _state_fits(self) -> Self:
        if self.state is None and self.value is None:
            raise ValueError("a value, or a state")
        if self.state is not None and (self.value is not None) != (self.state == "printed"):
            raise ValueError("a value belongs to the state printed, and to no other")
        return self


class TableSaid(Body):
    """What a reviewer says of a whole table. null takes that back; a field that is left out stays as it is."""

    state: TableState | None = None
    form: Literal[FORMS] | None = None  # type: ignore[valid-type]


class CheckSaid(Body):
    """What a reviewer says of one sum that fails. null takes it back."""

    check: CheckName
    table: TableName
    at: str = Field(max_length=80)
    cell: str = Field(
        default="", max_length=80, description="Of a year link, its own cell, where the year before fails as well"
    )
    decision: Decision | None


class ReviewBody(Body):
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
    tables: dict[TableName, TableSaid] = Field(
        default={}, description="A table called found that was read as missing is the empty form, to be filled in"
    )
    checks: list[CheckSaid] = Field(default=[], max_length=1000)
    insist: bool = Field(default=False, description="The source does print a count with decimals, or a negative one")
    agency: str | None = Field(default=None, min_length=1, max_length=200)
    year: int | None = Field(default=None, ge=1990, le=2200)
    reviewed: bool | None = Field(default=None, description="The rest was looked at and is right")
    revision: int | None = Field(default=None, ge=0, le=2**31 - 1, description="The one that the corrections are about")
    reviewer: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=2000)
