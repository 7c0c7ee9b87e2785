"""Tables as plain text: one cell per line, one row per line, pipes and padding, Markdown.

The width rule: in padded layouts every grid row has as many pipes as the grid has columns. What merged cells
leave over comes as a run of pipes at the end of the row, and the last row of a table loses it.
"""

from dataclasses import dataclass
from random import Random

from training.network.tokens import GAP, GROUP, HEADER, JUNK, LABEL, PADDING, VALUE, Token
from training.pages.sheets import CLAUSE, Sheet, SheetCell

_ROLES = {CLAUSE: HEADER, HEADER: HEADER, LABEL: LABEL, GROUP: GROUP, VALUE: VALUE, JUNK: JUNK}


@dataclass(frozen=True, slots=True)
class TextLook:
    """Small habits of a page in a text layout, drawn once for a document.

    value_prefix: blanks before values (L1).  broken_rows: an empty value ends the line (L4).  glued_padding: the
    padding stands on the line of the last pipe (L5).  merged_blanks: the blanks of a row melt into its padding
    (L6).  leading_pipe: rows open with a pipe (L5, header rows of L4n).  rule: a Markdown rule row (L7, L17).
    fill: what Markdown puts where a merged cell goes on: omit, empty or repeat.
    """

    value_prefix: str = ""
    broken_rows: bool = False
    glued_padding: bool = True
    merged_blanks: bool = False
    leading_pipe: bool = False
    rule: bool = True
    fill: str = "omit"


def draw_text_look(rng: Random) -> TextLook:
    """Draw the habits of a page."""
    return TextLook(
        value_prefix=rng.choices(("", " ", "\u00a0", "  "), (0.72, 0.12, 0.12, 0.04))[0],
        broken_rows=rng.random() < 0.3,
        glued_padding=rng.random() < 0.6,
        merged_blanks=rng.random() < 0.5,
        leading_pipe=rng.random() < 0.25,
        rule=rng.random() < 0.6,
        fill=rng.choice(("omit", "empty", "repeat")),
    )


def cell_to_token(cell: SheetCell, prefix: str = "") -> Token:
    """The token of one cell; `prefix` goes before values that print something."""
    text = prefix + cell.text if prefix and cell.kind == VALUE and cell.text else cell.text
    return Token(text, _ROLES[cell.kind], cell.cell, cell.row)


def _padding(sheet: Sheet, place: int, padded: bool) -> int:
    if not padded or place == len(sheet.rows) - 1:
        return 0
    return max(0, sheet.width - len(sheet.rows[place]))


def render_paragraphs(sheet: Sheet, look: TextLook) -> list[Token]:
    """L1: one cell per line, a blank line between; empty cells vanish."""
    tokens: list[Token] = []
    for row in sheet.rows:
        for cell in row:
            tokens.append(cell_to_token(cell, look.value_prefix))
            if cell.text:
                tokens.append(Token("\n\n", GAP))
    return tokens


def render_piped_lines(sheet: Sheet, look: TextLook, padded: bool) -> list[Token]:
    """L3 and L3n: `value |` on a line of its own, padding as a line of pipes."""
    tokens: list[Token] = []
    for place, row in enumerate(sheet.rows):
        for cell in row:
            tokens += (cell_to_token(cell), Token(" |\n" if cell.text else "|\n", GAP))
        pad = _padding(sheet, place, padded)
        if pad:
            tokens += (Token("|" * pad, PADDING), Token("\n", GAP))
    return tokens


def render_piped_rows(sheet: Sheet, look: TextLook, padded: bool) -> list[Token]:
    """L4 and L4n: one row per line, `a | b | c | ||`."""
    tokens: list[Token] = []
    for place, row in enumerate(sheet.rows):
        if look.leading_pipe and not padded and row[-1].kind == HEADER and sheet.width > 6:
            tokens.append(Token("| ", GAP))
        for number, cell in enumerate(row):
            if number:
                broken = look.broken_rows and not cell.text and cell.kind == VALUE
                tokens.append(Token("\n" if broken else " ", GAP))
            tokens += (cell_to_token(cell), Token(" |" if cell.text else "|", GAP))
        pad = _padding(sheet, place, padded)
        if pad:
            tokens += (Token(" ", GAP), Token("|" * pad, PADDING))
        tokens.append(Token("\n", GAP))
    return tokens


