"""Tables written down as tools do it: pipes, Markdown, CSV, aligned columns, HTML. Cells are laid out first."""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from html import escape

from training.network.tokens import VALUE
from training.pages.rendering_text import lay_out
from training.pages.sheets import Sheet, SheetCell

Grid = list[list[str]]
FIRST, REPEAT, OMIT = "first", "repeat", "omit"  # where merged cells go on: nothing, the text again, no cell at all


def sheet_to_grid(sheet: Sheet, fill: str = FIRST, gap: str = "") -> Grid:
    """The cells as text. `gap`: what stands where a merged cell goes on and is not repeated."""
    grid: Grid = []
    for row in lay_out(sheet):
        cells = []
        for cell, starts in row:
            if starts or fill == REPEAT:
                cells.append(cell.text)
            elif fill == FIRST:
                cells.append(gap)
        grid.append(cells if fill == OMIT else cells + [gap] * (sheet.width - len(cells)))
    return grid


def pad_grid(grid: Grid, width: int, filler: str = "") -> Grid:
    """Every row as long as `width`, or as it is where it is longer."""
    return [row + [filler] * (width - len(row)) for row in grid]


def grid_to_pipes(grid: Grid, lead: bool = True) -> list[str]:
    """`| a | b |`, or `a | b |` without `lead`."""
    return [("| " if lead else "") + " | ".join(row) + " |" for row in grid]


def grid_to_markdown(grid: Grid) -> list[str]:
    """A Markdown table: its first row is the header."""
    lines = grid_to_pipes(grid)
    return [lines[0], "|" + "---|" * len(grid[0]), *lines[1:]]


def grid_to_csv(grid: Grid, delimiter: str = ",", quote: bool = False) -> list[str]:
    """Lines of a CSV file."""
    out = io.StringIO()
    if quote:
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    else:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(grid)
    return out.getvalue().splitlines()


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def align(text: str, width: int, right: bool = False) -> str:
    """A text filled up with blanks."""
    blanks = " " * max(0, width - width_of(text))
    return blanks + text if right else text + blanks


def grid_to_columns(grid: Grid, gap: int = 2, right: bool = False, widest: int = 60) -> list[str]:
    """Columns of fixed width. right: numbers stand to the right of their columns."""
    count = max(len(row) for row in grid)
    rows = pad_grid(grid, count)
    widths = [min(widest, max(width_of(row[k]) for row in rows)) + gap for k in range(count)]
    lines = []
    for row in rows:
        cells = [align(text, width, right and text[-1:].isdigit()) for text, width in zip(row, widths, strict=True)]
        lines.append("".join(cells).rstrip())
    return lines


def value_rows(sheet: Sheet) -> list[tuple[list[SheetCell], list[SheetCell]]]:
    """Labels and values of every row that has values."""
    rows = []
    for row in sheet.rows:
        values = [cell for cell in row if cell.kind == VALUE]
        if values:
            rows.append(([cell for cell in row if cell.kind != VALUE], values))
    return rows


def sheet_to_html(
    sheet: Sheet,
    inner: Callable[[SheetCell], str] = lambda cell: escape(cell.text, quote=False),
    opening: str = '<table border="1" cellspacing="0">',
    attributes: Callable[[SheetCell], str] = lambda cell: "",
) -> str:
    """A table as HTML with its spans. inner: the markup inside a cell; attributes: of its tag, a blank in front."""
    rows = []
    for row in sheet.rows:
        cells = []
        for cell in row:
            spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            cells.append(f"<td{spans}{attributes(cell)}>{inner(cell)}</td>")
        rows.append("<tr>" + "".join(cells) + "</tr>\n")
    return opening + "\n" + "".join(rows) + "</table>"


def grid_to_html(grid: Sequence[Sequence[str]], opening: str = "<table>") -> str:
    """A grid as a table without spans. Cells are markup as they stand."""
    return opening + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>\n" for row in grid) + "</table>"
