"""`gouji` as a process: what it prints, where, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_an_overlay_that_cannot_be_written_is_told_on_standard_error(tmp_path: Path) -> None:
    pdf, out = tmp_path / "a.pdf", tmp_path / "out"
    pdf.write_bytes(small_pdf())
    out.write_bytes(b"in the way")
    ended = run("parse", pdf, "--overlay", out)
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["source"]["media_type"] == "application/pdf"
    assert b"no overlay of" in ended.stderr
