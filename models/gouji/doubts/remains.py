"""What a filled table leaves unexplained: numbers that no cell took, and texts that hold numbers.

A number may be left over for good reasons (a row that the form does not have, a row that is printed twice, a merged
cell that is printed once for every place, the foot of the page), and a text may hold digits that are no value (a year,
an item number, an explanation in brackets). What remains after these speaks against the table that leaves it: of the
tables of the frozen sets with one such number or more, 89 in 91 were read wrongly somewhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gouji.alignment.align import FilledTable
from gouji.pieces import Piece, PieceKind, is_prose, is_torn
from gouji.sums import Held, hold
from gouji.tables import Number
from gouji.text.labels import find_anchor, is_group, share_characters

_DIGITS = re.compile("[0-9]+(?:[.,][0-9]+)*")
# Digits in a label that are no value: explanations, item numbers (also with their point lost), dates, counted things.
_NO_VALUE = re.compile(
    r"[(（〔\[【][^)）〕\]】]*[)）〕\]】]?|^\s*[0-9]{1,2}(?=[^0-9\s.,])|[0-9]{1,2}[.．、)）](?![0-9])|"
    r"[0-9]+\s*[年月日号號位条條件次项項款届期天页頁]|[A-Za-z][0-9]+"
)
_SHORTEST_LABEL = 2
_SAME_LABEL = 0.8  # share of the characters of a label that another one of the same row has, misprints between them


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pieces from the first one of a row to the first one of the next row that is there: [start, stop)."""

    row: int
    start: int
    stop: int


