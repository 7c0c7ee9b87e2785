"""Damage to the finished text: page breaks, cells that run together or fall apart, lines twice, other scripts.

Damage of tokens keeps the cell that every piece belongs to, so the marks stay exact. Damage of characters is a
function of the whole text, and is used for tokens and for HTML alike; it never touches digits.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from random import Random

import opencc

from gouji.forms import ACTIVE_DISCLOSURE, FORMS, template
from training.network.tokens import GAP, GROUP, HEADER, JUNK, LABEL, PROSE, VALUE, Token

_LATER_HEADINGS = ("三、", "四、", "收到", "政府信息公开")
_SEAM = "\x1f"  # stands between tokens while their text is changed as a whole
_FEET = ("- {0} -", "— {0} —", "第 {0} 页", "Page {0} - ", "P. {0}", "第{0}页 共13页", "-{0}-")
_SUMLESS = frozenset(row.key for form in FORMS for row in template(ACTIVE_DISCLOSURE, form).rows)


def _row_starts(tokens: list[Token]) -> list[int]:
    """Places where a row of a table begins: its first label or group label."""
    starts: list[int] = []
    open_row: str | None = None
    for place, token in enumerate(tokens):
        if token.role in (LABEL, GROUP) and token.row != open_row:
            starts.append(place)
            open_row = token.row
    return starts


def _page_marks(rng: Random, title: str, gap: str, bare: bool = False) -> list[Token]:
    number = rng.randint(2, 12)
    foot = str(number) if bare and rng.random() < 0.3 else rng.choice(_FEET).format(number)
    marks = [Token(foot, JUNK), Token(gap, GAP)]
    if rng.random() < 0.4:
        marks += (Token(title, JUNK), Token(gap, GAP))
    return marks


def _gap_of(tokens: list[Token]) -> str:
    return "\n\n" if any(token.text == "\n\n" for token in tokens) else "\n"


def _title_of(tokens: list[Token]) -> str:
    return next((t.text for t in tokens if t.role == PROSE and "报告" in t.text and len(t.text) < 40), "年度报告")


def _piece_end(tokens: list[Token], place: int) -> bool:
    """Whether a line ends in front of this place, so that a line can be put there."""
    return place > 0 and tokens[place - 1].text.endswith("\n")


def insert_page_breaks(tokens: list[Token], rng: Random) -> list[Token]:
    """Page numbers and running heads between rows."""
    title, gap = _title_of(tokens), _gap_of(tokens)
    starts = [place for place in _row_starts(tokens) if _piece_end(tokens, place)]
    chosen = set(rng.sample(starts, min(len(starts), rng.randint(1, 3))))
    bare = gap == "\n" and not any("|" in token.text for token in tokens if token.role == GAP)  # rows on lines
    broken: list[Token] = []
    for place, token in enumerate(tokens):
        if place in chosen:
            broken += _page_marks(rng, title, gap, bare)
        broken.append(token)
    return broken


def break_pages_in_rows(tokens: list[Token], rng: Random) -> list[Token]:
    """Page numbers and running heads inside a row, between two of its cells."""
    title, gap = _title_of(tokens), _gap_of(tokens)
    inside = [p for p, token in enumerate(tokens) if token.role == VALUE and token.text and _piece_end(tokens, p)]
    chosen = set(rng.sample(inside, min(len(inside), rng.randint(1, 2))))
    broken: list[Token] = []
    for place, token in enumerate(tokens):
        if place in chosen:
            broken += _page_marks(rng, title, gap)
        broken.append(token)
    return broken


def glue_values(tokens: list[Token], rng: Random) -> list[Token]:
    """What separates two neighbouring values is lost: `00`. Only where sums can tell, in tables 三 and 四."""
    places = [p for p, t in enumerate(tokens) if t.role == VALUE and t.text.strip().isdigit() and t.row not in _SUMLESS]
    pairs = [
        (left, right)
        for left, right in pairwise(places)
        if tokens[left].row == tokens[right].row and all(t.role == GAP for t in tokens[left + 1 : right])
    ]
    lost: set[int] = set()
    for left, right in rng.sample(pairs, min(len(pairs), rng.randint(1, 4))):
        lost.update(range(left + 1, right))
    return [
        token._replace(text=token.text.strip()) if token.role == VALUE and lost & {p - 1, p + 1} else token
        for p, token in enumerate(tokens)
        if p not in lost
    ]


def split_values(tokens: list[Token], rng: Random) -> list[Token]:
    """A number falls apart: `53 45` for 5345. Only where sums can tell."""
    places = [
        p
        for p, t in enumerate(tokens)
        if t.role == VALUE and len(t.text) > 1 and t.text.isdigit() and t.row not in _SUMLESS
    ]
    chosen = set(rng.sample(places, min(len(places), rng.randint(1, 3))))
    apart: list[Token] = []
    for place, token in enumerate(tokens):
        if place in chosen:
            at = rng.randint(1, len(token.text) - 1)
            gap = "\n" if rng.random() < 0.2 and _piece_end(tokens, place) else " "
            apart += (token._replace(text=token.text[:at]), Token(gap, GAP), token._replace(text=token.text[at:]))
        else:
            apart.append(token)
    return apart


def repeat_rows(tokens: list[Token], rng: Random) -> list[Token]:
    """A whole row of a table is printed twice; the second copy counts as junk."""
    starts = _row_starts(tokens)
    choices = [(a, b) for a, b in pairwise(starts) if b - a < 40 and _piece_end(tokens, b)]
    if not choices:
        return tokens
    first, after = rng.choice(choices)
    copy = [t if t.role == GAP else t._replace(role=JUNK, cell=None) for t in tokens[first:after]]
    if any(t.role == HEADER or t.role == PROSE for t in tokens[first:after]):
        return tokens
    return [*tokens[:after], *copy, *tokens[after:]]


def insert_pipe_rows(tokens: list[Token], rng: Random) -> list[Token]:
    """A line of nothing but pipes in the middle of a table."""
    starts = [place for place in _row_starts(tokens) if _piece_end(tokens, place)]
    if not starts or not any("|" in token.text for token in tokens if token.role == GAP):
        return tokens
    at = rng.choice(starts)
    return [*tokens[:at], Token("|" * rng.randint(4, 10), JUNK), Token("\n", GAP), *tokens[at:]]


def add_empty_paragraphs(tokens: list[Token], rng: Random) -> list[Token]:
    """Value cells that hold a second, empty paragraph: one blank line more."""
    return [
        Token(token.text + "\n", GAP)
        if token.role == GAP and token.text.endswith("\n") and rng.random() < 0.06
        else token
        for token in tokens
    ]


def lose_span_characters(tokens: list[Token], rng: Random) -> list[Token]:
    """Characters are lost between inline spans of prose, headers and labels: `202011日`."""

    def lose(token: Token) -> Token:
        if token.role not in (PROSE, HEADER, LABEL) or len(token.text) < 6 or rng.random() > 0.12:
            return token
        at = rng.randrange(2, len(token.text) - 1)
        return token._replace(text=token.text[:at] + token.text[at + 1 :])

    return [lose(token) for token in tokens]


def insert_note_sentences(tokens: list[Token], rng: Random) -> list[Token]:
    """A sentence with a count after a table, naming another year."""
    ends = [p for p, t in enumerate(tokens) if t.role == PROSE and t.text.startswith(_LATER_HEADINGS)]
    if not ends:
        return tokens
    at = rng.choice(ends)
    note = f"另:本年度主动公开其他文件{rng.randint(0, 300)}件,上年度为{rng.randint(0, 300)}件。"
    return [*tokens[:at], Token(note), Token(_gap_of(tokens), GAP), *tokens[at:]]


def add_notes_in_cells(tokens: list[Token], rng: Random) -> list[Token]:
    """A note beside a number of table 二, in its cell: `55(含自然失效29件)`."""
    places = [p for p, t in enumerate(tokens) if t.role == VALUE and t.row in _SUMLESS and t.text.strip("0").isdigit()]
    if not places:
        return tokens
    at = rng.choice(places) + 1
    note = Token(f"(含自然失效{rng.randint(1, 60)}件)", JUNK)
    return [*tokens[:at], Token(rng.choice(("", "", " ")), GAP), note, *tokens[at:]]


TOKEN_CORRUPTIONS: Mapping[str, Callable[[list[Token], Random], list[Token]]] = {
    "page_breaks": insert_page_breaks,
    "page_breaks_in_rows": break_pages_in_rows,
    "values_glued": glue_values,
    "values_apart": split_values,
    "row_repeated": repeat_rows,
    "pipe_rows": insert_pipe_rows,
    "empty_paragraphs": add_empty_paragraphs,
    "span_losses": lose_span_characters,
    "notes_in_cells": add_notes_in_cells,
    "note_sentences": insert_note_sentences,
}

_READINGS = {
    "务": "wù", "国": "guó", "政": "zhèng", "开": "kāi", "数": "shù", "处": "chù", "结": "jié", "规": "guī",
    "请": "qǐng", "业": "yè", "机": "jī", "关": "guān", "构": "gòu", "总": "zǒng", "计": "jì", "维": "wéi",
    "复": "fù", "诉": "sù",
}  # fmt: skip
_VOCABULARY = (
    ("政府信息", "政府資訊"), ("信息", "資訊"), ("文件", "檔案"), ("制作", "製作"), ("群众", "民眾"),
    ("门户网站", "入口網站"),
)  # fmt: skip
_SPAM = ("彩票平台", "娱乐官网", "某某代理", "在线投注")


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def write_traditional(text: str, rng: Random) -> str:
    """Traditional characters, as mirrors convert them."""
    return str(_converter(rng.choice(("s2t", "s2t", "s2tw", "s2hk"))).convert(text))


def write_other_vocabulary(text: str, rng: Random) -> str:
    """Traditional characters with other words: 資訊 for 信息, 檔案 for 文件."""
    for word, other in _VOCABULARY:
        text = text.replace(word, other)
    return str(_converter("s2t").convert(text))


def insert_readings(text: str, rng: Random) -> str:
    """Readings in brackets after some characters: `務(wù)`."""
    share = rng.choice((0.05, 0.2, 0.6))
    return re.sub(
        "[" + "".join(_READINGS) + "]",
        lambda found: f"{found[0]}({_READINGS[found[0]]})" if rng.random() < share else found[0],
        text,
    )


def insert_spam_words(text: str, rng: Random) -> str:
    """Advertising words for 人民政府 and, here and there, for 政府."""
    word = rng.choice(_SPAM)
    text = text.replace("人民政府", word)
    return re.sub("政府(?=信息)", lambda found: word if rng.random() < 0.3 else found[0], text)


def break_bytes(text: str, rng: Random) -> str:
    """Bytes out of step after a full-width bracket: `（一）予以公开` becomes `?。ㄒ唬┯枰怨_`."""

    def shift(found: re.Match[str]) -> str:
        if rng.random() < 0.4:
            return found[0]
        raw = b"\xa1\xa3" + found[0].replace("(", "（").replace(")", "）").encode("gb18030")[1:]
        return "?" + raw.decode("gb18030", errors="ignore")

    return re.sub(r"[(（][一二三四五六七][)）][\u4e00-\u9fff]{4,8}", shift, text)


STRING_CORRUPTIONS: Mapping[str, Callable[[str, Random], str]] = {
    "traditional": write_traditional,
    "other_vocabulary": write_other_vocabulary,
    "readings": insert_readings,
    "spam_words": insert_spam_words,
    "broken_bytes": break_bytes,
}


def change_characters(change: Callable[[str, Random], str], tokens: list[Token], rng: Random) -> list[Token]:
    """Change the characters of all tokens at once; every token keeps its role."""
    texts = change(_SEAM.join(token.text for token in tokens), rng).split(_SEAM)
    return [token._replace(text=text) for token, text in zip(tokens, texts, strict=True)]
