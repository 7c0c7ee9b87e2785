"""Takes in what is left of a request body after its answer, so that the caller sees the answer.

A route may answer before it has read the body: too large, of a type that is not taken, busy. Closing the connection on
a caller who still sends would reset it, and most clients would never see why. So the answer goes out at once, and
only then is the rest of the body read and dropped, within bounds.
"""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 256 * 1024 * 1024
MOST_SECONDS = 30.0


class DrainBody:
    """ASGI middleware. Streamed answers (those without a Content-Length) pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        left, sized = True, False

        async def tracked_receive() -> Message:
            nonlocal left
            message = await receive()
            left = message.get("more_body", False)
            return message

        async def draining_send(message: Message) -> None:
            nonlocal sized
            if message["type"] == "http.response.start":
                sized = any(name == b"content-length" for name, _ in message["headers"])
            last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if not (last and left and sized):
                return await send(message)
            await send({**message, "more_body": True})
            dropped = 0
            with suppress(TimeoutError):
                async with asyncio.timeout(MOST_SECONDS):
                    while left and dropped < MOST_BYTES:
                        dropped += len((await tracked_receive()).get("body", b""))
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, tracked_receive, draining_send)
