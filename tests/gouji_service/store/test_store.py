import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from gouji import forms
from gouji.extras import MissingExtra
from gouji.results import Notice, Recovery
from gouji.tables import Cell, CellState
from gouji_service.cli import main
from gouji_service.store.corrections import CellCorrection, CorrectionError, Review, RevisionConflict, review_report
from gouji_service.store.current import make_current
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.results import read_results
from gouji_service.store.saving import Outcome, Parsed, Saved, save_parsed
from gouji_service.store.store import (
    Store,
    connect_engine,
    content_hash,
    get_document,
    open_store,
    put_document,
)
from gouji_service.store.tables import Base, CellValue, Document, ParserState, Report, Run
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

TOTAL = "total_processed.total"


def keep(store: Store, data: bytes, recovery: Recovery | None = None, *, engine: str = "auto", **how: bool) -> Saved:
    recovery = recovery or sample_recovery(data)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery, engine), **how)


def show(store: Store, report_id: str) -> dict[str, object]:
    with store.reading() as connection:
        return read_results(connection, [report_id])[0]


def review(store: Store, report_id: str, **said: object) -> None:
    with store.writing() as connection:
        review_report(store, connection, report_id, Review(**said))  # type: ignore[arg-type]


def count(store: Store, table: type[Base]) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize("on_disk", [False, True])
def test_documents_come_back_byte_for_byte(store: Store, tmp_path: Path, on_disk: bool) -> None:
    store = replace(store, documents_dir=tmp_path / "documents" if on_disk else None)
    for data in (b"", b"\0\xff" * 5000, "中文".encode()):
        with store.writing() as connection:
            put_document(store, connection, data, content_hash(data), 0.0)
            put_document(store, connection, data, content_hash(data), 0.0)
        with store.reading() as connection:
            assert get_document(store, connection, content_hash(data)) == data
    with store.reading() as connection:
        bodies = connection.execute(select(Document.body)).scalars().all()
    assert [body is None for body in bodies] == [on_disk] * 3
    assert len(list(tmp_path.glob("documents/*/*"))) == (3 if on_disk else 0)


def test_what_was_read_is_shown_again_exactly(store: Store) -> None:
    from gouji_service.schemas import recovery_to_json

    data = sample_text(4)
    recovery = sample_recovery(data, unsure=1)
    shown = show(store, keep(store, data, recovery).report_id)
    made = recovery_to_json(recovery)
    for key in ("source", "tables", "checks", "confidence", "warnings", "parser", "needs_review"):
        assert shown[key] == made[key], key
    assert shown["report"]["agency_confidence"] == 0.97  # type: ignore[index]


def test_the_same_file_twice_is_one_report_and_one_run(store: Store) -> None:
    data = sample_text(1)
    first, second = keep(store, data), keep(store, data)
    assert (second.report_id, second.run_id, second.outcome) == (first.report_id, first.run_id, Outcome.UNCHANGED)
    assert (count(store, Report), count(store, Run), count(store, Document)) == (1, 1, 1)


def test_the_same_file_from_many_at_once_is_one_report(store: Store) -> None:
    data = sample_text(1)
    with ThreadPoolExecutor(6) as threads:
        saved = list(threads.map(lambda _: keep(store, data), range(12)))
    assert {one.report_id for one in saved} == {saved[0].report_id}
    assert (count(store, Report), count(store, Run)) == (1, 1)


def test_cells_can_be_queried(store: Store) -> None:
    data = sample_text(2, agency="某局", year=2022)
    recovery = sample_recovery(data)
    keep(store, data, recovery)
    query = 'SELECT value FROM current_cells WHERE agency = :a AND year = 2022 AND "table" = :t AND cell = :c'
    with store.reading() as connection:
        value = connection.execute(text(query), {"a": "某局", "t": "applications", "c": TOTAL}).scalar_one()
    assert value == recovery.tables["applications"].cells[TOTAL].value
    assert count(store, CellValue) == sum(len(table.cells) for table in recovery.tables.values())


def test_a_better_run_becomes_current_and_a_worse_one_does_not(store: Store) -> None:
    data = sample_text(1)
    first = keep(store, data, sample_recovery(data, confidence=0.9), engine="rules")
    worse = keep(store, data, sample_recovery(data, confidence=0.8), engine="model")
    assert (worse.outcome, worse.became_current) == (Outcome.WORSE, False)
    assert show(store, first.report_id)["confidence"] == 0.9
    better = keep(store, data, sample_recovery(data, confidence=0.99), engine="auto")
    assert (better.outcome, better.became_current) == (Outcome.IMPROVED, True)
    assert show(store, first.report_id)["confidence"] == 0.99
    assert (count(store, Run), count(store, ParserState)) == (3, 3)


