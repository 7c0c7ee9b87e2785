"""The ink of all pages put together: tables over page breaks, words in reading order, boxes turned back."""

import pytest

from gouji.document import FigureKind, Gap, UnreadableSource
from gouji.readers.page.ink import Edge, Glyph, PageInk
from gouji.readers.page.pages import pages_to_document

WIDTH, HEIGHT = 500.0, 800.0


def words(text: str, x: float, y: float) -> list[Glyph]:
    return [Glyph(c, x + 10 * n, y, x + 10 * n + 10, y + 10) for n, c in enumerate(text)]


def ruled(top: float, rows: int) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """The lines of a table of two columns, its rows 20 points high."""
    ys, xs = [top + 20 * n for n in range(rows + 1)], (50.0, 250.0, 450.0)
    return tuple(Edge(y, xs[0], xs[-1]) for y in ys), tuple(Edge(x, ys[0], ys[-1]) for x in xs)


def table(number: int, top: float, *rows: tuple[str, str], also: tuple[Glyph, ...] = ()) -> PageInk:
    glyphs = list(also)
    for n, (label, value) in enumerate(rows):
        glyphs += [*words(label, 60, top + 20 * n + 5), *words(value, 260, top + 20 * n + 5)]
    return PageInk(number, WIDTH, HEIGHT, tuple(glyphs), *ruled(top, len(rows)))


def test_a_ruled_table_is_a_grid_and_the_words_around_it_are_lines() -> None:
    ink = table(1, 100, ("规章", "3"), ("行政许可", ""), also=(*words("标题", 60, 50), *words("后记", 60, 200)))
    document = pages_to_document([ink], "application/pdf", "题")
    assert [f.text for f in document.fragments] == ["标题", "规章", "3", "行政许可", "", "后记"]
    assert [f.grid is not None for f in document.fragments] == [False, True, True, True, True, False]
    gaps = [f.gap for f in document.fragments]
    assert gaps == [Gap.NONE, Gap.TABLE, Gap.CELL, Gap.ROW, Gap.CELL, Gap.TABLE]
    assert all(document.text[f.start : f.end] == f.text for f in document.fragments)
    assert document.title == "题"


def test_a_table_that_goes_on_on_the_next_page_is_one() -> None:
    first = table(1, 700, ("规章", "3"), ("行政许可", "4"))
    second = table(2, 50, ("行政处罚", "5"), ("行政强制", "6"))
    joined = pages_to_document([first, second], "application/pdf")
    assert {f.grid.table for f in joined.fragments if f.grid} == {0}
    assert [f.grid.row for f in joined.fragments if f.grid] == [0, 0, 1, 1, 2, 2, 3, 3]
    words_between = table(2, 50, ("行政处罚", "5"), ("行政强制", "6"), also=tuple(words("别的表格", 60, 20)))
    apart = pages_to_document([first, words_between], "application/pdf")
    assert {f.grid.table for f in apart.fragments if f.grid} == {0, 1}


def test_running_heads_and_page_numbers_do_not_part_a_table() -> None:
    pages = [
        table(
            n,
            100 if n > 1 else 700,
            ("规章", "3"),
            ("行政许可", "4"),
            also=(*words("某局年报", 60, 20), *words(f"-{n}-", 200, 780)),
        )
        for n in (1, 2)
    ]
    document = pages_to_document(pages, "application/pdf")
    assert {f.grid.table for f in document.fragments if f.grid} == {0}
    assert document.text.count("某局年报") == 2  # they are printed, and stay


def test_a_table_without_any_text_is_a_drawing() -> None:
    ink = table(1, 100, ("", ""), ("", ""), also=tuple(words("标题", 60, 50)))
    assert all(f.grid is None for f in pages_to_document([ink], "application/pdf").fragments)


def test_pictures_are_figures_where_they_show_something() -> None:
    glyphs = (*words("上", 60, 50), *words("下", 60, 300))
    ink = PageInk(1, WIDTH, HEIGHT, glyphs, pictures=((50.0, 100.0, 200.0, 200.0),))
    (figure,) = pages_to_document([ink], "application/pdf").figures
    assert (figure.kind, figure.start, figure.page) == (FigureKind.PICTURE, 1, 1)


@pytest.mark.parametrize(
    ("turns", "box"),
    [
        (0, (60, 50, 70, 60)),
        (1, (50, 430, 60, 440)),
        (2, (430, 740, 440, 750)),
        (3, (740, 60, 750, 70)),
    ],
)
def test_boxes_of_a_turned_page_are_those_of_the_page_as_it_is_shown(turns: int, box: tuple[float, ...]) -> None:
    document = pages_to_document([PageInk(1, WIDTH, HEIGHT, tuple(words("甲", 60, 50)), turns=turns)], "image/png")
    assert document.fragments[0].box == pytest.approx(box)
    size = (document.pages[0].width, document.pages[0].height)
    assert size == ((HEIGHT, WIDTH) if turns % 2 else (WIDTH, HEIGHT))


def test_boxes_of_a_page_that_lay_askew_are_turned_back() -> None:
    straight = PageInk(1, WIDTH, HEIGHT, tuple(words("甲", 440, 395)), skew=2.0)
    left, top, right, bottom = pages_to_document([straight], "image/png").fragments[0].box or (0, 0, 0, 0)
    assert (top + bottom) / 2 == pytest.approx(400 + 195 * 0.0349, abs=0.01)  # right of the middle, it lay lower
    assert right - left == pytest.approx(10)


def test_pages_without_text_say_why() -> None:
    with pytest.raises(UnreadableSource, match="2 pages: no ink"):
        pages_to_document([PageInk(1, WIDTH, HEIGHT), PageInk(2, WIDTH, HEIGHT, note="no ink")], "image/png")
