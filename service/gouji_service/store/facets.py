"""How many of the chosen reports there are of each year, agency, folder and so on.

Each facet is counted among the reports that every other filter leaves, so that its other values can be chosen too; a
count is what a list with that value holds.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from gouji import forms
from gouji_service.store.filters import CHECKS, ReportFilter, filter_to_conditions
from gouji_service.store.paging import count_reports
from gouji_service.store.tables import MISSING_BITS, FailedCheck, Report

MOST = 50  # values of one facet, the most frequent first


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and its reports. value: as the filter of that name takes it; None where it is not known."""

    value: str | int | bool | None
    count: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values that are told, and how many there are."""

    values: Sequence[FacetValue]
    all: int


def count_facets(connection: Connection, wanted: ReportFilter, names: Sequence[str]) -> dict[str, Facet]:
    """The facets of these names."""
    found = _count_flags(connection, wanted) if set(names) & set(_FLAGS) else {}
    for name in names:
        if name in _SINGLE:
            found[name] = _SINGLE[name](connection, wanted)
    return {name: found[name] for name in names}


def _count_years(connection: Connection, wanted: ReportFilter) -> Facet:
    open_ = replace(wanted, year=None, year_missing=None)
    statement = select(Report.year, func.count().label("reports")).where(*filter_to_conditions(open_))
    rows = connection.execute(statement.group_by(Report.year)).all()
    latest = sorted(rows, key=lambda row: (row.year is None, -(row.year or 0)))
    return Facet([FacetValue(row.year, row.reports) for row in latest[: 2 * MOST]], len(rows))


def _count_agencies(connection: Connection, wanted: ReportFilter) -> Facet:
    open_ = replace(wanted, agency=None, agency_missing=None)
    grouped = select(Report.agency_key, func.count().label("reports"), func.count().over().label("all"))
    grouped = grouped.where(*filter_to_conditions(open_)).group_by(Report.agency_key)
    rows = connection.execute(grouped.order_by(func.count().desc(), Report.agency_key).limit(MOST)).all()
    spelt = select(Report.agency_key, func.min(Report.agency)).where(Report.agency_key.in_([row[0] for row in rows]))
    names = {row[0]: row[1] for row in connection.execute(spelt.group_by(Report.agency_key)).all()}
    values = [FacetValue(row.agency_key, row.reports, names.get(row.agency_key)) for row in rows]
    return Facet(values, rows[0].all if rows else 0)


def _count_folders(connection: Connection, wanted: ReportFilter) -> Facet:
    """The folders one step below the one that is chosen, each with all below it."""
    statement = select(Report.folder, func.count().label("reports")).where(*filter_to_conditions(wanted))
    head = f"{wanted.path.rstrip('/')}/" if wanted.path else ""
    counts: Counter[str] = Counter()
    for row in connection.execute(statement.group_by(Report.folder)):
        if row.folder is not None and row.folder.startswith(head):
            counts[head + row.folder[len(head) :].partition("/")[0]] += row.reports
    return _most(counts)


def _most(counts: Mapping[str, int]) -> Facet:
    values = [FacetValue(value, count) for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    return Facet(values[:MOST], len(values))


def _count_duplicates(connection: Connection, wanted: ReportFilter) -> Facet:
    open_ = replace(wanted, duplicate=None)
    return _yes_no(count_reports(connection, replace(wanted, duplicate=True)), count_reports(connection, open_))


def _yes_no(count: int, total: int) -> Facet:
    return Facet([FacetValue(True, count), FacetValue(False, total - count)], 2)


_SINGLE: Mapping[str, Callable[[Connection, ReportFilter], Facet]] = {
    "year": _count_years,
    "agency": _count_agencies,
    "path": _count_folders,
    "duplicate": _count_duplicates,
}
# facet -> whether a row of `_count_flags` is what the filter asks for
_FLAGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "needs_review": lambda row, asked: row.needs_review is asked,
    "reviewed": lambda row, asked: row.reviewed is asked,
    "missing": lambda row, asked: bool(row.missing & MISSING_BITS[asked]),
    "check_failed": lambda row, asked: (row.failed_checks > 0) is asked,
    "media_type": lambda row, asked: row.media_type == asked,
}
FACETS = ("year", "agency", "needs_review", "missing", "check_failed", "reviewed", "media_type", "path", "duplicate")


def _count_flags(connection: Connection, wanted: ReportFilter) -> dict[str, Facet]:
    """The facets of few values, all by one pass: their combinations are counted and put together here."""
    named = wanted.check_failed if isinstance(wanted.check_failed, str) else None
    asked = {name: getattr(wanted, name) for name in _FLAGS if getattr(wanted, name) is not None}
    if named:
        del asked["check_failed"]  # left to the database
    base = replace(wanted, needs_review=None, reviewed=None, missing=None, check_failed=named, media_type=None)
    columns = (Report.needs_review, Report.reviewed, Report.missing, Report.failed_checks, Report.media_type)
    statement = select(*columns, func.count().label("reports")).where(*filter_to_conditions(base))
    rows = connection.execute(statement.group_by(*columns)).all()

    def left(facet: str) -> list[Any]:
        return [row for row in rows if all(_FLAGS[name](row, said) for name, said in asked.items() if name != facet)]

    def count(facet: str, value: object) -> int:
        return sum(row.reports for row in left(facet) if _FLAGS[facet](row, value))

    kinds = Counter[str]()
    for row in left("media_type"):
        kinds[row.media_type] += row.reports
    flags = {name: [FacetValue(said, count(name, said)) for said in (True, False)] for name in _YES_NO}
    if named:  # the others stand under a named check, which is not to choose among its own kind
        flags["check_failed"] = [
            FacetValue(said, count_reports(connection, replace(wanted, check_failed=said))) for said in (True, False)
        ]
    flags["check_failed"] += _count_checks(connection, replace(wanted, check_failed=None))
    flags["missing"] = [FacetValue(table, count("missing", table)) for table in forms.TABLES]
    return {name: Facet(values, len(values)) for name, values in flags.items()} | {"media_type": _most(kinds)}


_YES_NO = ("needs_review", "reviewed", "check_failed")


def _count_checks(connection: Connection, wanted: ReportFilter) -> list[FacetValue]:
    conditions = filter_to_conditions(wanted)
    failing = select(FailedCheck.check, func.count(FailedCheck.run_id.distinct()).label("reports"))
    failing = failing.join(Report, Report.run_id == FailedCheck.run_id).where(*conditions).group_by(FailedCheck.check)
    counts = {row.check: row.reports for row in connection.execute(failing)}
    counts["year_link"] = count_reports(connection, replace(wanted, check_failed="year_link"))
    return [FacetValue(check, counts.get(check, 0)) for check in CHECKS]
