"""Times and memory of reading documents; `python -m eval.bench.documents [--repeat N]` says more, one object a line.

A digital PDF is held against pdfplumber's `extract_tables()` over the same file in the same run; a scan against the
time that its network takes; memory is that of the worker that has read a scan, and of a server with all its
processes after a scan.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bench.running import ROOT, Skipped, call, family, on_one_core, read_port
from gouji.processes.worker import Pool
from gouji.readers import media
from gouji.readers.apart.reading import READERS, read_in
from gouji.readers.pdf.reader import pdf_to_document
from gouji.readers.scan import reader as scan
from gouji.readers.scan import recognition

DOCUMENTS = Path(__file__).resolve().parents[2] / "tests" / "documents"


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

    with Pool(1, READERS) as readers:
        apart = median_seconds(lambda: read_in(readers, data, media.PDF), repeat)
    here, theirs = median_seconds(lambda: pdf_to_document(data), repeat), median_seconds(peer, repeat)
    pages = len(pdf_to_document(data).pages)
    return {"document": path.parent.name, "pages": pages, "here": here, "worker": apart, "pdfplumber": theirs}


def bench_scan(path: Path, repeat: int = 5) -> dict[str, object]:
    """Seconds for a scan, the seconds of them in the network, the pages read of those there are, and memory.

    Seconds are those of the processor: all of this runs on one thread, and what else runs does not count. The two are
    of the same run; given is the run whose share is the median one.
    """
    data = path.read_bytes()
    document = pdf_to_document(data)
    whole, network = sorted((_scan_seconds(data) for _ in range(repeat)), key=lambda run: run[0] / run[1])[repeat // 2]
    with Pool(1, READERS) as readers:
        read_in(readers, data, media.PDF)
        memory = resident_mebibytes(readers.workers[0].pid)
    return {
        "document": path.parent.name,
        "pages": len(document.pages),
        "pages_read": sum(page.ocr for page in document.pages),
        "seconds": whole,
        "ocr_seconds": network,
        "added": whole / network - 1,
        "worker_peak_mib": memory,
    }


def _scan_seconds(data: bytes) -> tuple[float, float]:
    """Seconds of the processor for a scan, and those of them in the network."""
    spent = 0.0
    recognize = recognition.recognize
    owner = vars(scan)

    def timed(lines: list[recognition.Gray]) -> list[recognition.Reading]:
        nonlocal spent
        start = time.process_time()
        try:
            return recognize(lines)
        finally:
            spent += time.process_time() - start

    owner["recognize"] = timed
    try:
        start = time.process_time()
        pdf_to_document(data)
        return time.process_time() - start, spent
    finally:
        owner["recognize"] = recognize


def bench_served_scan(path: Path) -> dict[str, float | int | str | None]:
    """Memory of a server and its processes before and after it has read a scan, MiB.

    Resident memory, pages in common counted for each process; and shares, with those pages divided among their users.
    """
    with TemporaryDirectory() as folder, Path(folder, "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gouji", "serve", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"GOUJI_DATA_DIR": folder, "GOUJI_PARSE_WORKERS": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            port = read_port(server, Path(log.name))
            while call(port, "GET", "/health/ready")[0] != 200:
                time.sleep(0.05)
            digital = DOCUMENTS / "pdf_bordered_zeros" / "report.pdf"
            _post(port, digital)
            before = _memory(server.pid)
            _post(port, path)
            after = _memory(server.pid)
        finally:
            server.terminate()
            server.wait(30)
    return {
        "server_before_scan_rss_mib": round(before[0]),
        "server_before_scan_share_mib": round(before[1]),
        "server_after_scan_rss_mib": round(after[0]),
        "server_after_scan_share_mib": round(after[1]),
        "server_processes": after[2],
    }


def _post(port: int, path: Path) -> None:
    status, answer = call(port, "POST", "/parse?save=false", path.read_bytes(), {"Content-Type": media.PDF})
    if status != 200:
        raise RuntimeError(f"POST /parse answered {status}: {answer[:200]!r}")


def _memory(server: int) -> tuple[float, float, int]:
    """Resident memory and share of a process and all under it, MiB, and how many they are."""
    resident = share = 0.0
    pids = family(server)
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        told = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
        resident += told["Rss"] / 1024
        share += told["Pss"] / 1024
    return resident, share, len(pids)


def measure() -> dict[str, float | int | str | None]:
    """A five-page digital PDF against pdfplumber, a scan against its network, memory of a server that has read it."""
    if find_spec("pdfplumber") is None:
        raise Skipped("pdfplumber is not installed")
    on_one_core()
    with TemporaryDirectory() as folder:
        five = Path(folder, "five_pages", "report.pdf")
        five.parent.mkdir()
        five.write_bytes(_five_pages())
        digital = bench_digital(five, 5)
    found: dict[str, float | int | str | None] = {
        "pdf": str(digital["document"]),
        "pdf_pages": int(str(digital["pages"])),
        **{f"pdf_{key}_ms": round(1000 * float(str(digital[key])), 1) for key in ("here", "worker", "pdfplumber")},
    }
    for case in ("scan_150_bordered_zeros", "scan_hard_bordered_zeros"):
        scanned = bench_scan(DOCUMENTS / case / "report.pdf")
        found |= {f"{case}_{key}": _round(scanned[key]) for key in scanned if key != "document"}
    return found | bench_served_scan(DOCUMENTS / "scan_150_bordered_zeros" / "report.pdf")


def _five_pages() -> bytes:
    """Two documents of the sample one after another: five pages."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    whole = pdfium.PdfDocument.new()
    for case in ("pdf_bordered_row_cut", "pdf_bordered_zeros"):
        part = pdfium.PdfDocument(DOCUMENTS / case / "report.pdf")
        whole.import_pages(part)
        part.close()
    out = io.BytesIO()
    whole.save(out)
    whole.close()
    return out.getvalue()


def _round(value: object) -> float | int | str | None:
    return round(value, 3) if isinstance(value, float) else value if isinstance(value, int) else None


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
