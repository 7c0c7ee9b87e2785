"""One cell stream -> one filled template: score, decode, read the rows, place them jointly.

The scorer is a function (stream, template) -> Emissions; rules and the learned model differ in nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gouji.alignment.lattice import Alignment, Emissions, decode, slots_a_row
from gouji.alignment.spans import RowSpan, alignment_to_spans, usual_width, without_padding
from gouji.document import Gap
from gouji.forms import Row, Template
from gouji.layouts.layout import Layout, line_values, read_layout
from gouji.layouts.reordered import order_by_labels
from gouji.pieces import CellStream, Piece, PieceKind, count_strange
from gouji.placement.blocks import place_blocks
from gouji.placement.habits import UNKNOWN, Habits
from gouji.placement.readings import Reading, read_row
from gouji.placement.rivals import count_line_ways, count_row_ways
from gouji.placement.rows import Placed, Placement, place
from gouji.sums import adds_up

_CELL_LOST = -2.0  # nats: a cell of the row was lost, against a total that was left blank

Scorer = Callable[[CellStream, Template], Emissions]


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row as read: the span, the placement, and what the reading had to do."""

    span: RowSpan | None
    placed: Placed
    deficit: int  # columns more than value pieces: blanks dropped, or cells glued (negative: too many pieces)
    ways: int = 1  # in how many ways its values could stand as well, as far as position and sums tell (rivals.py)


@dataclass(frozen=True, slots=True)
class FilledTable:
    """A stream aligned with a template, rows in the order of the template."""

    stream: CellStream
    template: Template
    layout: Layout
    rows: tuple[FilledRow, ...]
    leftover: int  # numbers of the stream that no cell took
    habits: Habits  # what this table, and those read before it, say of how the report writes its zeros
    strange: int  # numbers inside texts of the stream: cells that were never cut out
    agrees: tuple[bool, ...] | None = None  # for each piece, whether a second scorer puts it into the same row
    scorer: str = "rules"  # what scored the alignment that was followed: "model" or "rules"
    disputed: frozenset[str] = frozenset()  # cells that another frame, not far behind, gives another number

    @property
    def bare(self) -> float:
        """The share of the rows that are there whose label has no value behind it."""
        there = [row.span for row in self.rows if row.span is not None]
        return sum(not span.values for span in there) / len(there) if there else 1.0


@dataclass(frozen=True, slots=True)
class Located:
    """A stream whose pieces were aligned to the slots of a template, before its rows are read."""

    stream: CellStream
    alignment: Alignment
    leftover: int  # numbers that no slot took
    agrees: tuple[bool, ...] | None = None
    reordered: bool = False  # the rows stand in another order than the form's
    scorer: str = "rules"  # what scored the pieces

    @property
    def nats(self) -> float:
        """How well the template explains the stream: its likelihood, and the numbers that it leaves over."""
        return self.alignment.log_likelihood - 2.0 * self.leftover


@lru_cache(maxsize=12)
def locate(stream: CellStream, template: Template, scorer: Scorer) -> Located:
    """Align the pieces of a stream to the slots of a template. What was found lately is kept: it is asked for again."""
    emissions = scorer(stream, template)
    alignment = decode(template, emissions)
    reordered = order_by_labels(stream, template, read_layout(stream, template))
    if reordered is not None:
        path, sure = reordered
        alignment = replace(alignment, path=path, row_marginal=sure, slot_marginal=sure)
    numbers = (p.kind is PieceKind.NUMBER for p in stream.pieces)
    leftover = sum(number and state < 0 for number, state in zip(numbers, alignment.path.tolist(), strict=True))
    return Located(stream, alignment, leftover, reordered=reordered is not None, scorer=emissions.scorer)


