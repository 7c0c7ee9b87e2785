"""Labels in narrow columns, as converters of PDF write them."""

import pytest

from gouji.document import Fragment
from gouji.forms import APPLICATIONS, TABLES, template
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover
from gouji.tables import CellState
from gouji.text.wrapped import join_wrapped
from tests.gouji.sample_layouts import HEADINGS, TITLE, draw_values


def texts(text: str) -> list[str]:
    return [fragment.text for fragment in join_wrapped(text_to_document(text).fragments)]


def spans(fragments: list[Fragment]) -> list[tuple[int, int]]:
    return [(fragment.start, fragment.end) for fragment in fragments]


def test_the_lines_of_a_label_are_one_text_at_the_place_of_all_of_them() -> None:
    text = "(三)不\n予公\n开\n\n1.属\n于国\n家秘\n密\n\n0\n0"
    joined = join_wrapped(text_to_document(text).fragments)
    assert [f.text for f in joined] == ["(三)不予公开", "1.属于国家秘密", "0", "0"]
    assert spans(joined)[:2] == [(0, 9), (11, 22)]
    assert text[11:22] == "1.属\n于国\n家秘\n密"


def test_a_label_on_both_sides_of_its_values_stands_before_them() -> None:
    assert texts("8.属\n0\n1\n1\n于行\n政查\n询事\n项\n2.重\n复申\n请") == [
        "8.属于行政查询事项",
        "0",
        "1",
        "1",
        "2.重复申请",
    ]


def test_quotes_and_chinese_numerals_are_part_of_a_label() -> None:
    assert texts("3.危\n“\n及 三\n安全\n一稳\n”\n定\n0") == ["3.危“及三安全一稳”定", "0"]


@pytest.mark.parametrize("text", ["甲\n乙\n丙\n丁\n0", "0\n1\n二\n0", "一\n|二\n|0|0|", "不予\n公布\n情况\n如下\n0"])
def test_what_comes_to_no_label_stays_as_it_is(text: str) -> None:
    assert texts(text) == [fragment.text for fragment in text_to_document(text).fragments]


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("width", [3, 4])
def test_a_page_of_narrow_columns_is_read_whole(form: str, width: int) -> None:
    values = draw_values(form, 5)
    lines = [TITLE, "", "本单位按照规定公开政府信息，各项任务均已完成，群众对此较为满意。", ""]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        whole = template(table, form)
        above: tuple[str, ...] = ()
        lines += [heading, ""]
        for row in whole.rows:
            for label in (*(g for g in row.under if g not in above), row.label):
                narrow = width if table == APPLICATIONS else 20
                lines += [label[k : k + narrow] for k in range(0, len(label), narrow)]
                if table != APPLICATIONS and label != row.label:
                    lines += ["信息内容", *(column.label for column in row.columns)] if not whole.side_by_side else []
            above = row.under
            lines += ["", *(values[table][cell] for cell in row.cells), ""]
    recovery = recover("\n".join([*lines, "五、存在的主要问题及改进情况"]).encode(), engine="rules")
    for table in (TABLES[0], TABLES[1]):
        found = recovery.tables[table]
        assert {c: str(cell.value) for c, cell in found.cells.items()} == values[table]
        assert all(cell.state is CellState.PRINTED for cell in found.cells.values())
