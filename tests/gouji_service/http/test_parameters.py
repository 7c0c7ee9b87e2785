"""No route takes a query parameter that it does not have, and OpenAPI says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gouji_service.http.app import create_app
from gouji_service.settings import Settings

ROUTES = sorted(
    (method.upper(), path) for path, methods in create_app(Settings()).openapi()["paths"].items() for method in methods
)
NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("data")
    settings = Settings(data_dir=folder, parse_workers=1, job_workers=0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def fill(path: str) -> str:
    return path.format(report_id=NOBODY, job_id=NOBODY, run=1, key="局")


def test_there_are_routes() -> None:
    assert {("GET", "/reports"), ("GET", "/export"), ("GET", "/jobs"), ("POST", "/parse")} <= set(ROUTES)
    assert ("DELETE", "/reports/{report_id}") in ROUTES


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_unknown_parameter_is_refused_with_the_known_ones(client: TestClient, method: str, path: str) -> None:
    described = client.get("/openapi.json").json()["paths"][path][method.lower()]
    known = [one["name"] for one in described.get("parameters", []) if one["in"] == "query"]
    assert "bad_request" in described["responses"]["422"]["content"]["application/problem+json"]["examples"]
    answer = client.request(method, fill(path), params={"yeer": "2023"})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "bad_request"), told
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = told["errors"]
    assert error["at"] == "query.yeer"
    assert "yeer" in told["detail"]
    assert "yeer" in told["detail_zh"]
    for name in known:
        assert name in error["message"]
        assert name in error["message_zh"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_known_parameter_given_twice_is_refused_and_once_is_not(client: TestClient, method: str, path: str) -> None:
    described = client.get("/openapi.json").json()["paths"][path][method.lower()]
    for one in described.get("parameters", []):
        if one["in"] == "query":
            twice = client.request(method, f"{fill(path)}?{one['name']}=1&{one['name']}=2").json()
            assert one["name"] in twice["detail"]
            once = client.request(method, fill(path), params={one["name"]: "1"})
            if once.status_code == 422:  # its value was refused, not its name
                assert "no parameter" not in once.text
                assert "more than once" not in once.text


def test_several_faults_are_told_together(client: TestClient) -> None:
    told = client.get("/reports?yeer=1&agnecy=2&limit=1&limit=2").json()
    assert [error["at"] for error in told["errors"]] == ["query.yeer", "query.agnecy", "query.limit"]
