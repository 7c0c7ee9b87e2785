"""What an ingest reads, one source after the other, with what is wrong with each."""

import base64
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gouji.document import SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji_service.commands.folders import LeftOut
from gouji_service.commands.ingest_sources import STANDARD_INPUT, SourceRecord, count_sources, read_sources

LIMIT = 100


def lines(tmp_path: Path, *records: object) -> Path:
    path = tmp_path / "reports.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records), encoding="utf-8")
    return path


def one(tmp_path: Path, record: object) -> SourceRecord:
    (found,) = read_sources(lines(tmp_path, record), LIMIT)
    return found


@pytest.mark.parametrize(
    ("record", "data", "name", "kind"),
    [
        ({"text": "规章", "name": "a"}, "规章".encode(), "a", None),
        ({"html": "<p>", "id": 7}, b"<p>", "7", "text/html"),
        ({"html": "<p>", "media_type": "text/plain"}, b"<p>", None, "text/plain"),
        ({"content": "x", "url": "http://a"}, b"x", "http://a", None),
        ({"content_base64": base64.b64encode(b"%PDF-").decode(), "text": "no"}, b"%PDF-", None, None),
        ({"body": "x", "name": "n", "title": "t"}, b"x", "n", None),
    ],
)
def test_a_record_says_what_it_holds(
    tmp_path: Path, record: object, data: bytes, name: str | None, kind: str | None
) -> None:
    found = one(tmp_path, record)
    assert (found.data, found.name, found.media_type, found.error) == (data, name, kind, None)


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ("{not json", UnreadableSource),
        ([1, 2], UnreadableSource),
        ({"name": "a"}, UnsupportedMedia),
        ({"content_base64": "***"}, UnreadableSource),
        ({"text": 3}, UnreadableSource),
        ({"text": "x" * 101}, SourceTooLarge),
    ],
)
def test_what_is_wrong_with_a_record_is_told_and_the_next_one_comes(
    tmp_path: Path, record: object, error: type[Exception]
) -> None:
    path = lines(tmp_path, record, "", {"text": "规章"})
    first, second = read_sources(path, LIMIT)
    assert type(first.error) is error
    assert (second.error, second.at) == (None, f"{path}:3")
    assert count_sources(path) == 2


def test_a_folder_gives_its_files_with_their_places_and_hands_over_the_rest(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.txt").write_text("b")
    (tmp_path / "a.txt").write_text("a" * 101)
    (tmp_path / "Thumbs.db").write_text("")
    left: list[LeftOut] = []
    first, second = read_sources(tmp_path, LIMIT, left.append)
    assert isinstance(first.error, SourceTooLarge)
    assert (second.name, second.data, second.path) == ("b.txt", b"b", "below/b.txt")
    assert len(left) == 1
    assert count_sources(tmp_path) == 2


def test_standard_input_has_a_record_a_line_and_nobody_knows_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.BytesIO(b'{"text": "a"}\n{"text": "b"}\n')
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=given))
    assert count_sources(STANDARD_INPUT) is None
    assert [(r.at, r.data) for r in read_sources(STANDARD_INPUT, LIMIT)] == [("stdin:1", b"a"), ("stdin:2", b"b")]
