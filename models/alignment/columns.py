"""Tables whose text was taken column by column: all labels, then each column of values, cell under cell.

A page that was copied column by column, or laid out so for narrow screens, prints the labels of several rows one
after another and behind them a run of values that is just as long as those rows have cells. Such a run is put back
into rows; each piece keeps its own place in the source. Nothing is done where the count does not come out, nor where
the totals of the rows speak for the order in which the values stand.
"""

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from models.alignment.decoding import GROUP, LABEL
from models.document import Gap
from models.forms import FORMS, Template, template
from models.labels import match_rows
from models.pieces import CellStream, Piece, PieceKind, usual_gap

_LIKE = 4.0  # nats from which a text is taken for a label, or for a piece of one
_SHORT = 2  # characters up to which a text between labels may be a piece of a vertical one


def columns_to_rows(stream: CellStream) -> CellStream:
    """The stream with every run of values that stands column by column put into rows; itself where there is none."""
    pieces, moved = max((_order(stream.pieces, template(stream.table, form)) for form in FORMS), key=itemgetter(1))
    return replace(stream, pieces=pieces) if moved else stream


def _order(pieces: Sequence[Piece], form: Template) -> tuple[tuple[Piece, ...], int]:
    """The pieces in the order of the rows of a form, and how many values that put into rows."""
    found: list[Piece] = []
    moved = 0
    start = 0
    while start < len(pieces):
        first = next((i for i in range(start, len(pieces)) if pieces[i].is_value), len(pieces))
        end = next((i for i in range(first, len(pieces)) if not pieces[i].is_value), len(pieces))
        texts, values = pieces[start:first], pieces[first:end]
        rows = _read_labels(texts, form)
        if len(rows) > 1 and _stands_by_columns(values, list(rows), form):
            opening = min(min(places) for places in rows.values())
            found += texts[:opening]
            count = len(rows)
            for k, places in enumerate(rows.values()):
                found += [texts[i] for i in places]
                found += values[k::count]
            moved += len(values)
        else:
            found += (*texts, *values)
        start = end
    return tuple(found), moved


def _read_labels(texts: Sequence[Piece], form: Template) -> dict[int, list[int]]:
    """The rows that the last texts name, in order, each with the texts (labels, and groups before them) that are its.

    Read from the end: what stands before the first label is header.
    """
    rows: dict[int, list[int]] = {}
    waiting: list[int] = []  # short pieces between labels
    for i in range(len(texts) - 1, -1, -1):
        nats = match_rows(texts[i].label, form.table, form.form)
        last = min(rows, default=len(form.rows))
        row = int(nats[: last + 1, LABEL].argmax()) if last < len(form.rows) else int(nats[:, LABEL].argmax())
        if nats[row, LABEL] >= _LIKE:
            rows.setdefault(row, [])[:0] = [i, *waiting] if row != last else [i]
            waiting = []
        elif rows and nats[:, GROUP].max() >= _LIKE:
            rows[last][:0] = [i, *waiting]
            waiting = []
        elif rows and len(texts[i].label) <= _SHORT:
            waiting.insert(0, i)
        else:
            break
    return dict(sorted(rows.items()))


def _stands_by_columns(values: Sequence[Piece], rows: Sequence[int], form: Template) -> bool:
    """Whether a run holds every cell of these rows, a line each, and no totals say that it already stands by rows."""
    widths = {len(form.rows[r]) for r in rows}
    if len(widths) != 1 or len(values) != len(rows) * max(widths):
        return False
    if usual_gap(values[1:]) not in (Gap.LINE, Gap.BLANK_LINE):
        return False
    width, count = max(widths), len(rows)
    by_rows = [values[k * width : (k + 1) * width] for k in range(count)]
    by_columns = [values[k::count] for k in range(count)]
    totalled = form.rows[rows[0]].totalled
    return not totalled or _count_sums(by_columns) >= _count_sums(by_rows)


def _count_sums(rows: Sequence[Sequence[Piece]]) -> int:
    """How many rows with a number other than 0 add up to their last one."""
    count = 0
    for row in rows:
        numbers = [p.numeral.value or 0 if p.kind is PieceKind.NUMBER and p.numeral else 0 for p in row]
        count += any(numbers) and sum(numbers[:-1]) == numbers[-1]
    return count
