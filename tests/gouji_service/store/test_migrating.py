"""A database is brought to the newest migration once, and written to by nobody who finds it there."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from gouji_service.store.migrating import downgrade, newest_revision, revision, upgrade
from gouji_service.store.store import connect_engine


def test_up_to_the_newest_and_down_to_nothing(empty_url: str) -> None:
    engine = connect_engine(empty_url)
    with engine.connect() as connection:
        assert revision(connection) is None
    upgrade(engine)
    with engine.connect() as connection:
        assert revision(connection) == newest_revision()
        assert "reports" in inspect(connection).get_table_names()
    downgrade(engine)
    with engine.connect() as connection:
        assert revision(connection) is None
        assert "reports" not in inspect(connection).get_table_names()
    engine.dispose()


def test_a_database_that_is_there_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect_engine(f"sqlite:///{tmp_path / 'gouji.db'}")
    upgrade(engine)
    monkeypatch.setattr("gouji_service.store.migrating._migrate", lambda *a, **how: pytest.fail("it migrates"))
    upgrade(engine)
    engine.dispose()


def test_foreign_keys_hold_again_behind_a_migration(tmp_path: Path) -> None:
    engine = connect_engine(f"sqlite:///{tmp_path / 'gouji.db'}")
    upgrade(engine)
    downgrade(engine, "-1")
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
