import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.gouji_service.pages.conftest import document, until

OpenPage = Callable[..., Any]


def test_one_file_shows_its_tables_in_one_step(open_page: OpenPage, served: httpx.Client) -> None:
    page = open_page("/")
    assert page.locator("#drop").is_visible()  # nothing is kept yet: the upload
    page.set_input_files("#files", document("pdf_bordered_zeros"))
    page.wait_for_url("**/page/reports/*")
    page.wait_for_load_state("networkidle")
    report = served.get(f"/reports/{page.url.rpartition('/')[2]}").json()
    for table, name in (("applications", "granted.total"), ("active_disclosure", "permits.decisions")):
        value = report["tables"][table]["cells"][name]["value"]
        assert page.locator(f'td[data-cell="{table}/{name}"]').inner_text().split()[0] == str(value)
    assert page.locator(".page img").first.evaluate("img => img.naturalWidth") > 800


def test_of_many_files_each_line_ends_in_a_state(open_page: OpenPage, served: httpx.Client, tmp_path: Path) -> None:
    before = {report["id"] for report in served.get("/reports").json()["reports"]}
    rtf = tmp_path / "old.rtf"
    rtf.write_bytes(b"{\\rtf1 old}")
    cases = ("genuine_paragraphs", "l04_broken_rows", "l07_no_rule_2019", "html_word_paste", "layout_sheet_in_tabs")
    page = open_page("/page/upload")
    page.set_input_files("#files", [*map(document, cases), rtf])
    until(page, "document.querySelectorAll('#lines .done, #lines .failed').length === 6")
    lines = page.locator("#lines tr").all_inner_texts()
    assert sum("完成" in line for line in lines) == 5
    (refused,) = (line for line in lines if "失败" in line)
    assert "old.rtf" in refused
    assert "另存为 DOCX 或 PDF" in refused
    assert "5 / 6" in page.locator("#progress").inner_text()
    kept = {report["id"] for report in served.get("/reports").json()["reports"]} - before
    links = page.locator("#lines a").evaluate_all("links => links.map(link => link.pathname.split('/').pop())")
    assert kept == set(links)


def test_no_more_than_four_files_are_sent_at_once_and_busy_is_waited_for(open_page: OpenPage) -> None:
    page = open_page("/page/upload")
    sent: list[str] = []
    held: list[Any] = []

    def answer(route: Any) -> None:
        sent.append(route.request.url)
        if len(sent) == 1:
            route.fulfill(
                status=503, headers={"Retry-After": "1"}, json={"code": "busy", "detail": "", "detail_zh": ""}
            )
        else:
            held.append(route)

    page.route("**/parse", answer)
    page.set_input_files("#files", [document(case) for case in ("l10_stripped", "l17_markdown", "l18_torn")] * 2)
    until(page, "[...document.querySelectorAll('#lines .tag')].some(tag => tag.textContent === '排队')")
    page.wait_for_timeout(300)
    assert len(sent) == 4
    page.wait_for_timeout(1200)
    assert len(sent) == 5  # the first one again, after its Retry-After, and no other
    for route in held:
        route.abort()


def test_pasted_text_is_read_too(open_page: OpenPage) -> None:
    page = open_page("/page/upload", locale="en-GB")
    page.get_by_text("Paste text").click()
    page.locator("#paste textarea").fill(document("genuine_paragraphs").read_text(encoding="utf-8"))
    page.get_by_role("button", name="Read this text").click()
    page.wait_for_url("**/page/reports/*")
    assert page.locator("html").get_attribute("lang") == "en"


def test_an_archive_is_a_job_that_a_closed_page_does_not_stop(
    open_page: OpenPage, served: httpx.Client, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for case in ("l17_markdown", "l18_torn", "l16_html_in_json"):
            archive.write(document(case), f"区/{case}.txt")
        archive.writestr("区/old.rtf", b"{\\rtf1 old}")
    page = open_page("/page/upload")
    page.set_input_files("#files", tmp_path / "many.zip")
    page.wait_for_url("**/page/jobs/*")
    job = page.url.rpartition("/")[2]
    page.close()
    page = open_page(f"/page/jobs/{job}")
    until(page, "document.getElementById('counts').textContent.startsWith('完成')", 60)
    until(page, "[...document.querySelectorAll('#items td')].some(cell => cell.textContent === '失败')")
    lines = page.locator("#items tr").all_inner_texts()
    assert len(lines) == 4
    (refused,) = (line for line in lines if "old.rtf" in line)
    assert "另存为 DOCX 或 PDF" in refused
    counts = served.get(f"/jobs/{job}").json()
    assert (counts["stored"] + counts["known"], counts["failed"]) == (3, 1)
    page.locator("#items a").first.click()
    page.wait_for_url("**/page/reports/*")
