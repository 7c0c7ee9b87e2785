"""Glyphs gathered into lines, and lines cut at their gaps."""

import pytest

from gouji.readers.page.ink import (
    UNREADABLE,
    Chunk,
    Glyph,
    glyphs_to_lines,
    glyphs_to_text,
    line_to_chunks,
    lowest,
    shift,
    union,
)


def glyph(text: str, x: float, y: float, width: float = 10, height: float = 10, **more: float) -> Glyph:
    return Glyph(text, x, y, x + width, y + height, **more)


def spaced(text: str, pitch: float, y: float = 0, start: float = 0) -> list[Glyph]:
    """Characters of ten points, one each `pitch` points."""
    return [glyph(c, start + n * pitch, y) for n, c in enumerate(text)]


def texts(lines: list[list[Glyph]]) -> list[str]:
    return ["".join(g.text for g in line) for line in lines]


def test_lines_go_from_top_to_bottom_and_each_from_left_to_right() -> None:
    glyphs = [*spaced("丙丁", 10, y=20), *reversed(spaced("甲乙", 10))]
    assert texts(glyphs_to_lines(glyphs)) == ["甲乙", "丙丁"]


@pytest.mark.parametrize(("down", "lines"), [(4.0, 1), (5.0, 2)])
def test_glyphs_of_one_line_overlap_by_half(down: float, lines: int) -> None:
    assert len(glyphs_to_lines([glyph("甲", 0, 0), glyph("乙", 10, down)])) == lines


def test_a_dash_of_one_point_is_in_the_line_that_it_stands_inside_of() -> None:
    assert texts(glyphs_to_lines([glyph("甲", 0, 0), glyph("-", 10, 5, height=1)])) == ["甲-"]
    assert len(glyphs_to_lines([glyph("甲", 0, 0), glyph("-", 10, 11, height=1)])) == 2


def test_baselines_tell_lines_apart_whatever_the_fonts() -> None:
    one, other = glyph("甲", 0, 0, base=10.0), glyph("3", 10, 4, height=6, base=10.5)
    assert texts(glyphs_to_lines([one, other])) == ["甲3"]
    assert len(glyphs_to_lines([one, glyph("3", 10, 4, height=6, base=12.0)])) == 2


def test_a_line_is_cut_where_a_gap_is_wide() -> None:
    line = [*spaced("规章", 10), *spaced("12", 10, start=40)]
    assert [chunk.text for chunk in line_to_chunks(line)] == ["规章", "12"]
    assert [chunk.text for chunk in line_to_chunks(line, wide=3.0)] == ["规章 12"]


@pytest.mark.parametrize(("pitch", "pieces"), [(12.0, 1), (13.0, 1), (13.5, 2)])
def test_chinese_is_sometimes_spaced_out_a_little(pitch: float, pieces: int) -> None:
    assert len(line_to_chunks(spaced("规章", pitch))) == pieces


def test_latin_words_are_apart_by_less() -> None:
    assert len(line_to_chunks(spaced("ab", 12.5))) == 2
    assert len(line_to_chunks(spaced("ab", 11.5))) == 1


def test_lines_of_a_cell_are_joined_as_its_language_joins_them() -> None:
    assert glyphs_to_text([*spaced("行政", 10), *spaced("许可", 10, y=20)]) == "行政许可"
    assert glyphs_to_text([*spaced("ab", 10), *spaced("cd", 10, y=20)]) == "ab cd"
    assert glyphs_to_text([*spaced("12", 10), *spaced("34", 10, y=20)]) == "1234"


def test_a_chunk_is_as_sure_as_its_least_sure_glyph_and_says_what_was_not_read() -> None:
    (chunk,) = line_to_chunks([glyph("1", 0, 0, score=0.9), glyph("2", 10, 0, score=0.4), glyph("3", 20, 0)])
    assert (chunk.text, chunk.score, chunk.unread) == ("123", 0.4, False)
    (chunk,) = line_to_chunks([glyph("1", 0, 0), glyph(UNREADABLE, 10, 0)])
    assert (chunk.text, chunk.unread) == ("1", True)
    assert lowest([None, None]) is None


def test_boxes_hold_what_they_are_around() -> None:
    assert union([(0, 5, 10, 20), (3, 1, 4, 30)]) == (0, 1, 10, 30)
    assert shift(Chunk("甲", (0, 5, 10, 20)), 100).box == (0, 105, 10, 120)
