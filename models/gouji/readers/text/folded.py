"""Markdown tables that a converter put into one line: `信息内容 | 件数 | | --- | --- | | 规章 | 0 | | 行政许可 | 3 |`.

The rule under the headers tells how many cells a row has; what stands between two rows is a blank, and becomes the end
of a line again. The text keeps its length.
"""

import re

_RULE = re.compile(r"(?:\|[ \t]*:?-{3,}:?[ \t]*){2,}\|")
_DASHES = re.compile("-{3,}")
_GAP = re.compile(r"[^\S\n]{2,}")


def unfold(text: str) -> str:
    """The text with the rows of folded tables on lines of their own; itself where there are none."""
    if not any(_is_folded(text, rule) for rule in _RULE.finditer(text)):
        return text
    return "\n".join(_unfold_line(line) if _RULE.search(line) else line for line in text.split("\n"))


def _is_folded(text: str, rule: re.Match[str]) -> bool:
    start, end = text.rfind("\n", 0, rule.start()) + 1, text.find("\n", rule.end())
    before, behind = text[start : rule.start()], text[rule.end() : len(text) if end < 0 else end]
    return "|" in before and "|" in behind


def _unfold_line(line: str) -> str:
    told = list(line)
    for rule in _RULE.finditer(line):
        cells = len(_DASHES.findall(rule.group()))
        before = line.rfind("|", 0, rule.start())
        _end_line(told, line, before + 1, rule.start())
        at = rule.end()
        while (opens := line.find("|", at)) >= 0 and not line[at:opens].strip():
            close = opens
            for _ in range(cells):
                close = line.find("|", close + 1)
                if close < 0:
                    break
            if close < 0:
                break
            _end_line(told, line, at, opens)
            at = close + 1
        stop = line.find("|", at)
        for gap in _GAP.finditer(line, at, stop if stop >= 0 else len(line)):
            told[gap.start()] = "\n"
    for gap in _GAP.finditer(line, 0, max(line.find("|"), 0)):
        told[gap.start()] = "\n"
    return "".join(told)


def _end_line(told: list[str], line: str, start: int, stop: int) -> None:
    """End a line at a blank between two pipes."""
    if start < stop and not line[start:stop].strip():
        told[start] = "\n"
