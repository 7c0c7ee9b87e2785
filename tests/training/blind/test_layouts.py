from random import Random

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from training.blind.layouts import (
    BLIND_LAYOUTS,
    measure_width,
    render_aligned,
    render_delimited,
    render_pairs,
    render_wiki,
)
from training.blind.pages import render_blind_page
from training.network.tokens import VALUE, join_tokens
from training.pages.rendering import PageLook
from training.pages.rendering_text import TextLook
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.tables.synthesis import TrueReport, draw_report

REPORT = draw_report(Random(1), dict.fromkeys(TABLES, "2021"), "zeros")
LOOK = PageLook(TextLook(), ("一、总体情况", "二、甲", "三、乙", "四、丙", "五、丁", "六、戊"))


def sheets_of(report: TrueReport) -> dict[str, Sheet]:
    return {name: table_to_sheet(held, Wording()) for name, held in report.tables.items() if held is not None}


def lines_of(tokens: list) -> list[str]:
    return join_tokens(tokens)[0].splitlines()


@pytest.mark.parametrize("layout", BLIND_LAYOUTS)
def test_every_cell_is_printed_once_as_it_is(layout: str) -> None:
    tokens = render_blind_page(REPORT, sheets_of(REPORT), layout, LOOK, Random(3))
    text, marks = join_tokens(tokens)
    printed = [(mark.cell, text[mark.start : mark.end]) for mark in marks if mark.role == VALUE]
    true = [(name, cell.text) for held in REPORT.tables.values() if held for name, cell in held.cells.items()]
    assert printed == true
    assert all(heading in text for heading in LOOK.headings)


def test_fields_are_quoted_where_they_hold_the_separator() -> None:
    sheet = sheets_of(REPORT)[APPLICATIONS]
    lines = lines_of(render_delimited(sheet, ",", "empty", False))
    assert lines[0].startswith('"(本列数据的勾稽关系为:第一项加第二项之和,等于')
    assert lines[0].endswith(",,,申请人情况,,,,,,")
    assert lines[7].startswith(",(三)不予公开,1.属于国家秘密,")
    assert lines_of(render_delimited(sheet, "\t", "omit", False))[8].split("\t")[0] == "2.其他法律行政法规禁止公开"
    assert lines_of(render_delimited(sheet, "\t", "repeat", False))[8].split("\t")[1] == "(三)不予公开"


@pytest.mark.parametrize("align", ["left", "right", "centre"])
def test_blanks_of_an_aligned_table_move_nothing(align: str) -> None:
    blank = draw_report(Random(1), dict.fromkeys(TABLES, "2021"), "all_blank")
    for table, sheet in sheets_of(REPORT).items():
        full = lines_of(render_aligned(sheet, " ", align, False))
        some = lines_of(render_aligned(sheets_of(blank)[table], " ", align, False))
        assert len(full) == len(some)
        for one, other in zip(full, some, strict=True):
            assert all(new in (old, " ", "/", "-", "—", "无", "／") for old, new in zip(one, other, strict=False))
    assert measure_width("总计 7") == 6


def test_wiki_tables_write_their_spans() -> None:
    lines = lines_of(render_wiki(sheets_of(REPORT)[REVIEW_LITIGATION], inline=True, heads=True))
    assert lines[0] == '{| class="wikitable"'
    assert lines[1] == '! colspan="5" | 行政复议 !! colspan="10" | 行政诉讼'
    assert lines[-1] == "|}"
    assert lines.count("|-") == 3


def test_pairs_name_the_column_of_each_number() -> None:
    sheets = sheets_of(REPORT)
    lines = lines_of(render_pairs(sheets[ACTIVE_DISCLOSURE], ":", ";", False))
    assert lines[0] == "第二十条第(一)项"
    assert lines[1].startswith("规章 本年制发件数:")
    lines = lines_of(render_pairs(sheets[APPLICATIONS], ":", ";", True))
    assert lines[4].startswith("三、本年度办理结果 (三)不予公开 1.属于国家秘密 自然人:")
    blocks = lines_of(render_pairs(sheets[REVIEW_LITIGATION], ":", ";", False))
    assert [line.split(" 结果维持")[0] for line in blocks] == [
        "行政复议",
        "行政诉讼 未经复议直接起诉",
        "行政诉讼 复议后起诉",
    ]
