import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gouji_service.cli import main
from gouji_service.commands.ingest_sheet import Line, ResultSheet
from gouji_service.commands.own_files import name_own_file
from gouji_service.export.export import MEDIA_TYPES
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from tests.gouji_service.conftest import ROOT
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path / "data"))
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'gouji.db'}")
    data = sample_text(1)
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(data, sample_recovery(data)))
    yield store
    store.close()


@pytest.mark.parametrize("format", MEDIA_TYPES)
@pytest.mark.parametrize("shape", ["wide", "long"])
@pytest.mark.parametrize("headers", ["keys", "official"])
def test_every_export_is_known_by_what_is_in_it(
    kept: Store, tmp_path: Path, format: str, shape: str, headers: str
) -> None:
    path = tmp_path / f"年度报告.{format}"  # its name tells nothing
    assert main(["export", str(path), "--shape", shape, "--headers", headers]) == 0
    assert name_own_file(path) == ("result" if (format, shape) == ("jsonl", "wide") else "export")


def test_sheets_results_and_problems_are_known(
    tmp_path: Path, report_text: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    sheet = ResultSheet(tmp_path / "sheet.csv")
    sheet.add([Line("a", "b", "stored")])
    sheet.close()
    assert name_own_file(tmp_path / "sheet.csv") == "ingest_sheet"
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(report_text, encoding="utf-8")
    bad.touch()
    for source in (good, bad):
        main(["parse", "--engine", "rules", str(source)])
        line = capfdbinary.readouterr().out
        (tmp_path / "out.txt").write_bytes(line)
        assert name_own_file(tmp_path / "out.txt") == "result", line
    (tmp_path / "many.json").write_text(json.dumps({"reports": [json.loads(line.decode()) | {"x": 1}]}))
    assert name_own_file(tmp_path / "many.json") == "result"


def test_no_genuine_report_is_taken_for_one_of_ours() -> None:
    reports = [path for path in (ROOT / "tests" / "documents").glob("*/report.*") if path.is_file()]
    assert len(reports) > 50
    assert [path for path in reports if name_own_file(path)] == []
