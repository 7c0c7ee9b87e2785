import csv
import io
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from gouji_service.http.app import create_app
from gouji_service.http.job_shapes import JobShape
from gouji_service.http.openapi import Result
from gouji_service.http.report_shapes import KeptResult
from gouji_service.settings import Settings
from gouji_service.store.store import Store
from tests.gouji_service.conftest import small_report

_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One server of each kind for all tests here: each test makes reports of its own."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("shared_postgresql")
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), database_url=url, parse_workers=1, job_workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def new_report() -> str:
    """A report that no other test has."""
    return small_report().replace("某市某区", f"某市{next(_numbers)}区")


def send(client: TestClient, text: str, **query: str) -> dict[str, Any]:
    answer = client.post("/parse", params=query, content=text.encode(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def wait_for(client: TestClient, job_id: str) -> dict[str, Any]:
    for _ in range(400):
        job: dict[str, Any] = client.get(f"/jobs/{job_id}").json()
        if job["state"] in ("done", "cancelled"):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_report_from_parse_to_correction_to_export(client: TestClient) -> None:
    text = new_report()
    sent = send(client, text, name="报告.txt")
    report = sent["id"]
    assert re.fullmatch("[0-9A-Z]{26}", report)
    assert send(client, text)["id"] == report
    shown = client.get(f"/reports/{report}").json()
    KeptResult.model_validate(shown)
    for key in ("source", "tables", "checks", "confidence", "warnings", "parser"):
        assert shown[key] == sent[key], key

    source = client.get(f"/reports/{report}/source")
    assert source.content == text.encode()
    assert source.headers["content-disposition"].startswith("attachment")

    runs = client.get(f"/reports/{report}/runs").json()["runs"]
    assert [run["current"] for run in runs] == [True]
    one = client.get(f"/reports/{report}/runs/{runs[0]['run']}").json()
    Result.model_validate(one)
    assert one["tables"] == sent["tables"]

    said = {"cells": {"applications": {"granted.total": {"value": 7}, "new_received.total": {"state": "blank"}}}}
    patched = client.patch(f"/reports/{report}/cells", json=said | {"revision": shown["revision"], "year": 2020})
    assert patched.status_code == 200, patched.text
    cells = patched.json()["tables"]["applications"]["cells"]
    assert (cells["granted.total"]["value"], cells["granted.total"]["read"]["value"]) == (7, 2)
    assert cells["new_received.total"]["state"] == "blank"
    assert [
        r["id"] for r in client.get("/reports", params={"year": 2020, "check_failed": "true"}).json()["reports"]
    ] == [report]
    again = client.patch(f"/reports/{report}/cells", json=said | {"revision": shown["revision"]})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")

    exported = client.get("/export", params={"format": "csv", "headers": "official", "year": 2020})
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert [row["年度"] for row in rows] == ["2020"]
    assert rows[0]["三/三、本年度办理结果/(一)予以公开/总计"] == "7"

    back = client.patch(
        f"/reports/{report}/cells", json={"cells": {"applications": {"granted.total": None}}, "year": None}
    )
    assert back.json()["tables"]["applications"]["cells"]["granted.total"]["value"] == 2
    assert back.json()["report"]["year"] == 2023


def test_what_is_not_to_be_saved_is_not(client: TestClient) -> None:
    text = new_report()
    assert send(client, text, save="false")["id"] is None
    agency = text.partition("2023")[0]
    assert client.get("/reports", params={"agency": agency}).json() == {
        "reports": [],
        "next": None,
        "total": 0,
    }


def test_pages_hold_every_report_once(client: TestClient) -> None:
    ids = [send(client, new_report().replace("2023年", "2021年"))["id"] for _ in range(5)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = client.get("/reports", params={"limit": "2", "year": 2021, **cursor}).json()
        found += [report["id"] for report in page["reports"]]
        cursor = {"cursor": page["next"]}
    assert found == ids
    assert page["next"] is None


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV", "not_found"),
        ("GET", "/reports/%00", "not_found"),
        ("GET", "/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV/runs", "not_found"),
        ("GET", "/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV/runs/99999999999999999999999", "not_found"),
        ("GET", "/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV/source", "not_found"),
        ("POST", "/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV/runs/-1/restore", "not_found"),
        ("GET", "/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV", "not_found"),
        ("GET", "/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/events", "not_found"),
        ("DELETE", "/jobs/nothing", "not_found"),
        ("GET", "/reports?cursor=abc", "bad_request"),
        ("GET", "/reports?limit=0", "bad_request"),
        ("GET", "/reports?check_failed=luck", "bad_request"),
        ("GET", "/export?format=doc", "bad_request"),
    ],
)
def test_what_is_not_there_or_wrong_is_a_problem(client: TestClient, method: str, path: str, code: str) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        {"cells": {"applications": {"granted.total": {}}}},
        {"cells": {"applications": {"granted.total": {"value": 1, "state": "blank"}}}},
        {"cells": {"applications": {"granted.nobody": {"value": 1}}}},
        {"cells": {"elsewhere": {}}},
        {"year": 12},
        {"unknown": 1},
    ],
)
def test_a_wrong_correction_is_refused_and_nothing_of_it_is_kept(client: TestClient, body: dict[str, Any]) -> None:
    report = send(client, new_report())["id"]
    body.setdefault("cells", {}).setdefault("active_disclosure", {})["regulations.issued"] = {"value": 5}
    answer = client.patch(f"/reports/{report}/cells", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert client.get(f"/reports/{report}").json()["corrections"] == []


def test_a_job_runs_beside_the_callers_and_tells_of_itself(client: TestClient) -> None:
    ids = [send(client, new_report(), engine="rules")["id"] for _ in range(3)]
    started = client.post("/reparse", json={"ids": ids, "engine": "auto"})
    assert started.status_code == 202
    job = JobShape.model_validate(started.json())
    assert started.headers["location"] == f"/jobs/{job.id}"
    events = client.get(f"/jobs/{job.id}/events").text.strip().split("\n\n")
    last = dict(line.split(": ", 1) for line in events[-1].split("\n"))
    assert last["event"] == "end"
    told = json.loads(last["data"])
    assert (told["state"], told["total"], told["done"], told["failed"]) == ("done", 3, 3, 0)
    items = client.get(f"/jobs/{job.id}/items").json()["items"]
    assert [item["report_id"] for item in items] == ids
    assert all(len(client.get(f"/reports/{report}/runs").json()["runs"]) == 2 for report in ids)
    assert client.get("/jobs").json()["jobs"][0]["id"] == job.id


def test_a_dry_run_changes_nothing(client: TestClient) -> None:
    report = send(client, new_report(), engine="rules")["id"]
    job = client.post("/reparse", json={"ids": [report], "dry_run": True, "force": True, "engine": "rules"}).json()
    assert wait_for(client, job["id"])["done"] == 1
    assert len(client.get(f"/reports/{report}/runs").json()["runs"]) == 1
    item = client.get(f"/jobs/{job['id']}/items").json()["items"][0]
    assert (item["outcome"], item["run_id"]) == ("unchanged", None)


def test_an_earlier_run_is_shown_again(client: TestClient) -> None:
    report = send(client, new_report(), engine="rules")["id"]
    job = client.post("/reparse", json={"ids": [report], "force": True}).json()
    wait_for(client, job["id"])
    runs = client.get(f"/reports/{report}/runs").json()["runs"]
    assert [run["current"] for run in runs] == [True, False]
    assert client.post(f"/reports/{report}/runs/{runs[1]['run']}/restore").status_code == 200
    runs = client.get(f"/reports/{report}/runs").json()["runs"]
    assert [run["current"] for run in runs] == [False, True]


def test_a_list_of_ids_is_a_job_and_unknown_ids_are_refused(client: TestClient) -> None:
    report = send(client, new_report())["id"]
    assert client.post("/reparse", json=[report]).json()["total"] == 1
    refused = client.post("/reparse", json=[report, "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_request")
    assert client.post("/reparse", json={}).json()["code"] == "bad_request"


def test_a_report_is_deleted_with_its_source(client: TestClient) -> None:
    report = send(client, new_report())["id"]
    told = {"reports": 1, "runs": 1, "corrections": 0, "year_links": 0, "job_items": 0, "documents": 1}
    assert client.delete(f"/reports/{report}", params={"dry_run": "true"}).json() == told
    assert client.get(f"/reports/{report}").status_code == 200
    assert client.delete(f"/reports/{report}").json() == told
    for answer in (
        client.get(f"/reports/{report}"),
        client.get(f"/reports/{report}/source"),
        client.delete(f"/reports/{report}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_metrics_count_parses_by_engine_and_outcome(client: TestClient) -> None:
    def read(sample: str) -> float:
        found = re.search(re.escape(sample) + r" (\S+)", client.get("/metrics").text)
        return float(found[1]) if found else 0.0

    samples = (
        'gouji_parses_total{engine="rules",outcome="ok",read_by="rules"}',
        'gouji_parses_total{engine="rules",outcome="unreadable",read_by="none"}',
        'gouji_parse_seconds_count{engine="rules"}',
        'gouji_report_confidence_bucket{engine="rules",le="1.0"}',
    )
    before = [read(sample) for sample in samples]
    send(client, new_report(), engine="rules")
    client.post("/parse", params={"engine": "rules"}, content=b" ", headers={"Content-Type": "text/plain"})
    after = [read(sample) for sample in samples]
    assert [there - here for here, there in zip(before, after, strict=True)] == [1, 1, 2, 1]


def count_waiting(client: TestClient) -> float:
    told = dict(line.split() for line in client.get("/metrics").text.splitlines() if line.startswith("gouji_job_items"))
    return float(told["gouji_job_items_waiting"])


def test_the_queue_length_is_that_of_the_store(tmp_path: Path, store: Store, store_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=store_url, parse_workers=1, job_workers=0)
    with TestClient(create_app(settings)) as client:
        report = send(client, new_report())["id"]
        before = count_waiting(client)  # a shared database may hold jobs of other tests
        job = client.post("/reparse", json=[report]).json()["id"]
        assert count_waiting(client) == before + 1
        assert client.delete(f"/jobs/{job}").json()["state"] == "cancelled"
        assert count_waiting(client) == before
        assert client.post(f"/jobs/{job}/resume").json()["state"] == "queued"


def test_documents_can_be_kept_on_disk(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, documents="disk", parse_workers=1)
    with TestClient(create_app(settings)) as client:
        report = send(client, small_report())["id"]
        assert client.get(f"/reports/{report}/source").content == small_report().encode()
    assert len(list((tmp_path / "documents").glob("*/*.z"))) == 1


def test_every_call_of_the_contract_is_described_with_its_problems(server: httpx.Client) -> None:
    paths = server.get("/openapi.json").json()["paths"]
    for path, method in [
        ("/reports", "get"), ("/reports/{report_id}", "get"), ("/reports/{report_id}/runs", "get"),
        ("/reports/{report_id}/source", "get"), ("/reports/{report_id}/cells", "patch"),
        ("/reports/{report_id}", "delete"),
        ("/reparse", "post"),
        ("/jobs/{job_id}", "get"), ("/jobs/{job_id}/events", "get"), ("/jobs/{job_id}", "delete"), ("/export", "get"),
        ("/metrics", "get"),
    ]:  # fmt: skip
        assert "503" in paths[path][method]["responses"], path


def test_parquet_without_pyarrow_is_a_problem(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    answer = client.get("/export", params={"format": "parquet"})
    assert (answer.status_code, answer.json()["code"]) == (501, "not_installed")
    assert "gouji[parquet]" in answer.json()["detail"]
    assert client.get("/export", params={"format": "xlsx"}).status_code == 200
