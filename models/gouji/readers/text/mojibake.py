"""Text whose bytes were taken for another encoding than they were written in, and the ways back, lossless or not.

The characters of a line are turned into the bytes that they were taken from, and those are decoded again. Bytes that
were lost on the way leave gaps (gaps.py); labels that lose too many are known by what the same way makes of them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from opencc import OpenCC

from gouji.readers.text.gaps import GAP, KEPT, LOST, fill, read_pair, read_token
from gouji.text.characters import FREQUENT, IDEOGRAPH, common_ideographs, is_odd, report_phrases

_SINGLE = ("cp1252", "cp1251", "mac_roman", "cp437", "koi8_r", "iso8859_15")
_DOUBLE = ("gb18030", "big5hkscs", "cp932", "cp949")
_WRITTEN = ("utf-8", "gb18030", "big5hkscs")
_RUN = re.compile("[^\x00-\x7f]+")
_GAIN = 3.0  # what a line has to win, in common ideographs and odd characters less
_ODD_LEFT = 0.15  # share of odd characters in a line that is whole again
_ODD_LEFT_SHORT = 0.5  # and of one that is undone because the others were
_LEAST_FREQUENT = 0.15  # and of the most frequent ones; a wrong decoding has 0.05
_NEARLY_ALL = 0.8  # share of the letters of a text that are bytes of UTF-8
_WAYS_TRIED = 3  # on the whole text, of those that gain most on the sample
_SAMPLE_LENGTH = 400  # characters of a line of the sample
_SAMPLE = 24  # doubtful lines on which a way is tried first
_SPOKEN_FOR = 0.3  # share of the doubtful lines
_SUSPICIOUS_LINE = 2  # odd characters


@dataclass(frozen=True, slots=True)
class Way:
    """The bytes of `written` were taken for `taken`."""

    taken: str
    written: str


_WAYS = tuple(Way(taken, written) for taken, written in product((*_SINGLE, *_DOUBLE), _WRITTEN) if taken != written)


def looks_decoded_wrongly(text: str) -> bool:
    """Whether any way back is worth trying: odd characters, or Chinese without its frequent characters. Cheap."""
    counts = Counter("".join(_RUN.findall(text)))
    odd = {character for character in counts if is_odd(character)}
    if len(odd) > 2 or LOST in odd:
        return True
    ideographs = {character: count for character, count in counts.items() if IDEOGRAPH.match(character)}
    frequent = sum(count for character, count in ideographs.items() if character in FREQUENT)
    return 5 * frequent < sum(ideographs.values())


def ways_back(text: str) -> Iterator[str]:
    """The text with the lines undone that each way makes clearly better; only texts that differ."""
    lines = text.split("\n")
    doubtful = [i for i, line in enumerate(lines) if _is_doubtful(line)]
    sample = [lines[i][:_SAMPLE_LENGTH] for i in doubtful[:: max(1, len(doubtful) // _SAMPLE)]]
    gains = {way: sum(_gain(line, _better(line, way)) for line in sample) for way in _WAYS}
    for way in sorted((way for way in _WAYS if gains[way]), key=gains.__getitem__, reverse=True)[:_WAYS_TRIED]:
        backs = {i: _better(lines[i], way) for i in doubtful}
        # Where many lines speak for a way, short lines that could not speak for it are undone too.
        if sum(back is not None for back in backs.values()) >= _SPOKEN_FOR * len(backs):
            backs = {i: back or _better(lines[i], way, short=True) for i, back in backs.items()}
        yield "\n".join(backs.get(i) or line for i, line in enumerate(lines))


def _gain(line: str, back: str | None) -> float:
    return 0.0 if back is None else value_of(back) - value_of(line)


def unwrap_latin(text: str) -> str | None:
    """A text that is Latin letters for the bytes of UTF-8, and gives Latin letters again: one of several layers.

    None where hardly all of its letters can be read so.
    """
    letters = len(_LATIN_RUN.findall(text))
    read = sum(len(found.group()) for found in _LATIN_SEQUENCE.finditer(text))
    if letters < _SAMPLE or read < _NEARLY_ALL * letters:
        return None
    return _LATIN_SEQUENCE.sub(_read_sequence, text)


def _read_sequence(found: re.Match[str]) -> str:
    codes = [code for character in found.group() for code in _codes_of(character, "cp1252")]
    if GAP not in codes:
        return bytes(codes).decode("utf-8", errors="replace")
    lost = sorted(_missing("cp1252")) if codes.count(GAP) == 1 else []
    fitting = {bytes(byte if code == GAP else code for code in codes).decode("utf-8", "ignore") for byte in lost}
    # What comes back are letters of cp1252 again.
    fitting = {character for character in fitting if character and character.encode("cp1252", errors="ignore")}
    return fitting.pop() if len(fitting) == 1 else LOST


@cache
def _latin(first: int, last: int) -> str:
    """A class of the characters that stand for bytes in cp1252, its holes as the controls of their numbers."""
    codes = bytes(range(first, last + 1))
    return "[" + re.escape(codes.decode("latin-1") + codes.decode("cp1252", errors="ignore")) + "]"


_TAIL = f"(?:{_latin(0x80, 0xBF)}|{LOST})"
_LATIN_RUN = re.compile(_latin(0x80, 0xFF))
_LATIN_SEQUENCE = re.compile(
    f"{_latin(0xC2, 0xDF)}{_TAIL}|{_latin(0xE0, 0xEF)}{_TAIL}{{2}}|{_latin(0xF0, 0xF4)}{_TAIL}{{3}}"
)


def _better(line: str, way: Way, short: bool = False) -> str | None:
    """The line decoded again, where that makes it clearly better, or better at all for one of few characters."""
    back = undo_line(line, way)
    if back == line or value_of(back) < value_of(line) + (0 if short else _GAIN):
        return None
    beyond = [character for character in back if character > "\x7f"]
    frequent = sum(character in FREQUENT for character in beyond)
    odd = sum(map(is_odd, beyond))
    left = (_ODD_LEFT_SHORT if short else _ODD_LEFT) * len(beyond)
    return back if odd <= left and (short or frequent >= _LEAST_FREQUENT * len(beyond)) else None


def value_of(text: str) -> float:
    """How much of a text is Chinese as it is written, less what is none: comparable between readings of one text."""
    return sum(_value(character) for character in text if character > "\x7f")


@lru_cache(maxsize=16384)
def _value(character: str) -> float:
    if character in FREQUENT:
        return 1.0
    if character in common_ideographs():
        return 0.5
    return -1.0 if is_odd(character) else 0.0


def _is_doubtful(line: str) -> bool:
    beyond = [character for character in line if character > "\x7f"]
    odd = sum(map(is_odd, beyond))
    return odd >= _SUSPICIOUS_LINE or 5 * sum(character in FREQUENT for character in beyond) < len(beyond)


def undo_line(line: str, way: Way) -> str:
    """A line decoded again. Characters that the encoding does not have, or that give nothing, stay as they are."""
    known = _known_runs(way)
    parts: list[str] = []
    begun = 0
    for run in _RUN.finditer(line):
        if run.group() in known:
            parts += [_undo_part(line[begun : run.start()], way), known[run.group()]]
            begun = run.end()
    return "".join((*parts, _undo_part(line[begun:], way)))


def _undo_part(text: str, way: Way) -> str:
    if text.isascii():
        return text
    codes, owners = _to_codes(text, way.taken)
    if way.written == "utf-8":
        return fill(_read_utf8(text, codes, owners, _missing(way.taken)))
    return fill(_read_double(text, codes, owners, way))


@cache
def _known_runs(way: Way) -> dict[str, str]:
    """What a way makes of the runs of the form's labels and of usual phrases, where bytes are lost on it."""
    runs = {run for phrase in report_phrases() for script in _in_both_scripts(phrase) for run in _RUN.findall(script)}
    found: dict[str, set[str]] = {}
    for run in runs:
        garbled = run.encode(way.written, errors="ignore").decode(way.taken, errors="replace")
        if LOST in garbled.strip(LOST):
            for variant in (garbled, garbled.replace(LOST, "?")):
                found.setdefault(variant, set()).add(run)
    return {garbled: runs.pop() for garbled, runs in found.items() if len(runs) == 1}


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


