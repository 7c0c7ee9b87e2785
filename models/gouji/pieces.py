"""Document -> pieces: fragments prepared for alignment, the same for rules, network and streams.

A piece knows what it could be (a number, a mark for nothing, an empty cell, text) before anybody asks which cell it is.
Page numbers are left out, words of one label are joined, and a total that a converter printed above its row goes back.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gouji.document import Document, Fragment, Gap, join_boxes
from gouji.text.glued import cut_glued
from gouji.text.labels import canonical, header_characters, is_group, is_row, without_explanation
from gouji.text.numerals import Numeral, NumeralKind, read_numeral
from gouji.text.ordinals import find_ordinals
from gouji.text.page_marks import is_one_paragraph, without_page_marks
from gouji.text.sentences import join_sentences
from gouji.text.wrapped import join_wrapped

_PROSE_LENGTH = 34  # characters without their blanks: longer than any column header, as long as the longest row labels
_TORN_LENGTH = 16
_JOINED_LENGTH = 80  # words of one cell are joined up to this length
_DIGITS, _ITEM_NUMBER = re.compile("[0-9０-９]+"), re.compile("^[ (（]*[0-9]{1,2}[)）.、．]")
# What a converter writes for a cell that holds nothing, and for a header that is not there.
_NOTHING = re.compile(
    r"[Nn]a[Nn]|NAN|[Nn]one|NONE|null|NULL|#?[Nn]/[Aa]|<NA>|NaT|undefined|Unnamed: ?\d+(?:_level_\d+)?"
)
_ITEM_MARKS, _ITEM_NUMERALS = frozenset("、"), frozenset("一二三四五六七八九十")
_RULE = re.compile("-{3,}")
_SIGNS = frozenset(("增加", "新增", "增", "上升", "减少", "减", "下降", "↑", "↓"))
_PROSE_MARKS = frozenset("。;；!！?？")
_ITEM = re.compile(r"[(（〔][一二三四五六七八九十][)）〕]|[1-9][.、．]")  # what a row of a group begins with


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


@dataclass(frozen=True, slots=True, eq=False)
class CellStream:
    """The pieces of one table in reading order; `rivals` counts other stretches of the page that look like it.

    guessed: whether values were put behind their labels without any sum that vouches for it.
    settled: whether the columns of a grid told the place of every value.
    after: what stands right behind the stretch, up to the first text and with it.
    ends: whether the source ends there, or with that text, which may be half a label.

    Compared by identity, so that what was told of one can be remembered cheaply.
    """

    table: str
    pieces: tuple[Piece, ...]
    rivals: int = 0
    guessed: bool = False
    settled: bool = False
    after: tuple[Piece, ...] = ()
    ends: bool = False


def fragment_to_piece(fragment: Fragment) -> Piece:
    """Tell what a fragment is."""
    if fragment.unread:
        return Piece(fragment, PieceKind.UNREAD, "", None)
    if not fragment.text or _NOTHING.fullmatch(fragment.text):
        return Piece(fragment, PieceKind.EMPTY, "", None)
    numeral = read_numeral(fragment.text)
    if numeral is None:
        return Piece(fragment, PieceKind.TEXT, canonical(without_explanation(fragment.text)), None)
    kind = {
        NumeralKind.NUMBER: PieceKind.NUMBER,
        NumeralKind.BLANK_MARK: PieceKind.MARK,
        NumeralKind.UNREAD: PieceKind.UNREAD,
    }[numeral.kind]
    return Piece(fragment, kind, "", numeral)


def document_to_pieces(document: Document) -> list[Piece]:
    """The pieces of a document. Words of text that only blanks divide are one piece: `社会公 益组织`."""
    pieces: list[Piece] = []
    if is_one_paragraph(document):
        return [fragment_to_piece(fragment) for fragment in cut_glued(document.fragments)]
    fragments = join_sentences(list(without_page_marks(document)), document.text)
    for fragment in cut_glued(join_wrapped(fragments)):
        piece = fragment_to_piece(fragment)
        if piece.kind is PieceKind.TEXT and fragment.gap is Gap.SPACE and pieces and pieces[-1].kind is PieceKind.TEXT:
            before = pieces[-1].fragment
            short = fragment.end - before.start <= _JOINED_LENGTH and before.page == fragment.page
            if short and not (_ITEM.match(fragment.text) and is_group(pieces[-1].label)):
                joined = replace(
                    before,
                    text=document.text[before.start : fragment.end],
                    end=fragment.end,
                    box=join_boxes((before.box, fragment.box)),
                )
                pieces[-1] = Piece(joined, PieceKind.TEXT, canonical(without_explanation(joined.text)), None)
                continue
        if piece.kind is PieceKind.NUMBER and fragment.gap is Gap.SPACE and pieces and _is_sign(pieces[-1]):
            before = pieces[-1].fragment
            text, box = document.text[before.start : fragment.end], join_boxes((before.box, fragment.box))
            pieces[-1] = fragment_to_piece(replace(before, text=text, end=fragment.end, box=box))
            continue
        pieces.append(piece)
    pieces = _without_rules(_without_item_numbers(pieces))
    return _put_back_totals(_without_ordinals(pieces), document.text)


def _is_sign(piece: Piece) -> bool:
    """Whether a piece is the sign of the number behind it: `减 1`, `增加 12`."""
    return piece.kind is PieceKind.TEXT and piece.fragment.text in _SIGNS


def _without_ordinals(pieces: list[Piece]) -> list[Piece]:
    """The pieces without numbers that only count; what opens a line behind one of them opens it still."""
    dropped = find_ordinals(pieces)
    kept: list[Piece] = []
    for i, piece in enumerate(pieces):
        if i in dropped:
            continue
        if i - 1 in dropped and not piece.fragment.newlines and (before := pieces[i - 1].fragment).newlines:
            piece = replace(piece, fragment=replace(piece.fragment, gap=before.gap, newlines=before.newlines))
        kept.append(piece)
    return kept


def _without_item_numbers(pieces: list[Piece]) -> list[Piece]:
    """A numeral of a label whose characters stand one below the other (三、本年度办理结果) is no number."""
    for i, piece in enumerate(pieces[:-1]):
        if piece.kind is PieceKind.NUMBER and pieces[i + 1].fragment.text[:1] in _ITEM_MARKS:
            text = piece.fragment.text
            if text in _ITEM_NUMERALS:
                pieces[i] = Piece(piece.fragment, PieceKind.TEXT, canonical(text), None)
    return pieces


def _without_rules(pieces: list[Piece]) -> list[Piece]:
    """The pieces without lines of dashes between two texts, the first of which is the label of no row: what a converter
    draws under the first row of a table of one column."""
    return [
        piece
        for i, piece in enumerate(pieces)
        if not (
            piece.kind is PieceKind.MARK
            and _RULE.fullmatch(piece.fragment.text)
            and 0 < i < len(pieces) - 1
            and piece.fragment.newlines
            and pieces[i + 1].fragment.newlines
            and pieces[i - 1].kind is PieceKind.TEXT is pieces[i + 1].kind
            and not is_row(pieces[i - 1].label)
        )
    ]


def _put_back_totals(pieces: list[Piece], text: str) -> list[Piece]:
    """A total that a converter printed alone on a line above its row goes back to the empty cell at the row's end."""
    moved: list[Piece] = []
    held: Piece | None = None
    for i, piece in enumerate(pieces):
        if held is not None and piece.kind is PieceKind.EMPTY:
            moved.append(held)
            held = None
            continue
        if piece.kind in (PieceKind.NUMBER, PieceKind.MARK) and _stands_above_a_short_row(pieces, i, text):
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
    # One place for the total, and at most one of padding behind it.
    empty = [k for k, p in enumerate(row) if p.kind is PieceKind.EMPTY]
    return piped and len(empty) in (1, 2) and empty == list(range(len(row) - len(empty), len(row)))


