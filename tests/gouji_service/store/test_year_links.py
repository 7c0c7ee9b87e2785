from dataclasses import replace

from sqlalchemy import select

from gouji.sums import SURE
from gouji.tables import Cell, CellState
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.results import Json, read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report, YearLink
from gouji_service.store.year_links import columns
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

AGENCY = "龙湾区统计局"


def keep(store: Store, year: int, *, over: int = 0, forward: int = 0, confidence: float = 0.99, agency: str = AGENCY,
         seed: int = 1) -> str:  # fmt: skip
    """A report whose seven columns carry the same numbers over and forward."""
    data = sample_text(seed, agency, year)
    rows = {"carried_over": over, "carried_forward": forward}
    cells = {
        f"{row}.{column}": Cell(value, str(value), CellState.PRINTED, confidence)
        for row, value in rows.items()
        for column in columns()
    }
    recovery = set_cells(sample_recovery(data, confidence=confidence), "applications", cells)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery)).report_id


def links(store: Store, report: str) -> list[Json]:
    with store.reading() as connection:
        checks = read_results(connection, [report])[0]["checks"]
    return [check for check in checks if check["check"] == "year_link"]


def correct(store: Store, report: str, **said: object) -> None:
    with store.writing() as connection:
        review_report(store, connection, report, Review(**said))  # type: ignore[arg-type]


def state(store: Store, report: str) -> tuple[int, bool]:
    with store.reading() as connection:
        row = connection.execute(select(Report.failed_checks, Report.needs_review).where(Report.id == report)).one()
    return row.failed_checks, row.needs_review


def test_years_are_linked_whichever_arrives_first(store: Store) -> None:
    for agency, order in (("甲局", (2021, 2022)), ("乙局", (2022, 2021))):
        reports = {year: keep(store, year, over=4, forward=4, agency=agency) for year in order}
        for year, row in ((2022, "carried_over"), (2021, "carried_forward")):
            found = links(store, reports[year])
            assert [check["at"] for check in found] == list(columns())
            assert all(check["holds"] and check["cells"] == [f"{row}.{check['at']}"] for check in found)
            assert {check["other"]["report"] for check in found} == {reports[4043 - year]}


def test_a_link_that_fails_over_sure_numbers_is_the_fault_of_the_source(store: Store) -> None:
    before, after = keep(store, 2021, forward=5), keep(store, 2022, over=3)
    found = links(store, after)
    assert [(c["printed"], c["computed"], c["holds"], c["verdict"]) for c in found] == [(3, 5, False, "source")] * 7
    assert [(c["printed"], c["computed"]) for c in links(store, before)] == [(5, 3)] * 7
    assert state(store, after) == state(store, before) == (7, False)


def test_a_link_that_fails_over_an_unsure_number_needs_a_review(store: Store) -> None:
    before, after = keep(store, 2021, forward=5, confidence=SURE - 0.01), keep(store, 2022, over=3)
    assert {check["verdict"] for check in links(store, after)} == {"undecided"}
    assert state(store, before) == state(store, after) == (7, True)


def test_a_correction_mends_the_link_of_both_years(store: Store) -> None:
    before, after = keep(store, 2021, forward=5), keep(store, 2022, over=5)
    correct(store, before, cells=[CellCorrection("applications", "carried_forward.business", "printed", 6)])
    assert [check["at"] for check in links(store, after) if not check["holds"]] == ["business"]
    correct(store, after, cells=[CellCorrection("applications", "carried_over.business", "printed", 6)])
    assert all(check["holds"] for check in links(store, before))
    assert all(check["holds"] for check in links(store, after))


def test_a_blank_counts_as_0_and_is_told_and_an_unread_cell_links_nothing(store: Store) -> None:
    keep(store, 2021, forward=0)
    after = keep(store, 2022, over=0)
    blank = CellCorrection("applications", "carried_over.total", "blank")
    unread = CellCorrection("applications", "carried_over.business", "unread")
    correct(store, after, cells=[blank, unread])
    found = {check["at"]: check for check in links(store, after)}
    assert "business" not in found
    assert (found["total"]["holds"], found["total"]["blanks"]) == (True, 1)
    assert "blanks" not in found["natural_person"]


def test_links_follow_a_corrected_year_and_agency(store: Store) -> None:
    before, after = keep(store, 2021, forward=5), keep(store, 2023, over=5)
    assert links(store, after) == []
    correct(store, after, year=2022)
    assert len(links(store, after)) == len(links(store, before)) == 7
    correct(store, after, agency="别的局")
    assert links(store, after) == links(store, before) == []
    correct(store, after, unset=["agency", "year"])
    with store.reading() as connection:
        assert connection.execute(select(YearLink)).all() == []


def test_the_surest_of_several_reports_speaks_for_a_year(store: Store) -> None:
    keep(store, 2021, forward=9, confidence=0.97, seed=2)
    sure = keep(store, 2021, forward=5, seed=3)
    after = keep(store, 2022, over=5)
    assert {check["other"]["report"] for check in links(store, after)} == {sure}


def test_a_new_run_draws_the_links_anew(store: Store) -> None:
    before, after = keep(store, 2021, forward=5), keep(store, 2022, over=3)
    data = sample_text(1, AGENCY, 2022)
    cells = {f"carried_over.{c}": Cell(5, "5", CellState.PRINTED, 0.995) for c in columns()}
    better = set_cells(sample_recovery(data, confidence=0.995), "applications", cells)
    with store.writing() as connection:
        assert save_parsed(store, connection, Parsed(data, replace(better), "rules")).became_current
    assert all(check["holds"] for check in links(store, after))
    assert state(store, before) == (0, False)
