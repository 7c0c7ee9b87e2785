"""Sessions for browsers: POST /login with a key gives a cookie, POST /logout takes it back."""

import hmac
import time
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gouji_service.http.keys import COOKIE, CSRF_HEADER, SESSION_SECONDS, Doors, cookie_of, settings_to_doors, user_of
from gouji_service.http.openapi import problems
from gouji_service.http.report_shapes import SessionShape
from gouji_service.http.routes import state
from gouji_service.problems import Problem
from gouji_service.wording import say

router = APIRouter(tags=["session"])
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gouji · 登录</title><main><h1>Gouji</h1><form method="post" action="/login">
<p><label for="key">密钥 Key</label></p><p><input id="key" name="key" type="password" required autofocus
autocomplete="current-password"></p><p role="alert">{said}</p><p><button>登录 Log in</button></p></form></main>"""


def _doors(request: Request) -> Doors:
    return settings_to_doors(state(request)["settings"])


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


@router.get("/login", summary="Where a browser gives its key", response_class=HTMLResponse)
def show_login() -> HTMLResponse:
    """A form of one field."""
    return HTMLResponse(_PAGE.format(said=""))


@router.post("/login", summary="A session for a key", response_model=SessionShape, responses=problems("unauthorized"))
def log_in(request: Request, key: Annotated[str, Form(max_length=1000)]) -> Response:
    """The cookie is HttpOnly and SameSite=Strict and ends after twelve hours, or with the key."""
    doors = _doors(request)
    name = doors.key_to_name(key.strip())
    if name is None:
        refused = Problem("unauthorized", say("key_unknown"), headers={"WWW-Authenticate": "Bearer"})
        if _wants_page(request):
            return HTMLResponse(_PAGE.format(said=escape(refused.said.both)), refused.status)
        raise refused
    cookie = doors.open_session(name, time.time())
    user = doors.read_session(cookie, time.time())
    told = SessionShape(name=name, csrf_token=user.csrf if user else "")
    answer: Response = RedirectResponse("/", 303) if _wants_page(request) else JSONResponse(told.model_dump())
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post(
    "/logout", summary="End the session", status_code=204, response_class=Response, responses=problems("forbidden")
)
def log_out(request: Request, csrf_token: Annotated[str, Form(max_length=200)] = "") -> Response:
    """With the token of the session in X-CSRF-Token or in the field csrf_token, so that no other page can do it."""
    cookie = cookie_of(request.headers)
    user = _doors(request).read_session(cookie, time.time()) if cookie else None
    sent = request.headers.get(CSRF_HEADER, csrf_token)
    if user is not None and not hmac.compare_digest(sent.encode(), user.csrf.encode()):
        raise Problem("forbidden", say("no_csrf_token"))
    answer: Response = RedirectResponse("/login", 303) if _wants_page(request) else Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/session", summary="Who this is", responses=problems("unauthorized"))
def show_session(request: Request) -> SessionShape:
    """The name of the caller, null where no key is asked for, and the token that its cookie needs beside it."""
    user = user_of(request)
    return SessionShape(name=user.name, csrf_token=user.csrf)
