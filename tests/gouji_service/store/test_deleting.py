import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gouji_service.jobs.queue import Finish, Order, claim_items, create_job, finish_item
from gouji_service.jobs.reparsing import reparse_item
from gouji_service.jobs.views import read_job
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.deleting import Deleted, delete_reports
from gouji_service.store.filters import ReportFilter, list_ids
from gouji_service.store.results import read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, get_document, open_store
from gouji_service.store.tables import Base, Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text

AGENCY = "某市教育局"
KEPT = ("slots", "parsers", "jobs")  # what no deletion touches


def keep(store: Store, seed: int, year: int | None = None, part: int = 1, parts: int = 1, **agency: str) -> str:
    data = sample_text(seed, agency.get("agency"), year)
    recovery = replace(sample_recovery(data), part=part, parts=parts)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery)).report_id


def count(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
            if name not in KEPT
        }


def test_nothing_of_a_deleted_report_stays(store: Store) -> None:
    other = keep(store, 1)
    before = count(store)
    report = keep(store, 2)
    with store.writing() as connection:
        review_report(
            store, connection, report, Review(cells=[CellCorrection("applications", "granted.total", "blank")])
        )
        save_parsed(store, connection, Parsed(sample_text(2), sample_recovery(sample_text(2))), again=True)
    create_job(store, Order(wanted=ReportFilter(ids=[report])))
    full = count(store)
    told = Deleted(reports=1, runs=2, corrections=1, year_links=0, job_items=1, documents=1)
    assert delete_reports(store, [report], dry_run=True) == told
    assert count(store) == full
    assert delete_reports(store, [report]) == told
    assert count(store) == before
    assert list_ids(store, ReportFilter()) == [other]
    assert delete_reports(store, [report, "01ARZ3NDEKTSV4RRFFQ69G5FAV"]) == Deleted()


def test_a_source_stays_until_its_last_report_is_deleted(store: Store) -> None:
    first, second = keep(store, 3, part=1, parts=2), keep(store, 3, part=2, parts=2)
    assert delete_reports(store, [first]).documents == 0
    assert count(store)["documents"] == 1
    assert delete_reports(store, [second]).documents == 1
    assert count(store)["documents"] == 0


def test_links_with_other_years_are_drawn_anew(store: Store) -> None:
    before, after = keep(store, 4, 2021, agency=AGENCY), keep(store, 5, 2022, agency=AGENCY)
    copy = keep(store, 6, 2021, agency=AGENCY)

    def links(report: str) -> set[str]:
        with store.reading() as connection:
            checks = read_results(connection, [report])[0]["checks"]
            failed = connection.execute(select(Report.failed_checks).where(Report.id == report)).scalar_one()
        assert failed == sum(not check["holds"] for check in checks)
        return {check["other"]["report"] for check in checks if check["check"] == "year_link"}

    spoke = links(after)
    assert len(spoke) == 1
    assert delete_reports(store, sorted(spoke)).year_links > 0
    assert links(after) == {before, copy} - spoke  # the other copy speaks for that year now
    delete_reports(store, sorted({before, copy} - spoke))
    assert links(after) == set()


def test_a_job_goes_on_without_the_report(store: Store) -> None:
    ids = [keep(store, seed) for seed in (7, 8)]
    job = create_job(store, Order(wanted=ReportFilter(ids=ids)))
    items = claim_items(store, "one", limit=2, lease=60)
    delete_reports(store, ids[:1])
    assert finish_item(store, items[0], lambda _: Finish("unchanged")) is None
    assert reparse_item(store, items[0], lambda data, **how: [sample_recovery(data)]) is None
    with store.reading() as connection:
        assert (read_job(connection, job)["total"], read_job(connection, job)["state"]) == (1, "running")
    delete_reports(store, ids[1:])
    with store.reading() as connection:
        assert (read_job(connection, job)["total"], read_job(connection, job)["state"]) == (0, "done")


def test_files_on_disk_go_with_their_report(store_url: str, tmp_path: Path) -> None:
    store = open_store(store_url, documents_dir=tmp_path / "documents")
    try:
        report = keep(store, 9)
        assert len(list((tmp_path / "documents").glob("*/*.z"))) == 1
        delete_reports(store, [report])
        assert list((tmp_path / "documents").glob("*/*")) == []
    finally:
        store.close()


@pytest.mark.parametrize("documents", ["database", "disk"])
def test_deleting_and_keeping_the_same_source_at_once_loses_nothing(
    store_url: str, tmp_path: Path, documents: str
) -> None:
    store = open_store(store_url, documents_dir=tmp_path / "documents" if documents == "disk" else None)
    errors: list[BaseException] = []
    over = threading.Event()

    def delete_all() -> None:
        try:
            while not over.is_set():
                delete_reports(store, list_ids(store, ReportFilter()))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=delete_all)
    thread.start()
    try:
        for _ in range(25):
            keep(store, 10)
    finally:
        over.set()
        thread.join()
    assert errors == []
    keep(store, 10)
    with store.reading() as connection:
        sha256 = connection.execute(select(Report.sha256)).scalar_one()
        assert get_document(store, connection, sha256) == sample_text(10)
    store.close()
