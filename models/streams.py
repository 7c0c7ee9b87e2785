"""Document -> the cell stream of each table: find the three tables without trusting section numerals.

A stream is a stretch of pieces (fragments prepared for alignment) that holds one table with its headers. It is the
stretch in which the telling labels of that table outweigh everything else, lengthened by the values that follow.
Metadata tables, tables of contents, menus and prose carry few or no labels and stay out; empty forms inside a notice
carry labels and no values and lose against the real table. A page whose tables were stripped has no stream.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.document import Box, Document, Fragment, Gap
from models.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from models.labels import canonical, find_anchor, header_characters, label_set
from models.numerals import Numeral, NumeralKind, read_numeral

_PROSE_LENGTH = 34  # characters without a blank: longer than any column header, as long as the longest row labels
_GAP_PENALTY = 0.35  # of a piece that says nothing, within a stretch
_PROSE_PENALTY = 2.5
_LEAST_WEIGHT = 4.0  # of the labels of a stretch, for it to be a table at all
_TRAILING = 80  # pieces after the last label that may still be values
_LEADING = 6  # pieces before the first label that may still be headers
_TORN_LENGTH = 16
_JOINED_LENGTH = 80  # words of one cell are joined up to this length
_PAGE_MARK = re.compile(
    r"[-—–―－]+ ?\d{1,3} ?[-—–―－]+|第 ?\d{1,3} ?[页頁](?:[ ,，/]*共 ?\d{1,3} ?[页頁])?|\d{1,3} ?/ ?\d{1,3}|"
    r"(?:[Pp]age|[Pp]\.?|页码[:：]?) ?\d{1,3}(?: ?(?:/|of) ?\d{1,3})?(?: ?[-—–])?"
)
_HEADINGS = {
    ACTIVE_DISCLOSURE: re.compile("主动公开.{0,8}信息.{0,4}情况"),
    APPLICATIONS: re.compile("收到.{0,3}处理.{0,10}申请.{0,3}情况"),
    REVIEW_LITIGATION: re.compile("行政复议.{0,6}诉讼.{0,3}情况"),
}
_LINE_GAPS = frozenset({Gap.LINE, Gap.BLANK_LINE, Gap.PAGE, Gap.TABLE, Gap.ROW})
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
    if _is_one_paragraph(document):
        return [fragment_to_piece(fragment) for fragment in document.fragments]
    for fragment in without_page_marks(document):
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
    return _put_back_totals(pieces, document.text)


def _put_back_totals(pieces: list[Piece], text: str) -> list[Piece]:
    """A total that a converter printed alone on a line above its row goes back to the empty cell at the row's end."""
    moved: list[Piece] = []
    held: Piece | None = None
    for i, piece in enumerate(pieces):
        if held is not None and piece.kind is PieceKind.EMPTY and _ends_line(pieces, i):
            moved.append(held)
            held = None
            continue
        if piece.kind is PieceKind.NUMBER and _stands_above_a_short_row(pieces, i, text):
            held = piece
            continue
        moved.append(piece)
    return moved


def _ends_line(pieces: Sequence[Piece], i: int) -> bool:
    return i + 1 == len(pieces) or pieces[i + 1].fragment.newlines > 0


def _stands_above_a_short_row(pieces: Sequence[Piece], i: int, text: str) -> bool:
    """Whether the number has a line of its own, and the next line is a piped row that ends with an empty cell."""
    start, stop = pieces[i].fragment.start, pieces[i].fragment.end
    alone = text[max(0, start - 1) : start] == "\n" == text[stop : stop + 1]
    if not alone or not _ends_line(pieces, i) or i + 2 >= len(pieces):
        return False
    end = i + 1
    while end + 1 < len(pieces) and not pieces[end + 1].fragment.newlines:
        end += 1
    row = pieces[i + 1 : end + 1]
    piped = len(row) > 1 and all(p.fragment.pipes for p in row[1:])
    return piped and row[-1].kind is PieceKind.EMPTY and not any(p.kind is PieceKind.EMPTY for p in row[:-1])


def without_page_marks(document: Document) -> Iterator[Fragment]:
    """The fragments, less the lines that hold a page number and nothing else."""
    line: list[Fragment] = []
    for fragment in document.fragments:
        if line and (fragment.newlines or fragment.pipes or fragment.gap in _LINE_GAPS):
            yield from _unless_page_mark(line, document)
            line = []
        line.append(fragment)
    yield from _unless_page_mark(line, document)


