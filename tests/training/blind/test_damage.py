from random import Random

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from training.blind.damage import (
    add_remarks,
    count_in_units,
    explain_marks,
    mark_counts,
    number_rows,
    stand_review_up,
    transpose,
    write_as_floats,
)
from training.blind.grid import is_head, sheet_to_lines
from training.network.tokens import VALUE
from training.pages.rendering_text import lay_out
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.tables.synthesis import TrueReport, draw_report


def report_of(form: str = "2021", seed: int = 3) -> TrueReport:
    return draw_report(Random(seed), dict.fromkeys(TABLES, form), "zeros")


def sheet_of(table: str, form: str = "2021") -> Sheet:
    held = report_of(form).tables[table]
    assert held is not None
    return table_to_sheet(held, Wording())


def cells_of(sheet: Sheet) -> list[str | None]:
    return [cell.cell for row in sheet.rows for cell in row if cell.kind == VALUE]


def widths(sheet: Sheet) -> set[int]:
    return {len(places) for places in lay_out(sheet)}


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_a_table_on_its_side_has_its_rows_for_columns(form: str) -> None:
    sheet = transpose(sheet_of(APPLICATIONS, form), Random(1))
    rows = template(APPLICATIONS, form).rows
    assert cells_of(sheet) == [row.cells[column] for column in range(7) for row in rows]
    assert widths(sheet) == {sheet.width} == {len(rows) + 3}
    assert next(line.labels[-1].text for line in sheet_to_lines(sheet)) == "自然人"
    head = next(line for line in sheet_to_lines(sheet)).values[0][1]
    assert head[-1].text == rows[0].label
    assert transpose(sheet_of(REVIEW_LITIGATION), Random(1)) == sheet_of(REVIEW_LITIGATION)


def test_table_four_from_top_to_bottom_names_every_number() -> None:
    sheet = stand_review_up(sheet_of(REVIEW_LITIGATION), Random(1))
    assert cells_of(sheet) == list(template(REVIEW_LITIGATION, "2021").cells)
    assert widths(sheet) == {4}
    lines = [[cell.text for cell in line.labels] for line in sheet_to_lines(sheet)]
    assert lines[0] == ["行政复议", "结果维持"]
    assert lines[14] == ["行政诉讼", "复议后起诉", "总计"]
    assert len(lines) == 15


@pytest.mark.parametrize("table", [ACTIVE_DISCLOSURE, APPLICATIONS])
def test_a_column_more_leaves_the_cells_where_they_are(table: str) -> None:
    sheet = sheet_of(table, "2019")
    numbered, remarked = number_rows(sheet, Random(2)), add_remarks(sheet, Random(2))
    for wider in (numbered, remarked):
        assert cells_of(wider) == cells_of(sheet)
        assert widths(wider) == {sheet.width + 1} == {wider.width}
    numbers = [int(row[0].text) for row in numbered.rows if not is_head(row)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert any(row[-1].text for row in remarked.rows if not is_head(row))


def test_counts_are_written_another_way_and_stay_what_they_are() -> None:
    report = report_of()
    for change, end in ((count_in_units, ("件", "项", "个")), (write_as_floats, (".0", ".00"))):
        changed = change(report, Random(1))
        held, before = changed.tables[APPLICATIONS], report.tables[APPLICATIONS]
        assert held is not None
        assert before is not None
        assert all(cell.text.endswith(end) for cell in held.cells.values())
        assert [cell.value for cell in held.cells.values()] == [cell.value for cell in before.cells.values()]


def test_marked_numbers_are_explained_below_their_table() -> None:
    report = mark_counts(report_of(), "※", Random(1))
    marked = 0
    for table, held in report.tables.items():
        assert held is not None
        found = [cell for cell in held.cells.values() if cell.text.endswith("※")]
        sheet = table_to_sheet(held, Wording())
        explained = explain_marks(sheet, "※", Random(1))
        assert (explained != sheet) == bool(found), table
        assert len(explained.rows) == len(sheet.rows) + bool(found)
        marked += len(found)
    assert 1 <= marked <= 4
