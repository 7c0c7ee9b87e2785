"""Keys, sessions and trusted proxies: who is let in, and as whom."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from gouji_service.http.app import create_app
from gouji_service.http.keys import COOKIE, SESSION_SECONDS, Doors, settings_to_doors
from gouji_service.settings import SettingError, Settings
from tests.gouji_service.conftest import small_report

ROOT = Path(__file__).resolve().parents[3]
KEY, OTHER = "k" * 16, "another-long-key"
NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
APP = create_app(Settings())
ROUTES = sorted((method.upper(), path) for path, methods in APP.openapi()["paths"].items() for method in methods)
OPEN = {"/health/live", "/health/ready", "/login", "/logout"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    file = tmp_path_factory.mktemp("keys") / "keys"
    file.write_text(f"# of the office\n王:{OTHER}\n", "utf-8")
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"), parse_workers=1, job_workers=0, api_keys=f"李:{KEY}",
        api_keys_file=str(file), user_header="X-Remote-User", trusted_proxies="10.0.0.0/8",
    )  # fmt: skip


@pytest.fixture(scope="module")
def served(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(served: TestClient) -> Iterator[TestClient]:
    served.cookies.clear()
    yield served
    served.cookies.clear()


def fill(path: str) -> str:
    return path.format_map({"report_id": NOBODY, "job_id": NOBODY, "run": 1, "batch_id": NOBODY, "key": "x", "n": 1})


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/nothing"),
                                              ("GET", "/docs/files/swagger-ui.css")])  # fmt: skip
def test_every_call_but_health_and_login_needs_a_key(client: TestClient, method: str, path: str) -> None:
    for headers in ({}, {"X-API-Key": "k" * 15}, {"Authorization": f"Basic {KEY}"}, {"X-Remote-User": "li"},
                    {"Cookie": f"{COOKIE}=x.9999999999.y"}):  # fmt: skip
        answer = client.request(method, fill(path), headers=headers)
        if path in OPEN:
            assert answer.status_code != 401 or path == "/login"
            continue
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"X-API-Key": OTHER}])
def test_a_key_opens_and_names_the_reviewer(client: TestClient, headers: dict[str, str]) -> None:
    name = "王" if OTHER in str(headers) else "李"
    assert client.get("/session", headers=headers).json() == {"name": name, "csrf_token": ""}
    report = client.post("/parse?engine=rules", content=small_report().encode(), headers=headers).json()["id"]
    cells = {"applications": {"granted.total": {"value": 2}}}
    said = client.patch(f"/reports/{report}/cells", json={"cells": cells}, headers=headers).json()
    assert said["corrections"][0]["reviewer"] == name
    said = client.patch(f"/reports/{report}/cells", json={"cells": cells, "reviewer": "赵"}, headers=headers).json()
    assert said["corrections"][0]["reviewer"] == "赵"


def test_a_session_is_a_cookie_that_changes_nothing_without_its_token(client: TestClient) -> None:
    assert client.post("/login", data={"key": "wrong"}).status_code == 401
    answer = client.post("/login", data={"key": KEY})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and KEY not in cookie  # noqa: PT018
    token = answer.json()["csrf_token"]
    assert client.get("/session").json() == {"name": "李", "csrf_token": token}
    for headers in ({}, {"X-CSRF-Token": "x"}):
        refused = client.post("/reparse", json={"all": True, "dry_run": True}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    done = client.post("/reparse", json={"all": True, "dry_run": True}, headers={"X-CSRF-Token": token})
    assert done.status_code == 202
    assert client.post("/logout").status_code == 403
    assert client.post("/logout", data={"csrf_token": token}).status_code == 204
    assert client.get("/session").status_code == 401


def test_a_browser_is_led_to_the_login(client: TestClient) -> None:
    page = {"Accept": "text/html,*/*"}
    sent = client.get("/docs", headers=page)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert "密钥" in client.get("/login", headers=page).text
    refused = client.post("/login", data={"key": "<script>"}, headers=page)
    assert refused.status_code == 401
    assert "<script>" not in refused.text
    entered = client.post("/login", data={"key": KEY}, headers=page)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert client.get("/docs", headers=page).status_code == 200


def test_a_session_ends_with_its_time_its_key_and_any_change_of_it() -> None:
    doors = Doors({"李": KEY})
    cookie = doors.open_session("李", 1000)
    assert doors.read_session(cookie, 1001) is not None
    assert doors.read_session(cookie, 1000 + SESSION_SECONDS) is None
    assert Doors({"李": OTHER}).read_session(cookie, 1001) is None
    assert Doors({"王": KEY}).read_session(cookie, 1001) is None
    coded, until, signature = cookie.split(".")
    for forged in (f"{coded}.{int(until) + 9}.{signature}", f"{coded}.{signature}", "", "..", "é.é.é", "YQ==.nan.x"):
        assert doors.read_session(forged, 1001) is None


def test_only_a_trusted_proxy_names_users(settings: Settings) -> None:
    def ask(address: str, header: str) -> httpx.Response:
        with TestClient(create_app(settings), client=(address, 1)) as client:
            return client.get("/session", headers={"X-Remote-User": header.encode()})  # type: ignore[dict-item]

    assert ask("10.1.2.3", "赵").json()["name"] == "赵"
    assert ask("10.1.2.3", "").status_code == 401
    assert ask("192.0.2.1", "赵").status_code == 401


def test_without_keys_everybody_is_let_in(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, parse_workers=1, job_workers=0)
    assert not settings_to_doors(settings).locked
    with TestClient(create_app(settings)) as client:
        assert client.get("/session").json() == {"name": None, "csrf_token": ""}


@pytest.mark.parametrize("keys", ["short", "李:short", f"李:{KEY},李:{OTHER}", f":{KEY}"])
def test_keys_that_cannot_be_used_are_refused_without_being_told(keys: str) -> None:
    with pytest.raises(SettingError, match="API_KEYS") as refused:
        Settings.from_environment({"GOUJI_API_KEYS": keys})
    assert KEY not in str(refused.value)
    assert KEY not in repr(Settings(api_keys=KEY))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "gouji.example"])
def test_a_public_address_without_a_key_is_refused_at_the_start(host: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gouji", "serve", "--host", host, "--port", "1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "GOUJI_API_KEYS" in done.stderr
    assert "未设密钥" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_public_address_with_a_key_or_said_to_be_open_is_served(
    start_server: Callable[..., AbstractContextManager[httpx.Client]], tmp_path: Path
) -> None:
    with start_server(host="127.0.0.1", api_keys=KEY) as client:
        assert client.get("/reports").status_code == 401
        assert client.get("/reports", headers={"X-API-Key": KEY}).status_code == 200
    assert Settings(host="127.0.0.9").is_public is False
    assert Settings(host="localhost").is_public is False
    assert Settings(user_header="X-Remote-User").asks_for_key is True


def test_every_answer_guards_the_browser_and_docs_ask_nobody_else(client: TestClient) -> None:
    for path in ("/health/live", "/reports", "/docs", "/login"):
        headers = client.get(path, headers={"X-API-Key": KEY}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'self'" in headers["content-security-policy"]
    assert "script-src" not in client.get("/docs", headers={"X-API-Key": KEY}).headers["content-security-policy"]
    page = client.get("/docs", headers={"X-API-Key": KEY}).text
    assert "http" not in page.replace("Gouji · HTTP", "")
    assert client.get("/redoc", headers={"X-API-Key": KEY}).status_code == 404


def test_what_is_vendored_is_what_was_published() -> None:
    folder = ROOT / "service/gouji_service/docs_ui"
    for line in (folder / "VENDOR").read_text().splitlines():
        digest, _, name = line.partition("  ")
        if (folder / name).is_file() and len(digest) == 64:
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_answers_are_compressed_for_who_takes_it(client: TestClient) -> None:
    headers = {"X-API-Key": KEY, "Accept-Encoding": "gzip"}
    assert client.get("/openapi.json", headers=headers).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/export?format=xlsx", headers=headers).headers
    assert (
        "content-encoding"
        not in client.get("/openapi.json", headers={"X-API-Key": KEY, "Accept-Encoding": "identity"}).headers
    )


def test_the_time_of_a_session_is_told_to_the_browser(client: TestClient) -> None:
    cookie = client.post("/login", data={"key": KEY}).headers["set-cookie"]
    assert f"Max-Age={SESSION_SECONDS}" in cookie
    assert time.time() < int(cookie.split(".")[1]) <= time.time() + SESSION_SECONDS
