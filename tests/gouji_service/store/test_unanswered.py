import base64
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from gouji_service.http.app import create_app
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreUnavailable, translate_error
from gouji_service.store.paging import Cursor
from gouji_service.store.store import Store
from tests.gouji_service.conftest import POSTGRESQL, _drop, _postgresql


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.errors.ConnectionTimeout])
def test_a_database_that_does_not_answer_is_away(kind: type[Exception]) -> None:
    assert isinstance(translate_error(kind("connection timeout expired")), StoreUnavailable)


def test_a_mistake_of_ours_stays_one() -> None:
    assert translate_error(psycopg.errors.UndefinedColumn("no such column")) is None


def test_waiting_in_vain_for_a_connection_is_no_foreign_error(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}", pool_size=1, max_overflow=0, pool_timeout=0.1)
    store = Store(engine)
    with store.reading(), pytest.raises(StoreUnavailable, match="in time"), store.reading():
        pass
    with pytest.raises(StoreUnavailable), store.reading(), store.writing():
        pass
    store.close()


@pytest.mark.parametrize(
    "plain", [b'["created_at",1,"01J\0"]', b'["year",2020,"\0"]', b'["created_at",1,"01J 2"]', b"1:--"]
)
def test_a_cursor_that_no_database_takes_is_none(plain: bytes) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.from_text(base64.urlsafe_b64encode(plain).decode().rstrip("="))


def test_a_server_whose_store_went_away_is_not_ready(tmp_path: Path) -> None:
    url = _postgresql()
    settings = Settings(data_dir=tmp_path, database_url=url, parse_workers=1, job_workers=0)
    with TestClient(create_app(settings)) as client:
        while client.get("/health/ready").json().get("detail") == "The parsers are starting.":
            pass
        assert client.get("/health/ready").status_code == 200
        _drop(url)
        told = client.get("/health/ready")
        assert (told.status_code, told.json()["code"]) == (503, "not_ready")
        assert client.get("/health/live").status_code == 200
        with psycopg.connect(POSTGRESQL, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{url.rpartition("/")[2]}"')
        assert client.get("/health/ready").status_code == 200
        half = b'{"text": "2", "name": "\\ud800"}'
        told = client.post("/parse", content=half, headers={"Content-Type": "application/json"})
        assert (told.status_code, told.json()["code"]) == (422, "bad_request")
    _drop(url)
