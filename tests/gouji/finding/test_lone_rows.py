"""One labelled row is a table; a sentence, a menu or a count of something else is none."""

import pytest

from gouji.finding.streams import find_streams
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover
from gouji.tables import CellState, TableState

PROSE = "本单位高度重视该项工作，全年组织培训4次，召开会议研究部署9次，各项任务均已按时完成，取得了较好的成效。"
NEW = "一、本年新收政府信息公开申请数量"


def tables_of(text: str) -> set[str]:
    return set(find_streams(text_to_document(f"一、总体情况\n{PROSE}\n{text}\n五、存在的主要问题\n{PROSE}")))


@pytest.mark.parametrize(
    "row",
    [
        f"{NEW} | 46 | 3 | 0 | 0 | 19 | 2 | 70 |",
        f"| {NEW} | 46 | 3 | 0 | 0 | 19 | 2 | 70 |",
        f"{NEW}\n46\n3\n0\n0\n19\n2\n70",
        f"{NEW} 46 3 0 0 19 2 70",
        f"{NEW}\t46\t3\t0\t0\t19\t2\t70",
    ],
)
def test_one_row_of_table_three(row: str) -> None:
    assert tables_of(row) == {APPLICATIONS}
    recovery = recover(f"{PROSE}\n{row}\n五、存在的主要问题\n{PROSE}".encode(), name="a.txt", engine="rules")
    cells = recovery.tables[APPLICATIONS].cells
    printed = {key: cell.value for key, cell in cells.items() if cell.state is CellState.PRINTED}
    assert list(printed) == [key for key in cells if key.startswith("new_received.")]
    assert list(printed.values()) == [46, 3, 0, 0, 19, 2, 70]
    assert {cell.state for key, cell in cells.items() if key not in printed} == {CellState.ABSENT}
    assert recovery.tables[ACTIVE_DISCLOSURE].state is TableState.MISSING


@pytest.mark.parametrize(
    "rows",
    [
        "规章 | 3 | 0 | 15 |",
        "第二十条第（五）项\n信息内容 | 本年处理决定数量 |\n行政许可 | 5 |",
        "二、主动公开政府信息情况\n行政许可 | 5 |",
    ],
)
def test_a_row_of_table_two(rows: str) -> None:
    assert tables_of(rows) == {ACTIVE_DISCLOSURE}


@pytest.mark.parametrize(
    "text",
    [
        "二、主动公开政府信息情况\n全年制定规章 3 件，办理行政许可 12 件、行政处罚 4 件。\n规章 3 件",
        f"{NEW}为 3 件，其中自然人 3 件。",
        f"{NEW} | 3 | 0 |",
        "首页\n行政许可\n12\n行政处罚\n5\n行政强制\n7",
        "2023年行政执法统计\n行政许可 | 12 |\n行政处罚 | 5 |\n行政强制 | 7 |",
        "行政许可 | 行政处罚 | 行政强制 |\n12 | 5 | 7 |",
        "收案 | 结案 | 维持 | 撤销 |\n12 | 10 | 5 | 1 |\n行政复议 | 12 |\n行政诉讼 | 3 |",
        "主动公开政府信息数 | 条 | 120 |\n收到申请数 | 件 | 4 |\n规章 | 件 | 3 |\n行政事业性收费 | 元 | 0 |",
    ],
    ids=["prose", "sentence", "few numbers", "menu", "other statistics", "one line of them", "review", "indicators"],
)
def test_what_is_no_row(text: str) -> None:
    assert tables_of(text) == set()
