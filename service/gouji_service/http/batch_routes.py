"""The routes of batches: many sources at once, and what becomes of each."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from python_multipart.exceptions import ParseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from gouji_service.http.batch_body import BatchTooLarge, Limits, read_sources
from gouji_service.http.body import limit_body
from gouji_service.http.job_routes import JobID, follow_job, read_known_job, show_items
from gouji_service.http.job_shapes import Items, JobShape
from gouji_service.http.openapi import problems
from gouji_service.http.report_routes import held_store, not_found
from gouji_service.http.routes import state
from gouji_service.jobs.batches import BATCH, create_batch
from gouji_service.problems import Problem, bad_parameter
from gouji_service.wording import say

router = APIRouter(tags=["batches"])
_STORE = ("busy", "storage_unavailable")
_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        }
    },
}


@router.post(
    "/batches",
    status_code=202,
    summary="Many sources at once",
    response_model=JobShape,
    responses=problems("bad_request", "too_large", *_STORE, "storage_full", "storage_read_only"),
    openapi_extra={"requestBody": _BODY},
)
async def send_batch(
    request: Request,
    engine: Annotated[Literal["auto", "model", "rules"], Query(description="What scores the alignment")] = "auto",
) -> JSONResponse:
    """Multipart, any number of fields `file`; an archive (.zip) stands for what is in it. A name with slashes is kept
    as the path. The answer is a job: it survives a restart, and its items say what became of each source.
    """
    settings = state(request)["settings"]
    limits = Limits(settings.max_bytes, settings.max_batch_files, settings.max_batch_bytes)
    store = held_store(request)
    try:
        limited = limit_body(request, settings.max_batch_bytes)
        async with limited.form(max_files=limits.files, max_fields=20) as form:
            files = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
            if not files:
                raise bad_parameter("body.file", say("no_file_in_form"))
            job_id = await run_in_threadpool(lambda: create_batch(store, read_sources(files, limits), engine=engine))
    except BatchTooLarge as error:
        raise Problem("too_large", error.args[0]) from None
    except (ParseError, HTTPException, KeyError, UnicodeDecodeError) as error:
        said = error.detail if isinstance(error, HTTPException) else str(error)
        raise Problem("bad_request", say("multipart_broken", error=said)) from error
    job = await run_in_threadpool(read_known_job, store, job_id)
    return JSONResponse(job, 202, {"Location": f"/batches/{job_id}"})


@router.get("/batches/{job_id}", summary="State and counts", responses=problems("not_found", *_STORE))
def show_batch(request: Request, job_id: JobID) -> JobShape:
    """`stored`, `known` and `failed` of its items at this moment. DELETE /jobs/{id} cancels it."""
    job = read_known_job(held_store(request), job_id)
    if job["kind"] != BATCH:
        raise not_found(f"batch {job_id}")
    return JobShape.model_validate(job)


@router.get("/batches/{job_id}/items", summary="What became of each source", responses=problems("not_found", *_STORE))
def show_batch_items(
    request: Request,
    job_id: JobID,
    outcome: Literal["stored", "known", "failed"] | None = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Items:
    """In the order they were sent: the report, or the code and the reason."""
    show_batch(request, job_id)
    return show_items(request, job_id, outcome, after, limit)


@router.get(
    "/batches/{job_id}/events",
    summary="State and counts as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **problems("not_found", *_STORE)},
)
async def follow_batch(request: Request, job_id: JobID) -> StreamingResponse:
    """As /jobs/{id}/events."""
    await run_in_threadpool(show_batch, request, job_id)
    return await follow_job(request, job_id)
