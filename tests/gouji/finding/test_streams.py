"""The streams of tables, on small pages made of the official labels."""

from collections.abc import Sequence

import pytest

from gouji.document import Document
from gouji.finding.streams import find_streams
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.pieces import CellStream, PieceKind
from gouji.readers.html.reader import html_to_document
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)
PROSE = "全年共收到政府信息公开申请12件，办结11件，没有因政府信息公开申请引起的行政复议和行政诉讼案件3件。"
NEUTRAL = "本单位高度重视该项工作，全年组织培训4次，召开会议研究部署9次，各项任务均已按时完成，取得了较好的成效。"


def lines_of(table: str, values: Sequence[str] | None = None) -> list[str]:
    """The lines of one official table, its cells counted from 1 where no values are given."""
    whole = template(table, "2021")
    told = iter(values if values is not None else [str(n) for n in range(1, len(whole.cells) + 1)])
    if whole.side_by_side:
        headers = [f"{row.label} | " for row in whole.rows] + ["\n"]
        columns = " | ".join(c.label for row in whole.rows for c in row.columns)
        return ["行政复议 | 行政诉讼 |", "".join(headers).strip(), columns + " |", " | ".join(told) + " |"]
    lines: list[str] = []
    for row in whole.rows:
        if table == ACTIVE_DISCLOSURE and (not lines or row.under[-1] not in lines):
            lines += [row.under[-1], "信息内容 | " + " | ".join(c.label for c in row.columns) + " |"]
        lines.append(f"{row.label} | " + " | ".join(next(told) for _ in row.cells) + " |")
    if table == APPLICATIONS:
        lines = [
            "申请人情况 | 自然人 | 法人或其他组织 | 总计 |",
            "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |",
            *lines,
        ]
    return lines


def page(*stretches: Sequence[str] | str) -> Document:
    return text_to_document("\n".join(s if isinstance(s, str) else "\n".join(s) for s in stretches))


def numbers(stream: CellStream) -> list[str]:
    return [piece.fragment.text for piece in stream.pieces if piece.kind is PieceKind.NUMBER]


def cells(stream: CellStream) -> list[object]:
    """The values that the rules give to the cells: numbers that follow a table may stand in its stream."""
    filled = align(stream, template(stream.table, "2021"), rules.score)
    return [mark.value if mark else None for row in filled.rows for mark in row.placed.reading.marks]


def counted(table: str) -> list[int]:
    return list(range(1, len(template(table, "2021").cells) + 1))


def whole_page() -> list[Sequence[str] | str]:
    parts: list[Sequence[str] | str] = ["临川市财政局2023年政府信息公开工作年度报告", "一、总体情况", PROSE]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        parts += [heading, PROSE, lines_of(table)]
    return [*parts, "五、存在的主要问题及改进情况", PROSE, "六、其他需要报告的事项", "全年收取信息处理费384元。"]


def test_three_tables_each_with_its_own_numbers() -> None:
    streams = find_streams(page(*whole_page()))
    assert set(streams) == set(TABLES)
    for table in TABLES:
        assert streams[table].table == table
        assert cells(streams[table]) == counted(table)
        assert numbers(streams[table]) == [str(n) for n in counted(table)]
        assert streams[table].rivals == 0


@pytest.mark.parametrize("table", TABLES)
def test_one_table_alone(table: str) -> None:
    assert set(find_streams(page(PROSE, lines_of(table), PROSE))) == {table}


def test_order_and_headings_are_not_needed() -> None:
    streams = find_streams(page(*(lines_of(table) for table in (REVIEW_LITIGATION, APPLICATIONS, ACTIVE_DISCLOSURE))))
    assert set(streams) == set(TABLES)
    for table in TABLES:
        assert cells(streams[table]) == counted(table)


@pytest.mark.parametrize(
    "decoy",
    [
        [
            "索引号 | 002482-2024-7 | 主题分类 | 政务公开 |",
            "发布机构 | 财政局 | 成文日期 | 2024-01-16 |",
            "文号 | 7 | 有效性 | 1 |",
        ],
        ["目录", *HEADINGS, "五、存在的主要问题及改进情况 5", "六、其他需要报告的事项 6"],
        ["首页 | 公开 | 3 | 服务 | 4 |", "部门 | 乡镇 | 12 | 互动 |"],
    ],
    ids=["metadata", "contents", "menu"],
)
def test_decoys_alone_are_no_table_and_do_not_join_one(decoy: list[str]) -> None:
    assert find_streams(page(decoy, PROSE)) == {}
    streams = find_streams(page(decoy, *whole_page(), decoy))
    assert set(streams) == set(TABLES)
    for table in TABLES:
        assert cells(streams[table]) == counted(table)


