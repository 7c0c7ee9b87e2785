"""Marks at the start of lines that belong to no cell: headings and rules of Markdown, quotes, bullets, line numbers.

A mark is told by the lines of a whole text: a dash before one row may be its first value, before all rows it is a
bullet. Marks are blanked, so that every place stays what it is in the source.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

_RULE = re.compile(r"^[ \t|+]*[-:—–=]{3,}[-:—–= \t|+]*$", re.MULTILINE)
_RULE_PARTS = re.compile(r"[-:—–=]{3,}")
_HEADING = re.compile(r"^[ \t]*#{1,6}(?=[ \t]+[^\s\d#])", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*+•·●○▪■◦‣➢➤◆※] +(?=[^ \n-])", re.MULTILINE)
_COUNTER = re.compile(r"^[ \t]*([0-9]{1,5})(?:[:：.、)|] ?|\t)", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_IDEOGRAPH = re.compile("(?:[|] *)?[（(〔“]?[0-9.、]*[㐀-鿿]")
_DELIMITED = re.compile(r"[^\n]*[|\t]")
_FEW = 8  # lines that begin with a bullet and a text, from which it is one
_COUNTED = 12  # lines that are numbered, from which the numbers are theirs: labels count to eight
_MOST = 0.8  # share of all lines that begin with a mark, from which every one is a mark: set
_LONGEST_STEP = 3  # between the numbers of lines, where empty lines are counted too


def blank_marks(text: str) -> str:
    """The text without the marks of its lines, each of them replaced by blanks."""
    text = _HEADING.sub(_blank, text)
    text = _RULE.sub(lambda m: _blank(m) if _is_rule(m.group()) else m.group(), text)
    if ">" in text:
        quotes = list(_QUOTE.finditer(text))
        text = _blank_all(text, quotes) if 2 * len(quotes) > _count_lines(text) else text
    text = _blank_all(text, _counters(text))
    return _blank_all(text, _bullets(text))


def _is_rule(line: str) -> bool:
    """Whether a line of dashes is the rule of a table: of several parts, or between pipes. One part alone may be a
    blank cell."""
    return "|" in line or "+" in line or len(_RULE_PARTS.findall(line)) > 1


def _counters(text: str) -> list[re.Match[str]]:
    """The numbers of lines: before nearly all of them, growing by the lines."""
    found = list(_COUNTER.finditer(text))
    if len(found) < _COUNTED or len(found) < _MOST * _count_lines(text):
        return []
    steps = [int(b[1]) - int(a[1]) for a, b in pairwise(found)]
    return found if sum(1 <= step <= _LONGEST_STEP for step in steps) >= _MOST * len(steps) else []


def _bullets(text: str) -> list[re.Match[str]]:
    found = list(_BULLET.finditer(text))
    if len(found) < _FEW:
        return []
    named = [m for m in found if _IDEOGRAPH.match(text, m.end())]
    if len(named) < _FEW:
        return []
    if len(found) >= _MOST * _count_lines(text):
        return found
    if len(named) < _MOST * len(found):
        return []
    # A row of values alone has its bullet too, and a value alone on its line may be a dash and no bullet.
    return [m for m in found if m in named or _DELIMITED.match(text, m.end())]


def _count_lines(text: str) -> int:
    return sum(1 for _ in _LINE.finditer(text))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _blank_all(text: str, found: Iterable[re.Match[str]]) -> str:
    parts, end = [], 0
    for match in found:
        parts += [text[end : match.start()], _blank(match)]
        end = match.end()
    return "".join([*parts, text[end:]])
