"""Document -> the cell stream of each table: find the three tables without trusting section numerals.

A stream is a stretch of pieces (fragments prepared for alignment) that holds one table with its headers. It is the
stretch in which the telling labels of that table outweigh everything else, lengthened by the values that follow.
Metadata tables, tables of contents, menus and prose carry few or no labels and stay out; empty forms inside a notice
carry labels and no values and lose against the real table. A page whose tables were stripped has no stream.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from gouji.document import Document, Gap
from gouji.finding.furniture import Anchors, find_furniture, find_places, find_repeats, without_wide_padding
from gouji.finding.lone_rows import find_lone_rows
from gouji.forms import ACTIVE_DISCLOSURE, FORMS, REVIEW_LITIGATION, TABLES, head, template
from gouji.pieces import CellStream, Piece, PieceKind, count_strange, document_to_pieces, is_prose, is_torn
from gouji.text.labels import HEADINGS, canonical, find_anchor, label_set

_GAP_PENALTY = 0.35  # of a piece that says nothing, within a stretch
_PROSE_PENALTY = 2.5
_LEAST_WEIGHT = 4.0  # of the labels of a stretch, for it to be a table at all
_TRAILING = 1.5  # printed values, and empty places behind them, that may follow the last label, for each cell
_FEWEST_NUMBERS, _MOST_LABELS = 3, 0.5  # numbers of a page, and share of a table's labels, that are a trace of it
_MOST_LINES = 7  # of text between a heading and the values of a table that lost its labels
_LEADING = 6  # pieces before the first label that may still be headers


def find_streams(document: Document) -> dict[str, CellStream]:
    """The stream of each table that the document holds; a table that it does not hold has no entry."""
    pieces = document_to_pieces(document)
    anchors = [find_anchor(piece.label) if piece.kind is PieceKind.TEXT else None for piece in pieces]
    streams: dict[str, CellStream] = {}
    if _is_deduplicated(pieces):
        return streams
    places = find_places(pieces, anchors)
    repeats = find_repeats(places)
    starts: dict[str, tuple[int, int, int]] = {}
    for table in TABLES:
        gains = [
            0.0 if i in repeats else _gain(piece, anchor, table)
            for i, (piece, anchor) in enumerate(zip(pieces, anchors, strict=True))
        ]
        restarts = _find_restarts(pieces, table)
        stretches = sorted(_stretches(gains, anchors, table, restarts), key=lambda s: -_worth(s, pieces))
        stretches = [s for s in stretches if s[2] >= _LEAST_WEIGHT]
        if stretches:
            best = stretches[0]
            rivals = sum(_worth(s, pieces) > 0.6 * _worth(best, pieces) for s in stretches[1:])
            starts[table] = (best[0], best[1], rivals)
    for table in TABLES:
        if table not in starts and (found := _behind_heading(pieces, table, starts)) is not None:
            starts[table] = (*found, 0)
    for table in TABLES:
        if table not in starts and (found := find_lone_rows(pieces, anchors, table)) is not None:
            starts[table] = (*found, 0)
    for table, (first, last, rivals) in starts.items():
        limits = [f for other, (f, _, _) in starts.items() if other != table and f > last]
        floor = max([e + 1 for other, (_, e, _) in starts.items() if other != table and e < first], default=0)
        first = _lengthen_back(pieces, first, floor)
        end = _lengthen(pieces, anchors, repeats, table, last, min(limits, default=len(pieces)))
        stretch = tuple(pieces[first:end])
        if _holds_cells(stretch, anchors[first:end], table):
            furniture = find_furniture(pieces, places, table)
            rows = [piece for i, piece in enumerate(stretch, start=first) if i not in furniture]
            after = _behind(pieces, end)
            ends = end + len(after) == len(pieces)
            streams[table] = CellStream(table, without_wide_padding(rows, table), rivals, after=after, ends=ends)
    return streams


def find_traces(document: Document) -> frozenset[str]:
    """The tables whose labels stand in the page, cut out or not, next to numbers: one of them that has no stream was
    not read, whether or not it is there. A page of which every line was kept once has lost its tables."""
    pieces = document_to_pieces(document)
    if _is_deduplicated(pieces):
        return frozenset()
    texts = [piece for piece in pieces if piece.kind is PieceKind.TEXT and "。" not in piece.fragment.text]
    page = "".join(piece.label for piece in texts)
    numbers = sum(piece.kind is PieceKind.NUMBER for piece in pieces) + count_strange(pieces)
    if numbers < _FEWEST_NUMBERS:
        return frozenset()
    return frozenset(
        table
        for table in TABLES
        if sum(label in page for label in set(label_set(table))) >= _MOST_LABELS * len(set(label_set(table)))
    )


def _holds_cells(stretch: Sequence[Piece], anchors: Anchors, table: str) -> bool:
    """Whether there are cells at all: values, drawn blanks, or most of the labels (every blank was dropped)."""
    if any(piece.is_value and piece.kind is not PieceKind.EMPTY for piece in stretch):
        return True
    if sum(piece.kind is PieceKind.EMPTY for piece in stretch) > len(stretch) // 3:
        return True
    return sum(a is not None and a[0] == table for a in anchors) >= 0.6 * len(label_set(table))


def _behind_heading(
    pieces: Sequence[Piece], table: str, starts: Mapping[str, tuple[int, int, int]]
) -> tuple[int, int] | None:
    """A table whose labels were lost: values enough right behind its heading."""
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.kind is not PieceKind.TEXT or len(piece.label) > 40 or not HEADINGS[table].search(piece.label):
            continue
        if any(first <= i <= last for first, last, _ in starts.values()):
            continue
        j, lines = i + 1, 0
        while j < len(pieces) and pieces[j].kind is PieceKind.TEXT and not _is_heading(pieces[j], table):
            lines += not _is_beside(pieces, j)
            if lines > _MOST_LINES:
                break
            j += 1
        k = j
        while k < len(pieces) and (pieces[k].is_value or is_torn(pieces[k], table)):
            k += 1
        if sum(p.is_value for p in pieces[j:k]) >= 8:
            return j, max(j, k - 1)
    return None


def _is_beside(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a piece stands in one row with the one before it: headers of one row are one line."""
    grid, before = pieces[i].fragment.grid, pieces[i - 1].fragment.grid
    if grid is not None:
        return before is not None and (before.table, before.row) == (grid.table, grid.row)
    return pieces[i].fragment.pipes > 0 and not pieces[i].fragment.newlines


