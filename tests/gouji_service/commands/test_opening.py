"""Another folder is not silently another store."""

from pathlib import Path

import pytest

from gouji_service.cli import main
from gouji_service.settings import Settings
from gouji_service.store.place import describe_place, is_there
from gouji_service.store.store import open_store
from tests.gouji_service.conftest import small_report

TAKING = [["export"], ["reparse", "--all"], ["delete", "--all"], ["worker", "--until-done"]]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOUJI_DATABASE_URL", raising=False)
    monkeypatch.delenv("GOUJI_DATA_DIR", raising=False)
    return tmp_path / "data" / "gouji.db"


@pytest.mark.parametrize("command", TAKING, ids=" ".join)
def test_a_store_that_is_not_there_is_refused_and_not_made(
    elsewhere: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"there is no store at {elsewhere}" in told.err
    assert f"{elsewhere} 没有库" in told.err
    assert "GOUJI_DATA_DIR" in told.err
    assert not elsewhere.parent.exists()


@pytest.mark.parametrize("command", TAKING[:3], ids=" ".join)
def test_a_store_without_a_report_is_refused(
    elsewhere: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(f"sqlite:///{elsewhere}").close()
    assert main(command) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"the store at {elsewhere} holds no report" in told.err


def test_a_worker_may_wait_for_the_first_report(elsewhere: Path) -> None:
    open_store(f"sqlite:///{elsewhere}").close()
    assert main(["worker", "--until-done"]) == 0


def test_a_new_store_is_said_to_be_new_and_then_to_be_there(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere.parent.parent / "1.txt").write_text(small_report(), encoding="utf-8")
    assert main(["ingest", "1.txt", "--engine", "rules", "--jobs", "1"]) == 0
    assert f"a new store is made at {elsewhere}" in capsys.readouterr().err
    assert main(["export"]) == 0
    assert f"the store is {elsewhere}" in capsys.readouterr().err


def test_a_database_is_looked_into_without_being_changed(empty_url: str) -> None:
    assert not is_there(empty_url)
    assert not is_there(empty_url)
    open_store(empty_url).close()
    assert is_there(empty_url)


def test_a_password_is_not_told() -> None:
    assert describe_place("postgresql://gouji:secret@db:5432/gouji") == "postgresql://gouji:***@db:5432/gouji"
    assert describe_place(Settings(data_dir=Path("/srv/g")).database) == "/srv/g/gouji.db"
