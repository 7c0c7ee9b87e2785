"""Writers beside each other: of reports that arrive, and of reviewers of one agency's years."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from gouji_service.store import ids
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.deleting import delete_reports
from gouji_service.store.errors import StoreBusy, retry_store
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.results import read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text

AGENCY = "龙湾区统计局"


def parsed(seed: int, agency: str | None = None, year: int | None = None) -> Parsed:
    data = sample_text(seed, agency, year)
    return Parsed(data, sample_recovery(data))


def keep(store: Store, seed: int, agency: str | None = None, year: int | None = None) -> str:
    with store.writing() as connection:
        return save_parsed(store, connection, parsed(seed, agency, year)).report_id


def beyond(store: Store, after: str | None) -> list[str]:
    """What a reader finds behind the last id that it has seen."""
    with store.reading() as connection:
        page = select_reports(ReportFilter(), Report.id, after=after, limit=1000)
        return list(connection.execute(page).scalars())


def together(*tasks: Callable[[], object]) -> list[BaseException]:
    """Run the tasks at once; what they raised."""
    raised: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a writer waits for ever"
    return raised


def test_the_report_of_a_slow_writer_lies_behind_no_cursor(store: Store) -> None:
    """The slow one has its id, and commits after the quick one: whoever read in between must still find it."""
    keep(store, 0)  # so that the slow one is not the first of this parser, for whom every other one waits
    has_id, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with store.writing() as connection:
            save_parsed(store, connection, parsed(1))
            has_id.set()
            may_end.wait(2)

    def quick() -> None:
        has_id.wait(10)
        keep(store, 2)

    seen: list[str] = []

    def read() -> None:
        has_id.wait(10)
        end = time.monotonic() + 20
        while len(seen) < 3 and time.monotonic() < end:
            seen.extend(beyond(store, seen[-1] if seen else None))
            if len(seen) > 1:
                may_end.set()
            time.sleep(0.01)

    assert together(slow, quick, read) == []
    assert sorted(seen) == sorted(beyond(store, None))
    assert len(seen) == 3


def test_many_writers_at_once_lose_no_report_behind_a_cursor(store: Store) -> None:
    over = threading.Event()
    seen: list[str] = []

    def write(first: int) -> None:
        for seed in range(first, first + 12):
            retry_store(lambda seed=seed: keep(store, seed))  # type: ignore[misc]

    def read() -> None:
        while not over.is_set():
            seen.extend(beyond(store, seen[-1] if seen else None))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert together(*(lambda n=n: write(n * 100) for n in range(1, 5))) == []  # type: ignore[misc]
    finally:
        over.set()
        reader.join()
    seen.extend(beyond(store, seen[-1] if seen else None))
    assert seen == beyond(store, None)
    assert len(seen) == 48


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_hides_no_report(store: Store, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    first = keep(store, 1)
    real = time.time_ns
    monkeypatch.setattr(ids, "_last_id", 0)  # another process, which knows nothing of the first
    monkeypatch.setattr(time, "time_ns", lambda: real() + int(jump * 1e9))
    second = keep(store, 2)
    monkeypatch.setattr(ids, "_last_id", 0)
    monkeypatch.setattr(time, "time_ns", real)
    third = keep(store, 3)
    assert beyond(store, first) == [second, third]
    assert beyond(store, second) == [third]


def test_reviewers_of_one_agency_do_not_collide(store: Store) -> None:
    """Six years, each corrected again and again by its own reviewer; every correction redraws its neighbours' links."""
    reports = [keep(store, 1, AGENCY, year) for year in range(2018, 2024)]

    def correct(report: str) -> None:
        for value in range(15):
            said = CellCorrection("applications", "carried_over.natural_person", "printed", float(value))
            with store.writing() as connection:
                review_report(store, connection, report, Review(cells=[said]))

    assert together(*(lambda r=r: correct(r) for r in reports)) == []  # type: ignore[misc]
    with store.reading() as connection:
        results = read_results(connection, reports)
    assert [r["tables"]["applications"]["cells"]["carried_over.natural_person"]["value"] for r in results] == [14] * 6


def test_corrections_deletions_and_new_runs_of_an_agency_all_get_through(store: Store) -> None:
    """Some of them also change whose report it is, so that two agencies are locked; who loses is tried again."""
    reports = [keep(store, 1, AGENCY, year) for year in range(2018, 2024)]
    others = [keep(store, 2, "乙局", year) for year in range(2018, 2022)]

    def move(report: str, there: str) -> None:
        for n in range(8):
            agency = (there, AGENCY, "乙局")[n % 3]

            def write(agency: str = agency) -> None:
                with store.writing() as connection:
                    review_report(store, connection, report, Review(agency=agency))

            retry_store(write)

    def again(year: int) -> None:
        for _ in range(5):
            with store.writing() as connection:
                save_parsed(store, connection, parsed(1, AGENCY, year), again=True, force=True)

    tasks = [lambda r=r: move(r, "丙局") for r in reports[:3]]  # type: ignore[misc]
    tasks += [lambda y=y: retry_store(lambda: again(y)) for y in (2021, 2022)]  # type: ignore[misc]
    tasks += [lambda r=r: retry_store(lambda: delete_reports(store, [r])) for r in others]  # type: ignore[misc]
    assert together(*tasks) == []
    with store.reading() as connection:
        left = connection.execute(select(Report.id)).scalars().all()
    assert sorted(left) == sorted(reports)


def test_a_report_that_changed_hands_meanwhile_is_tried_again(store: Store) -> None:
    """Its agency is read before it is locked: what was locked must be the agency that it has by then."""
    from gouji_service.store.locking import lock_report

    report = keep(store, 1, AGENCY, 2020)
    if store.is_sqlite:  # one writer: nothing changes between
        with store.writing() as connection:
            assert lock_report(connection, report)
        return
    with store.writing() as first:
        first.execute(Report.__table__.update().values(agency_key="乙局"))

        def lock() -> None:
            with store.writing() as second:
                lock_report(second, report)

        raised: list[BaseException] = []
        thread = threading.Thread(target=lambda: raised.extend(together(lock)))
        thread.start()
        time.sleep(0.3)
        first.commit()
        thread.join(30)
    assert [type(error) for error in raised] == [StoreBusy]
