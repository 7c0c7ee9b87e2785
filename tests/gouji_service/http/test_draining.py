"""What is left of a body is taken in after the answer, within bounds."""

import asyncio
from typing import Any

import pytest

from gouji_service.http import draining
from gouji_service.http.draining import DrainBody


def serve(pieces: int, *, read: int = 0, sized: bool = True, stuck: bool = False) -> tuple[list[dict[str, Any]], int]:
    """What goes out when an app answers after so many pieces of ten bytes, and how many were taken in all."""
    sent: list[dict[str, Any]] = []
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if stuck and taken >= read:
            await asyncio.sleep(60)
        taken += 1
        return {"type": "http.request", "body": b"x" * 10, "more_body": taken < pieces}

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(read):
            await receive()
        headers = [(b"content-length", b"2")] if sized else []
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": b"no", "more_body": False})

    asyncio.run(DrainBody(app)({"type": "http"}, receive, send))
    return sent, taken


def test_the_answer_goes_out_first_and_the_rest_is_dropped() -> None:
    sent, taken = serve(5, read=1)
    assert taken == 5
    assert [(m.get("body"), m.get("more_body")) for m in sent[1:]] == [(b"no", True), (b"", False)]


def test_a_body_that_was_read_is_not_asked_for_again() -> None:
    sent, taken = serve(2, read=2)
    assert taken == 2
    assert [m.get("more_body") for m in sent[1:]] == [False]


def test_streamed_answers_pass_as_they_are() -> None:
    sent, taken = serve(5, sized=False)
    assert (taken, len(sent)) == (0, 2)


def test_no_more_is_taken_than_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "MOST_BYTES", 35)
    sent, taken = serve(1000)
    assert taken == 4
    assert sent[-1]["more_body"] is False
    monkeypatch.setattr(draining, "MOST_SECONDS", 0.05)
    sent, _ = serve(1000, stuck=True)
    assert sent[-1]["more_body"] is False


def test_other_protocols_are_left_alone() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    asyncio.run(DrainBody(app)({"type": "lifespan"}, 1, 2))  # type: ignore[arg-type]
    assert seen == [({"type": "lifespan"}, 1, 2)]
