"""Lines that blanks cut up and that are sentences all the same: `全年收到申请 285 件,其中自然人 50 件。`

A converter sets blanks around every number. Such a line is one text, and its numbers are no values: every one of them
counts something, and a comma or a full stop ends what it says.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from gouji.document import Fragment, Gap
from gouji.text.labels import canonical, is_row

_COUNTED = re.compile(r"(?:[人件批]次|[件条次期个份项元例起宗场篇户家名位页天年月日号%]|万元|余)")
_ENDED = re.compile(r"[,，。;；、]")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_LONGEST = 200  # characters of a line


def join_sentences(fragments: Sequence[Fragment], text: str) -> list[Fragment]:
    """The fragments with each line that is a sentence in one. text: that they were cut from."""
    found: list[Fragment] = []
    line: list[Fragment] = []
    for fragment in fragments:
        if line and (fragment.newlines or fragment.gap not in (Gap.SPACE, Gap.NONE)):
            found += _join(line, text)
            line = []
        line.append(fragment)
    return found + _join(line, text) if line else found


def _join(line: list[Fragment], text: str) -> list[Fragment]:
    if len(line) < 3 or any(f.grid is not None or f.unread for f in line):
        return line
    printed = text[line[0].start : line[-1].end]
    numbers = [k for k, fragment in enumerate(line) if _NUMBER.fullmatch(fragment.text)]
    if not numbers or len(printed) > _LONGEST or not _ENDED.search(printed):
        return line
    if not all(k + 1 < len(line) and _COUNTED.match(line[k + 1].text) for k in numbers):
        return line
    if any(k and is_row(canonical(line[k - 1].text)) for k in numbers):
        return line  # a row that is printed with its units
    return [replace(line[0], text=printed, end=line[-1].end, box=None)]
