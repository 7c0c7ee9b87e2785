"""Errors of databases and disks, told apart by what a caller can do about them."""

import errno
import os
import sqlite3

import pytest
from sqlalchemy import create_engine, text

from gouji_service.store.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
    os_error_to_store_error,
    retry_store,
    translate_error,
    translate_errors,
)


class OfDriver(Exception):
    """An error as a driver gives it."""

    def __init__(self, **codes: object) -> None:
        self.__dict__.update(codes)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ({"sqlite_errorcode": 5}, StoreBusy),
        ({"sqlite_errorcode": 5 | 2 << 8}, StoreBusy),  # extended codes hold the primary one
        ({"sqlite_errorcode": 13}, StoreFull),
        ({"sqlite_errorcode": 10}, StoreFull),
        ({"sqlite_errorcode": 8}, StoreReadOnly),
        ({"sqlite_errorcode": 14}, StoreUnavailable),
        ({"sqlite_errorcode": 19}, None),  # a constraint is somebody's mistake
        ({"sqlstate": "40001"}, StoreBusy),
        ({"sqlstate": "53100"}, StoreFull),
        ({"sqlstate": "25006"}, StoreReadOnly),
        ({"sqlstate": "08006"}, StoreUnavailable),
        ({"sqlstate": "57P01"}, StoreUnavailable),
        ({"sqlstate": "42601"}, None),
        ({}, None),
    ],
)
def test_codes_of_drivers_have_their_kind(codes: dict[str, object], kind: type[StoreError] | None) -> None:
    found = translate_error(OfDriver(**codes))
    assert (None if found is None else type(found)) is kind


def test_a_connection_that_was_cut_is_a_store_that_is_away() -> None:
    assert type(translate_error(OfDriver(), disconnected=True)) is StoreUnavailable


def test_an_engine_raises_them_itself() -> None:
    engine = create_engine("sqlite://")
    translate_errors(engine)
    with engine.connect() as connection, pytest.raises(Exception, match="syntax") as caught:
        connection.execute(text("SELEC 1"))
    assert not isinstance(caught.value, StoreError)
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(sqlite3.OperationalError) as refused:
        connection.execute("CREATE TABLE a (b)")
    assert type(translate_error(refused.value)) is StoreReadOnly
    connection.close()
    engine.dispose()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EROFS, StoreReadOnly),
        (errno.EACCES, StoreReadOnly),
        (errno.EIO, StoreUnavailable),
    ],
)
def test_errors_of_the_folder_of_documents(number: int, kind: type[StoreError]) -> None:
    assert type(os_error_to_store_error(OSError(number, os.strerror(number)))) is kind


@pytest.mark.parametrize(("error", "times"), [(StoreBusy, 3), (StoreUnavailable, 3), (StoreFull, 1), (KeyError, 1)])
def test_only_what_may_pass_is_tried_again(error: type[Exception], times: int) -> None:
    tried = 0

    def action() -> str:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise error
        return "done"

    if times == 3:
        assert retry_store(action, patience=5) == "done"
    else:
        with pytest.raises(error):
            retry_store(action, patience=5)
    assert tried == times


def test_patience_has_an_end() -> None:
    tried = 0

    def action() -> None:
        nonlocal tried
        tried += 1
        raise StoreBusy

    with pytest.raises(StoreBusy):
        retry_store(action, patience=0.2)
    assert 1 < tried < 6
