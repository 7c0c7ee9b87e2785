"""Which figures are read and where what they show goes, with readings that are made by hand."""

from collections.abc import Sequence

import pytest

from gouji.document import Document, Figure, FigureKind, Fragment, Gap, GridPlace, Page, UnreadableSource
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, template
from gouji.readers.apart.wire import bytes_to_document, document_to_bytes
from gouji.readers.figures import lost_tables, read_figures

HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
PICTURE = "\0"
PROSE = "本机关健全制度，规范流程，回应关切，做好公开。" * 20


def written(*lines: str, pages: int = 1) -> Document:
    """Lines of text, and figures where a line is PICTURE."""
    text = ""
    fragments: list[Fragment] = []
    figures: list[Figure] = []
    for line in lines:
        if line == PICTURE:
            figures.append(Figure(FigureKind.PICTURE, len(text)))
            continue
        gap = Gap.LINE if fragments else Gap.NONE
        start = len(text) + (1 if fragments else 0)
        text += ("\n" if fragments else "") + line
        fragments.append(Fragment(line, start, len(text), gap=gap, newlines=1 if gap is Gap.LINE else 0))
    return Document(text, tuple(fragments), tuple(Page(n + 1) for n in range(pages)), figures=tuple(figures))


def labels(table: str) -> list[str]:
    rows = template(table, "2021").rows
    return [row.label for row in rows] if len(rows) > 3 else [column.label for column in rows[0].columns]


def grid(table: str, pages: int = 1) -> Document:
    """A reading: the labels of a table, each with a value, on so many pages."""
    text = ""
    fragments: list[Fragment] = []
    names = labels(table)
    for row, label in enumerate(names):
        for column, cell in enumerate((label, str(row))):
            gap = Gap.CELL if column else Gap.ROW if row else Gap.NONE
            text += {Gap.CELL: "\t", Gap.ROW: "\n", Gap.NONE: ""}[gap]
            page = 1 + row * pages // len(names)
            fragments.append(
                Fragment(
                    cell,
                    len(text),
                    len(text) + len(cell),
                    page,
                    (1.0, 2.0, 3.0, 4.0),
                    gap,
                    grid=GridPlace(0, row, column),
                    score=0.9,
                )
            )
            text += cell
    return Document(text, tuple(fragments), tuple(Page(n + 1, 100, 100, True) for n in range(pages)))


def check(document: Document) -> None:
    """Spans are in order and say what the text says; figures are in order; the wire carries all of it."""
    end = 0
    for fragment in document.fragments:
        assert document.text[fragment.start : fragment.end] == fragment.text
        assert fragment.start >= end
        end = fragment.end
    places = [figure.start for figure in document.figures]
    assert places == sorted(places)
    assert all(0 <= place <= len(document.text) for place in places)
    assert bytes_to_document(document_to_bytes(document)) == document


def test_what_figures_show_stands_at_their_places() -> None:
    document = written(HEADINGS[0], PICTURE, HEADINGS[1], PICTURE, HEADINGS[2], PICTURE, "五、主要问题", PROSE)
    tables = (ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION)
    asked: list[tuple[Sequence[int], bool]] = []

    def read(numbers: Sequence[int], title: bool) -> Document:
        asked.append((list(numbers), title))
        return grid(tables[numbers[0]])

    found = read_figures(document, {0, 1, 2}, read)
    check(found)
    assert asked == [([0], False), ([1], False), ([2], False)]
    assert all(figure.read for figure in found.figures)
    assert found.ocr
    texts = [f.text for f in found.fragments]
    for n, table in enumerate(tables):
        assert texts[texts.index(HEADINGS[n]) + 1] == labels(table)[0]
    assert [f.grid.table for f in found.fragments if f.grid is not None and f.text == "0"] == [0, 1, 2]
    first = next(f for f in found.fragments if f.text == labels(APPLICATIONS)[0])
    assert (first.gap, first.box, first.score) == (Gap.TABLE, None, 0.9)
    assert found.figures[1].start == found.text.index(HEADINGS[1]) + len(HEADINGS[1])


def test_only_what_is_not_in_the_text_is_read() -> None:
    lines = [HEADINGS[0], PICTURE, *labels(ACTIVE_DISCLOSURE), HEADINGS[1], PICTURE, HEADINGS[2], PICTURE]
    document = written(*lines, *labels(REVIEW_LITIGATION), PROSE)
    assert lost_tables(document) == {APPLICATIONS}
    asked: list[int] = []

    def read(numbers: Sequence[int], title: bool) -> Document:
        asked.extend(numbers)
        return grid(APPLICATIONS)

    found = read_figures(document, {0, 1, 2}, read)
    check(found)
    assert asked == [1]
    assert [figure.read for figure in found.figures] == [False, True, False]


def test_a_document_with_all_its_tables_has_no_figure_read() -> None:
    texts = [label for table in (ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION) for label in labels(table)]
    document = written(PICTURE, *texts, PICTURE)
    assert read_figures(document, {0, 1}, lambda numbers, title: pytest.fail("read")) is document


@pytest.mark.parametrize("reading", [written("风景", "2023", PROSE[:40]), None])
def test_figures_that_show_no_table_leave_everything_as_it_was(reading: Document | None) -> None:
    document = written(HEADINGS[0], PICTURE, HEADINGS[1], PICTURE, PROSE)

    def read(numbers: Sequence[int], title: bool) -> Document:
        if reading is None:
            raise UnreadableSource("no text")
        return reading

    assert read_figures(document, {0, 1}, read) == document


def test_an_error_of_a_foreign_parser_leaves_the_figure_unread() -> None:
    document = written(HEADINGS[0], PICTURE, PROSE)

    def read(numbers: Sequence[int], title: bool) -> Document:
        raise ZeroDivisionError

    assert read_figures(document, {0}, read) == document


def test_figures_without_text_between_them_are_read_together() -> None:
    document = written(HEADINGS[1], PICTURE, "- 3 -", PICTURE, HEADINGS[2], PROSE)
    asked: list[Sequence[int]] = []

    def read(numbers: Sequence[int], title: bool) -> Document:
        asked.append(list(numbers))
        return grid(APPLICATIONS, pages=2)

    found = read_figures(document, {0, 1}, read)
    check(found)
    assert asked == [[0, 1]]
    texts = [f.text for f in found.fragments]
    assert texts.index(labels(APPLICATIONS)[0]) < texts.index("- 3 -") < texts.index(labels(APPLICATIONS)[-1])
    parts = [f.grid.table for f in found.fragments if f.grid is not None]
    assert set(parts) == {0}


def test_a_document_of_little_text_has_its_title_read_and_pictures_before_any_heading() -> None:
    document = written("附表", PICTURE)
    asked: list[bool] = []

    def read(numbers: Sequence[int], title: bool) -> Document:
        asked.append(title)
        return grid(REVIEW_LITIGATION)

    check(read_figures(document, {0}, read))
    assert asked == [True]


def test_a_document_that_is_nothing_but_pictures_has_what_they_show() -> None:
    found = read_figures(written(PICTURE), {0}, lambda numbers, title: grid(ACTIVE_DISCLOSURE))
    check(found)
    assert found.fragments[0].gap is Gap.NONE
    assert found.figures[0].start == 0


def test_the_character_that_stands_for_a_picture_goes_when_the_picture_is_read() -> None:
    document = written(HEADINGS[0], PICTURE, "\ufffc", HEADINGS[1], PROSE)
    found = read_figures(document, {0}, lambda numbers, title: grid(ACTIVE_DISCLOSURE))
    check(found)
    assert "\ufffc" not in [f.text for f in found.fragments]
