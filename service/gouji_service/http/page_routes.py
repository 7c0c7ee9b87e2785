"""The pages that a person uses. They are made of what the JSON routes give, and read nothing by themselves."""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from gouji.form_shape import Heading, template_to_lines
from gouji.forms import FORMS, TABLES, Template, heading, template
from gouji.sums import SURE
from gouji_service.http import page_images
from gouji_service.http.agency_routes import show_years
from gouji_service.http.answering import request_error_to_problem
from gouji_service.http.job_routes import JobID, show_job, show_jobs
from gouji_service.http.keys import user_of
from gouji_service.http.list_routes import list_reports, show_facets
from gouji_service.http.page_years import years_to_tables
from gouji_service.http.report_filter import Wanted
from gouji_service.http.report_routes import ReportID, show_report
from gouji_service.pages.phrases import Language
from gouji_service.pages.rendering import STATIC, render_page
from gouji_service.store.facets import FACETS
from gouji_service.store.filters import ReportFilter
from gouji_service.store.paging import SORTS

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie",
}
_PAGE = 100  # reports
_SORT = "confidence"  # the least sure first
_COOKIE = "gouji_language"
_LANGUAGES: Mapping[str, Language] = {"zh": "zh", "en": "en"}
_PICTURES = ("image/png", "image/jpeg", "image/tiff")


def choose_language(
    request: Request, lang: Annotated[str | None, Query(max_length=5, description="zh or en")] = None
) -> Language:
    """The language asked for, else the one asked for before, else the browser's; Chinese where nothing is said."""
    said = lang or request.cookies.get(_COOKIE, "")
    if said in _LANGUAGES:
        return _LANGUAGES[said]
    first = request.headers.get("accept-language", "").strip().lower()
    return "en" if first.startswith("en") else "zh"


Spoken = Annotated[Language, Depends(choose_language)]


class _Page(APIRoute):
    """A route whose errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                problem = request_error_to_problem(error)
                language = choose_language(request, request.query_params.get("lang"))
                told = problem.said.zh if language == "zh" else str(problem.detail)
                return _html(request, language, "error.html", problem.status, told=told, code=problem.code)

        return handle_page


router = APIRouter(include_in_schema=False, route_class=_Page)


def add_pages(app: FastAPI) -> None:
    """The pages, what they show of sources, and their styles and scripts."""
    app.include_router(router)
    app.include_router(page_images.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


def _html(request: Request, language: Language, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in a language, with the address of the same page in the other one."""
    other = "en" if language == "zh" else "zh"
    kept = [(name, said) for name, said in request.query_params.multi_items() if name != "lang"]
    values |= {"other_address": "?" + urlencode([*kept, ("lang", other)]), "here": request.url.path}
    values["user"] = user_of(request)
    page = HTMLResponse(render_page(template, language, **values), status, dict(HEADERS))
    if request.query_params.get("lang") in _LANGUAGES:
        page.set_cookie(_COOKIE, language, max_age=31536000, samesite="strict", httponly=True)
    return page


@router.get("/", response_class=HTMLResponse)
def show_list(
    request: Request,
    language: Spoken,
    wanted: Wanted,
    sort: Annotated[Literal[SORTS], Query()] = _SORT,  # type: ignore[valid-type]
    cursor: Annotated[str | None, Query(max_length=4000)] = None,
) -> HTMLResponse:
    """The kept reports, the least sure first; the upload where nothing is kept yet."""
    page = list_reports(request, wanted, sort, cursor, _PAGE)
    if not page.reports and wanted == ReportFilter() and cursor is None:
        return _html(request, language, "upload.html", reports_kept=False)
    given = _filters(request)
    kept = {**given, "sort": sort} if sort != _SORT else given
    return _html(
        request,
        language,
        "list.html",
        reports=[report.model_dump() for report in page.reports],
        given=given,
        query=_query(given),
        sort=sort,
        total=page.total,
        headings={name: heading(name) for name in TABLES},
        facets=_facets(request, wanted, given, kept),
        next_address="/" + _query({**kept, "cursor": page.next}) if page.next else None,
        first_address="/" + _query(kept) if cursor else None,
    )


@router.get("/page/upload", response_class=HTMLResponse)
def show_upload(request: Request, language: Spoken) -> HTMLResponse:
    """Where files are dropped."""
    return _html(request, language, "upload.html", reports_kept=True)


