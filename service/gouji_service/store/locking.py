"""Which locks a writer takes, and in which order, so that no two wait for each other: item of a job, source, the row of
reports that arrive, agencies, reports.

SQLite has one writer at a time, and needs none of them.
"""

import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, func, select, text

from gouji_service.store.errors import StoreBusy
from gouji_service.store.ids import new_id
from gouji_service.store.tables import Report

_LOCK = text("SELECT pg_advisory_xact_lock(:kind, :key)")
_AGENCIES, _ARRIVALS = 1601, 1603  # 1602: the files of sources (store.py)


def lock_agencies(connection: Connection, agencies: Iterable[str | None]) -> None:
    """Let one writer at a time draw the links of these agencies: two years arriving at once must see each other.

    agencies: their keys; those of one call are locked in one order, so that all are to be named at once.
    """
    if connection.dialect.name == "postgresql":
        numbers = {zlib.crc32(agency.encode()) - (1 << 31) for agency in agencies if agency is not None}
        for number in sorted(numbers):
            connection.execute(_LOCK, {"kind": _AGENCIES, "key": number})


def lock_reports(connection: Connection, reports: Iterable[str], agencies: Iterable[str | None] = ()) -> set[str]:
    """Lock the agencies of some reports, `agencies` besides, and then their rows; the reports that are there.

    In this order, because whoever draws the links of an agency writes the rows of its other reports. Raises StoreBusy
    where a report went to another agency before it was locked: the transaction is to be tried again.
    """
    chosen = select(Report.id, Report.agency_key).where(Report.id.in_(list(reports))).order_by(Report.id)
    before = {row.id: row.agency_key for row in connection.execute(chosen)}
    lock_agencies(connection, {*before.values(), *agencies})
    locked = {row.id: row.agency_key for row in connection.execute(chosen.with_for_update())}
    if any(before[report] != agency for report, agency in locked.items()):
        raise StoreBusy("The report went to another agency meanwhile; try again shortly.")
    return set(locked)


def lock_report(connection: Connection, report: str, agencies: Iterable[str | None] = ()) -> bool:
    """`lock_reports` of one; whether it is there."""
    return bool(lock_reports(connection, [report], agencies))


def draw_report_id(connection: Connection) -> str:
    """The id of a report that arrives, after those of all that are kept: ids are in the order of the commits.

    One writer at a time has drawn an id and not committed; so no report lies behind a cursor that has passed, also
    where the clocks of two machines differ or one is set back.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"kind": _ARRIVALS, "key": 0})
    return new_id(above=connection.execute(select(func.max(Report.id))).scalar_one_or_none())
