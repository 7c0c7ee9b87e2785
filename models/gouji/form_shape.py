"""The shape in which an official table is printed: lines of merged headings and of places for cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from gouji import forms
from gouji.forms import Row, Template

Path = tuple[str, ...]  # headings from the outermost to the label itself
Merged = list[list[tuple[str, int, int]]]  # for each level its headings: text, levels down, places across


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the form: what it says, over how many lines and columns, and whether it heads rows or columns."""

    text: str
    down: int
    across: int
    of_row: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a cell: its name, over how many columns."""

    cell: str
    across: int = 1


Line = list[Heading | Slot]


def template_to_lines(template: Template) -> list[Line]:
    """The lines of a table, from the top. Every line fills the width of the table where those above reach down."""
    return _side_by_side(template.rows) if template.side_by_side else [*_listed(template.rows, template.table)]


def _listed(rows: Sequence[Row], table: str) -> Iterator[Line]:
    """Lines of rows under each other; rows of the same columns share one header."""
    depth = max(len(row.under) + 1 for row in rows)
    width = max(len(row) for row in rows)
    for columns, group in groupby(rows, key=lambda row: row.columns):
        together = list(group)
        paths = [(*column.under, column.label) for column in columns]
        headers = _merge(paths + paths[-1:] * (width - len(paths)))  # the last column reaches to the border
        corner = Heading(forms.head(table), len(headers), depth, False)
        for n, line in enumerate(headers):
            top = [corner] if n == 0 else []
            yield [*top, *(Heading(text, down, across, False) for text, down, across in line)]
        labels = _transpose(_merge([(*row.under, row.label) for row in together], depth), len(together))
        for row, line in zip(together, labels, strict=True):
            spans = [1] * (len(row) - 1) + [width - len(row) + 1]
            heads = [Heading(text, across, down, True) for text, down, across in line]
            yield [*heads, *(Slot(name, span) for name, span in zip(row.cells, spans, strict=True))]


def _side_by_side(rows: Sequence[Row]) -> list[Line]:
    """Lines of rows that stand beside each other: their labels are headers, their values one line."""
    headers = _merge([(*row.under, row.label, column.label) for row in rows for column in row.columns])
    lines: list[Line] = [[Heading(text, down, across, False) for text, down, across in line] for line in headers]
    return [*lines, [Slot(name) for row in rows for name in row.cells]]


def _merge(paths: Sequence[Path], depth: int = 0) -> Merged:
    """Headings of places side by side, merged where they are the same; the last of a shorter path reaches down."""
    depth = max(depth, *(len(path) for path in paths))
    merged: Merged = []
    for level in range(depth):
        there = [(path[: level + 1], path) for path in paths]
        line: list[tuple[str, int, int]] = []
        for (upto, last), group in groupby(there, key=lambda pair: (pair[0], len(pair[1]) == level + 1)):
            count = len(list(group))
            if len(upto) == level + 1:
                line.append((upto[-1], depth - level if last else 1, count))
        merged.append(line)
    return merged


def _transpose(merged: Merged, count: int) -> Merged:
    """The headings level by level -> place by place: those that begin at each of `count` places."""
    lines: Merged = [[] for _ in range(count)]
    taken = [0] * count  # levels that the headings before cover, of each place
    for level, line in enumerate(merged):
        places = iter([place for place in range(count) if taken[place] <= level])
        for text, down, across in line:
            own = [next(places) for _ in range(across)]
            lines[own[0]].append((text, down, across))
            for place in own:
                taken[place] = level + down
    return lines
