"""Recovery -> the JSON of the contract: the one place where field names are written."""

from decimal import Decimal

from gouji.checks import Finding
from gouji.results import Recovery
from gouji.tables import Cell, Number, Place, Table

Json = dict[str, object]


def number_to_json(number: Number | None) -> int | float | None:
    """Counts as integers, amounts with decimals as floats; the exact digits stay in `text`."""
    if isinstance(number, Decimal):
        return int(number) if number == number.to_integral_value() else float(number)
    return number


def place_to_json(place: Place | None) -> Json | None:
    """Page from 1, character span, box in PDF points from the top left."""
    if place is None:
        return None
    box = None if place.box is None else [round(edge, 2) for edge in place.box]
    return {"page": place.page, "start": place.start, "end": place.end, "box": box}


def cell_to_json(cell: Cell) -> Json:
    """One cell; `unit` only where the source prints one."""
    suggestion = cell.suggestion
    found: Json = {
        "value": number_to_json(cell.value),
        "text": cell.text,
        "state": str(cell.state),
        "confidence": round(cell.confidence, 6),
        "where": place_to_json(cell.where),
        "suggestion": None
        if suggestion is None
        else {"value": number_to_json(suggestion.value), "because": suggestion.because},
    }
    if cell.unit is not None:
        found["unit"] = cell.unit
    return found


def table_to_json(table: Table) -> Json:
    """One table with every cell of its form, in printed order."""
    return {
        "state": str(table.state),
        "form": table.form,
        "engine": table.engine,
        "confidence": round(table.confidence, 6),
        "cells": {name: cell_to_json(cell) for name, cell in table.cells.items()},
    }


def finding_to_json(finding: Finding) -> Json:
    """One check; `blanks` only where a blank counted as 0."""
    found: Json = {
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


def recovery_to_json(recovery: Recovery, id: str | None = None) -> Json:
    """The result of the contract, ready for `json.dumps`. `id` is None for a result that was not saved.

    `part` and `parts` are there only where the source holds more than one report.
    """
    report, source, parser = recovery.report, recovery.source, recovery.parser
    part: Json = {"part": recovery.part, "parts": recovery.parts} if recovery.parts > 1 else {}
    return {
        "id": id,
        "report": {"title": report.title, "agency": report.agency, "year": report.year, "script": report.script},
        "source": {
            "name": source.name,
            "media_type": source.media_type,
            "sha256": source.sha256,
            "bytes": source.bytes,
            "pages": source.pages,
            "ocr": source.ocr,
        },
        "tables": {name: table_to_json(table) for name, table in recovery.tables.items()},
        "checks": [finding_to_json(f) for f in sorted(recovery.checks, key=lambda f: f.holds)],  # failing first
        "confidence": round(recovery.confidence, 6),
        "needs_review": recovery.needs_review,
        "warnings": [{"code": notice.code, "message": notice.message} for notice in recovery.warnings],
        "parser": {"version": parser.version, "model": parser.model, "forms": parser.forms},
        **part,
    }
