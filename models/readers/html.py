"""HTML -> Document: the cells of data tables as grid fragments, everything around them as lines of text.

Only innermost tables are grids: the cells of a layout table are ordinary blocks. Memory and time are bounded by
limits on characters, tags, attributes, depth and grid places. There is no network and no entity of the page's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree

from models.document import Document, Fragment, Gap, GridPlace, SourceTooLarge, UnreadableSource
from models.readers.controls import OBJECT, show_controls
from models.readers.encoding import decode
from models.readers.markup import (
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
from models.readers.text import lines_to_fragments

__all__ = ["html_to_document", "looks_like_html"]

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


@dataclass(eq=False)
class _Table:
    """A table of the page while it is looked at: its own rows of cells, and the tables inside those."""

    element: etree._Element
    rows: list[list[etree._Element]] = field(default_factory=list)
    nested: list["_Table"] = field(default_factory=list)

    @property
    def cell_count(self) -> int:
        return sum(map(len, self.rows))


@dataclass
class _Writing:
    """The document so far."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    fragments: list[Fragment] = field(default_factory=list)
    tables: int = 0
    places: int = 0
    gap: Gap = Gap.NONE  # what stands before the next fragment, at least

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def html_to_document(data: bytes | str) -> Document:
    """Read an HTML page or fragment, also one that is escaped inside JSON or text.

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
    for hiding in Hiding:
        root = parse_markup(text)
        title = title_of(root) or name
        if not prune_unseen(root, hiding):
            continue
        show_controls(root)
        writing = _Writing()
        _write_flow(writing, root, _grids(root), newlines_count)
        if any(fragment.text for fragment in writing.fragments):
            return Document("".join(writing.parts), tuple(writing.fragments), media_type="text/html", title=title)
    raise UnreadableSource("the page holds no text")


def _grids(root: etree._Element) -> dict[etree._Element, _Table]:
    """The tables that are grids of cells: innermost ones of two cells or more, and big ones with scraps inside."""
    grids: dict[etree._Element, _Table] = {}
    open_tables: list[_Table] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("table", "tr", "td", "th")):
        if element.tag == "table" and event == "start":
            open_tables.append(_Table(element))
        elif element.tag == "table":
            table = open_tables.pop()
            inner = table.nested
            if table.cell_count >= 2 and _are_scraps(inner, table):
                for scrap in inner:
                    del grids[scrap.element]
                inner = [table]
                grids[element] = table
            if open_tables:
                open_tables[-1].nested += inner
        elif event == "start" and open_tables:
            rows = open_tables[-1].rows
            if element.tag == "tr" or not rows:
                rows.append([])
            if element.tag != "tr":
                rows[-1].append(element)
    return grids


def _are_scraps(inner: list[_Table], outer: _Table) -> bool:
    """Whether the grids inside a table are only scraps in a few of its many cells (or there are none)."""
    if not inner:
        return True
    return outer.cell_count >= 12 and 6 * len(inner) <= outer.cell_count and all(t.cell_count <= 4 for t in inner)


def _pieces(
    top: etree._Element, grids: dict[etree._Element, _Table], newlines_count: bool = False
) -> Iterator[str | _Table]:
    """The text of an element in reading order, with the breaks that its markup asks for, and its grids."""
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
        if tag == "br" and event == "start":
            yield "\n"
        text = element.text if event == "start" else element.tail if element is not top else None
        if text:
            yield text.replace("\r", "") if preformatted else _blanks_joined(text, newlines_count)


def _blanks_joined(text: str, newlines_count: bool) -> str:
    if newlines_count:
        return _LINE_BLANKS.sub(lambda m: "\n" * min(2, m.group().count("\n")) or " ", text)
    return _BLANKS.sub(" ", text)


def _lines(pieces: list[str]) -> str:
    """Text whose newlines are the breaks of the layout: one for a line, two or more for a paragraph."""
    return _BREAKS.sub(_newlines, _RUNS.sub(" ", "".join(pieces).translate(_REFERENCES))).strip()


def _newlines(breaks: re.Match[str]) -> str:
    asked = 2 if _PARAGRAPH in breaks.group() else 1 if _LINE in breaks.group() else 0
    return "\n" * max(asked, breaks.group().count("\n"))


def _write_flow(
    writing: _Writing, top: etree._Element, grids: dict[etree._Element, _Table], newlines_count: bool = False
) -> None:
    """Write an element as lines of text, and its grids where they stand."""
    pieces: list[str] = []
    for piece in _pieces(top, grids, newlines_count):
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            _write_lines(writing, pieces)
            pieces = []
            _write_grid(writing, piece)
    _write_lines(writing, pieces)


def _write_lines(writing: _Writing, pieces: list[str]) -> None:
    text = _lines(pieces)
    if not text:
        return
    if writing.length:
        writing.write("\n")
    first, before = len(writing.fragments), writing.gap
    writing.fragments.extend(islice(lines_to_fragments(text, writing.length), MAX_FRAGMENTS + 1 - first))
    if len(writing.fragments) > MAX_FRAGMENTS:
        raise SourceTooLarge(f"a page of more than {MAX_FRAGMENTS} fragments")
    if len(writing.fragments) > first:
        writing.fragments[first] = replace(writing.fragments[first], gap=before, newlines=1 if writing.length else 0)
        writing.gap = Gap.BLANK_LINE
    writing.write(text + "\n")


def _write_grid(writing: _Writing, table: _Table) -> None:
    """Write a table as grid fragments, one for each cell; bodies of text in its cells as lines."""
    cells = {cell: _lines([p for p in _pieces(cell, {}) if isinstance(p, str)]) for row in table.rows for cell in row}
    bodies = {cell for cell, text in cells.items() if _is_prose(text)}
    if not any(text and cell not in bodies for cell, text in cells.items()):
        for cell in bodies:
            _write_flow(writing, cell, {})
        return
    number, writing.tables = writing.tables, writing.tables + 1
    if writing.length:
        writing.write("\n")
    gap = Gap.TABLE if writing.length else Gap.NONE
    row = 0
    for cell, place in _laid_out(writing, table, number):
        if cell in bodies:
            _write_flow(writing, cell, {})
            row, gap = place.row, Gap.CELL
            continue
        if place.row != row:
            row, gap = place.row, Gap.ROW if gap is Gap.CELL else gap
        if gap is not Gap.NONE and writing.fragments:
            writing.write("\t" if gap is Gap.CELL else "\n" if gap is Gap.ROW else "")
        text = " ".join(filter(None, (line.strip() for line in cells[cell].split("\n")))).strip(_OUTER)
        start = writing.length
        writing.write(text)
        newlines = 0 if gap is Gap.CELL else 1
        writing.fragments.append(
            Fragment(
                text,
                start,
                writing.length,
                gap=gap,
                newlines=newlines if start else 0,
                grid=place,
                unread=text == OBJECT,
            )
        )
        gap = Gap.CELL
    writing.write("\n")
    writing.gap = Gap.TABLE


def _is_prose(text: str) -> bool:
    return len(text) > _PROSE or (len(text) > _PROSE_OF_LINES and text.count("\n") >= _PROSE_LINES)


def _laid_out(writing: _Writing, table: _Table, number: int) -> Iterator[tuple[etree._Element, GridPlace]]:
    """The cells of a table with their places, each row filling what the merged cells above it leave free."""
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
            yield cell, GridPlace(number, r, column, down, across)
            column += across


def _span(cell: etree._Element, name: str) -> int:
    """A span as browsers read it: the leading digits, 1 where there are none. 0 asks for the rest of the table."""
    digits = re.match(r"\s*([0-9]{1,5})", cell.get(name, ""))
    return int(digits[1]) if digits else 1
