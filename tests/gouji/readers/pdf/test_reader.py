import io
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from gouji.document import Document, Fragment, SourceError, SourceTooLarge, UnreadableSource
from gouji.readers.pdf.reader import MAX_PAGES, pdf_to_document
from gouji.text.numerals import NumeralKind, read_numeral

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
CASES = sorted(path.parent.name for path in DOCUMENTS.glob("pdf_*/report.pdf"))
GridValues = Callable[[Document, str, str], dict[str, Fragment]]
MakePdf = Callable[..., bytes]
TABLE = (
    b"0.5 w 100 700 m 300 700 l S 100 680 m 300 680 l S 100 660 m 300 660 l S "
    b"100 660 m 100 700 l S 200 660 m 200 700 l S 300 660 m 300 700 l S "
    b"BT /F 10 Tf 110 686 Td (label) Tj 100 0 Td (12) Tj 0 -20 Td (345) Tj ET"
)


def value_of(fragment: Fragment) -> object:
    numeral = read_numeral(fragment.text) if fragment.text else None
    if numeral is None or numeral.kind is NumeralKind.BLANK_MARK:
        return None if numeral is not None or not fragment.text else fragment.text
    return float(numeral.value) if numeral.value is not None else fragment.text


def cells(document: Document) -> dict[tuple[int, int, int], str]:
    return {(f.grid.table, f.grid.row, f.grid.column): f.text for f in document.fragments if f.grid is not None}


@pytest.mark.parametrize("case", CASES)
def test_every_cell_stands_where_the_page_prints_it(case: str, grid_values: GridValues) -> None:
    truth = json.loads((DOCUMENTS / case / "truth.json").read_text(encoding="utf-8"))
    document = pdf_to_document((DOCUMENTS / case / "report.pdf").read_bytes())
    for table, true in truth["tables"].items():
        found = grid_values(document, table, true["form"])
        expected = {name: None if value is None else float(value) for name, value in true["cells"].items()}
        assert {name: value_of(fragment) for name, fragment in found.items()} == expected
        for fragment in found.values():
            assert fragment.box is not None
            assert 0 <= fragment.box[0] < fragment.box[2] <= document.pages[fragment.page - 1].width  # type: ignore[operator]


def test_there_are_documents_of_every_kind() -> None:
    assert len(CASES) >= 17
    assert {"pdf_borderless_blanks", "pdf_bordered_row_cut", "pdf_bordered_traditional"} <= set(CASES)


@pytest.mark.parametrize("case", CASES[:4])
def test_spans_point_into_the_text_in_order(case: str) -> None:
    document = pdf_to_document((DOCUMENTS / case / "report.pdf").read_bytes())
    end = 0
    for fragment in document.fragments:
        assert document.text[fragment.start : fragment.end] == fragment.text
        assert fragment.start >= end
        end = fragment.end


