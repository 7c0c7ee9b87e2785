"""The pieces of each row, as the alignment groups them, and the padding at their ends."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gouji.alignment.lattice import FIRST_VALUE, LABEL, Alignment, slots_a_row, state_to_slot
from gouji.document import Gap
from gouji.layouts.layout import Layout
from gouji.pieces import CellStream, Piece, PieceKind, is_closer


@dataclass(frozen=True, slots=True)
class RowSpan:
    """What the alignment gives to one row: label pieces, value pieces in order, and how sure that is.

    width: delimited places from the row's first piece to the next row's, for the padding width rule.
    """

    labels: tuple[int, ...]
    values: tuple[int, ...]
    row_marginal: float
    slot_marginal: float
    width: int
    last: bool


def alignment_to_spans(stream: CellStream, alignment: Alignment, layout: Layout) -> dict[int, RowSpan]:
    """Group the pieces by the row they were aligned to, numbers that were passed over inside a row included."""
    width = slots_a_row(alignment.template)
    slots = [state_to_slot(int(s), width) if s > 0 else None for s in alignment.path]
    first_of: dict[int, int] = {}
    for i, slot in enumerate(slots):
        if slot is not None:
            first_of.setdefault(slot[0], i)
    order = sorted(first_of, key=lambda r: first_of[r])
    spans: dict[int, RowSpan] = {}
    for position, r in enumerate(order):
        start = first_of[r]
        stop = first_of[order[position + 1]] if position + 1 < len(order) else len(slots)
        labels: list[int] = []
        values: list[int] = []
        interrupted = False
        final = position + 1 == len(order)
        inside = range(start, stop)
        last_value = max((i for i in inside if (s := slots[i]) is not None and s[1] >= FIRST_VALUE), default=start)
        for i in inside:
            slot, piece = slots[i], stream.pieces[i]
            if slot is not None and slot[1] <= LABEL:
                labels.append(i)
            elif slot is not None or (
                piece.is_value
                and piece.kind is not PieceKind.EMPTY
                and not interrupted
                and not (layout.repeats and i and stream.pieces[i - 1].fragment.text == piece.fragment.text)
                and (i < last_value or not final or _touches(piece, layout.gap))
            ):
                values.append(i)
            # Numbers behind a text that follows the row belong to something else: a row that the form does not have.
            interrupted = interrupted or (i >= last_value and piece.kind is PieceKind.TEXT and bool(values))
        if not values and all((s := slots[i]) is not None and s[1] < LABEL for i in labels):
            continue  # the label of a group alone does not make its first row
        taken = [i for i in values if slots[i] is not None]
        sure = min((float(alignment.row_marginal[i]) for i in taken or labels), default=0.0)
        slot_sure = min((float(alignment.slot_marginal[i]) for i in taken), default=1.0)
        spans[r] = RowSpan(tuple(labels), tuple(values), sure, slot_sure, stop - start, final)
    return spans


def _touches(piece: Piece, gap: Gap | None) -> bool:
    """Whether a number right behind the last cell may be a piece of it (`53 45`)."""
    beside = not piece.fragment.newlines and not piece.fragment.pipes
    return piece.kind is PieceKind.NUMBER and (beside or is_closer(piece, gap))


def usual_width(spans: Mapping[int, RowSpan]) -> int | None:
    """The padding width rule: delimited places of a row, where most rows agree on them."""
    widths = Counter(span.width for span in spans.values() if not span.last)
    if not widths:
        return None
    width, count = widths.most_common(1)[0]
    return width if count > 0.6 * sum(widths.values()) else None


def without_padding(
    items: list[tuple[int, Piece]], span: RowSpan, usual: int | None, columns: int
) -> list[tuple[int, Piece]]:
    """A row that is short of places lost a cell: the blanks at its end are then the padding, not its total."""
    if usual is None or span.last or len(items) != columns:
        return items
    short = usual - span.width
    while short > 0 and len(items) > 1 and items[-1][1].kind is PieceKind.EMPTY:
        items = items[:-1]
        short -= 1
    return items
