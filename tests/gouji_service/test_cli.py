"""`gouji` as a process: what it prints, where, and how it ends."""

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from gouji import extras
from gouji_service.cli import main
from gouji_service.version import VERSION

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gouji", *map(str, arguments)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


def test_results_and_problems_come_in_the_order_given(
    tmp_path: Path, report_text: str, known_cells: dict[str, dict[str, int]]
) -> None:
    good, empty, large = tmp_path / "报告.txt", tmp_path / "empty.txt", tmp_path / "large.txt"
    good.write_text(report_text, encoding="gb18030")
    empty.write_bytes(b"")
    large.write_bytes(b"1" * 200_000)
    paths = [good, tmp_path / "nothing.txt", empty, good, large]
    ended = run("parse", "--jobs", 2, *paths, GOUJI_MAX_BYTES="100000")
    lines = [json.loads(line) for line in ended.stdout.decode().splitlines()]
    assert [line.get("code") for line in lines] == [None, "not_found", "unreadable", None, "too_large"]
    assert [line["source"]["name"] for line in lines] == [str(path) for path in paths]
    assert ended.returncode == 1
    values = {name: cell["value"] for name, cell in lines[0]["tables"]["applications"]["cells"].items()}
    assert values == known_cells["applications"]
    assert lines[0]["id"] is None


def test_the_version_is_that_of_the_package() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout.decode().split()) == (0, ["gouji", VERSION])


