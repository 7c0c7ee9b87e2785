"""Which reports: the same filter for lists, exports and re-parsing."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from gouji_service.store.store import Store
from gouji_service.store.tables import MISSING_BITS, FailedCheck, Report, Run, YearLink

CHECKS = ("row_total", "column_flow", "column_sum", "block_total", "year_link")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilter:
    """Every field that is set must hold. An empty filter takes all reports.

    agency: part of the name, blanks and width aside. check_failed: True or False for any check, or the name of one.
    fingerprint: of the current run. not_parsed_by: no parse by this fingerprint yet. since, before: when the report
    arrived, in seconds since 1970. missing: a table that the report lacks, as corrected. duplicate: whether another
    report of the same agency and year is kept. name: part of the file name. q: part of agency, title or file name.
    path: this path below the folder that was ingested, or all below it.
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
    missing: str | None = None
    agency_missing: bool | None = None
    year_missing: bool | None = None
    duplicate: bool | None = None
    reviewed: bool | None = None
    name: str | None = None
    q: str | None = None
    path: str | None = None
    media_type: str | None = None
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


def is_duplicate(said: bool) -> ColumnElement[bool]:
    """Whether another report of the same agency and year is kept. Found by one pass over an index, not one a report."""
    other = aliased(Report)
    grouped = select(other.agency_key, other.year).where(other.agency_key.is_not(None), other.year.is_not(None))
    grouped = grouped.group_by(other.agency_key, other.year)
    alike = grouped.having(func.count() > 1 if said else func.count() == 1)
    found = tuple_(Report.agency_key, Report.year).in_(alike)
    return found if said else or_(found, Report.agency_key.is_(None), Report.year.is_(None))


def lacks(table: str) -> ColumnElement[bool]:
    """Whether the report lacks a table, as corrected."""
    return Report.missing.bitwise_and(MISSING_BITS[table]) != 0


def _below(path: str) -> ColumnElement[bool]:
    folder = plain_text(path).rstrip("/") + "/"  # compared as it is: LIKE of SQLite takes a for A
    return or_(Report.path == folder[:-1], func.substr(Report.path, 1, len(folder)) == folder)


def _holds(text: str) -> ColumnElement[bool]:
    """Chosen before anything is put in order: walking an index would fetch every report by itself."""
    plain, key = plain_text(text), agency_key(text)
    found = [_contains(column, plain) for column in (Report.title, Report.name)]
    found += [] if key is None else [_contains(Report.agency_key, key)]
    return Report.id.in_(select(Report.id).where(or_(*found)).correlate(None))


def _contains(column: Any, part: str) -> ColumnElement[bool]:
    """Whatever the case of Latin letters."""
    return column.icontains(part, autoescape=True)  # type: ignore[no-any-return]


def _check_conditions(wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    if isinstance(wanted.check_failed, str):
        yield _named_check(wanted.check_failed)
    elif wanted.check_failed is not None:
        yield Report.failed_checks > 0 if wanted.check_failed else Report.failed_checks == 0


def _parser_conditions(wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.not_parsed_by is not None:
        yield Report.latest_fingerprint.is_distinct_from(wanted.not_parsed_by)
    if wanted.fingerprint is not None:
        yield exists().where(and_(Run.id == Report.run_id, Run.fingerprint == wanted.fingerprint))


# field of ReportFilter -> its condition on `reports`, for those that need no more than their value
_CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "confidence_below": lambda bound: Report.confidence < bound,
    "needs_review": lambda said: Report.needs_review.is_(said),
    "reviewed": lambda said: Report.reviewed.is_(said),
    "agency": lambda part: Report.agency_key.contains(agency_key(part) or "", autoescape=True),
    "year": lambda year: Report.year == year,
    "since": lambda moment: Report.created_at >= moment,
    "before": lambda moment: Report.created_at < moment,
    "corrected": lambda said: Report.corrections > 0 if said else Report.corrections == 0,
    "missing": lacks,
    "agency_missing": lambda said: Report.agency.is_(None) if said else Report.agency.is_not(None),
    "year_missing": lambda said: Report.year.is_(None) if said else Report.year.is_not(None),
    "duplicate": is_duplicate,
    "name": lambda part: _contains(Report.name, plain_text(part)),
    "q": _holds,
    "path": _below,
    "media_type": lambda kind: Report.media_type == plain_text(kind),
    "ids": lambda ids: Report.id.in_(ids),
}


def filter_to_conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    """The conditions on `reports`. `ids` are left to the caller when there are too many for one statement."""
    values = {name: getattr(wanted, name) for name in _CONDITIONS}
    plain = [_CONDITIONS[name](value) for name, value in values.items() if value is not None]
    return [*plain, *_check_conditions(wanted), *_parser_conditions(wanted)]


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
