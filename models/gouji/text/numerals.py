"""Text becomes a number here: digits, thousands, units, words for changes, marks for nothing.

`read_numeral` takes one piece of text, as printed in a cell, and says whether it is a number, a mark for nothing,
something that cannot be read as one number, or (None) no value at all: a label, a date, a sentence.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gouji.text.folding import fold
from gouji.text.remembering import remember

_LONGEST = 200  # characters; a value with its note is shorter
_MOST_DIGITS = 12  # longer ones are codes and telephone numbers

_UNITS = "万元|亿元|千元|百万元|元|批次|人次|件次|户次|万件|万条|件|条|项|次|宗|个|人|户|份|起|例|篇|家|批|万"
_DIGITS = {c: v for v, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_DIGITS |= {c: v for v, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_CHINESE = "".join((*_DIGITS, *_STEPS, *_MYRIADS))

_BLANK = re.compile(r"[/\\-]+|无|空|空白|暂无|不适用|不涉及|未涉及|[Nn]/[Aa]")
_NO_CHANGE = re.compile(
    r"(?:未增,?[、/]?未减|无增,?[、/]?无减|无增[、/]?减|不增[、/]?不减|未增减|(?:无|未|没有|无任何)(?:变化|变动|变)|未发生变化|持平|不变|零增长)。?"
)
# Something is printed, and it is no number that can be told: masks, broken glyphs, spreadsheet overflow.
_MASK = re.compile(rf"[0-9,.+-]*[*?□■◻◼▯\ufffd#×][0-9,.*?□■◻◼▯\ufffd#×+-]*(?:{_UNITS})?")
_RANGE = re.compile(rf"([0-9]{{1,6}})(?:[~∼〜-]|--|至|到)([0-9]{{1,6}})(?:{_UNITS})?")
_TWO_CHANGES = re.compile(
    r"(?:(?:新?增加?|\+)[0-9]+[,、/;]?(?:减少?|-)[0-9]+|(?:减少?|-)[0-9]+[,、/;]?(?:新?增加?|\+)[0-9]+)"
)
_VALUE = re.compile(
    r"(?P<sign>[+-]|↑|↓|增加|新增|增|上升|减少|减|下降)?"
    r"(?P<currency>¥|人民币)?"
    rf"(?P<number>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?|\.[0-9]+|[{_CHINESE}]+)"
    rf"(?P<unit>{_UNITS}|\((?:{_UNITS})\))?"
    r"(?P<note>\([^()]{2,}(?:\([^()]*\)[^()]*)*\))?"
    r"(?P<tail>[,;。])?"
)
_NEGATIVE_SIGNS = ("-", "↓", "减少", "减", "下降")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_IN_BRACKETS = re.compile(r"\(([0-9]{1,12}(?:\.[0-9]+)?)\)")
_LOOKALIKE = re.compile("[0-9OoIl\u041e\u043e]+(?:\\.[0-9Oo\u041e\u043e]+)?")
_ENCLOSED = re.compile("[\u2460-\u24ff\u2776-\u2793\u3200-\u32ff]")  # ① ⑴ ⒈ ㈠: item numbers, never values
_SUPERSCRIPTS = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209f]")  # foot-note marks that NFKC would make digits of
_NOTED = re.compile(
    r"(?<=[0-9])\s*(?:[\u2460-\u2473\u2776-\u277f]|[\[〔\uff3b][0-9]{1,2}[\]〕\uff3d])$"
)  # marks of foot-notes
_QUOTED = re.compile(r"\*\*(.+)\*\*|\"(.*)\"|“(.*)”|'(.*)'|`(.*)`")
_ESCAPED = re.compile(r"\\([-+*_.#])")  # Markdown
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class NumeralKind(StrEnum):
    """What a piece of text is, read as a value."""

    NUMBER = "number"
    BLANK_MARK = "blank_mark"  # nothing, or a mark for nothing
    UNREAD = "unread"  # something is printed that is no single, legible number


@dataclass(frozen=True, slots=True)
class Numeral:
    """A piece of text read as a value.

    value: the number, None unless kind is NUMBER.  text: what was given, unchanged.
    unit: the unit printed with it; the value is not scaled by it (`3万元` is 3, unit 万元).
    certain: False where the text could also mean something else (`53 45`, `O`, `(3)`, `55(含自然失效29件)`).
    """

    value: int | Decimal | None
    text: str
    unit: str | None = None
    kind: NumeralKind = NumeralKind.NUMBER
    certain: bool = True


def read_numeral(text: str) -> Numeral | None:
    """Read a text as a value; None for text that is no value at all."""
    if len(text) > _LONGEST:
        return Numeral(None, text, kind=NumeralKind.BLANK_MARK) if not text.strip() else None
    return _read(text)


@remember(16384)
def _read(text: str) -> Numeral | None:
    if text.isascii() and text.isdigit():
        return _read_digits(text, text)
    bare = _SUPERSCRIPTS.sub("", _NOTED.sub("", text))
    if _ENCLOSED.search(bare):
        return None
    footnoted = bare != text
    folded = fold(bare).strip()
    if quoted := _QUOTED.fullmatch(folded):
        folded = next(group for group in quoted.groups() if group is not None)
    folded = _ESCAPED.sub(r"\1", folded)
    pieces = re.findall(r"[0-9.,]*[0-9]", folded)
    compact = "".join(folded.split())
    if not compact or _BLANK.fullmatch(compact):
        return Numeral(None, text, kind=NumeralKind.BLANK_MARK)
    if len(compact) == 1 and compact in "Oo\u041e\u043e":
        return Numeral(0, text, certain=False)
    if _NO_CHANGE.fullmatch(compact):
        return Numeral(0, text)
    if not re.search(rf"[0-9*?□■◻◼▯\ufffd#×{_CHINESE}]", compact):
        return None
    unread = Numeral(None, text, kind=NumeralKind.UNREAD, certain=False)
    if _MASK.fullmatch(compact) or _TWO_CHANGES.fullmatch(compact):
        return unread
    if bounds := _RANGE.fullmatch(compact):
        dated = all(_YEAR.fullmatch(bound) for bound in bounds.groups()) or any(
            len(bound) > 1 and bound[0] == "0" for bound in bounds.groups()
        )
        return None if dated else unread
    if re.fullmatch(r"[0-9]{1,3}(?:\s+[0-9]{1,3}){3,}", folded) and not re.fullmatch(
        r"[1-9][0-9]{0,2}(?: [0-9]{3})+", folded
    ):
        return unread  # a row of numbers, not one
    if bracketed := _IN_BRACKETS.fullmatch(compact):
        return Numeral(-_number(bracketed[1]), text, certain=False)
    if not (found := _VALUE.fullmatch(compact)):
        return _read_lookalike(compact, text) or _read_broken_groups(compact, unread)
    return _read_value(found, folded, len(pieces), text, certain=not footnoted)


def _read_digits(digits: str, text: str, certain: bool = True) -> Numeral | None:
    if len(digits) > _MOST_DIGITS:
        return None
    if len(digits) > 1 and digits[0] == "0":
        certain = False  # 05, 00: a damaged or a doubled number
    return Numeral(int(digits), text, certain=certain)


def _read_value(found: re.Match[str], folded: str, pieces: int, text: str, certain: bool) -> Numeral | None:
    sign, printed, note = found["sign"], found["number"], found["note"]
    unit = found["unit"].strip("()") if found["unit"] else ("元" if found["currency"] else None)
    value: int | Decimal
    if printed[0] in _CHINESE:
        read = _chinese_number(printed)
        if read is None:
            return None
        value, stepped = read
        # 一 alone may be a dash or a section's numeral; 二〇 is read digit by digit.
        certain &= stepped and not (len(printed) == 1 and value != 0 and unit is None and sign is None)
    else:
        if "," in printed and not _GROUPED.fullmatch(printed):
            return Numeral(None, text, kind=NumeralKind.UNREAD, certain=False)
        if len(printed) > _MOST_DIGITS + (8 if "." in printed or "," in printed else 0):
            return None
        value = _number(printed)
        whole, _, decimals = printed.partition(".")
        certain &= bool(whole) and len(decimals) <= 6 and not re.match(r"0[0-9]", whole)
        certain &= pieces < 2  # 53 45 may be two numbers
    certain &= note is None and found["tail"] is None
    if value >= 10 ** (_MOST_DIGITS + 1):
        return Numeral(None, text, kind=NumeralKind.UNREAD, certain=False)
    if sign in _NEGATIVE_SIGNS:
        value = -value
    if sign in ("+", "-") and re.match(r"[+-]\s", folded):
        certain = False  # a dash, and a number after it
    return Numeral(value, text, unit=unit, certain=certain)


def _read_lookalike(compact: str, text: str) -> Numeral | None:
    """Letters that OCR takes for digits, `1O` -> 10; at least one true digit must be there."""
    if not _LOOKALIKE.fullmatch(compact) or not re.search("[0-9]", compact) or len(compact) > 8:
        return None
    return Numeral(_number(compact.translate(str.maketrans("OoIl\u041e\u043e", "001100"))), text, certain=False)


def _read_broken_groups(compact: str, unread: Numeral) -> Numeral | None:
    """Digits with commas that group nothing, `12,34`: a value, but which one cannot be told."""
    return unread if re.fullmatch(r"[+-]?[0-9]{1,9}(?:,[0-9]{1,9})+(?:\.[0-9]+)?", compact) else None


def _number(printed: str) -> int | Decimal:
    bare = printed.replace(",", "")
    return Decimal(bare) if "." in bare else int(bare)


def _chinese_number(printed: str) -> tuple[int, bool] | None:
    """The value of Chinese numerals and whether they are written with their steps; None where they are malformed."""
    if all(c in _DIGITS for c in printed):
        value = int("".join(str(_DIGITS[c]) for c in printed))
        return value, len(printed) == 1
    total = section = 0
    digit: int | None = None
    lowest = 10**9
    for c in printed:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c in _STEPS:
            if digit is None and section:
                return None
            if _STEPS[c] >= lowest or (digit == 0 and _STEPS[c] > 10):
                return None
            lowest = _STEPS[c]
            section += (digit or 1) * _STEPS[c]
            digit = None
        else:
            if not section and not digit:
                return None
            total = (total + section + (digit or 0)) * _MYRIADS[c]
            section, digit, lowest = 0, None, 10**9
    return total + section + (digit or 0), True
