"""The whole path from bytes to calibrated tables. Read this first.

bytes -read-> Document -find-> CellStream of each table -score-> (rules | model) -decode-> Alignment with marginals
      -place-> FilledTable -assemble-> Table -check-> findings -assess-> Recovery
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from models import __version__, forms
from models.alignment import rules
from models.alignment.align import Scorer
from models.alignment.forms_choice import choose_form
from models.assembly import add_suggestions, fill_to_table, missing_table
from models.checks import Finding, Verdict, check_tables
from models.confidence import join_confidences
from models.document import Document
from models.heading import Report, is_pre_2019, read_report
from models.readers import read
from models.streams import CellStream, find_streams
from models.tables import Table, TableState

ENGINES = ("auto", "model", "rules")
_MISSING = 0.97  # confidence that a page without a stream of a table does not hold that table


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes that were parsed."""

    name: str | None
    media_type: str
    sha256: str
    bytes: int
    pages: int
    ocr: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the caller should know: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Parser:
    """What can change a result: code version, weights digest (None: rules alone), forms digest."""

    version: str
    model: str | None
    forms: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """Everything that was recovered from one source."""

    report: Report
    source: Source
    tables: Mapping[str, Table]
    checks: tuple[Finding, ...]
    confidence: float
    needs_review: bool
    warnings: tuple[Notice, ...]
    parser: Parser


def recover(
    data: bytes,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
) -> Recovery:
    """Recover the three tables of a report. Raises SourceError (see document.py) for input that cannot be used."""
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}")
    document = read(data, name, media_type)
    source = Source(
        name, document.media_type, hashlib.sha256(data).hexdigest(), len(data), len(document.pages), document.ocr
    )
    report = read_report(document)
    tables, warnings = recover_tables(document, rules.score, "rules")
    findings = check_tables(tables)
    tables = {key: add_suggestions(table, findings) for key, table in tables.items()}
    confidence = join_confidences([table.confidence for table in tables.values()])
    doubtful = any(not f.holds and f.verdict is not Verdict.SOURCE for f in findings)
    parser = Parser(__version__, None, forms.digest())
    needs_review = confidence < review_below or doubtful
    return Recovery(report, source, tables, findings, confidence, needs_review, warnings, parser)


def recover_tables(document: Document, scorer: Scorer, engine: str) -> tuple[dict[str, Table], tuple[Notice, ...]]:
    """The tables of a document that was read, and what the caller should know of them."""
    warnings: list[Notice] = []
    streams = find_streams(document)
    if is_pre_2019(document) and forms.APPLICATIONS not in streams:
        warnings.append(Notice("form_unknown", "a report on a form before 2019: its figures do not fit these tables"))
        streams = {}
    tables = {table: _recover_table(streams.get(table), table, scorer, engine) for table in forms.TABLES}
    for table, stream in streams.items():
        if stream.rivals:
            warnings.append(Notice("several_tables", f"the source holds more than one {table}; the fullest was read"))
    warnings += [
        Notice("table_missing", f"the source does not hold {key}")
        for key, table in tables.items()
        if table.state is TableState.MISSING
    ]
    return tables, tuple(warnings)


def _recover_table(stream: CellStream | None, table: str, scorer: Scorer, engine: str) -> Table:
    if stream is None:
        return missing_table(table, _MISSING)
    filled, form_confidence = choose_form(stream, scorer)
    return fill_to_table(filled, engine, form_confidence)
