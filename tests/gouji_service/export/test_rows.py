"""What an export says of each report: wide, long, and with a reviewer's word."""

import pytest

from gouji import forms
from gouji.tables import Cell, CellState
from gouji_service.export import rows
from gouji_service.export.columns import REPORT_COLUMNS
from gouji_service.export.rows import long_shape, official_labels, read_exported, wide_shape
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.filters import ReportFilter
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

TOTAL = "granted.total"


def keep(store: Store, seed: int, **cells: Cell) -> str:
    data = sample_text(seed)
    told = {name.replace("__", "."): cell for name, cell in cells.items()}
    recovery = set_cells(sample_recovery(data), forms.APPLICATIONS, told)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery)).report_id


def wide(store: Store, states: str = "tables") -> list[dict[str, object]]:
    shape = wide_shape(store, states)
    return [
        dict(zip((c.key for c in shape.columns), row, strict=True))
        for page in read_exported(store, ReportFilter())
        for report in page
        for row in shape.rows(report)
    ]


UNREAD = Cell(None, "模糊", CellState.UNREAD, 0.4)
ABSENT = Cell(None, None, CellState.ABSENT, 0.9)


def test_every_cell_of_both_forms_has_a_name_of_its_own() -> None:
    labels = official_labels()
    for form in forms.FORMS:
        for table in forms.TABLES:
            names = [labels[table, cell] for cell in forms.template(table, form).cells]
            assert len(set(names)) == len(names)
            assert {name[0] for name in names} == {"二三四"[forms.TABLES.index(table)]}


def test_a_wide_row_keeps_values_and_says_what_is_not_printed(store: Store) -> None:
    keep(store, 1, granted__total=ABSENT, granted__business=UNREAD)
    (row,) = wide(store)
    assert row["agency"] == "龙湾区第1号局"
    assert row[f"applications.{TOTAL}"] is None
    assert row["applications.unprinted"] == f"absent: {TOTAL}; unread: granted.business"
    (row,) = wide(store, "cells")
    assert (row[f"applications.{TOTAL}"], row[f"applications.{TOTAL}.state"]) == (None, "absent")
    assert "applications.unprinted" not in row


def test_a_reviewer_s_word_stands_in_the_row_and_says_so(store: Store) -> None:
    report = keep(store, 1)
    with store.writing() as connection:
        said = [CellCorrection(forms.APPLICATIONS, TOTAL, "printed", 41)]
        review_report(store, connection, report, Review(cells=said))
    (row,) = wide(store)
    assert (row[f"applications.{TOTAL}"], row["corrections"]) == (41, 1)
    shape = long_shape(store)
    (exported,) = next(iter(read_exported(store, ReportFilter())))
    told = [dict(zip((c.key for c in shape.columns), r, strict=True)) for r in shape.rows(exported)]
    (corrected,) = [r for r in told if r["corrected"]]
    assert (corrected["cell"], corrected["value"], corrected["confidence"]) == (TOTAL, 41, 1.0)


def test_reports_come_page_by_page_each_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [keep(store, seed) for seed in range(5)]
    monkeypatch.setattr(rows, "REPORTS_AT_ONCE", 2)
    pages = list(read_exported(store, ReportFilter(), cells=False))
    assert [[e.report.id for e in page] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert all(exported.cells == [] for page in pages for exported in page)
    assert len(REPORT_COLUMNS) == len(set(REPORT_COLUMNS))
