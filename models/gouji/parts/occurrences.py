"""Where rows of the three tables stand in a page, table by table and none of them twice in one place.

Coarser than the streams of `streams.py`, and of another use: what stands here twice is another report, another year or
a copy. `may_repeat` is the cheap question before the dear ones.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gouji.document import Document
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, TABLES, template
from gouji.pieces import Piece, PieceKind, document_to_pieces
from gouji.text.labels import canonical
from gouji.text.likeness import SAME_ROW, find_nearest, without_numeral
from gouji.text.remembering import remember

_SHORT_ROW = 6  # characters from which a label that is not quite a row's counts
_FEWEST_ROWS = {ACTIVE_DISCLOSURE: 3, APPLICATIONS: 3, REVIEW_LITIGATION: 2}
_TRAILING = 40  # values behind the last label of a row that still are the table's
# Words that a report prints once, in a table; two of them twice, and there may be two reports, or a table twice.
_ONCE = tuple(
    re.compile(word)
    for word in ("[国國]家秘密", "信[访訪][举舉][报報]", "重[复複]申[请請]", "公[开開]出版", "[复複覆][议議][后後]起",
                 "行政[强強]制", "有效件|[对對]外公[开開]", "集中[采採][购購]")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A stretch of the page with rows of one table, none of them twice. numbers: what it prints, but for zeros."""

    start: int
    end: int
    table: str
    rows: frozenset[str]
    numbers: tuple[str, ...]
    values: int

    def repeats(self, other: "Occurrence") -> bool:
        """Whether both hold the same rows, and not one the rest of the other."""
        both = len(self.rows & other.rows)
        return 2 * both >= min(len(self.rows), len(other.rows))


def may_repeat(text: str) -> bool:
    """Whether words that a report prints once stand here twice: the cheap question before the dear ones."""
    bare = "".join(text.split())
    twice = 0
    for word in _ONCE:
        first = word.search(bare)
        twice += first is not None and word.search(bare, first.end()) is not None
        if twice >= 2:
            return True
    return False


@cache
def _rows() -> dict[str, tuple[str, str]]:
    """Row labels that stand in one table only, canonical and without their numeral -> table and key of the row."""
    found: dict[str, set[tuple[str, str]]] = {}
    groups: set[str] = set()
    for table in TABLES:
        for form in FORMS:
            for row in template(table, form).rows:
                groups |= {without_numeral(canonical(group)) for group in row.under}
                key = row.label if table == REVIEW_LITIGATION else row.key
                found.setdefault(without_numeral(canonical(row.label)), set()).add((table, key))
    return {
        label: next(iter(rows))
        for label, rows in found.items()
        if len({table for table, _ in rows}) == 1 and label not in groups and label not in ("其他", "总计")
    }


@cache
def _times() -> dict[str, int]:
    """Column labels that stand in one table only (四), and how often it prints them; rows stand there once."""
    found: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for table in TABLES:
        for row in template(table, FORMS[0]).rows if template(table, FORMS[0]).side_by_side else ():
            for column in row.columns:
                found.setdefault(canonical(column.label), set()).add(table)
                times[canonical(column.label)] += 1
    return {label: times[label] for label in found if len(label) > 2}


@remember(16384)
def _row_of(label: str) -> tuple[str, str] | None:
    """The table and the row that a canonical text is the label of."""
    bare = without_numeral(label)
    if bare in _rows():
        return _rows()[bare]
    if bare in _times():
        return REVIEW_LITIGATION, bare
    if len(bare) < _SHORT_ROW:
        return None
    near = find_nearest(bare, _rows().keys(), SAME_ROW)
    return _rows()[near] if near else None


def find_occurrences(document: Document, openers: Sequence[int]) -> list[Occurrence]:
    """Where rows of the three tables stand, table by table. openers: places that no table reaches over."""
    pieces = document_to_pieces(document)
    rows = [_row_of(piece.label) if piece.kind is PieceKind.TEXT else None for piece in pieces]
    found: list[Occurrence] = []
    for table in TABLES:
        hits = [(i, row[1]) for i, row in enumerate(rows) if row is not None and row[0] == table]
        runs = list(_runs(hits, pieces, sorted(openers)))
        ends = [*(run[0][0] for run in runs[1:]), len(pieces)]
        for run, end in zip(runs, ends, strict=False):
            if len({row for _, row in run}) >= _FEWEST_ROWS[table]:
                found.append(_occurrence(table, run, pieces, rows, end))
    return sorted(found, key=lambda occurrence: occurrence.start)


def _runs(
    hits: Sequence[tuple[int, str]], pieces: Sequence[Piece], openers: Sequence[int]
) -> Iterator[list[tuple[int, str]]]:
    """Hits in runs of which none has a row twice (a label of 四: more often than 四 prints it), or an opener inside."""
    run: list[tuple[int, str]] = []
    for hit in hits:
        if run:
            before, at = pieces[run[-1][0]].fragment.start, pieces[hit[0]].fragment.start
            seen = sum(hit[1] == row for _, row in run)
            again = hit[1] != run[-1][1] and seen >= _times().get(hit[1], 1)
            if again or any(before < opener <= at for opener in openers):
                yield run
                run = []
        run.append(hit)
    if run:
        yield run


def _occurrence(
    table: str,
    run: Sequence[tuple[int, str]],
    pieces: Sequence[Piece],
    rows: Sequence[tuple[str, str] | None],
    end: int,
) -> Occurrence:
    """From the first row to the last and the values behind it."""
    first, last = run[0][0], run[-1][0]
    stop, trailing = last + 1, 0
    while stop < end and trailing < _TRAILING and (other := rows[stop]) in (None, (table, run[-1][1])):
        if pieces[stop].is_value:
            last, trailing = stop, trailing + 1
        elif other is None and len(pieces[stop].label) > 12:
            break
        stop += 1
    inside = [piece for piece in pieces[first : last + 1] if piece.kind is PieceKind.NUMBER]
    numbers = [str(p.numeral.value) for p in inside if p.numeral is not None and p.numeral.value]
    return Occurrence(
        pieces[first].fragment.start,
        pieces[last].fragment.end,
        table,
        frozenset(row for _, row in run),
        tuple(sorted(numbers)),
        len(inside),
    )
