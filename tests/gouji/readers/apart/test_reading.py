import io
import os
import signal
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest

from gouji.document import ReadingTimeout, SourceError, SourceTooLarge, UnreadableSource
from gouji.processes.worker import Limits, Pool
from gouji.readers import media, read
from gouji.readers.apart.reading import READERS, read_in
from gouji.readers.pdf.reader import pdf_to_document

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
PDF = DOCUMENTS / "pdf_bordered_blanks" / "report.pdf"
MakePdf = Callable[..., bytes]
LIMITS = Limits(20, cpu_seconds=10, memory=2 * 2**30)


@pytest.fixture
def readers() -> Iterator[Pool]:
    with Pool(1, READERS) as pool:
        yield pool


def test_the_worker_gives_what_the_reader_gives_and_stays(readers: Pool) -> None:
    assert read_in(readers, PDF.read_bytes(), media.PDF, LIMITS) == pdf_to_document(PDF.read_bytes())
    pid = readers.workers[0].pid
    with pytest.raises(UnreadableSource, match="damaged"):
        read_in(readers, b"%PDF-1.4 and no more", media.PDF, LIMITS)
    assert readers.workers[0].pid == pid


def test_a_worker_that_is_lost_is_started_again(readers: Pool) -> None:
    read_in(readers, PDF.read_bytes(), media.PDF, LIMITS)
    first = readers.workers[0].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)  # it may die before the next file comes, or with it
    assert read_in(readers, PDF.read_bytes(), media.PDF, LIMITS).fragments
    assert readers.workers[0].pid != first


def test_reading_that_does_not_end_in_time_is_a_timeout(readers: Pool, make_pdf: MakePdf) -> None:
    content = b"BT /F 1 Tf " + b"(0000000000) Tj " * 2_000_000 + b"ET"
    bomb = make_pdf([zlib.compress(content)], filters="/Filter/FlateDecode")
    start = time.monotonic()
    with pytest.raises(ReadingTimeout, match=r"within 0\.5 seconds"):
        read_in(readers, bomb, media.PDF, Limits(0.5))
    assert time.monotonic() - start < 5
    assert readers.workers[0].pid is None


def test_cpu_time_is_limited(readers: Pool, make_pdf: MakePdf) -> None:
    content = b"BT /F 1 Tf " + b"(0000000000) Tj " * 2_000_000 + b"ET"
    bomb = make_pdf([zlib.compress(content)], filters="/Filter/FlateDecode")
    with pytest.raises(ReadingTimeout, match="CPU"):
        read_in(readers, bomb, media.PDF, Limits(60, cpu_seconds=0.1))


def test_memory_is_limited(readers: Pool) -> None:
    with pytest.raises(SourceTooLarge):
        read_in(readers, bytes(64 * 2**20), media.PDF, Limits(20, memory=60 * 2**20))
    assert read_in(readers, PDF.read_bytes(), media.PDF, LIMITS).fragments


@pytest.mark.parametrize("kind", ["deflate", "nesting", "twice"])
def test_bombs_end_in_an_error_and_the_worker_goes_on(kind: str, readers: Pool, make_pdf: MakePdf) -> None:
    if kind == "nesting":
        bomb = make_pdf([b"[" * 3_000_000])
    elif kind == "deflate":
        bomb = make_pdf([zlib.compress(b"\0" * 300_000_000)], filters="/Filter/FlateDecode")
    else:
        bomb = make_pdf([zlib.compress(zlib.compress(b" " * 300_000_000))], filters="/Filter[/FlateDecode/FlateDecode]")
    with pytest.raises(SourceError):
        read_in(readers, bomb, media.PDF, LIMITS)
    assert read_in(readers, PDF.read_bytes(), media.PDF, LIMITS).fragments


def test_read_takes_every_kind_by_its_content() -> None:
    assert read(PDF.read_bytes(), "report.txt", "text/plain").media_type == media.PDF
    assert read("<html><table><tr><td>规章<td>0".encode(), "report.pdf").media_type == media.HTML
    assert read("规章 | 0 |".encode(), "report.pdf").media_type == media.TEXT
    document = docx.Document()
    document.add_paragraph("规章")
    out = io.BytesIO()
    document.save(out)
    assert read(out.getvalue(), "report.doc").media_type == media.DOCX


def test_limits_reach_the_reader_through_read(make_pdf: MakePdf) -> None:
    content = b"BT /F 1 Tf " + b"(0000000000) Tj " * 2_000_000 + b"ET"
    bomb = make_pdf([zlib.compress(content)], filters="/Filter/FlateDecode")
    with pytest.raises(ReadingTimeout, match=r"within 0\.4 seconds"):
        read(bomb, limits=Limits(0.4))
