"""The result that is shown: what the current run read, with a reviewer's corrections and the year links merged in.

What was read is never overwritten: a corrected cell says so (`"corrected": true`) and keeps the reading in `read`.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select

from gouji import forms
from gouji.checks import READ, Finding, Verdict, judge
from gouji.fields import CheckFields, finding_to_json, value_to_json
from gouji.notices import explain
from gouji.sums import hold, involved_cells
from gouji.tables import Number
from gouji_service.store.decisions import decide, read_decisions
from gouji_service.store.kept_fields import CorrectionFields, KeptCellFields, KeptCheckFields, KeptTableFields
from gouji_service.store.moments import moment, seconds_to_iso
from gouji_service.store.table_words import UNFILLED, cells_of, is_table_word, table_in_force, table_words
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


def _corrected_cell(read: KeptCellFields, corrected: Corrected) -> KeptCellFields:
    value = value_to_json(corrected.value)
    text = corrected.text if corrected.text is not None else (None if value is None else str(value))
    found: KeptCellFields = {
        **read,
        "value": value,
        "text": text,
        "state": corrected.state,
        "confidence": 1.0,  # a person said so; what the reading was worth stays in `read`
        "suggestion": None,
        "corrected": True,
        "read": {
            "value": read["value"],
            "text": read["text"],
            "state": read["state"],
            "confidence": read["confidence"],
        },
    }
    return found


def _correction_to_json(corrected: Corrected, placed: bool) -> CorrectionFields:
    value: int | float | str | None = value_to_json(corrected.value)
    if corrected.table == REPORT or is_table_word(corrected.table, corrected.cell):
        value = int(corrected.text or 0) if corrected.cell == "year" else corrected.text
    shown: CorrectionFields = {
        "table": corrected.table,
        "cell": corrected.cell,
        "state": corrected.state,
        "value": value,
        "reviewer": corrected.reviewer,
        "note": corrected.note,
        "created_at": moment(corrected.created_at),
    }
    if not placed:
        shown["placed"] = False  # the current run does not find this cell: a table is missing, or of the other form
    return shown


def _corrected_table(name: str, read: KeptTableFields, words: Mapping[str, str]) -> KeptTableFields:
    """A table as a reviewer says that it is; cells that nobody read are unread."""
    state, form = table_in_force(read["state"], read["form"], words)
    value, text, unread, confidence = UNFILLED
    unfilled: KeptCellFields = {
        "value": value, "text": text, "state": str(unread), "confidence": confidence, "where": None, "suggestion": None
    }  # fmt: skip
    if not words:
        return {**read, "cells": dict(read["cells"])}
    found: KeptTableFields = {
        **read,
        "state": state,
        "form": form,
        "cells": {cell: read["cells"].get(cell, unfilled) for cell in cells_of(name, form)},
        "corrected": True,
        "read": {"state": read["state"], "form": read["form"], "confidence": read["confidence"]},
    }
    return found


def apply_corrections(result: Json, corrections: Sequence[Corrected]) -> Json:
    """The result with the corrections in it, its sums held against the corrected numbers. `result` is not changed."""
    words = table_words(corrections)
    tables: dict[str, KeptTableFields] = {
        name: _corrected_table(name, table, words.get(name, {})) for name, table in result["tables"].items()
    }
    report = dict(result["report"])
    listed: list[CorrectionFields] = []
    for corrected in corrections:
        cells = tables[corrected.table]["cells"] if corrected.table in tables else {}
        placed = corrected.table == REPORT or is_table_word(corrected.table, corrected.cell) or corrected.cell in cells
        if corrected.table == REPORT:
            report[corrected.cell] = int(corrected.text or 0) if corrected.cell == "year" else corrected.text
            report[f"{corrected.cell}_corrected"] = True
        elif corrected.cell in cells:
            cells[corrected.cell] = _corrected_cell(cells[corrected.cell], corrected)
        listed.append(_correction_to_json(corrected, placed))
    for name in words:  # sure where every cell is; that a table is not there, a person has seen
        tables[name]["confidence"] = min((cell["confidence"] for cell in tables[name]["cells"].values()), default=1.0)
    merged = {**result, "report": report, "tables": tables, "corrections": listed}
    if any(c.table != REPORT for c in corrections):
        merged["checks"] = _recheck(result["checks"], tables)
    return merged


def _recheck(checks: Sequence[CheckFields], tables: Mapping[str, KeptTableFields]) -> list[CheckFields]:
    """The sums of a run, those with a corrected number held again; failing ones first.

    A sum with a cell that is absent or could not be read is none; one that a correction made whole is held for the
    first time.
    """
    kept = list(checks)
    fresh: list[CheckFields] = []
    for name, table in tables.items():
        whole = table.get("corrected", False)
        corrected = {cell for cell, read in table["cells"].items() if read.get("corrected")}
        if whole:
            kept = [check for check in kept if check["table"] != name]
        if table["form"] is None or not (whole or corrected):
            continue
        for identity in forms.template(name, table["form"]).identities:
            if whole or corrected.intersection(identity.cells):
                own = identity.check, name, identity.at
                kept = [check for check in kept if (check["check"], check["table"], check["at"]) != own]
                fresh += _hold(identity, table["cells"])
    return sorted([*kept, *fresh], key=lambda check: bool(check["holds"]))


def _hold(identity: forms.Identity, cells: Mapping[str, KeptCellFields]) -> list[CheckFields]:
    own = {name: cells[name] for name in identity.cells}
    if any(cell["state"] not in READ for cell in own.values()) or all(cell["value"] is None for cell in own.values()):
        return []
    held = hold(identity, {name: _number(cell["value"]) for name, cell in own.items()})
    least = min(cell["confidence"] for cell in own.values())  # 1 for a corrected one
    verdict = None if held.holds else Verdict.CORRECTION if any(map(_is_changed, own.values())) else judge(least)
    where = identity.check, identity.table, identity.at
    return [
        finding_to_json(Finding(*where, held.whole, held.part, held.holds, verdict, involved_cells(held), held.blanks))
    ]


def _number(value: float | None) -> Number | None:
    return Decimal(str(value)) if isinstance(value, float) else value


def _is_changed(cell: KeptCellFields) -> bool:
    """Whether a person gave another number than was read: a typo of theirs must not be blamed on the source."""
    read = cell.get("read")
    return read is not None and (read["value"], read["state"]) != (cell["value"], cell["state"])


def year_link_checks(connection: Connection, reports: Sequence[str]) -> dict[str, list[KeptCheckFields]]:
    """The year links of each report as checks: as the later year of a pair, and as the earlier one."""
    statement = select(YearLink).where(or_(YearLink.report_id.in_(reports), YearLink.previous_id.in_(reports)))
    found: dict[str, list[KeptCheckFields]] = {}
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
            linked: KeptCheckFields = {**check, "other": {"report": there, "cell": f"{other}.{row.column}"}}  # type: ignore[typeddict-item]  # fields that need not be there
            found.setdefault(here, []).append(linked)
    return found


def merge_result(
    row: Any, corrections: Sequence[Corrected], links: Sequence[KeptCheckFields], decisions: Sequence[Any] = ()
) -> Json:
    """The shown result from a row of reports joined with its run (`result`)."""
    result = apply_corrections(unpack_result(row.result), corrections)
    result["id"] = row.id
    result["warnings"] = [{"message_zh": explain(told["code"])[1], **told} for told in result["warnings"]]
    result["report"] |= {"agency_confidence": row.agency_confidence, "year_confidence": row.year_confidence}
    checks: list[KeptCheckFields] = sorted([*result["checks"], *links], key=lambda check: bool(check["holds"]))
    result["checks"] = decide(checks, decisions) if decisions else checks
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
    said = read_decisions(connection, [row.id for row in rows])
    return [merge_result(row, corrections.get(row.id, []), links.get(row.id, []), said.get(row.id, [])) for row in rows]
