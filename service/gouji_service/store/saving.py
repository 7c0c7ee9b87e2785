"""Keeps what was recovered: document, report, run, cells, findings, and which run is the current one.

Runs are only ever added. A new run becomes the current one if it is better, or when the caller insists; the others
stay and can be made current again. Everything here happens inside the caller's transaction.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gouji.fields import finding_to_json, round_confidence, value_to_json
from gouji.results import Recovery
from gouji.tables import Cell
from gouji_service.schemas import recovery_to_json
from gouji_service.store.current import make_current, show_first_run
from gouji_service.store.errors import StoreBusy
from gouji_service.store.filters import agency_key, plain_text
from gouji_service.store.fingerprint import installed_fingerprint, parser_parts
from gouji_service.store.locking import draw_report_id, lock_report
from gouji_service.store.results import pack_result
from gouji_service.store.store import Store, content_hash, insert_new, put_document
from gouji_service.store.tables import Base, CellValue, FailedCheck, ParserState, Report, Run, RunTable, Slot

_COLUMNS = frozenset(FailedCheck.__table__.columns.keys())  # of a check: which of its fields are kept by themselves
CONFIDENCE_STEP = 0.0005  # a difference below this is noise of the arithmetic and makes no run better


class Outcome(StrEnum):
    """What a new run is against the current one."""

    FIRST = "first"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Parsed:
    """One parse as it is to be kept. `engine` as it was asked for; `declared_type` what the sender said; `path` where
    the source stood below the folder that was ingested.
    """

    data: bytes
    recovery: Recovery
    engine: str = "auto"
    declared_type: str | None = None
    review_below: float = 0.95
    seconds: float | None = None
    job_id: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it. `changed_cells`: cells whose value or state differs from the run that was current."""

    report_id: str
    run_id: int
    outcome: Outcome
    became_current: bool
    before: float | None
    after: float
    changed_cells: int
    reason: str | None = None  # where the source holds more or fewer reports than it did


def compare_runs(before: Row[*tuple[Any, ...]], after: Recovery) -> Outcome:
    """Better on one side and worse on none is better: sums that fail without being the source's fault, confidence."""
    unsure = _unsure(after)
    gain = after.confidence - before.confidence
    if unsure > before.unsure_checks or gain < -CONFIDENCE_STEP:
        return Outcome.WORSE
    if unsure < before.unsure_checks or gain > CONFIDENCE_STEP:
        return Outcome.IMPROVED
    return Outcome.UNCHANGED


def _unsure(recovery: Recovery) -> int:
    return sum(not check.holds and check.verdict != "source" for check in recovery.checks)


def count_changes(store: Store, connection: Connection, run_id: int | None, recovery: Recovery) -> int:
    """Cells that one of the two runs reads otherwise, cells of another form included."""
    statement = select(CellValue.slot_id, CellValue.value, CellValue.state).where(CellValue.run_id == run_id)
    before = {row.slot_id: (row.value, row.state) for row in connection.execute(statement)}
    after = {
        store.slots[name, cell]: (None if found.value is None else float(found.value), str(found.state))
        for name, table in recovery.tables.items()
        for cell, found in table.cells.items()
    }
    return sum(before.get(slot) != after.get(slot) for slot in before.keys() | after.keys())


def _text(text: str | None) -> str | None:
    return None if text is None else plain_text(text)


def _cell_row(run_id: int, slot: int, cell: Cell) -> dict[str, object]:
    return {
        "run_id": run_id,
        "slot_id": slot,
        "value": value_to_json(cell.value),
        "text": _text(cell.text),
        "state": str(cell.state),
        "confidence": round_confidence(cell.confidence),
        "page": None if cell.where is None else cell.where.page,
        "unit": _text(cell.unit),
    }


def mark_fractional(connection: Connection, slots: Sequence[object]) -> None:
    """Remember the cells of the forms that hold numbers with decimals somewhere."""
    if slots:
        unmarked = (Slot.id.in_(slots), Slot.fractional.is_(False))
        if connection.execute(select(Slot.id).where(*unmarked)).first():  # a row that is not written is not locked
            connection.execute(update(Slot).where(*unmarked).values(fractional=True))


def _add_run(
    store: Store, connection: Connection, report_id: str, parsed: Parsed, mark: str, now: float
) -> dict[str, object]:
    """The row of the new run, with its id."""
    recovery = parsed.recovery
    failed = [check for check in recovery.checks if not check.holds]
    run: dict[str, object] = {
        "report_id": report_id,
        "fingerprint": mark,
        "engine": parsed.engine,
        "job_id": parsed.job_id,
        "created_at": now,
        "seconds": parsed.seconds,
        "title": _text(recovery.report.title),
        "agency": _text(recovery.report.agency),
        "agency_confidence": recovery.report.agency_confidence,
        "year": recovery.report.year,
        "year_confidence": recovery.report.year_confidence,
        "confidence": recovery.confidence,
        "needs_review": recovery.needs_review,
        "failed_checks": len(failed),
        "unsure_checks": _unsure(recovery),
        "result": pack_result(recovery_to_json(recovery)),
    }
    run_id = int(connection.execute(insert(Base.metadata.tables["runs"]).values(**run).returning(Run.id)).scalar_one())
    tables = [
        {
            "run_id": run_id,
            "table": name,
            "state": str(table.state),
            "form": table.form,
            "engine": table.engine,
            "confidence": table.confidence,
        }
        for name, table in recovery.tables.items()
    ]
    cells = [
        _cell_row(run_id, store.slots[name, cell], found)
        for name, table in recovery.tables.items()
        for cell, found in table.cells.items()
    ]
    findings = [
        {"run_id": run_id, "n": n} | {name: told for name, told in finding_to_json(check).items() if name in _COLUMNS}
        for n, check in enumerate(failed)
    ]
    decimals = {int(str(row["slot_id"])) for row in cells if isinstance(row["value"], float)}
    mark_fractional(connection, sorted(decimals - store.fractional))
    for table, rows in ((RunTable, tables), (CellValue, cells), (FailedCheck, findings)):
        if rows:
            connection.execute(insert(Base.metadata.tables[table.__tablename__]), rows)
    return {**run, "id": run_id}


