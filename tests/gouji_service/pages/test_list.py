"""The list, its filters and selections; the jobs and exports that it leads to."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.gouji_service.pages.conftest import document, keep_bytes, until

OpenPage = Callable[..., Any]
Keep = Callable[[str], str]


def rows(page: Any) -> list[str]:
    found = page.locator("#reports tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    return [str(one) for one in found]


def test_filters_live_in_the_address(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    keep("genuine_paragraphs")
    doubtful = keep("l08_column_by_column")
    page = open_page("/")
    assert doubtful in rows(page)
    page.locator(".facets a", has_text="待核").click()
    page.wait_for_url("**/?needs_review=true")
    wanted = served.get("/reports?needs_review=true&sort=confidence").json()
    assert rows(page) == [report["id"] for report in wanted["reports"]]  # the least sure first
    assert f"{wanted['total']} 份" in page.locator(".found").inner_text()
    page.locator("#search").fill("没有这个机关")
    page.locator("#search").press("Enter")
    page.wait_for_selector(".empty")
    assert "sort" not in page.url  # what is not chosen is not in the address


def test_pages_of_a_long_list_lose_no_report(open_page: OpenPage, served: httpx.Client) -> None:
    text = document("genuine_paragraphs").read_text(encoding="utf-8")
    for n in range(105):
        keep_bytes(served, f"{text}\n{n}".encode(), f"{n}.txt")
    page = open_page("/")
    seen = rows(page)
    assert len(seen) == 100
    page.locator("a[rel=next]").click()
    page.wait_for_url("**cursor=*")
    seen += rows(page)
    assert sorted(seen) == sorted(one["id"] for one in served.get("/reports?limit=1000").json()["reports"])


def test_selected_reports_are_marked_and_deleted_after_a_question(
    open_page: OpenPage, served: httpx.Client, keep: Keep
) -> None:
    report = keep_bytes(served, document("l18_torn").read_bytes() + b"\n1", "gone.txt")
    page = open_page("/?q=" + served.get(f"/reports/{report}").json()["report"]["agency"])
    row = page.locator(f'tr[data-id="{report}"]')
    row.locator("input").check()
    page.get_by_role("button", name="标记已复核").click()
    page.wait_for_selector(f'tr[data-id="{report}"] .done')
    row.locator("input").check()
    page.get_by_role("button", name="删除").click()
    assert "1 份" in page.locator("#ask-text").inner_text()
    page.locator("dialog#ask button[value=no]").click()
    assert served.get(f"/reports/{report}").status_code == 200
    page.get_by_role("button", name="删除").click()
    page.locator("dialog#ask button[value=yes]").click()
    page.wait_for_load_state("networkidle")
    until(page, f"!document.querySelector('tr[data-id=\"{report}\"]')")
    assert served.get(f"/reports/{report}").status_code == 404


def test_reading_again_is_tried_first_and_told_by_report(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    report = keep("sums_broken_by_source")
    page = open_page("/?check_failed=true")
    page.locator(f'tr[data-id="{report}"] input').check()
    page.get_by_role("button", name="重新解析", exact=True).click()
    page.wait_for_url("**/page/jobs/*")
    page.locator("#items tr", has_text="不变").wait_for(timeout=60_000)
    assert report in page.locator("#items").inner_text()
    assert "试算" in page.locator("main").inner_text()
    page.goto("/page/jobs")
    assert page.locator("main tbody tr").count() == len(served.get("/jobs").json()["jobs"])


def test_an_export_shows_its_first_rows(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    keep("genuine_paragraphs")
    page = open_page("/?needs_review=false")
    page.get_by_role("link", name="导出这些").click()
    page.wait_for_selector("#preview tbody tr")
    assert page.locator("#preview tbody tr").count() <= 5
    assert "行政机关" in page.locator("#preview thead").inner_text()
    page.locator("select[name=shape]").select_option("long")
    page.locator("select[name=format]").select_option("csv")
    with page.expect_download() as told:
        page.get_by_role("button", name="下载").click()
    saved = told.value.path().read_text(encoding="utf-8-sig")
    assert saved.count("\n") > 100
    assert told.value.url.count("needs_review=false") == 1


def test_the_years_of_an_agency_are_linked(open_page: OpenPage, served: httpx.Client) -> None:
    text = document("l01_paragraphs").read_text(encoding="utf-8")
    year = served.post("/parse?save=false", files={"file": ("x.txt", text.encode())}).json()["report"]["year"]
    first = keep_bytes(served, text.encode(), "first.txt")
    keep_bytes(served, text.replace(str(year), str(year + 1)).encode(), "second.txt")
    page = open_page(f"/page/reports/{first}")
    page.get_by_role("link", name="年度对照").click()
    page.wait_for_url("**/page/agencies/*")
    heads = page.locator("table.years thead th a").all_inner_texts()
    assert heads[:2] == [str(year), str(year + 1)]
    links = [check for check in served.get(f"/reports/{first}").json()["checks"] if check["check"] == "year_link"]
    assert links
    shown = page.locator("table.years").nth(1).locator(".tag")
    assert shown.count() == len(links)
    assert shown.filter(has_text="不衔接").count() == sum(not check["holds"] for check in links)