@cache
def _in_both_scripts(phrase: str) -> tuple[str, ...]:
    wide = phrase.replace("(", "（").replace(")", "）").replace(":", "：").replace(",", "，")
    return tuple({form for each in (phrase, wide) for form in (each, _to_traditional().convert(each))})


def _to_codes(line: str, taken: str) -> tuple[list[int], list[int]]:
    """The bytes of a line, and for each the number of the character that it comes from."""
    codes: list[int] = []
    owners: list[int] = []
    for i, character in enumerate(line):
        found = (ord(character),) if character < "\x80" else _codes_of(character, taken)
        codes += found
        owners += [i] * len(found)
    return codes, owners


@lru_cache(maxsize=65536)
def _codes_of(character: str, taken: str) -> tuple[int, ...]:
    if character == LOST:
        return (GAP,)
    try:
        return tuple(character.encode(taken))
    except UnicodeEncodeError:
        # A byte without a character is often taken for the control of its number (as browsers do).
        return (ord(character),) if taken in _SINGLE and character < "\xa0" else (KEPT,)


@cache
def _missing(taken: str) -> frozenset[int]:
    """The bytes beyond ASCII that have no character in an encoding of their own."""
    if taken in _DOUBLE:
        return frozenset(range(0x80, 0xFF))
    undefined = {byte for byte in range(0x80, 0xFF) if not bytes((byte,)).decode(taken, errors="ignore")}
    return frozenset(undefined)


def _read_utf8(line: str, codes: list[int], owners: list[int], missing: frozenset[int]) -> list[str]:
    """The characters of a line; where bytes were lost, a string of all that may stand there (or of U+FFFD)."""
    read: list[str] = []
    at = 0
    while at < len(codes):
        token, end = read_token(codes, at, missing)
        if token:
            read.append(token)
            at = end
        elif at and owners[at] == owners[at - 1]:  # the rest of a character whose head was used
            read.append(LOST)
            at += 1
        else:
            read.append(line[owners[at]])
            at += 1
            while at < len(codes) and owners[at] == owners[at - 1]:
                at += 1
    return read


def _read_double(line: str, codes: list[int], owners: list[int], way: Way) -> list[str]:
    """The characters of a line in an encoding of two bytes; a string of all that fit where one of them was lost."""
    lost = _missing(way.taken)
    read: list[str] = []
    at = 0
    while at < len(codes):
        first, second = codes[at], codes[at + 1] if at + 1 < len(codes) else KEPT
        if first == KEPT or 0 <= first < 0x80:
            read.append(line[owners[at]])
            at += 1
        elif second == GAP or 0x40 <= second != 0x7C:
            read.append(read_pair(first, second, way.written, lost))
            at += 2
        else:
            # Four bytes of GB18030 have digits second and fourth.
            data = bytes(code for code in codes[at : at + 4] if code >= 0)
            whole = data.decode(way.written, errors="ignore") if len(data) == 4 else ""
            read.append(whole if len(whole) == 1 else LOST)
            at += 4 if len(whole) == 1 else 1
    return read
