"""What OpenAPI says of requests, results and problems. Documentation only: `schemas.py` makes the JSON itself.

A test validates real results against these models with no field missing and none to spare.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gouji_service.http.body import RAW_TYPES
from gouji_service.problems import CODES, MEDIA_TYPE, Problem

DESCRIPTION = """Recovers the three tables of Chinese open-government annual reports (政府信息公开工作年度报告)
from text, HTML, PDF, scans and DOCX, with a confidence for every cell. Errors are RFC 9457 problems with a `code`."""

_SAYS = {
    "bad_request": "The request itself is wrong: a parameter, broken JSON, no file",
    "not_found": "There is nothing under this path",
    "method_not_allowed": "The path does not take this method",
    "too_large": "The source is over the size limit",
    "unsupported_media": "A type that no reader takes",
    "unreadable": "Encrypted, corrupt, or without any text",
    "internal": "The service failed; its log says why",
    "busy": "All parsers are at work: come again after Retry-After seconds",
    "not_ready": "The parsers are starting, or cannot start",
    "too_slow": "Reading did not end in its time",
    "conflict": "Somebody else changed it since it was read",
    "storage_full": "No room left for the store; nothing was kept",
    "storage_read_only": "The store cannot be written; nothing was kept",
    "storage_unavailable": "The store cannot be reached; nothing was kept",
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Where(_Shape):
    """Where a cell stands."""

    page: int = Field(ge=1)
    start: int | None = Field(description="Start of the span in the text that was read")
    end: int | None
    box: tuple[float, float, float, float] | None = Field(description="[x0, y0, x1, y1] in PDF points from top left")


class SuggestionShape(_Shape):
    """Another number that a sum points to."""

    value: int | float
    because: str = Field(examples=["column_sum"])


class CellShape(_Shape):
    """One cell of the official form."""

    value: int | float | None = Field(description="The number as printed; null unless state is printed")
    text: str | None = Field(description="Exactly what the source prints there")
    state: Literal["printed", "blank", "absent", "unread"]
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that value and state are right")
    where: Where | None
    suggestion: SuggestionShape | None
    unit: str = Field(default="", description="Only where the source prints one", examples=["元"])


class TableShape(_Shape):
    """One of the three tables."""

    state: Literal["found", "missing"]
    form: Literal["2021", "2019"] | None = Field(description="Decided for each table by itself")
    engine: str | None = Field(description="What scored the alignment", examples=["rules", "model"])
    confidence: float = Field(ge=0, le=1)
    cells: dict[str, CellShape] = Field(description="Every cell of the form, by name")


class Tables(_Shape):
    """二、主动公开 · 三、依申请公开 · 四、复议诉讼."""

    active_disclosure: TableShape
    applications: TableShape
    review_litigation: TableShape


class ReportShape(_Shape):
    """What the report says of itself."""

    title: str | None
    agency: str | None = Field(examples=["温州市龙湾区政务服务中心"])
    year: int | None = Field(examples=[2023])
    script: Literal["hans", "hant"]


class SourceShape(_Shape):
    """The bytes that were parsed."""

    name: str | None
    media_type: str
    sha256: str
    bytes: int
    pages: int
    ocr: bool


class CheckShape(_Shape):
    """One sum (勾稽) held against the printed numbers."""

    check: str = Field(examples=["row_total", "column_flow", "column_sum", "block_total", "year_link"])
    table: str
    at: str
    printed: int | float
    computed: int | float
    holds: bool
    verdict: Literal["source", "reading", "undecided"] | None
    cells: list[str]
    blanks: int = Field(default=0, description="Blanks that counted as 0, where there were any")


class WarningShape(_Shape):
    """Something that the caller should know."""

    code: str
    message: str


class ParserShape(_Shape):
    """What can change a result."""

    version: str
    model: str | None
    forms: str


class Result(_Shape):
    """One result: the same object from HTTP, the command line and the library."""

    id: str | None = Field(description="null for a result that was not saved")
    report: ReportShape
    source: SourceShape
    tables: Tables
    checks: list[CheckShape] = Field(description="Failing ones first")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that every cell is right")
    needs_review: bool
    warnings: list[WarningShape]
    parser: ParserShape
    part: int = Field(default=1, ge=1, description="Which report of the source; only where it holds more than one")
    parts: int = Field(default=1, ge=1, description="How many it holds; only where that is more than one")


class Results(_Shape):
    """The results of a source that holds more than one report, in its order."""

    reports: list[Result] = Field(min_length=2)


class ProblemShape(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable: " + ", ".join(CODES))
    detail: str
    errors: list[dict[str, str]] = Field(default=[], description="Single parameters, where they are to blame")


class Health(BaseModel):
    """The server answers."""

    status: Literal["live"]


class Readiness(BaseModel):
    """The server parses, and by which engine."""

    status: Literal["ready"]
    engine: Literal["model", "rules"]
    reason: str


def problems(*codes: str) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route that can answer with these codes."""
    found: dict[int | str, dict[str, object]] = {}
    for code in codes:
        problem = Problem(code, _SAYS[code] + ".")
        response = found.setdefault(
            problem.status,
            {"model": ProblemShape, "description": "", "content": {MEDIA_TYPE: {"examples": {}}}},
        )
        response["description"] = " · ".join(filter(None, (str(response["description"]), f"`{code}`: {_SAYS[code]}")))
        response["content"][MEDIA_TYPE]["examples"][code] = {"value": problem.to_json()}  # type: ignore[index]
        if code == "busy":
            response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
    return found


_REPORT = "2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n…"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
PARSE_BODY: dict[str, object] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["text"],
                "properties": {"text": {"type": "string"}, "name": {"type": ["string", "null"]}},
            },
            "examples": {"text": {"value": {"name": "report.txt", "text": _REPORT}}},
        },
        "text/plain": {"schema": {"type": "string"}, "examples": {"report": {"value": _REPORT}}},
        "text/html": {"schema": {"type": "string"}, "examples": {"table": {"value": "<table>…</table>"}}},
    }
    | {kind: _BINARY for kind in RAW_TYPES if not kind.startswith("text/")},
}
