"""What a recovery gives: one report with its tables, its sums, and how sure all of it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from gouji.checks import Finding
from gouji.tables import Table
from gouji.text.heading import Report


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
