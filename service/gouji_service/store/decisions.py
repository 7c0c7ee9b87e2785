"""A reviewer's word on sums that fail: confirmed (the source is wrong) or ignored. The last one counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from gouji.sums import is_same
from gouji_service.store.kept_fields import DecisionFields, KeptCheckFields
from gouji_service.store.moments import moment
from gouji_service.store.tables import CheckDecision

Name = tuple[str, str, str, str]  # check, table, at, and the own cell of a year link


def name_check(check: KeptCheckFields) -> Name:
    """What tells a check of a report from its others. It may be linked with the year before and the year after."""
    cell = check["cells"][0] if check.get("other") else ""
    return check["check"], check["table"], check["at"], cell


def read_decisions(connection: Connection, reports: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The last word on each check of each report, unless it took the decision back."""
    columns = CheckDecision.__table__.columns
    statement = select(*columns).where(CheckDecision.report_id.in_(reports)).order_by(CheckDecision.id)
    found: dict[str, dict[Name, Row[Any]]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.report_id, {})[row.check, row.table, row.at, row.cell] = row
    return {report: [row for row in rows.values() if row.decision] for report, rows in found.items()}


def decide(checks: Sequence[KeptCheckFields], decisions: Sequence[Row[Any]]) -> list[KeptCheckFields]:
    """The checks with what was decided of them, where that was about the same two sides."""
    said = {(row.check, row.table, row.at, row.cell): row for row in decisions}
    return [_decided(check, said[name]) if (name := name_check(check)) in said else check for check in checks]


def _decided(check: KeptCheckFields, row: Row[Any]) -> KeptCheckFields:
    if check["holds"] or not (is_same(check["printed"], row.printed) and is_same(check["computed"], row.computed)):
        return check
    told: DecisionFields = {
        "decision": row.decision,
        "reviewer": row.reviewer,
        "note": row.note,
        "created_at": moment(row.created_at),
    }
    return {**check, "decision": told}


def is_open(check: KeptCheckFields) -> bool:
    """Whether a person has still to look at it: it fails, the source is not surely to blame, and nobody decided."""
    return not check["holds"] and check["verdict"] != "source" and not check.get("decision")
