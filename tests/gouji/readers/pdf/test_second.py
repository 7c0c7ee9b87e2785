import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gouji.document import Document, Fragment, ReadingTimeout, UnreadableSource
from gouji.processes.worker import Limits, Pool
from gouji.readers import media, read_second
from gouji.readers.apart.reading import READERS, read_in
from gouji.readers.pdf.second import pdf_to_second_document

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
GridValues = Callable[[Document, str, str], dict[str, Fragment]]
MakePdf = Callable[..., bytes]


def source(case: str) -> bytes:
    return (DOCUMENTS / case / "report.pdf").read_bytes()


@pytest.mark.parametrize("case", ["pdf_bordered_zeros", "pdf_bordered_row_cut", "pdf_borderless_zeros"])
def test_its_tables_hold_the_numbers_that_are_printed(case: str, grid_values: GridValues) -> None:
    document = pdf_to_second_document(source(case))
    truth = json.loads((DOCUMENTS / case / "truth.json").read_text(encoding="utf-8"))
    for table, true in truth["tables"].items():
        printed = {name: value for name, value in true["cells"].items() if isinstance(value, int)}
        values = grid_values(document, table, true["form"])
        assert {name: int(values[name].text) for name in printed} == printed


def test_it_is_read_in_the_worker_with_its_limits() -> None:
    assert read_second(source("pdf_bordered_zeros"), "pdfplumber") == pdf_to_second_document(
        source("pdf_bordered_zeros")
    )
    with Pool(1, READERS) as readers, pytest.raises(ReadingTimeout, match="seconds"):
        read_in(readers, source("pdf_bordered_zeros"), media.PDF_BY_PDFPLUMBER, Limits(0.02))


def test_pages_without_characters_have_no_text() -> None:
    with pytest.raises(UnreadableSource, match="no text"):
        pdf_to_second_document(source("scan_150_borderless"))


@pytest.mark.parametrize("data", [b"%PDF-1.4\nnothing", b"%PDF-"])
def test_a_damaged_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read_second(data, "pdfplumber")


def test_bold_that_is_printed_twice_is_read_once(make_pdf: MakePdf) -> None:
    twice = b"BT /F 10 Tf 100 700 Td (seen 12) Tj ET BT /F 10 Tf 100.2 700 Td (seen 12) Tj ET"
    assert [f.text for f in pdf_to_second_document(make_pdf([twice])).fragments] == ["seen", "12"]