@dataclass(frozen=True)
class Remains:
    """A filled table with what it leaves unexplained, computed when it is asked for. beside: others of its report."""

    table: FilledTable
    beside: tuple[FilledTable, ...] = ()

    @cached_property
    def values(self) -> dict[str, Number | None]:
        """The number read into each cell; None where there is none."""
        found: dict[str, Number | None] = {}
        for row, filled in zip(self.table.template.rows, self.table.rows, strict=True):
            for name, mark in zip(row.cells, filled.placed.reading.marks, strict=True):
                found[name] = mark.value if mark is not None else None
        return found

    @cached_property
    def sums(self) -> tuple[Held, ...]:
        """The sums with a number other than 0 in them, held over rows that are there."""
        there = {
            name
            for row, filled in zip(self.table.template.rows, self.table.rows, strict=True)
            if filled.span is not None or self.table.layout.labels_first
            for name in row.cells
        }
        identities = (i for i in self.table.template.identities if there.issuperset(i.cells))
        return tuple(held for held in (hold(i, self.values) for i in identities) if not held.empty)

    @cached_property
    def row_sums(self) -> tuple[Held, ...]:
        """The sums within rows (or blocks)."""
        return tuple(held for held in self.sums if not held.identity.check.startswith("column"))

    @cached_property
    def column_sums(self) -> tuple[Held, ...]:
        """The sums over rows."""
        return tuple(held for held in self.sums if held.identity.check.startswith("column"))

    @cached_property
    def taken(self) -> frozenset[int]:
        """The pieces that stand in a cell."""
        marks = (mark for row in self.table.rows for mark in row.placed.reading.marks)
        return frozenset(i for mark in marks if mark is not None for i in mark.pieces)

    @cached_property
    def named(self) -> frozenset[int]:
        """The pieces that were taken for labels."""
        return frozenset(i for row in self.table.rows if row.span is not None for i in row.span.labels)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The rows that are there, in the order of the source; none for blocks of one line."""
        if self.table.layout.labels_first:
            return ()
        starts = sorted(
            (min(span.labels + span.values), r)
            for r, span in ((r, row.span) for r, row in enumerate(self.table.rows))
            if span is not None and span.labels + span.values
        )
        stops = (*(start for start, _ in starts[1:]), len(self.table.stream.pieces))
        return tuple(Stretch(r, start, stop) for (start, r), stop in zip(starts, stops, strict=False))

    @cached_property
    def body(self) -> range:
        """The pieces from the first to the last one that a row took."""
        known = self.taken | self.named
        return range(min(known), max(known) + 1) if known else range(len(self.table.stream.pieces))

    @cached_property
    def whole(self) -> bool:
        """Whether something printed was seen in every cell: a number, a mark for nothing."""
        marks = (mark for row in self.table.rows for mark in row.placed.reading.marks)
        return all(mark is not None and mark.kind is not PieceKind.EMPTY for mark in marks)

    @cached_property
    def left(self) -> tuple[int, ...]:
        """The numbers of the stream that no cell took and nothing explains."""
        pieces = self.table.stream.pieces
        excused = self._excused()
        repeats = self.table.layout.repeats
        return tuple(
            i
            for i, piece in enumerate(pieces)
            if piece.kind in (PieceKind.NUMBER, PieceKind.UNREAD)
            and not (i in self.taken or i in excused)
            and not (self.whole and i >= self.body.stop)
            and not (repeats and i and pieces[i - 1].fragment.text == piece.fragment.text)
        )

    def _excused(self) -> set[int]:
        """The values of rows that the form does not have, and of rows that are printed twice."""
        pieces = self.table.stream.pieces
        runs = list(_labelled_runs(pieces))
        known = [(pieces[label].label, _print(pieces, run)) for label, run in runs if not self.taken.isdisjoint(run)]
        excused: set[int] = set()
        for label, run in runs:
            text, printed = pieces[label].label, _print(pieces, run)
            again = any(printed == other and share_characters(text, own) > _SAME_LABEL for own, other in known)
            if self.taken.isdisjoint(run) and (again or self.is_strange_label(label)):
                excused.update(run)
        return excused

    @cached_property
    def behind(self) -> int:
        """How many numbers stand between the stream and the text that ends it, where a cell is still to be filled."""
        if self.whole:
            return 0
        return sum(piece.kind in (PieceKind.NUMBER, PieceKind.UNREAD) for piece in self.table.stream.after)

    @cached_property
    def uncut(self) -> dict[int, int]:
        """Texts of the table's body that hold numbers which are no part of a label: piece -> how many."""
        found: dict[int, int] = {}
        for i in self.body:
            piece = self.table.stream.pieces[i]
            if piece.kind is PieceKind.TEXT and not ("。" in piece.fragment.text and is_prose(piece)):
                count = count_uncut(piece.fragment.text)
                if count:
                    found[i] = count
        return found

    @cached_property
    def strangers(self) -> tuple[int, ...]:
        """The texts of the body that are the label of nothing: of a row that was misread, or of one too many."""
        return tuple(i for i in self.body if self.is_strange_label(i))

    def is_strange_label(self, i: int) -> bool:
        """Whether a piece is a text that no row took, and that is no header, no group and no sentence."""
        piece = self.table.stream.pieces[i]
        short = len(piece.label) < _SHORTEST_LABEL
        if piece.kind is not PieceKind.TEXT or i in self.named or short or is_prose(piece):
            return False
        table = self.table.template.table
        anchor = find_anchor(piece.label)
        known = anchor is not None and anchor[0] == table
        return not known and not is_torn(piece, table) and not is_group(piece.label)


def count_uncut(text: str) -> int:
    """How many numbers a text holds that are no part of a label: cells that were never cut out."""
    return len(_DIGITS.findall(_NO_VALUE.sub(" ", text)))


def _labelled_runs(pieces: Sequence[Piece]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The runs of values behind a text: place of the text, places of the values."""
    label: int | None = None
    run: list[int] = []
    for i, piece in enumerate(pieces):
        if piece.is_value:
            run.append(i)
            continue
        if label is not None and run:
            yield label, tuple(run)
        label, run = i, []
    if label is not None and run:
        yield label, tuple(run)


def _print(pieces: Sequence[Piece], run: Sequence[int]) -> list[str]:
    return [pieces[i].fragment.text for i in run if pieces[i].kind is not PieceKind.EMPTY]
