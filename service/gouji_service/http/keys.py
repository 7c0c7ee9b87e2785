"""Who may call: keys in a header, a session cookie made from a key, or the user that a trusted proxy names.

`Authorization: Bearer KEY` · `X-API-Key: KEY` · the cookie of POST /login · the header GOUJI_USER_HEADER, from
addresses of GOUJI_TRUSTED_PROXIES alone. A session is signed with its key and kept nowhere: it survives a restart,
counts on every server with the same keys, and ends with the key. What a browser sends along by itself (the cookie)
changes nothing without the token that only pages of this server know.
"""

import base64
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gouji_service.problems import MEDIA_TYPE, Problem
from gouji_service.settings import Settings
from gouji_service.wording import say

COOKIE = "gouji_session"
CSRF_HEADER = "X-CSRF-Token"
SESSION_SECONDS = 12 * 3600
_OPEN = ("/health", "/login", "/logout", "/static")  # with all below them
_SAFE = ("GET", "HEAD", "OPTIONS")
_NAME = 200  # letters of a user's name


@dataclass(frozen=True, slots=True)
class User:
    """Who calls. `csrf`: what a page must send back in X-CSRF-Token; empty where no cookie is at work."""

    name: str | None
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """How one may come in."""

    keys: Mapping[str, str]  # name -> key
    user_header: str = ""
    proxies: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = ()

    @property
    def locked(self) -> bool:
        """Whether a caller has to say who it is."""
        return bool(self.keys or self.user_header)

    def key_to_name(self, key: str) -> str | None:
        """The name of a key. Every key is compared, each in constant time: how long it takes tells nothing."""
        found: str | None = None
        for name, known in self.keys.items():
            if hmac.compare_digest(known.encode(), key.encode(errors="replace")):
                found = name
        return found

    def open_session(self, name: str, now: float) -> str:
        """The value of a cookie for the key of this name."""
        said = f"{base64.urlsafe_b64encode(name.encode()).decode()}.{int(now) + SESSION_SECONDS}"
        return f"{said}.{_sign(self.keys[name], 'session', said)}"

    def read_session(self, cookie: str, now: float) -> User | None:
        """The user of a cookie; None for one that this key did not sign, or that is over."""
        said, _, signature = cookie.rpartition(".")
        coded, _, until = said.partition(".")
        try:
            name = base64.urlsafe_b64decode(coded.encode()).decode()
        except ValueError:
            return None
        key = self.keys.get(name)
        if key is None or not hmac.compare_digest(_sign(key, "session", said).encode(), signature.encode()):
            return None
        return User(name, _sign(key, "csrf", said)) if float(until) > now else None

    def is_trusted(self, address: str | None) -> bool:
        """Whether a proxy at this address may name users."""
        try:
            own = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        return any(own in network for network in self.proxies)


def _sign(key: str, purpose: str, said: str) -> str:
    return hmac.new(key.encode(), f"gouji {purpose} {said}".encode(), hashlib.sha256).hexdigest()


def settings_to_doors(settings: Settings) -> Doors:
    """What the settings say. Raises SettingError."""
    networks = [ipaddress.ip_network(one.strip(), strict=False) for one in settings.trusted_proxies.split(",") if one]
    return Doors(settings.keys, settings.user_header, networks)


def cookie_of(headers: Headers) -> str | None:
    """The session cookie of a request."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return None if morsel is None else morsel.value


def user_of(request: Request) -> User:
    """Who sent a request that was let in; nameless where every caller is let in."""
    user: User = request.scope.get("gouji.user", User(None))
    return user


class RequireKey:
    """Lets nobody in without a key, where there are any."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._doors.locked:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        user, by_cookie = self._identify(scope, headers)
        path = scope["path"]
        is_open = any(path == one or path.startswith(f"{one}/") for one in _OPEN)
        if user is None and not is_open:
            await _refuse(scope, headers)(scope, receive, send)
            return
        if user is not None and by_cookie and not is_open and scope["method"] not in _SAFE:
            sent = headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(sent.encode(), user.csrf.encode()):
                await _answer(Problem("forbidden", say("no_csrf_token")))(scope, receive, send)
                return
        if user is not None:
            scope["gouji.user"] = user
        await self._app(scope, receive, send)

    def _identify(self, scope: Scope, headers: Headers) -> tuple[User | None, bool]:
        """Who calls, and whether only a cookie says so."""
        doors = self._doors
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        key = bearer.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")
        if key:
            name = doors.key_to_name(key)
            return (None if name is None else User(name)), False
        client = scope.get("client")
        if doors.user_header and doors.is_trusted(client[0] if client else None):
            named = _decode(headers.get(doors.user_header, ""))
            if named:
                return User(named), False
        cookie = cookie_of(headers)
        return (doors.read_session(cookie, time.time()) if cookie else None), True


def _decode(value: str) -> str:
    """A header is latin-1 by its standard and UTF-8 by custom."""
    try:
        return value.encode("latin-1").decode("utf-8").strip()[:_NAME]
    except UnicodeError:
        return value.strip()[:_NAME]


def _answer(problem: Problem) -> Response:
    return JSONResponse(problem.to_json(), problem.status, dict(problem.headers), media_type=MEDIA_TYPE)


def _refuse(scope: Scope, headers: Headers) -> Response:
    """A problem; a browser that asks for a page is sent to where a key can be given."""
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse("/login", 303)
    return _answer(Problem("unauthorized", say("key_needed"), headers={"WWW-Authenticate": "Bearer"}))
