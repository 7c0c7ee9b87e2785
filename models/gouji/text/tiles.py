"""Where official labels stand in a text that nobody cut: `规章000行政规范性文件015`."""

import re
from dataclasses import dataclass
from functools import cache

from gouji.text.labels import canonical, printed_labels

_SHORTEST = 2
_SECTIONS = ("五存在的主要问题及改进情况", "六其他需要报告的事项")  # what stands behind the tables of a report
_POINTS = frozenset(".．、)）")


@dataclass(frozen=True, slots=True)
class Tile:
    """A label in a text: from where to where, and its canonical text."""

    start: int
    end: int
    label: str


def find_tiles(text: str) -> list[Tile]:
    """The official labels in a text, the longest that begins first, none over another. The number of an item belongs to
    its label only where a point follows it: digits of the value before it may stand there too."""
    letters: list[str] = []
    places: list[int] = []
    for i, character in enumerate(text):
        found = canonical(character)
        letters.append(found)
        places += [i] * len(found)
    whole = "".join(letters)
    tiles: list[Tile] = []
    at = 0
    while (match := _labels().search(whole, at)) is not None:
        start, end = match.span()
        if whole[start].isascii() and text[places[start] + 1 : places[start] + 2] not in _POINTS:
            at = start + 1
            continue
        tiles.append(Tile(_opening(text, places[start]), _closing(text, places[end - 1] + 1), match.group()))
        at = end
    return tiles


def without_item(label: str) -> str:
    """A canonical label without the number of its item, where enough is left to know it by."""
    return label[1:] if label[0].isascii() and len(label) > _SHORTEST + 2 else label


def _opening(text: str, start: int) -> int:
    """With the bracket or quote that opens a label."""
    return start - 1 if start and text[start - 1] in '(（“"〔' else start


def _closing(text: str, end: int) -> int:
    """With the bracket or quote that closes one."""
    return end + 1 if text[end : end + 1] in (")", "）", "”", '"', "〕") else end


@cache
def _labels() -> re.Pattern[str]:
    whole = {label for label in (*printed_labels(), *_SECTIONS) if len(label) >= _SHORTEST}
    whole |= {without_item(label) for label in whole}
    return re.compile("|".join(map(re.escape, sorted(whole, key=lambda label: (-len(label), label)))))
