"""The result that is shown: what the current run read, with a reviewer's corrections and the year links merged in.

What was read is never overwritten: a corrected cell says so (`"corrected": true`) and keeps the reading in `read`.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from models import forms
from service.store_tables import Correction, Report, Run, YearLink

Json = dict[str, Any]
SURE = 0.99  # cells this sure are taken as read: a sum that fails over them is the fault of the source
REPORT = "report"  # the `table` of corrections of agency and year


def pack_result(result: Mapping[str, Any]) -> bytes:
    """A result as it is kept."""
    return zlib.compress(json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def unpack_result(packed: bytes) -> Json:
    """The result that `pack_result` was given."""
    result: Json = json.loads(zlib.decompress(packed))
    return result


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a reviewer says that the source prints in one cell."""

    table: str
    cell: str
    state: str
    value: float | None
    text: str | None
    reviewer: str | None
    note: str | None
    created_at: float


def plain_number(value: float | None) -> int | float | None:
    """A number from the database as JSON prints it: counts without a point."""
    return int(value) if value is not None and value == int(value) else value


def read_corrections(connection: Connection, reports: Sequence[str]) -> dict[str, list[Corrected]]:
    """The corrections in force of each report: the last word on each cell, unless it took the correction back."""
    found: dict[str, dict[tuple[str, str], Corrected | None]] = {}
    statement = select(Correction).where(Correction.report_id.in_(reports)).order_by(Correction.id)
    for row in connection.execute(statement):
        corrected = None
        if row.state is not None:
            corrected = Corrected(
                row.table, row.cell, row.state, row.value, row.text, row.reviewer, row.note, row.created_at
            )
        found.setdefault(row.report_id, {})[row.table, row.cell] = corrected
    return {report: [c for c in cells.values() if c is not None] for report, cells in found.items()}


def _corrected_cell(read: Json, corrected: Corrected) -> Json:
    value = plain_number(corrected.value)
    text = corrected.text if corrected.text is not None else (None if value is None else str(value))
    return {
        **read,
        "value": value,
        "text": text,
        "state": corrected.state,
        "confidence": 1.0,  # a person said so; what the reading was worth stays in `read`
        "suggestion": None,
        "corrected": True,
        "read": {key: read[key] for key in ("value", "text", "state", "confidence")},
    }


def _correction_to_json(corrected: Corrected, placed: bool) -> Json:
    shown: Json = {"table": corrected.table, "cell": corrected.cell, "state": corrected.state}
    if corrected.table == REPORT:
        shown |= {"value": int(corrected.text or 0) if corrected.cell == "year" else corrected.text}
    else:
        shown |= {"value": plain_number(corrected.value)}
    shown |= {"reviewer": corrected.reviewer, "note": corrected.note, "created_at": corrected.created_at}
    if not placed:
        shown["placed"] = False  # the current run does not find this cell: a table is missing, or of the other form
    return shown


def apply_corrections(result: Json, corrections: Sequence[Corrected]) -> Json:
    """The result with the corrections in it, its sums held against the corrected numbers. `result` is not changed."""
    tables = {name: {**table, "cells": dict(table["cells"])} for name, table in result["tables"].items()}
    report = dict(result["report"])
    listed: list[Json] = []
    for corrected in corrections:
        cells = tables[corrected.table]["cells"] if corrected.table in tables else {}
        if corrected.table == REPORT:
            report[corrected.cell] = int(corrected.text or 0) if corrected.cell == "year" else corrected.text
            report[f"{corrected.cell}_corrected"] = True
            listed.append(_correction_to_json(corrected, True))
        elif corrected.cell in cells:
            cells[corrected.cell] = _corrected_cell(cells[corrected.cell], corrected)
            listed.append(_correction_to_json(corrected, True))
        else:
            listed.append(_correction_to_json(corrected, False))
    merged = {**result, "report": report, "tables": tables, "corrections": listed}
    if any(c.table != REPORT for c in corrections):
        merged["checks"] = [_recheck(check, tables) for check in result["checks"]]
        merged["checks"].sort(key=lambda check: check["holds"])
    return merged


