"""The body of a request -> one upload, never held beyond the limit."""

import asyncio
import json
from collections.abc import Mapping, Sequence

import pytest
from fastapi import Request

from gouji_service.http.body import Upload, read_upload
from gouji_service.problems import Problem

LIMIT = 1000


def send(
    body: bytes | Sequence[bytes], kind: str | None, query: str = "", headers: Mapping[str, str] | None = None
) -> tuple[Upload, int]:
    """What is read from a body, and how many of its pieces were asked for."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    asked = 0

    async def receive() -> dict[str, object]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": pieces[asked - 1], "more_body": asked < len(pieces)}

    told = {**({"content-type": kind} if kind else {}), **(headers or {})}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/parse",
        "app": None,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
    }
    try:
        return asyncio.run(read_upload(Request(scope, receive), LIMIT)), asked
    except Problem as problem:
        problem.asked = asked  # type: ignore[attr-defined]
        raise


def refused(*arguments: object, **more: object) -> Problem:
    with pytest.raises(Problem) as caught:
        send(*arguments, **more)  # type: ignore[arg-type]
    return caught.value


def form(name: str, content: bytes, kind: str = "text/plain") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="a.txt"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/plain; charset=gbk", "text/plain"),
        ("TEXT/HTML", "text/html"),
        ("image/webp", "image/webp"),
        ("application/octet-stream", None),
        (None, None),
    ],
)
def test_a_raw_body_keeps_its_type_and_the_name_of_the_query(kind: str | None, expected: str | None) -> None:
    assert send(b"abc", kind, "name=a.txt")[0] == Upload(b"abc", "a.txt", expected)


def test_json_and_forms_hold_text_and_name() -> None:
    body = json.dumps({"text": "规章", "name": "a"}).encode()
    assert send(body, "application/json")[0] == Upload("规章".encode(), "a", None)
    multipart = "multipart/form-data; boundary=b"
    assert send(form("file", b"abc"), multipart)[0] == Upload(b"abc", "a.txt", "text/plain")


def test_what_declares_itself_too_large_is_not_read_at_all() -> None:
    problem = refused(b"x", "text/plain", headers={"content-length": "1001"})
    assert (problem.code, problem.asked) == ("too_large", 0)  # type: ignore[attr-defined]


def test_what_comes_without_a_length_is_read_to_the_limit_and_no_further() -> None:
    problem = refused([b"x" * 400] * 10, "text/plain")
    assert (problem.code, problem.asked) == ("too_large", 3)  # type: ignore[attr-defined]
    assert len(send([b"x" * 400, b"x" * 600], "text/plain")[0].data) == LIMIT


def test_the_envelope_of_a_form_does_not_count_as_the_source() -> None:
    assert len(send(form("file", b"x" * LIMIT), "multipart/form-data; boundary=b")[0].data) == LIMIT
    assert refused(form("file", b"x" * (LIMIT + 1)), "multipart/form-data; boundary=b").code == "too_large"


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"abc", "audio/mpeg", "unsupported_media"),
        (b"{", "application/json", "bad_request"),
        (b'{"text": 3}', "application/json", "bad_request"),
        (b'{"text": "a", "name": 3}', "application/json", "bad_request"),
        (b'{"text": "\\ud840"}', "application/json", "bad_request"),
        (b"[" * 900, "application/json", "bad_request"),
        (form("other", b"abc"), "multipart/form-data; boundary=b", "bad_request"),
        (b"abc", "multipart/form-data", "bad_request"),
    ],
)
def test_what_is_no_source_is_a_problem(body: bytes, kind: str, code: str) -> None:
    assert refused(body, kind).code == code
