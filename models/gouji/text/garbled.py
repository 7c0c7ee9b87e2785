"""Whether a text was garbled in a way that nobody could undo: wrong decoding, lost bytes, fonts without a map, escapes.

Such a text says nothing about which tables the source holds. The thresholds were set on the rebuilt documents (none of
them is garbled) and on the same documents decoded wrongly.
"""

import re
from collections import Counter

from gouji.document import Document
from gouji.text.characters import FREQUENT, IDEOGRAPH, count_labels, is_odd

_MOST = 200_000  # characters that are looked at
_FEW = 20  # characters or marks from which a text can be judged
_ODD_SHARE = 0.2  # of the characters beyond ASCII that are no ordinary ones
_LEAST_FREQUENT = 0.15  # share of the most frequent characters among ideographs; prose has more than 0.4
_GARBLED_LINES = 3  # lines that are garbled in a text which is healthy otherwise
_ODD_IN_LINE = 0.5
_SHORTEST_LINE = 4  # characters beyond ASCII
_ESCAPES = re.compile(
    r"\\+u[0-9a-fA-F]{4}|\\+x[0-9a-fA-F]{2}|&(?:amp;)*#x?[0-9a-fA-F]{2,6};|%u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}(?=%)|&[a-zA-Z]{2,8};"
    r"|=[0-9A-F]{2}(?==)|\(cid:[0-9]+\)|\?{2,}|锟斤拷|[\ufffd\ue000-\uf8ff]"
)


def is_garbled(document: Document) -> bool:
    """Whether the text that was read is, in whole or for whole lines, none that its author wrote."""
    return is_garbled_text(document.text)


def is_garbled_text(text: str) -> bool:
    """As is_garbled, of a text alone."""
    text = text[:_MOST]
    counts = Counter(text)
    beyond = {character: count for character, count in counts.items() if character > "\x7f"}
    odd = {character: count for character, count in beyond.items() if is_odd(character)}
    if _is_mostly_odd(sum(odd.values()), sum(beyond.values())):
        return True
    if sum(1 for _ in _ESCAPES.finditer(text)) >= _FEW:
        return True
    if _is_no_chinese(beyond) and count_labels(text) == 0:
        return True
    return bool(odd) and sum(map(_is_garbled_line, text.splitlines())) >= _GARBLED_LINES


def _is_mostly_odd(odd: int, beyond: int) -> bool:
    return odd >= _FEW and odd >= _ODD_SHARE * beyond


def _is_no_chinese(beyond: dict[str, int]) -> bool:
    """Whether there are enough ideographs to tell, and hardly any of those that every report repeats."""
    ideographs = {character: count for character, count in beyond.items() if IDEOGRAPH.match(character)}
    total = sum(ideographs.values())
    frequent = sum(count for character, count in ideographs.items() if character in FREQUENT)
    return total >= _FEW and frequent < _LEAST_FREQUENT * total


def _is_garbled_line(line: str) -> bool:
    beyond = [character for character in line if character > "\x7f"]
    return len(beyond) >= _SHORTEST_LINE and sum(map(is_odd, beyond)) >= _ODD_IN_LINE * len(beyond)
