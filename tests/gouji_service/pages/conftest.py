"""A real Chromium before a real server. Whatever a page asks for off 127.0.0.1, or throws, fails the test."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.gouji_service.conftest import ROOT, running_server

DOCUMENTS = ROOT / "tests" / "documents"
OpenPage = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; skips, saying why, where it or Playwright is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server without a report."""
    with running_server(tmp_path_factory.mktemp("pages"), {"parse_workers": 1}) as client:
        yield client


@pytest.fixture
def open_page(browser: Any, served: httpx.Client) -> Iterator[OpenPage]:
    """Open an address of the server in a new window: `open_page("/", width=360, dark=True)`."""
    contexts, wrong, away = [], [], []

    def ask(request: Any) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "about", "blob") and asked.netloc != served.base_url.netloc.decode():
            away.append(request)

    def open_(address: str, *, width: int = 1280, dark: bool = False, locale: str = "zh-CN") -> Any:
        context = browser.new_context(
            base_url=str(served.base_url),
            viewport={"width": width, "height": 860},
            color_scheme="dark" if dark else "light",
            locale=locale,
        )
        contexts.append(context)
        context.on("request", ask)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"thrown: {error}"))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
    assert [request.url for request in away if request.failure != "csp"] == []  # the others were never sent


@pytest.fixture
def keep(served: httpx.Client) -> Callable[[str], str]:
    """Keep a report of tests/documents; gives its id."""

    def keep_(case: str) -> str:
        (path,) = (DOCUMENTS / case).glob("report.*")
        return keep_bytes(served, path.read_bytes(), f"{case}{path.suffix}")

    return keep_


def keep_bytes(served: httpx.Client, data: bytes, name: str) -> str:
    """Keep a source of one report; gives its id."""
    answer = served.post("/parse", files={"file": (name, data)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def wait_saved(page: Any) -> None:
    """Until every correction of the page is kept."""
    until(page, "document.getElementById('saving').textContent === '✓'")


def until(page: Any, script: str, seconds: float = 30) -> None:
    """Until a script is true. Playwright's own way evaluates text in the page, which its policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(20)


def document(case: str) -> Path:
    """The source of a case of tests/documents."""
    (path,) = (DOCUMENTS / case).glob("report.*")
    return path
