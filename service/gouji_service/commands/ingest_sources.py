"""What an ingest reads: a folder of files, JSON Lines, or Parquet, one source after the other in a fixed order."""

import base64
import binascii
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gouji.document import SourceError, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.extras import require_extra
from gouji_service.commands.folders import Found, LeftOut, expand

_CONTENT = ("content_base64", "text", "html", "content", "body")
_NAME = ("name", "id", "url", "path", "title")
_TEXT_TYPES = {"html": "text/html"}


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source. `at` names its place in the input, `path` where it stood below the folder (or says of itself);
    `error` says why it could not even be taken in.
    """

    at: str
    data: bytes
    name: str | None = None
    media_type: str | None = None
    error: SourceError | None = None
    path: str | None = None


STANDARD_INPUT = Path("-")  # records, one a line


def count_sources(path: Path) -> int | None:
    """How many sources there are, for the progress. None: nobody knows before they came.

    Raises MissingExtra for Parquet where that cannot be read.
    """
    if path == STANDARD_INPUT:
        return None
    if path.suffix == ".parquet":
        require_extra("pyarrow", "parquet")
        from gouji_service.commands.ingest_parquet import count_records

        return count_records(path)
    if path.suffix in (".jsonl", ".ndjson"):
        with path.open("rb") as file:
            return sum(1 for line in file if line.strip())
    return sum(1 for _ in expand([str(path)]))


def read_sources(
    path: Path, limit: int, leave_out: Callable[[LeftOut], None] = lambda left: None
) -> Iterator[SourceRecord]:
    """Every source of a folder, a file of JSON Lines or Parquet, or a single file. `limit`: greatest size in bytes.

    A record holds its source in one of `text`, `html`, `content`, `content_base64` and may have a `name` and a
    `media_type` and a `path`. What is wrong with one record is told in it; the others still come. `-` is standard
    input, with a record a line. What a folder holds beside sources is handed to `leave_out`.
    """
    if path == STANDARD_INPUT:
        yield from _read_lines(sys.stdin.buffer, "stdin", limit)
    elif path.suffix == ".parquet":
        yield from _read_parquet(path, limit)
    elif path.suffix in (".jsonl", ".ndjson"):
        with path.open("rb") as file:
            yield from _read_lines(file, str(path), limit)
    else:
        for found in expand([str(path)], leave_out):
            yield _read_file(found, limit)


def _read_file(found: Found, limit: int) -> SourceRecord:
    path = Path(found.path)
    try:
        size = path.stat().st_size
        if size > limit:
            return SourceRecord(str(path), b"", error=SourceTooLarge(f"{size} bytes; the limit is {limit}"))
        return SourceRecord(str(path), path.read_bytes(), path.name, path=found.below)
    except OSError as error:
        return SourceRecord(str(path), b"", error=UnreadableSource(error.strerror or str(error)))


def _read_lines(lines: Iterable[bytes], name: str, limit: int) -> Iterator[SourceRecord]:
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        at = f"{name}:{n}"
        try:
            record = json.loads(line)
        except ValueError as error:
            yield SourceRecord(at, line, error=UnreadableSource(f"not a line of JSON: {error}"))
            continue
        yield _to_source(at, record, limit)


def _read_parquet(path: Path, limit: int) -> Iterator[SourceRecord]:
    require_extra("pyarrow", "parquet")
    from gouji_service.commands.ingest_parquet import read_records

    for n, record in enumerate(read_records(path, (*_CONTENT, *_NAME, "media_type")), 1):
        yield _to_source(f"{path}:{n}", record, limit)


def _to_source(at: str, record: Any, limit: int) -> SourceRecord:
    if not isinstance(record, Mapping):
        return SourceRecord(at, b"", error=UnreadableSource("not an object"))
    key = next((key for key in _CONTENT if record.get(key) is not None), None)
    if key is None:
        return SourceRecord(at, b"", error=UnsupportedMedia(f"none of {', '.join(_CONTENT)} is there"))
    content = record[key]
    try:
        data = base64.b64decode(content, validate=True) if key == "content_base64" else _to_bytes(content)
    except (binascii.Error, ValueError, TypeError) as error:
        return SourceRecord(at, b"", error=UnreadableSource(f"{key}: {error}"))
    name = next((str(record[key]) for key in _NAME if record.get(key) is not None), None)
    if len(data) > limit:
        return SourceRecord(at, b"", name, error=SourceTooLarge(f"{len(data)} bytes; the limit is {limit}"))
    declared = record.get("media_type") or _TEXT_TYPES.get(key)
    below = record.get("path")
    return SourceRecord(at, data, name, str(declared) if declared else None, path=str(below) if below else None)


def _to_bytes(content: object) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, bytes):
        return content
    raise TypeError("neither text nor bytes")
