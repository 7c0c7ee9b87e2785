"""Documents and pictures inside an office document, read at their places."""

from dataclasses import replace

import pytest

from gouji.document import Document, Figure, FigureKind, Fragment, UnsupportedMedia
from gouji.forms import APPLICATIONS, TABLES
from gouji.readers import media
from gouji.readers.held import Held, Holding
from gouji.readers.inside import read_document, read_holding
from gouji.readers.text.reader import text_to_document
from tests.gouji.absent_tables import HEADINGS, report, rows_of

KIND = "application/x-sheet"


def shown(data: bytes) -> Document:
    return text_to_document(data.decode())


def holding(text: str, behind: str, kind: FigureKind, held: Held) -> Holding:
    at = text.index(behind) + len(behind)
    return Holding(replace(text_to_document(text), figures=(Figure(kind, at),)), {0: held})


def test_a_document_that_is_shown_stands_where_it_was_shown() -> None:
    text = report({table: rows_of(table) for table in TABLES})
    found = read_holding(
        holding(text, HEADINGS[APPLICATIONS], FigureKind.FRAME, Held(b"shown inside | 77 |", kind=KIND)), {KIND: shown}
    )
    assert HEADINGS[APPLICATIONS] in found.text.split("shown inside")[0]
    assert rows_of(APPLICATIONS) in found.text.split("shown inside")[1]
    assert found.figures[0].read
    assert all(found.text[f.start : f.end] == f.text for f in found.fragments)


def test_an_attachment_is_read_only_where_a_table_is_missing() -> None:
    whole = report({table: rows_of(table) for table in TABLES})
    held = Held(rows_of(APPLICATIONS, "7").encode(), kind=KIND)
    left = read_holding(holding(whole, "一、总体情况", FigureKind.ATTACHMENT, held), {KIND: shown})
    assert left.text == text_to_document(whole).text
    assert not left.figures[0].read
    lost = report({table: rows_of(table) for table in TABLES if table != APPLICATIONS})
    found = read_holding(holding(lost, HEADINGS[APPLICATIONS], FigureKind.ATTACHMENT, held), {KIND: shown})
    assert found.figures[0].read
    assert found.text.count("7") > 100


def test_what_cannot_be_read_is_left_where_it_is() -> None:
    def fail(_: bytes) -> Document:
        raise ZeroDivisionError

    text = report({table: rows_of(table) for table in TABLES})
    made = holding(text, HEADINGS[APPLICATIONS], FigureKind.FRAME, Held(b"", kind=KIND))
    assert read_holding(made, {KIND: fail}) == made.document
    assert read_holding(made) == made.document


def test_pages_and_texts_inside_need_no_reader_of_their_own() -> None:
    page = read_document(Held(b"<table><tr><td>3<td>4</table>", kind=media.HTML), {})
    assert [f.text for f in page.fragments if f.grid] == ["3", "4"]
    text = read_document(Held("规章 | 3 |".encode("gb18030"), kind=media.TEXT), {})
    assert isinstance(text.fragments[0], Fragment)
    assert text.fragments[0].text == "规章"
    assert read_document(Held(b"3", kind=KIND), {KIND: shown}).text == "3"
    with pytest.raises(UnsupportedMedia, match=KIND):
        read_document(Held(b"3", kind=KIND), {})
