"""Document -> the cell stream of each table: find the three tables without trusting section numerals.

A stream is a stretch of pieces (fragments prepared for alignment) that holds one table with its headers. It is the
stretch in which the telling labels of that table outweigh everything else, lengthened by the values that follow.
Metadata tables, tables of contents, menus and prose carry few or no labels and stay out; empty forms inside a notice
carry labels and no values and lose against the real table. A page whose tables were stripped has no stream.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.document import Box, Document, Fragment, Gap
from models.forms import TABLES
from models.labels import canonical, find_anchor
from models.numerals import Numeral, NumeralKind, read_numeral

_PROSE_LENGTH = 34  # characters without a blank: longer than any column header, as long as the longest row labels
_GAP_PENALTY = 0.35  # of a piece that says nothing, within a stretch
_PROSE_PENALTY = 2.5
_LEAST_WEIGHT = 4.0  # of the labels of a stretch, for it to be a table at all
_TRAILING = 80  # pieces after the last label that may still be values
_LEADING = 6  # pieces before the first label that may still be headers
_JOINED_LENGTH = 80  # words of one cell are joined up to this length
_PROSE_MARKS = frozenset("。;；!！?？")


class PieceKind(StrEnum):
    """What a fragment is, before anybody asks which cell it is."""

    NUMBER = "number"
    MARK = "mark"  # a printed mark for nothing: / - — 无
    EMPTY = "empty"  # a delimited cell that holds nothing
    UNREAD = "unread"
    TEXT = "text"


VALUE_KINDS = frozenset({PieceKind.NUMBER, PieceKind.MARK, PieceKind.EMPTY, PieceKind.UNREAD})


@dataclass(frozen=True, slots=True)
class Piece:
    """A fragment with what alignment wants to know of it. `label` is its canonical text ("" for values)."""

    fragment: Fragment
    kind: PieceKind
    label: str
    numeral: Numeral | None

    @property
    def is_value(self) -> bool:
        """Whether it can stand in a value cell."""
        return self.kind in VALUE_KINDS


@dataclass(frozen=True, slots=True)
class CellStream:
    """The pieces of one table in reading order; `rivals` counts other stretches of the page that look like it."""

    table: str
    pieces: tuple[Piece, ...]
    rivals: int = 0


def fragment_to_piece(fragment: Fragment) -> Piece:
    """Tell what a fragment is."""
    if fragment.unread:
        return Piece(fragment, PieceKind.UNREAD, "", None)
    if not fragment.text:
        return Piece(fragment, PieceKind.EMPTY, "", None)
    numeral = read_numeral(fragment.text)
    if numeral is None:
        return Piece(fragment, PieceKind.TEXT, canonical(fragment.text), None)
    kind = {
        NumeralKind.NUMBER: PieceKind.NUMBER,
        NumeralKind.BLANK_MARK: PieceKind.MARK,
        NumeralKind.UNREAD: PieceKind.UNREAD,
    }[numeral.kind]
    return Piece(fragment, kind, "", numeral)


def document_to_pieces(document: Document) -> list[Piece]:
    """The pieces of a document. Words of text that only blanks divide are one piece: `社会公 益组织`."""
    pieces: list[Piece] = []
    for fragment in document.fragments:
        piece = fragment_to_piece(fragment)
        if piece.kind is PieceKind.TEXT and fragment.gap is Gap.SPACE and pieces and pieces[-1].kind is PieceKind.TEXT:
            before = pieces[-1].fragment
            if fragment.end - before.start <= _JOINED_LENGTH and before.page == fragment.page:
                joined = replace(
                    before,
                    text=document.text[before.start : fragment.end],
                    end=fragment.end,
                    box=_around(before.box, fragment.box),
                )
                pieces[-1] = Piece(joined, PieceKind.TEXT, canonical(joined.text), None)
                continue
        pieces.append(piece)
    return pieces


def _around(a: Box | None, b: Box | None) -> Box | None:
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def find_streams(document: Document) -> dict[str, CellStream]:
    """The stream of each table that the document holds; a table that it does not hold has no entry."""
    pieces = document_to_pieces(document)
    anchors = [find_anchor(piece.label) if piece.kind is PieceKind.TEXT else None for piece in pieces]
    streams: dict[str, CellStream] = {}
    if _is_deduplicated(pieces):
        return streams
    starts: dict[str, tuple[int, int, int]] = {}
    for table in TABLES:
        gains = [_gain(piece, anchor, table) for piece, anchor in zip(pieces, anchors, strict=True)]
        stretches = sorted(_stretches(gains, anchors, table), key=lambda s: -_worth(s, pieces))
        stretches = [s for s in stretches if s[2] >= _LEAST_WEIGHT]
        if stretches:
            best = stretches[0]
            rivals = sum(_worth(s, pieces) > 0.6 * _worth(best, pieces) for s in stretches[1:])
            starts[table] = (best[0], best[1], rivals)
    for table, (first, last, rivals) in starts.items():
        limits = [f for other, (f, _, _) in starts.items() if other != table and f > last]
        floor = max([e + 1 for other, (_, e, _) in starts.items() if other != table and e < first], default=0)
        first = _lengthen_back(pieces, first, floor)
        end = _lengthen(pieces, anchors, table, last, min(limits, default=len(pieces)))
        stretch = tuple(pieces[first:end])
        if any(piece.is_value and piece.kind is not PieceKind.EMPTY for piece in stretch) or _drawn(stretch):
            streams[table] = CellStream(table, stretch, rivals)
    return streams


def _drawn(stretch: Sequence[Piece]) -> bool:
    """Whether empty cells are delimited in some number: a table of blanks is a table."""
    return sum(piece.kind is PieceKind.EMPTY for piece in stretch) > len(stretch) // 3


def _gain(piece: Piece, anchor: tuple[str, float] | None, table: str) -> float:
    if anchor is not None:
        return anchor[1] if anchor[0] == table else -1.5
    if piece.kind is PieceKind.NUMBER:
        return 0.0
    if piece.kind is not PieceKind.TEXT:
        return 0.0
    if is_prose(piece):
        return -_PROSE_PENALTY
    return -_GAP_PENALTY


def is_prose(piece: Piece) -> bool:
    """Whether a piece is a sentence rather than a label."""
    text = piece.fragment.text
    return len(text) > _PROSE_LENGTH and (len(text) > 2 * _PROSE_LENGTH or any(m in text for m in _PROSE_MARKS))


def _stretches(
    gains: Sequence[float], anchors: Sequence[tuple[str, float] | None], table: str
) -> Iterator[tuple[int, int, float]]:
    """Maximal stretches of positive weight (first, last, weight), each ending at one of the table's own labels."""
    total = best = 0.0
    first, last = 0, -1
    for i, gain in enumerate(gains):
        if total <= 0:
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
    pieces: Sequence[Piece], anchors: Sequence[tuple[str, float] | None], table: str, last: int, limit: int
) -> int:
    """The end (exclusive) of the values that follow the last label."""
    end = last + 1
    strangers = 0
    for i in range(last + 1, min(limit, last + 1 + _TRAILING)):
        piece = pieces[i]
        if piece.kind is PieceKind.TEXT:
            anchor = anchors[i]
            if is_prose(piece) or (anchor is not None and anchor[0] != table):
                break
            strangers += 1
            if strangers > 6:
                break
        else:
            end = i + 1
            strangers = 0
    return end


def _is_deduplicated(pieces: Sequence[Piece]) -> bool:
    """A page on which every line was kept once: the repeated headers stand once, and no number comes twice."""
    labels = [piece.label for piece in pieces if piece.label in _REPEATED]
    numbers = [piece.fragment.text for piece in pieces if piece.kind is PieceKind.NUMBER]
    lines = [piece.fragment.text for piece in pieces if piece.fragment.gap in (Gap.LINE, Gap.BLANK_LINE)]
    known = sum(piece.kind is PieceKind.TEXT and find_anchor(piece.label) is not None for piece in pieces)
    return (
        known >= 15
        and len(labels) == len(set(labels))
        and len(numbers) < 40
        and len(numbers) <= len(set(numbers)) + 1
        and len(lines) <= len(set(lines)) + 2
        and len(labels) >= 2
    )


_REPEATED = frozenset({"信息内容", "总计", "结果维持", "结果纠正", "其他结果", "尚未审结", "本年处理决定数量"})
