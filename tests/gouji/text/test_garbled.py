from pathlib import Path

import pytest

from gouji.readers import read
from gouji.text.garbled import is_garbled, is_garbled_text

DOCUMENTS = Path(__file__).parents[2] / "documents"
WRITTEN = [
    path
    for kind in ("txt", "html", "md", "json")
    for path in sorted(DOCUMENTS.glob(f"*/report.{kind}"))
    if not path.parent.name.startswith("undone_")
]
REPORT = (DOCUMENTS / "l03n_piped_lines" / "report.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_healthy_documents_are_not_garbled(path: Path) -> None:
    assert not is_garbled(read(path.read_bytes()))


@pytest.mark.parametrize(
    "garbled",
    [
        REPORT.encode().decode("latin-1"),
        REPORT.encode().decode("cp1252", errors="replace"),
        REPORT.encode().decode("gb18030", errors="replace"),
        REPORT.encode("gb18030").decode("latin-1"),
        REPORT.encode("gb18030").decode("utf-8", errors="replace"),
        REPORT.encode("gb18030").decode("big5", errors="replace"),
        REPORT.encode("gb18030").decode("shift_jis", errors="replace"),
        REPORT.encode("gb18030").decode("utf-8", errors="replace").encode().decode("gb18030", errors="replace"),
        REPORT.encode("ascii", errors="replace").decode(),
        REPORT.encode("ascii", errors="backslashreplace").decode(),
        REPORT.encode("ascii", errors="xmlcharrefreplace").decode(),
        "".join(chr(0xE000 + ord(c) % 6000) if c > "\x7f" else c for c in REPORT),
        "".join(chr(0x0410 + ord(c) % 64) if c > "\x7f" else c for c in REPORT),
        "".join(f"(cid:{ord(c)})" if c > "\x7f" else c for c in REPORT),
    ],
)
def test_what_is_no_text_is_garbled(garbled: str) -> None:
    assert is_garbled_text(garbled)


def test_a_few_garbled_lines_are_enough() -> None:
    lines = REPORT.split("\n")
    half = len(lines) // 2
    garbled = "\n".join(lines[:half]) + "\n" + "\n".join(lines[half:]).encode().decode("cp1252", errors="replace")
    assert is_garbled_text(garbled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 | 0 | 1 |\n" * 40,
        "Annual report on the openness of government information, in English, of 2023: 12 requests.\n" * 20,
        "第二十条第（一）项 务(wù) 规章(guī zhāng) | 0 | — | ※ | ①\n" * 20,
        "规章 | 0 | ?? | \ufffd |\n" * 5 + "本年新收政府信息公开申请数量\n" * 5,
    ],
)
def test_what_is_unusual_is_not_garbled(text: str) -> None:
    assert not is_garbled_text(text)
