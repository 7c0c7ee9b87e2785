"""Which reports: every field of a filter, and the cursor of a page."""

import pytest
from sqlalchemy import select

from gouji_service.store.filters import (
    ReportFilter,
    agency_key,
    list_ids,
    plain_text,
    select_reports,
)
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report, Run
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def kept(store: Store) -> list[str]:
    """Three reports: of 2018 at 0.80 with a failing sum, of 2019 at 0.81, of 2020 at 0.99."""
    ids = []
    for seed, confidence, unsure in ((0, 0.8, 1), (1, 0.81, 0), (2, 0.99, 0)):
        data = sample_text(seed, agency="龙湾区 水利局" if seed == 1 else None)
        recovery = sample_recovery(data, confidence=confidence, unsure=unsure)
        with store.writing() as connection:
            ids.append(save_parsed(store, connection, Parsed(data, recovery)).report_id)
    return ids


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ReportFilter(), [0, 1, 2]),
        (ReportFilter(confidence_below=0.81), [0]),
        (ReportFilter(needs_review=False), [2]),
        (ReportFilter(agency="湾区水利"), [1]),
        (ReportFilter(agency="%"), []),
        (ReportFilter(year=2020), [2]),
        (ReportFilter(check_failed=True), [0]),
        (ReportFilter(check_failed=False), [1, 2]),
        (ReportFilter(check_failed="column_flow"), []),
        (ReportFilter(check_failed="year_link"), []),
        (ReportFilter(fingerprint="0" * 16), []),
        (ReportFilter(not_parsed_by="0" * 16), [0, 1, 2]),
        (ReportFilter(since=0.0, before=1.0), []),
        (ReportFilter(since=1.0), [0, 1, 2]),
        (ReportFilter(corrected=True), []),
        (ReportFilter(corrected=False, year=2018), [0]),
        (ReportFilter(ids=[]), []),
    ],
)
def test_all_that_is_set_must_hold(store: Store, kept: list[str], wanted: ReportFilter, expected: list[int]) -> None:
    if wanted.check_failed == "column_flow":  # the first sum of the form is one of rows
        assert list_ids(store, ReportFilter(check_failed="row_total")) == kept[:1]
    assert list_ids(store, wanted) == [kept[n] for n in expected]


def test_a_parser_is_told_by_its_fingerprint(store: Store, kept: list[str]) -> None:
    with store.reading() as connection:
        mark = connection.execute(select(Run.fingerprint).limit(1)).scalar_one()
    assert list_ids(store, ReportFilter(fingerprint=mark)) == kept
    assert list_ids(store, ReportFilter(not_parsed_by=mark)) == []


def test_ids_are_found_however_many_are_asked_for(store: Store, kept: list[str]) -> None:
    asked = [f"{n:026d}" for n in range(1200)] + kept[::-1]
    assert list_ids(store, ReportFilter(ids=asked)) == kept


def test_a_page_begins_behind_an_id(store: Store, kept: list[str]) -> None:
    with store.reading() as connection:
        page = connection.execute(select_reports(ReportFilter(), Report.id, after=kept[0], limit=1)).scalars().all()
    assert page == kept[1:2]


@pytest.mark.parametrize(
    ("agency", "key"), [("龙湾区 水利局", "龙湾区水利局"), ("Ａ局", "A局"), (" ", None), (None, None)]
)
def test_spellings_of_one_agency_have_one_key(agency: str | None, key: str | None) -> None:
    assert agency_key(agency) == key


def test_text_is_such_as_every_database_takes() -> None:
    assert plain_text("a\0b") == "ab"
    assert plain_text("规\ud840章") == "规?章"
    assert plain_text("规章") == "规章"
