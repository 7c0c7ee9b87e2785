"""Rows that are lines of delimited cells, in a drawn grid or between pipes and tabs: their cells and grid columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from gouji.document import Fragment, Gap
from gouji.pieces import CellStream, Piece, PieceKind, fragment_to_piece

THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A delimited cell of a row: the grid columns that it covers, and its pieces.

    label: its canonical text; "" for values.  is_text, is_empty, is_value: whether it holds text, nothing, or something
    else that is printed.
    """

    first: int
    last: int
    pieces: tuple[Piece, ...]
    label: str = field(init=False)
    is_text: bool = field(init=False)
    is_empty: bool = field(init=False)
    is_value: bool = field(init=False)

    def __post_init__(self) -> None:
        """Tell once what the cell holds: it is asked for many times."""
        kinds = {piece.kind for piece in self.pieces}
        text, empty = PieceKind.TEXT in kinds, kinds == {PieceKind.EMPTY}
        object.__setattr__(self, "label", "".join(piece.label for piece in self.pieces) if text else "")
        object.__setattr__(self, "is_text", text)
        object.__setattr__(self, "is_empty", empty)
        object.__setattr__(self, "is_value", not text and not empty)

    @property
    def text(self) -> str:
        """What is printed in it."""
        return " ".join(piece.fragment.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of values with what was taken from it: its labels, and one cell for each column of the form."""

    labels: tuple[Cell, ...]
    values: tuple[Cell, ...]


def read_rows(pieces: Sequence[Piece]) -> Iterator[list[Cell]]:
    """The rows of a stream. What no delimiter divides is a row of one cell."""
    row: list[tuple[int, int, list[Piece]]] = []  # first and last column, pieces: a cell of many is made once
    before: tuple[int, int] | None = None
    for piece in pieces:
        grid, place = piece.fragment.grid, piece.fragment.place
        at = (grid.table, grid.row) if grid is not None else None
        first = grid.column if grid is not None else place or 0
        last = first + (grid.column_span - 1 if grid is not None else 0)
        same = bool(row) and (
            at == before
            if at is not None
            else before is None and place is not None and place >= row[-1][1] and not _opens_line(piece)
        )
        if not same:
            if row:
                yield _joined(row)
            row = []
        elif at is None and row and row[-1][1] == first:
            row[-1][2].append(piece)
            continue
        row.append((first, last, [piece]))
        before = at
    if row:
        yield _joined(row)


@lru_cache(maxsize=4)
def rows_of(stream: CellStream) -> tuple[list[Cell], ...]:
    """The rows of a stream; kept, because every family of layouts asks for them."""
    return tuple(read_rows(stream.pieces))


def _opens_line(piece: Piece) -> bool:
    return piece.fragment.newlines > 0 or piece.fragment.gap is Gap.PAGE


def _joined(row: list[tuple[int, int, list[Piece]]]) -> list[Cell]:
    """The cells of a row, where a text that stands in neighbouring ones is one, as before somebody repeated it."""
    found: list[Cell] = []
    for first, last, pieces in row:
        cell = Cell(first, last, tuple(pieces))
        if found and cell.is_text and cell.label == found[-1].label and cell.first == found[-1].last + 1:
            found[-1] = replace(found[-1], last=cell.last)
        else:
            found.append(cell)
    return found


def blank_cell(row: Sequence[Cell], column: int, told: bool = False) -> Cell:
    """A place at the end, or the start, of a row that no delimiter closes. told: whether the source tells its column:
    by the headers that it left out, or by drawing a grid; else the row lost a place, and it may be another (`is_lost`).
    """
    behind = [cell for cell in row if cell.first < column]
    at = behind[-1].pieces[-1].fragment.end if behind else row[0].pieces[0].fragment.start
    page = row[0].pieces[0].fragment.page
    place = column if told or row[0].pieces[0].fragment.grid is not None else None
    fragment = Fragment("", at, at, page, None, Gap.CELL, 1, 0, place=place)
    return Cell(column, column, (Piece(fragment, PieceKind.EMPTY, "", None),))


def is_lost(piece: Piece) -> bool:
    """Whether a piece is a blank that was put where a row ends too early."""
    return piece.kind is PieceKind.EMPTY and piece.fragment.place is None and piece.fragment.grid is None


def join_thousands(cell: Cell) -> Cell:
    """A cell whose digits blanks group by thousands (`517 645`) as one number; other cells as they are."""
    if len(cell.pieces) == 1 or not THOUSANDS.fullmatch(cell.text):
        return cell
    first, last = cell.pieces[0].fragment, cell.pieces[-1].fragment
    if last.end - first.start != len(cell.text):
        return cell
    whole = replace(first, text=cell.text, end=last.end)
    return replace(cell, pieces=(fragment_to_piece(whole),))
