"""The ways to cut a run of digits into cells: `230000023` is 23, 0, 0, 0, 0, 0, 23 and nothing else that adds up."""

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from gouji.text.numerals import read_numeral

Split = tuple[tuple[int, int], ...]

_CELL = re.compile(
    r"(?:增加|新增|减少|增|减|[+-])?(?:0|[1-9][0-9]{0,7}|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]{1,6})?(?:万元|元|[批人]次|[件条项次])?|未增未减"
)
_MARKS = frozenset(("-", "--", "—", "——", "–", "/"))
_LONGEST = 14  # characters of a cell
_MOST_STEPS = 60_000  # cells that are tried before a run is given up
ENOUGH = 40  # ways from which no more are looked for


class _Spent(Exception):
    """Too many cells were tried."""


def split_run(text: str, breaks: Collection[int], cells: int, totalled: bool) -> list[Split]:
    """Every way to cut a run into so many cells, at all of the breaks; at most a few, and none where there are too
    many to try. totalled: the last cell is the sum of the others, marks for nothing counting as 0."""
    inside = frozenset(breaks)
    steps = 0

    def walk(start: int, left: int, total: Decimal) -> Iterator[Split]:
        nonlocal steps
        last = left == 1
        ends = (len(text),) if last else range(start + 1, min(len(text) - left + 2, start + _LONGEST + 1))
        for end in ends:
            if any(k in inside for k in range(start + 1, end)):
                break
            steps += 1
            if steps > _MOST_STEPS:
                raise _Spent
            value = _value(text[start:end])
            if value is None or (last and totalled and value != total):
                continue
            if last:
                yield ((start, end),)
            else:
                for rest in walk(end, left - 1, total + value):
                    yield ((start, end), *rest)

    found: list[Split] = []
    try:
        for split in walk(0, cells, Decimal(0)):
            found.append(split)
            if len(found) >= ENOUGH:
                break
    except _Spent:
        return []
    return found


def split_blocks(text: str, breaks: Collection[int], widths: Sequence[int]) -> list[Split]:
    """Every way to cut a line into blocks of so many cells, each of which adds up to its last one."""
    ways: list[Split] = [()]
    for number, width in enumerate(widths):
        last = number == len(widths) - 1
        longer: list[Split] = []
        for start, before in _by_end(ways).items():
            for stop in (len(text),) if last else range(start + width, len(text)):
                inner = [k - start for k in breaks if start < k < stop]
                for split in split_run(text[start:stop], inner, width, True):
                    moved = tuple((start + a, start + b) for a, b in split)
                    longer += [(*way, *moved) for way in before]
        ways = longer[:ENOUGH]
    return ways


def _by_end(ways: Sequence[Split]) -> dict[int, list[Split]]:
    found: dict[int, list[Split]] = {}
    for way in ways:
        found.setdefault(way[-1][1] if way else 0, []).append(way)
    return found


def join_ways(ways: Sequence[Split]) -> Split:
    """The stretches between the places at which every way cuts; () where there is no way."""
    if not ways:
        return ()
    common = frozenset.intersection(*(frozenset(start for start, _ in way) for way in ways))
    starts = sorted(common)
    return tuple(zip(starts, (*starts[1:], ways[0][-1][1]), strict=True))


def _value(cell: str) -> Decimal | None:
    """The number in a cell, 0 for a mark for nothing; None for what is no cell."""
    if cell in _MARKS:
        return Decimal(0)
    if _CELL.fullmatch(cell) is None:
        return None
    numeral = read_numeral(cell)
    return Decimal(numeral.value) if numeral is not None and numeral.value is not None else None
