"""docs/operations.md and docs/api.md print what happens: their commands run as printed, their tables are whole."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from gouji_service.http.app import create_app
from gouji_service.problems import CODES
from gouji_service.settings import Settings
from tests.gouji_service.conftest import ROOT

REPORTS = ("genuine_paragraphs", "genuine_piped_lines_traditional")


def commands(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines() if line]


def run(command: str, folder: Path) -> str:
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=os.environ | {"GOUJI_DATA_DIR": str(folder / "data"), "GOUJI_PARSE_WORKERS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, (command, ended.stderr)
    return ended.stdout


def test_the_commands_of_operations_run_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for case in REPORTS:
        shutil.copy(ROOT / "tests" / "documents" / case / "report.txt", tmp_path / "reports" / f"{case}.txt")
    listed = commands("operations.md")
    assert len(listed) == 8
    for command in listed:
        assert command.startswith("gouji ")
        run(f"{sys.executable} -m {command}", tmp_path)
    assert {"reports.xlsx", "cells.csv", "truths.jsonl", "reports.ingest.csv"} <= {
        one.name for one in tmp_path.iterdir()
    }
    assert (tmp_path / "cells.csv").read_bytes().count(b"\n") > 400


def test_the_calls_of_the_api_are_answered(
    start_server: Callable[..., AbstractContextManager[httpx.Client]], tmp_path: Path
) -> None:
    shutil.copy(ROOT / "tests" / "documents" / REPORTS[0] / "report.txt", tmp_path / "report.txt")
    with start_server(parse_workers=1) as server:
        report = "ID"
        for command in commands("api.md"):
            told = run(
                command.replace("http://127.0.0.1:8000", str(server.base_url)).replace("/ID", f"/{report}")
                + " --silent --show-error --fail-with-body --noproxy '*'",
                tmp_path,
            )
            report = server.get("/reports").json()["reports"][0]["id"]
            assert told or (tmp_path / "cells.csv").stat().st_size > 1000


def test_the_api_names_every_path_and_every_code() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for code, status in CODES.items():
        assert re.search(rf"`{code}`.*\b{status}\b", page), code
    for path in create_app(Settings()).openapi()["paths"]:
        literal = [step for step in path.split("/") if step and not step.startswith("{")]
        assert all(f"/{step}" in page for step in literal), path
