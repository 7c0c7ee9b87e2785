"""A reviewer's word: what makes sense is kept whole, what does not is refused whole."""

import pytest
from sqlalchemy import func, select

from gouji_service.store.corrections import (
    CellCorrection,
    CorrectionError,
    Review,
    RevisionConflict,
    check_correction,
    review_report,
)
from gouji_service.store.results import read_corrections
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Correction, Report, Slot
from tests.gouji_service.sample_reports import sample_recovery, sample_text

TOTAL = "granted.total"


@pytest.fixture
def report(store: Store) -> str:
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(sample_text(1), sample_recovery(sample_text(1)))).report_id


def review(store: Store, report: str, **said: object) -> None:
    with store.writing() as connection:
        review_report(store, connection, report, Review(**said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        CellCorrection("tables", TOTAL, "printed", 3),
        CellCorrection("applications", "gone.total", "printed", 3),
        CellCorrection("applications", TOTAL, "gone", 3),
        CellCorrection("applications", TOTAL, "printed"),
        CellCorrection("applications", TOTAL, "blank", 3),
        CellCorrection("applications", TOTAL, None, 3),
        CellCorrection("applications", TOTAL, "printed", float("inf")),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: CellCorrection) -> None:
    with pytest.raises(CorrectionError):
        check_correction(wrong)


def test_a_request_is_kept_whole_or_not_at_all(store: Store, report: str) -> None:
    good, wrong = CellCorrection("applications", TOTAL, "printed", 3), CellCorrection("applications", "x", "blank")
    with pytest.raises(CorrectionError):
        review(store, report, cells=[good, wrong])
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Correction)).scalar_one() == 0
    with pytest.raises(KeyError):
        review(store, "0" * 26, cells=[good])


def test_the_last_word_counts_and_can_be_taken_back(store: Store, report: str) -> None:
    for value in (3, 4):
        review(store, report, cells=[CellCorrection("applications", TOTAL, "printed", value)], reviewer="李\0")
    with store.reading() as connection:
        (corrected,) = read_corrections(connection, [report])[report]
        row = connection.execute(select(Report.corrections, Report.revision)).one()
    assert (corrected.value, corrected.reviewer) == (4, "李")
    assert tuple(row) == (1, 3)
    review(store, report, cells=[CellCorrection("applications", TOTAL, None)])
    with store.reading() as connection:
        assert read_corrections(connection, [report])[report] == []


def test_who_saw_another_revision_is_told_which_it_is_now(store: Store, report: str) -> None:
    review(store, report, revision=1, reviewed=True)
    with pytest.raises(RevisionConflict) as caught:
        review(store, report, revision=1, agency="某局")
    assert caught.value.revision == 2


def test_agency_and_year_can_be_said_and_unsaid(store: Store, report: str) -> None:
    def shown() -> tuple[object, ...]:
        with store.reading() as connection:
            return tuple(connection.execute(select(Report.agency, Report.year)).one())

    before = shown()
    review(store, report, agency="某局", year=2010)
    assert shown() == ("某局", 2010)
    review(store, report, unset=["agency", "year"])
    assert shown() == before


def test_decimals_are_remembered_for_exports(store: Store, report: str) -> None:
    with pytest.raises(CorrectionError, match="insist"):
        review(store, report, cells=[CellCorrection("applications", TOTAL, "printed", 2.5)])
    review(store, report, cells=[CellCorrection("applications", TOTAL, "printed", 2.5)], insist=True)
    with store.reading() as connection:
        fractional = select(Slot.name).where(Slot.fractional.is_(True), Slot.table == "applications")
        assert TOTAL in connection.execute(fractional).scalars().all()
