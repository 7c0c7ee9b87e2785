"""A person decides by keyboard alone; what is decided stays."""

import csv
import io
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.gouji_service.pages.conftest import document, keep_bytes, wait_saved

OpenPage = Callable[..., Any]
Keep = Callable[[str], str]
TABLE = "active_disclosure"


def cells_of(served: httpx.Client, report: str) -> Any:
    return served.get(f"/reports/{report}").json()["tables"][TABLE]["cells"]


def current(page: Any) -> tuple[str, str]:
    table, _, cell = page.locator("td.here").get_attribute("data-cell").partition("/")
    return table, cell


def test_decisions_by_keyboard_survive_a_parse_a_restore_and_the_export(
    open_page: OpenPage, served: httpx.Client, keep: Keep
) -> None:
    report = keep("l08_column_by_column")
    page = open_page(f"/page/reports/{report}")
    page.fill("#reviewer", "李")
    page.locator("#reviewer").press("Tab")
    page.locator("td.here").focus()
    told = page.locator("#left").inner_text()
    decided = []
    page.keyboard.press("Enter")  # right as it is
    for key in ("e", "b", "a"):
        decided.append(current(page)[1])
        page.keyboard.press(key)
        if key == "e":
            page.keyboard.type("１,065")  # full width, with a thousands separator
            page.keyboard.press("Enter")
    wait_saved(page)
    assert page.locator("#left").inner_text() != told

    def check() -> None:
        cells = cells_of(served, report)
        assert cells["regulations.issued"]["corrected"] is True
        edited, blank, absent = (cells[name] for name in decided)
        assert (edited["value"], blank["state"], absent["state"]) == (1065, "blank", "absent")
        assert all(cells[name]["corrected"] for name in decided)
        assert edited["read"]["value"] != 1065

    check()
    assert served.get(f"/reports/{report}").json()["corrections"][0]["reviewer"] == "李"
    job = served.post("/reparse", json={"ids": [report], "force": True, "engine": "rules"}).json()["id"]
    while served.get(f"/jobs/{job}").json()["state"] != "done":
        time.sleep(0.2)
    check()
    page.reload()
    page.locator("#versions summary").click()
    page.get_by_role("button", name="恢复").first.click()
    page.wait_for_load_state("networkidle")
    check()
    rows = csv.DictReader(io.StringIO(served.get("/export?format=csv&shape=long").text.removeprefix("\ufeff")))
    values = {row["cell"]: row["value"] for row in rows if row["table"] == TABLE and row["report_id"] == report}
    assert values[decided[0]] == "1065"


def test_undo_and_redo(open_page: OpenPage, served: httpx.Client) -> None:
    report = keep_bytes(served, other_text().replace("别处县".encode(), "撤销县".encode()), "undo.txt")
    page = open_page(f"/page/reports/{report}")
    table, cell = current(page)

    def corrected() -> bool:
        wait_saved(page)
        return bool(served.get(f"/reports/{report}").json()["tables"][table]["cells"][cell].get("corrected"))

    page.keyboard.press("u")
    assert corrected()
    page.keyboard.press("z")
    assert not corrected()
    page.keyboard.press("Shift+Z")
    assert corrected()


def other_text() -> bytes:
    return document("l08_column_by_column").read_bytes().replace("嘉禾县".encode(), "别处县".encode())


def test_of_two_people_the_slower_one_is_asked(open_page: OpenPage, served: httpx.Client) -> None:
    report = keep_bytes(served, other_text(), "two.txt")
    page = open_page(f"/page/reports/{report}")
    _, cell = current(page)
    said = {"reviewer": "王", "cells": {TABLE: {cell: {"value": 77}}}}
    assert served.patch(f"/reports/{report}/cells", json=said).status_code == 200
    page.keyboard.press("b")
    page.wait_for_selector("dialog#ask[open]")
    asked = page.locator("#ask-text").inner_text()
    assert "77" in asked
    assert "王" in asked
    page.locator("dialog#ask button[value=no]").click()
    wait_saved(page)
    assert cells_of(served, report)[cell]["value"] == 77
    assert page.locator("td.here").inner_text().split()[0] == "77"
    # a change elsewhere in the report is no conflict for a person
    assert served.patch(f"/reports/{report}/cells", json={"reviewed": False}).status_code == 200
    page.keyboard.press("j")
    _, cell = current(page)
    page.keyboard.press("b")
    wait_saved(page)
    assert cells_of(served, report)[cell]["state"] == "blank"


def test_what_cannot_be_sent_is_said_and_kept_for_later(open_page: OpenPage, served: httpx.Client) -> None:
    report = keep_bytes(served, other_text().replace("别处县".encode(), "远方县".encode()), "away.txt")
    page = open_page(f"/page/reports/{report}")
    _, cell = current(page)
    page.context.set_offline(True)
    page.keyboard.press("b")
    page.wait_for_selector("#banner:not([hidden])")
    assert "1 处更正尚未保存" in page.locator("#banner").inner_text()
    page.keyboard.press("b")  # work goes on
    page.context.set_offline(False)
    wait_saved(page)
    assert page.locator("#banner").is_hidden()
    assert sum(bool(one.get("corrected")) for one in cells_of(served, report).values()) == 2
    assert cells_of(served, report)[cell]["state"] == "blank"


