"""The result sheet of an ingest: only added to, whole after a crash, of one shape over versions."""

import csv
from pathlib import Path

import pytest

from gouji_service.commands.ingest_sheet import COLUMNS, Line, ResultSheet

STORED = Line("a.txt", "1", "stored", report="R", confidence="0.9")
FAILED = Line("b.txt", "2", "failed", code="unreadable", reason="two\nlines")


def written(path: Path, *lines: Line) -> ResultSheet:
    sheet = ResultSheet(path)
    sheet.add(lines)
    sheet.close()
    return sheet


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sheet.csv"


def test_lines_are_written_as_they_come_and_read_again(path: Path) -> None:
    written(path, STORED, FAILED)
    assert [row["source"] for row in rows(path)] == ["a.txt", "b.txt"]
    assert rows(path)[1]["reason"] == "two lines"
    again = written(path)
    assert again.listed == {("a.txt", "1", ""), ("b.txt", "2", "")}
    assert again.failed["2"].code == "unreadable"


def test_what_failed_and_came_right_later_has_not_failed(path: Path) -> None:
    written(path, FAILED, Line("b.txt", "2", "stored"))
    assert written(path).failed == {}


@pytest.mark.parametrize(("outcome", "lines"), [("known", 1), ("left_out", 1), ("stored", 2), ("failed", 2)])
def test_what_is_no_news_is_listed_once(path: Path, outcome: str, lines: int) -> None:
    line = Line("a.txt", "1", outcome)
    written(path, line)
    written(path, line)
    assert len(rows(path)) == lines


def test_a_line_that_a_crash_cut_short_is_taken_out(path: Path) -> None:
    written(path, STORED)
    whole = path.read_bytes()
    path.write_bytes(whole + b"c.txt,3,sto")
    written(path, FAILED)
    assert path.read_bytes().startswith(whole)
    assert [row["source"] for row in rows(path)] == ["a.txt", "b.txt"]


def test_a_sheet_with_fewer_columns_gets_all_of_them(path: Path) -> None:
    path.write_text("\ufeffsource,sha256,outcome\na.txt,1,stored\n", encoding="utf-8")
    written(path, FAILED)
    assert list(rows(path)[0]) == list(COLUMNS)
    assert [(row["source"], row["outcome"], row["part"]) for row in rows(path)] == [
        ("a.txt", "stored", ""),
        ("b.txt", "failed", ""),
    ]
    assert not path.with_name("sheet.csv.part").exists()