def test_all_good_ends_with_0_and_standard_input_is_a_path(report_text: str) -> None:
    ended = run("parse", "--engine", "rules", "-", given=report_text.encode())
    assert ended.returncode == 0
    assert ended.stderr == b""
    [line] = ended.stdout.decode().splitlines()
    assert json.loads(line)["tables"]["applications"]["cells"]["granted.total"]["value"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["parse"], b"PATH"),
        (["parse", "--engine", "magic", "x"], b"magic"),
        (["parse", "--jobs", "0", "x"], b"at least 1"),
        (["nothing"], b"nothing"),
        ([], b"COMMAND"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_why(arguments: list[str], said: bytes) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert said in ended.stderr


def test_a_wrong_setting_ends_with_2_and_names_it() -> None:
    ended = run("serve", GOUJI_PORT="http")
    assert ended.returncode == 2
    assert b"GOUJI_PORT" in ended.stderr


@pytest.mark.parametrize("command", ["parse", "serve"])
def test_every_command_has_help(command: str) -> None:
    ended = run(command, "--help")
    assert ended.returncode == 0
    assert b"usage: gouji " + command.encode() in ended.stdout


def test_who_has_seen_enough_may_close_the_pipe(tmp_path: Path, report_text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(report_text, encoding="utf-8")
    command = [sys.executable, "-m", "gouji", "parse", *[str(path)] * 30]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 1


def test_a_pdf_is_parsed_without_a_word_of_a_dying_interpreter() -> None:
    pdf = ROOT / "tests/documents/pdf_bordered_blanks/report.pdf"
    ended = run("parse", "--engine", "rules", pdf, PYTHONWARNINGS="error")
    assert (ended.returncode, ended.stderr) == (0, b"")


def descendants(pid: int) -> set[int]:
    """The processes that one started, and those that they started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True, text=True).stdout
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.splitlines())}
    found = {pid}
    for _ in range(5):
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def listen_to_ctrl_c() -> None:
    """A process that a shell started in the background ignores Ctrl-C, and hands that on: to these tests too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt(command: list[str], *, given: int | None = None) -> tuple[int, float, bytes, set[int]]:
    """Start `gouji`, press Ctrl-C when its workers are at work: its status, the seconds it took to end, what it said
    on standard error, and the processes that are left of it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", *command],
        cwd=ROOT,
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=listen_to_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while given is None and len(descendants(process.pid)) < 2:  # the nursery, and a worker
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1.0)
    started = descendants(process.pid)
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - begun
    return process.returncode, took, said, {pid for pid in started if Path(f"/proc/{pid}").exists()}


def test_ctrl_c_ends_at_once_without_a_word_and_leaves_nobody(tmp_path: Path, report_text: str) -> None:
    long = tmp_path / "long.txt"
    long.write_text(report_text * 1500, encoding="utf-8")
    status, seconds, said, left = interrupt(["parse", "--engine", "rules", "--jobs", "2", *[str(long)] * 20])
    assert (status, said, left) == (130, b"", set())
    assert seconds < 5


def test_ctrl_c_ends_also_who_waits_for_standard_input() -> None:
    reading, writing = os.pipe()
    try:
        status, seconds, said, left = interrupt(["parse", "-"], given=reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert (status, said, left) == (130, b"", set())
    assert seconds < 5


def test_a_terminal_shows_how_far_it_is_and_results_stay_whole(tmp_path: Path, report_text: str) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(report_text, encoding="utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", "parse", "--engine", "rules", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    assert process.stdout is not None
    lines = process.stdout.read().decode().splitlines()
    shown = b""
    with contextlib.suppress(OSError):  # a terminal that nobody writes to any more is an error
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    process.stdout.close()
    assert process.wait(60) == 0
    assert [Path(json.loads(line)["source"]["name"]).name for line in lines] == ["0.txt", "1.txt", "2.txt"]
    assert b"0/3" in shown
    assert b"3/3" in shown


def small_pdf() -> bytes:
    """One page that says Hello."""
    stream = b"BT /F1 24 Tf 100 700 Td (Hello, this is a page) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def test_overlays_are_one_picture_a_page_and_one_folder_a_file(tmp_path: Path, report_text: str) -> None:
    pdf, text, out = tmp_path / "a.pdf", tmp_path / "b.txt", tmp_path / "out"
    pdf.write_bytes(small_pdf())
    text.write_text(report_text, encoding="utf-8")
    ended = run("parse", pdf, "--overlay", out)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert [path.name for path in out.iterdir()] == ["page-001.png"]
    assert (out / "page-001.png").read_bytes().startswith(b"\x89PNG")
    ended = run("parse", pdf, text, "--jobs", 2, "--overlay", out / "all")
    assert ended.returncode == 0
    assert [path.name.endswith("a.pdf") for path in (out / "all").iterdir()] == [True]  # text has no pages


def test_pages_are_drawn_in_a_worker_and_not_in_the_command_line(tmp_path: Path) -> None:
    pdf, out = tmp_path / "a.pdf", tmp_path / "out"
    pdf.write_bytes(small_pdf())
    program = f"import sys; from gouji_service.cli import main; main({['parse', str(pdf), '--overlay', str(out)]!r})"
    ended = subprocess.run(
        [sys.executable, "-c", f"{program}; print(*sys.modules, file=sys.stderr)"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert (out / "page-001.png").is_file()
    loaded = set(ended.stderr.split())
    assert "gouji_service.parsing" in loaded
    assert {"pypdfium2", "PIL", "layoutparser", "pdfplumber"}.isdisjoint(loaded)


def test_an_overlay_that_cannot_be_written_is_told_on_standard_error(tmp_path: Path) -> None:
    pdf, out = tmp_path / "a.pdf", tmp_path / "out"
    pdf.write_bytes(small_pdf())
    out.write_bytes(b"in the way")
    ended = run("parse", pdf, "--overlay", out)
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["source"]["media_type"] == "application/pdf"
    assert b"no overlay of" in ended.stderr


def test_a_second_reader_is_asked_for_by_option_or_by_setting() -> None:
    pdf = ROOT / "tests" / "documents" / "pdf_unseen_digits" / "report.pdf"
    for ended in (
        run("parse", "--engine", "rules", "--second-reader", "pdfplumber", pdf),
        run("parse", "--engine", "rules", pdf, GOUJI_SECOND_READER="pdfplumber"),
    ):
        assert ended.returncode == 0
        assert {notice["code"] for notice in json.loads(ended.stdout)["warnings"]} == {"readers_disagree"}


def test_a_second_reader_that_is_not_installed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert main(["parse", "--second-reader", "pdfplumber", "report.pdf"]) == 2
    assert "pip install 'gouji[second-reader]'" in capsys.readouterr().err
