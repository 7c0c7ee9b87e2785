"""Composes the HTTP service: routes, problems, and the resources that live as long as the server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import JSONResponse, Response

import gouji
from gouji.document import GoujiError, SourceError
from gouji.results import Recovery
from gouji_service.export.export import MEDIA_TYPES
from gouji_service.http import (
    agency_routes,
    batch_routes,
    correction_routes,
    docs_routes,
    job_routes,
    list_routes,
    login_routes,
    report_routes,
)
from gouji_service.http.answering import request_error_to_problem
from gouji_service.http.doors import Doors
from gouji_service.http.draining import DrainBody
from gouji_service.http.headers import SafeHeaders
from gouji_service.http.keys import RequireKey, settings_to_doors
from gouji_service.http.metrics import Metrics
from gouji_service.http.openapi import DESCRIPTION, problems
from gouji_service.http.page_routes import add_pages
from gouji_service.http.parameters import refuse_unknown
from gouji_service.http.routes import Engine, Gate, State, router
from gouji_service.jobs.background import work_beside
from gouji_service.parsing import ParserPool, WorkerLost
from gouji_service.problems import MEDIA_TYPE, Problem
from gouji_service.settings import Settings
from gouji_service.store.store import open_settings_store
from gouji_service.version import VERSION

_WEIGHTS = Path(gouji.__file__).parent / "weights" / "model.onnx"
_PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA_TYPES["xlsx"], MEDIA_TYPES["parquet"])  # already compressed
_START_SECONDS = 60.0  # a loaded machine may take longer to start a worker than a request may take
_SMALL_REPORT = "2023年政府信息公开工作年度报告\n一、总体情况\n无。".encode()


def create_app(settings: Settings) -> FastAPI:
    """The application. Opens nothing: what it needs is opened when the server starts and closed when it ends."""
    app = FastAPI(
        title="Gouji",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=partial(_lifespan, settings=settings),
        docs_url=None,  # ours needs no internet
        redoc_url=None,
        responses=problems("internal", "bad_request"),
        dependencies=[Depends(refuse_unknown)],
    )
    # the last one is the outermost
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5, exclude_content_types=_PACKED)
    app.add_middleware(RequireKey, doors=settings_to_doors(settings))
    app.add_middleware(Doors, names=settings.hosts.split(","), listening=settings.host)
    app.add_middleware(SafeHeaders)
    app.add_middleware(DrainBody)
    for room in (list_routes, agency_routes, batch_routes, report_routes, correction_routes, job_routes, login_routes):
        app.include_router(room.router)
    app.include_router(router)
    docs_routes.add_docs(app)
    add_pages(app)
    for kind in (RequestValidationError, HTTPException, Problem, SourceError, WorkerLost, GoujiError, Exception):
        app.add_exception_handler(kind, _answer)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: Settings) -> AsyncIterator[State]:
    places = settings.workers + settings.parse_queue
    with (  # the parsers end before the threads that wait for them are waited for
        contextlib.closing(open_settings_store(settings)) as store,
        ThreadPoolExecutor(places, thread_name_prefix="gouji-parse") as threads,
        ParserPool(
            settings.workers,
            timeout=settings.request_timeout,
            review_below=settings.review_below,
            second_reader=settings.second_reader or None,
            reading_memory=settings.reading_memory,
        ) as parsers,
    ):
        engine = asyncio.create_task(_find_engine(parsers, threads))
        metrics = Metrics()
        with work_beside(store, parsers, metrics, settings):
            yield State(
                settings=settings,
                parsers=parsers,
                threads=threads,
                gate=Gate(places, settings.retry_after),
                engine=engine,
                store=store,
                metrics=metrics,
            )
        engine.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await engine


async def _find_engine(parsers: ParserPool, threads: ThreadPoolExecutor) -> Engine:
    """Parse a small report in every worker, so that the first caller does not pay for the start."""
    loop = asyncio.get_running_loop()
    small = partial(parsers.parse, _SMALL_REPORT, name="start.txt", media_type="text/plain", seconds=_START_SECONDS)
    (recovery, *_), *_ = await asyncio.gather(*(loop.run_in_executor(threads, small) for _ in range(parsers.workers)))
    return _engine(recovery)


def _engine(recovery: Recovery) -> Engine:
    if recovery.parser.model is not None:
        return Engine("model", f"weights {recovery.parser.model}")
    if not _WEIGHTS.exists():
        return Engine("rules", "there are no weights: models/gouji/weights/model.onnx is missing")
    said = [notice.message for notice in recovery.warnings if "model" in notice.code]
    return Engine("rules", said[0] if said else "the weights were not used")


async def _answer(request: Request, error: Exception) -> Response:
    problem = request_error_to_problem(error)
    return JSONResponse(problem.to_json(), problem.status, dict(problem.headers), media_type=MEDIA_TYPE)
