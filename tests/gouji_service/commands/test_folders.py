import os
import subprocess
import sys
from pathlib import Path

import pytest

from gouji_service.commands.folders import Found, LeftOut, expand, walk_folder
from tests.gouji_service.conftest import ROOT

NOISE = {
    "~$报告.docx": "lock_file",
    "a/.~lock.b.odt#": "lock_file",
    "Thumbs.db": "system_file",
    "a/thumbs.db": "system_file",
    "desktop.ini": "system_file",
    ".DS_Store": "system_file",
    "__MACOSX": "system_file",
    ".git": "hidden",
    "a/.x": "hidden",
}


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_a_folder_stands_for_its_sources_sorted_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.html", "a/c/3.pdf", "~tilde.txt"):
        touch(tmp_path / name)
    for name in NOISE:
        touch(tmp_path / name / "deep" / "x.txt" if name in ("__MACOSX", ".git") else tmp_path / name)
    left: list[LeftOut] = []
    found = list(expand([str(tmp_path)], left.append))
    assert [one.below for one in found] == ["b.txt", "~tilde.txt", "a/1.html", "a/2.txt", "a/c/3.pdf"]
    assert [one.path for one in found] == [str(tmp_path / str(one.below)) for one in found]
    assert {Path(one.path).relative_to(tmp_path).as_posix(): one.reason for one in left} == NOISE


def test_a_file_that_is_named_itself_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    touch(tmp_path / ".hidden")
    assert list(expand(["-", str(tmp_path / ".hidden")])) == [Found("-"), Found(str(tmp_path / ".hidden"))]


def test_what_cannot_be_looked_into_is_a_source_whose_error_is_told_later(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    (tmp_path / "deep.json").write_text("{" + '"a":{' * 50_000)
    assert all(isinstance(one, Found) for one in walk_folder(str(tmp_path)))


@pytest.mark.parametrize("command", [["parse", "--engine", "rules"]])
def test_the_file_that_is_being_written_is_no_source(tmp_path: Path, report_text: str, command: list[str]) -> None:
    (tmp_path / "1.txt").write_text(report_text, encoding="utf-8")
    with (tmp_path / "0.jsonl").open("wb") as out:
        ended = subprocess.run(
            [sys.executable, "-m", "gouji", *command, str(tmp_path)],
            cwd=ROOT,
            env=os.environ | {"GOUJI_DATA_DIR": str(tmp_path / "data")},
            stdout=out,
            stderr=subprocess.PIPE,
            check=True,
        )
    assert b"1 left out (output 1) / " in ended.stderr
    assert (tmp_path / "0.jsonl").read_bytes().count(b"\n") == 1
