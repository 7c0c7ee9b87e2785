"""The body of `POST /parse` -> one upload: multipart, JSON or raw, never held beyond the size limit."""

import asyncio
import json
from dataclasses import dataclass
from json import JSONDecodeError

from fastapi import Request
from python_multipart.exceptions import ParseError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from gouji_service.problems import Problem, bad_parameter
from gouji_service.wording import say

OOXML = "application/vnd.openxmlformats-officedocument"
RAW_TYPES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "application/xhtml+xml",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    f"{OOXML}.wordprocessingml.document",
    f"{OOXML}.spreadsheetml.sheet",
    "application/msword",
    "application/octet-stream",
)
_PATIENCE, _PACE = 10.0, 1024.0  # seconds, and bytes a second: a body that comes slower is waited for no longer
_ENVELOPE = 64 * 1024  # what multipart headers and JSON may add to a source of the greatest size


@dataclass(frozen=True, slots=True)
class Upload:
    """One source as it was sent. `media_type` is None where the caller did not say."""

    data: bytes
    name: str | None
    media_type: str | None


def _too_large(limit: int) -> Problem:
    return Problem("too_large", say("source_too_large", limit=limit))


def _limited(request: Request, limit: int, source_limit: int) -> Request:
    """The same request, whose body raises `too_large` as soon as more than `limit` bytes are declared or received,
    and `too_slow` when it comes byte by byte.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(source_limit)
    received = 0
    clock = asyncio.get_running_loop().time
    began = clock()

    async def receive() -> Message:
        nonlocal received
        try:
            async with asyncio.timeout_at(began + _PATIENCE + received / _PACE):
                message = await request.receive()
        except TimeoutError:
            raise Problem("too_slow", say("body_late")) from None
        received += len(message.get("body", b""))
        if received > limit:
            raise _too_large(source_limit)
        return message

    return Request(request.scope, receive)


def _declared_type(header: str | None) -> str | None:
    kind = (header or "").partition(";")[0].strip().lower()
    return None if kind in ("", "application/octet-stream", "binary/octet-stream") else kind


async def read_upload(request: Request, limit: int) -> Upload:
    """Read the body of `POST /parse`. `limit`: bytes of the source.

    Raises the problems too_large, unsupported_media (a type that is no source), bad_request (broken JSON, no file).
    """
    kind = _declared_type(request.headers.get("content-type"))
    if kind == "multipart/form-data":
        upload = await _from_form(_limited(request, limit + _ENVELOPE, limit))
    elif kind == "application/json":
        upload = _from_json(await _limited(request, limit + _ENVELOPE, limit).body())
    elif kind is None or kind in RAW_TYPES or kind.startswith(("text/", "image/")):
        upload = Upload(await _limited(request, limit, limit).body(), request.query_params.get("name"), kind)
    else:
        raise Problem("unsupported_media", say("type_not_taken", kind=kind, types=", ".join(RAW_TYPES)))
    if len(upload.data) > limit:
        raise _too_large(limit)
    return upload


async def _from_form(request: Request) -> Upload:
    try:
        async with request.form(max_files=1, max_fields=20) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise bad_parameter("body.file", say("no_file_in_form"))
            return Upload(await file.read(), file.filename, _declared_type(file.content_type))
    except (ParseError, HTTPException, KeyError, UnicodeDecodeError) as error:
        said = error.detail if isinstance(error, HTTPException) else str(error)
        raise Problem("bad_request", say("multipart_broken", error=said)) from error


def _from_json(body: bytes) -> Upload:
    try:
        sent = json.loads(body)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Problem("bad_request", say("not_json", error=error)) from error
    if not isinstance(sent, dict) or not isinstance(sent.get("text"), str):
        raise bad_parameter("body.text", say("no_text"))
    name = sent.get("name")
    if name is not None and not isinstance(name, str):
        raise bad_parameter("body.name", say("name_no_string"))
    try:
        (name or "").encode()
        return Upload(sent["text"].encode(), name, None)
    except UnicodeEncodeError as error:
        raise Problem("bad_request", say("half_a_character")) from error


def limit_body(request: Request, limit: int) -> Request:
    """The same request, whose body may have so many bytes, envelopes aside. Reading more raises `too_large`."""
    return _limited(request, limit + _ENVELOPE, limit)
