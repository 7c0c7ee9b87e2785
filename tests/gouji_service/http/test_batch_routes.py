"""Many sources at once: what becomes of each, archives and their limits, and a server that ends in between."""

import io
import itertools
import json
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from gouji_service.http.app import create_app
from gouji_service.http.batch_body import member_name, place
from gouji_service.settings import Settings
from gouji_service.store.store import open_store
from gouji_service.store.tables import Document
from tests.gouji_service.conftest import small_report

_numbers = itertools.count(1)
Files = list[tuple[str, tuple[str, bytes, str]]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = "" if request.param == "sqlite" else request.getfixturevalue("shared_postgresql")
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"), database_url=url, parse_workers=1, max_bytes=200_000,
        max_batch_files=20, max_batch_bytes=2_000_000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def new_report() -> bytes:
    return small_report().replace("无。", f"无。{next(_numbers)}").encode()


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


def as_file(name: str, data: bytes, kind: str = "application/octet-stream") -> tuple[str, tuple[str, bytes, str]]:
    return "file", (name, data, kind)


def send(client: TestClient, files: Files) -> str:
    answer = client.post("/batches?engine=rules", files=files)
    assert answer.status_code == 202, answer.text
    batch = str(answer.json()["id"])
    assert answer.headers["location"] == f"/batches/{batch}"
    return batch


def wait_for(client: TestClient, batch: str) -> list[dict[str, Any]]:
    for _ in range(1200):
        if client.get(f"/batches/{batch}").json()["state"] == "done":
            items: list[dict[str, Any]] = client.get(f"/batches/{batch}/items").json()["items"]
            return items
        time.sleep(0.05)
    raise AssertionError(client.get(f"/batches/{batch}").json())


def test_every_source_of_a_batch_ends_in_a_state_of_its_own(client: TestClient) -> None:
    twice = new_report()
    packed = archive({"甲/一.txt": new_report(), "甲/~$一.txt": b"x", "__MACOSX/一.txt": b"x", "同.txt": twice})
    batch = send(
        client,
        [
            as_file("folder/a.txt", twice),
            as_file("b.txt", b" ", "text/plain"),
            as_file("all.zip", packed),
            as_file("../c.txt", new_report()),
            as_file("large.txt", b"x" * 200_001),
        ],
    )
    items = wait_for(client, batch)
    told = [(item["name"], item["path"], item["outcome"], item["code"]) for item in items]
    assert told == [
        ("a.txt", "folder/a.txt", "stored", None),
        ("b.txt", None, "failed", "unreadable"),
        ("一.txt", "甲/一.txt", "stored", None),
        ("同.txt", None, "known", None),
        ("../c.txt", None, "failed", "bad_request"),
        ("large.txt", None, "failed", "too_large"),
    ]
    assert items[0]["report_id"] == items[3]["report_id"]
    assert items[0]["reports"] == 1
    assert items[1]["reason_zh"]
    shown = client.get(f"/reports/{items[2]['report_id']}").json()
    assert (shown["source"]["name"], shown["path"]) == ("一.txt", "甲/一.txt")
    job = client.get(f"/batches/{batch}").json()
    assert {key: job[key] for key in ("kind", "total", "done", "stored", "known", "failed")} == {
        "kind": "batch", "total": 6, "done": 6, "stored": 2, "known": 1, "failed": 3,
    }  # fmt: skip
    events = client.get(f"/batches/{batch}/events").text.strip().split("\n\n")
    last = dict(line.split(": ", 1) for line in events[-1].split("\n"))
    assert (last["event"], json.loads(last["data"])) == ("end", job)
    failed = client.get(f"/batches/{batch}/items?outcome=failed").json()["items"]
    assert [item["n"] for item in failed] == [2, 5, 6]
    assert batch in [one["id"] for one in client.get("/jobs").json()["jobs"]]


def test_what_cannot_be_read_leaves_no_bytes(client: TestClient, settings: Settings) -> None:
    store = open_store(settings.database)

    def count() -> int:
        with store.reading() as connection:
            return connection.execute(select(func.count()).select_from(Document)).scalar_one()

    before = count()
    wait_for(client, send(client, [as_file("x.txt", b"\n"), as_file("y.pdf", b"%PDF-1.4 nothing")]))
    assert count() == before
    store.close()


def encrypted() -> bytes:
    packed = bytearray(archive({"a.txt": b"some text"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + offset] |= 1
    return bytes(packed)


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (archive({"bomb.txt": b"0" * 200_000 * 10}), "too_large"),
        (archive({"dense.txt": b"0" * 199_999}), "too_large"),
        (archive({"../../etc/passwd": b"x"}), "bad_request"),
        (archive({"/etc/passwd": b"x"}), "bad_request"),
        (archive({"C:\\windows\\a.txt": b"x"}), "bad_request"),
        (encrypted(), "unreadable"),
        (b"PK\x03\x04 and no more", "unreadable"),
    ],
)
def test_an_archive_has_limits_and_no_way_out(client: TestClient, packed: bytes, code: str) -> None:
    items = wait_for(client, send(client, [as_file("all.zip", packed)]))
    assert [(item["outcome"], item["code"]) for item in items] == [("failed", code)]


def test_too_much_is_refused_as_a_whole_and_its_job_is_cancelled(client: TestClient) -> None:
    many = archive({f"{n}.txt": b"x" for n in range(21)})
    full = {f"{n}.txt": random.Random(n).randbytes(75_000).hex().encode() for n in range(14)}
    for files in ([as_file("all.zip", many)], [as_file("all.zip", archive(full))]):
        answer = client.post("/batches", files=files)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert client.get("/jobs?limit=1").json()["jobs"][0]["state"] == "cancelled"
    assert client.post("/batches", files=[as_file("a.bin", b"0" * 2_200_000)]).status_code == 413
    assert client.post("/batches", data={"file": "no file"}).json()["code"] == "bad_request"
    assert client.post("/batches", content=b"x").json()["code"] == "bad_request"


def test_a_batch_goes_on_after_a_restart(tmp_path: Path, empty_url: str) -> None:
    idle = Settings(data_dir=tmp_path, database_url=empty_url, parse_workers=1, job_workers=0)
    with TestClient(create_app(idle)) as client:
        batch = send(client, [as_file(f"{n}.txt", new_report()) for n in range(3)])
        assert client.get(f"/batches/{batch}").json()["state"] == "queued"
    with TestClient(create_app(Settings(data_dir=tmp_path, database_url=empty_url, parse_workers=1))) as client:
        items = wait_for(client, batch)
        assert [item["outcome"] for item in items] == ["stored"] * 3
        assert client.get("/reports").json()["total"] == 3
        report = items[0]["report_id"]
        assert client.delete(f"/reports/{report}").status_code == 200
        assert client.get(f"/batches/{batch}").json()["total"] == 2


def test_a_re_parse_job_is_no_batch(client: TestClient) -> None:
    job = client.post("/reparse", json={"all": True, "dry_run": True}).json()["id"]
    assert client.get(f"/batches/{job}").status_code == 404
    assert client.get(f"/batches/{job}/events").status_code == 404


@pytest.mark.parametrize(
    ("name", "placed"),
    [("a.txt", ("a.txt", None)), ("甲/乙/a.txt", ("a.txt", "甲/乙/a.txt")), ("./a.txt", ("a.txt", None)),
     ("a\\b.txt", ("b.txt", "a/b.txt")), ("a/../b.txt", None), ("", None), ("/a.txt", None), ("c:/a.txt", None)],
)  # fmt: skip
def test_a_path_stays_below_its_batch(name: str, placed: tuple[str, str | None] | None) -> None:
    assert place(name) == placed


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_of_archives_that_do_not_tell_their_encoding_are_read(encoding: str) -> None:
    member = zipfile.ZipInfo("报告年度.docx".encode(encoding).decode("cp437"))
    assert member_name(member) == "报告年度.docx"
