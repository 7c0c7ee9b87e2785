"""The store: one SQLAlchemy engine for SQLite (WAL) or PostgreSQL, its transactions, and the bytes of documents.

store = open_store(settings.database, documents_dir=None)
with store.writing() as connection: ...     # one transaction: all of it or nothing
with store.reading() as connection: ...     # one snapshot
"""

import hashlib
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from gouji.extras import require_extra
from gouji.forms import FORMS, TABLES, takes_decimals, template
from gouji_service.settings import Settings
from gouji_service.store.errors import os_error_to_store_error, translate_error, translate_errors, translated_waits
from gouji_service.store.migrating import upgrade
from gouji_service.store.tables import Base, Document, Slot

_WRITES = "gouji_writes"
# libpq, in seconds and milliseconds: a server whose machine or network is gone is noticed
_PATIENCE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}


def content_hash(data: bytes) -> str:
    """SHA-256 in hexadecimal: what a document is known by."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Store:
    """An open database. `documents_dir` None keeps the original bytes in the database."""

    engine: Engine
    documents_dir: Path | None = None
    review_below: float = 0.95  # reports under this confidence need a review
    slots: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (table, cell name) -> slot of `cells`
    fractional: frozenset[int] = frozenset()  # slots known to hold numbers with decimals; there may be more by now

    @cached_property
    def names(self) -> Mapping[int, tuple[str, str]]:
        """Slot of `cells` -> table, cell name."""
        return {slot: name for name, slot in self.slots.items()}

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that will write. SQLite takes its one writer's lock at once rather than half way."""
        with self._connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot: what is read inside belongs together."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def _connect(self) -> Connection:
        with translated_waits():
            return self.engine.connect()

    def reach(self) -> None:
        """Ask the database for nothing. Raises StoreError where it cannot be reached."""
        with self.reading() as connection:
            connection.execute(select(1))

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by the clock that all workers share: the server's, or this machine's for SQLite."""
        if self.is_sqlite:
            return time.time()
        return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    def close(self) -> None:
        """Close the idle connections."""
        self.engine.dispose()


def insert_new(connection: Connection, table: type[Base], row: Mapping[str, object]) -> bool:
    """Insert a row unless one with its key is there. True when it was inserted."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table.__table__).values(**row).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.__table__.primary_key)).first() is not None


def _document_path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / f"{sha256}.z"


def _write_document(path: Path, body: bytes) -> None:
    """A file that is whole or not there: written beside its place, forced to disk, then renamed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
        try:
            with part.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise os_error_to_store_error(error) from error


def put_document(store: Store, connection: Connection, data: bytes, sha256: str, now: float) -> None:
    """Keep the bytes once. A file on disk is complete before the row that promises it is committed."""
    if store.documents_dir is not None:
        _lock_file(connection, sha256)
    # what is there must not be deleted before the report that needs it is kept
    held = select(Document.sha256).where(Document.sha256 == sha256).with_for_update(read=True, key_share=True)
    if connection.execute(held).first():
        return
    body: bytes | None = zlib.compress(data)
    if store.documents_dir is not None and body is not None:
        _write_document(_document_path(store.documents_dir, sha256), body)
        body = None
    insert_new(
        connection,
        Document,
        {"sha256": sha256, "size": len(data), "created_at": now, "body": body},
    )


def _lock_file(connection: Connection, sha256: str) -> None:
    """Until the commit, nobody else writes or removes the file of this hash."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        key = int(sha256[:8], 16) - (1 << 31)
        connection.execute(text("SELECT pg_advisory_xact_lock(1602, :key)"), {"key": key})


def discard_files(store: Store, hashes: Sequence[str]) -> None:
    """Remove the files of deleted documents, after the commit that deleted them; not where one was kept again since."""
    if store.documents_dir is None:
        return
    with store.writing() as connection:
        for sha256 in sorted(hashes):
            _lock_file(connection, sha256)
            if connection.execute(select(Document.sha256).where(Document.sha256 == sha256)).first() is None:
                _document_path(store.documents_dir, sha256).unlink(missing_ok=True)


