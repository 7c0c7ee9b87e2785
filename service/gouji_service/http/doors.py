"""What is held off before any route: pages of other sites, and bodies that are too long or never end.

A page of another site can have a browser send forms here (a foreign `Origin`), and reach this address under a name of
its own (DNS rebinding: a foreign `Host`). `POST /parse` and `POST /batches` read their bodies themselves; every other
body is a small JSON document, and is here before its route begins.
"""

import asyncio
import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gouji_service.problems import MEDIA_TYPE, Problem
from gouji_service.wording import say

MOST_BYTES = 8 * 1024 * 1024  # a list of 200 000 ids
MOST_SECONDS = 30.0
_OWN_BODIES = ("/parse", "/batches")
_READ_ONLY = ("GET", "HEAD", "OPTIONS")


class Doors:
    """ASGI middleware. names: of this server, besides `listening`, IP addresses, localhost and names without a dot."""

    def __init__(self, app: ASGIApp, names: Collection[str] = (), listening: str = "") -> None:
        self._app = app
        self._listening = listening.lower()
        self._names = frozenset(name.strip().lower() for name in names if name.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            self._check(scope["method"], Headers(scope=scope))
            if scope["path"] not in _OWN_BODIES and scope["method"] not in _READ_ONLY:
                receive = _replay(await _read_body(Headers(scope=scope), receive), receive)
        except Problem as problem:
            response = JSONResponse(problem.to_json(), problem.status, dict(problem.headers), media_type=MEDIA_TYPE)
            return await response(scope, receive, send)
        await self._app(scope, receive, send)

    def _check(self, method: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_own(_host_to_name(host)):
            raise Problem("foreign", say("foreign_host", host=host[:100]))
        if method in _READ_ONLY:
            return
        site = headers.get("sec-fetch-site")
        if site == "same-origin":
            return  # a browser says so itself, also where a page keeps its name to itself (`Origin: null`)
        origin = headers.get("origin")
        elsewhere = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if (elsewhere and not self._is_listed(origin or "")) or (origin is None and site == "cross-site"):
            raise Problem("foreign", say("foreign_origin", origin=(origin or "cross-site")[:100]))

    def _is_own(self, name: str) -> bool:
        if "." not in name or name.endswith(".localhost") or name in (*self._names, self._listening):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _is_listed(self, origin: str) -> bool:
        """A page of a name that the settings give is one of ours, on whatever port."""
        return _host_to_name(urlsplit(origin).netloc) in self._names


def _host_to_name(host: str) -> str:
    """The name in a Host header, without its port. An address of version 6 stands in brackets, and holds no dot or is
    one."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


async def _read_body(headers: Headers, receive: Receive) -> bytes:
    """The whole body. Raises the problems too_large and too_slow."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise Problem("too_large", say("body_too_large", limit=MOST_BYTES))
    body = bytearray()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return bytes(body)
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    raise Problem("too_large", say("body_too_large", limit=MOST_BYTES))
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise Problem("too_slow", say("body_late"), headers={"Connection": "close"}) from None


def _replay(body: bytes, receive: Receive) -> Receive:
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return left.pop() if left else await receive()

    return replayed