def _is_heading(piece: Piece, table: str) -> bool:
    return any(other != table and pattern.search(piece.label) for other, pattern in HEADINGS.items())


def _gain(piece: Piece, anchor: tuple[str, float] | None, table: str) -> float:
    if anchor is not None and not is_prose(piece):
        return anchor[1] if anchor[0] == table else -1.5
    if piece.kind is not PieceKind.TEXT:
        return 0.0
    if is_prose(piece):
        return -_PROSE_PENALTY
    if is_torn(piece, table) or len(piece.label) < 2:
        return 0.0  # headers and group labels that were printed upright, a character a line
    return -_GAP_PENALTY


def _find_restarts(pieces: Sequence[Piece], table: str) -> frozenset[int]:
    """Where a table is over that begins anew: behind its last row, if the label of its first row comes again."""
    found: set[int] = set()
    for form in FORMS:
        rows = template(table, form).rows
        first, last = canonical(rows[0].label), canonical(rows[-1].label)
        begun, over = False, None
        for i, piece in enumerate(pieces):
            if piece.label == first and not template(table, form).side_by_side:
                found |= {over} if over is not None else set()
                begun, over = True, None
            elif piece.label == last and begun:
                over = next((k for k in range(i + 1, len(pieces)) if not pieces[k].is_value), None)
    return frozenset(found)


