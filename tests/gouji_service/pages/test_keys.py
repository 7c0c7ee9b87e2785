"""With keys, no page opens without one; with one, a person works as before and is named by it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.gouji_service.conftest import running_server
from tests.gouji_service.pages.conftest import document, keep_bytes, wait_saved

KEY = "a-long-key-of-this-test-0123456789"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that asks for a key."""
    settings = {"parse_workers": 1, "api_keys": f"li:{KEY}"}
    with running_server(tmp_path_factory.mktemp("locked"), settings) as client:
        client.headers["X-API-Key"] = KEY
        yield client


def test_a_person_comes_in_with_a_key_and_is_named_by_it(open_page: Callable[..., Any], served: httpx.Client) -> None:
    report = keep_bytes(served, document("l08_column_by_column").read_bytes(), "report.txt")
    page = open_page(f"/page/reports/{report}")
    assert page.url.endswith("/login")
    page.fill("#key", KEY)
    page.keyboard.press("Enter")
    page.wait_for_selector("#reports")
    page.locator("#reports a").click()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("b")
    wait_saved(page)
    (correction,) = served.get(f"/reports/{report}").json()["corrections"]
    assert (correction["state"], correction["reviewer"]) == ("blank", "li")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    page.goto("/")
    assert page.url.endswith("/login")
