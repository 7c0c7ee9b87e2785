"""A reviewer's word on cells, whole tables, agency and year. Only ever added, apart from runs; the last word counts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from gouji import forms
from gouji.document import GoujiError
from gouji.tables import CellState, TableState
from gouji_service.store.current import refresh_report
from gouji_service.store.decisions import Name, name_check
from gouji_service.store.filters import agency_key, plain_text
from gouji_service.store.kept_fields import KeptCheckFields
from gouji_service.store.locking import lock_report
from gouji_service.store.results import REPORT, read_corrections, read_results
from gouji_service.store.saving import mark_fractional
from gouji_service.store.store import Store
from gouji_service.store.table_words import FORM, STATE, table_words
from gouji_service.store.tables import CheckDecision, Correction, Report, Run, RunTable
from gouji_service.wording import say


class CorrectionError(GoujiError, ValueError):
    """A correction that makes no sense; nothing of the request was kept. Its argument is a sentence of wording.py."""


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


@dataclass(frozen=True, slots=True)
class TableCorrection:
    """What a reviewer says of a whole table: its `state` or its `form`. `said` None takes that back."""

    table: str
    field: str
    said: str | None


@dataclass(frozen=True, slots=True)
class CheckReview:
    """What a reviewer says of a sum that fails; None takes it back. `cell`: the own cell of a year link, else empty."""

    check: str
    table: str
    at: str
    decision: str | None
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One request of a reviewer. `agency` and `year` of `unset` are to be those that were recognised again.

    insist: the source prints numbers of a kind that their cells do not take (a count of 6.5, a negative number).
    """

    cells: Sequence[CellCorrection] = ()
    tables: Sequence[TableCorrection] = ()
    checks: Sequence[CheckReview] = ()
    insist: bool = False
    agency: str | None = None
    year: int | None = None
    unset: Sequence[str] = field(default_factory=tuple)
    reviewed: bool | None = None
    revision: int | None = None  # of the report as the reviewer saw it; None: whatever it is now
    reviewer: str | None = None
    note: str | None = None


def check_correction(correction: CellCorrection, *, insist: bool = False) -> None:
    """Raise CorrectionError for a cell of no form, or a value that does not go with its state or, unless the reviewer
    insists, with its cell: only amounts have decimals, only a change since last year is negative.
    """
    cell, value = correction.cell, correction.value
    if correction.table not in forms.TABLES or not any(
        cell in forms.template(correction.table, form).cells for form in forms.FORMS
    ):
        raise CorrectionError(say("no_such_cell", cell=f"{correction.table}.{cell}"))
    if correction.state is not None and correction.state not in [str(state) for state in CellState]:
        raise CorrectionError(say("no_such_state", cell=cell, state=correction.state))
    if (value is not None) != (correction.state == CellState.PRINTED):
        raise CorrectionError(say("value_without_state", cell=cell))
    if value is None:
        return
    if not math.isfinite(value):
        raise CorrectionError(say("not_a_number", cell=cell))
    if not insist and value != int(value) and not forms.takes_decimals(cell):
        raise CorrectionError(say("count_with_decimals", cell=cell, value=value))
    if not insist and value < 0 and not forms.takes_negatives(cell):
        raise CorrectionError(say("count_negative", cell=cell, value=value))


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


def _table_rows(connection: Connection, report_id: str, review: Review) -> list[Mapping[str, object]]:
    """The rows of what is said of whole tables. A table that is there has a form: the one that was read, or that is
    given with it, and it is kept with it, so that no later run leaves the table without one.
    """
    rows: list[Mapping[str, object]] = []
    words = table_words(read_corrections(connection, [report_id]).get(report_id, []))
    read = select(RunTable).join(Report, Report.run_id == RunTable.run_id).where(Report.id == report_id)
    forms_read = {row.table: row.form for row in connection.execute(read)}
    for table in dict.fromkeys(one.table for one in review.tables):
        said = {one.field: one.said for one in review.tables if one.table == table}
        after = {**words.get(table, {}), **said}
        if after.get(STATE) == TableState.FOUND and after.get(FORM) is None:
            if forms_read.get(table) is None:
                raise CorrectionError(say("table_without_form", table=table, forms=", ".join(forms.FORMS)))
            said[FORM] = forms_read[table]
        for field_, word in said.items():
            state = None if word is None else str(CellState.PRINTED)
            rows.append({"table": table, "cell": field_, "state": state, "value": None, "text": word})
    return rows


def _add_decisions(connection: Connection, report_id: str, review: Review, common: Mapping[str, object]) -> None:
    """Keep what is said of sums with their two sides. Raises CorrectionError for a sum that does not fail."""
    checks = read_results(connection, [report_id])[0]["checks"]
    failing = {name_check(check): check for check in checks if not check["holds"]}
    for said in review.checks:
        name = said.check, said.table, said.at, said.cell
        found = failing.get(name) or _only_link(failing, said)
        if found is None:
            raise CorrectionError(say("no_failing_sum", check=".".join(filter(None, name))))
        check, table, at, cell = name_check(found)
        row = {"check": check, "table": table, "at": at, "cell": cell, "decision": said.decision}
        sides = {"printed": found["printed"], "computed": found["computed"]}
        connection.execute(insert(CheckDecision).values(**common, **row, **sides))


def _only_link(failing: Mapping[Name, KeptCheckFields], said: CheckReview) -> KeptCheckFields | None:
    """The year link of a column, where its own cell was not named and there is one alone."""
    alike = [check for name, check in failing.items() if name[:3] == (said.check, said.table, said.at)]
    return alike[0] if len(alike) == 1 and not said.cell else None


def compare_checks(
    before: Sequence[KeptCheckFields], after: Sequence[KeptCheckFields]
) -> tuple[list[KeptCheckFields], list[KeptCheckFields]]:
    """The sums that a correction broke and those that it mended, as they are now."""
    failed = {name_check(check) for check in before if not check["holds"]}
    broke = [check for check in after if not check["holds"] and name_check(check) not in failed]
    return broke, [check for check in after if check["holds"] and name_check(check) in failed]


def review_report(store: Store, connection: Connection, report_id: str, review: Review) -> None:
    """Add the corrections of one request: all or none. The numbers that were read stay as they are.

    Raises KeyError for no such report, CorrectionError, RevisionConflict.
    """
    for correction in review.cells:
        check_correction(correction, insist=review.insist)
    lock_report(connection, report_id, _agencies(connection, report_id, review))
    statement = select(Report.revision, Report.run_id).where(Report.id == report_id)
    report = connection.execute(statement).first()
    if report is None:
        raise KeyError(report_id)
    if review.revision is not None and review.revision != report.revision:
        raise RevisionConflict(report.revision)
    said = {"reviewer": _text(review.reviewer), "note": _text(review.note), "created_at": store.now(connection)}
    common = {"report_id": report_id, "run_id": report.run_id, **said}
    rows = [{**common, **row} for row in (*_table_rows(connection, report_id, review), *_rows(review))]
    if rows:
        connection.execute(insert(Correction), rows)
    decimals = [c for c in review.cells if c.value is not None and c.value != int(c.value)]
    mark_fractional(connection, [store.slots[c.table, c.cell] for c in decimals])
    values: dict[str, object] = {"corrections": len(read_corrections(connection, [report_id]).get(report_id, []))}
    if review.reviewed is not None:
        values["reviewed"] = review.reviewed
    connection.execute(update(Report).where(Report.id == report_id).values(**values))
    if review.checks:
        _add_decisions(connection, report_id, review, {"report_id": report_id, **said})
    refresh_report(store, connection, report_id)
