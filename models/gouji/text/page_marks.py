"""Lines of a document that say where they stand and nothing else: page numbers; and whether it has lines at all."""

import re
from collections.abc import Iterator

from gouji.document import Document, Fragment, Gap

_LINE_GAPS = frozenset({Gap.LINE, Gap.BLANK_LINE, Gap.PAGE, Gap.TABLE, Gap.ROW})
_PAGE_MARK = re.compile(
    r"[-—–―－]+ ?\d{1,3} ?[-—–―－]+|第 ?\d{1,3} ?[页頁](?:[ ,，/]*共 ?\d{1,3} ?[页頁])?|\d{1,3} ?/ ?\d{1,3}|"
    r"(?:[Pp]age|[Pp]\.?|页码[:：]?) ?\d{1,3}(?: ?(?:/|of) ?\d{1,3})?(?: ?[-—–])?"
)


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


def is_one_paragraph(document: Document) -> bool:
    """Whether blanks are all that divides the cells: lines and pipes are too few."""
    printed = [f for f in document.fragments if f.text]
    divided = sum(f.newlines > 0 or f.pipes > 0 or f.grid is not None for f in printed)
    return 10 * divided < len(printed)
