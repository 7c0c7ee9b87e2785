"""Brings a database to the newest migration, or back. One process at a time; the others wait and find it done."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_LOCK = 0x676F756A69  # "gouji": the advisory lock that migrations share


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "gouji_service:migrations")
    config.attributes["connection"] = connection
    return config


def revision(connection: Connection) -> str | None:
    """The migration that this database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The migration that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, which its foreign keys forbid. Checked before the commit."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys = OFF")  # without effect once a transaction has begun
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _migrate(engine: Engine, target: str, *, down: bool) -> None:
    with (
        engine.connect().execution_options(gouji_writes=True) as connection,
        _foreign_keys_off(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        (command.downgrade if down else command.upgrade)(_config(connection), target)
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError(f"the migration to {target} left rows that point nowhere; it was undone")


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the tables up to `target`. A database that is there already is not written to, nor locked."""
    with engine.connect() as connection:
        if target == "head" and revision(connection) == newest_revision():
            return
    _migrate(engine, target, down=False)


def downgrade(engine: Engine, target: str = "base") -> None:
    """Take the tables down to `target`. What a later migration added is lost."""
    _migrate(engine, target, down=True)
