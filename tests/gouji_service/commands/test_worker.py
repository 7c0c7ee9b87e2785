"""`gouji worker` does what waits in the queue, and ends when it is told to."""

from pathlib import Path

import pytest

from gouji_service.cli import main
from gouji_service.jobs.queue import Order, create_job
from gouji_service.jobs.views import read_job
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import open_store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def test_until_done_it_works_and_then_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report_text: str
) -> None:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("GOUJI_DATABASE_URL", raising=False)
    store = open_store(f"sqlite:///{tmp_path / 'gouji.db'}")
    data = report_text.encode()
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(data, sample_recovery(sample_text(1), confidence=0.2)))
    job = create_job(store, Order(wanted=ReportFilter(), engine="rules"))
    assert main(["worker", "--until-done", "--jobs", "1"]) == 0
    with store.reading() as connection:
        told = read_job(connection, job)
    store.close()
    assert (told["state"], told["done"], told["failed"]) == ("done", 1, 0)


def test_without_a_store_it_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path / "gone"))
    monkeypatch.delenv("GOUJI_DATABASE_URL", raising=False)
    assert main(["worker", "--until-done"]) == 2
    assert "worker" in capsys.readouterr().err
