"""The years of one agency beside each other."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from gouji_service.http.list_routes import SUMMARY_COLUMNS, row_to_summary
from gouji_service.http.openapi import problems
from gouji_service.http.report_routes import held_store, not_found
from gouji_service.http.report_shapes import AgencyYears
from gouji_service.store.agency_years import read_years

router = APIRouter(tags=["reports"])


@router.get(
    "/agencies/{key}/years",
    summary="The years of an agency beside each other",
    response_model=AgencyYears,
    responses=problems("not_found", "bad_request", "busy", "storage_unavailable"),
)
def show_years(
    request: Request,
    key: str,
    reports: Annotated[
        str | None, Query(max_length=3000, description="Ids, between commas, to be shown of years with several")
    ] = None,
) -> JSONResponse:
    """`key` is the name of the agency; blanks and width do not matter. Of each year the result of one report, the
    surest unless another is asked for, and all of its reports.
    """
    chosen = [] if reports is None else reports.split(",")
    with held_store(request).reading() as connection:
        years = read_years(connection, key, SUMMARY_COLUMNS, chosen)
    if not years:
        raise not_found(f"report of {key}")
    told = [
        {
            "year": one.year,
            "reports": [row_to_summary(row) for row in one.reports],
            "result": one.result,
            "in_force": one.in_force,
        }
        for one in years
    ]
    return JSONResponse({"agency": years[0].reports[0].agency, "years": told})
