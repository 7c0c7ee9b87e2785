"""Jobs over HTTP: asked for, looked at, followed, cancelled and resumed. Nobody works on them here."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gouji_service.http import job_routes
from gouji_service.http.app import create_app
from gouji_service.http.job_routes import known_job
from gouji_service.jobs.queue import Finish, claim_items, finish_item
from gouji_service.problems import Problem
from gouji_service.settings import Settings
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    folder = tmp_path_factory.mktemp("data")
    store = open_store(f"sqlite:///{folder / 'gouji.db'}")
    with store.writing() as connection:
        for seed in range(3):
            save_parsed(store, connection, Parsed(sample_text(seed), sample_recovery(sample_text(seed))))
    settings = Settings(data_dir=Path(folder), parse_workers=1, job_workers=0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client, store
    store.close()


def ask(client: TestClient, **body: object) -> dict[str, object]:
    answer = client.post("/reparse", json=body)
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json()
    assert answer.headers["location"] == f"/jobs/{job['id']}"
    return job


def test_nothing_said_is_no_job_and_all_is_one(served: tuple[TestClient, Store]) -> None:
    client, _ = served
    assert client.post("/reparse", json={}).json()["code"] == "bad_request"
    assert ask(client, all=True)["total"] == 3
    assert ask(client, agency="第1号", engine="rules", dry_run=True)["total"] == 1


def test_items_come_in_pages_and_by_outcome(served: tuple[TestClient, Store]) -> None:
    client, store = served
    job = ask(client, all=True)["id"]
    for earlier in client.get("/jobs").json()["jobs"][1:]:
        client.delete(f"/jobs/{earlier['id']}")
    for item in claim_items(store, "w", limit=3, lease=60):
        outcome = Finish("failed", "unreadable: no") if item.n == 2 else Finish("unchanged")
        finish_item(store, item, lambda _, outcome=outcome: outcome)  # type: ignore[misc]
    first = client.get(f"/jobs/{job}/items", params={"limit": 2}).json()
    assert ([item["n"] for item in first["items"]], first["next"]) == ([1, 2], 2)
    rest = client.get(f"/jobs/{job}/items", params={"after": 2, "limit": 2}).json()
    assert ([item["n"] for item in rest["items"]], rest["next"]) == ([3], None)
    failed = client.get(f"/jobs/{job}/items", params={"outcome": "failed"}).json()["items"]
    assert [(item["n"], item["reason"]) for item in failed] == [(2, "unreadable: no")]
    shown = client.get(f"/jobs/{job}").json()
    assert (shown["state"], shown["done"], shown["failed"]) == ("done", 3, 1)


def test_a_job_is_cancelled_and_goes_on(served: tuple[TestClient, Store]) -> None:
    client, _ = served
    job = ask(client, all=True)["id"]
    assert client.delete(f"/jobs/{job}").json()["state"] == "cancelled"
    assert client.post(f"/jobs/{job}/resume").json()["state"] in ("queued", "running")
    client.delete(f"/jobs/{job}")


@pytest.mark.parametrize("path", ["/jobs/01J00000000000000000000000", "/jobs/01J00000000000000000000000/items"])
def test_a_job_that_is_not_there_is_not_found(served: tuple[TestClient, Store], path: str) -> None:
    assert served[0].get(path).json()["code"] == "not_found"


def test_an_id_that_could_be_none_is_not_looked_for() -> None:
    assert known_job("01J") == "01J"
    for wrong in ("a b", "规章", "a'b"):
        with pytest.raises(Problem) as caught:
            known_job(wrong)
        assert caught.value.code == "not_found"


def test_events_tell_changes_and_the_end(served: tuple[TestClient, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    _, store = served
    states = iter([{"state": "running", "done": 1}, {"state": "running", "done": 1}, {"state": "done", "done": 2}])
    monkeypatch.setattr(job_routes, "_LOOK", 0.0)
    monkeypatch.setattr(job_routes, "read_known_job", lambda store, id: {"id": id, **next(states)})

    async def follow() -> list[str]:
        return [event async for event in job_routes._events(store, {"id": "J", "state": "queued", "done": 0})]

    events = asyncio.run(follow())
    assert [event.split("\n")[1] for event in events] == ["event: progress", "event: progress", "event: end"]
    assert [json.loads(event.split("data: ")[1])["done"] for event in events] == [0, 1, 2]
