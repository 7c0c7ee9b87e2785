"""HTML -> Document: the cells of data tables as grid fragments, everything around them as lines of text.

Only innermost tables are grids: the cells of a layout table are ordinary blocks. Memory and time are bounded by
limits on characters, tags, attributes, depth and grid places. There is no network and no entity of the page's own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree

from gouji.document import Document, Figure, FigureKind, Fragment, Gap, GridPlace, SourceTooLarge, UnreadableSource
from gouji.readers.held import Held, Holding, Mark
from gouji.readers.html.controls import OBJECT, show_controls
from gouji.readers.html.figures import find_figures, marks_to_figures
from gouji.readers.html.grids import HtmlTable, find_grids
from gouji.readers.html.markup import (
    MAX_CHARACTERS,
    Hiding,
    is_whole_page,
    join_pages,
    looks_like_html,
    parse_markup,
    prune_unseen,
    refuse_bombs,
    title_of,
    unwrap_markup,
)
from gouji.readers.html.stacked import StackedCell, count_rows, split_rows
from gouji.readers.text.encoding import decode
from gouji.readers.text.reader import lines_to_fragments

__all__ = ["html_to_document", "html_to_holding", "looks_like_html"]

MAX_PLACES = 400_000  # grid places of one document, merged cells laid out
MAX_FRAGMENTS = 400_000
_MAX_SPAN = 64
_PROSE = 800  # characters of a cell that is a body of text and no cell of a table
_PROSE_LINES, _PROSE_OF_LINES = 4, 300


_LINE, _PARAGRAPH = "\x1e", "\x1d"  # breaks that blocks ask for, as browsers lay them out; <br> gives "\n"
_CONTROLS = dict.fromkeys((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFEFF))
_REFERENCES = {code: None for code in _CONTROLS if chr(code) not in (_LINE, _PARAGRAPH)}  # &#1; and the like
_BREAKS = re.compile(f"[ \t]*[\n{_LINE}{_PARAGRAPH}][ \t\n{_LINE}{_PARAGRAPH}]*")
_RUNS = re.compile(r"[ \t]{2,}")
_OUTER = " \t\n\xa0\u3000\u2002\u2003\u2009\u202f\u200b\u200c\u200d\u2060\ufeff"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LINE_BLANKS = re.compile(r"[ \t\r\f]+|\s*\n\s*")
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "hr"))
# fmt: off
_LINES = frozenset((
    "div", "li", "tr", "td", "th", "dt", "dd", "section", "article", "header", "footer", "main", "nav", "aside", "form",
    "fieldset", "center", "address", "caption", "figure", "figcaption", "legend", "thead", "tbody", "tfoot", "body",
))
# fmt: on


@dataclass
class _Writing:
    """The document so far. marks: the elements of the page that are figures."""

    marks: dict[etree._Element, Mark]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    fragments: list[Fragment] = field(default_factory=list)
    tables: int = 0
    places: int = 0
    gap: Gap = Gap.NONE  # what stands before the next fragment, at least
    figures: list[Figure] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def add_figures(self, pieces: Sequence[str | HtmlTable | Mark], text: str) -> None:
        """Note the figures among the pieces of a text that is written next."""
        for figure, mark in marks_to_figures(pieces, text, self.length):
            if mark.held is not None:
                self.held[len(self.figures)] = mark.held
            self.figures.append(figure)


def html_to_document(data: bytes | str) -> Document:
    """Read an HTML page or fragment, also one that is escaped inside JSON or text. Its pictures stay unread.

    Raises UnreadableSource for a page without any text, SourceTooLarge beyond the limits here and in markup.py.
    """
    document = html_to_holding(data).document
    if not document.fragments:
        raise UnreadableSource("the page holds no text")
    return document


def html_to_holding(data: bytes | str) -> Holding:
    """Read a page, and tell the pictures that it holds inside: one of nothing but them has no fragments.

    Raises UnreadableSource for a page without any text, SourceTooLarge beyond the limits here and in markup.py.
    """
    if len(data) > 2 * MAX_CHARACTERS:
        raise SourceTooLarge(f"{len(data)} bytes of HTML")
    text = decode(data) if isinstance(data, bytes) else data
    refuse_bombs(text)
    text, name = unwrap_markup(text.translate(_CONTROLS))
    text = join_pages(text)
    refuse_bombs(text)
    # Text around fragments of HTML is broken into lines by newlines, that of a page by its markup.
    newlines_count = not is_whole_page(text)
    pictures: Holding | None = None  # of a page without text
    for hiding in Hiding:
        root = parse_markup(text)
        title = title_of(root) or name
        writing = _Writing(find_figures(root))
        if (hidden := prune_unseen(root, hiding)) is None:
            continue
        writing.marks |= dict.fromkeys(hidden, Mark(FigureKind.PLACE))
        show_controls(root)
        _write_flow(writing, root, find_grids(root), newlines_count)
        document = Document("".join(writing.parts), tuple(writing.fragments), media_type="text/html", title=title)
        document = replace(document, figures=tuple(writing.figures))
        if any(fragment.text for fragment in writing.fragments):
            return Holding(document, writing.held)
        if writing.held and pictures is None:
            pictures = Holding(replace(document, fragments=()), writing.held)
    if pictures is not None:
        return pictures
    raise UnreadableSource("the page holds no text")


def _pieces(
    top: etree._Element,
    grids: Mapping[etree._Element, HtmlTable],
    marks: Mapping[etree._Element, Mark],
    newlines_count: bool = False,
) -> Iterator[str | HtmlTable | Mark]:
    """The text of an element in reading order, with the breaks that its markup asks for, its grids and figures."""
    walker = etree.iterwalk(top, events=("start", "end"))
    preformatted = 0
    for event, element in walker:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        mark = _PARAGRAPH if tag in _PARAGRAPHS else _LINE if tag in _LINES else ""
        preformatted += (event == "start") - (event == "end") if tag == "pre" else 0
        if event == "start" and element in grids and element is not top:
            for heading in (element, *element.iterchildren("caption")):
                if heading.text and heading.text.strip():
                    yield _PARAGRAPH + _blanks_joined(heading.text, False)
            yield grids[element]
            walker.skip_subtree()
            continue
        if mark:
            yield mark
        if event == "start" and element in marks:
            yield marks[element]
        if tag == "br" and event == "start":
            yield "\n"
        text = element.text if event == "start" else element.tail if element is not top else None
        if text:
            yield text.replace("\r", "") if preformatted else _blanks_joined(text, newlines_count)


def _blanks_joined(text: str, newlines_count: bool) -> str:
    if newlines_count:
        return _LINE_BLANKS.sub(lambda m: "\n" * min(2, m.group().count("\n")) or " ", text)
    return _BLANKS.sub(" ", text)


def _lines(pieces: Sequence[str | HtmlTable | Mark]) -> str:
    """Text whose newlines are the breaks of the layout: one for a line, two or more for a paragraph."""
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return _BREAKS.sub(_newlines, _RUNS.sub(" ", text.translate(_REFERENCES))).strip()


def _newlines(breaks: re.Match[str]) -> str:
    asked = 2 if _PARAGRAPH in breaks.group() else 1 if _LINE in breaks.group() else 0
    return "\n" * max(asked, breaks.group().count("\n"))


def _write_flow(
    writing: _Writing, top: etree._Element, grids: dict[etree._Element, HtmlTable], newlines_count: bool = False
) -> None:
    """Write an element as lines of text, and its grids where they stand."""
    pieces: list[str | HtmlTable | Mark] = []
    for piece in _pieces(top, grids, writing.marks, newlines_count):
        if isinstance(piece, HtmlTable):
            _write_lines(writing, pieces)
            pieces = []
            _write_grid(writing, piece)
        else:
            pieces.append(piece)
    _write_lines(writing, pieces)


def _write_lines(writing: _Writing, pieces: Sequence[str | HtmlTable | Mark]) -> None:
    text = _lines(pieces)
    if text and writing.length:
        writing.write("\n")
    writing.add_figures(pieces, text)
    if not text:
        return
    first, before = len(writing.fragments), writing.gap
    writing.fragments.extend(islice(lines_to_fragments(text, writing.length), MAX_FRAGMENTS + 1 - first))
    if len(writing.fragments) > MAX_FRAGMENTS:
        raise SourceTooLarge(f"a page of more than {MAX_FRAGMENTS} fragments")
    if len(writing.fragments) > first:
        writing.fragments[first] = replace(writing.fragments[first], gap=before, newlines=1 if writing.length else 0)
        writing.gap = Gap.BLANK_LINE
    writing.write(text + "\n")


def _write_grid(writing: _Writing, table: HtmlTable) -> None:
    """Write a table as grid fragments, one for each cell; bodies of text in its cells as lines."""
    pieces = {cell: list(_pieces(cell, {}, writing.marks)) for row in table.rows for cell in row}
    texts = {cell: _lines(found) for cell, found in pieces.items()}
    stacked = {cell for row in table.rows if count_rows([texts[cell] for cell in row]) > 1 for cell in row}
    bodies = {cell for cell, text in texts.items() if cell not in stacked and _is_prose(text)}
    if not any(text and cell not in bodies for cell, text in texts.items()):
        for cell in texts:
            if cell in bodies:
                _write_flow(writing, cell, {})
            else:
                writing.add_figures(pieces[cell], "")
        return
    number, writing.tables = writing.tables, writing.tables + 1
    if writing.length:
        writing.write("\n")
    gap = Gap.TABLE if writing.length else Gap.NONE
    row = 0
    elements: list[etree._Element] = []
    cells: list[StackedCell] = []
    for element, place in _laid_out(writing, table):
        text = "" if element in bodies else texts[element]
        cells.append(StackedCell(*place, "\n".join(_without_outer(line) for line in text.split("\n")), len(elements)))
        elements.append(element)
    for part in split_rows(cells):
        if elements[part.key] in bodies:
            _write_flow(writing, elements[part.key], {})
            row, gap = part.row, Gap.CELL
            continue
        if part.row != row:
            row, gap = part.row, Gap.ROW if gap is Gap.CELL else gap
        if gap is not Gap.NONE and writing.fragments:
            writing.write("\t" if gap is Gap.CELL else "\n" if gap is Gap.ROW else "")
        text = " ".join(filter(None, part.text.split("\n")))
        start = writing.length
        writing.add_figures(pieces.pop(elements[part.key], []), text)
        writing.write(text)
        newlines = 0 if gap is Gap.CELL else 1
        writing.fragments.append(
            Fragment(
                text,
                start,
                writing.length,
                gap=gap,
                newlines=newlines if start else 0,
                grid=GridPlace(number, part.row, part.column, part.row_span, part.column_span),
                unread=text == OBJECT,
            )
        )
        gap = Gap.CELL
    writing.write("\n")
    writing.gap = Gap.TABLE


def _without_outer(line: str) -> str:
    return line.strip().strip(_OUTER)


def _is_prose(text: str) -> bool:
    return len(text) > _PROSE or (len(text) > _PROSE_OF_LINES and text.count("\n") >= _PROSE_LINES)


def _laid_out(writing: _Writing, table: HtmlTable) -> Iterator[tuple[etree._Element, tuple[int, int, int, int]]]:
    """The cells of a table with their places (row, column, spans): a row fills what merged cells above leave free."""
    free_from: dict[int, int] = {}  # column -> first row that no cell above reaches into
    for r, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while free_from.get(column, 0) > r:
                column += 1
                writing.places += 1
            across = min(_span(cell, "colspan"), _MAX_SPAN) or 1
            down = min(_span(cell, "rowspan") or len(table.rows), len(table.rows) - r)
            writing.places += across
            if writing.places > MAX_PLACES:
                raise SourceTooLarge(f"tables of more than {MAX_PLACES} places")
            free_from.update(dict.fromkeys(range(column, column + across), r + down))
            yield cell, (r, column, down, across)
            column += across


def _span(cell: etree._Element, name: str) -> int:
    """A span as browsers read it: the leading digits, 1 where there are none. 0 asks for the rest of the table."""
    digits = re.match(r"\s*([0-9]{1,5})", cell.get(name, ""))
    return int(digits[1]) if digits else 1
