import codecs
import random

import pytest

from gouji.document import UnreadableSource
from gouji.readers import read
from gouji.readers.text.encoding import decode
from tests.gouji.readers.text.wrapped_texts import PIPED, SOURCES, fragments

SIMPLIFIED = (
    "某某区人民政府办公室2023年政府信息公开工作年度报告\n一、总体情况\n二、主动公开政府信息情况\n第二十条第（一）项\n"
    "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n12\n行政规范性文件\n5\n"
)
TRADITIONAL = (
    "某某區人民政府辦公室2023年政府信息公開工作年度報告\n一、總體情況\n二、主動公開政府資訊情況\n第二十條第（一）項\n"
    "資訊內容\n本年製發件數\n本年廢止件數\n現行有效件數\n規章\n0\n0\n12\n行政規範性檔案\n5\n"
)
SHORT = "规章\n0\n"
CASES = [
    (text, encoding)
    for text in (SIMPLIFIED, SHORT, SIMPLIFIED * 20)
    for encoding in ("utf-8", "gb18030", "gbk", "gb2312", "utf-16-le", "utf-16-be")
] + [(text, encoding) for text in (TRADITIONAL, TRADITIONAL * 20) for encoding in ("utf-8", "big5", "gb18030")]


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_round_trip_without_declaration(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "declared", ["gb2312", "utf-8", "big5", "iso-8859-1", "utf-16", "no-such-charset", "", '"gbk"']
)
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"), (SIMPLIFIED, "utf-16-le")],
)
def test_a_wrong_declaration_is_only_a_hint(text: str, encoding: str, declared: str) -> None:
    assert decode(text.encode(encoding), declared) == text


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"\x84\x31\x95\x33", "gb18030"),
    ],
)
def test_marks_of_byte_order(bom: bytes, encoding: str) -> None:
    assert decode(bom + SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("meta", ["gb2312", "utf-8", "big5"])
def test_meta_gb2312_page_with_characters_outside_gb2312(meta: str) -> None:
    page = f'<html><head><meta charset="{meta}"></head><body>朱镕基 㛃 洺 {SIMPLIFIED}</body></html>'
    assert decode(page.encode("gb18030")) == page


def test_ascii() -> None:
    assert decode(b"1 | 2\n") == "1 | 2\n"


def test_damaged_bytes_do_not_change_the_rest() -> None:
    data = SIMPLIFIED.encode()
    assert decode(data[:-6] + b"\xff" + data[-6:]).replace("\ufffd", "") == SIMPLIFIED
    assert decode(data[: len("某某区".encode()) - 1]).startswith("某某")
    assert decode(SIMPLIFIED.encode("gb18030") + b"\xff").rstrip("\ufffd") == SIMPLIFIED


def test_nuls_are_removed() -> None:
    assert "\x00" not in decode((SIMPLIFIED * 3).encode() + b"\x00\x00")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t",
        b"\x00" * 1000,
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        random.Random(1).randbytes(5000),
        random.Random(2).randbytes(500_000),
        b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(3000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000 + random.Random(4).randbytes(1000),
        bytes(range(32)) * 50,
    ],
    ids=range(10),
)
def test_empty_and_binary_raise(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        decode(data)


def test_fifty_megabytes_are_sampled() -> None:
    text = SIMPLIFIED * (50_000_000 // len(SIMPLIFIED.encode("gb18030")))
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("source", SOURCES)
def test_wide_encodings_without_a_mark(source: str, encoding: str) -> None:
    assert fragments(read(SOURCES[source].encode(encoding))) == fragments(read(SOURCES[source].encode()))


def test_lines_in_encodings_of_their_own() -> None:
    lines = PIPED.split("\n")
    data = "\n".join(lines[:90]).encode() + b"\n" + "\n".join(lines[90:]).encode("gb18030")
    assert read(data).text == PIPED
