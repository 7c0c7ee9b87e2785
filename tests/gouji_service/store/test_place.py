"""Where a store is, and whether it is there."""

from pathlib import Path

import pytest

from gouji_service.store.errors import StoreError
from gouji_service.store.place import describe_place, holds_reports, is_there
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite://", "memory"),
        ("postgresql+psycopg://me:secret@host/db", "postgresql+psycopg://me:***@host/db"),
    ],
)
def test_a_place_is_told_without_its_password(url: str, place: str) -> None:
    assert describe_place(url) == place


def test_a_file_is_told_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert describe_place("sqlite:///data/gouji.db") == str(tmp_path / "data" / "gouji.db")


def test_looking_makes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gouji.db'}"
    assert not is_there(url)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "gouji.db").touch()
    assert not is_there(url)  # a file without tables is no store
    open_store(url).close()
    assert is_there(url)
    assert not is_there("sqlite://")


def test_a_database_that_cannot_be_reached_is_an_error_and_no_answer() -> None:
    with pytest.raises(StoreError):
        is_there("postgresql+psycopg://nobody@127.0.0.1:1/none", wait=1)


def test_a_new_store_holds_nothing(store: Store) -> None:
    assert not holds_reports(store)
    with store.writing() as connection:
        save_parsed(store, connection, Parsed(sample_text(1), sample_recovery(sample_text(1))))
    assert holds_reports(store)
