"""A reviewer's word on single cells, on agency and year. Only ever added, apart from runs; the last word counts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from gouji import forms
from gouji.document import GoujiError
from gouji.tables import CellState
from gouji_service.store.current import refresh_report
from gouji_service.store.filters import agency_key, plain_text
from gouji_service.store.locking import lock_report
from gouji_service.store.results import REPORT, read_corrections
from gouji_service.store.saving import mark_fractional
from gouji_service.store.store import Store
from gouji_service.store.tables import Correction, Report, Run


class CorrectionError(GoujiError, ValueError):
    """A correction that makes no sense; nothing of the request was kept."""


class RevisionConflict(GoujiError):
    """The report changed since the reviewer read it. `revision` is the one it has now."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"The report changed since it was read: its revision is now {revision}.")
        self.revision = revision


@dataclass(frozen=True, slots=True)
class CellCorrection:
    """What the source prints in a cell. `state` None takes an earlier correction back."""

    table: str
    cell: str
    state: str | None
    value: float | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One request of a reviewer. `agency` and `year` of `unset` are to be those that were recognised again."""

    cells: Sequence[CellCorrection] = ()
    agency: str | None = None
    year: int | None = None
    unset: Sequence[str] = field(default_factory=tuple)
    reviewed: bool | None = None
    revision: int | None = None  # of the report as the reviewer saw it; None: whatever it is now
    reviewer: str | None = None
    note: str | None = None


def check_correction(correction: CellCorrection) -> None:
    """Raise CorrectionError for a cell of no form, or a value that does not go with its state."""
    if correction.table not in forms.TABLES or not any(
        correction.cell in forms.template(correction.table, form).cells for form in forms.FORMS
    ):
        raise CorrectionError(f"no official form has a cell {correction.table}.{correction.cell}")
    if correction.state is not None and correction.state not in [str(state) for state in CellState]:
        raise CorrectionError(f"{correction.cell}: there is no state {correction.state}")
    if (correction.value is not None) != (correction.state == CellState.PRINTED):
        raise CorrectionError(f"{correction.cell}: a value belongs to the state printed, and to no other")
    if correction.value is not None and not math.isfinite(correction.value):
        raise CorrectionError(f"{correction.cell}: the value is not a number")


def _text(said: str | None) -> str | None:
    return None if said is None else plain_text(said)


def _rows(review: Review) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = [
        {"table": c.table, "cell": c.cell, "state": c.state, "value": c.value, "text": _text(c.text)}
        for c in review.cells
    ]
    for cell, said in (("agency", review.agency), ("year", review.year)):
        if said is not None:
            rows.append({"table": REPORT, "cell": cell, "state": "printed", "value": None, "text": _text(str(said))})
        elif cell in review.unset:
            rows.append({"table": REPORT, "cell": cell, "state": None, "value": None, "text": None})
    return rows


def _agencies(connection: Connection, report_id: str, review: Review) -> list[str | None]:
    """The agencies, by their keys, that a review may give its report to."""
    if "agency" not in review.unset:
        return [agency_key(review.agency)]
    recognised = select(Run.agency).join(Report, Report.run_id == Run.id).where(Report.id == report_id)
    return [agency_key(connection.execute(recognised).scalar_one_or_none())]


def review_report(store: Store, connection: Connection, report_id: str, review: Review) -> None:
    """Add the corrections of one request: all or none. The numbers that were read stay as they are.

    Raises KeyError for no such report, CorrectionError, RevisionConflict.
    """
    for correction in review.cells:
        check_correction(correction)
    lock_report(connection, report_id, _agencies(connection, report_id, review))
    statement = select(Report.revision, Report.run_id).where(Report.id == report_id)
    report = connection.execute(statement).first()
    if report is None:
        raise KeyError(report_id)
    if review.revision is not None and review.revision != report.revision:
        raise RevisionConflict(report.revision)
    common = {
        "report_id": report_id,
        "run_id": report.run_id,
        "reviewer": _text(review.reviewer),
        "note": _text(review.note),
        "created_at": store.now(connection),
    }
    rows = [{**common, **row} for row in _rows(review)]
    if rows:
        connection.execute(insert(Correction), rows)
    decimals = [c for c in review.cells if c.value is not None and c.value != int(c.value)]
    mark_fractional(connection, [store.slots[c.table, c.cell] for c in decimals])
    values: dict[str, object] = {"corrections": len(read_corrections(connection, [report_id]).get(report_id, []))}
    if review.reviewed is not None:
        values["reviewed"] = review.reviewed
    connection.execute(update(Report).where(Report.id == report_id).values(**values))
    refresh_report(store, connection, report_id)
