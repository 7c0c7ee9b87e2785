"""The result that is shown: what the current run read, with a reviewer's corrections and the year links merged in.

What was read is never overwritten: a corrected cell says so (`"corrected": true`) and keeps the reading in `read`.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select

from gouji import forms
from gouji.checks import READ, Finding, Verdict, judge
from gouji.fields import ReadingFields, finding_to_json, value_to_json
from gouji.notices import explain
from gouji.sums import hold, involved_cells
from gouji_service.store.tables import Correction, Report, Run, YearLink

Json = dict[str, Any]
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


def seconds_to_iso(seconds: float | None) -> str | None:
    """A moment of the database as every answer and export writes it: 2026-01-31T08:00:00Z, in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat("T", "seconds").replace("+00:00", "Z")


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
    value = value_to_json(corrected.value)
    text = corrected.text if corrected.text is not None else (None if value is None else str(value))
    return {
        **read,
        "value": value,
        "text": text,
        "state": corrected.state,
        "confidence": 1.0,  # a person said so; what the reading was worth stays in `read`
        "suggestion": None,
        "corrected": True,
        "read": {name: read[name] for name in ReadingFields.__annotations__},
    }


def _correction_to_json(corrected: Corrected, placed: bool) -> Json:
    shown: Json = {"table": corrected.table, "cell": corrected.cell, "state": corrected.state}
    if corrected.table == REPORT:
        shown |= {"value": int(corrected.text or 0) if corrected.cell == "year" else corrected.text}
    else:
        shown |= {"value": value_to_json(corrected.value)}
    shown |= {"reviewer": corrected.reviewer, "note": corrected.note}
    shown |= {"created_at": seconds_to_iso(corrected.created_at)}
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
        merged["checks"] = _recheck(result["checks"], tables)
    return merged


def _recheck(checks: Sequence[Json], tables: Mapping[str, Json]) -> list[Json]:
    """The sums of a run, those with a corrected number held again; failing ones first.

    What a person corrected is surely read: the source is wrong then. A sum with a cell that is absent or could not be
    read is none; one that a correction made whole is held for the first time.
    """
    fresh: dict[tuple[str, str, str], Json | None] = {}
    for name, table in tables.items():
        corrected = {cell for cell, read in table["cells"].items() if read.get("corrected")}
        for identity in forms.template(name, table["form"]).identities if corrected else ():
            if corrected.intersection(identity.cells):
                fresh[identity.check, name, identity.at] = _hold(identity, table["cells"])
    kept = [check for check in checks if (check["check"], check["table"], check["at"]) not in fresh]
    return sorted([*kept, *(check for check in fresh.values() if check)], key=lambda check: bool(check["holds"]))


def _hold(identity: forms.Identity, cells: Mapping[str, Json]) -> Json | None:
    own = {name: cells[name] for name in identity.cells}
    if any(cell["state"] not in READ for cell in own.values()) or all(cell["value"] is None for cell in own.values()):
        return None
    held = hold(identity, {name: cell["value"] for name, cell in own.items()})
    least = min(cell["confidence"] for cell in own.values())  # 1 for a corrected one
    verdict = None if held.holds else judge(least)
    where = identity.check, identity.table, identity.at
    finding = Finding(*where, held.whole, held.part, held.holds, verdict, involved_cells(held), held.blanks)
    return {**finding_to_json(finding)}


def year_link_checks(connection: Connection, reports: Sequence[str]) -> dict[str, list[Json]]:
    """The year links of each report as checks: as the later year of a pair, and as the earlier one."""
    statement = select(YearLink).where(or_(YearLink.report_id.in_(reports), YearLink.previous_id.in_(reports)))
    found: dict[str, list[Json]] = {}
    order = {
        column.key: n for n, column in enumerate(forms.template(forms.APPLICATIONS, forms.FORMS[0]).rows[0].columns)
    }
    for row in sorted(connection.execute(statement), key=lambda row: (row.report_id, order[row.column])):
        over, forward = Decimal(str(row.carried_over)), Decimal(str(row.carried_forward))
        sides = (
            (row.report_id, row.previous_id, over, forward, "carried_over", "carried_forward"),
            (row.previous_id, row.report_id, forward, over, "carried_forward", "carried_over"),
        )
        for here, there, printed, computed, cell, other in sides:
            verdict = None if row.verdict is None else Verdict(row.verdict)
            where = "year_link", forms.APPLICATIONS, row.column
            own = (f"{cell}.{row.column}",)
            check = finding_to_json(Finding(*where, printed, computed, row.holds, verdict, own, row.blanks))
            found.setdefault(here, []).append({**check, "other": {"report": there, "cell": f"{other}.{row.column}"}})
    return found


def merge_result(row: Any, corrections: Sequence[Corrected], links: Sequence[Json]) -> Json:
    """The shown result from a row of reports joined with its run (`result`)."""
    result = apply_corrections(unpack_result(row.result), corrections)
    result["id"] = row.id
    result["warnings"] = [{"message_zh": explain(told["code"])[1], **told} for told in result["warnings"]]
    result["report"] |= {"agency_confidence": row.agency_confidence, "year_confidence": row.year_confidence}
    result["checks"] = sorted([*result["checks"], *links], key=lambda check: bool(check["holds"]))
    result["needs_review"] = row.needs_review
    result |= {"path": row.path, "run": row.run_id, "revision": row.revision, "reviewed": row.reviewed}
    result |= {"created_at": seconds_to_iso(row.created_at)}
    return result


RESULT_COLUMNS = (
    Report.id,
    Report.path,
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
