"""Full disk, read-only and locked databases, PostgreSQL cut and restarted: a clear error, and nothing half stored."""

import contextlib
import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select, text

from gouji.recovery import recover, recover_all
from gouji_service.http.app import create_app
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.jobs.views import read_job
from gouji_service.jobs.working import Work, work_on_jobs
from gouji_service.settings import Settings
from gouji_service.store.errors import (
    StoreBusy,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
    retry_store,
)
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import CellValue, Document, Report, Run, RunTable
from tests.gouji_service.conftest import ROOT, small_report
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def keep(store: Store, seed: int) -> None:
    data = sample_text(seed)
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(data, sample_recovery(data)))


def assert_whole(store: Store, reports: int) -> None:
    """So many reports, each with its document, its run and all cells of its tables, and nothing besides."""
    with store.reading() as connection:
        counts = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (Report, Document, Run)]
        assert counts == [reports] * 3
        assert connection.execute(select(func.count()).select_from(RunTable)).scalar_one() == 3 * reports
        cells = connection.execute(select(CellValue.run_id, func.count()).group_by(CellValue.run_id)).all()
        assert len(cells) == reports
        assert {row[1] for row in cells} <= {200, 185}  # with table 四 and without
        assert connection.execute(select(func.count()).where(Report.run_id.is_(None))).scalar_one() == 0


def sqlite_store(tmp_path: Path, wait: float = 10.0) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'gouji.db'}", wait=wait)


def test_a_full_database_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.close()

    def limit(raw: sqlite3.Connection, _: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages + 40}")

    event.listen(store.engine, "connect", limit)
    stored = 0

    def keep_all() -> None:
        nonlocal stored
        for seed in range(100):
            keep(store, seed)
            stored += 1

    with pytest.raises(StoreFull, match="full"):
        keep_all()
    assert 0 < stored < 100
    assert_whole(store, stored)
    event.remove(store.engine, "connect", limit)
    store.close()
    keep(store, stored)
    assert_whole(store, stored + 1)
    store.close()


