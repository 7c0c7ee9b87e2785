"""The routes of parsing and health, and what the routes of a server hold in common."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from gouji.fields import ResultFields
from gouji_service.http.body import Upload, read_upload
from gouji_service.http.metrics import Metrics
from gouji_service.http.openapi import PARSE_BODY, Health, Readiness, Result, Results, problems
from gouji_service.parsing import ParserPool, is_slow
from gouji_service.problems import Problem
from gouji_service.schemas import recovery_to_json
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError, retry_store
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.wording import say


@dataclass(frozen=True, slots=True)
class Engine:
    """What `auto` stands for on this server: `model` or `rules`, and why."""

    engine: Literal["model", "rules"]
    reason: str


class Gate:
    """Lets so many requests in at once, and answers `busy` to the others before their body is read.

    A request whose body is still on its way takes no place of those who wait for a parser, so that callers who send a
    byte now and then keep nobody out; and scans leave a share of the places to what is read quickly.
    """

    def __init__(self, places: int, retry_after: int) -> None:
        self._places = places
        self._slow_places = max(1, places - places // 4)
        self._retry_after = retry_after
        self.inside = 0
        self._slow = 0
        self._sending = 0

    @contextmanager
    def receive(self) -> Iterator[None]:
        """While a body is read. Raises the problem `busy` when all places are taken, or too many bodies come in."""
        if self.inside >= self._places or self._sending >= _SENDING * self._places:
            raise self.busy()
        self._sending += 1
        try:
            yield
        finally:
            self._sending -= 1

    @contextmanager
    def enter(self, slow: bool) -> Iterator[None]:
        """While a source waits for a parser and is parsed. Raises the problem `busy` when all places are taken."""
        if self.inside >= self._places or (slow and self._slow >= self._slow_places):
            raise self.busy()
        self.inside += 1
        self._slow += slow
        try:
            yield
        finally:
            self.inside -= 1
            self._slow -= slow

    def busy(self) -> Problem:
        """The answer to those who must come again."""
        return Problem("busy", say("parsers_at_work"), headers={"Retry-After": str(self._retry_after)})


class State(TypedDict):
    """What the lifespan holds open, as `request.state` gives it to the routes."""

    settings: Settings
    parsers: ParserPool
    threads: ThreadPoolExecutor
    gate: Gate
    engine: "asyncio.Task[Engine]"
    store: Store
    metrics: Metrics


def state(request: Request) -> State:
    """The resources of this server."""
    return cast(State, request.scope["state"])


router = APIRouter()
_SENDING = 4  # bodies on their way for each place
_REACHED = 5.0  # seconds within which the store answers where it can be reached
_PATIENCE = 5.0  # seconds that keeping a result tries again when two writers met


@router.post(
    "/parse",
    tags=["parse"],
    summary="Recover the three tables of one report",
    response_model=Result | Results,
    response_description="The three tables, with a confidence for every cell; `reports` where there is more than one",
    responses=problems(
        *("bad_request", "unreadable", "too_large", "unsupported_media", "busy", "too_slow", "internal"),
        *("storage_full", "storage_read_only", "storage_unavailable"),
    ),
    openapi_extra={"requestBody": PARSE_BODY},
)
async def parse(
    request: Request,
    engine: Annotated[Literal["auto", "model", "rules"], Query(description="What scores the alignment")] = "auto",
    save: Annotated[bool, Query(description="Keep source and result; a result that is not kept has no id")] = True,
    name: Annotated[str | None, Query(description="The name of a raw body")] = None,
) -> JSONResponse:
    """Send one report as multipart `file`, as JSON `{"text": …, "name": …}`, or as the raw body with its media type.

    Several reports in one source are answered by `{"reports": […]}`, a result each, and each is kept as its own.
    """
    held = state(request)
    settings = held["settings"]
    end = time.monotonic() + settings.request_timeout
    with held["gate"].receive():
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + settings.request_timeout):
                upload = await read_upload(request, settings.max_bytes)
        except TimeoutError:
            raise Problem("too_slow", say("body_late")) from None
    with held["gate"].enter(is_slow(upload.data)):
        work = asyncio.get_running_loop().run_in_executor(held["threads"], _parse, held, upload, engine, end, save)
        return JSONResponse(await work)


def _parse(held: State, upload: Upload, engine: str, end: float, save: bool) -> Mapping[str, object]:
    """Wait for a worker, parse, keep. Runs in a thread: nothing here takes CPU time but the JSON and the store."""
    began = time.monotonic()
    with held["metrics"].count_parse(engine) as counted:
        try:
            found = held["parsers"].parse(
                upload.data,
                name=upload.name,
                media_type=upload.media_type,
                engine=engine,
                seconds=end - began,
            )
        except Problem as problem:
            raise (held["gate"].busy() if problem.code == "busy" else problem) from None
        counted.extend(found)
    if not save:
        return _answer([recovery_to_json(recovery) for recovery in found])
    store, review_below = held["store"], held["settings"].review_below
    seconds = time.monotonic() - began
    parsed = [Parsed(upload.data, one, engine, upload.media_type, review_below, seconds) for one in found]

    def keep() -> list[str]:
        with store.writing() as connection:
            return [save_parsed(store, connection, one).report_id for one in parsed]

    ids = retry_store(keep, patience=_PATIENCE)
    return _answer([recovery_to_json(recovery, id) for recovery, id in zip(found, ids, strict=True)])


def _answer(results: Sequence[ResultFields]) -> Mapping[str, object]:
    return results[0] if len(results) == 1 else {"reports": results}


@router.get("/health/live", tags=["health"], summary="Does the server answer?")
async def live() -> Health:
    """Answers as long as the event loop turns."""
    return Health(status="live")


@router.get(
    "/health/ready",
    tags=["health"],
    summary="Can it parse, and by which engine?",
    responses=problems("not_ready"),
)
async def ready(request: Request) -> Readiness:
    """Ready once a worker has parsed a small report, while the store can be reached.

    `engine` is what `auto` stands for, with the reason.
    """
    task = state(request)["engine"]
    if not task.done():
        raise Problem("not_ready", say("parsers_starting"), headers={"Retry-After": "1"})
    error = task.exception()
    if error is not None:
        raise Problem("not_ready", say("start_failed", error=type(error).__name__))
    try:
        async with asyncio.timeout(_REACHED):
            await run_in_threadpool(state(request)["store"].reach)
    except (StoreError, TimeoutError):
        raise Problem("not_ready", say("store_away"), headers={"Retry-After": "5"}) from None
    found = task.result()
    return Readiness(status="ready", engine=found.engine, reason=found.reason)
