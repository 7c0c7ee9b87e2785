"""Which reports: the same filter for lists, exports and re-parsing, and the cursor of a page."""

import base64
import binascii
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from gouji_service.store.store import Store
from gouji_service.store.tables import FailedCheck, Report, Run, YearLink

CHECKS = ("row_total", "column_flow", "column_sum", "block_total", "year_link")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilter:
    """Every field that is set must hold. An empty filter takes all reports.

    agency: part of the name, blanks and width aside. check_failed: True or False for any check, or the name of one.
    fingerprint: of the current run. not_parsed_by: no parse by this fingerprint yet. since, before: when the report
    arrived, in seconds since 1970.
    """

    confidence_below: float | None = None
    needs_review: bool | None = None
    agency: str | None = None
    year: int | None = None
    check_failed: bool | str | None = None
    fingerprint: str | None = None
    not_parsed_by: str | None = None
    since: float | None = None
    before: float | None = None
    corrected: bool | None = None
    ids: Sequence[str] | None = None


def plain_text(text: str) -> str:
    """Text that every database takes: without NUL and halves of characters."""
    if "\0" not in text and text.isascii():  # nearly every cell
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def agency_key(agency: str | None) -> str | None:
    """What two spellings of one agency have in common: no blanks, no full width."""
    if agency is None:
        return None
    return plain_text("".join(unicodedata.normalize("NFKC", agency).split())) or None


def _named_check(check: str) -> ColumnElement[bool]:
    if check == "year_link":
        linked = or_(YearLink.report_id == Report.id, YearLink.previous_id == Report.id)
        return exists().where(and_(linked, YearLink.holds.is_(False)))
    return exists().where(and_(FailedCheck.run_id == Report.run_id, FailedCheck.check == check))


def filter_to_conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    """The conditions on `reports`. `ids` are left to the caller when there are too many for one statement."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.confidence_below is not None:
        conditions.append(Report.confidence < wanted.confidence_below)
    if wanted.needs_review is not None:
        conditions.append(Report.needs_review.is_(wanted.needs_review))
    if wanted.agency is not None:
        conditions.append(Report.agency_key.contains(agency_key(wanted.agency) or "", autoescape=True))
    if wanted.year is not None:
        conditions.append(Report.year == wanted.year)
    if isinstance(wanted.check_failed, str):
        conditions.append(_named_check(wanted.check_failed))
    elif wanted.check_failed is not None:
        conditions.append(Report.failed_checks > 0 if wanted.check_failed else Report.failed_checks == 0)
    if wanted.not_parsed_by is not None:
        conditions.append(Report.latest_fingerprint.is_distinct_from(wanted.not_parsed_by))
    if wanted.fingerprint is not None:
        conditions.append(exists().where(and_(Run.id == Report.run_id, Run.fingerprint == wanted.fingerprint)))
    if wanted.since is not None:
        conditions.append(Report.created_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(Report.created_at < wanted.before)
    if wanted.corrected is not None:
        conditions.append(Report.corrections > 0 if wanted.corrected else Report.corrections == 0)
    if wanted.ids is not None:
        conditions.append(Report.id.in_(wanted.ids))
    return conditions


def select_reports(wanted: ReportFilter, *columns: Any, after: str | None, limit: int) -> Select[Any]:
    """One page of reports in the order they arrived, beginning after the id `after`."""
    statement = select(*columns).where(*filter_to_conditions(wanted)).order_by(Report.id).limit(limit)
    return statement if after is None else statement.where(Report.id > after)


def list_ids(store: Store, wanted: ReportFilter) -> list[str]:
    """The ids of the chosen reports in the order they arrived."""
    picked = [wanted]
    if wanted.ids is not None:  # so many for one statement
        picked = [replace(wanted, ids=wanted.ids[n : n + 500]) for n in range(0, len(wanted.ids), 500)]
    with store.reading() as connection:
        found = {
            report
            for some in picked
            for report in connection.execute(select(Report.id).where(*filter_to_conditions(some))).scalars()
        }
    return sorted(found)


def id_to_cursor(last: str) -> str:
    """The opaque cursor of the page that begins after `last`."""
    return base64.urlsafe_b64encode(b"1:" + last.encode()).decode().rstrip("=")


def cursor_to_id(cursor: str) -> str:
    """The id that a cursor stands for. Raises ValueError for anything that `id_to_cursor` did not make."""
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise ValueError("not a cursor") from error
    if not plain.startswith("1:") or not plain[2:].isalnum() or id_to_cursor(plain[2:]) != cursor:
        raise ValueError("not a cursor")
    return plain[2:]
