"""What a reading worker does with one file: its document, or the error that its caller is to see."""

import io
from pathlib import Path

import docx
import openpyxl
import pytest

from gouji.document import SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.readers import media
from gouji.readers.apart import binary
from gouji.readers.apart.binary import answer, read_binary
from gouji.readers.apart.wire import bytes_to_document, request_to_bytes

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
PDF = (DOCUMENTS / "pdf_bordered_blanks" / "report.pdf").read_bytes()


def office() -> dict[str, bytes]:
    word, written = docx.Document(), io.BytesIO()
    word.add_paragraph("规章 3")
    word.save(written)
    book, saved = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["规章", 3])
    book.save(saved)
    return {media.DOCX: written.getvalue(), media.XLSX: saved.getvalue()}


@pytest.mark.parametrize("kind", [media.DOCX, media.XLSX])
def test_each_kind_has_its_reader(kind: str) -> None:
    document = read_binary(office()[kind], kind)
    assert document.media_type == kind
    assert "规章" in document.text


def test_an_answer_is_the_document_or_the_error() -> None:
    assert bytes_to_document(answer(request_to_bytes(PDF, media.PDF))) == read_binary(PDF, media.PDF)
    with pytest.raises(UnreadableSource, match="damaged"):
        bytes_to_document(answer(request_to_bytes(b"%PDF-1.4", media.PDF)))


def test_what_no_reader_takes_is_told() -> None:
    with pytest.raises(UnsupportedMedia, match="text/plain"):
        read_binary(b"3", media.TEXT)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ZeroDivisionError("whatever"), UnreadableSource),
        (RecursionError(), SourceTooLarge),
        (SourceTooLarge("so large"), SourceTooLarge),
        (MemoryError(), MemoryError),
    ],
)
def test_whatever_a_parser_raises_means_one_of_three_things(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, expected: type[BaseException]
) -> None:
    def fail(_: bytes) -> None:
        raise raised

    monkeypatch.setattr("gouji.readers.office.docx.docx_to_document", fail)
    with pytest.raises(expected):
        binary.read_binary(b"", media.DOCX)
