import ctypes
import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as c
import pytest

from gouji.document import Box, Document, Page, UnreadableSource
from gouji.recovery import recover, recover_all
from gouji.results import Recovery
from gouji.second_opinion import hear_second
from gouji.tables import Cell, CellState, Table, TableState

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
AS_PDF = Document("", (), (Page(1),), "application/pdf")
CELL = "new_received.total"


def source(case: str) -> bytes:
    return (DOCUMENTS / case / "report.pdf").read_bytes()


@pytest.fixture(scope="module")
def first() -> Recovery:
    return recover(source("pdf_bordered_zeros"), engine="rules")


def write_unseen(data: bytes, page_number: int, box: Box) -> bytes:
    """The PDF with a white 7 in a box: pdfium's reader leaves out what nobody sees, pdfplumber reads it."""
    document = pdfium.PdfDocument(data)
    page = document[page_number - 1]
    digit = c.FPDFPageObj_NewTextObj(document, b"Helvetica", 8.0)
    text = "7\0".encode("utf-16-le")
    c.FPDFText_SetText(digit, ctypes.cast(ctypes.create_string_buffer(text, len(text)), c.FPDF_WIDESTRING))
    c.FPDFPageObj_SetFillColor(digit, 255, 255, 255, 255)
    c.FPDFPageObj_Transform(digit, 1, 0, 0, 1, box[0] + 2, page.get_height() - box[3] + 4)
    c.FPDFPage_InsertObject(page, digit)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def heard(recovery: Recovery) -> Recovery:
    """A recovery that a second reader agreed with: its parser says who was heard."""
    return replace(recovery, parser=replace(recovery.parser, second_reader="pdfplumber"))


def change(recovery: Recovery, table: str, edit: Callable[[Table], Table]) -> Recovery:
    return replace(recovery, tables={**recovery.tables, table: edit(recovery.tables[table])})


def change_cell(recovery: Recovery, edit: Callable[[Cell], Cell]) -> Recovery:
    return change(
        recovery,
        "applications",
        lambda table: replace(table, cells={**table.cells, CELL: edit(table.cells[CELL])}),
    )


@pytest.mark.parametrize("case", ["pdf_bordered_zeros", "pdf_borderless_blanks", "pdf_bordered_landscape"])
def test_where_both_read_the_same_nothing_changes(case: str) -> None:
    one, two = (recover(source(case), engine="rules", second_reader=reader) for reader in (None, "pdfplumber"))
    assert two == replace(one, parser=replace(one.parser, second_reader="pdfplumber"))


def test_a_cell_that_is_read_otherwise_is_doubtful_and_keeps_what_was_read_first(first: Recovery) -> None:
    where = first.tables["applications"].cells[CELL].where
    assert where is not None
    assert where.box is not None
    data = write_unseen(source("pdf_bordered_zeros"), where.page, where.box)
    alone = recover(data, engine="rules")
    found = recover(data, engine="rules", second_reader="pdfplumber")
    before, after = alone.tables["applications"], found.tables["applications"]
    assert before.cells[CELL].confidence >= 0.95
    assert after.cells[CELL] == replace(before.cells[CELL], confidence=0.94)
    others = {name: cell for name, cell in after.cells.items() if name != CELL}
    assert others == {name: cell for name, cell in before.cells.items() if name != CELL}
    assert (after.confidence, found.confidence, found.needs_review) == (0.94, 0.94, True)
    assert found.tables["active_disclosure"] == alone.tables["active_disclosure"]
    [told] = [notice for notice in found.warnings if notice.code == "readers_disagree"]
    assert told.message == f"pdfplumber reads 1 cell of applications otherwise: {CELL}"


def test_a_packed_pdf_is_heard_too(first: Recovery) -> None:
    found = recover(gzip.compress(source("pdf_bordered_zeros")), engine="rules", second_reader="pdfplumber")
    assert (found.tables, found.warnings) == (first.tables, first.warnings)


def test_a_scan_has_no_second_opinion() -> None:
    one, two = (recover(source("scan_150_borderless"), engine="rules", second_reader=r) for r in (None, "pdfplumber"))
    assert two.tables == one.tables
    assert [notice.code for notice in two.warnings if notice not in one.warnings] == ["no_second_opinion"]


def test_other_sources_are_read_once() -> None:
    data = "规章 | 0 | 0 | 1 |\n行政规范性文件 | 1 | 0 | 2 |".encode()
    one, two = (recover(data, engine="rules", second_reader=reader) for reader in (None, "pdfplumber"))
    assert two == replace(one, parser=replace(one.parser, second_reader="pdfplumber"))


def test_a_reader_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="second_reader must be one of pdfplumber"):
        recover_all(b"1", second_reader="camelot")


@pytest.mark.parametrize(
    "edit",
    [
        lambda cell: replace(cell, value=(cell.value or 0) + 1),
        lambda cell: replace(cell, value=None, state=CellState.BLANK),
        lambda cell: replace(cell, value=None, state=CellState.ABSENT),
    ],
)
def test_another_value_or_state_is_a_disagreement(first: Recovery, edit: Callable[[Cell], Cell]) -> None:
    misread = change_cell(first, edit)
    [found] = hear_second((misread,), AS_PDF, "pdfplumber", lambda _: (first,))
    cell = misread.tables["applications"].cells[CELL]
    assert found.tables["applications"].cells[CELL] == replace(cell, confidence=0.94)


def test_what_the_second_could_not_read_is_no_opinion(first: Recovery) -> None:
    second = change_cell(first, lambda cell: replace(cell, value=None, state=CellState.UNREAD))
    assert hear_second((first,), AS_PDF, "pdfplumber", lambda _: (second,)) == (heard(first),)


def test_a_table_that_the_second_does_not_find_stays_as_it_is_and_is_told(first: Recovery) -> None:
    second = change(first, "applications", lambda table: Table("applications", TableState.MISSING, None, None, 0.99))
    [found] = hear_second((first,), AS_PDF, "pdfplumber", lambda _: (second,))
    assert (found.tables, found.confidence) == (first.tables, first.confidence)
    assert found.warnings[-1].message == "pdfplumber does not read applications"


def test_a_table_that_only_the_second_finds_is_not_surely_missing(first: Recovery) -> None:
    missed = change(first, "applications", lambda table: Table("applications", TableState.MISSING, None, None, 0.99))
    [found] = hear_second((missed,), AS_PDF, "pdfplumber", lambda _: (first,))
    assert found.tables["applications"] == replace(missed.tables["applications"], confidence=0.94)
    assert found.needs_review


def test_tables_on_scanned_pages_are_not_held_against_it(first: Recovery) -> None:
    second = change_cell(first, lambda cell: replace(cell, value=99))
    where = first.tables["applications"].cells[CELL].where
    assert where is not None
    [found] = hear_second(
        (first,), replace(AS_PDF, pages=(Page(where.page, ocr=True),)), "pdfplumber", lambda _: (second,)
    )
    assert found.tables == first.tables
    assert found.warnings[-1].code == "no_second_opinion"


def test_a_reader_that_fails_or_counts_other_reports_has_no_opinion(first: Recovery) -> None:
    def fail(_: str) -> tuple[Recovery, ...]:
        raise UnreadableSource("the PDF is damaged")

    for again in (fail, lambda _: (replace(first, parts=2), replace(first, part=2, parts=2))):
        [found] = hear_second((first,), AS_PDF, "pdfplumber", again)
        assert found.tables == first.tables
        assert [notice.code for notice in found.warnings] == ["no_second_opinion"]