def test_an_ingest_stopped_by_a_full_disk_goes_on_where_it_stopped(tmp_path: Path) -> None:
    source = tmp_path / "reports.jsonl"
    lines = [json.dumps({"name": f"{n}.txt", "text": small_report().replace("某区", f"{n}区")}) for n in range(40)]
    source.write_text("\n".join(lines), encoding="utf-8")
    environment = os.environ | {"GOUJI_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "gouji", "ingest", str(source), "--jobs", "1", "--engine", "rules"]
    sqlite_store(tmp_path / "data").close()

    def ingest(limit: int) -> subprocess.CompletedProcess[str]:
        def fill_disk() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        return subprocess.run(command, cwd=ROOT, env=environment, preexec_fn=fill_disk, capture_output=True, text=True)

    stopped = ingest(600_000)
    assert stopped.returncode == 2
    assert "nothing was stored" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    store = sqlite_store(tmp_path / "data")
    with store.reading() as connection:
        before = connection.execute(select(func.count()).select_from(Report)).scalar_one()
    assert before < 40
    assert_whole(store, before)
    done = ingest(resource.RLIM_INFINITY)
    assert json.loads(done.stdout) == {"stored": 40 - before, "known": before, "failed": 0, "left_out": 0}
    assert_whole(store, 40)
    store.close()


def test_a_read_only_database_can_be_read_and_refuses_to_be_written(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    keep(store, 1)
    locked = open_store(f"sqlite:///file:{tmp_path / 'gouji.db'}?mode=ro&uri=true")
    assert_whole(locked, 1)
    with pytest.raises(StoreReadOnly, match="read-only"):
        keep(locked, 2)
    assert_whole(locked, 1)
    locked.close()
    store.close()


def test_a_server_over_a_read_only_database_answers_readers_and_tells_writers(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    keep(store, 1)
    url = f"sqlite:///file:{tmp_path / 'gouji.db'}?mode=ro&uri=true"
    with TestClient(create_app(Settings(data_dir=tmp_path, database_url=url, parse_workers=1))) as client:
        assert len(client.get("/reports").json()["reports"]) == 1
        answer = client.post("/parse", json={"text": small_report()})
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_read_only")
        assert client.post("/parse", params={"save": "false"}, json={"text": small_report()}).status_code == 200
    assert_whole(store, 1)
    store.close()


@contextlib.contextmanager
def other_writer(store: Store) -> Iterator[None]:
    """Somebody who holds the database and does not let go."""
    with store.engine.connect().execution_options(gouji_writes=True) as connection:
        transaction = connection.begin()
        if not store.is_sqlite:
            connection.execute(text("LOCK TABLE documents, reports IN ACCESS EXCLUSIVE MODE"))
        yield
        transaction.rollback()


def test_a_locked_database_is_busy_and_free_again(store: Store, store_url: str) -> None:
    impatient = open_store(store_url, wait=0.2)
    with other_writer(store):
        with pytest.raises(StoreBusy):
            keep(impatient, 1)
        with pytest.raises(StoreBusy):
            retry_store(lambda: keep(impatient, 1), patience=0.5)
    keep(impatient, 1)
    assert_whole(store, 1)
    impatient.close()


def test_a_server_over_a_locked_database_says_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji_service.http.routes._PATIENCE", 0.0)
    store = sqlite_store(tmp_path)
    with TestClient(create_app(Settings(data_dir=tmp_path, database_wait=0.2, parse_workers=1))) as client:
        with other_writer(store):
            answer = client.post("/parse", json={"text": small_report()})
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert int(answer.headers["retry-after"]) >= 1
            assert client.get("/reports").json()["reports"] == []
        assert client.post("/parse", json={"text": small_report()}).status_code == 200
    store.close()


def test_a_connection_cut_while_writing_leaves_nothing_and_the_next_one_works(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    keep(store, 1)

    def cut(connection: object, cursor: psycopg.Cursor, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO cells"):
            with psycopg.connect(postgresql_url, autocommit=True) as server:
                server.execute("SELECT pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,))

    event.listen(store.engine, "after_cursor_execute", cut)
    with pytest.raises(StoreUnavailable):
        keep(store, 2)
    event.remove(store.engine, "after_cursor_execute", cut)
    assert_whole(store, 1)
    keep(store, 2)
    assert_whole(store, 2)
    store.close()


def test_connections_cut_while_idle_are_not_handed_out(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    keep(store, 1)
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    keep(store, 2)
    assert_whole(store, 2)
    store.close()


def test_no_server_is_a_clear_error(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://postgres@127.0.0.1:{nobody.getsockname()[1]}/gouji"
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            open_store(url)
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path}")
    (tmp_path / "no.db").write_text("this is no database, whatever its name says " * 200)
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'no.db'}")


@pytest.fixture
def own_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL server of one's own, and a function that restarts it as a crash would."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("the programs of a PostgreSQL server are not installed: /usr/lib/postgresql/*/bin")
    folder = Path(tempfile.mkdtemp(prefix="gouji-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run([found[-1] / program, "-D", folder / "data", *arguments], user=user, cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)  # fmt: skip

    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    try:
        run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            restart = partial(
                run, "pg_ctl", "-w", "-m", "immediate", "-l", str(folder / "log"), "-o", options, "restart"
            )
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres", restart
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_a_job_goes_on_after_the_server_was_restarted_in_the_middle(
    own_server: tuple[str, Callable[[], None]],
) -> None:
    url, restart = own_server
    store = open_store(url)
    for n in range(12):
        data = small_report().replace("某区", f"{n}区").encode()
        with store.writing() as connection:
            save_parsed(store, connection, Parsed(data, recover(data, engine="rules"), "rules"))
    job = create_job(store, Order())
    errors: list[BaseException] = []

    def work() -> None:
        try:
            doing = Work(store, partial(reparse_item, parse=recover_all), lease=5.0)
            work_on_jobs(doing, stop=threading.Event(), until_done=True)
        except BaseException as error:
            errors.append(error)

    def done() -> int:
        with store.reading() as connection:
            return int(read_job(connection, job)["done"])

    worker = threading.Thread(target=work)
    worker.start()
    while done() < 3:
        time.sleep(0.01)
    restart()
    worker.join(120)
    assert not worker.is_alive()
    assert errors == []
    with store.reading() as connection:
        told = read_job(connection, job)
        runs = Counter(connection.execute(select(Run.report_id).where(Run.job_id == job)).scalars())
    assert [told[key] for key in ("state", "done", "failed")] == ["done", 12, 0]
    assert set(runs.values()) == {1}
    store.close()


def test_a_document_that_cannot_be_written_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    store = open_store(f"sqlite:///{tmp_path / 'gouji.db'}", documents_dir=tmp_path / "documents")
    with pytest.raises(StoreUnavailable):
        keep(store, 1)
    assert_whole(store, 0)
    store.close()
