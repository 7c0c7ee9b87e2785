"""Is this text that label? The one measure of it, in two units, and every threshold that it is held against.

`likeness` is the share of characters that agree, 0 to 1 (Levenshtein with insertions and deletions alone, as rapidfuzz
computes it). `match` tells the same in nats, as evidence for an alignment: the log-likelihood ratio of "this piece
belongs to that label" against "it is anything else". It grows with the number of characters that agree, so a piece of
four characters weighs less than a whole label, and the pieces of a label that was torn apart add up to about what the
whole label gives. All texts are canonical (`labels.canonical`).
"""

import re
from collections.abc import Collection, Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Postfix, Prefix

from gouji.text.remembering import remember

# Shares of agreeing characters, all set by hand on made documents: the shorter the texts and the more of them there
# are to be mistaken for, the more has to agree.
SAYS_NOTHING = 0.62  # under this a piece says nothing for a label
NAMES_TABLE = 0.7  # a text speaks for the table of a label
LIKE_COLUMN = 0.75  # a header is that of a column of table 二
CONTAINS = 0.75  # a longer piece holds the label
LIKE_LINE = 0.8  # a line of a page is made of official texts; on a scan, a line was seen before
SAME_GROUP = 0.85  # 本年办理结果 for 本年度办理结果
OPENS_TABLE = 0.88  # a text opens a table on a page without rules
SAME_ROW = 0.84  # a text is the label of a row, where there is no table around it
COPY = 0.9  # two texts are the same report

_NATS_PER_CHARACTER = 0.9
_PIECE_LIMIT = 9.0  # the most that one piece may say
_WHOLE_BONUS = 2.5
MISMATCH = -2.0
_LONG, _WORD = 8, 4  # characters of a label that is known without one of its words; of such a word
_LEADING_NUMERAL = re.compile(r"^[0-9一二三四五六七八九十]{1,2}(?=[\u3400-\u9fff]{2})")


def likeness(one: str, other: str) -> float:
    """The share of characters that agree, 0 to 1."""
    return float(fuzz.ratio(one, other)) / 100


def likeness_inside(shorter: str, longer: str) -> float:
    """The share of characters of the shorter text that agree with its best place in the longer one, 0 to 1."""
    return float(fuzz.partial_ratio(shorter, longer)) / 100


def is_like_any(text: str, labels: Iterable[str], least: float) -> bool:
    """Whether a text is at least so like one of the labels."""
    return any(likeness(label, text) >= least for label in labels)


def find_nearest(text: str, labels: Collection[str], least: float) -> str | None:
    """The label that a text is most like; None where none is at least so like it."""
    found = process.extractOne(text, labels, scorer=fuzz.ratio, score_cutoff=least * 100)
    return found[0] if found else None


def without_numeral(label: str) -> str:
    """A label without the number before it."""
    return _LEADING_NUMERAL.sub("", label)


@remember(262144)
def match(piece: str, label: str) -> float:
    """Nats for one canonical piece against one canonical label."""
    if piece == label:
        return min(_NATS_PER_CHARACTER * len(label), _PIECE_LIMIT) + _WHOLE_BONUS
    bare_piece, bare_label = without_numeral(piece), without_numeral(label)
    if bare_piece == bare_label:
        # The numeral was lost, or the group above was numbered in another way.
        return min(_NATS_PER_CHARACTER * len(bare_label), _PIECE_LIMIT) + 0.6 * _WHOLE_BONUS
    exchanged = _score_exchanged(bare_piece, bare_label)
    if exchanged is not None:
        return exchanged
    if len(piece) <= len(label):
        ratio = likeness_inside(piece, label)
        if ratio < SAYS_NOTHING or len(piece) < 2:
            return MISMATCH
        whole = likeness(piece, label)
        bonus = _WHOLE_BONUS * max(0.0, whole - 0.6) / 0.4
        weight = _NATS_PER_CHARACTER if ratio > 0.99 else 2.0 * (ratio - SAYS_NOTHING)
        return float(min(weight * len(piece), _PIECE_LIMIT) + bonus)
    # The label inside a longer piece: glued to its group, or followed by an explanation in brackets.
    inside = bare_label if len(bare_label) > 3 else label
    ratio = likeness_inside(inside, piece)
    if ratio < CONTAINS or len(inside) < 2:
        return MISMATCH
    whole = likeness(piece, label)
    extra = len(piece) - len(label)
    weight = _NATS_PER_CHARACTER if ratio > 0.99 else 2.0 * (ratio - SAYS_NOTHING)
    score = min(weight * len(inside), _PIECE_LIMIT) + _WHOLE_BONUS * max(0.0, whole - 0.6) / 0.4
    # A short label is found by chance in long prose.
    return float(max(score - 0.25 * extra / max(1, len(inside) / 4), MISMATCH))


def _score_exchanged(piece: str, label: str) -> float | None:
    """Nats of a long label in which a word was exchanged (advertising for 政府): its head and its tail are there."""
    if min(len(piece), len(label)) < _LONG or abs(len(piece) - len(label)) > _WORD:
        return None
    head, tail = Prefix.similarity(piece, label), Postfix.similarity(piece, label)
    kept = min(head + tail, len(piece), len(label))
    if min(head, tail) < 2 or len(label) - kept > _WORD or kept < 0.6 * len(label) or kept == len(label):
        return None
    return float(min(_NATS_PER_CHARACTER * kept, _PIECE_LIMIT))
