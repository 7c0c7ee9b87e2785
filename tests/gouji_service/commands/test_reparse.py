import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from gouji.document import UnreadableSource
from gouji.recovery import recover, recover_all
from gouji.results import Recovery
from gouji_service.cli import main
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.reparsing import Parse, reparse_item
from gouji_service.jobs.views import read_items, read_job
from gouji_service.jobs.working import Work, work_on_jobs
from gouji_service.parsing import WorkerLost
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.filters import ReportFilter
from gouji_service.store.results import read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import JobItem, Report, Run
from tests.gouji_service.conftest import ROOT, small_report

TOTAL = "granted.total"


def fill(store: Store, reports: int, *, low: int) -> list[str]:
    """Reports that the rules read well; the first `low` kept with a run that was not sure."""
    ids = []
    for n in range(reports):
        data = small_report().replace("某市某区", f"某市{n}区").encode()
        recovery = recover(data, name=f"{n}.txt", engine="rules")
        if n < low:
            recovery = replace(recovery, confidence=0.5, needs_review=True)
        with store.writing() as connection:
            ids.append(save_parsed(store, connection, Parsed(data, recovery, "rules")).report_id)
    return ids


def work(store: Store, parse: Parse = recover_all, threads: int = 1) -> None:
    stop = threading.Event()
    work_on_jobs(Work(store, partial(reparse_item, parse=parse)), stop=stop, threads=threads, until_done=True)


def job_of(store: Store, job_id: str) -> dict[str, object]:
    with store.reading() as connection:
        return read_job(connection, job_id)


def test_low_reports_improve_and_the_others_are_left_alone(store: Store) -> None:
    ids = fill(store, 6, low=4)
    job = create_job(store, Order(wanted=ReportFilter(confidence_below=0.9)))
    work(store, threads=2)
    told = job_of(store, job)
    assert [told[key] for key in ("state", "total", "improved", "failed")] == ["done", 4, 4, 0]
    with store.reading() as connection:
        runs = Counter(connection.execute(select(Run.report_id)).scalars())
        assert runs == Counter({one: 2 if one in ids[:4] else 1 for one in ids})
        assert connection.execute(select(Report.id).where(Report.confidence < 0.9)).all() == []


def test_a_dry_run_tells_what_would_change_and_changes_nothing(store: Store) -> None:
    fill(store, 2, low=1)
    job = create_job(store, Order(dry_run=True, engine="rules"))
    work(store)
    with store.reading() as connection:
        items = read_items(connection, job)
        assert [(i["outcome"], i["became_current"], i["run_id"]) for i in items] == [
            ("improved", True, None), ("unchanged", False, None),
        ]  # fmt: skip
        assert len(connection.execute(select(Run.id)).all()) == 2


def test_each_failure_has_its_reason_and_leaves_the_current_run(store: Store) -> None:
    ids = fill(store, 3, low=3)

    def parse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]:
        if name == "0.txt":
            raise UnreadableSource("no text in it")
        if name == "1.txt":
            raise WorkerLost("Traceback\nSegmentation: gone")
        return recover_all(data, name=name, media_type=media_type, engine=engine)

    job = create_job(store, Order())
    work(store, parse)
    assert [job_of(store, job)[key] for key in ("improved", "failed")] == [1, 2]
    with store.reading() as connection:
        reasons = [item["reason"] for item in read_items(connection, job)]
        assert [one["confidence"] for one in read_results(connection, ids)][:2] == [0.5, 0.5]
    assert reasons == ["unreadable: no text in it", "internal: Segmentation: gone", None]


