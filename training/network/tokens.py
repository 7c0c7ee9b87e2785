"""The pieces that a rendered document is made of, and the marks that say what each piece of it is.

A text document is a list of tokens until the very end. Damage works on tokens, so the marks of the finished text
are exact whatever happened to it: they are counted while the tokens are joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from training.tables.synthesis import TrueReport

VALUE, LABEL, GROUP, HEADER, PADDING, JUNK = "value", "label", "group", "header", "padding", "junk"
MARKED = frozenset((VALUE, LABEL, GROUP, HEADER, PADDING, JUNK))
PROSE, GAP = "prose", "gap"  # unmarked: sentences and headings, and what stands between tokens


class Token(NamedTuple):
    """One piece of text. `role`: one of the constants above; `cell`, `row`: which of the template it belongs to."""

    text: str
    role: str = PROSE
    cell: str | None = None
    row: str | None = None


class Mark(NamedTuple):
    """What the characters `start` to `end` of a document's text are. A blank that shows nothing has no length."""

    start: int
    end: int
    role: str
    cell: str | None
    row: str | None


class GridMark(NamedTuple):
    """What a cell of an HTML grid is. `table` counts `<table>` tags from 0; `row`, `column`: merged cells laid out."""

    table: int
    row: int
    column: int
    role: str
    cell: str | None
    template_row: str | None


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A document whose truth is known. `text`: what `data` decodes to, which `marks` point into.

    layout: id as in the catalogue of layouts (L1, L3, ..., HTML).  kinds: names of the damage done.
    severity: none, mild, medium or severe.  style: how the tables are written inside the layout.
    stratum: the part of a test set that it belongs to.  truth_id: equal for documents of one truth.
    """

    name: str
    media_type: str
    data: bytes
    text: str
    truth: TrueReport
    layout: str
    kinds: tuple[str, ...]
    severity: str
    style: str
    stratum: str
    truth_id: str
    marks: tuple[Mark, ...] = ()
    grid: tuple[GridMark, ...] = ()


def join_tokens(tokens: Iterable[Token]) -> tuple[str, tuple[Mark, ...]]:
    """Join tokens into the text of a document and the marks of its pieces, outer blanks of a piece left out."""
    pieces: list[str] = []
    marks: list[Mark] = []
    at = 0
    for text, role, cell, row in tokens:
        pieces.append(text)
        if role in MARKED:
            bare = text.strip()
            start = at + (text.index(bare) if bare else 0)
            marks.append(Mark(start, start + len(bare), role, cell, row))
        at += len(text)
    return "".join(pieces), tuple(marks)
