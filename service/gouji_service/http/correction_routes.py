"""The route of corrections: cells, whole tables, agency and year, and what is said of sums that fail."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from gouji_service.http.keys import user_of
from gouji_service.http.openapi import problems
from gouji_service.http.report_routes import PATIENCE, ReportID, held_store, not_found, shown
from gouji_service.http.report_shapes import CorrectedResult, ReviewBody
from gouji_service.store.corrections import (
    CellCorrection,
    CheckReview,
    Review,
    TableCorrection,
    compare_checks,
    review_report,
)
from gouji_service.store.errors import retry_store
from gouji_service.store.results import Json

router = APIRouter(tags=["reports"])


@router.patch(
    "/reports/{report_id}/cells",
    summary="A reviewer's corrections",
    response_model=CorrectedResult,
    responses=problems(
        *("not_found", "bad_request", "conflict", "busy"),
        *("storage_unavailable", "storage_full", "storage_read_only"),
    ),
)
def correct_cells(request: Request, report_id: ReportID, body: ReviewBody) -> JSONResponse:
    """All of the request or nothing. Kept apart from what was read, and never lost by a re-parse.

    The answer says which sums it broke and which it mended. A sum that fails with a corrected number has the verdict
    `correction`: a typo is not blamed on the source.
    """
    review = body_to_review(body)
    if review.reviewer is None:
        review = replace(review, reviewer=user_of(request).name)
    store = held_store(request)

    def write() -> Json:
        with store.writing() as connection:
            before = shown(connection, report_id)["checks"]
            try:
                review_report(store, connection, report_id, review)
            except KeyError:
                raise not_found(f"report {report_id}") from None
            after = shown(connection, report_id)
            broke, mended = compare_checks(before, after["checks"])
            return {**after, "broke": broke, "mended": mended}

    return JSONResponse(retry_store(write, patience=PATIENCE))


def body_to_review(body: ReviewBody) -> Review:
    """What a request says."""
    cells = [
        CellCorrection(table, cell, None)
        if said is None
        else CellCorrection(table, cell, said.state or "printed", said.value, said.text)
        for table, corrected in body.cells.items()
        for cell, said in corrected.items()
    ]
    tables = [
        TableCorrection(table, field, getattr(said, field))
        for table, said in body.tables.items()
        for field in sorted(said.model_fields_set)
    ]
    return Review(
        cells=cells,
        tables=tables,
        checks=[CheckReview(**said.model_dump()) for said in body.checks],
        insist=body.insist,
        agency=body.agency,
        year=body.year,
        unset=[key for key in ("agency", "year") if key in body.model_fields_set and getattr(body, key) is None],
        reviewed=body.reviewed,
        revision=body.revision,
        reviewer=body.reviewer,
        note=body.note,
    )
