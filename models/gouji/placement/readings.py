"""The ways in which the pieces of one row can be read: which column each number belongs to, and which digits are one.

A row whose pieces are as many as its columns has one reading. Where blanks were dropped, each choice of columns is a
reading; where cells were glued (`00`) or numbers fell apart (`53 45`), each division that gives the right number of
cells is. No digit is ever altered, added or left out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from gouji.pieces import Piece, PieceKind, is_closer, usual_gap
from gouji.sums import adds_up
from gouji.tables import Number
from gouji.text.numerals import read_numeral

_MOST_READINGS = 400
_GLUED = math.log(0.02)  # a number of several cells that nothing else betrays
_GLUED_ZERO = math.log(0.9)  # `00`, `03`: no number is printed with a leading zero
_JOINED_BLANK = math.log(0.4)  # digits that only a blank divides, where other cells are divided otherwise
_CELLS_BY_BLANK = math.log(0.05)  # the same, and yet two cells
_JOINED_OTHER = math.log(0.002)
_LEFT_OUT = math.log(0.01)  # a number that belongs to no cell: a page number, a line printed twice
_EMPTY_LEFT_OUT = math.log(0.3)
_TOTAL_BLANK = -0.8  # the total is the last cell to be left blank
_TOTAL_ALONE = math.log(0.75)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in one cell: the pieces that it was read from, the text, and the number (None: blank or unread)."""

    pieces: tuple[int, ...]
    text: str
    value: Number | None
    kind: PieceKind
    start: int
    end: int
    certain: bool = True
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a row: a mark or nothing for each column, and its weight in nats before any sum is seen."""

    marks: tuple[Mark | None, ...]
    nats: float

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of the row; what is blank counts as 0."""
        return tuple(m.value if m is not None and m.value is not None else 0 for m in self.marks)


def piece_to_mark(index: int, piece: Piece) -> Mark:
    """A piece that fills a cell alone."""
    numeral, fragment = piece.numeral, piece.fragment
    if numeral is None:
        return Mark((index,), fragment.text, None, piece.kind, fragment.start, fragment.end)
    # `00` is no number that anybody prints: more than one cell, or a damaged one.
    odd = len(fragment.text) > 1 and fragment.text[0] == "0" and fragment.text.isdigit()
    return Mark(
        (index,),
        fragment.text,
        numeral.value,
        piece.kind,
        fragment.start,
        fragment.end,
        numeral.certain and not odd,
        numeral.unit,
    )


def read_row(items: Sequence[tuple[int, Piece]], columns: int, dropped: bool, totalled: bool) -> tuple[Reading, ...]:
    """The readings of a row of `columns` cells from its value pieces (index in the stream, piece), likeliest first.

    totalled: whether the last column is the sum of the others.
    dropped: whether this source leaves blanks out; otherwise a missing piece is a rare accident.
    """
    marks = [piece_to_mark(index, piece) for index, piece in items]
    apart = _apart(items)
    if len(marks) == columns:
        odd = sum(_is_odd(mark) for mark in marks)
        repaired = _repaired(items, marks, columns) if totalled and (odd or apart or not _adds_up(marks)) else []
        plain = Reading(tuple(marks), (_CELLS_BY_BLANK if apart else 0.0) + 2 * _GLUED * odd)
        return tuple(sorted((plain, *repaired), key=lambda reading: -reading.nats)[:20])
    found: list[Reading] = []
    if len(marks) > columns:
        found += _joined(items, marks, columns)
    elif marks:
        found += _glued(marks, columns)
        found += _spread(marks, columns, 0.0 if dropped else _GLUED, totalled)
        if dropped and any(_is_odd(m) for m in marks):
            for cells in range(len(marks) + 1, columns):
                for reading in _glued(marks, cells):
                    if len(found) > 10 * _MOST_READINGS:
                        break  # twelve digits of zeros and ones can be cut in more ways than anybody printed
                    found += _spread([m for m in reading.marks if m is not None], columns, reading.nats, totalled)
    if not found:
        found.append(Reading((None,) * columns, 0.0))
    found.sort(key=lambda reading: -reading.nats)
    return tuple(found[:_MOST_READINGS])


def _apart(items: Sequence[tuple[int, Piece]]) -> frozenset[int]:
    """Places of a row where two numbers stand closer than the others: a blank among lines or pipes, a line among
    empty lines."""
    usual = usual_gap(piece for _, piece in items[1:])
    closer = frozenset(i for i in range(1, len(items)) if is_closer(items[i][1], usual))
    return closer if 2 * len(closer) < len(items) - 1 else frozenset()


def _adds_up(marks: Sequence[Mark | None]) -> bool:
    return adds_up([mark.value if mark is not None else None for mark in marks])


def _repaired(items: Sequence[tuple[int, Piece]], marks: Sequence[Mark], columns: int) -> list[Reading]:
    """A row of the right length that looks odd or whose sum fails: two cells were glued, and a number fell apart, or an
    empty place belongs to no cell (that of a label which was lost)."""
    found: list[Reading] = []
    odd = any(_is_odd(mark) for mark in marks)
    for joined in _joined(items, marks, columns - 1):
        taken = {i for mark in joined.marks if mark is not None for i in mark.pieces}
        left = [piece.kind for index, piece in items if index not in taken]
        if left and not (odd and left == [PieceKind.EMPTY]):
            continue  # a number was left out, or a blank that no glued digits speak against
        for reading in _glued([mark for mark in joined.marks if mark is not None], columns):
            if _adds_up(reading.marks) and not _cuts_what_was_joined(reading.marks):
                found.append(Reading(reading.marks, joined.nats + reading.nats))
    return found