def test_more_confidence_with_more_failing_sums_is_not_better(store: Store) -> None:
    data = sample_text(1)
    keep(store, data, sample_recovery(data, confidence=0.9), engine="rules")
    assert keep(store, data, sample_recovery(data, confidence=0.99, unsure=2)).outcome is Outcome.WORSE


def test_force_makes_a_worse_run_current_and_the_old_one_can_be_restored(store: Store) -> None:
    data = sample_text(1)
    old = keep(store, data, sample_recovery(data, confidence=0.9), engine="rules")
    new = keep(store, data, sample_recovery(data, confidence=0.8), force=True)
    assert new.became_current
    assert show(store, old.report_id)["confidence"] == 0.8
    with store.writing() as connection:
        make_current(store, connection, old.report_id, old.run_id)
    assert show(store, old.report_id)["confidence"] == 0.9
    with pytest.raises(KeyError), store.writing() as connection:
        make_current(store, connection, old.report_id, 999)


def test_a_correction_is_shown_and_what_was_read_is_kept_beside_it(store: Store) -> None:
    data = sample_text(1)
    saved = keep(store, data)
    before = show(store, saved.report_id)["tables"]["applications"]["cells"][TOTAL]  # type: ignore[index]
    review(store, saved.report_id, cells=[CellCorrection("applications", TOTAL, "printed", 41)], reviewer="李")
    shown = show(store, saved.report_id)
    cell = shown["tables"]["applications"]["cells"][TOTAL]  # type: ignore[index]
    assert (cell["value"], cell["text"], cell["state"], cell["corrected"]) == (41, "41", "printed", True)
    assert cell["read"] == {key: before[key] for key in ("value", "text", "state", "confidence")}
    assert shown["corrections"][0]["reviewer"] == "李"  # type: ignore[index]
    with store.reading() as connection:
        stored = connection.execute(
            select(CellValue.value).where(CellValue.slot_id == store.slots["applications", TOTAL])
        ).scalar_one()
    assert stored == before["value"]


def test_corrections_outlive_new_runs_and_can_be_taken_back(store: Store) -> None:
    data = sample_text(1)
    report = keep(store, data, sample_recovery(data, confidence=0.8), engine="rules").report_id
    review(store, report, cells=[CellCorrection("applications", TOTAL, "blank")], agency="更正局", year=2030)
    better = set_cells(
        sample_recovery(data, confidence=0.99), "applications", {TOTAL: Cell(5, "5", CellState.PRINTED, 0.99)}
    )
    assert keep(store, data, better).became_current
    shown = show(store, report)
    cell = shown["tables"]["applications"]["cells"][TOTAL]  # type: ignore[index]
    assert (cell["state"], cell["value"], cell["read"]["value"]) == ("blank", None, 5)
    assert (shown["report"]["agency"], shown["report"]["year"]) == ("更正局", 2030)  # type: ignore[index]
    review(store, report, cells=[CellCorrection("applications", TOTAL, None)], unset=["agency", "year"])
    shown = show(store, report)
    assert shown["tables"]["applications"]["cells"][TOTAL]["value"] == 5  # type: ignore[index]
    assert shown["report"]["agency"] == "龙湾区第1号局"  # type: ignore[index]
    assert shown["corrections"] == []


def test_sums_are_held_against_corrected_numbers(store: Store) -> None:
    data = sample_text(1)
    report = keep(store, data, sample_recovery(data, confidence=0.99)).report_id
    row = next(r for r in forms.template("applications", "2021").rows if r.key == "granted")
    say = [CellCorrection("applications", cell, "printed", 1) for cell in row.cells]
    review(store, report, cells=say)
    check = next(c for c in show(store, report)["checks"] if (c["check"], c["at"]) == ("row_total", "granted"))  # type: ignore[attr-defined, union-attr]
    assert (check["printed"], check["computed"], check["holds"], check["verdict"]) == (1, 6, False, "correction")
    review(store, report, cells=[CellCorrection("applications", row.cells[-1], "printed", 6)])
    check = next(c for c in show(store, report)["checks"] if (c["check"], c["at"]) == ("row_total", "granted"))  # type: ignore[attr-defined, union-attr]
    assert (check["holds"], check["verdict"]) == (True, None)


