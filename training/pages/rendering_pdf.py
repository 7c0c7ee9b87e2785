"""Tables as PDF extractors and flip-books leave them: separated by blanks, wrapped, torn, or column by column."""

from random import Random

from training.network.tokens import GAP, GROUP, HEADER, JUNK, LABEL, PADDING, VALUE, Token
from training.pages.rendering_text import cell_to_token
from training.pages.sheets import CLAUSE, Sheet, SheetCell, SheetRow

_SPACE, _NEWLINE = Token(" ", GAP), Token("\n", GAP)


def _split_text(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


def _value_tokens(row: SheetRow) -> list[Token]:
    """The values of a row, a blank between; empty ones print nothing."""
    tokens: list[Token] = []
    for cell in row:
        if cell.kind in (VALUE, JUNK):
            if tokens and cell.text:
                tokens.append(_SPACE)
            tokens.append(cell_to_token(cell))
    return tokens


def _vertical_header(row: SheetRow) -> list[Token]:
    """Header characters interleaved column-wise, two characters a line in each column."""
    lines: list[Token] = []
    texts = [cell.text for cell in row]
    for line in range(max(len(text) for text in texts)):
        picked = [text[line] if line < len(text) else "" for text in texts]
        for text in picked:
            if text:
                lines += (Token(text, HEADER), _SPACE)
        lines.append(_NEWLINE)
    return lines


def render_spaced_rows(sheet: Sheet, rng: Random, newline: str = "\n") -> list[Token]:
    """L8 (newline) and L12 (a blank instead): one row per line, cells separated by single blanks."""
    tokens: list[Token] = []
    end = Token(newline, GAP)
    wrap = rng.choice((10, 14, 18, 22, 99)) if newline == "\n" else 999
    vertical = newline == "\n" and rng.random() < 0.5
    where = rng.choice(("first", "last", "own"))
    for row in sheet.rows:
        if all(cell.kind in (HEADER, CLAUSE) for cell in row):
            if vertical and len(row) >= 5:
                tokens += _vertical_header(row)
                continue
            for cell in row:
                tokens += (cell_to_token(cell), _SPACE)
            tokens[-1] = end
            continue
        for cell in row:
            if cell.kind == GROUP and newline == "\n":
                if len(cell.text) > 8 and vertical:
                    for piece in cell.text:
                        tokens += (Token(piece, GROUP, None, cell.row), _NEWLINE)
                else:
                    tokens += (cell_to_token(cell), rng.choice((_SPACE, _NEWLINE)))
            elif cell.kind == GROUP:
                tokens += (cell_to_token(cell), _SPACE)
        label = next((cell for cell in row if cell.kind in (LABEL, JUNK)), None)
        values = _value_tokens(tuple(cell for cell in row if cell is not label))
        if label is None:
            tokens += [*values, end]
            continue
        pieces = _split_text(label.text, wrap)
        at = 0 if where == "first" else len(pieces) - 1 if where == "last" else len(pieces) // 2
        for number, piece in enumerate(pieces):
            if where == "own" and number == at and len(pieces) > 1:
                tokens += [*values, end]
            tokens.append(cell_to_token(label)._replace(text=piece))
            if number == at and (where != "own" or len(pieces) == 1):
                tokens += [_SPACE, *values]
            tokens.append(end)
    return tokens


def render_columns(sheet: Sheet, rng: Random) -> list[Token]:
    """L8c: column by column: all labels, then each column of numbers, cell under cell."""
    if all(len(row) > 5 for row in sheet.rows if row[-1].kind == VALUE) and not any(
        cell.kind == LABEL for row in sheet.rows for cell in row
    ):
        return render_spaced_rows(sheet, rng)  # one row of values: its columns in order are that row
    tokens: list[Token] = []
    block: list[SheetRow] = []

    def flush() -> None:
        for row in block:
            for cell in row:
                if cell.kind in (LABEL, GROUP):
                    tokens.extend((cell_to_token(cell), _NEWLINE))
        columns = [[cell for cell in row if cell.kind == VALUE] for row in block]
        for place in range(max((len(cells) for cells in columns), default=0)):
            for cells in columns:
                if place < len(cells):
                    tokens.append(cell_to_token(cells[place]))
                    if cells[place].text:
                        tokens.append(_NEWLINE)
        block.clear()

    for row in sheet.rows:
        if all(cell.kind in (HEADER, CLAUSE) for cell in row):
            flush()
            for cell in row:
                tokens += (cell_to_token(cell), _NEWLINE)
        else:
            block.append(row)
    flush()
    return tokens


def _rule(width: int) -> list[Token]:
    return [Token("|" + "---|" * width + "\n", GAP)]


def _piped(cells: list[Token]) -> list[Token]:
    tokens = [Token("|", GAP)]
    for cell in cells:
        tokens += (_SPACE, cell, Token(" |", GAP))
    return [*tokens, _NEWLINE]


def _torn_label(cell: SheetCell, rng: Random) -> list[Token]:
    pieces = _split_text(cell.text, rng.choice((6, 9, 12, 14)))
    tokens: list[Token] = []
    for piece in pieces:
        tokens += (cell_to_token(cell)._replace(text=piece), _NEWLINE)
    return tokens


def render_torn(sheet: Sheet, rng: Random) -> list[Token]:
    """L18: every row a Markdown table of its own, wrapped labels cut from their numbers and piled up elsewhere.

    The order of the number rows is right, the order of the label pieces is not.
    """
    tokens: list[Token] = []
    waiting: list[Token] = []
    for row in sheet.rows:
        if all(cell.kind in (HEADER, CLAUSE) for cell in row):
            cells = [cell_to_token(cell) for cell in row]
            tokens += _piped(cells) + (_rule(len(cells)) if rng.random() < 0.5 else [])
            continue
        values = [cell_to_token(cell) for cell in row if cell.kind in (VALUE, JUNK)]
        stays: list[Token] = []
        pile: list[Token] = []
        for cell in row:
            if cell.kind == GROUP:
                size = 3 if len(cell.text) > 8 else 12
                for piece in _split_text(cell.text, size):
                    pile += (Token(piece, GROUP, None, cell.row), _NEWLINE)
            elif cell.kind == LABEL:
                if len(cell.text) <= 8 or rng.random() < 0.45:
                    stays = [cell_to_token(cell)]
                elif len(cell.text) > 16 and rng.random() < 0.3:
                    half = len(cell.text) // 2
                    stays = [cell_to_token(cell)._replace(text=cell.text[:half])]
                    pile += (cell_to_token(cell)._replace(text=cell.text[half:]), _NEWLINE)
                else:
                    pile += _torn_label(cell, rng)
        before = rng.random() < 0.5
        if before and not waiting:
            tokens += [*pile, _NEWLINE] if pile else []
            pile = []
        if rng.random() < 0.08 and values and values[-1].role == VALUE and values[-1].text:
            total = values[-1]  # a total printed alone above its row: its cell is then empty
            tokens += (total, _NEWLINE)
            values[-1] = Token("", PADDING, None, total.row)
        extra = [Token("", PADDING)] if rng.random() < 0.05 else []
        tokens += _piped(stays + values + extra) + _rule(len(stays) + len(values) + len(extra))
        waiting += pile
        if waiting and rng.random() < 0.6:
            tokens += [_NEWLINE, *waiting]
            waiting = []
    return [*tokens, *waiting]