def test_forced_runs_become_current_and_corrections_stay(store: Store) -> None:
    (report,) = fill(store, 1, low=0)
    with store.writing() as connection:
        correction = CellCorrection("applications", TOTAL, "printed", 99)
        review_report(store, connection, report, Review(cells=[correction], agency="更正局"))

    def worse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]:
        return [replace(recover(data, name=name, engine=engine), confidence=0.3)]

    create_job(store, Order(force=True))
    work(store, worse)
    with store.reading() as connection:
        (shown,) = read_results(connection, [report])
    assert (shown["confidence"], shown["report"]["agency"]) == (0.3, "更正局")
    assert shown["tables"]["applications"]["cells"][TOTAL]["value"] == 99


CHILD = """
import sys, threading, time
from functools import partial
from sqlalchemy import event
from gouji.recovery import recover_all
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.store.store import open_store
from gouji_service.jobs.working import Work, work_on_jobs

url, where, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url)
seen = 0

def here():
    global seen
    seen += 1
    if seen == number:
        print("here", flush=True)
        time.sleep(600)

def parse(data, **how):
    if where == "parsing":
        here()
    return recover_all(data, **how)

@event.listens_for(store.engine, "after_cursor_execute")
def written(connection, cursor, statement, parameters, context, many):
    if where == "writing" and statement.startswith("INSERT INTO cells"):
        here()

work = Work(store, partial(reparse_item, parse=parse), lease=1.0, at_once=3)
work_on_jobs(work, stop=threading.Event(), until_done=True)
"""


def run_child(url: str, where: str, number: int) -> None:
    """A worker process: killed with SIGKILL at the `number`th parse or write, or left to finish."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, where, str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        if where != "to the end":
            assert said == "here\n"
            process.kill()
        process.wait(60)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    assert process.returncode == (0 if where == "to the end" else -9)


def test_a_worker_killed_twice_loses_nothing_and_repeats_nothing(store: Store, store_url: str) -> None:
    ids = fill(store, 24, low=18)
    for report in ids[:18:5]:
        with store.writing() as connection:
            correction = CellCorrection("applications", TOTAL, "printed", 77)
            review_report(store, connection, report, Review(cells=[correction], reviewer="李"))
    job = create_job(store, Order(wanted=ReportFilter(confidence_below=0.9)))
    run_child(store_url, "parsing", 6)
    after_first = job_of(store, job)["done"]
    run_child(store_url, "writing", 9)
    after_second = job_of(store, job)["done"]
    run_child(store_url, "to the end", 0)
    assert (after_first, after_second) == (5, 13)
    told = job_of(store, job)
    assert [told[key] for key in ("state", "total", "done", "improved", "failed")] == ["done", 18, 18, 18, 0]
    with store.reading() as connection:
        runs = Counter(connection.execute(select(Run.report_id).where(Run.job_id == job)).scalars())
        assert runs == Counter(ids[:18])
        kept = connection.execute(select(JobItem.run_id, Report.run_id).join(Report, Report.id == JobItem.report_id))
        assert all(done == current for done, current in kept)
        for shown in read_results(connection, ids[:18:5]):
            assert shown["tables"]["applications"]["cells"][TOTAL]["value"] == 77
        attempts = connection.execute(select(JobItem.attempts)).scalars().all()
    assert max(attempts) == 2  # taken over, and only once


def test_the_command_line_reparses_resumes_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'gouji.db'}")
    ids = fill(store, 3, low=2)
    assert main(["reparse"]) == 2
    assert main(["reparse", "--confidence-below", "0.9", "--dry-run", "--jobs", "1"]) == 0
    *lines, job = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["report_id"] for line in lines] == ids[:2]
    assert (job["improved"], job["dry_run"]) == (2, True)

    assert main(["reparse", "--confidence-below", "0.9", "--queue"]) == 0
    queued = json.loads(capsys.readouterr().out)
    assert queued["state"] == "queued"
    assert main(["reparse", "--resume", queued["id"], "--jobs", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["improved"] == 2
    assert main(["reparse", "--resume", "nothing"]) == 2
    assert main(["reparse", "--since", "2999-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 0
    assert main(["worker", "--until-done", "--jobs", "1"]) == 0
    store.close()
