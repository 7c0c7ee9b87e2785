"""Columns of fixed width, told in pipes: the place of a number in its line says which cells beside it are empty.

Where the columns stand is told by the rows that print every number, if they stand under one another whatever the length
of their labels, else by the headers. Full-width characters take two places. Text whose blanks were collapsed has no
columns; neither has a table that prints every number, which needs none.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from unicodedata import category, east_asian_width

from gouji.forms import FORMS, REVIEW_LITIGATION, TABLES, template
from gouji.readers.text.separated import Told
from gouji.text.labels import canonical
from gouji.text.numerals import read_numeral

_WIDE = re.compile(r"^[^\n|]*\S {3,}\S", re.MULTILINE)
_WORD = re.compile(r"\S+")
_SLACK = 1  # places by which the numbers of a column may stand beside one another: set
_LABELS = 3  # places where labels end, from which numbers under one another are columns: set
_BESIDE, _CLEAR = 3, 3  # places from its column that a number may stand, and that the next one is farther: set
_PAGE_MARK = 3  # words of a page number that look like values
_ABOVE = 8  # lines above a row that its headers may stand in: set

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a line: its place in the text, and the columns of the line that it covers (end exclusive)."""

    start: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where it ends in the text, the words before its values, and its values (all words at its end)."""

    end: int
    texts: tuple[_Word, ...]
    values: tuple[_Word, ...]


def align_columns(told: Told) -> Told:
    """Tell the tables in columns of fixed width in pipes, where cells of them are empty."""
    text = told.text
    if not _WIDE.search(text):
        return told
    lines = list(_read_lines(text))
    bars: set[int] = set()
    empty: dict[int, int] = {}
    for table in TABLES:
        _tell(lines, _find_rows(lines, table), bars, empty)
    if not empty:
        return told
    marked = list(text)
    for place in bars:
        marked[place] = "|"
    return Told("".join(marked), {**told.empty, **empty}, told.fields)


def _read_lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        words: list[_Word] = []
        at = column = 0
        for found in _WORD.finditer(line):
            column += _columns(line[at : found.start()])
            wide = _columns(found.group())
            words.append(_Word(start + found.start(), found.group(), (column, column + wide)))
            column += wide
            at = found.end()
        first = len(words)
        while first and "|" not in line and read_numeral(words[first - 1].text) is not None:
            first -= 1
        yield _Line(start + len(line), tuple(words[:first]), tuple(words[first:]))
        start += len(line) + 1


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if category(c) in ("Cf", "Mn") else 1 + (east_asian_width(c) in "WF") for c in text)


@cache
def _widths(table: str) -> Mapping[str, frozenset[int]]:
    """How many columns the rows of a table have, by label (canonical), in any form."""
    found: dict[str, set[int]] = {}
    for form in FORMS:
        whole = template(table, form)
        for row in () if whole.side_by_side else whole.rows:
            found.setdefault(canonical(row.label), set()).add(len(row))
    return {label: frozenset(widths) for label, widths in found.items()}


@cache
def _leaves() -> tuple[str, ...]:
    rows = template(REVIEW_LITIGATION, FORMS[0]).rows
    return tuple(canonical(column.label) for row in rows for column in row.columns)


@cache
def _headers() -> frozenset[str]:
    rows = (row for table in TABLES for form in FORMS for row in template(table, form).rows)
    return frozenset(canonical(column.label) for row in rows for column in row.columns)


def _find_rows(lines: Sequence[_Line], table: str) -> dict[int, int]:
    """The lines that are rows of a table, and how many columns each has. Groups and units may stand beside a label."""
    if table == REVIEW_LITIGATION:
        wide = len(_leaves())
        bare = [n for n, line in enumerate(lines) if not line.texts and _is_review(line.values, wide)]
        return {n: wide for n in bare if len(_header_spans(lines, n, ())) == wide}
    widths: dict[int, frozenset[int]] = {}
    for n, line in enumerate(lines):
        labels = [canonical(word.text) for word in line.texts]
        for label in (*labels, "".join(labels)):
            if label in _widths(table):
                widths[n] = _widths(table)[label]
    found: dict[int, int] = {}
    for n, possible in widths.items():
        headers = len(_header_spans(lines, n, widths)) if len(possible) > 1 else 0
        if len(possible) == 1 or headers in possible:
            found[n] = headers or next(iter(possible))
    return found


def _is_review(values: Sequence[_Word], wide: int) -> bool:
    """Whether these can be values of table 四, and are no page number."""
    numbers = sum(any(c.isdigit() for c in word.text) for word in values)
    return 1 < numbers <= len(values) <= wide


def _header_spans(lines: Sequence[_Line], row: int, rows: Container[int]) -> list[Span]:
    """Where the headers over a row and the rows above it stand: the lowest of those that stand over one another."""
    found: list[Span] = []
    left = _ABOVE
    for n in range(row - 1, -1, -1):
        line = lines[n]
        if (n in rows and not found) or not line.texts:
            continue
        named = [word.span for word in line.texts if canonical(word.text) in _headers()]
        left -= 1
        if len(line.values) > _PAGE_MARK or not left or n in rows:
            break
        found += [span for span in named if all(span[1] <= start or end <= span[0] for start, end in found)]
    return sorted(found)


def _tell(lines: Sequence[_Line], rows: Mapping[int, int], bars: set[int], empty: dict[int, int]) -> None:
    """Add where the pipes of the rows of a table stand, and their empty cells, if they have some."""
    placed: dict[int, list[int]] = {}
    for width in set(rows.values()):
        alike = [n for n in rows if rows[n] == width]
        columns = _find_columns([lines[n] for n in alike], width)
        for n in alike:
            places = (
                _place(lines[n].values, columns or _under_headers(lines, n, rows)) if width > 1 else _only(lines[n])
            )
            if places is None:
                return  # a number beside the columns: none of them is where it seems
            placed[n] = places
    if all(len(places) == rows[n] for n, places in placed.items()):
        return
    for n, places in placed.items():
        before = -1
        for word, place in zip(lines[n].values, places, strict=True):
            if lines[n].texts or before >= 0:
                bars.add(word.start - 1)
            if place > before + 1:
                empty[word.start] = place - before - 1
            before = place
        if before < rows[n] - 1:
            empty[lines[n].end] = rows[n] - 1 - before


def _only(line: _Line) -> list[int] | None:
    """The place of the value of a row that has one column."""
    return [0] * len(line.values) if len(line.values) < 2 else None


def _find_columns(rows: Sequence[_Line], width: int) -> list[Span] | None:
    """Where the columns stand that the full rows print; None where their numbers do not stand under one another."""
    full = [row for row in rows if len(row.values) == width and row.texts]
    if width == 1 or len({tuple(word.span for word in row.texts) for row in full}) < _LABELS:
        return None
    columns = [[row.values[c].span for row in full] for c in range(width)]
    if not all(map(_are_aligned, columns)):
        return None
    return _disjoint([(min(s for s, _ in spans), max(e for _, e in spans)) for spans in columns])


def _are_aligned(spans: Sequence[Span]) -> bool:
    edges = [[s for s, _ in spans], [e for _, e in spans], [(s + e) // 2 for s, e in spans]]
    return min(max(edge) - min(edge) for edge in edges) <= _SLACK


def _disjoint(columns: list[Span]) -> list[Span] | None:
    return columns if all(a[1] <= b[0] for a, b in pairwise(columns)) else None


def _under_headers(lines: Sequence[_Line], row: int, rows: Mapping[int, int]) -> list[Span] | None:
    spans = _header_spans(lines, row, rows)
    return spans if len(spans) == rows[row] else None


def _place(values: Sequence[_Word], columns: Sequence[Span] | None) -> list[int] | None:
    """The column of each value; None where one stands under none or under several, or two under one."""
    if columns is None:
        return None
    places: list[int] = []
    for value in values:
        place = _nearest(value.span, columns)
        if place is None or (places and place <= places[-1]):
            return None
        places.append(place)
    return places


def _nearest(span: Span, columns: Sequence[Span]) -> int | None:
    """The one column that a number stands in, or right beside with no other near; None for no such one."""
    apart = [max(left - span[1], span[0] - right) for left, right in columns]  # negative where they overlap
    order = sorted(range(len(columns)), key=lambda c: apart[c])
    first = order[0]
    if len(order) > 1 and apart[order[1]] < max(0, apart[first] + _CLEAR):
        return None
    return first if apart[first] < _BESIDE else None
