"""The pictures of the papers, taken from a running server: `python -m tests.gouji_service.pages.pictures FOLDER`."""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.gouji_service.conftest import running_server
from tests.gouji_service.pages.conftest import document, keep_bytes

CASES = (
    *("genuine_paragraphs", "pdf_bordered_2019", "html_word_paste", "l10_stripped", "layout_sheet_in_tabs"),
    *("l04_broken_rows", "sums_broken_by_source", "l18_torn", "scan_hard_bordered_zeros"),
)


def take_pictures(browser: Any, served: httpx.Client, folder: Path) -> None:
    """One picture of each screen that the papers show."""
    kept = {case: keep_bytes(served, document(case).read_bytes(), document(case).parent.name) for case in CASES}
    for name, address, language, dark, width, keys in (
        ("list", "/", "zh-CN", False, 1280, ""),
        ("report", f"/page/reports/{kept['scan_hard_bordered_zeros']}", "zh-CN", False, 1280, "jj"),
        ("sum", f"/page/reports/{kept['sums_broken_by_source']}", "en-GB", True, 1280, "f"),
        ("narrow", f"/page/reports/{kept['l04_broken_rows']}", "zh-CN", False, 360, ""),
        ("upload", "/page/upload", "en-GB", False, 1280, ""),
    ):
        page = browser.new_page(
            base_url=str(served.base_url),
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme="dark" if dark else "light",
        )
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(500)
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            picture.save(folder / f"{name}.webp", quality=80, method=6)
        page.close()


def main(folder: Path) -> None:
    """Start a server and a browser, take the pictures, end both."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("no Chromium is installed: no pictures taken")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_server(Path(data), {"parse_workers": 1}) as served,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take_pictures(browser, served, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
