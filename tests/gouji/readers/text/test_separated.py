"""Tabs, commas and semicolons: which of them divide cells, and which places are empty ones."""

import pytest

from gouji.readers.text.reader import text_to_document
from gouji.readers.text.separated import separate

ROWS = (
    "一、本年新收政府信息公开申请数量",
    "2.重复申请",
    "3.要求提供公开出版物",
    "（七）总计",
    "四、结转下年度继续办理",
)


def cells_of(text: str) -> list[str]:
    return [fragment.text for fragment in text_to_document(text).fragments]


def table(mark: str, *values: str) -> str:
    return "\n".join(mark.join((label, *values)) for label in ROWS)


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_empty_fields_are_empty_cells(mark: str) -> None:
    text = "\n".join((table(mark, "1", "", "0", "", "", "0", ""), table(mark, "", "2", "0", "/", "0", "0", "2")))
    cells = cells_of(text + "\n结束\n")
    assert cells[:8] == [ROWS[0], "1", "", "0", "", "", "0", ""]
    assert cells[-9:-1] == [ROWS[4], "", "2", "0", "/", "0", "0", "2"]
    assert len(separate(text).text) == len(text)


def test_places_under_merged_labels_and_unused_columns_are_no_cells() -> None:
    rows = [
        "三、本年度办理结果,（一）予以公开,,1,0,,1,,,",
        ",（三）不予公开,1.属于国家秘密,0,,0,0,,,",
        *(f",,{n}.重复申请,0,0,0,,,," for n in range(2, 9)),
    ]
    cells = cells_of("\n".join(rows) + "\n")
    assert cells[:6] == ["三、本年度办理结果", "（一）予以公开", "1", "0", "", "1"]
    assert cells[6:12] == ["（三）不予公开", "1.属于国家秘密", "0", "", "0", "0"]
    assert cells[12:17] == ["2.重复申请", "0", "0", "0", ""]
    assert len(cells) == 12 + 7 * 5


def test_blank_cells_at_the_end_of_table_four_stay() -> None:
    heads = "行政复议\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t复议后起诉\n"
    assert cells_of(heads + "2\t0\t0\t0\t2" + "\t" * 10 + "\n结束")[-16:-1] == ["2", "0", "0", "0", "2", *[""] * 10]


def test_separators_inside_brackets_belong_to_the_field() -> None:
    rows = [f"（{n}）部分公开（区分处理的,只计这一情形,不计其他情形）,{n},0,,{n}" for n in range(1, 9)]
    assert cells_of("\n".join(rows))[:5] == ["（1）部分公开（区分处理的,只计这一情形,不计其他情形）", "1", "0", "", "1"]


def test_a_line_that_comes_back_between_rows_ends_no_table() -> None:
    rows = [line for label in ROWS for line in ("单位：件", f"{label}\t\t3\t")]
    cells = cells_of("\n".join(["信息\t甲\t乙\t丙", *rows, "结束"]))
    assert cells[4:9] == ["单位：件", ROWS[0], "", "3", ""]


@pytest.mark.parametrize(
    "text",
    [
        "\t一、总体情况\n\t本单位按时\t完成\t各项任务\n\t\t二、其他\n",
        "首页\t公开\t3\t\t4\n部门\t\t乡镇\t12\t互动\n",
        "规章\t\t\t3\t0\t15\n行政规范性文件\t3\t0\t15\n1.属于国家秘密\t\t3\t0\t15\n2.重复申请\t\t\t3\t0\t15\n",
    ],
    ids=["indentation", "menu", "columns lined up"],
)
def test_tabs_that_divide_no_cells_leave_none_empty(text: str) -> None:
    assert "" not in cells_of(text)


def test_fragments_stand_where_they_are_printed() -> None:
    text = table("\t", "1", "", "", "25", "", "", "26")
    for fragment in text_to_document(text).fragments:
        assert text[fragment.start : fragment.end] == fragment.text


def test_tabs_that_always_come_in_pairs_divide_once() -> None:
    single = cells_of(table("\t", "1", "", "0", "", "", "0", "7"))
    assert cells_of(table("\t\t", "1", "", "0", "", "", "0", "7")) == single
    mixed = table("\t\t", "1", "2", "0", "3", "4", "0", "7") + "\n规章\t0\t0\t0"
    assert cells_of(mixed) != cells_of(mixed.replace("\t\t", "\t"))


def test_cells_of_paragraphs_between_tabs_are_cells_of_their_row() -> None:
    plain = table("\t", "1", "0", "0", "3", "0", "0", "4")
    rows = [line.split("\t") for line in plain.split("\n")]
    browser = "\n".join(label + "".join(f"\t\n\n{cell}\n\n" for cell in cells) for label, *cells in rows)
    told = [(f.text, f.place) for f in text_to_document(browser).fragments]
    assert told == [(f.text, f.place) for f in text_to_document(plain).fragments]