def compare(located: Located, second: Scorer) -> Located:
    """Say for each piece whether another scorer puts it into the same row."""
    if located.reordered:
        return located  # no scorer has a say against whole labels
    template = located.alignment.template
    width = slots_a_row(template)
    other = locate(located.stream, template, second).alignment
    mine = [(s - 1) // width if s > 0 else -1 for s in located.alignment.path.tolist()]
    theirs = [(s - 1) // width if s > 0 else -1 for s in other.path.tolist()]
    return replace(located, agrees=tuple(a == b for a, b in zip(mine, theirs, strict=True)))


def fill(located: Located, habits: Habits = UNKNOWN) -> FilledTable:
    """Read the rows of an aligned stream and place them jointly. habits: what other tables say of its zeros."""
    stream, alignment = located.stream, located.alignment
    template = alignment.template
    layout = read_layout(stream, template)
    spans = alignment_to_spans(stream, alignment, layout)
    usual = usual_width(spans)
    readings: list[tuple[Reading, ...]] = []
    deficits: list[int] = []
    for r, row in enumerate(template.rows):
        span = spans.get(r)
        items = [(i, stream.pieces[i]) for i in span.values] if span else []
        if span is not None:
            items = without_padding(items, span, usual, len(row))
        deficits.append(len(row) - len(items))
        dropped = layout.visible < 0.8 or not any(piece.kind is PieceKind.EMPTY for _, piece in items)
        readings.append(_readings(items, row, dropped))
    line = line_values(stream.pieces, layout, len(template.cells)) if layout.labels_first else []
    if layout.labels_first and len(line) == len(template.cells):
        # Every place of the line is there: nothing is left to decide but glued digits.
        sure = min((span.row_marginal for span in spans.values() if span.values), default=0.5)
        spans, readings = _line_to_blocks(stream, template, line)
        deficits = [0] * len(template.rows)
        placement = place(template, readings, habits)
        if not _all_add_up(placement):
            # A number of the page may have slipped in where a blank was lost: only sums vouch for the count.
            spans = {r: replace(span, row_marginal=min(span.row_marginal, sure)) for r, span in spans.items()}
            # Digits may have crossed from block to block, where no delimiter keeps them apart: taken if the sums of all
            # blocks then hold.
            items = [(i, stream.pieces[i]) for i in line]
            if not _are_delimited([piece for _, piece in items]):
                other = place_blocks(template, items, False, habits)
                placement = other if _all_add_up(other) else placement
    elif layout.labels_first:
        if not line or len(line) > len(template.cells):
            line = [i for r in sorted(spans) for i in spans[r].values]
        items = [(i, stream.pieces[i]) for i in line]
        placement = place_blocks(template, items, not any(piece.kind is PieceKind.EMPTY for _, piece in items), habits)
        spans = dict.fromkeys(range(len(template.rows)), _line_span(spans))
    else:
        placement = place(template, readings, habits)
    ways = _count_ways(stream, layout, template, placement, spans, usual)
    rows = tuple(
        FilledRow(spans.get(r), p, d, w) for r, (p, d, w) in enumerate(zip(placement.rows, deficits, ways, strict=True))
    )
    strange = count_strange(stream.pieces)
    return FilledTable(
        stream, template, layout, rows, located.leftover, placement.habits, strange, located.agrees, located.scorer
    )


def _count_ways(
    stream: CellStream,
    layout: Layout,
    template: Template,
    placement: Placement,
    spans: Mapping[int, RowSpan],
    usual: int | None,
) -> list[int]:
    """In how many ways each row could stand: one where columns of a grid, or the usual width of a row, tell."""
    if stream.settled:
        return [1] * len(template.rows)
    if layout.labels_first:
        return [count_line_ways(stream.pieces, layout, template)] * len(template.rows)
    apart = {r: span.values for r, span in spans.items() if span.width != usual}
    return count_row_ways(stream.pieces, template, [row.reading for row in placement.rows], apart)


def _are_delimited(pieces: Sequence[Piece]) -> bool:
    """Whether a pipe, a tab or the border of a cell stands before every piece of a line but the first."""
    return all(piece.fragment.gap is Gap.CELL or piece.fragment.grid is not None for piece in pieces[1:])


def _all_add_up(placement: Placement) -> bool:
    return all(adds_up(row.reading.numbers) for row in placement.rows)


def _line_to_blocks(
    stream: CellStream, template: Template, line: Sequence[int]
) -> tuple[dict[int, RowSpan], list[tuple[Reading, ...]]]:
    """A line with a piece for every cell, cut into the blocks of the template."""
    blocks: dict[int, RowSpan] = {}
    readings: list[tuple[Reading, ...]] = []
    start = 0
    for r, row in enumerate(template.rows):
        values = tuple(line[start : start + len(row)])
        start += len(row)
        blocks[r] = RowSpan((), values, 0.99, 1.0, len(row), False)
        readings.append(read_row([(i, stream.pieces[i]) for i in values], len(row), False, row.totalled))
    return blocks, readings


def _line_span(spans: Mapping[int, RowSpan]) -> RowSpan:
    """All blocks of a line as one span: which of them a piece belongs to is told by their placement."""
    values = tuple(i for r in sorted(spans) for i in spans[r].values)
    labels = tuple(i for r in sorted(spans) for i in spans[r].labels)
    return RowSpan(labels, values, 1.0, 1.0, len(values), True)


def _readings(items: Sequence[tuple[int, Piece]], row: Row, dropped: bool) -> tuple[Reading, ...]:
    merged = _padding_merged(items, row)
    if merged is not None:
        return merged
    choices = read_row(items, len(row), dropped, row.totalled)
    if row.totalled and row.under and len(items) == len(row) and _may_be_padding(items):
        # A row that lost a cell ends with one place of padding more: that is no blank total.
        short = read_row(items[:-1], len(row), True, True)
        choices += tuple(Reading(reading.marks, reading.nats + _CELL_LOST) for reading in short)
    return choices


def _may_be_padding(items: Sequence[tuple[int, Piece]]) -> bool:
    """Whether a row of numbers, not all of them 0, ends with an empty place between pipes."""
    last = items[-1][1]
    numbers = [piece.numeral.value for _, piece in items if piece.numeral is not None]
    return last.kind is PieceKind.EMPTY and last.fragment.pipes > 0 and any(numbers)


def _padding_merged(items: Sequence[tuple[int, Piece]], row: Row) -> tuple[Reading, ...] | None:
    """`label |⏎0 | ||||||||`: one number, then blanks and padding in one run. The number may stand anywhere."""
    filled = [k for k, (_, piece) in enumerate(items) if piece.kind is not PieceKind.EMPTY]
    if not row.totalled or filled != [0] or len(items) < len(row):
        return None
    tail = [piece.fragment for _, piece in items[2:]]
    if any(fragment.newlines for fragment in tail) or not items[0][1].fragment.newlines:
        return None
    return read_row(items[:1], len(row), True, True)
