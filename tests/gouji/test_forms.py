from collections import Counter
from pathlib import Path

import pytest

from gouji import forms
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, TABLES, template


@pytest.mark.parametrize(
    ("table", "form", "cells"),
    [
        (ACTIVE_DISCLOSURE, "2021", 10),
        (ACTIVE_DISCLOSURE, "2019", 22),
        (APPLICATIONS, "2021", 175),
        (APPLICATIONS, "2019", 161),
        (REVIEW_LITIGATION, "2021", 15),
        (REVIEW_LITIGATION, "2019", 15),
    ],
)
def test_cells(table: str, form: str, cells: int) -> None:
    names = template(table, form).cells
    assert len(names) == len(set(names)) == cells


@pytest.mark.parametrize(
    ("table", "form", "identities"),
    [
        (ACTIVE_DISCLOSURE, "2021", {}),
        (APPLICATIONS, "2021", {"row_total": 25, "column_flow": 7, "column_sum": 7}),
        (APPLICATIONS, "2019", {"row_total": 23, "column_flow": 7, "column_sum": 7}),
        (REVIEW_LITIGATION, "2021", {"block_total": 3}),
        (REVIEW_LITIGATION, "2019", {"block_total": 3}),
    ],
)
def test_identities(table: str, form: str, identities: dict[str, int]) -> None:
    found = template(table, form).identities
    assert Counter(identity.check for identity in found) == identities
    cells = set(template(table, form).cells)
    for identity in found:
        assert identity.table == table
        assert identity.wholes
        assert identity.parts
        assert set(identity.cells) <= cells
        assert len(set(identity.cells)) == len(identity.cells)


@pytest.mark.parametrize("form", FORMS)
def test_the_sums_are_the_official_ones(form: str) -> None:
    found = {(i.check, i.at): i for i in template(APPLICATIONS, form).identities}
    flow = found["column_flow", "business"]
    assert flow.wholes == ("new_received.business", "carried_over.business")
    assert flow.parts == ("total_processed.business", "carried_forward.business")
    column = found["column_sum", "total"]
    assert column.wholes == ("total_processed.total",)
    assert column.parts[:2] == ("granted.total", "partially_granted.total")
    assert not {"new_received.total", "carried_over.total", "carried_forward.total", "total_processed.total"} & set(
        column.parts
    )
    assert len(column.parts) == len(template(APPLICATIONS, form).rows) - 4
    row = found["row_total", "granted"]
    assert row.wholes == ("granted.total",)
    assert len(row.parts) == 6


def test_blocks_are_rows_side_by_side() -> None:
    blocks = template(REVIEW_LITIGATION, "2021")
    assert [row.key for row in blocks.rows] == ["review", "litigation_direct", "litigation_after_review"]
    assert [len(row) for row in blocks.rows] == [5, 5, 5]
    assert all(row.totalled for row in blocks.rows)
    assert blocks.side_by_side
    assert not any(template(t, f).side_by_side for t in TABLES[:2] for f in FORMS)


def test_cells_stand_in_printed_order() -> None:
    for table in TABLES:
        for form in FORMS:
            whole = template(table, form)
            assert whole.cells == tuple(cell for row in whole.rows for cell in row.cells)
            assert all(len(row.cells) == len(row.columns) == len(row) for row in whole.rows)


@pytest.mark.parametrize(("table", "form"), [("applications", "2020"), ("Applications", "2021"), ("", "")])
def test_another_name_is_a_key_error(table: str, form: str) -> None:
    with pytest.raises(KeyError):
        template(table, form)


def test_no_key_of_a_cell_is_written_in_the_code_of_the_library() -> None:
    """Rows and columns are told by the template: code that names one of them would serve one form alone."""
    keys = {row.key for t in TABLES for f in FORMS for row in template(t, f).rows}
    keys |= {cell for t in TABLES for f in FORMS for cell in template(t, f).cells}
    folder = Path(forms.__file__).parent
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert [key for key in keys if f'"{key}"' in text or f"'{key}'" in text] == [], path.name


def test_the_digest_tells_the_forms_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = forms.digest()
    assert len(here) == 16
    assert int(here, 16) >= 0
    changed = tmp_path / "forms.json"
    printed = forms.FORMS_PATH.read_text(encoding="utf-8")
    monkeypatch.setattr(forms, "FORMS_PATH", changed)
    try:
        for text, same in ((printed.replace("信息内容", "内容"), True), (printed.replace("行政许可", "许可"), False)):
            changed.write_text(text, encoding="utf-8")
            forms._raw.cache_clear()
            forms.digest.cache_clear()
            assert (forms.digest() == here) is same
    finally:
        forms._raw.cache_clear()
        forms.digest.cache_clear()