def _stretches(
    gains: Sequence[float], anchors: Anchors, table: str, restarts: frozenset[int]
) -> Iterator[tuple[int, int, float]]:
    """Maximal stretches of positive weight (first, last, weight), each ending at one of the table's own labels."""
    total = best = 0.0
    first, last = 0, -1
    for i, gain in enumerate(gains):
        if total <= 0 or i in restarts:
            if best > 0:
                yield first, last, best
            total, best, first = 0.0, 0.0, i
        total += gain
        own = anchors[i]
        if own is not None and own[0] == table and total > 0:
            if total >= best:
                best = total
            last = i if best > 0 else last
        if best > 0 and total < best - 12.0:
            yield first, last, best
            total = best = 0.0
    if best > 0:
        yield first, last, best


def _worth(stretch: tuple[int, int, float], pieces: Sequence[Piece]) -> float:
    """Weight of the labels, and of as many numbers as a table can hold: an empty form loses against a filled one."""
    first, last, weight = stretch
    numbers = sum(piece.kind is PieceKind.NUMBER for piece in pieces[first : last + 8])
    return weight + 0.5 * min(numbers, 60)


def _lengthen_back(pieces: Sequence[Piece], first: int, floor: int) -> int:
    """Take in the short pieces just before the first label: what is left of a torn header."""
    start = first
    while start > max(floor, first - _LEADING):
        piece = pieces[start - 1]
        if piece.kind is not PieceKind.TEXT or is_prose(piece) or len(piece.label) > 16:
            break
        start -= 1
    return start


def _lengthen(
    pieces: Sequence[Piece], anchors: Anchors, repeats: frozenset[int], table: str, last: int, limit: int
) -> int:
    """The end (exclusive) of the values that follow the last label: what is printed counts, padding does not."""
    end = last + 1
    strangers = 0
    most = int(_TRAILING * max(len(template(table, form).cells) for form in FORMS))
    printed = empty = 0
    for i in range(last + 1, limit):
        piece = pieces[i]
        if piece.kind is PieceKind.TEXT and piece.label.isdigit() and count_strange([piece]) > 1:
            end = i + 1  # numbers that nobody cut apart
        elif piece.kind is PieceKind.TEXT:
            if i in repeats:
                continue
            anchor = anchors[i]
            if is_prose(piece) or (anchor is not None and anchor[0] != table):
                break
            strangers += not is_torn(piece, table)
            if strangers > 6:
                break
        elif piece.kind is PieceKind.EMPTY:
            empty += 1
            if empty <= most or (end == i and not piece.fragment.newlines):
                end = i + 1
                strangers = 0
        elif printed < most:
            end = i + 1
            strangers = empty = 0
            printed += 1
        else:
            break
    return end


def _behind(pieces: Sequence[Piece], end: int) -> tuple[Piece, ...]:
    """What stands right behind a stretch: values that it did not take, and the text that ends them."""
    text = next((i for i in range(end, len(pieces)) if pieces[i].kind is PieceKind.TEXT), len(pieces))
    return tuple(pieces[end : text + 1])


def _is_deduplicated(pieces: Sequence[Piece]) -> bool:
    """A page on which every line was kept once: the repeated headers stand once, and no number comes twice."""
    labels = [piece.label for piece in pieces if piece.label in _repeated()]
    numbers = [piece.fragment.text for piece in pieces if piece.kind is PieceKind.NUMBER]
    lines = [piece.fragment.text for piece in pieces if piece.fragment.gap in (Gap.LINE, Gap.BLANK_LINE)]
    known = sum(piece.kind is PieceKind.TEXT and find_anchor(piece.label) is not None for piece in pieces)
    return (
        known >= 15
        and len(labels) == len(set(labels))
        and len(numbers) <= len(set(numbers)) + 1
        and len(lines) <= len(set(lines)) + 2
        and len(labels) >= 2
    )


@cache
def _repeated() -> frozenset[str]:
    """The headers that a report prints more than once."""
    blocks = [row.columns for row in template(REVIEW_LITIGATION, FORMS[0]).rows]
    clauses = {row.under: row.columns for row in template(ACTIVE_DISCLOSURE, FORMS[0]).rows}.values()
    printed = Counter(canonical(column.label) for columns in (*blocks, *clauses) for column in columns)
    return frozenset(label for label, times in printed.items() if times > 1) | {head(ACTIVE_DISCLOSURE)}
