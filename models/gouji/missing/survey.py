"""What is known of a document when the streams of its tables were filled: its frame, and what no table took."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gouji.alignment.align import FilledTable
from gouji.document import Document
from gouji.finding.sections import Section, find_sections
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.missing.cut_off import Cut, find_cut, is_whole
from gouji.pieces import Piece, document_to_pieces
from gouji.text.folding import squash
from gouji.text.heading import Report

# Set, not fitted: documents whose tables stand in a picture are in no calibration set.
ELSEWHERE = 0.4  # the most that "missing" is worth where something speaks for the table
NOT_SHOWN = 0.9  # ... and where nothing does, but the source does not show its absence either
NAMES = {
    ACTIVE_DISCLOSURE: "table 二 (active_disclosure)",
    APPLICATIONS: "table 三 (applications)",
    REVIEW_LITIGATION: "table 四 (review_litigation)",
}
_FEW_CHARACTERS = 600  # under which any picture of a page may be the report
_HEAD = 3  # pieces that the title of a notice stands in
_CIRCULAR = re.compile(r"通知|模板|格式|样式|填表说明|填报说明")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a table may be there all the same. most: how sure "missing" may be; where: what it may stand in, in words.

    code and advice: of the warning, where there is one of its own.
    """

    most: float
    where: str
    code: str | None = None
    advice: str = ""


@dataclass(frozen=True)
class Survey:
    """What is known of a document when its streams were filled. former: it follows the outline of before 2019."""

    document: Document
    report: Report
    filled: Mapping[str, FilledTable]
    former: bool = False

    @cached_property
    def pieces(self) -> list[Piece]:
        """All pieces of the document."""
        return document_to_pieces(self.document)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Its headings."""
        return find_sections(self.pieces)

    @cached_property
    def taken(self) -> frozenset[int]:
        """Where the pieces begin that belong to a table that was found."""
        return frozenset(p.fragment.start for f in self.filled.values() for p in f.stream.pieces)

    @cached_property
    def loose(self) -> list[Piece]:
        """The pieces that belong to no table, in reading order."""
        return [piece for piece in self.pieces if piece.fragment.start not in self.taken]

    @cached_property
    def is_report(self) -> bool:
        """Whether this reads like a report on government openness: a table, or its title and its headings."""
        kinds = {section.kind for section in self.sections}
        if self.filled or self.former:
            return True
        named = self.report.agency and self.report.year
        if not named and any(_CIRCULAR.search(squash(piece.fragment.text)) for piece in self.pieces[:_HEAD]):
            return False
        return bool(kinds) if self.report.title else len(kinds & set(TABLES)) > 1

    @cached_property
    def cut(self) -> Cut | None:
        """Where it breaks off. A report whose tables are all whole is not looked at: nothing of them can be cut."""
        if len(self.filled) == len(TABLES) and all(map(is_whole, self.filled.values())):
            return None
        return find_cut(self.pieces, self.sections, self.filled) if self.is_report and not self.former else None

    @cached_property
    def few_words(self) -> bool:
        """Whether the text is so short that a picture may be all of the report."""
        return sum(len(piece.label) for piece in self.pieces) < _FEW_CHARACTERS

    def spans(self, table: str) -> list[tuple[Section, int, int]]:
        """Each heading of a table, with the pieces from it to the next heading."""
        ends = [*(section.at for section in self.sections), len(self.pieces)][1:]
        return [(s, s.at, end) for s, end in zip(self.sections, ends, strict=True) if s.kind == table]
