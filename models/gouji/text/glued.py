"""Labels and values that a converter glued together, cut apart: `规章000`, `…申请数量230 000023二、上年结转…`.

A text is cut where official labels stand one behind the other with nothing but values between them; a sentence that
names labels and counts things is left as it is. What stands between two labels is cut into the cells of the row where
there is one way to do so: as many digits as cells, or a row whose last cell is the sum of the others. Where several
ways fit, the run stays whole, and its row is read with that doubt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gouji.document import Fragment, Gap
from gouji.forms import ACTIVE_DISCLOSURE, FORMS, TABLES, template
from gouji.text.labels import canonical
from gouji.text.splits import ENOUGH, Split, join_ways, split_blocks, split_run
from gouji.text.tiles import find_tiles, without_item

_FEWEST_TRACES = 3  # of glued values, before a page is looked at
_FEWEST_ROWS = 3  # rows that are cut from their labels, or into their cells, for a page to be taken for a glued one
_VALUES = re.compile(r"(?:[0-9]|[.,](?=[0-9])|增加|新增|减少|[增减+/-]|[—–]|未增未减|(?<=[0-9])(?:万元|元|[批人]次))+")
_SECTION = re.compile(r"\s*[一二三四五六七八九十]{1,2}[、.．]")
_SHARE = 0.6  # of the headers of a line of blocks that have to be named before its values


@dataclass(frozen=True, slots=True)
class _Token:
    """A stretch of a fragment: a label, a run of values, or another text ("")."""

    fragment: int
    start: int
    end: int
    label: str = ""
    values: bool = False

    @property
    def plain(self) -> bool:
        return not self.label and not self.values


@dataclass(frozen=True, slots=True)
class _Run:
    """The values behind a label (or behind the headers of a line of blocks), and the cells of each block there."""

    tokens: list[int]
    widths: tuple[int, ...]
    totalled: bool
    table: str


def cut_glued(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments with labels and values cut apart; the same ones where nothing is glued."""
    if sum(len(_trace().findall(fragment.text)) for fragment in fragments) < _FEWEST_TRACES:
        return list(fragments)
    tokens = [token for k, fragment in enumerate(fragments) for token in _tokens(k, fragment)]
    runs = list(_find_runs(tokens, fragments))
    shown = _show_blanks(runs, tokens, fragments)
    cuts: dict[int, list[tuple[int, int]]] = {}
    rows = 0
    for run in runs:
        text, breaks = _text_of(run, tokens, fragments)
        split = _split(text, breaks, run, run.table in shown)
        first = tokens[run.tokens[0]]
        rows += first.start > 0 and len(split) <= len(run.tokens)
        if len(split) > len(run.tokens):
            rows += len(run.widths)
            cuts |= _to_tokens(split, run, tokens)
    return _rewrite(fragments, tokens, cuts) if rows >= _FEWEST_ROWS else list(fragments)


@cache
def _trace() -> re.Pattern[str]:
    """What cells that were glued look like: a number that begins with 0 or is very long, a row of dashes, a number
    right behind the end of a label that counts nothing."""
    rows = (row for table in TABLES for form in FORMS for row in template(table, form).rows)
    ends = "|".join(sorted({re.escape(row.label[-3:]) for row in rows}))
    value = r"[0-9]+(?:[.,][0-9]+)*(?![0-9.,，。年月日件条次人期个份项元万])"
    return re.compile(
        rf"(?<![0-9.,])(?:0[0-9]+|[0-9]*000[0-9]*|[0-9]{{7,}})(?![0-9])|[-—–]{{3,}}|(?:{ends})[)）”]?{value}"
    )


def _tokens(number: int, fragment: Fragment) -> list[_Token]:
    """The tokens of a fragment; one text where it is a sentence."""
    text = fragment.text
    if fragment.grid is not None or fragment.pipes or not text:
        return [_Token(number, 0, len(text))]
    found: list[_Token] = []
    at = 0
    for tile in find_tiles(text):
        start = max(tile.start, at)
        found += _between(number, text, at, start)
        found.append(_Token(number, start, tile.end, tile.label))
        at = tile.end
    found += _between(number, text, at, len(text))
    return _without_prose(found, text)


def _between(number: int, text: str, start: int, end: int) -> Iterator[_Token]:
    """What stands between two labels: values with blanks between them, or another text."""
    inner = text[start:end]
    parts = list(_VALUES.finditer(inner))
    rest = _VALUES.sub("", inner)
    if not parts or rest.strip():
        first = parts[0] if parts else None
        behind = inner[first.end() :] if first is not None and not inner[: first.start()].strip() else ""
        if first is not None and _SECTION.match(behind):
            yield _Token(number, start + first.start(), start + first.end(), values=True)
            yield _Token(number, start + first.end(), end)
        elif inner.strip():
            yield _Token(number, start, end)
        return
    for part in parts:
        yield _Token(number, start + part.start(), start + part.end(), values=True)


def _without_prose(tokens: Sequence[_Token], text: str) -> list[_Token]:
    """The tokens less the labels that a sentence names: what has no label or values beside it becomes text."""
    kept = list(tokens)
    for i, token in enumerate(tokens):
        beside = [tokens[k] for k in (i - 1, i + 1) if 0 <= k < len(tokens)]
        if token.label and beside and all(other.plain for other in beside):
            kept[i] = replace(token, label="")
    found: list[_Token] = []
    for token in kept:
        if found and token.plain and found[-1].plain:
            found[-1] = replace(found[-1], end=token.end)
        else:
            found.append(token)
    return found if text else []