def get_document(store: Store, connection: Connection, sha256: str) -> bytes:
    """The original bytes. Raises KeyError for a hash that was never stored, StoreError for a file that is gone."""
    row = connection.execute(select(Document.body).where(Document.sha256 == sha256)).first()
    if row is None:
        raise KeyError(sha256)
    if row.body is not None:
        return zlib.decompress(row.body)
    try:  # kept on disk, whatever the setting says now
        return zlib.decompress(_document_path(store.documents_dir or Path("data/documents"), sha256).read_bytes())
    except OSError as error:
        raise os_error_to_store_error(error) from error


def _prepare_sqlite(engine: Engine, wait: float) -> None:
    @event.listens_for(engine, "connect")
    def _connect(raw: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # transactions begin where we say so, not where sqlite3 guesses
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")  # an answered request survives a power cut
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_wal(engine: Engine) -> None:
    """Readers go on while one writes. A property of the file, so that once is enough."""
    try:
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            mode = cursor.execute("PRAGMA journal_mode").fetchone()
            if mode != ("wal",) and not cursor.execute("PRAGMA query_only").fetchone()[0]:
                cursor.execute("PRAGMA journal_mode = WAL")
            cursor.close()
        finally:
            raw.close()
    except sqlite3.Error as error:  # outside of SQLAlchemy's care, which the pool's first connection is
        raise translate_error(error) or error from error


def connect_engine(url: str, *, wait: float = 10.0) -> Engine:
    """An engine that speaks of its troubles in StoreErrors. `wait`: seconds that a writer waits for another one.

    Raises MissingExtra for PostgreSQL where its driver is not installed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and not parsed.database.startswith(("file:", ":")):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"check_same_thread": False}, pool_size=8, max_overflow=32)
        _prepare_sqlite(engine, wait)
    else:
        if parsed.drivername in ("postgres", "postgresql"):
            require_extra("psycopg", "postgresql")
            parsed = parsed.set(drivername="postgresql+psycopg")
        options = f"-c lock_timeout={int(wait * 1000)} -c idle_in_transaction_session_timeout=600000"
        engine = create_engine(
            parsed,
            pool_size=8,
            max_overflow=32,
            pool_pre_ping=True,  # a connection that was cut while idle is replaced and not handed out
            pool_timeout=10,
            connect_args={"options": options, "connect_timeout": 10, **_PATIENCE},
        )
    translate_errors(engine)
    return engine


def _fill_slots(store: Store) -> dict[tuple[str, str], int]:
    wanted = dict.fromkeys((table, cell) for form in FORMS for table in TABLES for cell in template(table, form).cells)
    read = select(Slot.table, Slot.name, Slot.id)
    with store.reading() as connection:
        known = {(row.table, row.name): row.id for row in connection.execute(read)}
    if wanted.keys() <= known.keys():
        return known
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.execute(text("LOCK TABLE slots IN EXCLUSIVE MODE"))
        known = {(row.table, row.name): row.id for row in connection.execute(read)}
        free = max(known.values(), default=0)
        for slot in wanted:
            if slot not in known:
                free += 1
                known[slot] = free
                connection.execute(
                    insert(Slot).values(id=free, table=slot[0], name=slot[1], fractional=takes_decimals(slot[1]))
                )
    return known


def open_store(url: str, *, documents_dir: Path | None = None, review_below: float = 0.95, wait: float = 10.0) -> Store:
    """Connect, bring the tables to the newest migration, and know the cells of the forms. Raises StoreError."""
    engine = connect_engine(url, wait=wait)
    try:
        if engine.dialect.name == "sqlite":
            _set_wal(engine)
        upgrade(engine)
        store = Store(engine, documents_dir, review_below)
        store = replace(store, slots=_fill_slots(store))
        with store.reading() as connection:
            decimals = connection.execute(select(Slot.id).where(Slot.fractional.is_(True))).scalars()
            return replace(store, fractional=frozenset(decimals))
    except BaseException:
        engine.dispose()
        raise


def open_settings_store(settings: Settings) -> Store:
    """The store that the settings name."""
    return open_store(
        settings.database,
        documents_dir=settings.documents_dir,
        review_below=settings.review_below,
        wait=settings.database_wait,
    )
