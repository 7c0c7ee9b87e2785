"""Several reports of one source, from the request to the store and back."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from gouji.recovery import recover, recover_all
from gouji.results import Recovery
from gouji_service.commands.ingest import ingest_sources
from gouji_service.commands.ingest_sheet import ResultSheet
from gouji_service.commands.ingest_sources import read_sources
from gouji_service.export.export import export_corrected, export_reports
from gouji_service.http.openapi import Result, Results
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.jobs.views import read_items
from gouji_service.jobs.working import Work, work_on_jobs
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.filters import ReportFilter
from gouji_service.store.migrating import downgrade, upgrade
from gouji_service.store.results import read_results
from gouji_service.store.saving import Outcome, Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import Report, Run
from tests.gouji_service.conftest import ROOT, small_report

DISTRICTS = ("甲区", "乙区", "丙区")
TOTAL = "granted.total"


def write(*districts: str) -> str:
    """A source of as many reports."""
    return "\n".join(small_report().replace("某区", district) for district in districts)


def agency(district: str) -> str:
    return f"某市{district}行政审批局"


def keep(store: Store, data: bytes, found: Sequence[Recovery]) -> list[Any]:
    with store.writing() as connection:
        return [save_parsed(store, connection, Parsed(data, one, "rules")) for one in found]


def kept(store: Store) -> list[tuple[int, int, str | None]]:
    with store.reading() as connection:
        rows = connection.execute(select(Report.part, Report.parts, Report.agency).order_by(Report.part))
        return [(row.part, row.parts, row.agency) for row in rows]


def reparse(store: Store, parse: Any = recover_all, **how: Any) -> list[dict[str, Any]]:
    job = create_job(store, Order(engine="rules", **how))
    work_on_jobs(Work(store, partial(reparse_item, parse=parse)), stop=threading.Event(), until_done=True)
    with store.reading() as connection:
        return list(read_items(connection, job))


def test_each_report_of_a_source_is_kept_once(store: Store) -> None:
    data = write(*DISTRICTS).encode()
    found = recover_all(data, engine="rules")
    first = keep(store, data, found)
    assert [one.outcome for one in first] == [Outcome.FIRST] * 3
    again = keep(store, data, found)
    assert [one.report_id for one in again] == [one.report_id for one in first]
    assert kept(store) == [(n, 3, agency(district)) for n, district in enumerate(DISTRICTS, 1)]
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Run)).scalar_one() == 3
        results = read_results(connection, [one.report_id for one in first])
    assert sorted((one["part"], one["parts"]) for one in results) == [(1, 3), (2, 3), (3, 3)]


def test_exports_say_which_part_and_learning_leaves_them_out(store: Store) -> None:
    data = write(*DISTRICTS[:2]).encode()
    saved = keep(store, data, recover_all(data, engine="rules"))
    rows = b"".join(export_reports(store, ReportFilter(), format="csv", shape="wide")).decode("utf-8-sig").splitlines()
    at = rows[0].split(",").index("part")
    assert sorted(row.split(",")[at : at + 2] for row in rows[1:]) == [["1", "2"], ["2", "2"]]
    long = b"".join(export_reports(store, ReportFilter(), format="csv", shape="long")).decode("utf-8-sig").splitlines()
    assert {row.split(",")[-2] for row in long[1:]} == {"1", "2"}  # the path stands behind it
    with store.writing() as connection:
        correction = CellCorrection("applications", TOTAL, "printed", 7)
        review_report(store, connection, saved[1].report_id, Review(cells=[correction]))
    assert list(export_corrected(store)) == []


def test_ingest_lists_each_part_and_knows_them_again(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "several.txt").write_text(write(*DISTRICTS), encoding="utf-8")
    (folder / "single.txt").write_text(write("丁区"), encoding="utf-8")
    old = "\ufeffsource,sha256,outcome,report,confidence,needs_review,code,reason\nx,y,stored,z,1,false,,\n"
    (tmp_path / "sheet.csv").write_text(old, encoding="utf-8")
    for counts in ({"stored": 4}, {"known": 4}):
        sheet = ResultSheet(tmp_path / "sheet.csv")
        assert dict(ingest_sources(store, read_sources(folder, 10**6), recover_all, sheet, engine="rules")) == counts
        sheet.close()
    lines = (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].endswith(",part")
    assert lines[1] == "x,y,stored,z,1,false,,,"
    assert [line.rpartition(",")[2] for line in lines[2:]] == ["1", "2", "3", ""]


def test_a_reparse_reads_its_own_part_and_no_other(store: Store) -> None:
    data = write(*DISTRICTS).encode()
    low = [replace(one, confidence=0.5) for one in recover_all(data, engine="rules")]
    keep(store, data, low)
    asked: list[int | None] = []

    def parse(data: bytes, *, only: int | None = None, **how: Any) -> Sequence[Recovery]:
        asked.append(only)
        return recover_all(data, only=only, **how)

    items = reparse(store, parse)
    assert [item["outcome"] for item in items] == ["improved"] * 3
    assert [item["reason"] for item in items] == [None] * 3
    assert asked == [1, 2, 3]
    assert kept(store) == [(n, 3, agency(district)) for n, district in enumerate(DISTRICTS, 1)]


def test_a_source_that_was_taken_for_one_report_becomes_several(store: Store) -> None:
    """What an earlier parser kept as one report, however sure it was."""
    data = write(*DISTRICTS).encode()
    keep(store, data, [replace(recover(data, engine="rules"), parts=1, confidence=0.9999)])
    assert [(item["became_current"], item["reason"]) for item in reparse(store, dry_run=True)] == [
        (True, "several_reports: the source holds 3 reports, 1 when it was kept")
    ]
    assert kept(store) == [(1, 1, agency("甲区"))]
    (item,) = reparse(store)
    assert item["became_current"]
    assert item["reason"] == "several_reports: the source holds 3 reports, 1 when it was kept"
    assert kept(store) == [(n, 3, agency(district)) for n, district in enumerate(DISTRICTS, 1)]


def test_corrections_stay_when_the_number_of_reports_changed(store: Store) -> None:
    data = write(*DISTRICTS[:2]).encode()
    (saved,) = keep(store, data, [replace(recover(data, engine="rules"), parts=1)])
    with store.writing() as connection:
        correction = CellCorrection("applications", TOTAL, "printed", 99)
        review_report(store, connection, saved.report_id, Review(cells=[correction]))
    (item,) = reparse(store)
    assert not item["became_current"]
    assert "what was corrected stays" in item["reason"]
    with store.reading() as connection:
        (shown,) = read_results(connection, [saved.report_id])
    assert shown["tables"]["applications"]["cells"][TOTAL]["value"] == 99
    assert shown["run"] == saved.run_id
    assert len(kept(store)) == 2
    item = reparse(store, force=True, wanted=ReportFilter(ids=[saved.report_id]))[0]
    assert item["became_current"]
    with store.reading() as connection:
        (shown,) = read_results(connection, [saved.report_id])
    assert (shown["part"], shown["parts"]) == (1, 2)
    assert shown["tables"]["applications"]["cells"][TOTAL]["value"] == 99


def test_a_part_that_is_gone_says_so_and_is_kept(store: Store) -> None:
    data = write(*DISTRICTS[:2]).encode()
    keep(store, data, recover_all(data, engine="rules"))

    def parse(data: bytes, *, only: int | None = None, **how: Any) -> Sequence[Recovery]:
        return [replace(recover(data, **how), parts=1)] if only in (None, 1) else []

    items = reparse(store, parse)
    assert items[1]["outcome"] == "failed"
    assert items[1]["reason"] == "several_reports: number 2 of 2 is gone, the source holds 1 now"
    assert len(kept(store)) == 2


def test_the_migration_keeps_reports_and_takes_further_ones_away(empty_url: str) -> None:
    store = open_store(empty_url)
    data = write(*DISTRICTS[:2]).encode()
    saved = keep(store, data, recover_all(data, engine="rules"))
    downgrade(store.engine, "0002")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM reports")).scalars().all() == [saved[0].report_id]
    upgrade(store.engine)
    assert kept(store) == [(1, 1, agency("甲区"))]
    assert keep(store, data, recover_all(data, engine="rules"))[1].outcome is Outcome.FIRST
    store.close()


@pytest.mark.parametrize("how", ["raw", "json", "multipart"])
def test_parse_answers_a_result_each(server: httpx.Client, how: str) -> None:
    source = write(*(f"{how}{district}" for district in DISTRICTS))
    sent: dict[str, dict[str, Any]] = {
        "raw": {"content": source.encode(), "headers": {"Content-Type": "text/plain"}},
        "json": {"json": {"text": source}},
        "multipart": {"files": {"file": ("several.txt", source.encode(), "text/plain")}},
    }
    answer = server.post("/parse", **sent[how])
    assert answer.status_code == 200
    reports = Results.model_validate(answer.json()).reports
    assert [(one.part, one.parts, one.report.agency) for one in reports] == [
        (n, 3, agency(f"{how}{district}")) for n, district in enumerate(DISTRICTS, 1)
    ]
    again = server.post("/parse", **sent[how]).json()["reports"]
    assert [one["id"] for one in again] == [one.id for one in reports]
    for one in again:
        shown = server.get(f"/reports/{one['id']}").json()
        assert (shown["part"], shown["tables"]) == (one["part"], one["tables"])
    listed = server.get("/reports", params={"agency": f"{how}乙区"}).json()["reports"]
    assert [(one["part"], one["parts"]) for one in listed] == [(2, 3)]
    unsaved = server.post("/parse", params={"save": "false"}, **sent[how]).json()["reports"]
    assert [one["id"] for one in unsaved] == [None] * 3


def test_one_report_is_answered_as_before(server: httpx.Client) -> None:
    answer = server.post("/parse", params={"save": "false"}, json={"text": write("戊区")}).json()
    Result.model_validate(answer)
    assert not {"reports", "part", "parts"} & answer.keys()


def test_the_command_line_prints_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "several.txt").write_text(write(*DISTRICTS), encoding="utf-8")
    (tmp_path / "single.txt").write_text(write("丁区"), encoding="utf-8")
    command = [sys.executable, "-m", "gouji", "parse", "--engine", "rules", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line.get("part"), line.get("parts")) for line in lines] == [(1, 3), (2, 3), (3, 3), (None, None)]
    assert [line["report"]["agency"] for line in lines] == [agency(d) for d in (*DISTRICTS, "丁区")]