def test_page_numbers_stand_outside_of_the_grid() -> None:
    document = pdf_to_document((DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes())
    last = [f for f in document.fragments if f.page == 1][-1]
    assert last.grid is None
    assert "1" in document.text[last.start - 4 : last.end]


def test_an_empty_cell_is_a_fragment_and_boxes_are_from_the_top_left(make_pdf: MakePdf) -> None:
    document = pdf_to_document(make_pdf([TABLE]))
    assert cells(document) == {(0, 0, 0): "label", (0, 0, 1): "12", (0, 1, 0): "", (0, 1, 1): "345"}
    box = next(f.box for f in document.fragments if f.text == "12")
    assert box == pytest.approx((200, 142, 300, 162), abs=1)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("before", [b"", b"0 1 -1 0 842 0 cm ", b"-1 0 0 -1 595 842 cm "])
def test_a_turned_page_is_read_upright(turn: int, before: bytes, make_pdf: MakePdf) -> None:
    document = pdf_to_document(make_pdf([b"q " + before + TABLE + b" Q"], page=f"/Rotate {turn}"))
    assert cells(document) == {(0, 0, 0): "label", (0, 0, 1): "12", (0, 1, 0): "", (0, 1, 1): "345"}


def test_a_landscape_table_on_an_upright_page_is_turned_by_its_characters(make_pdf: MakePdf) -> None:
    sideways = b"q 0 1 -1 0 842 0 cm " + TABLE + b" Q"
    document = pdf_to_document(make_pdf([sideways]))
    assert cells(document) == {(0, 0, 0): "label", (0, 0, 1): "12", (0, 1, 0): "", (0, 1, 1): "345"}
    # Places are those of the page as it is shown, on its side.
    assert (document.pages[0].width, document.pages[0].height) == (595, 842)
    boxes = {f.text: f.box for f in document.fragments}
    assert boxes["12"] == pytest.approx((142, 542, 162, 642), abs=1)
    assert boxes["345"] == pytest.approx((162, 542, 182, 642), abs=1)


def test_bold_made_by_printing_twice_is_read_once(make_pdf: MakePdf) -> None:
    twice = b"BT /F 10 Tf 100 700 Td (1136) Tj ET BT /F 10 Tf 100.3 700 Td (1136) Tj ET"
    assert [f.text for f in pdf_to_document(make_pdf([twice])).fragments] == ["1136"]


def test_repeated_digits_stay(make_pdf: MakePdf) -> None:
    assert pdf_to_document(make_pdf([b"BT /F 10 Tf 100 700 Td (1111100) Tj ET"])).fragments[0].text == "1111100"


def test_leading_newlines_do_not_matter(make_pdf: MakePdf) -> None:
    assert "label" in pdf_to_document(b"\n\r\n\n" + make_pdf([TABLE])).text


def test_an_encrypted_file_says_so(make_pdf: MakePdf) -> None:
    encrypt = f"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{'ab' * 32}>/U<{'cd' * 32}>>>/ID[<{'12' * 16}><{'12' * 16}>]"
    with pytest.raises(UnreadableSource, match="encrypted"):
        pdf_to_document(make_pdf([TABLE], extra=encrypt))


@pytest.mark.parametrize("keep", [20, 150, 400])
def test_a_truncated_file_raises_only_what_readers_raise(keep: int, make_pdf: MakePdf) -> None:
    with pytest.raises(SourceError):
        pdf_to_document(make_pdf([TABLE])[:keep])


def test_no_page_no_text_and_too_many_pages(make_pdf: MakePdf) -> None:
    with pytest.raises(UnreadableSource):
        pdf_to_document(make_pdf([]))
    with pytest.raises(UnreadableSource, match="no text"):
        pdf_to_document(make_pdf([b""]))
    with pytest.raises(SourceTooLarge, match="1000 pages"):
        pdf_to_document(make_pdf([b""] * 1000))
    assert MAX_PAGES < 1000


def test_a_million_lines_are_too_many(make_pdf: MakePdf) -> None:
    lines = b"0 0 m 10 0 l S " * 70_000
    with pytest.raises(SourceTooLarge, match="lines"):
        pdf_to_document(make_pdf([zlib.compress(lines)], filters="/Filter/FlateDecode"))


def test_a_million_characters_are_too_many(make_pdf: MakePdf) -> None:
    content = b"BT /F 1 Tf " + b"(0000000000) Tj " * 7_000 + b"ET"
    with pytest.raises(SourceTooLarge, match="characters"):
        pdf_to_document(make_pdf([content]))


def shown(text: str) -> bytes:
    """Bytes of a text as a string of a content stream."""
    return b"(" + b"".join(b"\\%03o" % byte for byte in text.encode()) + b")"


@pytest.mark.parametrize("encoding", ["", "/Encoding/WinAnsiEncoding", "/Encoding/MacRomanEncoding"])
@pytest.mark.parametrize("turn", [0, 90])
def test_utf8_under_a_latin_font_is_read_by_its_bytes(encoding: str, turn: int, make_pdf: MakePdf) -> None:
    content = TABLE.replace(b"(label)", shown("行政规范性文件、其他")).replace(b"110 686 Td", b"101 686 Td /F 3 Tf")
    data = make_pdf([content], page=f"/Rotate {turn}")
    data = data.replace(b"/BaseFont/Helvetica", b"/BaseFont/Helvetica" + encoding.encode())
    document = pdf_to_document(data)
    assert cells(document)[0, 0, 0] == "行政规范性文件、其他"
    assert (cells(document)[0, 0, 1], cells(document)[0, 1, 1]) == ("12", "345")
    assert not document.ocr


def test_utf8_under_a_latin_font_is_read_inside_a_form(make_pdf: MakePdf) -> None:
    table = TABLE.replace(b"(label)", shown("行政规范性文件、其他")).replace(b"110 686 Td", b"101 686 Td /F 3 Tf")
    form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
    data = make_pdf([b"/X Do", table], filters=form)
    data = data.replace(b"/Resources<</Font<</F 3 0 R>>>>", b"/Resources<</XObject<</X 7 0 R>>>>", 1)
    found = cells(pdf_to_document(data))
    assert (found[0, 0, 0], found[0, 0, 1]) == ("行政规范性文件、其他", "12")


def test_other_languages_under_a_latin_font_are_left_alone(make_pdf: MakePdf) -> None:
    latin = "Élève déçu à côté où été naïf Noël âgé ô ù".encode("cp1252")
    content = b"BT /F 10 Tf 50 700 Td (" + b"".join(b"\\%03o" % byte for byte in latin) + b") Tj ET"
    data = make_pdf([content]).replace(b"/Helvetica", b"/Helvetica/Encoding/WinAnsiEncoding")
    assert pdf_to_document(data).text == "Élève déçu à côté où été naïf Noël âgé ô ù"


def test_bytes_that_are_no_utf8_are_left_alone(make_pdf: MakePdf) -> None:
    gbk = "行政规范性文件其他主动公开".encode("gb18030")
    content = b"BT /F 10 Tf 50 700 Td (" + b"".join(b"\\%03o" % byte for byte in gbk) + b") Tj ET"
    data = make_pdf([content]).replace(b"/Helvetica", b"/Helvetica/Encoding/WinAnsiEncoding")
    assert not any(character >= "\u2e80" for character in pdf_to_document(data).text)


@pytest.mark.parametrize("page", [0, 1])
def test_a_page_whose_fonts_have_no_map_says_so_and_is_read_as_a_picture(page: int, grid_values: GridValues) -> None:
    folder = DOCUMENTS / "pdf_bordered_zeros"
    data = (folder / "report.pdf").read_bytes()
    whole, one = pdfium.PdfDocument(data.replace(b"/ToUnicode", b"/NoUnicode")), pdfium.PdfDocument.new()
    one.import_pages(whole, [page])
    out = io.BytesIO()
    one.save(out)
    document = pdf_to_document(out.getvalue())
    assert document.pages[0].ocr
    assert "fonts" in (document.pages[0].note or "")
    read = [f.text for f in document.fragments if f.grid is not None]
    plain = [f.text for f in pdf_to_document(data).fragments if f.grid is not None and f.page == page + 1]
    assert read.count("O") + read.count("0") == plain.count("0")
    assert len(read) == len(plain)


def test_a_page_whose_fonts_have_no_map_is_unreadable_where_nothing_else_helps(make_pdf: MakePdf) -> None:
    # Codes without a glyph: the page shows nothing that OCR could read.
    content = b"BT /F 10 Tf 50 700 Td (" + b"\\201" * 60 + b") Tj ET"
    with pytest.raises(UnreadableSource, match="no text"):
        pdf_to_document(make_pdf([content]))


def test_digital_and_scanned_pages_in_one_file(grid_values: GridValues) -> None:
    """Page 1 as a scan, page 2 as it was printed: the table that runs over both is one."""
    mixed = pdfium.PdfDocument.new()
    for case, page in (("scan_150_bordered_zeros", 0), ("pdf_bordered_zeros", 1)):
        mixed.import_pages(pdfium.PdfDocument(DOCUMENTS / case / "report.pdf"), [page])
    out = io.BytesIO()
    mixed.save(out)
    document = pdf_to_document(out.getvalue())
    assert [page.ocr for page in document.pages] == [True, False]
    truth = json.loads((DOCUMENTS / "pdf_bordered_zeros" / "truth.json").read_text(encoding="utf-8"))
    for table, true in truth["tables"].items():
        found = grid_values(document, table, true["form"])
        expected = {name: None if value is None else float(value) for name, value in true["cells"].items()}
        lookalikes = {name: replace(f, text=f.text.replace("O", "0")) for name, f in found.items()}
        assert {name: value_of(fragment) for name, fragment in lookalikes.items()} == expected
        assert all((fragment.score is None) == (fragment.page == 2) for fragment in found.values() if fragment.text)
