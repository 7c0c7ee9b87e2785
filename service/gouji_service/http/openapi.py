"""What OpenAPI says of requests, results and problems. Documentation only: the library makes the JSON itself, and the
fields of a result are those that it declares (gouji/fields.py)."""

from typing import Literal

from pydantic import BaseModel, Field

from gouji.fields import CellFields, CheckFields, ReportFields, ResultFields, TableFields
from gouji_service.http.body import RAW_TYPES
from gouji_service.http.field_models import Shape, fields_to_model
from gouji_service.problems import CODES, MEDIA_TYPE, Problem
from gouji_service.wording import Said, say_code

DESCRIPTION = """Recovers the three tables of Chinese open-government annual reports (政府信息公开工作年度报告)
from text, HTML, PDF, scans and DOCX, with a confidence for every cell. Errors are RFC 9457 problems with a `code`."""


CellShape = fields_to_model(CellFields)
TableShape = fields_to_model(TableFields)
ReportShape = fields_to_model(ReportFields)
CheckShape = fields_to_model(CheckFields)
Result = fields_to_model(ResultFields)


class Results(Shape):
    """The results of a source that holds more than one report, in its order."""

    reports: list[Result] = Field(min_length=2)  # type: ignore[valid-type]


class ProblemShape(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable: " + ", ".join(CODES))
    detail: str = Field(description="What went wrong, in English")
    detail_zh: str = Field(description="The same in Chinese; of a source that cannot be read, what the code means")
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
        problem = Problem(code, Said(say_code(code) + ".", say_code(code).zh + "。"))
        response = found.setdefault(
            problem.status,
            {"model": ProblemShape, "description": "", "content": {MEDIA_TYPE: {"examples": {}}}},
        )
        response["description"] = " · ".join(
            filter(None, (str(response["description"]), f"`{code}`: {say_code(code)}"))
        )
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
