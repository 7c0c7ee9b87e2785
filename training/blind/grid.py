"""The grid of a table read back as what a page says of it: every value under its headers, beside its labels."""

from collections.abc import Iterator
from dataclasses import dataclass

from training.network.tokens import HEADER, JUNK, VALUE
from training.pages.rendering_text import lay_out
from training.pages.sheets import CLAUSE, Sheet, SheetCell


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid. `labels`: its group labels and its label; `values`: each value with the headers above it.

    `opened`: those of the labels that begin in this row.
    """

    labels: tuple[SheetCell, ...]
    values: tuple[tuple[SheetCell, tuple[SheetCell, ...]], ...]
    opened: tuple[SheetCell, ...]


def is_head(cells: tuple[SheetCell, ...]) -> bool:
    """Whether a row of the grid holds headers alone."""
    return all(cell.kind in (HEADER, CLAUSE) for cell in cells)


def count_label_columns(sheet: Sheet) -> int:
    """How many columns of the grid stand before its first value."""
    places = [p for row in lay_out(sheet) for p, (cell, _) in enumerate(row) if cell.kind == VALUE]
    return min(places, default=0)


def sheet_to_lines(sheet: Sheet) -> Iterator[Line]:
    """The rows of a table as lines. A row that heads a block (a clause of the form) is a line without values."""
    before = count_label_columns(sheet)
    heads: dict[int, list[SheetCell]] = {}
    within_head = False
    for row, places in zip(sheet.rows, lay_out(sheet), strict=True):
        if is_head(row):
            if not within_head:
                heads = {}
            within_head = True
            if row[0].kind == CLAUSE:
                yield Line(row, (), row)
                continue
            for column, (cell, _) in enumerate(places):
                above = heads.setdefault(column, [])
                if not above or above[-1] is not cell:
                    above.append(cell)
            continue
        within_head = False
        if len(row) == 1 and row[0].kind == JUNK:  # a note over the whole width
            yield Line(row, (), row)
            continue
        labels: list[SheetCell] = []
        for cell, _ in places[:before]:
            if not labels or labels[-1] is not cell:
                labels.append(cell)
        opened = tuple(cell for cell, starts in places[:before] if starts)
        values = tuple(
            (cell, tuple(heads.get(column, ())))
            for column, (cell, starts) in enumerate(places)
            if column >= before and starts
        )
        yield Line(tuple(labels), values, opened)