def _unless_page_mark(line: list[Fragment], document: Document) -> list[Fragment]:
    if not line or len(line) > 6 or any(f.grid for f in line) or any(f.pipes for f in line[1:]):
        return line
    return [] if _PAGE_MARK.fullmatch(document.text[line[0].start : line[-1].end].strip()) else line


def _is_one_paragraph(document: Document) -> bool:
    """Whether blanks are all that divides the cells: lines and pipes are too few."""
    printed = [f for f in document.fragments if f.text]
    divided = sum(f.newlines > 0 or f.pipes > 0 or f.grid is not None for f in printed)
    return 10 * divided < len(printed)


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
    for table in TABLES:
        if table not in starts and (found := _behind_heading(pieces, anchors, table, starts)) is not None:
            starts[table] = (*found, 0)
    for table, (first, last, rivals) in starts.items():
        limits = [f for other, (f, _, _) in starts.items() if other != table and f > last]
        floor = max([e + 1 for other, (_, e, _) in starts.items() if other != table and e < first], default=0)
        first = _lengthen_back(pieces, first, floor)
        end = _lengthen(pieces, anchors, table, last, min(limits, default=len(pieces)))
        stretch = tuple(pieces[first:end])
        if _holds_cells(stretch, anchors[first:end], table):
            streams[table] = CellStream(table, stretch, rivals)
    return streams


def _holds_cells(stretch: Sequence[Piece], anchors: Sequence[tuple[str, float] | None], table: str) -> bool:
    """Whether there are cells at all: values, drawn blanks, or most of the labels (every blank was dropped)."""
    if any(piece.is_value and piece.kind is not PieceKind.EMPTY for piece in stretch):
        return True
    if sum(piece.kind is PieceKind.EMPTY for piece in stretch) > len(stretch) // 3:
        return True
    return sum(a is not None and a[0] == table for a in anchors) >= 0.6 * len(label_set(table))


def _behind_heading(
    pieces: Sequence[Piece],
    anchors: Sequence[tuple[str, float] | None],
    table: str,
    starts: Mapping[str, tuple[int, int, int]],
) -> tuple[int, int] | None:
    """A table whose labels were lost: values enough right behind its heading."""
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.kind is not PieceKind.TEXT or len(piece.label) > 40 or not _HEADINGS[table].search(piece.label):
            continue
        if any(first <= i <= last for first, last, _ in starts.values()):
            continue
        j = i + 1
        while j < len(pieces) and pieces[j].kind is PieceKind.TEXT and j < i + 8 and not _is_heading(pieces[j], table):
            j += 1
        k = j
        while k < len(pieces) and (pieces[k].is_value or is_torn(pieces[k], table)):
            k += 1
        if sum(p.is_value for p in pieces[j:k]) >= 8:
            return j, max(j, k - 1)
    return None


def _is_heading(piece: Piece, table: str) -> bool:
    return any(other != table and pattern.search(piece.label) for other, pattern in _HEADINGS.items())


def _gain(piece: Piece, anchor: tuple[str, float] | None, table: str) -> float:
    if anchor is not None:
        return anchor[1] if anchor[0] == table else -1.5
    if piece.kind is PieceKind.NUMBER:
        return 0.0
    if piece.kind is not PieceKind.TEXT:
        return 0.0
    if is_prose(piece):
        return -_PROSE_PENALTY
    if is_torn(piece, table):
        return 0.0
    return -_GAP_PENALTY


def is_torn(piece: Piece, table: str) -> bool:
    """Whether a short piece holds hardly anything but characters of the table's headers (vertical headers)."""
    letters = header_characters(table)
    return len(piece.label) <= _TORN_LENGTH and sum(c in letters for c in piece.label) >= 0.8 * len(piece.label)


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
            strangers += not is_torn(piece, table)
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
        and len(numbers) <= len(set(numbers)) + 1
        and len(lines) <= len(set(lines)) + 2
        and len(labels) >= 2
    )


_REPEATED = frozenset({"信息内容", "总计", "结果维持", "结果纠正", "其他结果", "尚未审结", "本年处理决定数量"})
