"""Values that stand apart from their labels, column by column or row by row, and columns in another order."""

from collections.abc import Sequence

import pytest

from gouji.document import Document
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, template
from gouji.layouts.columns import columns_to_rows, order_columns
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover

FORM = template(APPLICATIONS, "2021")
HEADER = [
    "申请人情况",
    "自然人",
    "法人或其他组织",
    "总计",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
]


def stream_of(lines: Sequence[str], table: str = APPLICATIONS) -> CellStream:
    document: Document = text_to_document("\n".join(lines))
    return CellStream(table, tuple(document_to_pieces(document)))


def texts_of(stream: CellStream) -> list[str]:
    return [piece.fragment.text for piece in stream.pieces]


def numbers() -> list[list[int]]:
    rows = [[r, 0, r % 3, 0, 0, 1] for r in range(len(FORM.rows))]
    return [[*row, sum(row)] for row in rows]


def by_columns(rows: Sequence[Sequence[int]]) -> list[str]:
    return [str(row[c]) for c in range(len(rows[0])) for row in rows]


def by_rows(rows: Sequence[Sequence[int]]) -> list[str]:
    return [" ".join(map(str, row)) for row in rows]


@pytest.mark.parametrize("written", [by_columns, by_rows])
def test_all_labels_and_then_all_values(written: object) -> None:
    assert callable(written)
    labels = [row.label for row in FORM.rows]
    stream = columns_to_rows(stream_of([*HEADER, *labels, *written(numbers())]))
    expected = [t for row, values in zip(FORM.rows, numbers(), strict=True) for t in (row.label, *map(str, values))]
    assert texts_of(stream)[len(HEADER) :] == expected


def test_lines_of_one_value_whose_totals_say_that_they_stand_by_rows() -> None:
    labels = [row.label for row in FORM.rows]
    values = [str(n) for row in numbers() for n in row]
    stream = columns_to_rows(stream_of([*HEADER, *labels, *values]))
    assert texts_of(stream)[len(HEADER) : len(HEADER) + 8] == [labels[0], *map(str, numbers()[0])]


def test_a_number_too_few_and_nothing_is_moved() -> None:
    labels = [row.label for row in FORM.rows]
    stream = stream_of([*HEADER, *labels, *by_columns(numbers())[:-1]])
    assert columns_to_rows(stream) is stream


def test_rows_in_order_stay() -> None:
    lines = [*HEADER]
    for row, values in zip(FORM.rows, numbers(), strict=True):
        lines += [row.label, *map(str, values)]
    stream = stream_of(lines)
    assert columns_to_rows(stream) is stream


def test_blocks_of_table_two() -> None:
    lines = [
        "信息内容",
        "本年制发件数",
        "本年废止件数",
        "现行有效件数",
        "规章",
        "行政规范性文件",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    ]
    stream = columns_to_rows(stream_of(lines, ACTIVE_DISCLOSURE))
    assert texts_of(stream)[4:] == ["规章", "1", "3", "5", "行政规范性文件", "2", "4", "6"]


def test_a_whole_report_written_column_by_column() -> None:
    labels = [row.label for row in FORM.rows]
    lines = ["三、收到和处理政府信息公开申请情况", *HEADER, *labels, *by_columns(numbers()), "四、存在的问题", "无。"]
    table = recover("\n".join(lines).encode(), engine="rules").tables[APPLICATIONS]
    for row, values in zip(FORM.rows, numbers(), strict=True):
        assert [table.cells[name].value for name in row.cells] == values


def test_a_header_in_another_order_names_the_columns() -> None:
    order = ["其他", "法律服务机构", "商业企业", "科研机构", "社会公益组织"]
    header = [*HEADER[:4], *order]
    ordered = order_columns(stream_of([*header, FORM.rows[0].label, "1"]), FORM)
    assert [column.label for column in ordered.rows[0].columns] == ["自然人", *order, "总计"]
    assert ordered.rows[0].cells[1] == "new_received.other_organization"
    assert sorted(ordered.cells) == sorted(FORM.cells)
    assert order_columns(stream_of([*HEADER, FORM.rows[0].label, "1"]), FORM) is FORM
    assert order_columns(stream_of([*header[:-1], FORM.rows[0].label, "1"]), FORM) is FORM  # one is not named


def test_values_follow_the_names_of_their_columns() -> None:
    lines = [
        "三、收到和处理政府信息公开申请情况",
        *HEADER[:4],
        "其他",
        "法律服务机构",
        "商业企业",
        "科研机构",
        "社会公益组织",
    ]
    for row in FORM.rows:
        lines += [row.label, "3", "1", "0", "2", "0", "0", "6"]
    table = recover("\n\n".join([*lines, "四、存在的问题", "无。"]).encode(), engine="auto").tables[APPLICATIONS]
    assert table.cells["granted.other_organization"].value == 1
    assert table.cells["granted.business"].value == 2
    assert table.cells["granted.research_institution"].value == 0
    assert list(table.cells) == list(FORM.cells)


@pytest.mark.parametrize("header", [["总计", "自然人", "法人或其他组织"], ["总计", "自然人"]])
def test_the_total_may_come_first(header: Sequence[str]) -> None:
    lines = ["三、收到和处理政府信息公开申请情况", "申请人情况", *header, *HEADER[4:]]
    for row in FORM.rows:
        lines += [row.label, "6", "3", "1", "0", "2", "0", "0"]
    table = recover("\n\n".join([*lines, "四、存在的问题", "无。"]).encode(), engine="auto").tables[APPLICATIONS]
    assert [table.cells[name].value for name in FORM.rows[2].cells] == [3, 1, 0, 2, 0, 0, 6]


def test_rows_speak_against_a_header_that_names_the_total_first() -> None:
    lines = ["申请人情况", "总计", "自然人", *HEADER[4:]]
    for row in FORM.rows:
        lines += [row.label, "3", "1", "0", "2", "0", "0", "6"]
    assert order_columns(stream_of(lines), FORM) is FORM


def test_values_behind_their_labels_without_a_sum_are_a_guess() -> None:
    lines = ["规章", "行政规范性文件", "1", "7", "3", "4", "9", "6"]
    assert columns_to_rows(stream_of(lines, ACTIVE_DISCLOSURE)).guessed
    labels = [row.label for row in FORM.rows]
    assert not columns_to_rows(stream_of([*HEADER, *labels, *by_columns(numbers())])).guessed
    zeros = [[0] * len(FORM.rows[0]) for _ in FORM.rows]
    assert not columns_to_rows(stream_of([*HEADER, *labels, *by_columns(zeros)])).guessed


def test_a_header_that_names_every_column_is_believed() -> None:
    names = ["法律服务机构", "总计", "自然人", "社会公益组织", "其他", "科研机构", "商业企业"]
    lines = [*names, FORM.rows[0].label, "0", "5", "2", "0", "3", "0", "0"]
    ordered = order_columns(stream_of(lines), FORM)
    assert [column.label for column in ordered.rows[0].columns] == names
    against = [*names, FORM.rows[0].label, "0", "2", "2", "0", "1", "0", "5"]
    assert order_columns(stream_of(against), FORM) is FORM
