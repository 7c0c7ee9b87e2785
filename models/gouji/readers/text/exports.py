"""Tables that are not drawn with pipes or lines: exports, lists in brackets, names before each number, dotted leaders.

Each way is recognised by many lines of a page that are written so, and is then told in pipes and blanks, the way the
text reader reads. Only what delimits is replaced, one character for one, so that every place stays what it is in the
source; no character of a value or of a label is touched.
"""

import re
from dataclasses import replace
from functools import cache, partial

from gouji.forms import FORMS, TABLES, template
from gouji.readers.text.aligned import align_columns
from gouji.readers.text.separated import Told, separate

_FEW = 8  # lines (or lists) written in one way, from which it is one
_FEWEST_FIELDS = 4
_BRACKETS = ("[]", "【】", "{}", "〔〕", "［］")
_STRINGS = r'"(?:[^"\\\n]|\\.){0,120}"'
_CLOSING = re.compile(r"^[\s,]*\][\s,\]]*")
_LIST = re.compile(rf"\[\s*{_STRINGS}(?:\s*,\s*{_STRINGS})*\s*\]\s*,?")
_LEADER = re.compile(
    r"(?:[.．·]{4,}|…+|(?:[ ][.．·]){3,})(?=[^\S\n]*(?:[-+]?[0-9][0-9,.]*\S{0,2}|[/—-]|$))", re.MULTILINE
)
_LED_ROW = re.compile(rf"{_LEADER.pattern}[^\n]*$", re.MULTILINE)
_BETWEEN_PAIRS = re.compile(
    r"(?<![0-9])[;；,，、。)）](?=\s|$|[|])|(?<=[0-9|])\s*[;；、。)）]|(?<=[0-9|])[,，](?![0-9]{3})"
)


def unify(text: str) -> Told:
    """The text with the delimiters of an export told as pipes, blanks and newlines; as long as it was."""
    told = separate(_unify_lists(text))
    text = told.text
    for way in (_unify_brackets, _unify_leaders, _unify_pairs):
        text = way(text)
    return align_columns(replace(told, text=text))


def _unify_lists(text: str) -> str:
    """JSON lists of strings: `["规章", "0", "0"]`, one a row."""
    lists = list(_LIST.finditer(text))
    if len(lists) < _FEW:
        return text
    parts, end = [], 0
    for found in lists:
        row = re.sub(_STRINGS, lambda m: " " + m.group()[1:-1].replace(",", "\0") + " ", found.group())
        closed = row.rstrip().endswith(",")
        row = row.replace("[", " ").replace("]", " ").replace("\n", " ").replace(",", "|").replace("\0", ",")
        if closed:
            at = row.rindex("|")
            row = row[:at] + "\n" + row[at + 1 :]
        parts += [_CLOSING.sub(_to_blanks, text[end : found.start()].replace("[", " ")), row]
        end = found.end()
    return "".join([*parts, _CLOSING.sub(_to_blanks, text[end:])])


def _to_blanks(found: re.Match[str]) -> str:
    return "".join(character if character.isspace() else " " for character in found.group())


def _unify_brackets(text: str) -> str:
    """Every cell in brackets of its own: `【规章】【0】【】`."""
    few = _FEW
    for pair in _BRACKETS:
        left, right = pair[0], pair[1]
        a, b = re.escape(left), re.escape(right)
        row = re.compile(rf"^[^\S\n]*(?:{a}[^{a}{b}\n]*{b}[^\S\n]*)+$", re.MULTILINE)
        if sum(found.group().count(left) >= _FEWEST_FIELDS for found in row.finditer(text)) >= few:
            few = 1  # another table of the page, written with other brackets
            told = str.maketrans({left: " ", right: "|"})
            text = row.sub(partial(_translate, told), text)
    return text


def _translate(told: dict[int, str], found: re.Match[str]) -> str:
    return found.group().translate(told)


def _unify_leaders(text: str) -> str:
    """Dots from a label to its numbers; a page of contents has one number a line, and stays."""
    rows = [found for found in _LED_ROW.finditer(text) if len(found.group().split()) > _FEWEST_FIELDS]
    if len(rows) < _FEW:
        return text
    return _LEADER.sub(_to_blanks, text)


@cache
def _pair() -> re.Pattern[str]:
    labels = {c.label for table in TABLES for form in FORMS for row in template(table, form).rows for c in row.columns}
    names = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    return re.compile(
        rf"[(（]?(?:{names})(?:[^\S\n]*[:：][^\S\n]*|[^\S\n]+(?=[0-9/]))(?=[-+]?[0-9]|[;；,，、/—)）-]|$|\n)"
    )


def _unify_pairs(text: str) -> str:
    """The name of its column before each value: `自然人:3;商业企业:0`."""
    pair = _pair()
    lines = text.split("\n")
    counts = [len(pair.findall(line)) for line in lines]
    told = [line for line, count in zip(lines, counts, strict=True) if count]
    alone = sum(count == 1 and pair.match(line) is not None for line, count in zip(lines, counts, strict=True))
    rows = sum(count > 2 for count in counts)
    if rows < _FEW and (alone < 3 * _FEW or 2 * alone < len(told)):
        return text
    return "\n".join(
        _replace_pairs(line, pair) if count and "。" not in line else line
        for line, count in zip(lines, counts, strict=True)
    )


def _replace_pairs(line: str, pair: re.Pattern[str]) -> str:
    first = pair.search(line)
    if first is None:
        return line
    head, rest = line[: first.start()], line[first.start() :]
    delimiter = " " if first.start() == 0 and len(pair.findall(line)) == 1 else "|"
    rest = pair.sub(lambda m: delimiter + " " * (len(m.group()) - 1), rest)
    return head + _BETWEEN_PAIRS.sub(_to_blanks, rest)
