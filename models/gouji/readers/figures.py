"""Which figures of a document are read, and where what they show goes in it.

A figure is read only where a table is not in the text: first those that stand behind the heading of such a table,
before the next heading; where none does, every one. What was read stands in the document at the place of its figure,
so that everything after it sees one document.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.document import Document, Figure, Fragment, Gap, GridPlace
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES
from gouji.readers.html.controls import OBJECT
from gouji.text.folding import squash
from gouji.text.labels import HEADINGS, canonical, find_anchor, label_set

MAX_FIGURES = 1000  # of a document; the rest is not told
MAX_READ = 40  # set: figures of one document that are read
_SECONDS = 40.0  # set: after so long no further figure is begun
_PRINTED = 4  # set: labels of a table that stand in the text where the table does
_SHOWN = 3  # set: labels that what was read of a figure holds, for it to be a table
_GLUED = 0.7  # set: the share of a table's labels that a single paragraph holds where it is the table
_SHORT = 40  # characters of a line that may be a heading
_LITTLE = 300  # characters of a document that is nothing but its figures
_WORDED_OTHERWISE = {
    ACTIVE_DISCLOSURE: re.compile("主动公开情况"),
    APPLICATIONS: re.compile("依申请公开.{0,10}情况"),
}
_SECTION = re.compile(r"[(]?[一二三四五六七八九十]{1,2}[、.,)]")
_NOTHING = re.compile(r"[\s\d\-—–·第页共/|]*")

# Reads the figures of these numbers as pages 1, 2, … of one document; says whether the first has the title.
ReadFigures = Callable[[Sequence[int], bool], Document]


def read_figures(document: Document, held: Collection[int], read: ReadFigures, alone: Collection[int] = ()) -> Document:
    """The document with what its figures show, where a table is not in its text.

    held: the numbers of the figures that can be read.  read: reads some that follow one another; what it
    raises an error for stays unread.  alone: those that are read by themselves.
    """
    lost = lost_tables(document) if held else frozenset()
    if not lost:
        return document
    empty = not any(fragment.text for fragment in document.fragments)
    title = len("".join(document.text.split())) < _LITTLE
    readings: list[Reading] = []
    until = time.monotonic() + _SECONDS
    for group in _groups(document, _wanted(document, held, lost), alone):
        if time.monotonic() > until:
            break
        try:
            found = read(group, title and not readings)
        except Exception:
            # Parsers of foreign files raise whatever they like; the document around the figure is read all the same.
            continue
        if empty or any(len(_labels(found, table)) >= _SHOWN for table in lost):
            readings.append(Reading(tuple(group), found))
    return place_readings(document, readings) if readings else document


def lost_tables(document: Document) -> frozenset[str]:
    """The tables whose labels do not stand in the text of a document."""
    return frozenset(table for table in TABLES if not _is_printed(document, table))


def _is_printed(document: Document, table: str) -> bool:
    if len(_labels(document, table)) >= _PRINTED:
        return True
    labels = set(label_set(table))
    paragraphs = (canonical(f.text) for f in document.fragments if len(f.text) > 2 * _SHORT)
    return any(sum(label in text for label in labels) >= _GLUED * len(labels) for text in paragraphs)


def _labels(document: Document, table: str) -> set[str]:
    """The different labels of a table that stand in a document, each alone in a cell or a line."""
    texts = {canonical(f.text) for f in document.fragments if 2 <= len(f.text) <= 2 * _SHORT and "。" not in f.text}
    return {text for text in texts if (anchor := find_anchor(text)) is not None and anchor[0] == table}


def _wanted(document: Document, held: Collection[int], lost: frozenset[str]) -> list[int]:
    """The figures to read: those behind the headings of lost tables, or all where a heading has none."""
    sections = list(_sections(document))
    behind: set[int] = set()
    for table in lost:
        mine = {
            n
            for start, end, named in sections
            if named == table
            for n in held
            if start <= document.figures[n].start <= end
        }
        if not mine:
            return sorted(held)[:MAX_READ]
        behind |= mine
    return sorted(behind)[:MAX_READ]


def _is_heading(text: str, table: str) -> bool:
    other = _WORDED_OTHERWISE.get(table)
    return HEADINGS[table].search(text) is not None or (other is not None and other.search(text) is not None)


def _sections(document: Document) -> Iterator[tuple[int, int, str | None]]:
    """(start, end, table) of every section: from the end of its heading to the start of the next one."""
    headings: list[tuple[int, int, str | None]] = []
    for fragment in document.fragments:
        if len(fragment.text) > _SHORT or fragment.grid is not None:
            continue
        text = squash(fragment.text)
        table = next((table for table in TABLES if _is_heading(text, table)), None)
        if table is not None or _SECTION.match(text):
            headings.append((fragment.start, fragment.end, table))
    for n, (_, start, table) in enumerate(headings):
        end = headings[n + 1][0] if n + 1 < len(headings) else len(document.text)
        yield start, end, table


def _groups(document: Document, numbers: Sequence[int], alone: Collection[int]) -> list[list[int]]:
    """Figures with nothing but page numbers between them: a table may go on from one to the next."""
    groups: list[list[int]] = []
    for n in numbers:
        before = groups[-1][-1] if groups else None
        start = document.figures[n].start
        together = before is not None and n not in alone and before not in alone
        if before is not None and together and _NOTHING.fullmatch(document.text, document.figures[before].start, start):
            groups[-1].append(n)
        else:
            groups.append([n])
    return groups


@dataclass(frozen=True, slots=True)
class Reading:
    """Figures that were read together, and the document that they gave: its pages are the figures, in order."""

    figures: tuple[int, ...]
    document: Document

    def pieces(self) -> dict[int, list[Fragment]]:
        """The fragments of each figure: those of a row that goes on stand where the row begins."""
        found: dict[int, list[Fragment]] = {}
        page = 1
        for fragment in self.document.fragments:
            page = max(page, min(fragment.page, len(self.figures)))
            found.setdefault(self.figures[page - 1], []).append(fragment)
        return found


def place_readings(document: Document, readings: Sequence[Reading]) -> Document:
    """The document with the fragments of readings at the places of their figures, and all spans set anew."""
    pieces = {n: (k, found) for k, reading in enumerate(readings) for n, found in reading.pieces().items()}
    writing = _Writing(document)
    for n, figure in enumerate(document.figures):
        writing.copy_until(figure.start)
        at = writing.length
        if n in pieces:
            k, found = pieces[n]
            writing.drop_stand_in()
            writing.insert(readings[k].document.text, found, figure, k)
        writing.figures.append(replace(figure, start=at, read=figure.read or n in pieces))
    return writing.finish(readings)


class _Writing:
    """A document that is copied, with fragments of others in between."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text: list[str] = []
        self.length = 0
        self.fragments: list[Fragment] = []
        self.figures: list[Figure] = []
        self._copied = 0  # characters of the document
        self._next = 0  # its next fragment
        self._grids: dict[tuple[int, int], int] = {}
        self._apart = False  # whether what comes next stands behind something inserted

    def copy_until(self, end: int) -> None:
        """Copy the document up to a place; a fragment that lies across it is copied whole."""
        fragments = self.document.fragments
        shift = self.length - self._copied
        while self._next < len(fragments) and fragments[self._next].start < end:
            fragment = fragments[self._next]
            end = max(end, fragment.end)
            self._add(fragment, fragment.start + shift, self._place(fragment, -1))
            self._next += 1
        end = max(end, self._copied)
        self._write(self.document.text[self._copied : end])
        self._copied = end

    def drop_stand_in(self) -> None:
        """The character that stands for a picture goes: what the picture shows comes in its place."""
        upcoming = self.document.fragments[self._next : self._next + 1]
        if self.fragments and self.fragments[-1].text == OBJECT:
            self.fragments.pop()
        elif upcoming and upcoming[0].text == OBJECT and upcoming[0].start <= self._copied + 2:
            self._next += 1

    def insert(self, text: str, found: Sequence[Fragment], figure: Figure, source: int) -> None:
        """Insert fragments of another text, a table of their own."""
        if self.length:
            self._write("\n\n")
        first, last = found[0].start, found[-1].end
        shift = self.length - first
        self._apart = True
        for fragment in found:
            gap = Gap.TABLE if fragment.gap is Gap.PAGE else fragment.gap
            box = fragment.box if figure.box is not None else None
            moved = replace(fragment, page=figure.page, gap=gap, box=box)
            self._add(moved, fragment.start + shift, self._place(fragment, source))
        self._write(text[first:last] + "\n\n")
        self._apart = True

    def finish(self, readings: Sequence[Reading]) -> Document:
        """Copy the rest, and say which pages were read by OCR."""
        self.copy_until(len(self.document.text) + 1)
        scanned = {n for reading in readings if reading.document.ocr for n in reading.figures}
        pages = {figure.page for n, figure in enumerate(self.figures) if n in scanned and figure.read}
        return replace(
            self.document,
            text="".join(self.text),
            fragments=tuple(self.fragments),
            pages=tuple(replace(p, ocr=True) if p.number in pages else p for p in self.document.pages),
            figures=tuple(self.figures),
        )

    def _add(self, fragment: Fragment, start: int, place: GridPlace | None) -> None:
        gap, newlines = fragment.gap, fragment.newlines
        if not self.fragments:
            gap = Gap.NONE
        elif self._apart:
            gap, newlines = gap if gap in (Gap.PAGE, Gap.ROW) and self._goes_on(place) else Gap.TABLE, 2
        self._apart = False
        end = start + len(fragment.text)
        self.fragments.append(replace(fragment, start=start, end=end, gap=gap, newlines=newlines, grid=place))

    def _goes_on(self, place: GridPlace | None) -> bool:
        return place is not None and any(f.grid is not None and f.grid.table == place.table for f in self.fragments)

    def _place(self, fragment: Fragment, source: int) -> GridPlace | None:
        if fragment.grid is None:
            return None
        number = self._grids.setdefault((source, fragment.grid.table), len(self._grids))
        return replace(fragment.grid, table=number)

    def _write(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)
