"""Where a text breaks off before its end: a download that was cut, an excerpt, one page of several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.alignment.align import FilledTable
from gouji.finding.sections import CLOSING, Section
from gouji.forms import TABLES
from gouji.pieces import Piece, PieceKind, is_prose
from gouji.text.folding import squash

_TAIL = 12  # pieces at the end that the date under a report stands in (set)
_NOTES = 2  # short texts behind the last number that do not end a table: a unit, half a label (set)
_DATE = re.compile(r"(?:.{0,30}[^0-9])?20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_NEXT_PAGE = re.compile(r"下一?页|展开全文|阅读全文|查看全文|余下全文|未完待续|已截断|内容过长|\[?truncated\]?", re.I)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a text breaks off.

    start: the character of `Document.text` behind the last that was read of the report.
    table: the table inside which it breaks off, with `row`, the key of the last row that was read of it; None
    between tables.
    heading: whether the last thing is a heading with nothing behind it.
    """

    start: int
    table: str | None = None
    row: str | None = None
    heading: bool = False


def is_whole(filled: FilledTable) -> bool:
    """Whether a table goes on to the last cell of its last row; where rows stand side by side, whether it has all."""
    last = filled.rows[-1]
    if filled.template.side_by_side:
        return all(mark is not None for row in filled.rows for mark in row.placed.reading.marks)
    return last.span is not None and last.placed.reading.marks[-1] is not None


def find_cut(pieces: Sequence[Piece], sections: Sequence[Section], filled: Mapping[str, FilledTable]) -> Cut | None:
    """Where the text of a report breaks off; None where it goes on to its closing sections or its date, or where all
    three tables are whole or are followed by other text."""
    last = max(filled.values(), key=_last_start, default=None)
    end = _last_start(last) if last is not None else -1
    reached = max((s.start for s in sections if s.kind in TABLES), default=-1)
    closing = max((s.start for s in sections if s.kind in CLOSING), default=-1)
    if closing > max(reached, end) or _is_signed(pieces, max(reached, end)):
        return None
    after = [piece for piece in pieces if piece.fragment.start > end and piece.kind is PieceKind.TEXT]
    if last is not None and len(after) <= _NOTES and not any(map(is_prose, after)) and not is_whole(last):
        there = [row.key for row, read in zip(last.template.rows, last.rows, strict=True) if read.span is not None]
        return Cut(_end(pieces), last.template.table, there[-1] if there else None)
    if closing > reached or len(filled) == len(TABLES) or not sections:
        return None
    texts = [piece for piece in pieces if piece.fragment.text]
    return Cut(_end(pieces), heading=bool(texts) and texts[-1].fragment.start == sections[-1].start)


def _last_start(filled: FilledTable) -> int:
    """Where the last piece begins that belongs to a row of a table."""
    spans = [row.span for row in filled.rows if row.span is not None]
    places = [i for span in spans for i in (*span.labels, *span.values)]
    return filled.stream.pieces[max(places)].fragment.start if places else -1


def _end(pieces: Sequence[Piece]) -> int:
    return max((piece.fragment.end for piece in pieces), default=0)


def _is_signed(pieces: Sequence[Piece], behind: int) -> bool:
    """Whether the text ends with the date of a report, and does not say that it goes on elsewhere."""
    tail = [squash(piece.fragment.text) for piece in pieces[-_TAIL:] if piece.fragment.start > behind]
    return any(_DATE.fullmatch(text) for text in tail) and not any(_NEXT_PAGE.search(text) for text in tail)
