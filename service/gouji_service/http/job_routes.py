"""The routes of jobs, and /metrics."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from gouji_service.http.job_shapes import Identities, Items, Jobs, JobShape, Outcome, ReparseBody
from gouji_service.http.openapi import problems
from gouji_service.http.report_routes import PATIENCE, held_store, not_found
from gouji_service.http.routes import state
from gouji_service.jobs.queue import Order, cancel_job, create_job, resume_job
from gouji_service.jobs.views import count_waiting, list_jobs, read_items, read_job
from gouji_service.problems import Problem
from gouji_service.store.errors import StoreError, retry_store
from gouji_service.store.filters import ReportFilter
from gouji_service.store.fingerprint import installed_fingerprint
from gouji_service.store.results import Json
from gouji_service.store.store import Store
from gouji_service.wording import say

router = APIRouter(tags=["jobs"])
_STORE = ("busy", "storage_unavailable")
_WRITES = (*_STORE, "storage_full", "storage_read_only")
_LOOK = 0.5  # seconds between two looks at a job whose events are followed
_SILENCE = 15.0  # seconds after which a comment keeps the connection open


def known_job(job_id: str) -> str:
    """An id that could be one."""
    if not (job_id.isascii() and job_id.isalnum()):
        raise not_found("such job")
    return job_id


JobID = Annotated[str, Depends(known_job)]


def read_known_job(store: Store, job_id: str) -> Json:
    """State and counts of a job. Raises the problem not_found."""
    with store.reading() as connection:
        try:
            return read_job(connection, job_id)
        except KeyError:
            raise not_found(f"job {job_id}") from None


@router.post(
    "/reparse",
    status_code=202,
    summary="Parse kept reports again",
    response_model=JobShape,
    responses=problems("bad_request", *_WRITES),
)
def reparse(request: Request, body: Annotated[ReparseBody | Identities, Body()]) -> JSONResponse:
    """A job. A new result is shown from then on only if it is better, unless `force`. The body may be a list of ids."""
    asked = ReparseBody(ids=body) if isinstance(body, list) else body
    settings = state(request)["settings"]
    parser = (asked.engine, settings.review_below, settings.second_reader or None)
    stale = installed_fingerprint(*parser) if asked.stale else None
    wanted = ReportFilter(
        confidence_below=asked.confidence_below,
        needs_review=asked.needs_review,
        check_failed=asked.check_failed,
        agency=asked.agency,
        year=asked.year,
        since=asked.moment(asked.since),
        before=asked.moment(asked.before),
        fingerprint=asked.fingerprint,
        not_parsed_by=stale,
        ids=asked.ids,
    )
    if wanted == ReportFilter() and not asked.all:
        raise Problem("bad_request", say("say_which"))
    order = Order(wanted=wanted, engine=asked.engine, dry_run=asked.dry_run, force=asked.force)
    store = held_store(request)
    job_id = retry_store(lambda: create_job(store, order), patience=PATIENCE)
    return JSONResponse(read_known_job(store, job_id), 202, {"Location": f"/jobs/{job_id}"})


@router.get("/jobs", summary="Jobs, the latest first", responses=problems("bad_request", *_STORE))
def show_jobs(
    request: Request,
    before: Annotated[str | None, Query(pattern="^[0-9A-Z]{26}$", description="Older than this job")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Jobs:
    """With state and counts."""
    with held_store(request).reading() as connection:
        return Jobs.model_validate({"jobs": list_jobs(connection, limit=limit, before=before)})


@router.get("/jobs/{job_id}", summary="State and counts", responses=problems("not_found", *_STORE))
def show_job(request: Request, job_id: JobID) -> JobShape:
    """The counts are those of its items at this moment."""
    return JobShape.model_validate(read_known_job(held_store(request), job_id))


@router.get("/jobs/{job_id}/items", summary="What became of each report", responses=problems("not_found", *_STORE))
def show_items(
    request: Request,
    job_id: JobID,
    outcome: Outcome | None = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Items:
    """In the order of the job; with the reason of each failure. Of a dry run: what would change."""
    store = held_store(request)
    read_known_job(store, job_id)
    with store.reading() as connection:
        items = read_items(connection, job_id, outcome=outcome, after=after, limit=limit)
    return Items.model_validate({"items": items, "next": items[-1]["n"] if len(items) == limit else None})


@router.delete("/jobs/{job_id}", summary="Cancel", responses=problems("not_found", *_WRITES))
def cancel(request: Request, job_id: JobID) -> JobShape:
    """What is done stays done; what is under way is not kept."""
    return _change(request, job_id, cancel=True)


@router.post("/jobs/{job_id}/resume", summary="Go on with a cancelled job", responses=problems("not_found", *_WRITES))
def resume(request: Request, job_id: JobID) -> JobShape:
    """Where it stopped: nothing that is done is done again."""
    return _change(request, job_id, cancel=False)


def _change(request: Request, job_id: str, *, cancel: bool) -> JobShape:
    store = held_store(request)
    try:
        retry_store(lambda: (cancel_job if cancel else resume_job)(store, job_id), patience=PATIENCE)
    except KeyError:
        raise not_found(f"job {job_id}") from None
    return JobShape.model_validate(read_known_job(store, job_id))


@router.get(
    "/jobs/{job_id}/events",
    summary="State and counts as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **problems("not_found", *_STORE)},
)
async def follow_job(request: Request, job_id: JobID) -> StreamingResponse:
    """`progress` whenever something changed, `end` when the job is done or cancelled; `data` is the job as JSON."""
    store = held_store(request)
    first = await run_in_threadpool(read_known_job, store, job_id)
    return StreamingResponse(
        _events(store, first), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _events(store: Store, job: Json) -> AsyncIterator[str]:
    told: Json | None = None
    silent = 0.0
    while True:
        if job != told:
            over = job["state"] in ("done", "cancelled")
            data = json.dumps(job, ensure_ascii=False)
            yield f"id: {job['done']}\nevent: {'end' if over else 'progress'}\ndata: {data}\n\n"
            if over:
                return
            told, silent = job, 0.0
        elif silent >= _SILENCE:
            yield ": still at work\n\n"
            silent = 0.0
        await asyncio.sleep(_LOOK)
        silent += _LOOK
        try:
            job = await run_in_threadpool(read_known_job, store, job["id"])
        except StoreError:  # away for a moment: the next look may find it
            continue


@router.get("/metrics", tags=["health"], summary="For Prometheus", response_class=Response, responses=problems(*_STORE))
def metrics(request: Request) -> Response:
    """Parses by engine and outcome, latency, confidence, and the length of the queues."""
    held = state(request)
    with held["store"].reading() as connection:
        waiting = count_waiting(connection)
    exposed = held["metrics"].expose(items=waiting, requests=held["gate"].inside)
    return Response(exposed, media_type=CONTENT_TYPE_LATEST)
