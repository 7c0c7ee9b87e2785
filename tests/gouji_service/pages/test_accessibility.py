"""axe-core finds no serious fault on any screen, in light and dark; narrow screens do not scroll sideways."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

OpenPage = Callable[..., Any]
Keep = Callable[[str], str]
AXE = Path(__file__).with_name("axe")
SCREENS = (
    "/",
    "/?agency=nobody",
    "/page/upload",
    "/page/jobs",
    "/page/export",
    "text",
    "pdf",
    "missing",
    "/page/reports/01ARZ3NDEKTSV4RRFFQ69G5FAV",
)
CASES = {"text": "l08_column_by_column", "pdf": "pdf_bordered_blanks", "missing": "form_2019_table_two_only"}


def test_axe_is_what_was_vendored() -> None:
    for line in (AXE / "VENDOR").read_text(encoding="utf-8").splitlines()[1:]:
        name, _, digest = line.split()
        assert hashlib.sha256((AXE / name).read_bytes()).hexdigest() == digest


def faults(page: Any) -> list[str]:
    page.evaluate((AXE / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(told => told.violations)")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_no_screen_has_a_serious_fault(open_page: OpenPage, keep: Keep, screen: str, dark: bool) -> None:
    if screen in CASES:
        address = f"/page/reports/{keep(CASES[screen])}"
    else:
        keep("genuine_paragraphs")
        address = screen
    page = open_page(address, dark=dark)
    assert faults(page) == []


def test_no_state_of_a_report_has_a_serious_fault(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(f"/page/reports/{keep('l08_column_by_column')}")
    page.keyboard.press("u")
    page.keyboard.press("e")
    assert faults(page) == []  # while a cell is edited
    page.keyboard.press("Escape")
    page.locator("#versions summary").click()
    page.wait_for_selector("#versions table")
    assert faults(page) == []
    page.keyboard.press("?")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page = open_page(f"/page/reports/{keep('sums_broken_by_source')}", dark=True)
    page.keyboard.press("f")
    assert faults(page) == []


@pytest.mark.parametrize("screen", ["/", "/page/upload", "text", "pdf"])
def test_a_narrow_screen_does_not_scroll_sideways(open_page: OpenPage, keep: Keep, screen: str) -> None:
    address = f"/page/reports/{keep(CASES[screen])}" if screen in CASES else screen
    page = open_page(address, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_table_three_fits_a_common_screen(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(f"/page/reports/{keep('pdf_bordered_blanks')}", width=1280)
    table = page.locator("table.applications")
    assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


def test_english_is_spoken_where_it_is_asked_for(open_page: OpenPage, served: httpx.Client) -> None:
    assert "Send annual reports" in open_page("/page/upload?lang=en").inner_text("h1")
    assert served.get("/page/upload", headers={"Accept-Language": "en-US,en;q=0.9"}).text.count('lang="en"') == 1
    assert 'lang="zh-CN"' in served.get("/page/upload", headers={"Accept-Language": "de"}).text
