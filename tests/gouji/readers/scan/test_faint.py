import numpy as np

from gouji.readers.page.ink import Edge
from gouji.readers.scan.faint import follow_lines

DOTS = 144.0  # two pixels a point


def page() -> np.ndarray:
    """Rows at 10, 30 and 50 points, columns at 10, 60 and 110; the middle one is light grey in the lower row."""
    flat = np.full((130, 260), 252, dtype=np.uint8)
    for y in (20, 60, 100):
        flat[y - 1 : y + 1, 20:220] = 0
    for x in (20, 120, 220):
        flat[20:100, x - 1 : x + 1] = 0
    flat[62:99, 119:121] = 205
    return flat


HORIZONTAL = [Edge(10, 10, 110), Edge(30, 10, 110), Edge(50, 10, 110)]
VERTICAL = [Edge(10, 10, 50), Edge(60, 10, 30), Edge(110, 10, 50)]


def test_a_line_is_followed_where_it_is_faint() -> None:
    down, across, added = follow_lines(page(), VERTICAL, HORIZONTAL, DOTS)
    middle = next(edge for edge in down if abs(edge.at - 60) < 1)
    assert middle.high >= 49
    assert len(across) == 3
    assert added[80, 118:122].any()


def test_a_merged_cell_with_a_digit_in_it_gets_no_line() -> None:
    flat = page()
    flat[62:99, 110:130] = 252
    flat[72:88, 119:121] = 0  # a 1 where the line would be
    down, _, added = follow_lines(flat, VERTICAL, HORIZONTAL, DOTS)
    assert max(edge.high for edge in down if abs(edge.at - 60) < 1) < 35
    assert not added.any()