@cache
def _rows_of(label: str) -> tuple[str, frozenset[int], bool] | None:
    """The table, the possible numbers of cells, and whether the last is a sum, of the row with a canonical label."""
    for table in TABLES:
        rows = [row for form in FORMS for row in template(table, form).rows if not template(table, form).side_by_side]
        named = [row for row in rows if label in (canonical(row.label), without_item(canonical(row.label)))]
        if named:
            return table, frozenset(len(row) for row in named), all(row.totalled for row in named)
    return None


@cache
def _columns(table: str) -> frozenset[str]:
    rows = (row for form in FORMS for row in template(table, form).rows)
    return frozenset(canonical(column.label) for row in rows for column in row.columns)


def _find_runs(tokens: Sequence[_Token], fragments: Sequence[Fragment]) -> Iterator[_Run]:
    """The runs of values with the cells that their rows have."""
    blocks = template(TABLES[-1], FORMS[0])
    line = tuple(len(row) for row in blocks.rows)
    heads: list[str] = []  # column labels since the last values
    width = 0  # columns that the last headers of table 二 name
    row: tuple[str, frozenset[int], bool] | None = None
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.label:
            named = _rows_of(token.label)
            if token.label in _columns(blocks.table) | _columns(ACTIVE_DISCLOSURE) and named is None:
                heads.append(token.label)
            elif named is not None and named[0] == ACTIVE_DISCLOSURE and heads:
                width, heads = len(heads), []
            row = named
        elif token.values:
            stop = i
            while stop < len(tokens) and tokens[stop].values:
                stop += 1
            own = list(range(i, stop))
            if row is not None:
                widths = row[1] if len(row[1]) == 1 else row[1] & {width}
                if widths:
                    yield _Run(own, (max(widths),), row[2], row[0])
            elif len(heads) >= _SHARE * len(blocks.cells):
                yield _Run(own, line, True, blocks.table)
            heads, row = [], None
            i = stop - 1
        elif "。" in fragments[token.fragment].text[token.start : token.end]:
            heads, row = [], None
        i += 1


def _text_of(run: _Run, tokens: Sequence[_Token], fragments: Sequence[Fragment]) -> tuple[str, list[int]]:
    """The values of a run in one string, and where blanks or lines divide it."""
    parts = [fragments[tokens[k].fragment].text[tokens[k].start : tokens[k].end] for k in run.tokens]
    breaks: list[int] = []
    at = 0
    for part in parts[:-1]:
        at += len(part)
        breaks.append(at)
    return "".join(parts), breaks


def _show_blanks(runs: Sequence[_Run], tokens: Sequence[_Token], fragments: Sequence[Fragment]) -> frozenset[str]:
    """The tables whose rows all have a character or more for every cell: none of their blanks was dropped."""
    short = {run.table for run in runs if len(_text_of(run, tokens, fragments)[0]) < sum(run.widths)}
    return frozenset({run.table for run in runs} - short)


def _split(text: str, breaks: Sequence[int], run: _Run, shown: bool) -> Split:
    """The cells of a run, cut wherever every way to cut it does; () where there is no way, or too many.

    A digit for each cell is one way where nothing divides the run; where blanks do, others may have been dropped.
    """
    cells = sum(run.widths)
    if len(text) == cells and (set(text) <= {"0"} or (shown and not breaks)):
        ways = split_run(text, breaks, cells, False)
    elif len(run.widths) > 1:
        ways = split_blocks(text, breaks, run.widths) if shown else []
    elif not run.totalled:
        ways = split_run(text, breaks, cells, False) if shown and not breaks else []
    else:
        fewer = () if shown else range(2, cells)
        ways = [way for count in (*fewer, cells) for way in split_run(text, breaks, count, True)]
    return join_ways(ways) if len(ways) < ENOUGH else ()


def _to_tokens(split: Split, run: _Run, tokens: Sequence[_Token]) -> dict[int, list[tuple[int, int]]]:
    """The cells of each token of a run, as places in its fragment."""
    found: dict[int, list[tuple[int, int]]] = {}
    at = 0
    for k in run.tokens:
        size = tokens[k].end - tokens[k].start
        shift = tokens[k].start - at
        found[k] = [(a + shift, b + shift) for a, b in split if at <= a < at + size]
        at += size
    return found


def _rewrite(
    fragments: Sequence[Fragment], tokens: Sequence[_Token], cuts: dict[int, list[tuple[int, int]]]
) -> list[Fragment]:
    """The fragments as the tokens cut them: a row a line, its cells between pipes."""
    found: list[Fragment] = []
    before: _Token | None = None
    for i, token in enumerate(tokens):
        whole = fragments[token.fragment]
        first = before is None or before.fragment != token.fragment
        for start, end in cuts.get(i, [(token.start, token.end)]):
            part = _part(whole, start, end) if (start, end) != (0, len(whole.text)) else whole
            if token.values and (i in cuts or not first):
                part = replace(part, gap=Gap.CELL, pipes=1, newlines=0)
            elif not first:
                opens = before is not None and not before.label
                part = replace(part, gap=Gap.LINE if opens else Gap.CELL, newlines=int(opens), pipes=int(not opens))
            found.append(part)
            first = False
        before = token
    return found


def _part(whole: Fragment, start: int, end: int) -> Fragment:
    """A stretch of a fragment; where it stands in one that is printed with other characters, only roughly."""
    text = whole.text[start:end]
    left = len(text) - len(text.lstrip())
    text = text.strip()
    return replace(whole, text=text, start=whole.start + start + left, end=whole.start + start + left + len(text))
