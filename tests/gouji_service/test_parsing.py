import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gouji.document import ReadingTimeout, SourceTooLarge, UnreadableSource
from gouji.processes.nursery import find_nursery
from gouji.recovery import recover_all
from gouji_service import parsing
from gouji_service.parsing import ParserPool, WorkerLost
from gouji_service.problems import Problem

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool(1, timeout=60) as parsers:
        yield parsers


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to hold")


def worker_of(pool: ParserPool) -> int:
    """The process id of the one worker, while it is idle."""
    (worker,) = pool._pool.workers
    assert worker.pid is not None
    return worker.pid


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_result_is_the_same_as_from_the_library(pool: ParserPool, report_text: str) -> None:
    from gouji.recovery import recover

    data = report_text.encode()
    assert pool.parse(data, name="a.txt") == [recover(data, name="a.txt")]


def test_a_source_error_crosses_with_its_kind_and_message(pool: ParserPool) -> None:
    with pytest.raises(UnreadableSource) as caught:
        pool.parse(b"")
    assert str(caught.value)


def test_a_parse_that_overruns_is_ended_and_its_worker_replaced(pool: ParserPool, report_text: str) -> None:
    pool.parse(report_text.encode())
    before = worker_of(pool)
    with pytest.raises(ReadingTimeout):
        pool.parse(report_text.encode() * 20, seconds=0.001)
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)  # ended and waited for: it burns nothing and is no zombie
    assert pool.parse(report_text.encode())[0].source.bytes == len(report_text.encode())
    assert worker_of(pool) != before


def bomb() -> bytes:
    """A PDF of one page with two million short lines: seconds of work for any reader."""
    stream = b"0 0 m 9 9 l S\n" * 2_000_000
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def children_of(pid: int) -> list[int]:
    """The processes that one started, from the table of processes."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True, text=True).stdout
    return [int(child) for child, parent in map(str.split, listed.splitlines()) if int(parent) == pid]


def test_the_process_that_reads_a_file_ends_with_the_parse_that_overruns(pool: ParserPool, report_text: str) -> None:
    pool.parse(report_text.encode())
    nursery = find_nursery(pool._pool.workers[0]._kind.preload).pid
    assert nursery is not None
    before = set(children_of(nursery))
    caught: list[BaseException] = []

    def parse() -> None:
        try:
            pool.parse(bomb(), seconds=1.0)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=parse)
    thread.start()
    wait_until(lambda: len(children_of(nursery)) > len(before))
    (reader,) = set(children_of(nursery)) - before
    thread.join()
    assert [type(error) for error in caught] == [ReadingTimeout]
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


def test_a_worker_killed_while_idle_is_replaced_without_a_word(pool: ParserPool, report_text: str) -> None:
    pool.parse(report_text.encode())
    pid = worker_of(pool)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not exists(pid))
    assert pool.parse(report_text.encode())[0].source.pages == 1


def test_a_worker_killed_at_work_loses_only_its_own_request(pool: ParserPool, report_text: str) -> None:
    pool.parse(report_text.encode())
    pid = worker_of(pool)
    os.kill(pid, signal.SIGSTOP)  # surely at work when it is killed
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(WorkerLost):
        pool.parse(report_text.encode())
    assert pool.parse(report_text.encode())[0].source.pages == 1


def test_who_finds_no_worker_in_time_hears_busy(pool: ParserPool, report_text: str) -> None:
    pool.parse(report_text.encode())
    pid = worker_of(pool)
    os.kill(pid, signal.SIGSTOP)
    first = threading.Thread(target=lambda: pool.parse(report_text.encode()))
    first.start()
    wait_until(lambda: not pool._pool._idle)
    try:
        with pytest.raises(Problem) as caught:
            pool.parse(report_text.encode(), seconds=0.05)
        assert caught.value.code == "busy"
    finally:
        os.kill(pid, signal.SIGCONT)
        first.join()


def test_the_workers_end_with_the_pool(report_text: str) -> None:
    with ParserPool(1, timeout=60) as parsers:
        parsers.parse(report_text.encode())
        pid = worker_of(parsers)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_second_reader_is_heard(report_text: str) -> None:
    data = (DOCUMENTS / "pdf_unseen_digits" / "report.pdf").read_bytes()
    with ParserPool(1, timeout=60, second_reader="pdfplumber") as parsers:
        [found] = parsers.parse(data, engine="rules")
    assert "readers_disagree" in {notice.code for notice in found.warnings}
    assert found.parser.second_reader == "pdfplumber"


def test_pages_are_drawn_by_a_worker(pool: ParserPool, tmp_path: Path) -> None:
    data = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
    [found] = pool.parse(data, engine="rules")
    pool.draw(data, found, tmp_path / "pages")
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["page-001.png", "page-002.png"]
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        pool.draw(data, found, tmp_path / "file")
    with pytest.raises(UnreadableSource):
        pool.draw(data[:2000], found, tmp_path / "pages")


def test_drawing_that_overruns_is_ended(tmp_path: Path) -> None:
    data = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
    [found] = recover_all(data, engine="rules")
    with ParserPool(1, timeout=0.01) as parsers, pytest.raises(ReadingTimeout):
        parsers.draw(data, found, tmp_path)


def test_a_source_that_needs_too_much_memory_is_refused_and_costs_its_worker(
    report_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ParserPool(1, timeout=60) as parsers:
        parsers.parse(report_text.encode(), engine="rules")
        before = worker_of(parsers)
        monkeypatch.setattr(parsing, "MEMORY_LIMIT", 80 << 20)
        with pytest.raises(SourceTooLarge, match="memory"):
            parsers.parse(report_text.encode() * 2000, engine="rules")
        monkeypatch.undo()
        assert parsers.parse(report_text.encode(), engine="rules")[0].source.pages == 1
        assert worker_of(parsers) != before


def test_an_error_that_nobody_foresaw_is_told_with_its_traceback(pool: ParserPool, report_text: str) -> None:
    with pytest.raises(WorkerLost, match=r"Traceback[^$]*engine must be one of"):
        pool.parse(report_text.encode(), engine="magic")
