"""The list of kept reports, page by page in any order, and how many there are of what."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from gouji_service.http.openapi import problems
from gouji_service.http.report_filter import Wanted
from gouji_service.http.report_shapes import Facets, ReportPage
from gouji_service.http.routes import state
from gouji_service.problems import bad_parameter
from gouji_service.store.facets import FACETS, count_facets
from gouji_service.store.moments import seconds_to_iso
from gouji_service.store.paging import ARRIVAL, SORTS, Cursor, count_reports, read_page
from gouji_service.store.results import Json
from gouji_service.store.tables import MISSING_BITS, Report
from gouji_service.wording import say

router = APIRouter(tags=["reports"])
_STORE = ("busy", "storage_unavailable")
SUMMARY_COLUMNS = (
    Report.id, Report.name, Report.title, Report.agency, Report.year, Report.confidence, Report.needs_review,
    Report.reviewed, Report.failed_checks, Report.corrections, Report.revision, Report.created_at, Report.updated_at,
    Report.part, Report.parts, Report.path, Report.media_type, Report.missing,
)  # fmt: skip


@router.get("/reports", summary="Kept reports, page by page", responses=problems("bad_request", *_STORE))
def list_reports(
    request: Request,
    wanted: Wanted,
    sort: Annotated[
        Literal[SORTS],  # type: ignore[valid-type]
        Query(description="- for descending. What has no agency or year comes last either way"),
    ] = ARRIVAL,
    cursor: Annotated[str | None, Query(max_length=4000, description="`next` of the page before, of this sort")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ReportPage:
    """In the order they arrived, or in another. No report is missed or told twice while its key stays as it is."""
    try:
        after = None if cursor is None else Cursor.from_text(cursor)
        if after is not None and after.sort != sort:
            raise ValueError(f"a cursor of sort={after.sort}")
    except ValueError as error:
        raise bad_parameter("query.cursor", say("not_a_cursor")) from error
    with state(request)["store"].reading() as connection:
        page = read_page(connection, wanted, SUMMARY_COLUMNS, sort=sort, after=after, limit=limit)
        total = count_reports(connection, wanted)
    more = None if page.next is None else page.next.to_text()
    reports = [row_to_summary(row) for row in page.rows]
    return ReportPage.model_validate({"reports": reports, "next": more, "total": total})


def row_to_summary(row: Any) -> Json:
    """A row of `reports` as lists show it."""
    told = {name: value for name, value in row._mapping.items() if not name.startswith("_")}
    told |= {name: seconds_to_iso(told[name]) for name in ("created_at", "updated_at")}
    missing = [table for table, bit in MISSING_BITS.items() if row.missing & bit]
    return {**told, "confidence": round(row.confidence, 6), "missing": missing}


@router.get("/reports/facets", summary="How many there are of what", responses=problems("bad_request", *_STORE))
def show_facets(
    request: Request,
    wanted: Wanted,
    facets: Annotated[
        str | None, Query(max_length=200, description="Some of them, between commas: " + ", ".join(FACETS))
    ] = None,
) -> Facets:
    """Each facet is counted among what every other filter leaves: a count is what the list holds with that value."""
    names = FACETS if facets is None else tuple(dict.fromkeys(facets.split(",")))
    unknown = [name for name in names if name not in FACETS]
    if unknown:
        raise bad_parameter("query.facets", say("no_such", what=", ".join(unknown)))
    with state(request)["store"].reading() as connection:
        found = count_facets(connection, wanted, names)
    return Facets.model_validate({name: asdict(facet) for name, facet in found.items()})