@router.get("/page/reports/{report_id}", response_class=HTMLResponse)
def show_review(request: Request, language: Spoken, report_id: ReportID) -> HTMLResponse:
    """One report: its source beside its tables, and the queue of what is doubtful."""
    result = json.loads(bytes(show_report(request, report_id).body))
    kind = result["source"]["media_type"]
    told = result["tables"]
    tables = [
        _table_to_shape(name, told[name]["form"]) | {"corrected": told[name].get("corrected", False)} for name in TABLES
    ]
    return _html(
        request,
        language,
        "report.html",
        result=result,
        tables=tables,
        drawn=kind == "application/pdf" or kind in _PICTURES,
        is_page=kind == "text/html",
        data={
            "result": result,
            "sure": SURE,
            "shapes": {shape["table"]: {"labels": shape["labels"], "sums": shape["sums"]} for shape in tables},
            "headings": {name: heading(name) for name in TABLES},
        },
    )


@router.get("/page/jobs", response_class=HTMLResponse)
def show_job_list(request: Request, language: Spoken) -> HTMLResponse:
    """Jobs, the latest first."""
    jobs = [job.model_dump() for job in show_jobs(request).jobs]
    return _html(request, language, "jobs.html", jobs=jobs)


@router.get("/page/jobs/{job_id}", response_class=HTMLResponse)
def show_one_job(request: Request, language: Spoken, job_id: JobID) -> HTMLResponse:
    """One job: how far it is, and what became of each report."""
    return _html(request, language, "job.html", job=show_job(request, job_id).model_dump())


@router.get("/page/export", response_class=HTMLResponse)
def show_export(request: Request, language: Spoken, wanted: Wanted) -> HTMLResponse:
    """How the reports that a list was filtered to are taken out."""
    return _html(request, language, "export.html", given=_filters(request))


def _facets(
    request: Request, wanted: ReportFilter, given: Mapping[str, str], kept: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each facet of the list with its values: how many reports a value has, and the address of the list with it."""
    counted = show_facets(request, wanted, ",".join(FACETS)).model_dump()
    told = []
    for name, facet in counted.items():
        values = []
        for one in facet["values"]:
            said = _value_to_text(one["value"])
            if said is None or not one["count"]:
                continue
            chosen = given.get(name) == said
            others = {key: value for key, value in kept.items() if key != name}
            address = "/" + _query(others if chosen else {**others, name: said})
            values.append({**one, "said": said, "chosen": chosen, "address": address})
        if len(values) > 1 or any(one["chosen"] for one in values):
            told.append({"name": name, "values": values, "all": facet["all"]})
    return told


def _value_to_text(value: bool | int | str | None) -> str | None:
    """A value as it stands in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _query(given: Mapping[str, str]) -> str:
    return "?" + urlencode(given) if given else ""


@router.get("/page/agencies/{key}", response_class=HTMLResponse)
def show_agency(
    request: Request, language: Spoken, key: str, reports: Annotated[str | None, Query(max_length=3000)] = None
) -> HTMLResponse:
    """The years of an agency beside each other."""
    told = json.loads(bytes(show_years(request, key, reports).body))
    years = told["years"]
    return _html(
        request, language, "years.html", agency=told["agency"] or key, years=years, tables=years_to_tables(years)
    )


def _filters(request: Request) -> dict[str, str]:
    """The filters in the address, as they were given."""
    return {name: said for name, said in request.query_params.items() if name not in ("lang", "cursor", "sort")}


def _table_to_shape(name: str, form: str | None) -> dict[str, Any]:
    """What a page needs of a table besides its cells: its lines, what its cells are called, and its sums."""
    shape: dict[str, Any] = {"table": name, "form": form, "heading": heading(name), "lines": []}
    if form is None:
        return {**shape, "labels": {}, "sums": [], "forms": list(FORMS)}
    official = template(name, form)
    shape["lines"] = [
        [
            {"text": place.text, "down": place.down, "across": place.across, "of_row": place.of_row}
            if isinstance(place, Heading)
            else {"cell": place.cell, "across": place.across}
            for place in line
        ]
        for line in template_to_lines(official)
    ]
    labels = {cell: "/".join(one.row) + " · " + "/".join(one.column) for cell, one in official.labels.items()}
    return {**shape, "labels": labels, "sums": _sums(official), "forms": list(FORMS)}


def _sums(official: Template) -> list[dict[str, Any]]:
    named = {row.key: row.label for row in official.rows}
    named |= {column.key: column.label for row in official.rows for column in row.columns if column.key not in named}
    return [
        {"check": one.check, "at": one.at, "name": named[one.at], "left": one.wholes, "right": one.parts}
        for one in official.identities
    ]
