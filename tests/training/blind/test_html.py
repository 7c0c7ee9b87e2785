import re
from html.parser import HTMLParser
from random import Random

import pytest

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, TABLES
from training.blind.html import (
    BLIND_STYLES,
    render_blind_html,
    write_definitions,
    write_fields,
    write_labelled,
    write_lists,
    write_row_tables,
)
from training.pages.rendering import PageLook
from training.pages.rendering_text import TextLook
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.tables.synthesis import draw_report

REPORT = draw_report(Random(8), dict.fromkeys(TABLES, "2019"), "blank_but_total")
SHEETS: dict[str, Sheet] = {n: table_to_sheet(held, Wording()) for n, held in REPORT.tables.items() if held is not None}
LOOK = PageLook(TextLook(), ("一、总体情况", "二、甲", "三、乙", "四、丙", "五、丁", "六、戊"))
ROWS = 23
VALUES = 7 * ROWS


class Balance(HTMLParser):
    """Whether every tag is closed by its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("style", BLIND_STYLES)
def test_pages_are_well_formed_and_of_more_than_one_look(style: str) -> None:
    pages = {render_blind_html(REPORT, SHEETS, style, LOOK, Random(seed)) for seed in range(12)}
    assert len({re.sub(r"\d|[\u4e00-\u9fff]", "", page[page.index("二、甲") :]) for page in pages}) > 1
    for page in pages:
        parser = Balance()
        parser.feed(page)
        assert parser.open == []
        assert all(f"<h3>{heading}</h3>" in page for heading in LOOK.headings)


def test_a_style_that_is_not_of_this_set_is_refused() -> None:
    with pytest.raises(KeyError):
        render_blind_html(REPORT, SHEETS, "word_paste", LOOK, Random(1))


def test_every_cell_has_its_place_blank_or_not() -> None:
    sheet = SHEETS[APPLICATIONS]
    assert write_fields(sheet, area=False).count("<input ") == VALUES
    assert write_fields(sheet, area=True).count("<textarea ") == VALUES
    assert write_definitions(sheet).count("<dd>") == VALUES
    for way in ("span", "colon", "attribute"):
        page = write_labelled(sheet, way)
        assert page.count("<td") == VALUES
        assert page.count("自然人") == ROWS  # the header rows are gone, the columns are told in the cells
    lists = write_lists(sheet)
    assert lists.count("<ul") == len(sheet.rows)
    assert all(row.count("<li") in (8, 9, 10) for row in lists.split("</ul>")[3:-1])


def test_headers_stay_where_no_label_says_what_a_row_is() -> None:
    assert "复议后起诉" in write_labelled(SHEETS[REVIEW_LITIGATION], "attribute")


def test_tables_of_one_row_leave_merged_cells_out_or_empty() -> None:
    left_out, empty = (write_row_tables(SHEETS[APPLICATIONS], rest) for rest in (False, True))
    assert left_out.count("<table") == empty.count("<table") == len(SHEETS[APPLICATIONS].rows)
    assert "rowspan" not in left_out + empty
    assert empty.count("<td") > left_out.count("<td")
