"""bytes -> text in the encodings met in China, with wrong and missing declarations.

Strict UTF-8 with ideographs in it is what it seems. Everything else is a contest: what the caller or the page
declares, what faust-cchardet detects, and the usual encodings are all tried on samples, and the text that looks most
like Chinese wins. GB2312 and GBK are always read as their superset GB18030, Big5 with the Hong Kong supplement.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator

from gouji.document import UnreadableSource
from gouji.text.characters import FREQUENT, common_ideographs

_SAMPLE = 32 * 1024  # bytes, at the head, in the middle and at the end
_WORST = 0.12  # share of controls, replacement and private characters that a text may hold
_LEAST = 0.2  # likeness to Chinese or English below which bytes are no text
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_WIDE_LEAST = 0.3  # likeness of text without a mark; other bytes taken for it are mostly damage
_BY_LINES = 0.02  # what lines in encodings of their own have to win
_SURELY_UTF8 = 10  # characters beyond ASCII: bytes of another encoding are not that many times UTF-8 by chance
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "ascii": "utf-8",
    "utf-16": "utf-16-le",
    "utf-8-sig": "utf-8",
}
_USUAL = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_KNOWN = frozenset(_USUAL)
_META = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")  # in what is surely UTF-8
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a text file or an HTML page. `declared` is what the transport says of it, and only a hint.

    Raises UnreadableSource for empty and for binary data. Damaged bytes become U+FFFD; NULs are removed.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableSource("the source is empty")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data[len(bom) :].decode(encoding, errors="replace"))
    if b"\x00" not in data:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if text.isascii() or _CJK.search(text) or len(_BEYOND_ASCII.findall(text)) >= _SURELY_UTF8:
                return _checked(text, _NO_TEXT)
    elif (wide := wide_encoding(data)) is not None:
        return _checked(data.decode(wide, errors="replace"))
    encoding = _best_encoding(data, declared)
    text = data.decode(encoding, errors="replace")
    if "\ufffd" in text.removesuffix("\ufffd"):
        by_lines = _decode_lines(data)
        text = by_lines if _likeness(by_lines) > _likeness(text) + _BY_LINES else text
    return _checked(text)


def wide_encoding(data: bytes) -> str | None:
    """The encoding of two or four bytes a character that some bytes without a mark are in; None for other bytes."""
    sample = data[: _SAMPLE // 4 * 4]
    if b"\0" not in sample:
        return None
    scores = {encoding: _likeness(sample.decode(encoding, errors="replace")) for encoding in _WIDE}
    best = max(_WIDE, key=scores.__getitem__)
    return best if scores[best] >= _WIDE_LEAST else None


def _decode_lines(data: bytes) -> str:
    """A file that was put together from pieces in UTF-8 and in GB18030."""
    lines = []
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("gb18030", errors="replace"))
    return "\n".join(lines)


def _best_encoding(data: bytes, declared: str | None) -> str:
    import cchardet

    sample = b"".join(_samples(data))
    hints: Counter[str] = Counter()
    meta = _META.search(data[:4096])
    detected = cchardet.detect(sample)["encoding"]
    for name, weight in ((declared, 3), (meta and meta[1].decode("ascii"), 2), (detected, 3)):
        if name and (encoding := _canonical(name)):
            hints[encoding] += weight
    candidates = [encoding for encoding in _USUAL if _possible(encoding, data)]
    scores = {
        encoding: _likeness(sample.decode(encoding, errors="replace")) + hints[encoding] / 100
        for encoding in candidates
    }
    best = max(candidates, key=scores.__getitem__)
    if scores[best] < _LEAST:
        raise UnreadableSource("the source is not text in any encoding that is read here")
    return best


def _samples(data: bytes) -> Iterator[bytes]:
    if len(data) <= 3 * _SAMPLE:
        yield data
        return
    for start in (0, len(data) // 2, len(data) - _SAMPLE):
        start -= start % 4
        yield data[start : start + _SAMPLE]


def _canonical(name: str) -> str | None:
    try:
        encoding = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    encoding = _SUPERSETS.get(encoding, encoding)
    return encoding if encoding in _KNOWN else None


def _possible(encoding: str, data: bytes) -> bool:
    # A cut file may have lost half of its last UTF-16 character, so an odd length excludes nothing.
    return not encoding.startswith("utf-16") or len(data) >= 2


def _likeness(text: str) -> float:
    """How much a text looks like Chinese: shares of frequent and of common characters less that of damage."""
    text = text.removesuffix("\ufffd")  # the end of a file may have been cut off inside a character
    counts = Counter(text)
    total = len(text) or 1
    common = common_ideographs()
    frequent = familiar = damaged = 0
    for character, count in counts.items():
        if character in FREQUENT:
            frequent += count
        elif character in common or (character.isascii() and (character.isprintable() or character.isspace())):
            familiar += count
        elif _CONTROL.match(character):
            damaged += count
    return (frequent + 0.5 * familiar - 4 * damaged) / total


def _checked(text: str, damage: re.Pattern[str] = _CONTROL) -> str:
    """The text without NULs and marks of byte order; raises where too much of it is no text."""
    size = _SAMPLE
    samples = (
        (text,) if len(text) <= 3 * size else (text[:size], text[len(text) // 2 : len(text) // 2 + size], text[-size:])
    )
    for sample in samples:
        if len(damage.findall(sample)) > _WORST * max(len(sample), 20):
            raise UnreadableSource("the source is not text in any encoding that is read here")
    text = text.replace("\x00", "").replace("\ufeff", "")
    if not text.strip():
        raise UnreadableSource("the source is empty")
    return text