@pytest.mark.parametrize(
    "wrong",
    [
        CellCorrection("applications", "no.such", "printed", 1),
        CellCorrection("elsewhere", TOTAL, "printed", 1),
        CellCorrection("applications", TOTAL, "printed"),
        CellCorrection("applications", TOTAL, "blank", 1),
        CellCorrection("applications", TOTAL, "guessed"),
        CellCorrection("applications", TOTAL, "printed", float("nan")),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_with_all_its_request(store: Store, wrong: CellCorrection) -> None:
    report = keep(store, sample_text(1)).report_id
    with pytest.raises(CorrectionError):
        review(store, report, cells=[CellCorrection("applications", TOTAL, "printed", 3), wrong])
    assert show(store, report)["corrections"] == []


def test_two_reviewers_of_one_revision_do_not_overwrite_each_other(store: Store) -> None:
    report = keep(store, sample_text(1)).report_id
    seen = show(store, report)["revision"]
    review(store, report, revision=seen, cells=[CellCorrection("applications", TOTAL, "printed", 3)])
    with pytest.raises(RevisionConflict):
        review(store, report, revision=seen, cells=[CellCorrection("applications", TOTAL, "printed", 4)])
    assert show(store, report)["tables"]["applications"]["cells"][TOTAL]["value"] == 3  # type: ignore[index]


def test_a_review_ends_with_a_run_that_reads_otherwise(store: Store) -> None:
    data = sample_text(1)
    report = keep(store, data, sample_recovery(data, confidence=0.8), engine="rules").report_id
    review(store, report, reviewed=True)
    assert show(store, report)["needs_review"] is False
    same = sample_recovery(data, confidence=0.85)
    assert keep(store, data, same, engine="model").became_current
    assert show(store, report)["needs_review"] is False
    other = set_cells(
        sample_recovery(data, confidence=0.9), "applications", {TOTAL: Cell(88, "88", CellState.PRINTED, 0.9)}
    )
    assert keep(store, data, other).became_current
    assert show(store, report)["needs_review"] is True


def test_a_warning_asks_for_a_review_however_sure_the_rest_is(store: Store) -> None:
    data = sample_text(1)
    warned = replace(
        sample_recovery(data, confidence=0.99, unsure=1),
        needs_review=True,
        warnings=(Notice("cut_off", "made by hand"),),
    )
    report = keep(store, data, warned).report_id
    assert show(store, report)["needs_review"] is True
    # A correction that mends the sums does not answer the warning: a review does.
    review(store, report, cells=[CellCorrection("applications", TOTAL, "printed", 3)])
    assert show(store, report)["needs_review"] is True
    review(store, report, reviewed=True)
    assert show(store, report)["needs_review"] is False


def test_an_agency_that_a_person_gives_ends_the_need_of_it(store: Store) -> None:
    data = sample_text(2)
    read = sample_recovery(data, confidence=0.99)
    nameless = replace(read, report=replace(read.report, agency=None, agency_confidence=0.0), needs_review=True)
    report = keep(store, data, nameless).report_id
    assert show(store, report)["needs_review"] is True
    review(store, report, agency="龙湾区第2号局")
    assert show(store, report)["needs_review"] is False


def test_filters_and_pages_find_every_report_once(store: Store) -> None:
    for seed in range(30):
        data = sample_text(seed)
        keep(store, data, sample_recovery(data, unsure=int(seed % 3 == 0)))

    def find(wanted: ReportFilter) -> list[str]:
        found: list[str] = []
        while True:
            after = found[-1] if found else None
            with store.reading() as connection:
                page = connection.execute(select_reports(wanted, Report.id, after=after, limit=7)).scalars().all()
            found += page
            if len(page) < 7:
                return found

    everything = find(ReportFilter())
    assert len(everything) == len(set(everything)) == 30
    assert everything == sorted(everything)
    assert len(find(ReportFilter(confidence_below=0.9))) == sum(0.8 + 0.2 * (s % 20) / 20 < 0.9 for s in range(30))
    assert len(find(ReportFilter(year=2020))) == sum(2018 + s % 7 == 2020 for s in range(30))
    assert len(find(ReportFilter(agency="第 7 号"))) == 1
    assert find(ReportFilter(agency="%")) == []
    assert len(find(ReportFilter(check_failed=True))) == len(find(ReportFilter(check_failed="row_total"))) == 10
    assert len(find(ReportFilter(check_failed=False))) == 20
    assert len(find(ReportFilter(needs_review=True, year=2020))) + len(
        find(ReportFilter(needs_review=False, year=2020))
    ) == len(find(ReportFilter(year=2020)))
    assert find(ReportFilter(ids=everything[3:5])) == everything[3:5]
    assert find(ReportFilter(not_parsed_by="0" * 16)) == everything


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'a' / 'b.db'}")
    with opened.reading() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "foreign_keys")
        ]
    assert pragmas == ["wal", 1]
    opened.close()


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/g", "postgres://127.0.0.1:1/g"])
def test_without_its_driver_postgresql_names_its_extra(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    with pytest.raises(MissingExtra, match="postgresql"):
        connect_engine(url)
    connect_engine(f"sqlite:///{tmp_path / 'a.db'}").dispose()
    monkeypatch.setenv("GOUJI_DATABASE_URL", url)
    for command in ("worker", "serve"):
        assert main([command]) == 2
        assert "pip install 'gouji[postgresql]'" in capsys.readouterr().err
