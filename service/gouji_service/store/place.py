"""Where a store is, and whether it is there already: so that another folder is not silently another store."""

from pathlib import Path

from sqlalchemy import make_url, select

from gouji_service.store.migrating import revision
from gouji_service.store.store import Store, connect_engine
from gouji_service.store.tables import Report


def describe_place(url: str) -> str:
    """The file of a SQLite store; the address of any other, without its password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database).absolute()) if parsed.database else "memory"
    return parsed.render_as_string(hide_password=True)


def is_there(url: str, *, wait: float = 10.0) -> bool:
    """Whether the database holds the tables of a store, of whatever version. Makes nothing. Raises StoreError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not (parsed.database and Path(parsed.database).exists()):
        return False
    engine = connect_engine(url, wait=wait)
    try:
        with engine.connect() as connection:
            return revision(connection) is not None
    finally:
        engine.dispose()


def holds_reports(store: Store) -> bool:
    """Whether any report is kept."""
    with store.reading() as connection:
        return connection.execute(select(Report.id).limit(1)).first() is not None
