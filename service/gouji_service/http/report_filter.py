"""The query parameters that choose reports: for lists, counts and exports."""

from typing import Annotated

from fastapi import Depends, Query

from gouji_service.http.report_shapes import CheckName, TableName
from gouji_service.store.filters import ReportFilter

_Part = Annotated[str | None, Query(min_length=1, max_length=200)]


def query_to_filter(
    confidence_below: Annotated[float | None, Query(ge=0, le=1, description="Reports under this confidence")] = None,
    needs_review: bool | None = None,
    agency: Annotated[str | None, Query(max_length=200, description="Part of the name of the agency")] = None,
    year: Annotated[int | None, Query(ge=0, le=9999)] = None,
    check_failed: Annotated[
        bool | CheckName | None, Query(description="true or false for any check, or the name of one")
    ] = None,
    missing: Annotated[TableName | None, Query(description="Reports without this table")] = None,
    agency_missing: Annotated[bool | None, Query(description="Whether no agency is known")] = None,
    year_missing: Annotated[bool | None, Query(description="Whether no year is known")] = None,
    duplicate: Annotated[
        bool | None, Query(description="Whether another report of the same agency and year is kept")
    ] = None,
    reviewed: Annotated[bool | None, Query(description="Whether a person marked it as reviewed")] = None,
    name: Annotated[_Part, Query(description="Part of the name of the file")] = None,
    q: Annotated[_Part, Query(description="Part of agency, title or file name")] = None,
    path: Annotated[_Part, Query(description="This path below the folder that was ingested, or all below it")] = None,
    media_type: Annotated[_Part, Query(description="Of the source, as it was recognised")] = None,
) -> ReportFilter:
    """The filters of the request; all that is given must hold."""
    return ReportFilter(
        confidence_below=confidence_below,
        needs_review=needs_review,
        agency=agency,
        year=year,
        check_failed=check_failed,
        missing=missing,
        agency_missing=agency_missing,
        year_missing=year_missing,
        duplicate=duplicate,
        reviewed=reviewed,
        name=name,
        q=q,
        path=path,
        media_type=media_type,
    )


Wanted = Annotated[ReportFilter, Depends(query_to_filter)]
