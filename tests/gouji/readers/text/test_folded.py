import pytest

from gouji.forms import TABLES
from gouji.readers.text.folded import unfold
from gouji.recovery import recover
from tests.gouji.sample_layouts import HEADINGS, TITLE, Line, draw_values, places, report


def fold(lines: list[Line]) -> str:
    """A table of Markdown in one line."""
    width = max(line.width for line in lines)
    rows = [" | ".join([*places(line), *[""] * (width - line.width)]) for line in lines]
    return " | ".join([rows[0], *["| ---" + " | ---" * (width - 1), *(f"| {row}" for row in rows[1:])]]) + " |"


def test_a_row_ends_behind_as_many_cells_as_the_rule_has() -> None:
    text = "二、情况  信息内容 | 件数 | | --- | --- | | 规章 | 0 | |  |  | | 行政许可 | 3 |   三、下节"
    told = unfold(text)
    assert len(told) == len(text)
    assert [line.strip() for line in told.split("\n") if line.strip()] == [
        "二、情况", "信息内容 | 件数 |", "| --- | --- |", "| 规章 | 0 |", "|  |  |", "| 行政许可 | 3 |", "三、下节",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["规章 | 0 |\n| --- | --- |\n行政许可 | 1 |", "| --- | --- |", "一、 --- 二、", "a | b"]
)
def test_tables_of_lines_stay_as_they_are(text: str) -> None:
    assert unfold(text) == text


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_report_with_its_tables_in_one_line_each_is_read(form: str) -> None:
    values = draw_values(form, 2, blanks=0.2)
    lines = report(form, values)
    parts = [TITLE, "本单位按照规定公开政府信息，各项任务均已完成。"]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        parts += [heading, fold([line for line in lines if line.table == table])]
    recovery = recover("\n".join([*parts, "五、存在的主要问题及改进情况"]).encode(), engine="rules")
    for table in TABLES:
        given = {name: "" if c.value is None else str(c.value) for name, c in recovery.tables[table].cells.items()}
        assert given == values[table]
