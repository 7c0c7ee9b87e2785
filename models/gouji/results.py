"""What a recovery gives: the report, its source, its three tables, and every way to look at them.

`to_dict` is the JSON of the service. Field names are written here and in fields.py, and nowhere else.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gouji import forms
from gouji.checks import Finding
from gouji.document import Document
from gouji.fields import (
    Json,
    ResultFields,
    TablesFields,
    cell_to_json,
    finding_to_json,
    labels_to_json,
    round_confidence,
    table_to_json,
)
from gouji.notices import explain
from gouji.table_html import confidence_to_text, escape_text, table_to_html
from gouji.tables import Cell, Table, TableState
from gouji.text.heading import Report

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes that were parsed."""

    name: str | None
    media_type: str
    sha256: str
    bytes: int
    pages: int
    ocr: bool


def tell_source(document: Document, data: bytes, name: str | None) -> Source:
    """What is said of the bytes that a document was read from."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Source(name, document.media_type, sha256, len(data), len(document.pages), document.ocr)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the caller should know: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Parser:
    """What can change a result: code version, weights digest (None: rules alone), forms digest, the second reader."""

    version: str
    model: str | None
    forms: str
    second_reader: str | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Everything that was recovered from one report. part, parts: which of the reports of its source it is."""

    report: Report
    source: Source
    tables: Mapping[str, Table]
    checks: tuple[Finding, ...]
    confidence: float
    needs_review: bool
    warnings: tuple[Notice, ...]
    parser: Parser
    part: int = 1
    parts: int = 1

    def __repr__(self) -> str:
        found = sum(table.state is TableState.FOUND for table in self.tables.values())
        told = [f"{found} table{'' if found == 1 else 's'}", f"confidence {confidence_to_text(self.confidence)}"]
        if self.parts > 1:
            told.append(f"part {self.part} of {self.parts}")
        if self.needs_review:
            told.append("needs review")
        agency = " ".join((self.report.agency or "unknown agency").split())
        return f"<Recovery {agency} {self.report.year or 'unknown year'}: {', '.join(told)}>"

    def to_dict(self) -> ResultFields:
        """The result as JSON types, exactly as the service gives it. `id` is None: only a store gives one.

        `part` and `parts` are there only where the source holds more than one report.
        """
        report, source, parser = self.report, self.source, self.parser
        found: ResultFields = {
            "id": None,
            "report": {"title": report.title, "agency": report.agency, "year": report.year, "script": report.script},
            "source": {
                "name": source.name,
                "media_type": source.media_type,
                "sha256": source.sha256,
                "bytes": source.bytes,
                "pages": source.pages,
                "ocr": source.ocr,
            },
            "tables": cast(TablesFields, {name: table_to_json(table) for name, table in self.tables.items()}),
            "checks": [finding_to_json(f) for f in sorted(self.checks, key=lambda f: f.holds)],  # failing first
            "confidence": round_confidence(self.confidence),
            "needs_review": self.needs_review,
            "warnings": [
                {"code": told.code, "message": told.message, "message_zh": explain(told.code)[1]}
                for told in self.warnings
            ],
            "parser": {"version": parser.version, "model": parser.model, "forms": parser.forms},
        }
        if self.parts > 1:
            found["part"], found["parts"] = self.part, self.parts
        return found

    def to_json(self, indent: int | None = None) -> str:
        """The result as one line of JSON, or indented. Chinese characters stand as themselves."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_rows(self) -> list[Json]:
        """One row a cell of every table that was found, in printed order, with its official labels."""
        return [row for table in self.tables.values() for row in self._rows(table)]

    def to_frame(self) -> "pd.DataFrame":
        """The cells as a pandas DataFrame, long: one row a cell, the columns of `to_rows`.

        The types are the same for every report, but that `value` and `suggestion` are Int64 where all of them are whole
        and Float64 elsewhere. What is not there is missing, never 0. Raises ImportError without pandas.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_frame needs pandas, which is not installed: pip install pandas") from error
        frame = pd.DataFrame(self.to_rows(), columns=[*_TYPES], dtype=object)
        for name, kind in _TYPES.items():
            if kind == "number":
                whole = all(isinstance(number, int) for number in frame[name].dropna())
                kind = "Int64" if whole else "Float64"
            frame[name] = frame[name].astype(kind)
        return frame

    def _repr_html_(self) -> str:
        """The three official tables as HTML, for notebooks: doubtful cells marked, everything escaped."""
        report = self.report
        shown = [f"<p><b>{escape_text(report.title or report.agency or 'Report')}</b> {escape_text(repr(self))}</p>"]
        shown += [table_to_html(table) for table in self.tables.values()]
        if self.warnings:
            said = "".join(
                f"<li><code>{escape_text(w.code)}</code> {escape_text(w.message)}</li>" for w in self.warnings
            )
            shown.append(f"<ul>{said}</ul>")
        return f"<div>{''.join(shown)}</div>"

    def _rows(self, table: Table) -> Iterator[Json]:
        if table.form is None:
            return
        template = forms.template(table.table, table.form)
        of_report: Json = {"agency": self.report.agency, "year": self.report.year, "part": self.part}
        for name, cell in table.cells.items():
            yield {**of_report, **labels_to_json(template, name), **_flat_cell(cell)}


# Of the columns of a frame, in their order; number: whole or with decimals, as the report has them.
_TYPES = {
    "agency": "string",
    "year": "Int64",
    "part": "Int64",
    "table": "string",
    "form": "string",
    "heading": "string",
    "cell": "string",
    "row": "string",
    "column": "string",
    "value": "number",
    "text": "string",
    "state": "string",
    "confidence": "Float64",
    "unit": "string",
    "page": "Int64",
    "start": "Int64",
    "end": "Int64",
    "box": "object",
    "suggestion": "number",
    "because": "string",
}


def _flat_cell(cell: Cell) -> Json:
    """The fields of a cell on one level; the number that a sum points to is `suggestion`, and `because` says which."""
    told: dict[str, Any] = {**cell_to_json(cell)}
    unit = {"unit": told.pop("unit", None)}
    where = told.pop("where") or dict.fromkeys(("page", "start", "end", "box"))
    pointed = told.pop("suggestion") or {"value": None, "because": None}
    return told | unit | where | {"suggestion": pointed["value"], "because": pointed["because"]}
