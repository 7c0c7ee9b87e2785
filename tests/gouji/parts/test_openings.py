"""Titles, section headings and breaks: what a report's course is told by, beside its tables."""

import pytest

from gouji.document import Document, Fragment, Gap
from gouji.parts.openings import Break, Title, find_breaks, find_opening, find_sections, find_titles
from gouji.readers.text.reader import text_to_document

BODY = "本年度持续推进各项工作,公开各类信息,全年没有发生泄密,也没有收到投诉和举报。"


def title(agency: str | None, year: int | None) -> Title:
    return Title(0, 0, agency, year)


@pytest.mark.parametrize(
    ("one", "other", "differs", "same"),
    [
        (("某市教育局", 2023), ("某市教育局", 2023), False, True),
        (("某市教育局", 2023), ("某市教育局", 2022), True, False),
        (("某市教育局", 2023), ("教育局", 2023), False, False),
        (("某市教育局", 2023), ("某市水利局", 2023), True, False),
        ((None, 2023), ("某市水利局", 2023), False, False),
        ((None, None), (None, None), False, False),
    ],
)
def test_titles_of_two_reports_differ(
    one: tuple[str | None, int | None], other: tuple[str | None, int | None], differs: bool, same: bool
) -> None:
    assert title(*one).differs(title(*other)) is differs
    assert title(*other).differs(title(*one)) is differs
    assert title(*one).is_same(title(*other)) is same
    assert not title(*one).is_same(None)


def test_titles_are_found_in_their_order_with_agency_and_year() -> None:
    text = f"海州市水利局2023年政府信息公开工作年度报告\n{BODY}\n海州市林业局2022年政府信息公开工作年度报告\n{BODY}"
    found = find_titles(text)
    assert [(t.agency, t.year) for t in found] == [("海州市水利局", 2023), ("海州市林业局", 2022)]
    assert [text[t.start : t.start + 6] for t in found] == ["海州市水利局", "海州市林业局"]


def test_a_title_over_several_lines_is_one() -> None:
    text = f"海州市水利局\n2023年政府信息公开\n工作年度报告\n{BODY}"
    (found,) = find_titles(text)
    assert (found.start, found.agency, found.year) == (0, "海州市水利局", 2023)


def test_a_report_in_one_line_opens_with_its_title() -> None:
    text = f"海州市水利局2023年政府信息公开工作年度报告 {BODY * 4}"
    (found,) = find_titles(text)
    assert text[found.start : found.end].endswith("报告")
    assert find_titles(BODY * 4 + "报告") == []


def test_headings_of_sections_have_text_behind_them() -> None:
    headings = ("一、总体情况", "二、主动公开政府信息情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")
    text = "\n".join(f"{heading}\n{BODY}" for heading in headings)
    assert [section.stage for section in find_sections(text)] == [1, 2, 5, 6]
    contents = "\n".join(f"{heading}……{n}" for n, heading in enumerate(headings))
    assert find_sections(contents) == []
    assert [s.stage for s in find_sections(f"{contents}\n{text}")] == [1, 2, 5, 6]


def test_headings_inside_one_long_line_are_found() -> None:
    text = f"{BODY} 一、总体情况 {BODY} 五、存在的主要问题 {BODY} {BODY}"
    assert [section.stage for section in find_sections(text)] == [1, 5]


def test_lines_of_dashes_are_hard_and_dates_are_not() -> None:
    text = "甲\n==========\n乙\n2024年1月20日\n二〇二四年一月二十日\n丙 2024年1月20日印发的通知里说明了这一点"
    found = sorted(find_breaks(text_to_document(text)), key=lambda b: b.start)
    assert [each.hard for each in found] == [True, False, False]
    assert text[found[0].start : found[0].end] == "=========="
    assert text[: found[1].start].endswith("2024年1月20日")


@pytest.mark.parametrize(
    ("kind", "hard"),
    [("application/pdf", False), ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True)],
)
def test_the_next_sheet_is_a_hard_break_and_the_next_page_is_not(kind: str, hard: bool) -> None:
    document = Document("甲\f乙", (Fragment("甲", 0, 1), Fragment("乙", 2, 3, 2, gap=Gap.PAGE)), media_type=kind)
    assert list(find_breaks(document)) == [Break(2, 2, hard)]


def test_the_sentence_that_opens_a_report_is_found_between_two_places() -> None:
    text = "打印本页\n本报告根据条例编制。\n本报告根据条例编制。"
    first = text.index("本报告")
    assert find_opening(text, 0, len(text)) == first
    assert find_opening(text, first + 11, len(text)) == text.rindex("本报告")
    assert find_opening(text, 0, first) is None
