from html.parser import HTMLParser
from random import Random

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.tables import CellState
from training.network.tokens import RenderedDocument, join_tokens
from training.pages.plans import Plan
from training.pages.rendering_html import HTML_SHARES
from training.pages.rendering_text import TextLook, lay_out, render_text_table
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.tables.sampling import plan_to_document
from training.tables.synthesis import TrueReport, draw_report

TEXT_LAYOUTS = ("L1", "L3", "L3n", "L4", "L4n", "L5", "L6", "L7", "L8", "L8c", "L9", "L12", "L17", "L18")
FORMS = (dict.fromkeys(TABLES, "2021"), dict.fromkeys(TABLES, "2019"))


def render(layout: str, seed: int, form: int = 0, style: str = "") -> RenderedDocument:
    report = draw_report(Random(seed), FORMS[form], "zeros")
    return plan_to_document(report, Plan("clean", layout, style, ()), Random(seed), "x", "x")


def printed_pieces(document: RenderedDocument) -> dict[str, str]:
    """What the marks of each value cell cover, put together."""
    pieces: dict[str, str] = {}
    for mark in document.marks:
        if mark.role == "value" and mark.cell is not None:
            pieces[mark.cell] = pieces.get(mark.cell, "") + document.text[mark.start : mark.end]
    return pieces


def sheet_of(table: str, seed: int = 3, form: int = 0, wording: Wording | None = None) -> Sheet:
    held = draw_report(Random(seed), FORMS[form], "zeros").tables[table]
    assert held is not None
    return table_to_sheet(held, wording or Wording())


@pytest.mark.parametrize("form", [0, 1])
@pytest.mark.parametrize("layout", TEXT_LAYOUTS)
def test_marks_cover_every_value_of_an_undamaged_document(layout: str, form: int) -> None:
    for seed in range(4):
        document = render(layout, seed, form)
        pieces = printed_pieces(document)
        for held in document.truth.tables.values():
            assert held is not None
            assert {name: pieces.get(name) for name in held.cells} == {n: c.text for n, c in held.cells.items()}


@pytest.mark.parametrize(("table", "width"), [(ACTIVE_DISCLOSURE, 4), (APPLICATIONS, 10), (REVIEW_LITIGATION, 15)])
def test_padded_rows_have_as_many_pipes_as_the_grid_has_columns(table: str, width: int) -> None:
    text, _ = join_tokens(render_text_table(sheet_of(table), "L4", TextLook()))
    rows = text.splitlines()
    assert {row.count("|") for row in rows[:-1]} == {width}
    assert rows[-1].count("|") == len(sheet_of(table).rows[-1])  # the last row lost its padding


def test_a_merged_third_column_widens_table_two_to_five() -> None:
    text, _ = join_tokens(
        render_text_table(sheet_of(ACTIVE_DISCLOSURE, form=1, wording=Wording(grid_width=5)), "L4", TextLook())
    )
    assert {row.count("|") for row in text.splitlines()[:-1]} == {5}


def test_lines_with_pipes_hold_one_cell_each() -> None:
    text, _ = join_tokens(render_text_table(sheet_of(APPLICATIONS), "L3", TextLook()))
    lines = text.splitlines()
    assert "一、本年新收政府信息公开申请数量 |" in lines
    assert lines[2] == "||||||||"  # two header cells of ten
    start = lines.index("1.属于国家秘密 |")
    assert lines[start - 1] == "(三)不予公开 |"
    assert lines[start + 8] == "|"


def test_blank_cells_vanish_in_paragraphs_and_stay_as_pipes() -> None:
    report = draw_report(Random(1), FORMS[0], "all_blank")
    held = report.tables[APPLICATIONS]
    assert held is not None
    sheet = table_to_sheet(held, Wording())
    emptied = Sheet(
        sheet.table,
        sheet.form,
        sheet.width,
        tuple(tuple(c._replace(text="") if c.kind == "value" else c for c in row) for row in sheet.rows),
    )
    paragraphs, _ = join_tokens(render_text_table(emptied, "L1", TextLook()))
    lines, _ = join_tokens(render_text_table(emptied, "L3n", TextLook()))
    assert "\n\n\n" not in paragraphs
    assert lines.count("\n|\n") + lines.count("|\n|") >= 25 * 6


def test_blanks_merge_into_the_padding_where_only_the_total_is_printed() -> None:
    sheet = sheet_of(APPLICATIONS)
    row = next(r for r in sheet.rows if r[0].row == "new_received")
    only_total = (row[0], *(c._replace(text="") for c in row[1:-1]), row[-1]._replace(text="7"))
    text, _ = join_tokens(
        render_text_table(Sheet(sheet.table, sheet.form, 10, (only_total, row)), "L6", TextLook(merged_blanks=True))
    )
    assert text.startswith("|\n一、本年新收政府信息公开申请数量 |\n7 | ||||||||\n")


@pytest.mark.parametrize("table", TABLES)
def test_every_grid_row_is_as_wide_as_the_grid(table: str) -> None:
    for form in (0, 1):
        sheet = sheet_of(table, form=form)
        assert {len(row) for row in lay_out(sheet)} == {sheet.width}


class _Cells(HTMLParser):
    """Text of every td and th by (table, order in it); tables counted by their opening tags."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[int, list[str]] = {}
        self.open: list[int] = []
        self.count = 0
        self.inside: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append(self.count)
            self.cells[self.count] = []
            self.count += 1
        elif tag in ("td", "th"):
            self.cells[self.open[-1]].append("")
            self.inside.append(self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.open.pop()
        elif tag in ("td", "th"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[self.inside[-1]][-1] += data


@pytest.mark.parametrize("style", [s for s in HTML_SHARES if s not in ("div_cells", "preformatted")])
def test_grid_marks_name_the_cells_of_the_page_in_their_order(style: str) -> None:
    for seed in range(6):
        document = render("HTML", seed, seed % 2, style)
        parser = _Cells()
        parser.feed(document.text)
        marked: dict[int, list[str | None]] = {}
        for mark in document.grid:
            marked.setdefault(mark.table, []).append(mark.cell)
        assert len(marked) == 3
        truth = {n: c.text for t in document.truth.tables.values() if t is not None for n, c in t.cells.items()}
        for table, cells in marked.items():
            texts = parser.cells[table]
            assert len(texts) == len(cells)
            for text, cell in zip(texts, cells, strict=True):
                if cell is not None:
                    assert text.strip() == truth[cell]


def test_pages_without_tables_have_missing_tables_and_no_value() -> None:
    for layout in ("L10", "L11", "L13", "L14"):
        document = render(layout, 2)
        assert set(document.truth.tables.values()) == {None}
        assert not printed_pieces(document)


def test_deduplicated_lines_are_all_different() -> None:
    lines = [line for line in render("L11", 4).text.splitlines() if line]
    assert len(lines) == len(set(lines))


def test_html_inside_text_says_that_it_is_text() -> None:
    document = render("L16", 1, style="plain_border")
    assert document.media_type == "text/plain"
    assert "<td" in document.text


def test_absent_rows_leave_no_label() -> None:
    report: TrueReport = draw_report(Random(1), FORMS[0], "zeros")
    document = plan_to_document(report, Plan("medium", "L4", "", ("rows_dropped",)), Random(3), "x", "x")
    absent = {
        name.split(".")[0]
        for held in document.truth.tables.values()
        if held is not None
        for name, cell in held.cells.items()
        if cell.state is CellState.ABSENT
    }
    assert absent
    assert not absent & {mark.row for mark in document.marks if mark.role == "label"}
