"""A server as a process of its own, and a small report whose numbers are known."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from models.forms import APPLICATIONS, TABLES, template

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
    """`python -m service serve` on a free port of 127.0.0.1; ends with SIGTERM and must end well."""
    port = _free_port()
    given = {f"GOUJI_{name.upper()}": str(value) for name, value in settings.items()}
    log = (data_dir / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "serve", "--port", str(port)],
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