def is_torn(piece: Piece, table: str) -> bool:
    """Whether a short piece holds hardly anything but characters of the table's headers (vertical headers)."""
    letters = header_characters(table)
    return len(piece.label) <= _TORN_LENGTH and sum(c in letters for c in piece.label) >= 0.8 * len(piece.label)


def count_strange(pieces: Iterable[Piece]) -> int:
    """How many numbers stand inside texts that are neither sentences nor items (`1.`): values that nobody cut out."""
    texts = (without_explanation(piece.fragment.text) for piece in pieces if piece.kind is PieceKind.TEXT)
    return sum(len(_DIGITS.findall(_ITEM_NUMBER.sub("", text))) for text in texts if "。" not in text)


def usual_gap(pieces: Iterable[Piece]) -> Gap | None:
    """What divides most of these pieces from those before them; None where nothing does."""
    gaps = Counter(piece.fragment.gap for piece in pieces)
    return gaps.most_common(1)[0][0] if gaps else None


def is_closer(piece: Piece, usual: Gap | None) -> bool:
    """Whether a piece stands closer to the one before it than cells do: a blank, or a line among paragraphs."""
    gap = piece.fragment.gap
    if usual is None or usual in (Gap.NONE, Gap.SPACE):
        return False
    return gap is Gap.SPACE or (gap is Gap.LINE and usual is Gap.BLANK_LINE)


def is_prose(piece: Piece) -> bool:
    """Whether a piece is a sentence rather than a label."""
    text = without_explanation(piece.fragment.text)
    if len(text) <= _PROSE_LENGTH:
        return False
    printed = len("".join(text.split()))  # blanks pad headers
    return printed > _PROSE_LENGTH and (printed > 2 * _PROSE_LENGTH or any(m in text for m in _PROSE_MARKS))
