"""The whole path from bytes to calibrated tables. Read this first."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.checks import Finding
from models.tables import Table

ENGINES = ("auto", "model", "rules")


@dataclass(frozen=True, slots=True)
class Report:
    """What the report says of itself. The confidences are of agency and year as recognised."""

    title: str | None
    agency: str | None
    year: int | None
    script: str  # "hans" or "hant"
    agency_confidence: float = 0.0
    year_confidence: float = 0.0


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
    raise NotImplementedError
