"""Several rows in one grid row: whole columns that somebody typed into one cell each, value under value.

A cell that holds n values, each on a line of its own, beside another one that holds n (or beside n labels) is n cells;
so is one that is merged over n rows and holds n values. Rows are split only where all of them agree; elsewhere the cell
stays as it is, and what is made of it is for others to doubt.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.document import Fragment, Gap
from gouji.text.numerals import read_numeral

_FEWEST = 3  # values from which columns of them without labels, or one column beside labels, are told as such (set)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)  # in Markdown


@dataclass(frozen=True, slots=True)
class StackedCell:
    """A cell of a grid with its place; lines of its text are parted by newlines. `key`: whatever it belongs to."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    key: int


def count_rows(texts: Sequence[str]) -> int:
    """How many rows the cells of one grid row hold, told by their texts: 1 but for stacked ones."""
    lines = [text.split("\n") for text in texts if "\n" in text]
    values = Counter(len(each) for each in lines if all(_is_value(line) for line in each))
    if len(values) != 1:
        return 1
    ((rows, columns),) = values.items()
    labels = sum(len(each) == rows for each in lines) - columns
    return rows if (columns > 1 or labels) and (rows >= _FEWEST or (columns > 1 and labels)) else 1


def _is_value(line: str) -> bool:
    numeral = read_numeral(line)
    return numeral is not None and (numeral.certain or numeral.value is None) and not line.startswith(("(", "（"))


def split_rows(cells: Sequence[StackedCell]) -> list[StackedCell]:
    """The cells of a grid, row by row, with stacked rows split; the same ones where there are none."""
    if not any("\n" in cell.text for cell in cells):
        return list(cells)
    by_row: dict[int, list[StackedCell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    counts = {row: count_rows([cell.text for cell in own if cell.row_span == 1]) for row, own in by_row.items()}
    found: list[StackedCell] = []
    for cell in cells:
        top = cell.row + sum(count - 1 for row, count in counts.items() if row < cell.row)
        inside = sum(counts.get(row, 1) - 1 for row in range(cell.row, cell.row + cell.row_span))
        lines = cell.text.split("\n")
        rows = cell.row_span + inside
        if rows > 1 and len(lines) == rows and (counts[cell.row] > 1 or all(_is_value(line) for line in lines)):
            found += [replace(cell, row=top + k, row_span=1, text=line) for k, line in enumerate(lines)]
        else:
            found.append(replace(cell, row=top, row_span=rows))
    return sorted(found, key=lambda cell: (cell.row, cell.column))


def split_lines(fragments: Iterable[Fragment], text: str) -> Iterator[Fragment]:
    """The fragments of a text, with the lines of Markdown that hold several rows (`705<br>36 | 3<br>0`) split. Each
    keeps its own place in the text."""
    if _BREAK.search(text) is None:
        yield from fragments
        return
    line: list[Fragment] = []
    for fragment in fragments:
        if line and fragment.newlines:
            yield from _split_line(line, text)
            line = []
        line.append(fragment)
    yield from _split_line(line, text)


def _split_line(line: list[Fragment], text: str) -> list[Fragment]:
    cells: dict[int | None, list[Fragment]] = {}
    for fragment in line:
        cells.setdefault(fragment.place, []).append(fragment)
    printed = {place: text[own[0].start : own[-1].end] for place, own in cells.items()}
    rows = count_rows([_BREAK.sub("\n", cell) for cell in printed.values()])
    if rows == 1:
        return line
    found: list[Fragment] = []
    for k in range(rows):
        opens = True
        for place, own in cells.items():
            parts = _parts(printed[place])
            if len(parts) == rows or k == 0:
                at, end = parts[k] if len(parts) == rows else (0, len(printed[place]))
                start = own[0].start
                gap, newlines, pipes = (Gap.LINE, 1, 1) if opens else (Gap.CELL, 0, 1)
                if opens and k == 0:
                    gap, newlines, pipes = line[0].gap, line[0].newlines, line[0].pipes
                piece = printed[place][at:end]
                found.append(
                    Fragment(piece, start + at, start + end, own[0].page, None, gap, pipes, newlines, place=place)
                )
                opens = False
    return found


def _parts(cell: str) -> list[tuple[int, int]]:
    """Where the lines of a cell begin and end."""
    breaks = [found.span() for found in _BREAK.finditer(cell)]
    return list(zip([0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(cell)], strict=True))