def _find_or_add_report(
    store: Store, connection: Connection, parsed: Parsed, sha256: str, now: float
) -> tuple[str, bool]:
    """The report of this number in its document, and whether it is new. Its row is locked until the commit."""
    put_document(store, connection, parsed.data, sha256, now)
    recovery = parsed.recovery
    known = select(Report.id).where(Report.sha256 == sha256, Report.part == recovery.part)
    agencies = [agency_key(recovery.report.agency)]
    found = connection.execute(known).scalar_one_or_none()
    if found is not None and lock_report(connection, found, agencies):
        return found, False
    row = {
        "id": draw_report_id(connection),
        "sha256": sha256,
        "part": recovery.part,
        "parts": recovery.parts,
        "name": _text(recovery.source.name),
        **_place(parsed.path),
        "media_type": recovery.source.media_type,
        "declared_type": _text(parsed.declared_type),
        "agency_confidence": 0.0,
        "year_confidence": 0.0,
        "confidence": 0.0,
        "needs_review": True,
        "failed_checks": 0,
        "corrections": 0,
        "reviewed": False,
        "revision": 0,
        "created_at": now,
        "updated_at": now,
    }
    if insert_new(connection, Report, row):
        return str(row["id"]), True
    found = connection.execute(known).scalar_one_or_none()  # another writer was quicker
    if found is None or not lock_report(connection, found, agencies):
        raise StoreBusy("The report was deleted meanwhile; try again shortly.")
    return found, False


def _place(path: str | None) -> dict[str, str | None]:
    """The columns that say where a source stands."""
    plain = _text(path)
    return {"path": plain, "folder": (plain or "").rpartition("/")[0] or None}


def place_reports(connection: Connection, sha256: str, path: str | None) -> None:
    """Note where the source of reports stands that were kept without a place. The first place that was told stays."""
    if path is not None:
        unplaced = (Report.sha256 == sha256, Report.path.is_(None))
        connection.execute(update(Report).where(*unplaced).values(**_place(path)))


def tell_parts(before: int, after: int, corrections: int) -> str | None:
    """What there is to say where a source holds another number of reports than when it was kept; else None."""
    if before == after:
        return None
    stays = "; what was corrected stays, the new run is kept and not shown" if corrections else ""
    return f"several_reports: the source holds {after} reports, {before} when it was kept{stays}"


def _run_id(run: Mapping[str, object]) -> int:
    return int(str(run["id"]))


def save_parsed(
    store: Store, connection: Connection, parsed: Parsed, *, again: bool = False, force: bool = False
) -> Saved:
    """Keep one parse. The same file parsed twice by the same parser adds nothing, unless `again` asks for a new run.

    force: the new run becomes the current one even if it is not better.
    """
    recovery = parsed.recovery
    sha256 = content_hash(parsed.data)
    now = store.now(connection)
    report_id, is_new = _find_or_add_report(store, connection, parsed, sha256, now)
    parser = (parsed.engine, parsed.review_below, recovery.parser.second_reader)
    mark = installed_fingerprint(*parser)
    if not connection.execute(select(ParserState.fingerprint).where(ParserState.fingerprint == mark)).first():
        parts = json.dumps(parser_parts(*parser), sort_keys=True)
        insert_new(connection, ParserState, {"fingerprint": mark, "parts": parts, "created_at": now})
    if is_new:
        run = _add_run(store, connection, report_id, parsed, mark, now)
        show_first_run(store, connection, report_id, run, now)
        return Saved(report_id, _run_id(run), Outcome.FIRST, True, None, recovery.confidence, 0)
    current = connection.execute(
        select(Run.id, Run.confidence, Run.unsure_checks, Report.parts, Report.corrections)
        .join(Report, Report.run_id == Run.id)
        .where(Report.id == report_id)
    ).one()
    outcome = compare_runs(current, recovery)
    changes = count_changes(store, connection, current.id, recovery)
    same = select(Run.id).where(Run.report_id == report_id, Run.fingerprint == mark).order_by(Run.id.desc()).limit(1)
    found = None if again else connection.execute(same).scalar_one_or_none()
    run_id = found if found is not None else _run_id(_add_run(store, connection, report_id, parsed, mark, now))
    connection.execute(update(Report).where(Report.id == report_id).values(latest_fingerprint=mark))
    reason = tell_parts(current.parts, recovery.parts, current.corrections)
    # A run over several reports at once is not better than one of them alone, whatever it believed of itself; only
    # what people said of it is not put under another report unasked.
    better = outcome is Outcome.IMPROVED if reason is None else not current.corrections
    becomes = (force or better) and run_id != current.id
    if becomes:
        connection.execute(update(Report).where(Report.id == report_id).values(parts=recovery.parts))
        make_current(store, connection, report_id, run_id, reads_the_same=changes == 0)
    return Saved(report_id, run_id, outcome, becomes, current.confidence, recovery.confidence, changes, reason)
