"""Header rows at the top of a page: running heads of a table that goes on, or what a page break left of its header."""

from gouji.readers.page.flow import Line, _without_repeats
from gouji.readers.page.ink import Chunk


def line(page: int, y: float, *texts: tuple[str, float]) -> Line:
    return Line(page, tuple(Chunk(text, (x - 10, y, x + 10, y + 10)) for text, x in texts))


def test_a_header_that_comes_again_over_its_columns_is_a_running_head() -> None:
    head = (("商业企业", 100.0), ("科研机构", 150.0), ("总计", 200.0))
    lines = [
        line(1, 50, *head),
        line(1, 70, ("本年新收", 30.0), ("1", 100.0)),
        line(2, 40, *head),
        line(2, 60, ("2", 100.0)),
    ]
    assert _without_repeats(lines, range(4)) == [0, 1, 3]


def test_the_same_headers_over_other_columns_are_the_next_block() -> None:
    """Table 四 prints one row of headers three times side by side; a break may leave the first block before it."""
    block = ("结果维持", "结果纠正", "总计")
    before = line(1, 700, *[(text, 50.0 + 40 * n) for n, text in enumerate(block)])
    after = line(2, 40, *[(text, 200.0 + 40 * n) for n, text in enumerate(block)])
    assert _without_repeats([before, after], range(2)) == [0, 1]