def _cuts_what_was_joined(marks: Sequence[Mark | None]) -> bool:
    joined = [mark.pieces for mark in marks if mark is not None and len(mark.pieces) > 1]
    return len(joined) != len(set(joined))


def _is_odd(mark: Mark) -> bool:
    return mark.kind is PieceKind.NUMBER and len(mark.text) > 1 and mark.text[0] == "0" and mark.text.isdigit()


def _spread(marks: Sequence[Mark], columns: int, nats: float, totalled: bool) -> Iterator[Reading]:
    """Every choice of columns for marks in order. A lone number that is not 0 is the total by convention.

    Which zeros are blank is weighed by the habit of the office (habits.py), for all rows together.
    """
    zeros = all(mark.value == 0 for mark in marks)
    for choice in combinations(range(columns), len(marks)):
        cells: list[Mark | None] = [None] * columns
        for mark, column in zip(marks, choice, strict=True):
            cells[column] = mark
        weight = 0.0
        if totalled and not zeros:
            if len(marks) == 1:
                weight = _TOTAL_ALONE if choice[0] == columns - 1 else math.log(0.25 / (columns - 1))
            elif choice[-1] != columns - 1:
                weight = _TOTAL_BLANK
        yield Reading(tuple(cells), nats + weight)


def _glued(marks: Sequence[Mark], columns: int) -> Iterator[Reading]:
    """Every way to cut digit strings so that the row has as many cells as columns."""
    cuts_needed = columns - len(marks)
    digits = [mark.text.replace(" ", "") if mark.kind is PieceKind.NUMBER else "" for mark in marks]
    gaps = [
        (m, position)
        for m, text in enumerate(digits)
        if text.isdigit() and text.isascii()
        for position in range(1, len(text))
    ]
    if not gaps or len(gaps) < cuts_needed or math.comb(len(gaps), cuts_needed) > 20000:
        return
    for cuts in combinations(gaps, cuts_needed):
        cells: list[Mark] = []
        weight = 0.0
        for m, mark in enumerate(marks):
            positions = [p for owner, p in cuts if owner == m]
            if not positions:
                cells.append(mark)
                if _is_odd(mark):
                    weight += 2 * _GLUED
                continue
            weight += _GLUED_ZERO if _is_odd(mark) or "0" in digits[m] else _GLUED
            edges = [0, *positions, len(digits[m])]
            if any(right - left > 1 and digits[m][left] == "0" for left, right in pairwise(edges)):
                break
            cells += [_cut(mark, left, right) for left, right in pairwise(edges)]
        else:
            if len(cells) == columns:
                yield Reading(tuple(cells), weight)


def _cut(mark: Mark, left: int, right: int) -> Mark:
    """The digits from left to right of a mark; blanks among its digits (`2 30`) are printed, and not counted."""
    printed = [i for i, character in enumerate(mark.text) if character != " "]
    first, last = printed[left], printed[right - 1] + 1
    text = mark.text[first:last]
    # Pieces that other things than one blank divide: where the part stands in them is not known.
    known = mark.end - mark.start == len(mark.text)
    start, end = (mark.start + first, mark.start + last) if known else (mark.start, mark.end)
    return Mark(mark.pieces, text, int(text.replace(" ", "")), mark.kind, start, end, certain=False)


def _joined(items: Sequence[tuple[int, Piece]], marks: Sequence[Mark], columns: int) -> Iterator[Reading]:
    """Every way to join neighbours or to leave pieces out so that as many cells remain as there are columns."""
    extra = len(marks) - columns
    apart = _apart(items)
    steps = [
        ("join", i)
        for i in range(1, len(marks))
        if marks[i].kind is PieceKind.NUMBER is marks[i - 1].kind and _joinable(marks[i - 1], marks[i])
    ]
    steps += [("leave", i) for i in range(len(marks))]
    if math.comb(len(steps), extra) > 20000:
        steps = steps[: max(extra, 12)] if len(steps) > 12 else steps
        if math.comb(len(steps), extra) > 20000:
            return
    for chosen in combinations(steps, extra):
        joins = {i for verb, i in chosen if verb == "join"}
        leaves = {i for verb, i in chosen if verb == "leave"}
        if leaves & joins or leaves & {i - 1 for i in joins}:
            continue
        cells: list[Mark] = []
        weight = 0.0
        for i, mark in enumerate(marks):
            if i in leaves:
                weight += _EMPTY_LEFT_OUT if mark.kind is PieceKind.EMPTY else _LEFT_OUT
            elif i in joins:
                weight += _JOINED_BLANK if i in apart else _JOINED_OTHER
                cells[-1] = _join(cells[-1], mark)
            else:
                cells.append(mark)
        yield Reading(tuple(cells), weight)


def _joinable(left: Mark, right: Mark) -> bool:
    return left.text not in ("0", "") and left.text.isdigit() and right.text.isdigit()


def _join(left: Mark, right: Mark) -> Mark:
    text = f"{left.text} {right.text}"
    numeral = read_numeral(left.text + right.text)
    value = numeral.value if numeral is not None else None
    return Mark(left.pieces + right.pieces, text, value, left.kind, left.start, right.end, certain=False)
