"""Labels that a narrow column broke over several lines are put together again: `1.属⏎于国⏎家秘⏎密`.

Only what comes to an official label, letter for letter, is joined. Values may stand between the lines of a label (a row
that is printed at the height of its first line, or on both sides of a page break); its head then holds the whole text,
at its own place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from gouji.document import Fragment, join_boxes
from gouji.text.labels import canonical, is_row, printed_labels
from gouji.text.numerals import read_numeral

_LONGEST_LINE = 24  # characters of a line of a narrow column
_FEWEST_WRAPPED = 4  # fragments that have to be lines of a run, for a label to be looked for at all
_NUMERALS = frozenset("一二三四五六七八")  # that stand in labels
_FEWEST_BREAKS = 3  # within labels of one run of lines, from which other labels than those of rows are joined too
_MOST_HEADS, _MOST_TAILS, _MOST_BETWEEN = 8, 20, 4  # lines before values, behind them, and strange ones in between


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(label[:n] for label in printed_labels() for n in range(1, len(label) + 1))


def join_wrapped(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments with labels that are broken over lines in one; the same ones where there are none."""
    runs = list(_runs(fragments))
    if not any(len(run) >= _FEWEST_WRAPPED and texts for run, texts in runs):
        return list(fragments)
    found: list[Fragment] = []
    head: list[int] = []  # where the lines stand in `found` that the last run left over at its end
    for run, texts in runs:
        if texts is None:
            found += run
            continue
        start = 0
        if head:
            taken = _resume([found[k] for k in head], run, texts)
            if taken is not None:
                lines, first, stop = taken
                kept = head[-lines:]
                parts = [*(found[k] for k in kept), *run[first:stop]]
                found[kept[0]] = replace(found[kept[0]], text="".join(part.text for part in parts))
                del found[kept[0] + 1 : kept[-1] + 1]
                found += run[:first]
                start = stop
        joined, left = _tile(run[start:], texts[start:])
        head = list(range(len(found) + len(joined) - left, len(found) + len(joined)))[-_MOST_HEADS:]
        found += joined
    return found


def _runs(fragments: Sequence[Fragment]) -> Iterator[tuple[list[Fragment], list[str] | None]]:
    """Stretches of short texts with the canonical text of each, and what stands between them (None)."""
    run: list[Fragment] = []
    texts: list[str] | None = None
    for fragment in fragments:
        is_line = _may_be_line(fragment)
        if run and (texts is not None) != is_line:
            yield run, texts
            run, texts = [], None
        run.append(fragment)
        if is_line:
            texts = [*(texts or ()), canonical(fragment.text)]
    if run:
        yield run, texts


def _may_be_line(fragment: Fragment) -> bool:
    """Whether a fragment is a short text that stands in no cell. A Chinese numeral may be one: `三` of 三安全一稳定."""
    text = fragment.text
    if fragment.grid is not None or fragment.pipes or not 0 < len(text) <= _LONGEST_LINE:
        return False
    return text in _NUMERALS or read_numeral(text) is None


def _tile(run: Sequence[Fragment], texts: Sequence[str]) -> tuple[list[Fragment], int]:
    """The run with its labels joined, so that as many letters as can be are part of one, and how many of its last
    lines are not. Where few lines are broken, only the labels of rows are: headers that are torn tell of the layout."""
    count = len(run)
    best = [0.0] * (count + 1)  # letters of whole labels from a line on
    ends = [0] * count  # where the label ends that begins at a line; 0 for none
    for i in range(count - 1, -1, -1):
        best[i] = best[i + 1]
        label = ""
        for j in range(i, count):
            label += texts[j]
            if label not in _beginnings():
                break
            if label in printed_labels() and best[j + 1] + len(label) - 0.1 >= best[i]:
                best[i], ends[i] = best[j + 1] + len(label) - 0.1, j + 1
    stretches: list[tuple[int, int]] = []
    i = 0
    while i < count:
        stretches.append((i, ends[i] or i + 1))
        i = stretches[-1][1]
    narrow = count - len(stretches) >= _FEWEST_BREAKS
    found: list[Fragment] = []
    left = 0
    for start, stop in stretches:
        left = 0 if ends[start] else left + 1
        whole = stop > start + 1 and (narrow or is_row("".join(texts[start:stop])))
        found += [_join(run[start:stop])] if whole else run[start:stop]
    return found, left


def _join(parts: Sequence[Fragment]) -> Fragment:
    box = join_boxes(part.box for part in parts) if len({part.page for part in parts}) == 1 else parts[0].box
    scores = [part.score for part in parts if part.score is not None]
    return replace(
        parts[0], text="".join(p.text for p in parts), end=parts[-1].end, box=box, score=min(scores, default=None)
    )


def _resume(heads: Sequence[Fragment], run: Sequence[Fragment], texts: Sequence[str]) -> tuple[int, int, int] | None:
    """How many of the last lines before the values begin a label that lines of this run (from, to) bring to its end."""
    for lines in range(len(heads), 0, -1):
        begun = "".join(canonical(head.text) for head in heads[-lines:])
        if begun not in _beginnings():
            continue
        for first in range(min(_MOST_BETWEEN, len(run))):
            label = begun
            for stop in range(first, min(first + _MOST_TAILS, len(run))):
                label += texts[stop]
                if label not in _beginnings():
                    break
                if label in printed_labels():
                    return lines, first, stop + 1
    return None
