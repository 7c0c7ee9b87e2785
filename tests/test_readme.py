"""What the READMEs print is what happens: their commands are run as printed, from the folder that they name."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")
NOT_RUN = ("make test",)  # this is run by it


def blocks(readme: str, language: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(readme: str) -> list[str]:
    """The lines of all shell blocks, without their comments."""
    lines = (line for block in blocks(readme, "sh") for line in block.splitlines())
    return [re.sub(r"\s{2,}#.*$", "", line) for line in lines if line]


def as_here(command: str, port: int) -> str:
    """A command with the environment of this run in the place of .venv, and a port that is free."""
    return command.replace(".venv/bin/", f"{Path(sys.executable).parent}/").replace(":8000", f":{port}")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that `make serve` started, as the README says, in the environment of this run."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "GOUJI_DATA_DIR": str(folder), "GOUJI_PORT": str(number), "GOUJI_PARSE_WORKERS": "1"}
    log = folder / "log"
    venv = Path(sys.executable).parent.parent
    made = [] if (venv / ".serving").exists() else ["--old-file", f"{venv}/.serving"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            ["make", f"VENV={venv}", f"PORT={number}", *made, "serve"],
            cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(600):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{number}/health/ready", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield number
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def assert_within(shown: Any, real: Any) -> None:
    """Everything that an example shows is so; a real result says more."""
    if isinstance(shown, Mapping):
        for key, value in shown.items():
            assert_within(value, real[key])
    elif isinstance(shown, list):
        for each in shown:
            assert any(is_within(each, other) for other in real), each
    else:
        assert shown == real


def is_within(shown: Any, real: Any) -> bool:
    try:
        assert_within(shown, real)
    except (AssertionError, KeyError):
        return False
    return True


@pytest.mark.parametrize("readme", READMES)
def test_every_command_runs_as_printed(readme: str, port: int, tmp_path: Path) -> None:
    ran = commands(readme)
    assert [line for line in ran if line.startswith("make ")] == ["make serve", "make test"]
    example = json.loads(blocks(readme, "json")[0])
    results = []
    for command in ran:
        if command.startswith("make "):
            continue  # serve is running (the fixture), test is this
        command, _, target = command.partition(" > ")
        done = subprocess.run(as_here(command, port), shell=True, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert target in ("", "tables.jsonl")
        results += [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == 1 + len(list((ROOT / "tests" / "documents").glob("genuine_*")))
    assert_within(example, results[0])


@pytest.mark.parametrize("readme", READMES)
def test_the_example_of_the_library_runs(readme: str) -> None:
    for program in blocks(readme, "python"):
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("6 printed 0.9")


def test_both_readmes_show_the_same_commands_and_examples() -> None:
    one, other = READMES
    assert commands(one) == commands(other)
    for language in ("python", "json"):
        assert blocks(one, language) == blocks(other, language)


@pytest.mark.parametrize(
    "paper",
    [
        *READMES,
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        *(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")),
    ],
)
def test_what_a_paper_links_to_is_there(paper: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / paper).read_text(encoding="utf-8")):
        assert ((ROOT / paper).parent / target).exists(), f"{paper} links to {target}"


def test_the_readme_is_read_in_a_screen_and_a_half() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90
