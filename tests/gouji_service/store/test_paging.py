import base64
import json
import math
from dataclasses import replace
from typing import Any

import pytest

from gouji import forms
from gouji.tables import Table, TableState
from gouji_service.store.facets import FACETS, count_facets
from gouji_service.store.filters import ReportFilter
from gouji_service.store.paging import SORTS, Cursor, count_reports, read_page
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text

COUNT = 40
COLUMNS = (Report.id, Report.agency_key, Report.year, Report.confidence)


@pytest.fixture
def filled(store: Store) -> Store:
    """Forty reports of ten agencies, some twice in a year, some without agency or year, in two folders and below."""
    for seed in range(COUNT):
        data = sample_text(seed, agency=f"第{seed % 10}号局")
        recovery = sample_recovery(data, unsure=int(seed % 3 == 0))
        if seed % 8 == 1:
            recovery = replace(recovery, report=replace(recovery.report, agency=None))
        if seed % 8 == 2:
            recovery = replace(recovery, report=replace(recovery.report, year=None))
        if seed % 6 == 5:
            gone = Table(forms.APPLICATIONS, TableState.MISSING, None, None, 0.9)
            recovery = replace(recovery, tables={**recovery.tables, forms.APPLICATIONS: gone})
        path = (None, f"甲/{seed}.txt", f"甲/子/{seed}.txt", f"乙/{seed}.txt")[seed % 4]
        with store.writing() as connection:
            save_parsed(store, connection, Parsed(data, recovery, path=path))
    return store


def read_all(store: Store, sort: str, wanted: ReportFilter = ReportFilter(), limit: int = 7) -> list[Any]:  # noqa: B008
    found: list[Any] = []
    after: Cursor | None = None
    while True:
        with store.reading() as connection:
            page = read_page(connection, wanted, COLUMNS, sort=sort, after=after, limit=limit)
        found += page.rows
        if page.next is None:
            return found
        after = Cursor.from_text(page.next.to_text())


@pytest.mark.parametrize("limit", [1, 5, 39, 40, 1000])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_report_once_in_its_order(filled: Store, sort: str, limit: int) -> None:
    rows = read_all(filled, sort, limit=limit)
    assert len({row.id for row in rows}) == len(rows) == COUNT
    name = {"agency": "agency_key", "created_at": "id"}.get(sort.removeprefix("-"), sort.removeprefix("-"))
    keys = [getattr(row, name) for row in rows]
    known = [key for key in keys if key is not None]
    assert keys[: len(known)] == known, "what is not known comes last"
    pairs = list(zip(known, [row.id for row in rows], strict=False))
    assert pairs == sorted(pairs, reverse=sort.startswith("-"))


def test_what_arrives_between_two_pages_moves_nothing(filled: Store) -> None:
    with filled.reading() as connection:
        first = read_page(connection, ReportFilter(), COLUMNS, sort="confidence", after=None, limit=20)
    data = sample_text(1000)
    with filled.writing() as connection:
        save_parsed(filled, connection, Parsed(data, sample_recovery(data, confidence=0.1)))
    with filled.reading() as connection:
        rest = read_page(connection, ReportFilter(), COLUMNS, sort="confidence", after=first.next, limit=100)
    assert len({row.id for row in (*first.rows, *rest.rows)}) == COUNT


def facet_to_filter(name: str, value: Any) -> ReportFilter | None:
    if value is None:
        return ReportFilter(agency_missing=True) if name == "agency" else ReportFilter(year_missing=True)
    return ReportFilter(**{name: value})


@pytest.mark.parametrize(
    "wanted",
    [
        ReportFilter(), ReportFilter(needs_review=True), ReportFilter(check_failed=True), ReportFilter(path="甲"),
        ReportFilter(check_failed="row_total"), ReportFilter(missing="applications"), ReportFilter(duplicate=True),
        ReportFilter(agency="第3号"), ReportFilter(year=2020, reviewed=False), ReportFilter(media_type="text/plain"),
    ],
)  # fmt: skip
def test_a_facet_counts_what_the_list_holds(filled: Store, wanted: ReportFilter) -> None:
    with filled.reading() as connection:
        facets = count_facets(connection, wanted, FACETS)
        for name, facet in facets.items():
            assert facet.all == len(facet.values) or name == "path"
            for value in facet.values:
                asked = facet_to_filter(name, value.value)
                chosen = {f: getattr(asked, f) for f in ReportFilter.__slots__ if getattr(asked, f) is not None}
                listed = count_reports(connection, replace(wanted, **{"agency": None, "year": None, **{
                    f: getattr(wanted, f) for f in ("agency", "year") if f != name}, **chosen}))  # fmt: skip
                if name == "agency" and value.value is not None:
                    assert value.label == value.value
                assert value.count == listed, (name, value)


def test_filters_find_what_they_say(filled: Store) -> None:
    def count(**wanted: Any) -> int:
        with filled.reading() as connection:
            return count_reports(connection, ReportFilter(**wanted))

    assert count(agency_missing=True) == count(year_missing=True) == 5
    assert count(agency_missing=False) == 35
    assert count(missing="applications") == sum(seed % 6 == 5 for seed in range(COUNT))
    assert count(missing="review_litigation") == sum(seed % 5 == 4 for seed in range(COUNT))
    assert count(path="甲") == 20
    assert count(path="甲/子/") == 10
    assert count(path="甲/1.txt") == 1
    assert count(path="_") == 0
    assert count(name="1.TXT") == count(name="1.txt") == 4
    assert (count(q="第3号局"), count(q="第 3 号局")) == (4, 3)  # one is named in its title alone
    assert count(q="%") == 0
    assert count(q="7.txt") == 4
    assert count(reviewed=True) == 0
    assert count(duplicate=True) + count(duplicate=False) == COUNT
    kinds = {}
    for seed in range(COUNT):
        if seed % 8 not in (1, 2):
            kinds.setdefault((seed % 10, 2018 + seed % 7), []).append(seed)
    assert count(duplicate=True) == sum(len(seeds) for seeds in kinds.values() if len(seeds) > 1)


def forged(*told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "!!!!", "MTo", "äöü", "W10", "bnVsbA", forged("luck", 1, "A"), forged("year", 2**63, "A"),
        forged("year", True, "A"), forged("confidence", None, "A"), forged("confidence", math.nan, "A"),
        forged("agency", "a\0", "A"), forged("agency", "\ud800", "A"), forged("created_at", None, "' OR 1"),
        forged("year", "2020", "A"), forged("year", 2020, "A", 1), Cursor("year", 2020, "01J").to_text() + "=",
    ],
)  # fmt: skip
def test_a_cursor_that_was_not_given_out_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.from_text(cursor)
