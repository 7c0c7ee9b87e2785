"""Script folding: the one canonical form in which labels are matched and numbers are read.

Simplified characters, mainland vocabulary, half-width digits and brackets, no invisible characters, no bracketed
readings. The character table comes from OpenCC (t2s dictionaries), built once at the first call, so that a call
costs one `str.translate`. Folding is for matching only: what is reported stays as the source prints it.
"""

import re
import unicodedata
from functools import cache
from typing import Literal

from gouji.text.remembering import remember

# U+2E80-2EFF, which NFKC leaves alone. Chromium writes them into its PDFs in place of the ideographs.
_RADICALS = dict(
    zip(
        "⺀⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿"
        "⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "々厂乛乚乙亻冂几刀刂卜㔾小小兀尢尣尢巳幺彑彐忄心扌攵旡日月歹母民氵水灬爫爫丬牛犭王疋目示礻竹糸纟罒罒罒网罒羊羊羊"
        "老聿聿月臼艹艹艹虎衤西西见角角讠贝足车辶辶辶邑钅长长长门阜阝雨青韦页风飞食食饣饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟",
        strict=True,
    )
)
# Hong Kong, Taiwan and encyclopaedia copies change words as well as characters; keys are already simplified.
_VOCABULARY = {
    "入口网站": "门户网站",
    "网际网路": "互联网",
    "资讯": "信息",
    "讯息": "信息",
    "档案": "文件",
    "覆议": "复议",
    "答覆": "答复",
    "民众": "群众",
    "专案": "项目",
    "程式": "程序",
    "网路": "网络",
    "软体": "软件",
    "品质": "质量",
    "瞭": "了",
}
_VOCABULARY_PATTERN = re.compile("|".join(_VOCABULARY))
_CJK = "㐀-䶿一-鿿豈-﫿"
_LETTERS = "a-zà-öø-ɏ\u0300-\u036fḁ-ỿ"
# A reading is a syllable of at most six letters (zhuang), in brackets after the character that it belongs to.
_READING = re.compile(rf"(?<=[{_CJK}])\s?[(（]\s?[{_LETTERS}]{{1,8}}\s?[)）]")
_INVISIBLE = (
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    0x00AD,
    0x180E,
    0xFEFF,
)
_SPACES = "\t\r\v\f\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ALIKE = dict(zip("‐‑‒–—―−﹣－〔〕【】〖〗〈〉", "---------()[][]<>", strict=True))


@cache
def _ideographs() -> str:
    return "".join(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00))))


@cache
def _traditional_to_simplified() -> dict[int, str]:
    from opencc import OpenCC  # not needed to import this module, and only once

    # A newline after each character: no dictionary word can then span two of them.
    characters = _ideographs()
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(a): b for a, b in zip(characters, converted, strict=True) if a != b and len(b) == 1}


@cache
def _only_simplified() -> frozenset[int]:
    # Big5 has every character of traditional texts: 后 and 里, which both scripts use, tell nothing.
    return frozenset(ord(c) for c in _traditional_to_simplified().values() if not c.encode("big5", errors="ignore"))


@cache
def _table() -> dict[int, str]:
    table = dict(_traditional_to_simplified())
    table.update({ord(radical): _traditional_to_simplified().get(ord(c), c) for radical, c in _RADICALS.items()})
    table.update({ord(a): b for a, b in _ALIKE.items()})
    table.update(dict.fromkeys(map(ord, _SPACES), " "))
    table.update(dict.fromkeys(_INVISIBLE, ""))
    return table


def strip_readings(text: str) -> str:
    """Remove bracketed readings after ideographs, `務(wù)` -> `務`; twice, because some mirrors set two of them."""
    if "(" not in text and "（" not in text:
        return text
    return _READING.sub("", _READING.sub("", text))


def fold(text: str) -> str:
    """The canonical form of a text: simplified, half-width, mainland words, ordinary blanks, newlines kept.

    The result may be shorter or longer than the text, so spans of one do not index the other.
    """
    if text.isascii() and text.isprintable():
        return text
    return _fold(text)


@remember(16384)
def _fold(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = strip_readings(text.translate(_table()))
    return _VOCABULARY_PATTERN.sub(lambda found: _VOCABULARY[found.group()], text)


def plain(text: str) -> str:
    """The text as printed, in its own script and words, with one code for each character and no blanks at all."""
    return "".join(strip_readings(unicodedata.normalize("NFKC", text).translate(_plain_table())).split())


@cache
def _plain_table() -> dict[int, str]:
    table = {ord(radical): character for radical, character in _RADICALS.items()}
    table.update(dict.fromkeys(_INVISIBLE, ""))
    return table


@remember(16384)
def squash(text: str) -> str:
    """Fold and remove every blank: the form in which labels are compared."""
    return "".join(fold(text).split())


def script_of(text: str) -> Literal["hans", "hant"]:
    """The script that most of the telling characters of a text belong to; "hans" where none tells."""
    traditional, simplified = _traditional_to_simplified(), _only_simplified()
    balance = 0
    for character in text[:50_000]:
        code = ord(character)
        balance += (code in traditional) - (code in simplified)
    return "hant" if balance > 0 else "hans"
