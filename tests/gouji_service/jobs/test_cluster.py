"""The re-parse job on a Dask cluster of two worker processes on this machine, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from gouji.recovery import recover
from gouji_service.jobs.cluster import reparse_on_cluster
from gouji_service.jobs.queue import Finish, Item, Order, cancel_job, create_job
from gouji_service.jobs.views import read_items, read_job
from gouji_service.settings import Settings
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import JobItem, Run
from tests.gouji_service.conftest import ROOT, small_report

ENVIRONMENT = {
    "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
    "DASK_DISTRIBUTED__DASHBOARD__LINK": "",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3",
}


class Cluster:
    """A scheduler and two workers without nannies, as processes of this test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "dask.log").open("wb")
        self.processes: list[subprocess.Popen[bytes]] = []
        address = folder / "scheduler.json"
        self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)
        )
        deadline = time.monotonic() + 60
        while not address.exists() or not address.read_text().strip().endswith("}"):
            assert time.monotonic() < deadline, (folder / "dask.log").read_text()
            time.sleep(0.05)
        self.address = str(json.loads(address.read_text())["address"])
        self.workers = [self.add_worker() for _ in range(2)]

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments],
            cwd=ROOT,
            env=os.environ | ENVIRONMENT | {"PYTHONPATH": str(ROOT)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.processes.append(process)
        return process

    def add_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1",
                           "--no-dashboard", "--local-directory", str(self._folder))  # fmt: skip

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("dask"))
    yield started
    started.close()


def fill(store: Store, reports: int) -> None:
    for n in range(reports):
        data = small_report().replace("某区", f"{n}区").encode()
        with store.writing() as connection:
            save_parsed(store, connection, Parsed(data, recover(data, engine="rules"), "rules"))


def test_a_job_on_a_cluster_that_loses_a_worker_does_every_report_once(
    cluster: Cluster, store: Store, store_url: str, tmp_path: Path
) -> None:
    fill(store, 16)
    job = create_job(store, Order(wanted=ReportFilter(), runner="cluster"))
    settings = Settings(data_dir=tmp_path, database_url=store_url)
    seen: list[Finish] = []
    flying: list[int] = []

    def follow(_: Item, finish: Finish | None) -> None:
        assert finish is not None
        seen.append(finish)
        with store.reading() as connection:
            leased = connection.execute(select(JobItem.n).where(JobItem.state == "leased")).all()
        flying.append(len(leased))
        if len(seen) == 4:
            cluster.workers.pop().send_signal(signal.SIGKILL)
            cluster.workers.append(cluster.add_worker())

    reparse_on_cluster(store, settings, cluster.address, job, stop=threading.Event(), follow=follow)
    with store.reading() as connection:
        told = read_job(connection, job)
        runs = Counter(connection.execute(select(Run.report_id).where(Run.job_id == job)).scalars())
        items = read_items(connection, job)
    assert [told[key] for key in ("state", "total", "done", "failed")] == ["done", 16, 16, 0]
    assert len(runs) == 16
    assert set(runs.values()) == {1}
    assert len({item["run_id"] for item in items} - {None}) == 16
    assert max(flying) <= 4  # two workers of one thread, twice that in flight


def test_a_cancelled_job_is_not_sent_any_further(
    cluster: Cluster, store: Store, store_url: str, tmp_path: Path
) -> None:
    fill(store, 8)
    job = create_job(store, Order(runner="cluster"))
    settings = Settings(data_dir=tmp_path, database_url=store_url)

    def follow(_: Item, finish: Finish | None) -> None:
        cancel_job(store, job)

    reparse_on_cluster(store, settings, cluster.address, job, stop=threading.Event(), follow=follow)
    with store.reading() as connection:
        told = read_job(connection, job)
    assert told["state"] == "cancelled"
    assert 1 <= told["done"] < 8
