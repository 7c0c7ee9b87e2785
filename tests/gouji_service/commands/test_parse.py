"""`gouji parse` by its parts: one file, its problem, its pictures, and the order of many."""

import io
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from gouji_service.cli import build_parser
from gouji_service.commands.parse import _in_order, parse_file
from gouji_service.parsing import ParserPool

LIMIT = 1_000_000


@pytest.fixture(scope="module")
def parsers() -> Iterator[ParserPool]:
    with ParserPool(1, timeout=60) as pool:
        yield pool


def test_a_file_gives_its_result_and_its_name(tmp_path: Path, parsers: ParserPool, report_text: str) -> None:
    path = tmp_path / "report.txt"
    path.write_text(report_text, encoding="utf-8")
    (found,), good = parse_file(str(path), parsers, LIMIT, "rules")
    assert good
    assert found["source"]["name"] == str(path)  # type: ignore[index]
    (problem,), good = parse_file(str(path), parsers, 100, "rules")
    assert (problem["code"], good) == ("too_large", False)


def test_standard_input_is_read_within_the_limit(
    parsers: ParserPool, report_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(report_text.encode())))
    _, good = parse_file("-", parsers, LIMIT, "rules")
    assert good


@pytest.mark.parametrize(
    ("name", "code"), [("gone.txt", "not_found"), (".", "unreadable"), ("empty.txt", "unreadable")]
)
def test_what_cannot_be_read_is_a_problem_with_its_name(
    tmp_path: Path, parsers: ParserPool, name: str, code: str
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (problem,), good = parse_file(str(tmp_path / name), parsers, LIMIT, "rules")
    assert (problem["code"], good) == (code, False)
    assert problem["source"] == {"name": str(tmp_path / name)}


def test_results_come_in_the_order_of_the_paths_and_few_are_held() -> None:
    gate, begun = threading.Event(), []

    def one(path: str) -> tuple[list[dict[str, object]], bool]:
        begun.append(path)
        if path == "0":
            gate.wait(10)
        return [{"path": path}], True

    asked: list[str] = []

    def paths() -> Iterator[str]:
        for n in range(20):
            asked.append(str(n))
            yield str(n)

    with ThreadPoolExecutor(2) as threads:
        found = _in_order(one, paths(), threads, 3)
        timer = threading.Timer(0.2, gate.set)
        timer.start()
        assert next(found) == ([{"path": "0"}], True)
        assert len(asked) == 4
        assert [lines[0]["path"] for lines, _ in found] == [str(n) for n in range(1, 20)]


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_less_than_one_file_at_once_is_refused(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["parse", "a.txt", "--jobs", jobs])
    assert "--jobs" in capsys.readouterr().err
