from dataclasses import replace

import numpy as np

from gouji.readers.page.grids import fill_table
from gouji.readers.page.ink import Edge, Glyph
from gouji.readers.page.ruled import RuledCell, RuledTable
from gouji.readers.scan.picture import meeting
from gouji.readers.scan.strokes import loose_boxes

TOP_OF_PAGE = [Edge(float(x), 12.0, 40.0) for x in (10, 50, 90, 130, 170)]
BELOW = [Edge(40.0, 10.0, 170.0)]


def test_lines_that_a_page_break_cut_are_ruling_lines() -> None:
    assert meeting(TOP_OF_PAGE, BELOW) == TOP_OF_PAGE


def test_strokes_that_meet_no_line_or_stand_alone_are_none() -> None:
    assert meeting(TOP_OF_PAGE[:2], BELOW) == []
    assert meeting([replace(edge, high=32.0) for edge in TOP_OF_PAGE], BELOW) == []


def test_text_is_cut_at_a_gap_that_only_a_dot_bridges() -> None:
    text = np.zeros((40, 120), np.uint8)
    text[10:22, 10:30] = 255  # a character
    text[24:30, 22:28] = 255  # its dot, which reaches as far as a comma does
    text[13:28, 42:48] = 255  # a number half a character away
    assert sorted(loose_boxes(text, 20.0)) == [(10, 10, 30, 30), (42, 13, 48, 28)]


def test_text_is_cut_at_a_wall() -> None:
    text = np.zeros((40, 120), np.uint8)
    text[10:30, 10:30] = 255
    text[10:30, 35:55] = 255
    assert sorted(loose_boxes(text, 20.0)) == [(10, 10, 55, 30)]
    assert sorted(loose_boxes(text, 20.0, [32])) == [(10, 10, 30, 30), (35, 10, 55, 30)]


def test_numbers_side_by_side_in_a_cell_of_a_scan_are_unread() -> None:
    table = RuledTable((0, 100, 200), (0, 20), (RuledCell(0, 0, 1, 1, (0, 0, 100, 20)),))
    glyphs = [Glyph("9", 10, 5, 15, 15, 0.99), Glyph("0", 60, 5, 65, 15, 0.99)]
    grid, _ = fill_table(table, glyphs, 1)
    assert (grid.cells[0].text, grid.cells[0].unread) == ("", True)
    digital, _ = fill_table(table, [replace(glyph, score=None) for glyph in glyphs], 1)
    assert (digital.cells[0].text, digital.cells[0].unread) == ("9 0", False)
