"""Where texts break off, and that those which do not are left alone."""

import pytest

from gouji.alignment.choose import fill_streams
from gouji.finding.sections import find_sections
from gouji.finding.streams import find_streams
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, template
from gouji.missing.cut_off import Cut, find_cut
from gouji.pieces import document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.absent_tables import CLOSING, HEADINGS, OPENING, SIGNED, TITLE, WHOLE, report, rows_of, up_to, without


def cut(text: str) -> Cut | None:
    document = text_to_document(text)
    filled = {t: f for t, (f, _) in fill_streams(find_streams(document), rules.score).items()}
    pieces = document_to_pieces(document)
    return find_cut(pieces, find_sections(pieces), filled)


@pytest.mark.parametrize("rows", [3, 9, 16, 24])
def test_a_cut_inside_a_table_names_the_last_row(rows: int) -> None:
    text = up_to(REVIEW_LITIGATION, {**WHOLE, APPLICATIONS: rows_of(APPLICATIONS, rows=rows)}).rstrip()
    last = template(APPLICATIONS, "2021").rows[rows - 1]
    assert cut(text) == Cut(len(text) - 2, APPLICATIONS, last.key)
    # ... also where that row lost its last numbers, or the next label stands without any.
    assert (found := cut(text[: -len(" | 0 | 0 |")])) is not None
    assert (found.table, found.row) == (APPLICATIONS, last.key)


def test_a_cut_inside_the_line_of_table_four() -> None:
    text = report(WHOLE, closing="").rstrip()[: -len("0 | 0 | 0 |")]
    found = cut(text)
    assert found is not None
    assert found.table == REVIEW_LITIGATION


@pytest.mark.parametrize("tail", ["", "三、收", "三、收到和处", "下一页", "阅读全文"])
def test_a_cut_between_tables(tail: str) -> None:
    text = up_to(APPLICATIONS, WHOLE) + tail
    assert cut(text) == Cut(len(text.rstrip().removesuffix(" |")))


def test_a_cut_behind_a_heading_and_before_the_first_table() -> None:
    text = up_to(REVIEW_LITIGATION, {ACTIVE_DISCLOSURE: WHOLE[ACTIVE_DISCLOSURE]}).rstrip()
    assert cut(text) == Cut(len(text), heading=True)
    assert cut(f"{TITLE}\n{OPENING}") == Cut(len(f"{TITLE}\n{OPENING}"))


@pytest.mark.parametrize(
    "text",
    [
        report(),
        report(WHOLE),
        report(WHOLE, closing=""),
        report(WHOLE, closing="主办：临川市水务局 备案号：7731号"),
        report(without(APPLICATIONS)),
        report(without(REVIEW_LITIGATION, "本年没有发生。"), closing=SIGNED),
        report({**WHOLE, APPLICATIONS: rows_of(APPLICATIONS, rows=9)}),
        report(WHOLE, opening=f"目录\n{report(title='', opening='')}\n{OPENING}"),
        f"{report()}\n附表\n{WHOLE[ACTIVE_DISCLOSURE]}\n{WHOLE[APPLICATIONS]}",
    ],
    ids=["stripped", "whole", "nothing behind", "footer", "one lost", "signed", "rows lost", "contents", "annex"],
)
def test_what_is_not_cut_off(text: str) -> None:
    assert cut(text) is None


def test_contents_at_the_start_close_nothing() -> None:
    contents = "\n".join(["一、总体情况 1", *(f"{h} 2" for h in HEADINGS.values()), "五、存在的主要问题及改进情况 9"])
    text = up_to(APPLICATIONS, WHOLE)
    assert CLOSING not in text
    found = cut(text.replace(TITLE, f"{TITLE}\n{contents}"))
    assert found is not None
    assert found.table is None
