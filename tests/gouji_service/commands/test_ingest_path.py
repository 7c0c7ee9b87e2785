"""The path below the ingested folder is kept, shown and exported."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from gouji.recovery import recover_all
from gouji_service.commands.folders import LeftOut
from gouji_service.commands.ingest import ingest_sources
from gouji_service.commands.ingest_sheet import ResultSheet
from gouji_service.commands.ingest_sources import SourceRecord, read_sources
from gouji_service.export.export import export_reports
from gouji_service.store.filters import ReportFilter
from gouji_service.store.results import read_results
from gouji_service.store.store import Store
from gouji_service.store.tables import Report
from tests.gouji_service.conftest import ROOT, small_report


def text(n: int) -> str:
    return small_report().replace("某区", f"{n}区")


def ingest(store: Store, source: Path, sheet: Path) -> dict[str, int]:
    opened = ResultSheet(sheet)
    try:
        return dict(ingest_sources(store, read_sources(source, 100_000), recover_all, opened, engine="rules"))
    finally:
        opened.close()


def paths(store: Store) -> list[str | None]:
    with store.reading() as connection:
        return list(connection.execute(select(Report.path).order_by(Report.id)).scalars())


def test_paths_are_kept_shown_and_exported(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "省"
    for name in ("甲市/2023/报告.txt", "乙.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text(len(name)), encoding="utf-8")
    assert ingest(store, folder, tmp_path / "sheet.csv") == {"stored": 2}
    assert paths(store) == ["乙.txt", "甲市/2023/报告.txt"]
    with store.reading() as connection:
        ids = list(connection.execute(select(Report.id).order_by(Report.id)).scalars())
        assert [result["path"] for result in read_results(connection, ids)] == paths(store)
    for shape in ("wide", "long"):
        data = b"".join(export_reports(store, ReportFilter(), format="csv", shape=shape))
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert sorted({row["path"] for row in rows}) == sorted(filter(None, paths(store)))


def test_a_report_that_was_kept_without_a_path_gets_it_and_the_first_one_stays(store: Store, tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps({"text": text(1), "name": "a"}), encoding="utf-8")
    ingest(store, lines, tmp_path / "1.csv")
    assert paths(store) == [None]
    for n, folder in enumerate(("x", "y")):
        (tmp_path / folder / "sub").mkdir(parents=True)
        (tmp_path / folder / "sub" / f"{n}.txt").write_text(text(1), encoding="utf-8")
        assert ingest(store, tmp_path / folder, tmp_path / "2.csv") == {"known": 1}
    assert paths(store) == ["sub/0.txt"]


def test_a_record_may_tell_its_path(store: Store, tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps({"text": text(2), "path": "甲/乙.txt"}), encoding="utf-8")
    ingest(store, lines, tmp_path / "1.csv")
    assert paths(store) == ["甲/乙.txt"]


def test_what_is_left_out_is_told_and_listed_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.txt").write_text(text(3), encoding="utf-8")
    (folder / "Thumbs.db").touch()
    command = [sys.executable, "-m", "gouji", "ingest", str(folder), "--engine", "rules", "--jobs", "1"]
    environment = os.environ | {"GOUJI_DATA_DIR": str(tmp_path / "data")}
    for stored in (1, 0):
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        counts = {"stored": stored, "known": 1 - stored, "failed": 0, "left_out": 1}
        assert json.loads(ended.stdout) == counts
        assert "1 left out (system_file 1)" in ended.stderr
        assert "略过 1 项" in ended.stderr
        (folder / "Thumbs.db").write_bytes(b"again")
    with (tmp_path / "in.ingest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(Path(row["source"]).name, row["outcome"], row["code"]) for row in csv.DictReader(file)]
    assert rows == [("1.txt", "stored", ""), ("Thumbs.db", "left_out", "system_file")]


def test_records_come_from_standard_input(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"text": text(n), "name": f"{n}.txt"}) for n in (4, 5))
    ended = subprocess.run(
        [sys.executable, "-m", "gouji", "ingest", "-", "--engine", "rules", "--jobs", "1"],
        cwd=tmp_path,
        env=os.environ
        | {"GOUJI_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": f"{ROOT / 'models'}:{ROOT / 'service'}"},
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ended.stdout)["stored"] == 2
    with (tmp_path / "stdin.ingest.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["source"] for row in csv.DictReader(file)] == ["stdin:1", "stdin:2"]


def test_a_folder_hands_over_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "~$a.docx").touch()
    (tmp_path / "a.txt").write_text("x")
    left: list[LeftOut] = []
    assert list(read_sources(tmp_path, 10, left.append)) == [
        SourceRecord(str(tmp_path / "a.txt"), b"x", "a.txt", path="a.txt")
    ]
    assert [one.reason for one in left] == ["lock_file"]
