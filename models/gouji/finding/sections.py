"""The frame of a report: where its sections begin, told by the words of their headings and not by their numerals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.pieces import Piece, PieceKind
from gouji.text.labels import HEADINGS

OVERVIEW, PROBLEMS, OTHERS = "overview", "problems", "others"
ORDER = (OVERVIEW, *TABLES, PROBLEMS, OTHERS)  # as every report seen has them
CLOSING = frozenset({PROBLEMS, OTHERS})
_UNNUMBERED = 24  # characters of a heading that has no numeral: a sentence that begins with its words is longer
_NUMERAL = r"(?:第?(?P<numeral>[一二三四五六七八九十]{1,2}|[0-9]{1,2})(?:部分|章|节)?|表[一二三四0-9]?)?"
_OF_OPENNESS = "(?:因|本机关)?(?:政府信息公开|政务公开)?(?:工作)?"
# On canonical text: simplified, without blanks and punctuation.
_HEADINGS = {
    OVERVIEW: re.compile(rf"^{_NUMERAL}(?:(?:总体|基本|工作开展|工作基本|工作总体)(?:工作)?(?:情况|概况)|概述)"),
    ACTIVE_DISCLOSURE: re.compile(rf"^{_NUMERAL}(?:本机关)?{HEADINGS[ACTIVE_DISCLOSURE].pattern}"),
    APPLICATIONS: re.compile(rf"^{_NUMERAL}(?:本机关)?{HEADINGS[APPLICATIONS].pattern}"),
    REVIEW_LITIGATION: re.compile(rf"^{_NUMERAL}{_OF_OPENNESS}被?(?:申请|提起)?{HEADINGS[REVIEW_LITIGATION].pattern}"),
    PROBLEMS: re.compile(
        rf"^{_NUMERAL}{_OF_OPENNESS}(?:中)?(?:存在|面临)?(?:的)?(?:主要|突出)?(?:问题|不足|困难)(?:和|及|与|以及|$)"
    ),
    OTHERS: re.compile(
        rf"^{_NUMERAL}(?:其他|其它)(?:需要|应当|须|需)?(?:报告|说明|公开)?的?(?:重要|有关)?(?:事项|情况)"
    ),
}
_FILE = re.compile("(?:统计)?表")  # behind the words of a heading: an attachment in a list of such
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading. kind: one of ORDER; at: its place among the pieces; start: its first character in the text;
    numeral: its number, None where it has none."""

    kind: str
    at: int
    start: int
    numeral: int | None


def find_sections(pieces: Sequence[Piece]) -> tuple[Section, ...]:
    """Every heading in reading order, those of a table of contents too."""
    found: list[Section] = []
    for i, piece in enumerate(pieces):
        if piece.kind is not PieceKind.TEXT:
            continue
        matches = [(kind, match) for kind, pattern in _HEADINGS.items() if (match := pattern.match(piece.label))]
        if not matches or sum(_names(piece.label, table) for table in TABLES) > 1:
            continue  # a line that lists the tables is no heading of any
        kind, match = matches[0]
        if _FILE.match(piece.label[match.end() :]):
            continue
        numeral = _numeral(match["numeral"]) if kind not in CLOSING or match["numeral"] else None
        if numeral is None and len(piece.label) > _UNNUMBERED:
            continue
        found.append(Section(kind, i, piece.fragment.start, numeral))
    return tuple(found)


def _names(label: str, table: str) -> bool:
    words = {ACTIVE_DISCLOSURE: "主动公开", APPLICATIONS: "收到", REVIEW_LITIGATION: "诉讼"}
    return words[table] in label and "情况" in label


def _numeral(printed: str | None) -> int | None:
    if not printed:
        return None
    return int(printed) if printed.isdigit() else sum(_NUMERALS[c] for c in printed)  # 十一: 10 + 1
