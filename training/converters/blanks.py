"""Whether the blank cells of a report show in a text."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gouji.forms import APPLICATIONS
from training.converters.printing import Found, PrintedRow, mark_ordinals, numbers_of

NO_BLANKS, KEPT, DROPPED = BLANKS = ("none", "kept", "dropped")
_GAP = re.compile(r"[^\w·]*")
_ALIGNED = 0.8  # the share of the numbers of a column that stand below each other


def tell_blanks(text: str, rows: Sequence[PrintedRow], matched: Mapping[int, Found]) -> str:
    """none: the report has no cell that prints nothing; kept: they show; dropped: they do not.

    text, rows: as `printing` gives them. matched: which number of the rows, counted through, stands where.
    A blank shows where more is written between its neighbours than between cells without a blank between them, or
    where columns of numbers line up.
    """
    if all(value for row in rows for value in row.values):
        return NO_BLANKS
    placed = list(_place_rows(rows, matched))
    spans = {row.span for row in rows}  # a label over three columns may leave two empty cells behind it
    sources = [_gaps_of_labels(text, [row for row in rows if row.span == span]) for span in spans]
    told: list[bool] = []
    lone: set[str] = set()
    for gaps in (*sources, _gaps_of_values(text, placed)):
        sides: dict[bool, set[str]] = {True: set(), False: set()}
        for gap, blank in gaps:
            sides[blank].add(gap)
        if sides[True] and sides[False]:
            told.append(_differ(sides[True], sides[False]))
        lone |= sides[True]
    if (told and all(told)) or _are_aligned(text, placed):
        return KEPT
    return KEPT if not told and any(len(re.findall(r"[|,\t\n]", gap)) > 2 for gap in lone) else DROPPED


def _differ(with_blank: set[str], without: set[str]) -> bool:
    if any(gap.strip(" ") for gap in with_blank | without):
        return not {re.sub(" +", " ", gap) for gap in with_blank} & {re.sub(" +", " ", gap) for gap in without}
    return min(map(len, with_blank)) > max(map(len, without))


def _place_rows(
    rows: Sequence[PrintedRow], matched: Mapping[int, Found]
) -> Iterator[tuple[PrintedRow, dict[int, Found]]]:
    """Of each row, where the numbers of its columns stand."""
    count = 0
    for row in rows:
        places = {}
        for column, value in enumerate(row.values):
            numbers = numbers_of(value)
            if len(numbers) == 1 and count in matched:
                places[column] = matched[count]
            count += len(numbers)
        yield row, places


def _gaps_of_labels(text: str, rows: Sequence[PrintedRow]) -> Iterator[tuple[str, bool]]:
    """What follows the labels that stand in the text once, and whether a blank follows."""
    labels = Counter(row.label for row in rows)
    for row in rows:
        dense = mark_ordinals(re.sub(r"\s", "", row.label))
        if not dense or labels[row.label] > 1:
            continue
        places = list(re.finditer(r"\s*".join(map(re.escape, dense)), text))
        gap = _GAP.match(text, places[0].end()) if len(places) == 1 else None
        if gap is not None:
            yield gap[0], not row.values[0]


def _gaps_of_values(text: str, placed: Sequence[tuple[PrintedRow, dict[int, Found]]]) -> Iterator[tuple[str, bool]]:
    """What stands between two numbers of a row, and whether blanks alone are between them, or nothing is."""
    for row, places in placed:
        for column, further in pairwise(sorted(places)):
            gap = text[places[column].end : places[further].start]
            between = row.values[column + 1 : further]
            if not any(between) and _GAP.fullmatch(gap):
                yield gap, bool(between)


def _are_aligned(text: str, placed: Sequence[tuple[PrintedRow, dict[int, Found]]]) -> bool:
    """Whether the numbers of each column of table 三 stand below each other, counted in characters or in room."""
    for measure in (len, _room):
        columns: dict[int, Counter[int]] = defaultdict(Counter)
        for row, places in placed:
            for column, found in places.items():
                if row.table == APPLICATIONS:
                    columns[column][measure(text[text.rfind("\n", 0, found.start) + 1 : found.start])] += 1
        usual = {column: offsets.most_common(1)[0] for column, offsets in columns.items()}
        count = sum(offsets.total() for offsets in columns.values())
        apart = len({offset for offset, _ in usual.values()}) == len(usual) > 1
        if apart and sum(times for _, times in usual.values()) >= _ALIGNED * count:
            return True
    return False


def _room(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