def test_a_refused_correction_is_taken_back(open_page: OpenPage, served: httpx.Client) -> None:
    report = keep_bytes(served, other_text().replace("别处县".encode(), "拒绝县".encode()), "refused.txt")
    page = open_page(f"/page/reports/{report}")
    before = page.locator("td.here").inner_text()
    key = page.locator("td.here").get_attribute("data-cell")
    page.route("**/cells", lambda route: route.fulfill(status=507, json={"code": "storage_full", "detail": "x"}))
    page.keyboard.press("b")
    page.wait_for_selector("#banner:not([hidden])")
    assert "未保存" in page.locator("#banner").inner_text()
    assert page.locator(f'td[data-cell="{key}"]').inner_text() == before


def test_a_correction_that_breaks_a_sum_asks_first(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    report = keep("genuine_paragraphs")
    page = open_page(f"/page/reports/{report}")
    page.keyboard.press("2")
    before = page.locator("td.here").inner_text()
    for answer, shown in (("no", before.split()[0]), ("yes", "99999")):
        page.keyboard.press("e")
        page.keyboard.type("99999")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog#ask[open]")
        page.locator(f"dialog#ask button[value={answer}]").click()
        assert page.locator('td[data-cell="applications/new_received.natural_person"]').inner_text().split()[0] == shown
    wait_saved(page)
    failing = [check for check in served.get(f"/reports/{report}").json()["checks"] if not check["holds"]]
    assert failing
    assert page.locator('[data-sums="applications"] li').count() == len(failing)


def test_both_sides_of_a_failing_sum_are_marked(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    report = keep("sums_broken_by_source")
    page = open_page(f"/page/reports/{report}")
    page.keyboard.press("f")
    first = next(check for check in served.get(f"/reports/{report}").json()["checks"] if not check["holds"])
    marked = page.locator("td.left, td.right").evaluate_all("cells => cells.map(cell => cell.dataset.cell)")
    assert {f"{first['table']}/{cell}" for cell in first["cells"]} <= set(marked)
    assert page.locator("td.left").count() > 0
    assert page.locator("td.right").count() > 0
    assert page.locator("mark.left").count() + page.locator("mark.right").count() > 1  # in the source too


def test_the_arrows_move_to_the_cell_beside(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(f"/page/reports/{keep('genuine_paragraphs')}")
    page.keyboard.press("2")
    for key, cell in (
        ("ArrowRight", "new_received.business"),
        ("ArrowDown", "carried_over.business"),
        ("ArrowLeft", "carried_over.natural_person"),
        ("ArrowUp", "new_received.natural_person"),
    ):
        page.keyboard.press(key)
        assert current(page) == ("applications", cell)
        assert page.evaluate("document.activeElement.dataset.cell") == f"applications/{cell}"


def test_the_list_leads_from_report_to_report(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    keep("genuine_paragraphs")
    keep("sums_broken_by_source")
    page = open_page("/")
    ids = page.locator("#reports tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/page/reports/{ids[0]}")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("m")
    page.wait_for_url(f"**/page/reports/{ids[1]}")
    assert served.get(f"/reports/{ids[0]}").json()["reviewed"] is True


def test_a_failing_sum_is_decided_and_leaves_the_queue(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    report = keep("sums_broken_by_source")
    page = open_page(f"/page/reports/{report}")
    page.fill("#reviewer", "李")
    page.locator("#reviewer").press("Tab")
    page.keyboard.press("f")
    told = page.locator("[data-sums] .here").inner_text()
    page.keyboard.press("Enter")
    wait_saved(page)
    decided = [
        check["decision"] for check in served.get(f"/reports/{report}").json()["checks"] if check.get("decision")
    ]
    assert [(one["decision"], one["reviewer"]) for one in decided] == [("confirmed", "李")]
    assert page.locator("[data-sums] button", has_text=told).filter(has_text="已确认为原报告问题(李)").count() == 1


def test_a_table_that_was_not_found_is_filled_in_by_hand(open_page: OpenPage, served: httpx.Client, keep: Keep) -> None:
    report = keep("l10_stripped")
    page = open_page(f"/page/reports/{report}")
    assert "3 处要看" in page.locator("#left").inner_text()
    section = page.locator('section[data-table="applications"]')
    section.get_by_role("button", name="手工填写(2021 年表样)").click()
    page.locator("table.applications").wait_for()
    page.keyboard.press("2")
    page.keyboard.press("e")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    wait_saved(page)
    table = served.get(f"/reports/{report}").json()["tables"]["applications"]
    assert (table["state"], table["form"]) == ("found", "2021")
    assert table["cells"]["new_received.natural_person"]["value"] == 12
    page.locator('section[data-table="review_litigation"]').get_by_role("button", name="本报告没有此表").click()
    page.get_by_text("已确认本报告没有此表").wait_for()
