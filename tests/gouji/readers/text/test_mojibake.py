"""Wrong decodings are undone: round trips of rebuilt documents by the codecs of the standard library."""

import pytest

from gouji.readers import read
from gouji.readers.text.mojibake import Way, looks_decoded_wrongly, undo_line, unwrap_latin, value_of, ways_back
from gouji.readers.text.undoing import undo
from gouji.text.characters import count_labels
from tests.gouji.readers.text.wrapped_texts import LINES, PIPED, SOURCES, fragments

TAKEN = [
    ("utf-8", "latin-1"),
    ("utf-8", "cp1251"),
    ("utf-8", "mac_roman"),
    ("utf-8", "cp437"),
    ("utf-8", "gb18030"),
    ("utf-8", "big5hkscs"),
    ("utf-8", "cp1252"),
    ("gb18030", "latin-1"),
    ("gb18030", "cp1252"),
    ("gb18030", "big5hkscs"),
    ("gb18030", "cp1251"),
]


@pytest.mark.parametrize(("written", "taken"), TAKEN)
@pytest.mark.parametrize("source", SOURCES)
def test_wrong_decodings_are_undone(source: str, written: str, taken: str) -> None:
    text = SOURCES[source]
    document = read(text.encode(written).decode(taken, errors="replace").encode())
    labels = count_labels(text)
    # Big5 has no character for many pairs of bytes: where the script is not its own, whole characters are lost.
    assert count_labels(document.text) >= (0.6 if (source, taken) == ("traditional", "big5hkscs") else 0.9) * labels
    expected = [f for f in fragments(read(text.encode())) if f.isascii()]
    found = [f for f in fragments(document) if f.isascii()]
    assert found == expected


def test_a_part_that_was_decoded_wrongly_is_undone() -> None:
    lines = PIPED.split("\n")
    for start, end in ((0, 1), (0, 40), (100, 180), (250, len(lines))):
        for garble in (
            lambda part: part.encode().decode("latin-1"),
            lambda part: part.encode("gb18030").decode("cp1252"),
            lambda part: part.encode("gb18030").decode("big5hkscs", errors="replace"),
        ):
            part = garble("\n".join(lines[start:end]))
            mixed = "\n".join([*lines[:start], part, *lines[end:]])
            assert count_labels(undo(mixed).text) >= count_labels(PIPED) - 1
            assert undo(mixed).text.split("\n")[0] == lines[0]


@pytest.mark.parametrize("source", ["piped", "lines", "traditional"])
@pytest.mark.parametrize(("written", "taken"), TAKEN)
def test_only_what_was_decoded_wrongly_looks_like_it(source: str, written: str, taken: str) -> None:
    text = SOURCES[source]
    assert not looks_decoded_wrongly(text)
    assert looks_decoded_wrongly(text.encode(written).decode(taken, errors="replace"))


def test_the_way_of_the_bytes_is_the_first_that_is_tried() -> None:
    garbled = PIPED.encode("gb18030").decode("latin-1")
    assert next(ways_back(garbled)) == PIPED
    assert list(ways_back(PIPED)) == []


def test_a_line_is_undone_and_what_the_encoding_does_not_have_stays() -> None:
    way = Way("cp1252", "gb18030")
    garbled = "行政许可".encode("gb18030").decode("cp1252")
    assert undo_line(f"{garbled} 3", way) == "行政许可 3"
    assert undo_line(f"{garbled}★", way) == "行政许可★"
    assert undo_line("abc 3", way) == "abc 3"


def test_chinese_as_it_is_written_is_worth_more_than_what_wrong_decodings_give() -> None:
    assert value_of("的一政府") > value_of("姝宰嬲") > value_of("æ¿Õþ")
    assert value_of("abc 123") == 0


def test_of_two_layers_the_outer_is_told_by_nearly_all_letters_being_bytes_of_utf8() -> None:
    once = LINES.encode().decode("cp1252", errors="replace")
    twice = once.encode().decode("cp1252", errors="replace")
    unwrapped = unwrap_latin(twice)
    assert unwrapped is not None
    assert sum(a == b for a, b in zip(unwrapped, once, strict=False)) > 0.9 * len(once)
    assert unwrap_latin(LINES) is None
    assert unwrap_latin("é" * 200) is None
