"""What a person looks at of a source: its pages as pictures, the text that was read, a web page as it was sent."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import select

from gouji_service.http.report_routes import ReportID, held_store, not_found
from gouji_service.http.routes import state
from gouji_service.store.store import get_document
from gouji_service.store.tables import Report

router = APIRouter(include_in_schema=False)
_KEEP = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_SHUT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@router.get("/reports/{report_id}/pages/{page}.webp", response_class=Response)
def show_page(
    request: Request,
    report_id: ReportID,
    page: int,
    dpi: Annotated[int, Query(ge=36, le=300, description="Pixels an inch; pictures keep their own size")] = 120,
) -> Response:
    """One page of a PDF or a picture, drawn in a parse worker within its limits. It never changes."""
    report, data = _read_source(request, report_id)
    tag = f'"{report.sha256}-{page}-{dpi}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={**_KEEP, "ETag": tag})
    drawn = state(request)["parsers"].draw_page(data, page, dots=dpi) if page > 0 else None
    if drawn is None:
        raise not_found(f"page {page} of report {report_id}")
    return Response(drawn, media_type="image/webp", headers={**_KEEP, "ETag": tag})


@router.get("/reports/{report_id}/text", response_class=Response)
def show_text(request: Request, report_id: ReportID) -> Response:
    """The text that `where.start` and `where.end` of every cell point into, in characters."""
    report, data = _read_source(request, report_id)
    text = state(request)["parsers"].read_text(data, name=report.name, media_type=report.declared_type)
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(text.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/reports/{report_id}/original", response_class=Response)
def show_original(request: Request, report_id: ReportID) -> Response:
    """A web page as it was sent, shut in: no script of it runs, nothing of it is fetched, it is nobody's origin."""
    report, data = _read_source(request, report_id)
    if report.media_type != "text/html":
        raise not_found(f"web page of report {report_id}")
    headers = {"Content-Security-Policy": _SHUT, "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer"}
    return Response(data, headers={**headers, "Content-Type": "text/html"})


def _read_source(request: Request, report_id: str) -> tuple[Report, bytes]:
    store = held_store(request)
    with store.reading() as connection:
        columns = (Report.sha256, Report.name, Report.media_type, Report.declared_type)
        row = connection.execute(select(*columns).where(Report.id == report_id)).first()
        if row is None:
            raise not_found(f"report {report_id}")
        return row, get_document(store, connection, row.sha256)  # type: ignore[return-value]
