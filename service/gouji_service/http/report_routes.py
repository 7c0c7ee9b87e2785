"""The routes of kept reports: results, runs, sources, exports."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import Connection, select

from gouji_service.export.export import MEDIA_TYPES, export_reports
from gouji_service.http.openapi import Result, problems
from gouji_service.http.report_filter import Wanted
from gouji_service.http.report_shapes import DeletedShape, KeptResult, Runs
from gouji_service.http.routes import state
from gouji_service.problems import Problem
from gouji_service.store.current import make_current
from gouji_service.store.deleting import delete_reports
from gouji_service.store.errors import retry_store
from gouji_service.store.moments import seconds_to_iso
from gouji_service.store.results import Json, read_results, unpack_result
from gouji_service.store.store import Store, get_document
from gouji_service.store.tables import Report, Run
from gouji_service.wording import say

router = APIRouter(tags=["reports"])
_STORE = ("busy", "storage_unavailable")
_WRITES = (*_STORE, "storage_full", "storage_read_only")
PATIENCE = 5.0  # seconds that a request tries again when two writers met


def known_id(report_id: str) -> str:
    """An id that could be one; what could not is of no report, and no database is asked."""
    if not (report_id.isascii() and report_id.isalnum()):
        raise not_found("such report")
    return report_id


ReportID = Annotated[str, Depends(known_id)]


def held_store(request: Request) -> Store:
    """The store of this server."""
    return state(request)["store"]


def not_found(what: str) -> Problem:
    """The problem of an id that nothing has."""
    return Problem("not_found", say("no_such", what=what))


def _run_to_json(row: Any) -> Json:
    """A run with its moment and its confidence as they are written."""
    return {**row._mapping, "created_at": seconds_to_iso(row.created_at), "confidence": round(row.confidence, 6)}


def shown(connection: Connection, report_id: str) -> Json:
    """The result of a report with corrections merged in. Raises the problem not_found."""
    results = read_results(connection, [report_id])
    if not results:
        raise not_found(f"report {report_id}")
    return results[0]


@router.get(
    "/reports/{report_id}",
    summary="The current result of a report",
    response_model=KeptResult,
    responses=problems("not_found", *_STORE),
)
def show_report(request: Request, report_id: ReportID) -> JSONResponse:
    """What the current run read, with corrections merged in: a corrected cell keeps what was read beside it."""
    with held_store(request).reading() as connection:
        return JSONResponse(shown(connection, report_id))


@router.get("/reports/{report_id}/runs", summary="Every parse of a report", responses=problems("not_found", *_STORE))
def list_runs(request: Request, report_id: ReportID) -> Runs:
    """The latest first. Runs are never changed or removed."""
    with held_store(request).reading() as connection:
        current = connection.execute(select(Report.run_id).where(Report.id == report_id)).first()
        if current is None:
            raise not_found(f"report {report_id}")
        columns = (
            Run.id.label("run"), (Run.id == current.run_id).label("current"), Run.engine, Run.fingerprint,
            Run.confidence, Run.needs_review, Run.failed_checks, Run.job_id.label("job"), Run.seconds, Run.created_at,
        )  # fmt: skip
        rows = connection.execute(select(*columns).where(Run.report_id == report_id).order_by(Run.id.desc())).all()
    return Runs.model_validate({"runs": [_run_to_json(row) for row in rows]})


@router.get(
    "/reports/{report_id}/runs/{run}",
    summary="What one run read",
    response_model=Result,
    responses=problems("not_found", "bad_request", *_STORE),
)
def show_run(request: Request, report_id: ReportID, run: int) -> JSONResponse:
    """Without corrections and year links."""
    with held_store(request).reading() as connection:
        packed = connection.execute(_of_report(select(Run.result), report_id, run)).scalar_one_or_none()
    if packed is None:
        raise not_found(f"run {run} of report {report_id}")
    return JSONResponse({**unpack_result(packed), "id": report_id})


def _of_report(statement: Any, report_id: str, run: int) -> Any:
    return statement.where(Run.id == min(max(run, 0), 2**62), Run.report_id == report_id)


@router.post(
    "/reports/{report_id}/runs/{run}/restore",
    summary="Show an earlier run again",
    response_model=KeptResult,
    responses=problems("not_found", "bad_request", *_WRITES),
)
def restore_run(request: Request, report_id: ReportID, run: int) -> JSONResponse:
    """The run becomes the current one; corrections stay in force."""
    store = held_store(request)

    def restore() -> Json:
        with store.writing() as connection:
            if connection.execute(_of_report(select(Run.id), report_id, run)).first() is None:
                raise not_found(f"run {run} of report {report_id}")
            make_current(store, connection, report_id, run)
            return shown(connection, report_id)

    return JSONResponse(retry_store(restore, patience=PATIENCE))


@router.get(
    "/reports/{report_id}/source",
    summary="The original bytes",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **problems("not_found", *_STORE)},
)
def send_source(request: Request, report_id: ReportID) -> Response:
    """Exactly as they were sent, to be saved and not to be shown: a hostile page must not run under this address."""
    store = held_store(request)
    with store.reading() as connection:
        columns = (Report.sha256, Report.name, Report.media_type)
        row = connection.execute(select(*columns).where(Report.id == report_id)).first()
        if row is None:
            raise not_found(f"report {report_id}")
        data = get_document(store, connection, row.sha256)
    name = quote((row.name or row.sha256).replace("\\", "/").rpartition("/")[2][:200], safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{row.sha256}"',
    }
    return Response(data, media_type=row.media_type, headers=headers)


@router.delete("/reports/{report_id}", summary="Delete a report", responses=problems("not_found", *_WRITES))
def delete_report(
    request: Request,
    report_id: ReportID,
    dry_run: Annotated[bool, Query(description="Tell what would be deleted, and delete nothing")] = False,
) -> DeletedShape:
    """With its runs, corrections, year links, and its source unless that holds other reports. It cannot be undone."""
    store = held_store(request)
    deleted = retry_store(lambda: delete_reports(store, [report_id], dry_run=dry_run), patience=PATIENCE)
    if not deleted.reports:
        raise not_found(f"report {report_id}")
    return DeletedShape.model_validate(deleted.to_json())


@router.get(
    "/export",
    tags=["export"],
    summary="Reports as CSV, XLSX, Parquet or JSON Lines",
    response_class=StreamingResponse,
    responses={
        200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}},
        **problems("bad_request", "not_installed", *_STORE),
    },
)
def export(
    request: Request,
    wanted: Wanted,
    format: Annotated[Literal["csv", "xlsx", "parquet", "jsonl"], Query()] = "csv",
    shape: Annotated[Literal["wide", "long"], Query(description="One row a report, or one a cell")] = "wide",
    headers: Annotated[Literal["keys", "official"], Query(description="Of forms.json, or the Chinese names")] = "keys",
    states: Annotated[
        Literal["tables", "cells"],
        Query(description="Wide: which cells are not printed, in a column a table or a cell"),
    ] = "tables",
) -> StreamingResponse:
    """Corrections included. Streamed: its size does not matter. JSON Lines in the wide shape are whole results."""
    parts = export_reports(held_store(request), wanted, format=format, shape=shape, headers=headers, states=states)
    first = list(_take(parts))  # a store that is away answers with a problem and not with half a file
    disposition = {"Content-Disposition": f'attachment; filename="gouji-{shape}.{format}"'}
    return StreamingResponse(chain(first, parts), media_type=MEDIA_TYPES[format], headers=disposition)


def _take(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part
        return
