"""Columns that stand otherwise than in the form: labels and values apart, or headers in another order.

A page that was copied column by column, or laid out so for narrow screens, prints the labels of several rows one
after another and behind them a run of values that is just as long as those rows have cells, cell under cell or row
under row. Such a run is put back behind its labels; each piece keeps its own place in the source. Nothing is done where
the count does not come out.

No sum can tell columns that were exchanged: where a header names every one of them in another order, it is believed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter

from gouji.alignment.lattice import GROUP, LABEL
from gouji.document import Gap
from gouji.forms import FORMS, Template, template
from gouji.layouts.layout import value_runs
from gouji.pieces import CellStream, Piece, PieceKind, usual_gap
from gouji.sums import adds_up
from gouji.text.labels import canonical, find_anchor, is_group, match_rows

_LINE_GAPS = frozenset({Gap.LINE, Gap.BLANK_LINE, Gap.ROW, Gap.TABLE, Gap.PAGE})
_LIKE = 4.0  # nats from which a text is taken for a label, or for a piece of one
_FEWEST = 4  # columns of a form whose headers can stand in another order
_SHORT = 2  # characters up to which a text between labels may be a piece of a vertical one


def columns_to_rows(stream: CellStream) -> CellStream:
    """The stream with every run of values that stands column by column put into rows; itself where there is none."""
    found = (_order(stream.pieces, template(stream.table, form)) for form in FORMS)
    pieces, moved, guessed = max(found, key=itemgetter(1))
    return replace(stream, pieces=pieces, guessed=guessed) if moved else stream


def order_columns(stream: CellStream, form: Template) -> Template:
    """The form with its columns in the order that the header of the stream names them in; itself where it is the same.

    自然人 and 总计 stand apart from the others in the header. The total may come first: where it is named before all
    others, and rows of values do not speak against it.
    """
    columns = {row.columns for row in form.rows}
    if len(columns) > 1 or len(form.rows[0]) < _FEWEST:
        return form
    inner = [canonical(column.label) for column in form.rows[0].columns[1:-1]]
    first = next((i for i, piece in enumerate(stream.pieces) if piece.kind is PieceKind.NUMBER), len(stream.pieces))
    header = "".join(piece.label for piece in stream.pieces[:first])
    if places_of_all := _read_whole_header(stream, form, header):
        return _with_columns(form, places_of_all)
    run = "|".join(map(re.escape, inner))
    for found in re.finditer(f"(?:{run}){{{len(inner)}}}", header):
        named = re.findall(run, found.group())
        if sorted(named) == sorted(inner):
            places = (0, *(1 + inner.index(name) for name in named), len(inner) + 1)
            if _has_total_first(stream, form, header[: found.start()]):
                places = (places[-1], *places[:-1])
            return form if list(places) == sorted(places) else _with_columns(form, places)
    return form


def _read_whole_header(stream: CellStream, form: Template, header: str) -> tuple[int, ...] | None:
    """The places of all columns, where a header names each of them once, one behind the other, and the first or the
    total does not stand at the end where it belongs. A total in another place has to be borne out by rows of values:
    headers of several rows, one behind the other, may read as another order."""
    names = [canonical(column.label) for column in form.rows[0].columns]
    run = "|".join(map(re.escape, names))
    last = len(names) - 1
    for found in re.finditer(f"(?:{run}){{{len(names)}}}", header):
        named = re.findall(run, found.group())
        if sorted(named) != sorted(names):
            continue
        places = tuple(names.index(name) for name in named)
        total = places.index(last)
        if (places[0] == 0 and total == last) or places[:2] == (last, 0):
            return None
        if total == last:
            return places
        runs = [run for run in value_runs(stream.pieces) if len(run) >= len(names)]
        rows = [r[: len(names)] for r in runs if all(piece.kind is PieceKind.EMPTY for piece in r[len(names) :])]
        moved = [[*row[:total], *row[total + 1 :], row[total]] for row in rows]
        if _count_sums(moved) > _count_sums(rows):
            return places
    return None


def _has_total_first(stream: CellStream, form: Template, before: str) -> bool:
    """Whether the header names the total first, and no fewer rows add up to their first value than to their last."""
    first, total = (canonical(form.rows[0].columns[c].label) for c in (0, -1))
    if total not in before or first not in before or before.index(total) > before.index(first):
        return False
    width = len(form.rows[0])
    rows = [run for run in value_runs(stream.pieces) if len(run) == width]
    return _count_sums([[*run[1:], run[0]] for run in rows]) >= _count_sums(rows)


@lru_cache(maxsize=16)
def _with_columns(form: Template, places: tuple[int, ...]) -> Template:
    rows = tuple(
        replace(row, columns=tuple(row.columns[p] for p in places), cells=tuple(row.cells[p] for p in places))
        for row in form.rows
    )
    return replace(form, rows=rows)


def _order(pieces: Sequence[Piece], form: Template) -> tuple[tuple[Piece, ...], int, bool]:
    """The pieces in the order of the rows of a form, how many values that put into rows, and whether it is a guess."""
    found: list[Piece] = []
    moved = 0
    guessed = False
    start = 0
    while start < len(pieces):
        first = next((i for i in range(start, len(pieces)) if pieces[i].is_value), len(pieces))
        end = next((i for i in range(first, len(pieces)) if not pieces[i].is_value), len(pieces))
        texts, values = pieces[start:first], pieces[first:end]
        rows = _read_labels(texts, form)
        cells, proved = _cut_into_rows(values, list(rows), form)
        if cells:
            found += texts[: min(min(places) for places in rows.values())]
            for places, row in zip(rows.values(), cells, strict=True):
                found += [texts[i] for i in places]
                found += row
            moved += len(values)
            guessed = guessed or not proved
        else:
            found += (*texts, *values)
        start = end
    return tuple(found), moved, guessed


def _read_labels(texts: Sequence[Piece], form: Template) -> dict[int, list[int]]:
    """The rows that the last texts name, in order, each with the texts (labels, and groups before them) that are its.

    Read from the end: what stands before the first label is header.
    """
    rows: dict[int, list[int]] = {}
    waiting: list[int] = []  # short pieces between labels
    for i in range(len(texts) - 1, -1, -1):
        label = texts[i].label
        last = min(rows, default=len(form.rows) - 1)
        row = _name_row(label, form, last)
        if row is not None:
            rows.setdefault(row, [])[:0] = [i, *waiting]
            waiting = []
        elif not rows:
            break
        elif match_rows(label, form.table, form.form)[:, GROUP].max() >= _LIKE:
            rows[last][:0] = [i, *waiting]
            waiting = []
        elif len(label) <= _SHORT or _is_header(label, form.table):
            waiting.insert(0, i)
        else:
            break
    return dict(sorted(rows.items()))


def _name_row(label: str, form: Template, last: int) -> int | None:
    """The row up to `last` that a text names, alone or behind the name of its group; None where it names none."""
    nats = match_rows(label, form.table, form.form)[: last + 1, LABEL]
    if nats.max() >= _LIKE:
        return int(nats.argmax())
    for r in range(last, -1, -1):
        own = canonical(form.rows[r].label)
        if len(own) > _SHORT and label.endswith(own) and is_group(label.removesuffix(own)):
            return r
    return None


def _is_header(label: str, table: str) -> bool:
    found = find_anchor(label)
    return found is not None and found[0] == table


def _cut_into_rows(values: Sequence[Piece], rows: Sequence[int], form: Template) -> tuple[list[Sequence[Piece]], bool]:
    """The cells of each of these rows from a run that holds every one of them, and whether that is proved.

    Nothing where the count does not come out. Lines as long as their rows stand by rows. A line each may stand by
    columns or by rows: proved by the totals of rows with numbers, or where both come to the same; else a guess.
    """
    widths = [len(form.rows[r]) for r in rows]
    if len(rows) < 2 or len(values) != sum(widths):
        return [], False
    ends = list(accumulate(widths))
    by_rows = [values[end - width : end] for end, width in zip(ends, widths, strict=True)]
    opens = [k for k in range(1, len(values)) if _opens_line(values[k])]
    if opens == ends[:-1] and max(widths) > 1:
        return by_rows, True
    if len(set(widths)) > 1 or usual_gap(values[1:]) not in (Gap.LINE, Gap.BLANK_LINE):
        return [], False
    by_columns = [values[k :: len(rows)] for k in range(len(rows))]
    if max(widths) == 1 or _print(by_rows) == _print(by_columns):
        return by_columns, True
    sums = (_count_sums(by_columns), _count_sums(by_rows)) if form.rows[rows[0]].totalled else (0, 0)
    return (by_rows if sums[1] > sums[0] else by_columns), sums[0] != sums[1]


def _print(rows: Sequence[Sequence[Piece]]) -> list[list[str]]:
    return [[piece.fragment.text for piece in row] for row in rows]


def _opens_line(piece: Piece) -> bool:
    return piece.fragment.newlines > 0 or piece.fragment.gap in _LINE_GAPS


def _count_sums(rows: Sequence[Sequence[Piece]]) -> int:
    """How many rows with a number other than 0 add up to their last one."""
    count = 0
    for row in rows:
        numbers = [p.numeral.value or 0 if p.kind is PieceKind.NUMBER and p.numeral else 0 for p in row]
        count += any(numbers) and adds_up(numbers)
    return count
