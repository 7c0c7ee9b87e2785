"""How a server ends while a parse is under way."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.gouji_service.conftest import ROOT, _free_port
from tests.gouji_service.test_cli import descendants


@pytest.mark.parametrize(("number", "most"), [(signal.SIGTERM, 15), (signal.SIGKILL, 5)])
def test_a_server_that_ends_leaves_no_process_and_keeps_nobody_waiting(
    number: signal.Signals, most: float, tmp_path: Path, report_text: str
) -> None:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"GOUJI_DATA_DIR": str(tmp_path), "GOUJI_PARSE_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    answers: list[object] = []

    def ask() -> None:
        try:
            with httpx.Client(trust_env=False, timeout=90) as client:
                url = f"http://127.0.0.1:{port}/parse?engine=rules"
                answers.append(client.post(url, content=report_text.encode() * 2500).status_code)
        except httpx.HTTPError as error:
            answers.append(error)

    try:
        with httpx.Client(trust_env=False, timeout=60) as client:
            deadline = time.monotonic() + 60
            while True:
                try:
                    if client.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                assert time.monotonic() < deadline
                time.sleep(0.1)
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(2.0)
        assert not answers, "the parse must still be under way"
        started = descendants(process.pid)
        assert len(started) >= 3  # the nursery and two workers
        process.send_signal(number)
        process.wait(most)
        thread.join(10)
        assert not thread.is_alive()
        assert answers
        deadline = time.monotonic() + 3
        while left := [pid for pid in started if Path(f"/proc/{pid}").exists()]:
            assert time.monotonic() < deadline, left
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
