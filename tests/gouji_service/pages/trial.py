"""A scripted person who knows the truths decides by keyboard: `python -m tests.gouji_service.pages.trial [COUNT]`.

Keeps that many documents of tests/documents, the least sure first, and goes through the queue of each: right as it is,
a suggestion taken, another number typed, blank, absent. Prints seconds and keys a cell, and what was left wrong; then
how long pages take to be usable, how large they are, and how long a key takes to the next painted cell.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from tests.gouji_service.conftest import running_server
from tests.gouji_service.pages.conftest import DOCUMENTS, document, wait_saved

PAINT = """async () => {
  const took = [];
  for (let n = 0; n < 60; n += 1) {
    const began = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: n % 2 ? "k" : "j", bubbles: true}));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - began);
  }
  return took;
}"""


def truths(case: str) -> dict[str, dict[str, tuple[Any, str]]]:
    """Value and state of every cell that a document prints, by table."""
    told = json.loads((DOCUMENTS / case / "truth.json").read_text(encoding="utf-8"))["tables"]
    return {
        table: {
            cell: (None, said) if isinstance(said, str) else (said, "blank" if said is None else "printed")
            for cell, said in ((read or {}).get("cells") or {}).items()
        }
        for table, read in told.items()
    }


def press(page: Any, truth: tuple[Any, str] | None, cell: Any) -> int:
    """Decide one cell as the truth says; gives the number of keys."""
    if truth is None:
        page.keyboard.press("u")
        return 1
    value, state = truth
    if (cell["value"], cell["state"]) == (value, state) and state != "unread":
        page.keyboard.press("Enter")
        return 1
    if state != "printed":
        page.keyboard.press({"absent": "a", "unread": "u"}.get(state, "b"))
        return 1
    if cell["suggestion"] and cell["suggestion"]["value"] == value:
        page.keyboard.press("s")
        return 1
    page.keyboard.press("e")
    page.keyboard.type(str(value))
    page.keyboard.press("Enter")
    return 2 + len(str(value))


def decide_report(page: Any, served: httpx.Client, report: str, truth: Any) -> tuple[int, int, float, list[str]]:
    """Cells, keys and seconds of one report, and its cells that were decided and are wrong."""
    cells = served.get(f"/reports/{report}").json()["tables"]
    decided, keys, began = [], 0, time.monotonic()
    for _ in range(400):
        here = page.locator("td.here.doubtful")
        if not here.count():
            if "处要看" not in page.locator("#left").inner_text() or decided[-1:] == ["-"]:
                break
            page.keyboard.press("j")
            decided.append("-")
            continue
        key = here.get_attribute("data-cell")
        table, _, name = key.partition("/")
        keys += press(page, truth[table].get(name), cells[table]["cells"][name])
        if page.locator("dialog#ask[open]").count():
            page.keyboard.press("Enter")
            keys += 1
        decided.append(key)
    wait_saved(page) if any(key != "-" for key in decided) else None
    seconds = time.monotonic() - began
    kept = served.get(f"/reports/{report}").json()["tables"]
    done = [key.partition("/")[::2] for key in decided if key != "-"]
    wrong = [
        f"{table}/{name}"
        for table, name in done
        if (told := truth[table].get(name))
        and (kept[table]["cells"][name]["value"], kept[table]["cells"][name]["state"]) != told
    ]
    return len(done), keys, seconds, wrong


def open_report(page: Any, report: str) -> tuple[float, int, int]:
    """Seconds until a report can be worked on, and the bytes of all and of scripts that it took."""
    sizes: list[tuple[str, int]] = []
    page.on("response", lambda one: sizes.append((one.url, int(one.headers.get("content-length", 0)))))
    began = time.monotonic()
    page.goto(f"/page/reports/{report}", wait_until="load")
    page.wait_for_selector("#left:not(:empty)")
    took = time.monotonic() - began
    page.wait_for_load_state("networkidle")
    return took, sum(size for _, size in sizes), sum(size for url, size in sizes if ".js" in url)


def keep_least_sure(served: httpx.Client, count: int) -> list[tuple[str, str]]:
    """Keep documents that have truths and cells in doubt: their names and ids."""
    found = []
    for folder in sorted(DOCUMENTS.iterdir()):
        if not (folder / "truth.json").exists() or folder.name.startswith("scan"):
            continue
        told = served.post("/parse", files={"file": (f"{folder.name}", document(folder.name).read_bytes())}).json()
        if "tables" in told and told["confidence"] < 0.95:
            found.append((told["confidence"], folder.name, told["id"]))
    return [(case, report) for _, case, report in sorted(found)[:count]]


def main(count: int) -> None:
    with (
        tempfile.TemporaryDirectory() as data,
        running_server(Path(data), {"parse_workers": 1}) as served,
        sync_playwright() as play,
    ):
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(base_url=str(served.base_url), locale="zh-CN", viewport={"width": 1280, "height": 860})
        opened, cells, keys, seconds, wrong = [], 0, 0, 0.0, []
        paces = []
        for case, report in keep_least_sure(served, count):
            opened.append(open_report(page, report))
            done, pressed, took, left = decide_report(page, served, report, truths(case))
            cells, keys, seconds = cells + done, keys + pressed, seconds + took
            wrong += [f"{case}: {one}" for one in left]
            paces += [took / done] if done else []
            print(case, done, pressed, round(took, 1), left, flush=True)
        print(f"{cells} cells, {keys / max(cells, 1):.2f} keys and {seconds / max(cells, 1):.2f} s a cell")
        print(f"median of the reports {statistics.median(paces):.2f} s a cell; decided and wrong: {len(wrong)}")
        times = sorted(took for took, _, _ in opened)
        print(f"usable after p50 {times[len(times) // 2]:.2f} s, p95 {times[int(len(times) * 0.95)]:.2f} s")
        most, scripts = max(size for _, size, _ in opened), max(size for _, _, size in opened)
        print(f"at most {most / 1e3:.0f} kB, scripts {scripts / 1e3:.0f} kB")
        page.goto(f"/page/reports/{served.get('/reports?limit=1').json()['reports'][0]['id']}")
        page.wait_for_load_state("networkidle")
        paints = sorted(page.evaluate(PAINT))
        print(f"key to painted cell p50 {paints[30]:.0f} ms, p95 {paints[57]:.0f} ms")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
