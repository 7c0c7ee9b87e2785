"""Thousands of generated reports: ingested, then parsed again by workers that are killed on the way.

Every figure is checked before it is written: each report of a job done once, none lost, corrections as they were.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import func, select

from eval.bench.running import Skipped
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.views import read_job
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.filters import ReportFilter
from gouji_service.store.results import read_results
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import CellValue, JobItem, Report, Run, RunTable

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("GOUJI_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
LOW = 0.9
_CORRECTED = "granted.total"
_WRITING = """
import sys, time
from sqlalchemy import event
import gouji_service.store
from gouji_service.cli import main

opened = gouji_service.store.store.connect_engine
seen = 0

def watched(url, **how):
    engine = opened(url, **how)

    @event.listens_for(engine, "after_cursor_execute")
    def written(connection, cursor, statement, parameters, context, many):
        global seen
        seen += statement.startswith("INSERT INTO cells")
        if seen == int(sys.argv[1]):
            print("writing", flush=True)
            time.sleep(600)

    return engine

gouji_service.store.store.connect_engine = watched
main(["worker", "--until-done", "--jobs", "1"])
"""


def _environment(url: str) -> dict[str, str]:
    return os.environ | {"GOUJI_DATABASE_URL": url, "GOUJI_JOB_LEASE": "3"}


def _fill(url: str, source: Path, folder: Path) -> tuple[Store, dict[str, Any]]:
    sheet = folder / f"{uuid.uuid4().hex}.csv"
    command = [sys.executable, "-m", "gouji", "ingest", str(source), "--engine", "rules", "--sheet", str(sheet)]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=_environment(url), stdout=subprocess.PIPE, text=True)
    figures = {"ingest": json.loads(done.stdout), "ingest_s": round(time.perf_counter() - began, 1)}
    store = open_store(url)
    with store.reading() as connection:
        low = connection.execute(select(Report.id).where(Report.confidence < LOW).order_by(Report.id)).scalars().all()
        holding = select(Report.id).join(RunTable, RunTable.run_id == Report.run_id)
        holding = holding.where(RunTable.table == "applications", RunTable.state == "found", Report.id.in_(low[:900]))
        corrected = connection.execute(holding.order_by(Report.id).limit(50)).scalars().all()
    for report in corrected:
        with store.writing() as connection:
            said = CellCorrection("applications", _CORRECTED, "printed", 4321)
            review_report(store, connection, report, Review(cells=[said], reviewer="bench"))
    return store, figures | {"low": len(low), "corrected": len(corrected)}


def _check(store: Store, job: str) -> dict[str, Any]:
    """What became of the job. Raises AssertionError for a report that was lost, done twice or half stored."""
    with store.reading() as connection:
        told = read_job(connection, job)
        runs = Counter(connection.execute(select(Run.report_id).where(Run.job_id == job)).scalars())
        done = connection.execute(select(JobItem.report_id, JobItem.outcome).where(JobItem.job_id == job)).all()
        kept = [row.report_id for row in done if row.outcome != "failed"]
        assert told["state"] == "done", told
        assert told["done"] == told["total"] == len(done)
        assert runs == Counter(kept), "a report was lost or done twice"
        bare = (
            select(func.count())
            .select_from(Run)
            .where(~select(RunTable.run_id).where(RunTable.run_id == Run.id).exists())
        )
        assert connection.execute(bare).scalar_one() == 0, "a run without its tables"
        found = select(RunTable.run_id).where(RunTable.state == "found")
        empty = found.where(~select(CellValue.run_id).where(CellValue.run_id == RunTable.run_id).exists())
        assert connection.execute(empty.limit(1)).first() is None, "a run without its cells"
        corrected = connection.execute(select(Report.id).where(Report.corrections > 0)).scalars().all()
        for start in range(0, len(corrected), 50):
            for result in read_results(connection, corrected[start : start + 50]):
                assert [(c["cell"], c["value"]) for c in result["corrections"]] == [(_CORRECTED, 4321)]
        retaken = connection.execute(
            select(func.count()).select_from(JobItem).where(JobItem.job_id == job, JobItem.attempts > 1)
        ).scalar_one()
    keys = ("total", "done", "improved", "unchanged", "worse", "failed")
    return {**{key: told[key] for key in keys}, "taken_over": retaken, "corrections_intact": len(corrected)}


def _done(store: Store, job: str) -> int:
    with store.reading() as connection:
        return int(read_job(connection, job)["done"])


def measure_kills(source: Path, folder: Path) -> dict[str, Any]:
    """On SQLite: the low reports again, the worker killed in the middle, then while it writes, then left to finish."""
    url = f"sqlite:///{folder / 'kills.db'}"
    store, figures = _fill(url, source, folder)
    job = create_job(store, Order(wanted=ReportFilter(confidence_below=LOW), force=True))
    total = figures["low"]
    began = time.perf_counter()
    command = [sys.executable, "-m", "gouji", "worker", "--until-done"]
    first = subprocess.Popen(command, cwd=ROOT, env=_environment(url))
    while _done(store, job) < total // 3:
        assert first.poll() is None, "the worker ended before it was killed"
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    figures["done_at_first_kill"] = _done(store, job)
    second = subprocess.Popen(
        [sys.executable, "-c", _WRITING, str(total // 4)], cwd=ROOT, env=_environment(url), stdout=subprocess.PIPE
    )
    assert second.stdout is not None
    assert second.stdout.readline() == b"writing\n"
    second.send_signal(signal.SIGKILL)
    second.wait()
    second.stdout.close()
    figures["done_at_second_kill"] = _done(store, job)
    subprocess.run(command, cwd=ROOT, env=_environment(url), check=True)
    figures["reparse_s"] = round(time.perf_counter() - began, 1)
    figures |= _check(store, job)
    store.close()
    return figures


def _start_dask(folder: Path) -> tuple[str, list[subprocess.Popen[bytes]]]:
    address = folder / "scheduler.json"
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "False", "PYTHONPATH": str(ROOT)}
    log = (folder / "dask.log").open("wb")

    def start(kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--host", "127.0.0.1"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)

    processes = [start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))]
    while not address.exists() or not address.read_text().strip().endswith("}"):
        time.sleep(0.05)
    found = str(json.loads(address.read_text())["address"])
    common = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
    return found, [*processes, *(start("worker", found, *common) for _ in range(2))]


def measure_cluster(source: Path, folder: Path) -> dict[str, Any]:
    """On PostgreSQL and Dask: two worker processes, one killed in the middle. Raises Skipped without a server."""
    name = f"gouji_bench_{uuid.uuid4().hex[:8]}"
    try:
        server = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        raise Skipped(f"no PostgreSQL at {SERVER}: {error}") from error
    server.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        store, figures = _fill(url, source, folder)
        job = create_job(store, Order(wanted=ReportFilter(confidence_below=LOW), force=True, runner="cluster"))
        scheduler, processes = _start_dask(folder)
        began = time.perf_counter()
        command = [sys.executable, "-m", "gouji", "reparse", "--resume", job, "--scheduler", scheduler]
        client = subprocess.Popen(command, cwd=ROOT, env=_environment(url), stdout=subprocess.DEVNULL)
        while _done(store, job) < figures["low"] // 3:
            assert client.poll() is None, "the client ended early"
            time.sleep(0.02)
        processes[-1].send_signal(signal.SIGKILL)
        figures["done_at_kill"] = _done(store, job)
        figures["exit_status"] = client.wait()
        figures["reparse_s"] = round(time.perf_counter() - began, 1)
        figures |= _check(store, job)
        store.close()
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            process.wait()
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.close()
    return figures
