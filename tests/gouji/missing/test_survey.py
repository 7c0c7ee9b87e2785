"""What is known of a document when its streams were filled."""

import pytest

from gouji.document import Document
from gouji.finding.sections import find_sections
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, template
from gouji.missing.survey import Survey
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from gouji.text.heading import read_report
from tests.gouji.absent_tables import HEADINGS, NOTICE, OPENING, TITLE, report, rows_of
from tests.gouji.filled import align


def survey(text: str, former: bool = False) -> Survey:
    document = text_to_document(text)
    return Survey(document, read_report(document), {}, former)


def with_table(text: str, table: str) -> Survey:
    """A survey in which one table was found: its rows as they stand in the text."""
    document = text_to_document(text)
    first = document.text.index(rows_of(table))
    last = first + len(rows_of(table))
    pieces = tuple(p for p in document_to_pieces(document) if first <= p.fragment.start < last)
    filled = align(CellStream(table, pieces), template(table, "2021"), rules.score)
    return Survey(document, read_report(document), {table: filled})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (report(), True),
        (report(title=""), True),  # three headings tell of it
        (f"{TITLE}\n{HEADINGS[APPLICATIONS]}\n没有。", True),
        (f"{HEADINGS[APPLICATIONS]}\n没有。", False),
        (f"{TITLE}\n没有。", False),
        (f"{NOTICE}\n" + report(title="政府信息公开工作年度报告"), False),
        ("天气很好。", False),
    ],
)
def test_a_report_is_told_by_its_title_and_headings(text: str, expected: bool) -> None:
    assert survey(text).is_report is expected


def test_a_report_of_the_former_outline_is_one() -> None:
    assert survey("天气很好。", former=True).is_report


def test_each_heading_reaches_to_the_next() -> None:
    found = survey(report({APPLICATIONS: "没有收到申请。"}))
    (span,) = found.spans(APPLICATIONS)
    section, first, end = span
    assert section.kind == APPLICATIONS
    inside = [piece.fragment.text for piece in found.pieces[first:end]]
    assert "没有收到申请。" in inside
    assert HEADINGS[REVIEW_LITIGATION] not in inside
    assert found.sections == find_sections(found.pieces)


def test_pieces_of_a_found_table_are_taken_and_the_others_loose() -> None:
    found = with_table(report({APPLICATIONS: rows_of(APPLICATIONS)}), APPLICATIONS)
    loose = {piece.fragment.text for piece in found.loose}
    assert "0" not in loose
    assert TITLE in loose
    assert len(found.loose) + len(found.filled[APPLICATIONS].stream.pieces) == len(found.pieces)
    assert found.is_report


@pytest.mark.parametrize(("times", "expected"), [(1, True), (40, False)])
def test_a_page_of_few_words_may_be_all_picture(times: int, expected: bool) -> None:
    assert survey(f"{TITLE}\n" + f"{OPENING}\n" * times).few_words is expected


def test_what_is_no_report_and_what_is_of_a_former_form_does_not_break_off() -> None:
    text = report({ACTIVE_DISCLOSURE: rows_of(ACTIVE_DISCLOSURE)[:30]}, closing="")
    cut = text[: text.index(HEADINGS[APPLICATIONS])]
    assert survey(cut).cut is not None
    assert survey(cut, former=True).cut is None
    assert survey("天气很好。").cut is None
    assert isinstance(survey(cut).document, Document)
