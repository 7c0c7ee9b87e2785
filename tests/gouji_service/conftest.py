"""A server as a process of its own, and a small report whose numbers are known."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from gouji.forms import APPLICATIONS, TABLES, template
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import Base

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = {
    "active_disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review_litigation": "四、政府信息公开行政复议、行政诉讼情况",
}


def draw_cells(table: str) -> dict[str, int]:
    """The cells of the small report: three applications, two granted, one carried forward; all else is 0."""
    rows = ("new_received", "granted", "total_processed", "carried_forward")
    numbers = dict(zip(rows, (3, 2, 2, 1), strict=True))
    cells = dict.fromkeys(template(table, "2021").cells, 0)
    for row in template(APPLICATIONS, "2021").rows if table == APPLICATIONS else ():
        if row.key in numbers:
            cells[row.cells[0]] = cells[row.cells[-1]] = numbers[row.key]
    return cells


def small_report() -> str:
    """One row a line, cells between pipes."""
    lines = ["某市某区行政审批局2023年政府信息公开工作年度报告", "", "一、总体情况", "", "本局认真贯彻条例。", ""]
    for table in TABLES:
        cells = draw_cells(table)
        lines += [HEADINGS[table], ""]
        group: tuple[str, ...] = ()
        for row in template(table, "2021").rows:
            if row.under[:1] != group and table == "active_disclosure":
                lines += [f"{row.under[0]} |", "信息内容 | " + " | ".join(c.label for c in row.columns) + " |"]
                group = row.under[:1]
            if table != "review_litigation":
                lines.append(" | ".join([row.label, *(str(cells[cell]) for cell in row.cells)]) + " |")
        if table == "review_litigation":
            rows = template(table, "2021").rows
            lines += [" | ".join(column.label for row in rows for column in row.columns) + " |"]
            lines += [" | ".join(str(cells[cell]) for row in rows for cell in row.cells) + " |"]
        lines.append("")
    return "\n".join([*lines, "五、存在的主要问题及改进情况", "", "无。", ""])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_server(data_dir: Path, settings: Mapping[str, object]) -> Iterator[httpx.Client]:
    """`gouji serve` on a free port of 127.0.0.1; ends with SIGTERM and must end well."""
    port = _free_port()
    given = {f"GOUJI_{name.upper()}": str(value) for name, value in settings.items()}
    log = (data_dir / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"GOUJI_DATA_DIR": str(data_dir)} | given,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            deadline = time.monotonic() + 60
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if client.get("/health/ready").status_code == 200:
                        break
                said = (data_dir / "serve.log").read_text()
                assert process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.05)
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
        log.close()


@pytest.fixture(scope="session")
def report_text() -> str:
    return small_report()


@pytest.fixture(scope="session")
def known_cells() -> dict[str, dict[str, int]]:
    """The cells of each table of `report_text`."""
    return {table: draw_cells(table) for table in TABLES}


@pytest.fixture
def start_server(tmp_path: Path) -> Callable[..., contextlib.AbstractContextManager[httpx.Client]]:
    """Start a server with settings of one's own."""
    return lambda **settings: running_server(tmp_path, settings)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with the default settings, one for each test module."""
    with running_server(tmp_path_factory.mktemp("served"), {}) as client:
        yield client


POSTGRESQL = os.environ.get("GOUJI_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


def _postgresql() -> str:
    """A database of one's own on the test server; skips, saying why, where no server answers."""
    name = f"gouji_test_{uuid.uuid4().hex[:12]}"
    try:
        with psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=5) as server:
            server.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {POSTGRESQL}: {error}")
    return str(urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl())


def _drop(url: str) -> None:
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gouji.db'}"
        return
    url = _postgresql()
    yield url
    _drop(url)


@pytest.fixture(scope="session")
def shared_postgresql() -> Iterator[str]:
    """One migrated PostgreSQL database for all tests of this process: making one takes most of a second."""
    url = _postgresql()
    open_store(url).close()
    yield url
    _drop(url)


@pytest.fixture
def postgresql_url(shared_postgresql: str) -> Iterator[str]:
    """A PostgreSQL database without a report."""
    _empty(shared_postgresql)  # a process that a test before killed may have written once more
    yield shared_postgresql
    _empty(shared_postgresql)


def _empty(url: str) -> None:
    tables = ", ".join(f'"{name}"' for name in Base.metadata.tables if name != "slots")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"TRUNCATE {tables}")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind without a report: what holds for one holds for the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gouji.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store of either kind."""
    opened = open_store(store_url)
    yield opened
    opened.close()
