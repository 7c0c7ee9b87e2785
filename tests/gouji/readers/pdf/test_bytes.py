"""Strings of UTF-8 under a Latin font: told by their share, and read by their bytes."""

from collections.abc import Callable, Sequence

import pypdfium2 as pdfium
import pytest

from gouji.readers.pdf.bytes import may_be_bytes, named_bytes_to_characters, page_with_named_bytes
from gouji.readers.pdf.objects import Character

MakePdf = Callable[..., bytes]
CHINESE = "行政规范性文件其他主动公开"


def codes(text: str) -> list[int]:
    return [ord(character) for character in text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHINESE.encode().decode("latin-1"), True),
        (CHINESE * 3, False),
        (CHINESE.encode().decode("latin-1") + CHINESE, False),
        ("plain English words with an é or two, naïf", False),
        ("规章".encode().decode("latin-1"), False),  # too short to say
        (CHINESE.encode().decode("latin-1") + " " * 200, True),
        ("a" * 200 + CHINESE.encode().decode("latin-1"), False),
    ],
)
def test_bytes_are_told_by_their_share_of_a_page(text: str, expected: bool) -> None:
    assert may_be_bytes(codes(text)) is expected


def named(data: Sequence[int]) -> list[Character]:
    return [
        Character(n, 0x2800 + byte, False, 0, (float(n), 10.0, n + 1.0, 0.0), (float(n), 0.0))
        for n, byte in enumerate(data)
    ]


def test_bytes_of_one_character_are_joined_with_their_boxes() -> None:
    found = named_bytes_to_characters(named("规3".encode()))
    assert found is not None
    assert [(chr(c.code), c.box) for c in found] == [("规", (0, 10, 3, 0)), ("3", (3, 10, 4, 0))]


def test_what_is_no_named_byte_stays() -> None:
    other = named(b"x")[0]._replace(code=ord("章"))
    found = named_bytes_to_characters([*named("规".encode()), other])
    assert found is not None
    assert [chr(c.code) for c in found] == ["规", "章"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (CHINESE.encode("gb18030"), None),
        (b"plain", None),  # bytes they may be, but none of Chinese
        (("规" * 60).encode() + b"\xe8", 60),
        (("规" * 20).encode() + b"\xe8", None),
    ],
)
def test_bytes_that_are_hardly_utf8_are_not_taken(data: bytes, expected: int | None) -> None:
    found = named_bytes_to_characters(named(data))
    assert (None if found is None else len(found)) == expected


def test_a_page_is_copied_with_every_byte_named(make_pdf: MakePdf) -> None:
    shown = b"(" + b"".join(b"\\%03o" % byte for byte in "规".encode()) + b")"
    document = pdfium.PdfDocument(make_pdf([b"", b"BT /F 10 Tf 50 700 Td " + shown + b" Tj ET"]))
    data = page_with_named_bytes(document, 2)
    assert data is not None
    copy = pdfium.PdfDocument(data)
    assert len(copy) == 1
    text = copy[0].get_textpage().get_text_range()
    assert text.strip() == "".join(chr(0x2800 + byte) for byte in "规".encode())
    copy.close()
    document.close()
