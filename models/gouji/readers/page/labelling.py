"""Pieces of text outside of ruled tables put together into labels, and held against the official ones.

Pieces that stand over one another are stacked, and a stack is cut into labels where the cuts give the official
labels best.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gouji.document import Box
from gouji.forms import FORMS, REVIEW_LITIGATION, TABLES, Row, head, template
from gouji.readers.page.ink import Chunk, union
from gouji.text.labels import canonical
from gouji.text.likeness import OPENS_TABLE, is_like_any, likeness
from gouji.text.numerals import read_numeral
from gouji.text.remembering import remember

_LONGEST_LABEL = 8  # pieces


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text in the flow: `box` is there, the chunk's own box on its page."""

    chunk: Chunk
    page: int
    line: int
    box: Box

    @property
    def x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Label:
    """Pieces that make one label, the official label nearest to it (canonical), and how near, 0 to 1."""

    pieces: tuple[Piece, ...]
    official: str
    likeness: float

    @property
    def text(self) -> str:
        return "".join(piece.chunk.text for piece in self.pieces)

    @property
    def box(self) -> Box:
        return union(piece.box for piece in self.pieces)

    @property
    def x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@cache
def official_rows(table: str) -> Mapping[str, Row]:
    """The rows of a table of every form by their canonical label; the older form gives way to the newer."""
    return {canonical(row.label): row for form in reversed(FORMS) for row in template(table, form).rows}


@cache
def official_texts(table: str) -> frozenset[str]:
    """Every text that a form prints in a table, canonical."""
    texts = {head(own) for own in TABLES} if table != REVIEW_LITIGATION else {template(table, FORMS[0]).rows[0].label}
    for form in FORMS:
        for row in template(table, form).rows:
            texts |= {row.label, *row.under}
            for column in row.columns:
                texts |= {column.label, *column.under}
    return frozenset(canonical(text) for text in texts)


@remember(16384)
def nearest(text: str, table: str) -> tuple[str, float]:
    """The official text of a table nearest to a canonical text, and its likeness, 0 to 1."""
    if not text:
        return "", 0.0
    return max(
        ((official, likeness(text, official)) for official in official_texts(table)),
        key=lambda found: (found[1], found[0]),
    )


def is_value(chunk: Chunk) -> bool:
    """Whether a chunk is a number, a mark for nothing, or something that could not be read."""
    return bool(chunk.unread and not chunk.text) or read_numeral(chunk.text) is not None


def stack_pieces(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that stand over one another, near enough to be one text, from top to bottom."""
    stacks: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.box[1], p.x)):
        best: list[Piece] | None = None
        for stack in stacks:
            last = stack[-1]
            gap = piece.box[1] - last.box[3]
            shared = min(piece.box[2], last.box[2]) - max(piece.box[0], last.box[0])
            narrower = min(piece.box[2] - piece.box[0], last.box[2] - last.box[0])
            fits = shared >= 0.6 * narrower and -0.5 * last.height <= gap <= 0.9 * last.height
            if fits and (best is None or _offset(piece, last) < _offset(piece, best[-1])):
                best = stack
        if best is None:
            stacks.append([piece])
        else:
            best.append(piece)
    return stacks


def _offset(one: Piece, other: Piece) -> float:
    return min(abs(one.x - other.x), abs(one.box[0] - other.box[0]))


def cut_stack(stack: Sequence[Piece], table: str) -> list[Label]:
    """Cut a stack into labels so that they agree best with official ones (dynamic programming over the cuts)."""
    best: list[tuple[float, list[Label]]] = [(0.0, [])]
    for end in range(1, len(stack) + 1):
        options: list[tuple[float, list[Label]]] = []
        for start in range(max(0, end - _LONGEST_LABEL), end):
            text = canonical("".join(piece.chunk.text for piece in stack[start:end]))
            official, near = nearest(text, table)
            gain = len(text) * (near**3 - 0.15) - 0.3
            options.append((best[start][0] + gain, [*best[start][1], Label(tuple(stack[start:end]), official, near)]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def find_labels(pieces: Sequence[Piece], table: str) -> list[Label]:
    """The labels of a region. Pieces that are a whole label by themselves never join a stack."""
    whole: list[Label] = []
    rest: list[Piece] = []
    for piece in pieces:
        official, near = nearest(canonical(piece.chunk.text), table)
        if near > 0.97 and len(official) > 2:
            whole.append(Label((piece,), official, near))
        else:
            rest.append(piece)
    return whole + [label for stack in stack_pieces(rest) for label in cut_stack(stack, table)]


@cache
def _header_ends(table: str) -> frozenset[str]:
    """The beginnings and the ends of column headers that a narrow column leaves on a line."""
    ends: set[str] = set()
    for form in FORMS:
        for row in template(table, form).rows:
            for header in {canonical(column.label) for column in row.columns}:
                ends |= {header[:n] for n in range(2, len(header) + 1)} | {
                    header[n:] for n in range(1, len(header) - 1)
                }
    return frozenset(ends)


@remember(4096)
def _header_parts(text: str, table: str) -> tuple[int, ...]:
    """Lengths of the fewest beginnings and ends of headers that make up the text; empty when there are none."""
    ends = _header_ends(table)
    best: list[tuple[int, ...] | None] = [()]
    for end in range(1, len(text) + 1):
        ways = [
            (*parts, end - start)
            for start in range(end)
            if (parts := best[start]) is not None and text[start:end] in ends
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ()


def cut_headers(chunk: Chunk, table: str) -> list[Chunk]:
    """A chunk in which the headers of neighbouring narrow columns ran together, cut between them.

    Only on scans: a digital page says itself where its characters stand.
    """
    text = chunk.text
    if chunk.score is None or len(text) < 4 or canonical(text) != text or nearest(text, table)[1] > 0.97:
        return [chunk]
    lengths = _header_parts(text, table)
    if len(lengths) < 2:
        return [chunk]
    x0, y0, x1, y1 = chunk.box
    pitch = (x1 - x0) / len(text)
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    return [
        replace(chunk, text=text[start : start + n], box=(x0 + start * pitch, y0, x0 + (start + n) * pitch, y1))
        for start, n in zip(starts, lengths, strict=True)
    ]


@cache
def _opening(table: str) -> tuple[str, ...]:
    """The texts that a table opens with, canonical: what stands over its labels, and the first header that no other
    table has."""
    rows = template(table, FORMS[0]).rows
    if template(table, FORMS[0]).side_by_side:
        opens = (*rows[1].under, rows[1].label)
    else:
        opens = (head(table), *next((c.under for c in rows[0].columns if c.under), rows[0].under))
    return tuple(map(canonical, opens))


def opening_of(text: str) -> str | None:
    """The table whose header a piece of text opens, if any."""
    key = canonical(text)
    for table in TABLES:
        if is_like_any(key, _opening(table), OPENS_TABLE):
            return table
    return None