def _recheck(check: Json, tables: Mapping[str, Json]) -> Json:
    """A sum of the run with corrected numbers. What a person corrected is surely read: the source is wrong then."""
    cells = tables[check["table"]]["cells"]
    corrected = [name for name in check["cells"] if cells.get(name, {}).get("corrected")]
    if not corrected:
        return check
    form = forms.template(check["table"], tables[check["table"]]["form"])
    identity = next(i for i in form.identities if (i.check, i.at) == (check["check"], check["at"]))
    printed = sum(cells[name]["value"] or 0 for name in identity.wholes)
    computed = sum(cells[name]["value"] or 0 for name in identity.parts)
    blanks = sum(cells[name]["value"] is None for name in identity.cells)
    holds = abs(printed - computed) < 1e-6
    sure = all(cells[name].get("corrected") or cells[name]["confidence"] >= SURE for name in identity.cells)
    fresh = {**check, "printed": plain_number(printed), "computed": plain_number(computed), "holds": holds}
    fresh["verdict"] = None if holds else ("source" if sure else "undecided")
    fresh.pop("blanks", None)
    return {**fresh, "blanks": blanks} if blanks else fresh


def year_link_checks(connection: Connection, reports: Sequence[str]) -> dict[str, list[Json]]:
    """The year links of each report as checks: as the later year of a pair, and as the earlier one."""
    statement = select(YearLink).where(or_(YearLink.report_id.in_(reports), YearLink.previous_id.in_(reports)))
    found: dict[str, list[Json]] = {}
    order = {
        column.key: n for n, column in enumerate(forms.template(forms.APPLICATIONS, forms.FORMS[0]).rows[0].columns)
    }
    for row in sorted(connection.execute(statement), key=lambda row: (row.report_id, order[row.column])):
        over, forward = plain_number(row.carried_over), plain_number(row.carried_forward)
        sides = (
            (row.report_id, row.previous_id, over, forward, "carried_over", "carried_forward"),
            (row.previous_id, row.report_id, forward, over, "carried_forward", "carried_over"),
        )
        for here, there, printed, computed, cell, other in sides:
            check: Json = {
                "check": "year_link",
                "table": forms.APPLICATIONS,
                "at": row.column,
                "printed": printed,
                "computed": computed,
                "holds": row.holds,
                "verdict": row.verdict,
                "cells": [f"{cell}.{row.column}"],
                "other": {"report": there, "cell": f"{other}.{row.column}"},
            }
            if row.blanks:
                check["blanks"] = row.blanks
            found.setdefault(here, []).append(check)
    return found


def merge_result(row: Any, corrections: Sequence[Corrected], links: Sequence[Json]) -> Json:
    """The shown result from a row of reports joined with its run (`result`)."""
    result = apply_corrections(unpack_result(row.result), corrections)
    result["id"] = row.id
    result["report"] |= {"agency_confidence": row.agency_confidence, "year_confidence": row.year_confidence}
    result["checks"] = sorted([*result["checks"], *links], key=lambda check: bool(check["holds"]))
    result["needs_review"] = row.needs_review
    result |= {"run": row.run_id, "revision": row.revision, "reviewed": row.reviewed, "created_at": row.created_at}
    return result


RESULT_COLUMNS = (
    Report.id,
    Report.run_id,
    Report.revision,
    Report.reviewed,
    Report.needs_review,
    Report.agency_confidence,
    Report.year_confidence,
    Report.corrections,
    Report.created_at,
    Run.result,
)


def read_results(connection: Connection, reports: Sequence[str]) -> list[Json]:
    """The shown results of some reports, in the order of their ids."""
    statement = select(*RESULT_COLUMNS).join(Run, Run.id == Report.run_id).where(Report.id.in_(reports))
    rows = connection.execute(statement.order_by(Report.id)).all()
    corrections = read_corrections(connection, [row.id for row in rows if row.corrections])
    links = year_link_checks(connection, [row.id for row in rows])
    return [merge_result(row, corrections.get(row.id, []), links.get(row.id, [])) for row in rows]
