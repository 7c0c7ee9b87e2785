"""Text layouts for the blind test set alone: no document that anything is made or fitted with is drawn in them."""

import unicodedata
from collections.abc import Callable, Mapping
from itertools import groupby
from random import Random

from training.blind.grid import Line, count_label_columns, sheet_to_lines
from training.network.tokens import GAP, HEADER, PADDING, VALUE, Token
from training.pages.rendering_text import cell_to_token, lay_out
from training.pages.sheets import Sheet, SheetCell

LayoutDrawer = Callable[[Random], Callable[[Sheet], list[Token]]]
_NEWLINE = Token("\n", GAP)


def measure_width(text: str) -> int:
    """The columns that a text takes up in a terminal: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _quote(cell: SheetCell, separator: str, always: bool) -> list[Token]:
    token = cell_to_token(cell)
    if (always and cell.kind != VALUE) or any(mark in cell.text for mark in (separator, '"', "\n")):
        return [Token('"', GAP), token._replace(text=cell.text.replace('"', '""')), Token('"', GAP)]
    return [token]


def render_delimited(sheet: Sheet, separator: str, fill: str, quoted: bool) -> list[Token]:
    """One row a line, fields separated by a tab, a comma or a semicolon and quoted where they have to be.

    `fill`: what stands in the places that a merged cell covers: omit (no field), empty, repeat.
    """
    tokens: list[Token] = []
    for places in lay_out(sheet):
        fields: list[list[Token]] = []
        for cell, starts in places:
            if starts:
                fields.append(_quote(cell, separator, quoted))
            elif fill == "repeat":
                fields.append([token._replace(role=PADDING) for token in _quote(cell, separator, quoted)])
            elif fill == "empty":
                fields.append([Token("", PADDING)])
        for number, field in enumerate(fields):
            tokens += [Token(separator, GAP), *field] if number else field
        tokens.append(_NEWLINE)
    return tokens


def draw_delimited(rng: Random) -> Callable[[Sheet], list[Token]]:
    """A copy out of a spreadsheet, or what an export wrote."""
    separator = rng.choices(("\t", ",", ";"), (0.55, 0.35, 0.1))[0]
    fill = rng.choices(("empty", "repeat", "omit"), (0.5, 0.25, 0.25))[0]
    quoted = separator != "\t" and rng.random() < 0.5
    return lambda sheet: render_delimited(sheet, separator, fill, quoted)


def _column_widths(grid: list[list[tuple[SheetCell, bool]]], columns: int) -> list[int]:
    widths = [1] * columns
    for span in range(1, columns + 1):
        for places in grid:
            for column, (cell, starts) in enumerate(places):
                if starts and min(cell.colspan, columns - column) == span:
                    room = sum(widths[column : column + span]) + 2 * (span - 1)
                    widths[column + span - 1] += max(0, measure_width(cell.text) - room)
    return widths


def render_aligned(sheet: Sheet, leader: str, align: str, ruled: bool) -> list[Token]:
    """Columns of fixed width, filled up with blanks, dots after the labels: an empty cell is an empty place.

    A cell stands in the first row and over all the columns that it covers; blanks at the end of a line are gone.
    """
    grid = lay_out(sheet)
    columns = max(len(places) for places in grid)
    widths = _column_widths(grid, columns)
    before = count_label_columns(sheet)
    rule = [Token("-" * (sum(widths) + 2 * (columns - 1)), GAP), _NEWLINE] if ruled else []
    tokens = list(rule)
    for place, places in enumerate(grid):
        waiting = ""
        for column, (cell, starts) in enumerate(places):
            if column and places[column - 1][0] is cell:
                continue  # the width of the whole cell has been written
            span = min(cell.colspan, columns - column)
            room = sum(widths[column : column + span]) + 2 * (span - 1)
            spare = room - measure_width(cell.text)
            left = {"left": 0, "right": spare, "centre": spare // 2}[align] if cell.kind == VALUE else 0
            if starts and cell.text:
                dotted = cell.kind not in (VALUE, HEADER) and column + span == before
                tokens += (Token(waiting + " " * left, GAP), cell_to_token(cell))
                waiting = (leader if dotted else " ") * (spare - left) + "  "
            else:
                tokens += [cell_to_token(cell)] if starts else []
                waiting += " " * room + "  "
        tokens.append(_NEWLINE)
        if place + 1 < len(grid) and grid[place][-1][0].kind == HEADER and grid[place + 1][-1][0].kind != HEADER:
            tokens += rule
    return [*tokens, *rule]


def draw_aligned(rng: Random) -> Callable[[Sheet], list[Token]]:
    """What a text browser prints of a table."""
    leader = rng.choices((" ", ".", "·"), (0.6, 0.3, 0.1))[0]
    align = rng.choice(("right", "left", "centre"))
    ruled = rng.random() < 0.4
    return lambda sheet: render_aligned(sheet, leader, align, ruled)


def render_wiki(sheet: Sheet, inline: bool, heads: bool) -> list[Token]:
    """The markup of a wiki: a line of its own opens each row, spans are written out, a bar comes before each cell."""
    tokens: list[Token] = [Token('{| class="wikitable"\n', GAP)]
    for place, row in enumerate(sheet.rows):
        if place:
            tokens.append(Token("|-\n", GAP))
        for number, cell in enumerate(row):
            mark = "!" if heads and cell.kind == HEADER else "|"
            spans = "".join(
                f'{name}="{span}" ' for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1
            )
            opening = f"{mark} " if not (inline and number) else f" {mark}{mark} "
            tokens += (Token(opening + (f"{spans}| " if spans else ""), GAP), cell_to_token(cell))
            if not inline:
                tokens.append(_NEWLINE)
        if inline:
            tokens.append(_NEWLINE)
    return [*tokens, Token("|}\n", GAP)]


def draw_wiki(rng: Random) -> Callable[[Sheet], list[Token]]:
    """A page that is kept as wiki text."""
    inline, heads = rng.random() < 0.5, rng.random() < 0.6
    return lambda sheet: render_wiki(sheet, inline, heads)


def line_to_blocks(line: Line) -> list[tuple[tuple[SheetCell, ...], list[tuple[SheetCell, SheetCell | None]]]]:
    """The values of a line, each with the header nearest to it, under what names them all.

    That is the labels of the row; where there are none (table 四), the headers further up.
    """
    pairs = [(value, path[-1] if path else None, path[:-1]) for value, path in line.values]
    if line.labels or not pairs:
        return [(line.labels, [(value, head) for value, head, _ in pairs])]
    return [(above, [(value, head) for value, head, _ in part]) for above, part in groupby(pairs, key=lambda p: p[2])]


def render_pairs(sheet: Sheet, colon: str, joint: str, every_group: bool) -> list[Token]:
    """Every value behind the name of its column: `自然人:3`; the labels of the row come first."""
    tokens: list[Token] = []
    for line in sheet_to_lines(sheet):
        shown = line.labels if every_group else line.opened
        for above, pairs in line_to_blocks(line):
            for number, cell in enumerate(shown if line.labels else above):
                tokens += [Token(" ", GAP), cell_to_token(cell)] if number else [cell_to_token(cell)]
            tokens.append(Token(" " if joint != "\n" and pairs else "\n", GAP))
            kept = [(value, head) for value, head in pairs if value.kind == VALUE or value.text]
            for number, (value, head) in enumerate(kept):
                if number:
                    tokens.append(Token(joint, GAP))
                if head is not None:
                    tokens += (cell_to_token(head), Token(colon, GAP))
                tokens.append(cell_to_token(value))
            if kept:
                tokens.append(_NEWLINE)
    return tokens


def draw_pairs(rng: Random) -> Callable[[Sheet], list[Token]]:
    """A table told in words, as pages for small screens and for reading aloud have it."""
    colon = rng.choice((":", ":", ":", ": ", "="))
    joint = rng.choice((";", ";", ",", " | ", "\n", "\n"))
    every_group = rng.random() < 0.5
    return lambda sheet: render_pairs(sheet, colon, joint, every_group)


BLIND_LAYOUTS: Mapping[str, LayoutDrawer] = {
    "delimited": draw_delimited,
    "aligned": draw_aligned,
    "wiki": draw_wiki,
    "pairs": draw_pairs,
}