def test_an_empty_form_loses_against_the_filled_one() -> None:
    empty = [
        "附件：表样",
        *(line for table in TABLES for line in lines_of(table, [""] * len(template(table, "2021").cells))),
    ]
    filled = [line for heading, table in zip(HEADINGS, TABLES, strict=True) for line in (heading, *lines_of(table))]
    for first, second in ((empty, filled), (filled, empty)):
        streams = find_streams(page(first, *[NEUTRAL] * 8, second))
        for table in TABLES:
            assert cells(streams[table]) == counted(table)


def test_a_second_table_is_told() -> None:
    one, other = lines_of(APPLICATIONS), lines_of(APPLICATIONS, [str(n) for n in range(201, 376)])
    streams = find_streams(page(one, *[NEUTRAL] * 8, other))
    assert streams[APPLICATIONS].rivals == 1
    assert len(numbers(streams[APPLICATIONS])) == 175


def test_stripped_tables_are_missing() -> None:
    assert (
        find_streams(page("一、总体情况", PROSE, *(f"{heading}\n{PROSE}" for heading in HEADINGS), "五、问题", PROSE))
        == {}
    )


def test_a_page_without_repeated_lines_holds_no_table() -> None:
    lines = [
        cell
        for part in whole_page()
        for line in ([part] if isinstance(part, str) else part)
        for cell in line.split("|")
    ]
    lines = [cell.strip() for cell in lines]
    zeros = ["0" if line.isdigit() and int(line) > 3 else line for line in lines]
    assert set(find_streams(page(zeros))) == set(TABLES)
    assert find_streams(page(list(dict.fromkeys(zeros)))) == {}


def test_page_numbers_within_a_table_are_left_out() -> None:
    lines = lines_of(APPLICATIONS)
    broken = [*lines[:9], "- 4 -\f", *lines[9:18], "第 5 页 共 9 页\f", *lines[18:]]
    stream = find_streams(page(HEADINGS[1], broken, PROSE))[APPLICATIONS]
    assert numbers(stream) == [str(n) for n in range(1, 176)]
    assert {piece.fragment.page for piece in stream.pieces} == {1, 2, 3}


def test_numbers_of_the_prose_behind_a_table_stay_out() -> None:
    streams = find_streams(
        page(lines_of(APPLICATIONS), "注：上年数据已于2022年公布。", "共召开会议12次，培训", "37", "人。")
    )
    assert cells(streams[APPLICATIONS]) == counted(APPLICATIONS)


def test_rows_whose_blanks_were_all_dropped_are_a_table_still() -> None:
    rows = [row.label for row in template(APPLICATIONS, "2021").rows]
    streams = find_streams(page("申请人情况", "自然人", "商业企业", "法律服务机构", "总计", *rows, PROSE))
    assert set(streams) == {APPLICATIONS}


def test_a_table_without_labels_is_found_behind_its_heading() -> None:
    values = [str(n) for n in range(15)]
    streams = find_streams(page(lines_of(APPLICATIONS), HEADINGS[2], "\n".join(values), "五、存在的主要问题", PROSE))
    assert numbers(streams[REVIEW_LITIGATION]) == values


def test_drawn_tables() -> None:
    rows = "".join(
        f"<tr><td>{row.label}</td>" + "".join(f"<td>{n}</td>" for n in range(7)) + "</tr>"
        for row in template(APPLICATIONS, "2021").rows
    )
    metadata = "<table><tr><td>索引号</td><td>002482</td><td>文号</td><td>3</td></tr></table>"
    document = html_to_document(f"<html><body>{metadata}<p>{PROSE}</p><table>{rows}</table></body></html>".encode())
    streams = find_streams(document)
    assert set(streams) == {APPLICATIONS}
    assert numbers(streams[APPLICATIONS]) == [str(n) for n in range(7)] * 25


def test_a_line_of_values_under_headers_that_say_nothing_is_found_behind_its_heading() -> None:
    names = " | ".join(f"数据{n}" for n in range(1, 16))
    row = " | ".join(str(n % 4) for n in range(15))
    text = f"{HEADINGS[2]}\n| 类别 | {names} |\n| 件数 | {row} |\n\n五、存在的主要问题及改进情况\n无。"
    stream = find_streams(text_to_document(text))[REVIEW_LITIGATION]
    assert [piece.fragment.text for piece in stream.pieces if piece.is_value] == row.split(" | ")
