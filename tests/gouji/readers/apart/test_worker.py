import io
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from gouji.document import Document, Figure, FigureKind, ReadingTimeout, SourceError, UnreadableSource
from gouji.readers import media, read
from gouji.readers.apart.wire import bytes_to_document, document_to_bytes
from gouji.readers.apart.worker import ReadingLimits, ReadingWorker, WorkerPool
from gouji.readers.pdf.reader import pdf_to_document

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
PDF = DOCUMENTS / "pdf_bordered_blanks" / "report.pdf"
MakePdf = Callable[..., bytes]


@pytest.fixture
def worker() -> Iterator[ReadingWorker]:
    worker = ReadingWorker(ReadingLimits(seconds=20, cpu_seconds=10, memory=2 * 2**30))
    yield worker
    worker.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_document_survives_the_wire() -> None:
    figures = (
        Figure(FigureKind.PICTURE, 12, 2, None, (1.0, 2.0, 3.5, 4.0), True),
        Figure(FigureKind.ATTACHMENT, 40, address="附件1.docx"),
    )
    document = replace(pdf_to_document(PDF.read_bytes()), figures=figures)
    assert bytes_to_document(document_to_bytes(document)) == document


def test_the_worker_gives_what_the_reader_gives_and_stays(worker: ReadingWorker) -> None:
    assert worker.read(PDF.read_bytes(), media.PDF) == pdf_to_document(PDF.read_bytes())
    pid = worker.pid
    with pytest.raises(UnreadableSource, match="damaged"):
        worker.read(b"%PDF-1.4 and no more", media.PDF)
    assert worker.pid == pid


def test_a_worker_that_was_lost_is_started_again_and_no_zombie_stays(worker: ReadingWorker) -> None:
    worker.read(PDF.read_bytes(), media.PDF)
    first = worker.pid
    assert first is not None
    os.kill(first, 9)
    assert worker.read(PDF.read_bytes(), media.PDF).fragments
    assert worker.pid != first
    assert not is_alive(first)


def test_reading_that_does_not_end_in_time_is_a_timeout() -> None:
    worker = ReadingWorker(ReadingLimits(seconds=0.02, cpu_seconds=30))
    try:
        with pytest.raises(ReadingTimeout):
            worker.read(PDF.read_bytes(), media.PDF)  # the process alone takes longer to start
        assert worker.pid is None
    finally:
        worker.close()


def test_cpu_time_is_limited(make_pdf: MakePdf) -> None:
    worker = ReadingWorker(ReadingLimits(seconds=60, cpu_seconds=0))
    content = b"BT /F 1 Tf " + b"(0000000000) Tj " * 2_000_000 + b"ET"
    bomb = make_pdf([zlib.compress(content)], filters="/Filter/FlateDecode")
    try:
        with pytest.raises(ReadingTimeout, match="CPU"):
            worker.read(bomb, media.PDF)
    finally:
        worker.close()


@pytest.mark.parametrize("kind", ["deflate", "nesting", "twice"])
def test_bombs_end_in_an_error_and_the_worker_goes_on(kind: str, worker: ReadingWorker, make_pdf: MakePdf) -> None:
    if kind == "nesting":
        bomb = make_pdf([b"[" * 3_000_000])
    elif kind == "deflate":
        bomb = make_pdf([zlib.compress(b"\0" * 300_000_000)], filters="/Filter/FlateDecode")
    else:
        bomb = make_pdf([zlib.compress(zlib.compress(b" " * 300_000_000))], filters="/Filter[/FlateDecode/FlateDecode]")
    with pytest.raises(SourceError):
        worker.read(bomb, media.PDF)
    assert worker.read(PDF.read_bytes(), media.PDF).fragments


def test_threads_share_a_pool() -> None:
    pool = WorkerPool(2, ReadingLimits(seconds=60))
    read_documents: list[Document] = []
    threads = [
        threading.Thread(target=lambda: read_documents.append(pool.read(PDF.read_bytes(), media.PDF))) for _ in range(6)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(read_documents) == 6
        pids = [worker.pid for worker in pool.workers]
        assert len(set(pids)) == len(pids)
    finally:
        pool.close()
    deadline = time.monotonic() + 5
    while any(pid is not None and is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(pid is not None and is_alive(pid) for pid in pids)


def test_read_takes_every_kind_by_its_content() -> None:
    assert read(PDF.read_bytes(), "report.txt", "text/plain").media_type == media.PDF
    assert read("<html><table><tr><td>规章<td>0".encode(), "report.pdf").media_type == media.HTML
    assert read("规章 | 0 |".encode(), "report.pdf").media_type == media.TEXT
    document = docx.Document()
    document.add_paragraph("规章")
    out = io.BytesIO()
    document.save(out)
    assert read(out.getvalue(), "report.doc").media_type == media.DOCX
