"""Bytes that were lost are filled in only where one character is sure, and never by a digit."""

from gouji.readers import read
from gouji.readers.text.gaps import GAP, LOST, fill, read_pair, read_token
from tests.gouji.readers.text.wrapped_texts import PIPED


def test_lost_bytes_never_become_digits() -> None:
    text = PIPED.replace("141", "１４１").replace("规章", "规章二十")
    document = read(text.encode().decode("cp1252", errors="replace").encode())
    assert not any(digit in document.text.replace("１４１", "") for digit in "０２３４５６７８９")


def test_what_stays_unknown_is_told_as_such() -> None:
    title = "溧阳市璜土镇2023年政府信息公开工作年度报告\n"
    document = read((title + PIPED).encode().decode("cp1252", errors="replace").encode())
    first = document.text.split("\n")[0]
    assert len(first) == len(title) - 1
    assert all(a in (b, "\ufffd") for a, b in zip(first, title, strict=False))


MISSING = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))  # the bytes without a character in cp1252


def test_whole_characters_are_read_as_they_are() -> None:
    codes = list("规3".encode())
    assert read_token(codes, 0, MISSING) == ("规", 3)
    assert read_token(codes, 3, MISSING) == ("", 3)


def test_where_one_byte_was_lost_all_that_fit_are_given() -> None:
    first, second, _ = "规".encode()
    found, end = read_token([first, second, GAP], 0, MISSING)
    assert end == 3
    assert all(character.encode()[:2] == bytes((first, second)) for character in found.removesuffix(LOST))
    whole = "政".encode()  # e6 94 bf: its last byte is none that cp1252 loses
    assert "政" not in read_token([whole[0], whole[1], GAP], 0, MISSING)[0]
    told, _ = read_token([GAP, 0x94, 0xBF], 0, frozenset((0xE6,)))
    assert told == "政"


def test_a_gap_is_filled_by_what_stands_beside_it_in_reports() -> None:
    assert fill(["行", f"政敌{LOST}", "许", "可"]) == "行政许可"
    assert fill(["甲", f"政敌{LOST}", "乙"]) == f"甲{LOST}乙"


def test_no_gap_becomes_a_digit() -> None:
    assert fill(["第", f"３{LOST}", "条"]) == f"第{LOST}条"
    assert fill(["第", "３", "条"]) == "第３条"


def test_a_numeral_needs_both_its_neighbours() -> None:
    assert fill(["第", f"二{LOST}", "十"]) == "第二十"
    assert fill(["第", f"二{LOST}", "㗊"]) == f"第{LOST}㗊"


def test_two_bytes_are_one_character_or_all_that_fit() -> None:
    first, second = "规".encode("gb18030")
    assert read_pair(first, second, "gb18030", frozenset()) == "规"
    missing = frozenset(range(0x80, 0xFF))
    found = read_pair(first, GAP, "gb18030", missing)
    assert "规" in found
    assert found.endswith(LOST)
    assert read_pair(first, GAP, "gb18030", frozenset((second,))) == "规"