def render_split_pipes(sheet: Sheet, look: TextLook) -> list[Token]:
    """L5: the value on one line, its pipe alone on the next."""
    tokens: list[Token] = []
    for place, row in enumerate(sheet.rows):
        pad = _padding(sheet, place, True)
        for number, cell in enumerate(row):
            last = number == len(row) - 1
            tokens += (cell_to_token(cell), Token("\n|" if cell.text else "|", GAP))
            if last and pad:
                tokens += (Token("" if look.glued_padding else "\n", GAP), Token("|" * pad, PADDING))
            tokens.append(Token("\n", GAP))
    return tokens


def render_opened_rows(sheet: Sheet, look: TextLook) -> list[Token]:
    """L6: a lone pipe opens the row, `value |` lines follow, the last carries the padding and, maybe, the blanks."""
    tokens: list[Token] = []
    for place, row in enumerate(sheet.rows):
        pad = _padding(sheet, place, True)
        cells = list(row)
        merged = 0
        values = [cell for cell in cells if cell.kind == VALUE]
        printed = [cell for cell in values if cell.text]
        if look.merged_blanks and len(values) > 2 and len(printed) == 1 and printed[0] is values[-1]:
            merged = len(values) - 1
            blanks = [cell for cell in values if not cell.text]
            cells = [cell for cell in cells if cell not in blanks]
            tokens += [cell_to_token(cell) for cell in blanks]
        tokens.append(Token("|\n", GAP))
        for number, cell in enumerate(cells):
            tokens += (cell_to_token(cell), Token(" |" if cell.text else "|", GAP))
            if number == len(cells) - 1 and pad + merged:
                tokens += (Token(" ", GAP), Token("|" * (pad + merged), PADDING))
            tokens.append(Token("\n", GAP))
    return tokens


def lay_out(sheet: Sheet) -> list[list[tuple[SheetCell, bool]]]:
    """The grid with merged cells laid out: each place holds its cell, and whether the cell starts there."""
    grid: list[dict[int, tuple[SheetCell, bool]]] = [{} for _ in sheet.rows]
    for r, row in enumerate(sheet.rows):
        column = 0
        for cell in row:
            while column in grid[r]:
                column += 1
            for down in range(min(cell.rowspan, len(grid) - r)):
                for across in range(cell.colspan):
                    grid[r + down][column + across] = (cell, down == 0 and across == 0)
            column += cell.colspan
    return [[places[column] for column in sorted(places)] for places in grid]


def render_markdown(sheet: Sheet, look: TextLook) -> list[Token]:
    """L7 and L17: rows with a leading pipe, merged cells left out, left empty or repeated."""
    tokens: list[Token] = []
    for place, places in enumerate(lay_out(sheet)):
        tokens.append(Token("|", GAP))
        count = 0
        for cell, starts in places:
            if starts:
                tokens += (Token(" ", GAP), cell_to_token(cell), Token(" |", GAP))
            elif look.fill == "repeat":
                tokens += (Token(" ", GAP), cell_to_token(cell)._replace(role=PADDING), Token(" |", GAP))
            elif look.fill == "empty":
                tokens += (Token(" ", GAP), Token("", PADDING), Token(" |", GAP))
            else:
                count -= 1
            count += 1
        tokens.append(Token("\n", GAP))
        if look.rule and place == 0:
            tokens.append(Token("|" + "---|" * (sheet.width if look.fill != "omit" else count) + "\n", GAP))
    return tokens


def render_text_table(sheet: Sheet, layout: str, look: TextLook) -> list[Token]:
    """Render one table in a text layout by its id. Raises KeyError for a layout that is not one of text."""
    if layout in ("L3", "L3n"):
        return render_piped_lines(sheet, look, layout == "L3")
    if layout in ("L4", "L4n"):
        return render_piped_rows(sheet, look, layout == "L4")
    renderers = {
        "L1": render_paragraphs,
        "L5": render_split_pipes,
        "L6": render_opened_rows,
        "L7": render_markdown,
        "L17": render_markdown,
    }
    return renderers[layout](sheet, look)
