"""The fields of a kept result: those of the library, and what reviewers and other years add."""

from enum import StrEnum
from typing import Annotated, NotRequired, TypedDict

from gouji.fields import (
    CellFields,
    CheckFields,
    ReadingFields,
    ReportFields,
    ResultFields,
    Says,
    TableFields,
)
from gouji.forms import FORMS
from gouji.tables import CellState, TableState

MOMENT = Says("ISO 8601 in UTC", examples=["2026-01-31T08:00:00Z"])


class Decision(StrEnum):
    """What a reviewer says of a sum that fails."""

    CONFIRMED = "confirmed"  # the source is wrong
    IGNORED = "ignored"


class KeptCellFields(CellFields):
    """A cell, corrected or as it was read."""

    corrected: NotRequired[Annotated[bool, Says(otherwise=False)]]
    read: NotRequired[Annotated[ReadingFields | None, Says("Only of a corrected cell")]]


class TableReadingFields(TypedDict):
    """A table as it was read."""

    state: Annotated[str, Says(of=TableState)]
    form: Annotated[str | None, Says(of=FORMS)]
    confidence: Annotated[float, Says(least=0, most=1)]


class KeptTableFields(TableFields):
    """A table with corrections merged in."""

    cells: Annotated[dict[str, KeptCellFields], Says("Every cell of the form, by name")]  # type: ignore[misc]
    corrected: NotRequired[Annotated[bool, Says("Whether a person gave its state or form", otherwise=False)]]
    read: NotRequired[Annotated[TableReadingFields | None, Says("Only of such a table")]]


class KeptTablesFields(TypedDict):
    """The three tables."""

    active_disclosure: KeptTableFields
    applications: KeptTableFields
    review_litigation: KeptTableFields


class KeptReportFields(ReportFields):
    """Agency and year with their own confidence; 1 where a reviewer gave them."""

    agency_confidence: float
    year_confidence: float
    agency_corrected: NotRequired[Annotated[bool, Says(otherwise=False)]]
    year_corrected: NotRequired[Annotated[bool, Says(otherwise=False)]]


class OtherYearFields(TypedDict):
    """The other side of a year link."""

    report: str
    cell: str


class DecisionFields(TypedDict):
    """What a reviewer said of a sum that fails. It is in force while both its sides stay as they were."""

    decision: Annotated[str, Says(of=Decision)]
    reviewer: str | None
    note: str | None
    created_at: Annotated[str, MOMENT]


class KeptCheckFields(CheckFields):
    """A check; `other` only of a year link."""

    other: NotRequired[OtherYearFields | None]
    decision: NotRequired[DecisionFields | None]


class CorrectionFields(TypedDict):
    """A correction in force."""

    table: Annotated[str, Says("A table, or `report` for agency and year")]
    cell: Annotated[str, Says("A cell; `state` or `form` of a whole table; `agency` or `year`")]
    state: Annotated[str, Says(of=CellState)]
    value: int | float | str | None
    reviewer: str | None
    note: str | None
    created_at: Annotated[str, MOMENT]
    placed: NotRequired[Annotated[bool, Says("false: the current run does not find this cell", otherwise=True)]]


class KeptResultFields(ResultFields):
    """The result of the current run, with corrections and year links merged in."""

    report: KeptReportFields  # type: ignore[misc]
    tables: KeptTablesFields  # type: ignore[misc]
    checks: list[KeptCheckFields]  # type: ignore[misc]
    corrections: list[CorrectionFields]
    path: Annotated[str | None, Says("Below the folder that was ingested; null for one that was sent")]
    run: Annotated[int, Says("The current run")]
    revision: Annotated[int, Says("Send it back with a correction, to be told if somebody else was quicker")]
    reviewed: bool
    created_at: Annotated[str, MOMENT]


class CorrectedResultFields(KeptResultFields):
    """The result after a correction, and what that did to the sums."""

    broke: Annotated[list[KeptCheckFields], Says("Sums that failed not before, and fail now")]
    mended: Annotated[list[KeptCheckFields], Says("Sums that failed before, and hold now")]
