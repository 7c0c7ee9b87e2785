from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, select, text

from gouji_service.store.migrating import downgrade, newest_revision, revision, upgrade
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, connect_engine, open_store
from gouji_service.store.tables import Base, Run
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def store(empty_url: str) -> Iterator[Store]:
    opened = open_store(empty_url)
    yield opened
    opened.close()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    assert differences(store.engine) == []
    with store.reading() as connection:
        assert revision(connection) == newest_revision()


def test_down_and_up_again_keeps_what_earlier_migrations_hold(store: Store) -> None:
    data = sample_text(1)
    with store.writing() as connection:
        saved = save_parsed(store, connection, Parsed(data, sample_recovery(data)))
    downgrade(store.engine, "0001")
    assert differences(store.engine) != []
    upgrade(store.engine)
    assert differences(store.engine) == []
    with store.reading() as connection:
        assert connection.execute(select(Run.id)).scalars().all() == [saved.run_id]
        assert connection.execute(text("SELECT count(*) FROM current_cells")).scalar_one() > 100


def test_down_to_nothing_leaves_nothing_and_up_works_again(store: Store, empty_url: str) -> None:
    downgrade(store.engine)
    with store.reading() as connection:
        assert revision(connection) is None
    again = open_store(empty_url)
    assert differences(again.engine) == []
    again.close()


def test_two_that_start_at_once_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(open_store, [empty_url] * 4))
    assert {len(store.slots) for store in stores} == {len(stores[0].slots)}
    for store in stores:
        store.close()
    engine = connect_engine(empty_url)
    assert differences(engine) == []
    engine.dispose()
