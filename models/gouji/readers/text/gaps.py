"""Characters of which bytes were lost: which may stand there, and which one its neighbours speak for.

Bytes are numbers, GAP for one that was lost. A place is read as the character that stands there, or, where something
was lost, as a string of all that fit, which ends with U+FFFD unless a single one is sure. A gap is filled where only
one common ideograph fits, or only one that stands beside its neighbours in what reports say; no digit is filled in.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, product

from gouji.text.characters import IDEOGRAPH, any_digit, common_ideographs, is_odd, report_bigrams
from gouji.text.folding import squash

LOST = "\ufffd"
GAP, KEPT = -1, -2  # in place of a byte: it was lost; the character was never one of the encoding
_LEADS = (0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF)  # of ideographs and of wide punctuation
# Bytes that vanish without a trace: controls that a filter takes out, the blank and the hyphen that nobody sees.
_VANISHING = frozenset((*range(0x80, 0xA0), 0xA0, 0xAD))
_PUNCTUATION = "，。、：；（）《》“”‘’—…·！？【】"
_DIGITS = frozenset("０１２３４５６７８９．－＋")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万")
_FEW_BYTES = 8  # that an encoding has no character for
_MANY = 200  # characters that fit a gap: hardly anything of it is left
_CONTINUATION = range(0x80, 0xC0)


def read_token(codes: Sequence[int], at: int, missing: frozenset[int]) -> tuple[str, int]:
    """The character of UTF-8 that begins here (or all that fit), and where it ends; "" where none does."""
    lead = codes[at]
    leads = tuple(sorted(missing.intersection(_LEADS)))
    width = 3 if 0xE2 <= lead <= 0xEF or (lead == GAP and leads) else 2 if lead == 0xC2 else 0
    if not width:
        return "", at
    end = at + 1
    places: list[tuple[int, ...]] = [leads if lead == GAP else (lead,)]
    for _ in range(width - 1):
        code = codes[end] if end < len(codes) else KEPT
        if code in _CONTINUATION:
            places.append((code,))
        elif code == GAP or (code == 0x3F and lead != GAP):
            places.append(tuple(sorted(missing.intersection(_CONTINUATION))))
        elif code == 0x20 and lead != GAP and 0xA0 not in places[-1]:
            places.append((0xA0,))
        else:
            break
        end += 1
    if len(places) == 1 or (lead == GAP and len(places) < width):
        return "", at
    if len(places) == width and all(len(place) == 1 for place in places):
        character = bytes(place[0] for place in places).decode("utf-8", errors="replace")
        return (character, end) if IDEOGRAPH.match(character) or not is_odd(character) else ("", at)
    return _unless_sure(_fitting(tuple(places), width), missing), end


def _unless_sure(fitting: tuple[str, ...], missing: frozenset[int]) -> str:
    """The characters that fit, and U+FFFD where a single one fits that is not sure for it: too much was lost."""
    return "".join(fitting) + ("" if len(fitting) == 1 and len(missing) <= _FEW_BYTES else LOST)


@lru_cache(maxsize=4096)
def _fitting(places: tuple[tuple[int, ...], ...], width: int) -> tuple[str, ...]:
    """The usual characters of UTF-8 that agree with the bytes that are left; those of reports where none is left."""
    if width != 3:
        return ()
    if sum(len(place) > 1 for place in places) > 1:
        return tuple(sorted(_report_characters()))
    vanished = tuple(sorted(_VANISHING))
    patterns = [places] if len(places) == 3 else [(*places, vanished), (places[0], vanished, *places[1:])]
    return _usual_of({bytes(each).decode("utf-8", errors="ignore") for each in chain(*(product(*p) for p in patterns))})


def _usual_of(characters: set[str]) -> tuple[str, ...]:
    """The usual ones of some characters; of very many only those of reports."""
    found = characters & _usual()
    return tuple(sorted(found if len(found) <= _MANY else found & _report_characters()))


@lru_cache(maxsize=16384)
def _folded(character: str) -> str:
    return any_digit(squash(character))


@cache
def _neighbours() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """For each character of what reports say (folded), those that stand behind it, and those that stand before it."""
    behind: dict[str, set[str]] = {}
    ahead: dict[str, set[str]] = {}
    for pair in report_bigrams():
        first, second = pair[0], pair[1]
        behind.setdefault(first, set()).add(second)
        ahead.setdefault(second, set()).add(first)
    return {c: frozenset(found) for c, found in behind.items()}, {c: frozenset(found) for c, found in ahead.items()}


@cache
def _report_characters() -> frozenset[str]:
    return frozenset(character for pair in report_bigrams() for character in pair) & common_ideographs()


@cache
def _usual() -> frozenset[str]:
    return common_ideographs() | frozenset(_PUNCTUATION) | _DIGITS


def fill(read: list[str]) -> str:
    """The text of what was read, with the only character for each gap that fits or that its neighbours speak for."""
    for i, choices in enumerate(read):
        if len(choices) > 1:  # every string of choices ends with U+FFFD
            before = read[i - 1] if i else ""
            after = read[i + 1] if i + 1 < len(read) else ""
            read[i] = _choose(choices, before, after)
    return "".join(read)


def _choose(choices: str, before: str, after: str) -> str:
    behind, ahead = _neighbours()
    following = behind.get(_folded(before), frozenset())
    preceding = frozenset[str]()
    if len(after) <= _MANY:
        preceding = preceding.union(*(ahead.get(_folded(character), frozenset()) for character in after))
    votes = {choice: 2 * (_folded(choice) in following) + (_folded(choice) in preceding) for choice in choices}
    best = max(votes.values())
    leading = [choice for choice, vote in votes.items() if vote == best]
    # Where nothing of a character is left, and for a number, both neighbours have to speak.
    least = 3 if leading[0] in _NUMERALS or len(votes) > _MANY else 1
    if len(leading) > 1 or best < least or leading[0] in _DIGITS:
        return LOST
    return leading[0]


@lru_cache(maxsize=65536)
def _fitting_pair(leads: tuple[int, ...], trails: tuple[int, ...], written: str) -> tuple[str, ...]:
    pairs = [bytes(pair).decode(written, errors="ignore") for pair in product(leads, trails)]
    return (pairs[0][:1] or LOST,) if len(pairs) == 1 else _usual_of(set(pairs))


def read_pair(first: int, second: int, written: str, missing: frozenset[int]) -> str:
    """The character of two bytes in an encoding, or all that fit where one of them was lost."""
    leads = (first,) if first != GAP else tuple(sorted(missing))
    trails = (second,) if second != GAP else tuple(sorted(missing))
    fitting = _fitting_pair(leads, trails, written)
    return fitting[0] if len(leads) == len(trails) == 1 else _unless_sure(fitting, missing)
