"""What a document, a file name or a name of an agency holds is text and never a script. No page asks for anything."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.gouji_service.pages.conftest import document, keep_bytes

OpenPage = Callable[..., Any]
ATTACK = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
HTML = """<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=AWAY/away">
<link rel="stylesheet" href="AWAY/style.css"><script src="AWAY/x.js"></script></head>
<body onload="parent.document.title='hit'">ATTACK<iframe src="javascript:parent.document.title='hit'"></iframe>
<form action="AWAY/"><input autofocus onfocus="parent.document.title='hit'"></form>
<p>REPORT</p></body></html>"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server: its address, and what it was asked for."""
    asked: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def attacked(served: httpx.Client) -> str:
    """A report of which name, text, agency and reviewer hold scripts; gives its id."""
    text = document("genuine_paragraphs").read_text(encoding="utf-8")
    report = keep_bytes(served, (text + "\n" + ATTACK).encode(), f"{ATTACK.replace('/', '')}.txt")
    cells = {"applications": {"granted.total": {"value": 5, "text": ATTACK}}}
    said = {"agency": ATTACK, "reviewer": ATTACK, "note": ATTACK, "cells": cells}
    assert served.patch(f"/reports/{report}/cells", json=said).status_code == 200
    return report


def test_no_script_of_a_report_runs(open_page: OpenPage, served: httpx.Client) -> None:
    report = attacked(served)
    for address in (f"/page/reports/{report}", "/", f"/?agency={ATTACK}", f"/page/reports/{ATTACK}"):
        page = open_page(address)
        page.wait_for_timeout(200)
        assert page.title() != "hit", address
        assert page.locator("main img[src='x']").count() == 0, address
    page = open_page(f"/page/reports/{report}")
    assert page.locator('td[data-cell="applications/granted.total"]').inner_text().startswith("<img")
    assert page.locator("#source pre").inner_text().endswith(ATTACK)
    page.locator("#versions summary").click()
    page.wait_for_selector("#versions table")
    assert page.title() != "hit"


def test_a_web_page_is_shown_shut_in(
    open_page: OpenPage, served: httpx.Client, elsewhere: tuple[str, list[str]]
) -> None:
    away, asked = elsewhere
    text = document("html_word_paste").read_text(encoding="utf-8")
    source = HTML.replace("AWAY", away).replace("ATTACK", ATTACK).replace("REPORT", text)
    report = keep_bytes(served, source.encode(), "page.html")
    page = open_page(f"/page/reports/{report}")
    page.get_by_role("button", name="网页原样").click()
    page.wait_for_selector("iframe")
    page.wait_for_timeout(800)
    assert page.title() != "hit"
    (frame,) = (frame for frame in page.frames if "/original" in frame.url)  # it did not go away
    assert "政府信息" in frame.locator("body").inner_text()
    alone = open_page(f"/reports/{report}/original")  # opened by itself it is shut in as well
    alone.wait_for_timeout(500)
    assert alone.title() != "hit"
    assert alone.evaluate("window.origin") == "null"
    assert asked == []


@pytest.mark.parametrize("address", ["/", "/page/upload", "/page/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_every_page_forbids_what_is_not_its_own(served: httpx.Client, address: str) -> None:
    answer = served.get(address)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all("src=" in one or 'type="application/json"' in one for one in scripts)
    tags = re.sub(r'"[^"]*"', '""', re.sub(r"(<script[^>]*>).*?</script>", r"\1", answer.text, flags=re.DOTALL))
    assert not re.search(r"<[^>]*\s(style|on\w+)=", tags)


def test_an_error_is_a_page_with_a_sentence_and_a_code(open_page: OpenPage) -> None:
    page = open_page("/page/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert page.locator("code").inner_text() == "not_found"
    page = open_page("/?yeer=2020", locale="en-GB")
    assert "yeer" in page.locator(".told").inner_text()
    assert page.locator("code").inner_text() == "bad_request"
