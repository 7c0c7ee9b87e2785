"""The fields of a result: their names, what they say, and how they are written. No other place names them.

Each object of the JSON is a TypedDict here, with a function that writes it; `Recovery.to_dict` (results.py) puts them
together. HTTP (its OpenAPI too), the command line, the store and the exports take the names from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NotRequired, TypedDict

from gouji.checks import Finding, Verdict
from gouji.forms import FORMS, Template, heading
from gouji.tables import Cell, CellState, Number, Place, Suggestion, Table, TableState

Json = dict[str, object]
_BETWEEN = "/"  # of the labels of one row, outermost first


@dataclass(frozen=True, slots=True)
class Says:
    """What is to be known of a field beyond its type.

    of: the only texts that it may be.  least, most: bounds of a number.  length: of a list.
    otherwise: what it means that the field is not there.
    """

    text: str | None = None
    of: type[StrEnum] | Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    length: int | None = None
    examples: Sequence[object] = ()
    otherwise: object = None


class PlaceFields(TypedDict):
    """Where a cell stands."""

    page: Annotated[int, Says(least=1)]
    start: Annotated[int | None, Says("Start of the span in the text that was read")]
    end: int | None
    box: Annotated[list[float] | None, Says("[x0, y0, x1, y1] in PDF points from top left", length=4)]


class SuggestionFields(TypedDict):
    """Another number that a sum points to."""

    value: int | float
    because: Annotated[str, Says(examples=["column_sum"])]


class ReadingFields(TypedDict):
    """What was read in a cell."""

    value: Annotated[int | float | None, Says("The number as printed; null unless state is printed")]
    text: Annotated[str | None, Says("Exactly what the source prints there")]
    state: Annotated[str, Says(of=CellState)]
    confidence: Annotated[float, Says("Calibrated probability that value and state are right", least=0, most=1)]


class CellFields(ReadingFields):
    """One cell of the official form."""

    where: PlaceFields | None
    suggestion: SuggestionFields | None
    unit: NotRequired[Annotated[str, Says("Only where the source prints one", examples=["元"], otherwise="")]]


class TableFields(TypedDict):
    """One of the three tables."""

    state: Annotated[str, Says(of=TableState)]
    form: Annotated[str | None, Says("Decided for each table by itself", of=FORMS)]
    engine: Annotated[str | None, Says("What scored the alignment", examples=["rules", "model"])]
    confidence: Annotated[float, Says(least=0, most=1)]
    cells: Annotated[dict[str, CellFields], Says("Every cell of the form, by name")]


class TablesFields(TypedDict):
    """二、主动公开 · 三、依申请公开 · 四、复议诉讼."""

    active_disclosure: TableFields
    applications: TableFields
    review_litigation: TableFields


class ReportFields(TypedDict):
    """What the report says of itself."""

    title: str | None
    agency: Annotated[str | None, Says(examples=["温州市龙湾区政务服务中心"])]
    year: Annotated[int | None, Says(examples=[2023])]
    script: Annotated[str, Says(of=("hans", "hant"))]


class SourceFields(TypedDict):
    """The bytes that were parsed."""

    name: str | None
    media_type: str
    sha256: str
    bytes: int
    pages: int
    ocr: bool


class CheckFields(TypedDict):
    """One sum (勾稽) held against the printed numbers."""

    check: Annotated[str, Says(examples=["row_total", "column_flow", "column_sum", "block_total", "year_link"])]
    table: str
    at: str
    printed: int | float
    computed: int | float
    holds: bool
    verdict: Annotated[str | None, Says(of=Verdict)]
    cells: list[str]
    blanks: NotRequired[Annotated[int, Says("Blanks that counted as 0, where there were any", otherwise=0)]]


class WarningFields(TypedDict):
    """Something that the caller should know."""

    code: str
    message: str
    message_zh: NotRequired[Annotated[str, Says("What every warning of this code means, in Chinese", otherwise="")]]


class ParserFields(TypedDict):
    """What can change a result."""

    version: str
    model: str | None
    forms: str


class ResultFields(TypedDict):
    """One result: the same object from HTTP, the command line and the library."""

    id: Annotated[str | None, Says("null for a result that was not saved")]
    report: ReportFields
    source: SourceFields
    tables: TablesFields
    checks: Annotated[list[CheckFields], Says("Failing ones first")]
    confidence: Annotated[float, Says("Calibrated probability that every cell is right", least=0, most=1)]
    needs_review: bool
    warnings: list[WarningFields]
    parser: ParserFields
    part: NotRequired[
        Annotated[int, Says("Which report of the source; only where it holds more than one", least=1, otherwise=1)]
    ]
    parts: NotRequired[
        Annotated[int, Says("How many it holds; only where that is more than one", least=1, otherwise=1)]
    ]


class LabelFields(TypedDict):
    """What the official form calls a cell: the heading of its table, the labels of its row and of its column."""

    table: str
    form: str
    heading: str
    cell: str
    row: str
    column: str


def number_to_json(number: Number | float) -> int | float:
    """Counts as integers, amounts with decimals as floats; the exact digits stay in `text`."""
    if isinstance(number, Decimal | float):  # a float: a number that a database kept
        return int(number) if number == int(number) else float(number)
    return number


def value_to_json(value: Number | float | None) -> int | float | None:
    """The number of a cell, None where it has none."""
    return None if value is None else number_to_json(value)


def round_confidence(confidence: float) -> float:
    """A confidence as it is given: to the sixth decimal."""
    return round(confidence, 6)


def labels_to_json(template: Template, cell: str) -> LabelFields:
    """The official labels of a cell; those of more levels are joined, outermost first."""
    labels = template.labels[cell]
    return {
        "table": template.table,
        "form": template.form,
        "heading": heading(template.table),
        "cell": cell,
        "row": _BETWEEN.join(labels.row),
        "column": _BETWEEN.join(labels.column),
    }


def place_to_json(place: Place | None) -> PlaceFields | None:
    """Page from 1, character span, box in PDF points from the top left."""
    if place is None:
        return None
    box = None if place.box is None else [round(edge, 2) for edge in place.box]
    return {"page": place.page, "start": place.start, "end": place.end, "box": box}


def suggestion_to_json(suggestion: Suggestion | None) -> SuggestionFields | None:
    """The number that a sum points to, and the kind of the sum."""
    if suggestion is None:
        return None
    return {"value": number_to_json(suggestion.value), "because": suggestion.because}


def cell_to_json(cell: Cell) -> CellFields:
    """One cell; `unit` only where the source prints one."""
    found: CellFields = {
        "value": value_to_json(cell.value),
        "text": cell.text,
        "state": str(cell.state),
        "confidence": round_confidence(cell.confidence),
        "where": place_to_json(cell.where),
        "suggestion": suggestion_to_json(cell.suggestion),
    }
    if cell.unit is not None:
        found["unit"] = cell.unit
    return found


def table_to_json(table: Table) -> TableFields:
    """One table with every cell of its form, in printed order."""
    return {
        "state": str(table.state),
        "form": table.form,
        "engine": table.engine,
        "confidence": round_confidence(table.confidence),
        "cells": {name: cell_to_json(cell) for name, cell in table.cells.items()},
    }


def finding_to_json(finding: Finding) -> CheckFields:
    """One check; `blanks` only where a blank counted as 0."""
    found: CheckFields = {
        "check": finding.check,
        "table": finding.table,
        "at": finding.at,
        "printed": number_to_json(finding.printed),
        "computed": number_to_json(finding.computed),
        "holds": finding.holds,
        "verdict": None if finding.verdict is None else str(finding.verdict),
        "cells": list(finding.cells),
    }
    if finding.blanks:
        found["blanks"] = finding.blanks
    return found
