import base64
import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from gouji.recovery import recover_all
from gouji.results import Recovery
from gouji_service.cli import main
from gouji_service.commands.ingest import ingest_sources
from gouji_service.commands.ingest_sheet import COLUMNS, ResultSheet
from gouji_service.commands.ingest_sources import count_sources, read_sources
from gouji_service.jobs.reparsing import Parse
from gouji_service.store.store import Store, open_store
from gouji_service.store.tables import Report, Run
from tests.gouji_service.conftest import ROOT, small_report

LIMIT = 100_000


def text(n: int) -> str:
    return small_report().replace("某区", f"{n}区")


def write_lines(path: Path, reports: int) -> Path:
    lines = [json.dumps({"name": f"{n}.txt", "text": text(n)}) for n in range(reports)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def counted(store: Store) -> list[int]:
    with store.reading() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (Report, Run)]


def rows(sheet: Path) -> list[dict[str, str]]:
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ingest(store: Store, source: Path, parse: Parse = recover_all, **how: Any) -> dict[str, int]:
    sheet = ResultSheet(source.with_name(source.name + ".ingest.csv"))
    try:
        return dict(ingest_sources(store, read_sources(source, LIMIT), parse, sheet, engine="rules", **how))
    finally:
        sheet.close()


def test_folder_lines_and_parquet_hold_the_same_reports(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for n in range(3):
        (folder / "sub" / f"{n}.txt").write_text(text(n), encoding="utf-8")
    (folder / ".hidden").write_text("no")
    lines = tmp_path / "reports.jsonl"
    records = [{"id": n, "content_base64": base64.b64encode(text(n).encode()).decode()} for n in range(3)]
    lines.write_text("\n\n".join(map(json.dumps, records)), encoding="utf-8")
    table = tmp_path / "reports.parquet"
    pq.write_table(
        pa.table({"url": ["a", "b", "c"], "content": [text(n).encode() for n in range(3)], "x": [1, 2, 3]}), table
    )
    assert [count_sources(path) for path in (folder, lines, table)] == [3, 3, 3]
    assert ingest(store, folder) == {"stored": 3}
    assert ingest(store, lines) == {"known": 3}
    assert ingest(store, table) == {"known": 3}
    assert counted(store) == [3, 3]
    assert [row["outcome"] for row in rows(tmp_path / "folder.ingest.csv")] == ["stored"] * 3


def test_each_file_that_failed_is_listed_with_its_reason(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.txt").write_text(text(1), encoding="utf-8")
    (folder / "2.txt").write_bytes(b"")
    (folder / "3.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "4.txt").write_bytes(b"a" * (LIMIT + 1))
    (folder / "5.txt").symlink_to(folder / "gone")
    (folder / "6.exe").write_bytes(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" * 50)
    assert ingest(store, folder) == {"stored": 1, "failed": 5}
    told = {Path(row["source"]).name: row for row in rows(tmp_path / "in.ingest.csv")}
    assert {name: row["code"] for name, row in told.items()} == {
        "1.txt": "", "2.txt": "unreadable", "3.pdf": "unreadable", "4.txt": "too_large", "5.txt": "unreadable",
        "6.exe": "unsupported_media",
    }  # fmt: skip
    assert all(row["reason"] for name, row in told.items() if name != "1.txt")
    assert counted(store) == [1, 1]


def test_a_wrong_record_is_one_failure(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    good = json.dumps({"text": text(1)})
    wrong = [
        "{broken",
        "[1]",
        '{"name": "x"}',
        '{"content_base64": "!!"}',
        '{"content": 5}',
        "\ud800".encode("utf-8", "surrogatepass"),
    ]
    source.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in [*wrong, good]))
    assert ingest(store, source) == {"failed": 6, "stored": 1}


def test_what_is_done_is_not_done_again_and_what_failed_only_when_asked(store: Store, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", 4)
    with source.open("a") as file:
        file.write('{"name": "empty", "text": " "}\n')
    parsed: list[str | None] = []

    def parse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]:
        parsed.append(name)
        return recover_all(data, name=name, media_type=media_type, engine=engine)

    assert ingest(store, source, parse) == {"stored": 4, "failed": 1}
    assert ingest(store, source, parse) == {"known": 4, "failed": 1}
    assert len(parsed) == 5
    assert ingest(store, source, parse, retry_failed=True) == {"known": 4, "failed": 1}
    assert parsed[5:] == ["empty"]
    assert len({row["source"] for row in rows(tmp_path / "in.jsonl.ingest.csv")}) == 5


def test_many_threads_keep_the_order_of_the_sources(store: Store, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", 24)

    def parse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]:
        time.sleep(0.005 * (hash(name) % 3))
        return recover_all(data, name=name, media_type=media_type, engine=engine)

    assert ingest(store, source, parse, at_once=4) == {"stored": 24}
    with store.reading() as connection:
        names = connection.execute(select(Report.name).order_by(Report.id)).scalars().all()
    assert names == [f"{n}.txt" for n in range(24)]
    assert [row["source"].rpartition(":")[2] for row in rows(tmp_path / "in.jsonl.ingest.csv")] == [
        str(n) for n in range(1, 25)
    ]


def test_being_told_to_stop_keeps_what_is_parsed(store: Store, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", 40)
    stop = threading.Event()
    seen: list[int] = []

    def parse(
        data: bytes, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]:
        seen.append(1)
        if len(seen) == 20:
            stop.set()
        return recover_all(data, name=name, media_type=media_type, engine=engine)

    first = ingest(store, source, parse, stop=stop)
    assert first["stored"] == len(seen) < 40
    assert ingest(store, source) == {"known": first["stored"], "stored": 40 - first["stored"]}


def test_a_killed_ingest_goes_on_where_it_was(tmp_path: Path, store: Store, store_url: str) -> None:
    source = write_lines(tmp_path / "in.jsonl", 60)
    environment = os.environ | {"GOUJI_DATABASE_URL": store_url}
    command = [sys.executable, "-m", "gouji", "ingest", str(source), "--jobs", "1", "--engine", "rules"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        while counted(store)[0] < 10:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    finally:
        process.kill()
        process.communicate()
    kept = counted(store)[0]
    assert 10 <= kept < 60
    sheet = tmp_path / "in.jsonl.ingest.csv"
    sheet.write_bytes(sheet.read_bytes() + b"half a li")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"stored": 60 - kept, "known": kept, "failed": 0, "left_out": 0}
    assert counted(store) == [60, 60]
    assert len({row["source"] for row in rows(sheet)}) == len(rows(sheet)) == 60
    assert tuple(rows(sheet)[0]) == COLUMNS


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path / "data"))
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'gouji.db'}")
    yield store
    store.close()


def test_the_command_says_how_it_went(on_disk: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_lines(tmp_path / "in.jsonl", 2)
    assert main(["ingest", str(source), "--jobs", "2"]) == 0
    assert json.loads(capsys.readouterr().out) == {"stored": 2, "known": 0, "failed": 0, "left_out": 0}
    source.write_text('{"text": ""}\n')
    assert main(["ingest", str(source), "--sheet", str(tmp_path / "sheet.csv")]) == 1
    assert rows(tmp_path / "sheet.csv")[0]["code"] == "unreadable"
    assert main(["ingest", str(tmp_path / "nothing")]) == 2
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    assert main(["ingest", str(tmp_path / "bad.parquet")]) == 2
    assert counted(on_disk) == [2, 2]


def test_without_pyarrow_a_parquet_file_names_its_extra(
    on_disk: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    (tmp_path / "in.parquet").write_bytes(b"PAR1")
    assert main(["ingest", str(tmp_path / "in.parquet")]) == 2
    assert "pip install 'gouji[parquet]'" in capsys.readouterr().err
    assert main(["ingest", str(write_lines(tmp_path / "in.jsonl", 1))]) == 0
    assert counted(on_disk) == [1, 1]
