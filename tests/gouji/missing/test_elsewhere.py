"""What says that a table stands in a picture, an attachment or another page."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gouji.document import Figure, FigureKind
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from gouji.missing.elsewhere import doubt_figures, doubt_wording
from gouji.missing.survey import ELSEWHERE, Doubt, Survey
from gouji.readers.text.reader import text_to_document
from gouji.text.heading import read_report
from tests.gouji.absent_tables import HEADINGS, SIGNED, report

LONG = "本年度持续推进各项工作,取得了新的成效。" * 40  # a page of more than a few words
BODY = report({APPLICATIONS: "见正文。"}, opening=f"一、总体情况\n{LONG}")


def survey(text: str, figures: Sequence[Figure] = ()) -> Survey:
    document = replace(text_to_document(text), figures=tuple(figures))
    return Survey(document, read_report(document), {})


def figures(table: str, kind: FigureKind, behind: str, text: str = BODY, **more: object) -> list[Doubt]:
    """What is doubted for a figure that stands behind some words."""
    at = text.index(behind) + len(behind)
    return list(doubt_figures(table, survey(text, [replace(Figure(kind, at), **more)])))  # type: ignore[arg-type]


def test_a_picture_under_the_heading_of_a_table_may_be_it() -> None:
    (doubt,) = figures(APPLICATIONS, FigureKind.PICTURE, HEADINGS[APPLICATIONS], address="table.png")
    assert (doubt.most, doubt.code, doubt.where) == (ELSEWHERE, "table_is_picture", "in a picture (table.png)")
    assert "table 三" in doubt.advice


def test_a_picture_under_the_heading_of_another_table_is_not_it() -> None:
    assert figures(REVIEW_LITIGATION, FigureKind.PICTURE, HEADINGS[APPLICATIONS]) == []


def test_a_picture_that_was_read_is_doubted_no_more() -> None:
    assert figures(APPLICATIONS, FigureKind.PICTURE, HEADINGS[APPLICATIONS], read=True) == []


def test_a_file_may_hold_a_table_wherever_it_stands() -> None:
    (doubt,) = figures(APPLICATIONS, FigureKind.ATTACHMENT, LONG)
    assert (doubt.code, doubt.where) == ("table_is_attached", "in a file on page 1")
    assert figures(APPLICATIONS, FigureKind.PICTURE, LONG) == []


def test_a_picture_behind_the_report_may_be_it_but_none_of_the_page_s_foot() -> None:
    closed = f"{BODY}\n{SIGNED}"
    assert figures(APPLICATIONS, FigureKind.PICTURE, SIGNED, closed)
    footed = f"{closed}\n版权所有\n联系我们"
    assert figures(APPLICATIONS, FigureKind.PICTURE, "联系我们", footed) == []


def test_on_a_page_of_few_words_any_picture_may_be_it_but_no_place_for_a_menu() -> None:
    short = report()
    assert figures(APPLICATIONS, FigureKind.FRAME, HEADINGS[REVIEW_LITIGATION], short)
    assert figures(APPLICATIONS, FigureKind.PLACE, HEADINGS[REVIEW_LITIGATION], short) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("申请情况见下图。", "table_is_picture"),
        ("table.png", "table_is_picture"),
        ("具体情况详见附件1。", "table_is_attached"),
        ("表格下载", "table_is_attached"),
        ("统计表.xlsx", "table_is_attached"),
    ],
)
def test_a_section_that_points_elsewhere_is_believed(said: str, code: str) -> None:
    (doubt,) = doubt_wording(APPLICATIONS, survey(report({APPLICATIONS: said})))
    assert (doubt.most, doubt.code) == (ELSEWHERE, code)
    assert said in doubt.where
    assert list(doubt_wording(REVIEW_LITIGATION, survey(report({APPLICATIONS: "申请情况见下图。"})))) == []


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        ("六、其他需要报告的事项\n各表见文末附件。", True),
        ("六、其他需要报告的事项\n没有。\n附件:统计表", True),
        ("六、其他需要报告的事项\n没有。", False),
    ],
)
def test_a_report_that_lists_attachments_may_have_any_table_there(closing: str, expected: bool) -> None:
    assert bool(list(doubt_wording(APPLICATIONS, survey(report("没有。", closing=closing))))) is expected
