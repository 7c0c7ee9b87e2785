"""What can go wrong with a database, told apart by what a caller can do about it.

Errors::

    GoujiError
      StoreError             the store did not do it, and nothing of it is kept
        StoreBusy            another writer holds it for too long: try again shortly
        StoreUnavailable     no connection, or it was cut: try again when the server is back
        StoreFull            no room left on the disk
        StoreReadOnly        the database may be read but not written
"""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import TimeoutError

from gouji.document import GoujiError

_SQLITE = {5: "busy", 6: "busy", 8: "read_only", 10: "io", 11: "unavailable", 13: "full", 14: "unavailable"}
_SQLITE |= {26: "unavailable"}  # sqlite3's primary result codes
_POSTGRESQL = {
    "25006": "read_only",
    "40001": "busy",
    "40P01": "busy",
    "53100": "full",
    "53200": "busy",
    "53300": "busy",
    "55P03": "busy",
    "57014": "busy",
}  # SQLSTATE; classes 08 and 57P are connections that are gone
_Result = TypeVar("_Result")


class StoreError(GoujiError):
    """The store did not do what it was asked for."""


class StoreBusy(StoreError):
    """Another writer holds the database."""


class StoreUnavailable(StoreError):
    """The database cannot be reached, or its connection was cut."""


class StoreFull(StoreError):
    """No room left."""


class StoreReadOnly(StoreError):
    """The database cannot be written."""


_KINDS: dict[str, tuple[type[StoreError], str]] = {
    "busy": (StoreBusy, "The database is in use by another writer; try again shortly."),
    "full": (StoreFull, "The disk of the database is full; nothing was stored."),
    "io": (StoreFull, "The database could not write to its disk; nothing was stored."),
    "read_only": (StoreReadOnly, "The database is read-only; nothing was stored."),
    "unavailable": (StoreUnavailable, "The database cannot be reached, or its connection was cut; nothing was stored."),
}


def _kind(error: BaseException, disconnected: bool) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        if state in _POSTGRESQL:
            return _POSTGRESQL[state]
        if state.startswith(("08", "57P")):
            return "unavailable"
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if disconnected or kinds & {"OperationalError", "PoolTimeout"}:  # psycopg: no server there, or none that answers
        return "unavailable"
    return None


def translate_error(error: BaseException, *, disconnected: bool = False) -> StoreError | None:
    """The StoreError for an error of a driver; None for somebody's programming mistake."""
    kind = _kind(error, disconnected)
    if kind is None:
        return None
    of_kind, sentence = _KINDS[kind]
    return of_kind(sentence)


def translate_errors(engine: Engine) -> None:
    """Make every database error of this engine that is nobody's programming mistake a StoreError."""

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> None:
        if context.is_pre_ping:  # the pool replaces the connection by itself
            return
        error = translate_error(context.original_exception, disconnected=context.is_disconnect)
        if error is not None:
            raise error from context.original_exception


@contextmanager
def translated_waits() -> Iterator[None]:
    """SQLAlchemy's own waiting for a free connection, which no driver raises, as StoreUnavailable."""
    try:
        yield
    except TimeoutError as error:
        raise StoreUnavailable("The database does not answer in time; nothing was stored.") from error


def os_error_to_store_error(error: OSError) -> StoreError:
    """The error of a document kept on disk."""
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreReadOnly("The folder of the documents cannot be written; nothing was stored.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StoreFull("The disk of the documents is full; nothing was stored.")
    return StoreUnavailable(f"The folder of the documents failed ({error.strerror}); nothing was stored.")


def retry_store(action: Callable[[], _Result], *, patience: float = 60.0) -> _Result:
    """Do `action` again, waiting longer each time, while the store is busy or away, for `patience` seconds in all.

    The action must be one transaction: what failed left nothing behind. Raises the last StoreError.
    """
    end = time.monotonic() + patience
    wait = 0.05
    while True:
        try:
            return action()
        except (StoreBusy, StoreUnavailable):
            if time.monotonic() + wait > end:
                raise
            time.sleep(wait)
            wait = min(wait * 2, 2.0)
