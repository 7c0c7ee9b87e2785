"""Times and memory of reading documents: `python -m eval.bench_documents [--repeat N]`, one JSON object a line.

A digital PDF is held against pdfplumber's `extract_tables()` over the same file in the same run; a scan against the
time that its network takes; memory is that of the worker that has read a scan.
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from models.readers import media, recognition, scan
from models.readers.pdf import pdf_to_document
from models.readers.worker import ReadingLimits, ReadingWorker

DOCUMENTS = Path(__file__).resolve().parents[1] / "tests" / "documents"


def median_seconds(act: Callable[[], object], repeat: int) -> float:
    """The median of `repeat` times, after one that warms up."""
    act()
    times: list[float] = []
    for _ in range(repeat):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def bench_digital(path: Path, repeat: int) -> dict[str, object]:
    """Reading here, reading in the worker, and pdfplumber's tables, in seconds."""
    import pdfplumber

    data = path.read_bytes()

    def peer() -> None:
        with pdfplumber.open(io.BytesIO(data)) as document:
            for page in document.pages:
                page.extract_tables()

    worker = ReadingWorker(ReadingLimits())
    try:
        apart = median_seconds(lambda: worker.read(data, media.PDF), repeat)
    finally:
        worker.close()
    here, theirs = median_seconds(lambda: pdf_to_document(data), repeat), median_seconds(peer, repeat)
    pages = len(pdf_to_document(data).pages)
    return {"document": path.parent.name, "pages": pages, "here": here, "worker": apart, "pdfplumber": theirs}


def bench_scan(path: Path) -> dict[str, object]:
    """Seconds for a scan, the seconds of them in the network, the pages read of those there are, and memory."""
    data = path.read_bytes()
    spent = [0.0]
    recognize = recognition.recognize
    owner = vars(scan)

    def timed(lines: list[recognition.Gray]) -> list[recognition.Reading]:
        start = time.perf_counter()
        try:
            return recognize(lines)
        finally:
            spent[0] += time.perf_counter() - start

    pdf_to_document(data)
    owner["recognize"] = timed
    try:
        start = time.perf_counter()
        document = pdf_to_document(data)
        whole = time.perf_counter() - start
    finally:
        owner["recognize"] = recognize
    worker = ReadingWorker(ReadingLimits())
    try:
        worker.read(data, media.PDF)
        memory = resident_mebibytes(worker.pid)
    finally:
        worker.close()
    read = sum(page.ocr for page in document.pages)
    added = whole / spent[0] - 1
    return {
        "document": path.parent.name,
        "pages": len(document.pages),
        "pages_read": read,
        "seconds": whole,
        "ocr_seconds": spent[0],
        "added": added,
        "worker_peak_mib": memory,
    }


def resident_mebibytes(process: int | None) -> float | None:
    """The most memory that a process has held, MiB; None where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    line = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), None)
    return int(line.split()[1]) / 1024 if line is not None else None


def main() -> None:
    """Print one line for every document."""
    parser = argparse.ArgumentParser(description="Times and memory of reading documents.")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("paths", nargs="*", type=Path, help="digital PDFs (default: those of tests/documents)")
    arguments = parser.parse_args()
    for path in arguments.paths or sorted(DOCUMENTS.glob("pdf_*/report.pdf")):
        print(json.dumps(bench_digital(path, arguments.repeat)), flush=True)
    for path in sorted(DOCUMENTS.glob("scan_*/report.pdf")):
        print(json.dumps(bench_scan(path)), flush=True)


if __name__ == "__main__":
    main()
