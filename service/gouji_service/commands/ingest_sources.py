"""What an ingest reads: a folder of files, JSON Lines, or Parquet, one source after the other in a fixed order."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gouji.document import SourceError, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.extras import require_extra
from gouji_service.commands.parse import expand

_CONTENT = ("content_base64", "text", "html", "content", "body")
_NAME = ("name", "id", "url", "path", "title")
_TEXT_TYPES = {"html": "text/html"}


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source. `at` names its place in the input; `error` says why it could not even be taken in."""

    at: str
    data: bytes
    name: str | None = None
    media_type: str | None = None
    error: SourceError | None = None


def count_sources(path: Path) -> int:
    """How many sources there are, for the progress. Raises MissingExtra for Parquet where that cannot be read."""
    if path.suffix == ".parquet":
        require_extra("pyarrow", "parquet")
        from gouji_service.commands.ingest_parquet import count_records

        return count_records(path)
    if path.suffix in (".jsonl", ".ndjson"):
        with path.open("rb") as file:
            return sum(1 for line in file if line.strip())
    return sum(1 for _ in expand([str(path)]))


def read_sources(path: Path, limit: int) -> Iterator[SourceRecord]:
    """Every source of a folder, a file of JSON Lines or Parquet, or a single file. `limit`: greatest size in bytes.

    A record holds its source in one of `text`, `html`, `content`, `content_base64` and may have a `name` and a
    `media_type`. What is wrong with one record is told in it; the others still come.
    """
    if path.suffix == ".parquet":
        yield from _read_parquet(path, limit)
    elif path.suffix in (".jsonl", ".ndjson"):
        yield from _read_lines(path, limit)
    else:
        for found in expand([str(path)]):
            yield _read_file(Path(found), limit)


def _read_file(path: Path, limit: int) -> SourceRecord:
    try:
        size = path.stat().st_size
        if size > limit:
            return SourceRecord(str(path), b"", error=SourceTooLarge(f"{size} bytes; the limit is {limit}"))
        return SourceRecord(str(path), path.read_bytes(), path.name)
    except OSError as error:
        return SourceRecord(str(path), b"", error=UnreadableSource(error.strerror or str(error)))


def _read_lines(path: Path, limit: int) -> Iterator[SourceRecord]:
    with path.open("rb") as file:
        for n, line in enumerate(file, 1):
            if not line.strip():
                continue
            at = f"{path}:{n}"
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
    return SourceRecord(at, data, name, str(declared) if declared else None)


def _to_bytes(content: object) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, bytes):
        return content
    raise TypeError("neither text nor bytes")
