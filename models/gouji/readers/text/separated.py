"""Rows of fields between tabs, commas or semicolons, told in pipes: an empty field is an empty cell.

Whether a separator divides cells is told by the lines around it: rows of them, with labels of the form or numbers in
most fields. Tabs that indent a line, or several of them that line columns up, divide once. Columns that hold labels
alone are empty where a label is merged over rows or columns: that is no cell; neither are the columns on the right that
no line of a table uses.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gouji.forms import FORMS, REVIEW_LITIGATION, template
from gouji.text.labels import canonical, find_anchor, is_row
from gouji.text.numerals import NumeralKind, read_numeral

_FEW = 8  # lines written with one separator, from which it is one; tabs need labels, not lines
_FEWEST_FIELDS = 4
_FEWEST_WIDE, _WIDE = 4, 8  # lines that are enough where they have so many fields for each of _FEW
_TOLD = 3  # fields of a line that tells one value: row, column, value
_AROUND = 6  # lines before the first row, and behind the last, that may be headers or short rows
_LINE = len(template(REVIEW_LITIGATION, FORMS[0]).cells)  # fields of table 四, whose headers may be closed up
_OFTEN = 3  # times that a line between rows comes back: set
_MANY = 6  # numbers that count the rows, from which they are told as such
_AGREE = 0.8  # share of the rows that are as wide as most, from which each separator divides
_SENTENCE = re.compile("。|.{60}[^,;]{40}")
_OPENED = re.compile(r"[^,;\t\n\"]*[(（][^()（）,;\t\n0-9]*[,;\t][^()（）0-9\n]*[)）]")
_PARAGRAPH_CELL = re.compile(r"\n\n\t\n\n")  # cells of paragraphs, as a browser copies them
_BESIDE_TAB = re.compile(r"(?<=\t)\n{2,}|\n{2,}(?=\t)")
_TABS = re.compile(r"\t+")
_FIELDS = {mark: re.compile(rf'"(?:[^"\n]|"")*"|[^{mark}\n]*') for mark in ",;\t"}


@dataclass(frozen=True, slots=True)
class Told:
    """A text with its delimiters told as pipes and blanks, as long as it was.

    empty: how many empty cells stand right before the character at a place (a fragment, or the newline of a row).
    fields: the number of the field that begins there, from 0, where lines are rows of fields.
    """

    text: str
    empty: dict[int, int] = field(default_factory=dict)
    fields: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line: where it starts in the text, and its fields as they are printed, blanks and quotes included."""

    start: int
    fields: tuple[str, ...]

    @property
    def cells(self) -> list[str]:
        return [_bare(f).strip() for f in self.fields]


def separate(text: str) -> Told:
    """Tell the rows of fields of a text in pipes."""
    if len(_PARAGRAPH_CELL.findall(text)) >= _FEW:
        text = _BESIDE_TAB.sub(lambda found: " " * len(found.group()), text)
    if _is_doubled(text):
        text = text.replace("\t\t", " \t")
    told: dict[int, str] = {}
    empty: dict[int, int] = {}
    numbers: dict[int, int] = {}
    lines = text.split("\n")
    starts = _starts(lines)
    for mark in "\t,;":
        if mark not in text:
            continue
        rows = [_Row(starts[i], tuple(_split(lines[i], mark))) for i in _find_lines(lines, mark)]
        segments = list(_segments(rows))
        if mark == "\t" and not _are_cells(segments):
            continue
        counted = _is_counted(rows)
        for segment in segments:
            told |= dict(_tell(segment, counted, empty, numbers))
    if not told:
        return Told(text)
    return Told("\n".join(told.get(start, line) for start, line in zip(starts, lines, strict=True)), empty, numbers)


def _is_doubled(text: str) -> bool:
    """Whether every tab of a page comes twice: then two of them divide once."""
    runs = _TABS.findall(text)
    return len(runs) >= _FEW and all(len(run) % 2 == 0 for run in runs)


def _starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts[:-1]


def _find_lines(lines: Sequence[str], mark: str) -> list[int]:
    """The lines from the first that is written with a separator to the last; none where too few are."""
    if mark == "\t":
        tabbed = [i for i, line in enumerate(lines) if "\t" in line.strip(" ") and "|" not in line]
        return [i for i in range(tabbed[0], tabbed[-1] + 1) if lines[i].strip()] if tabbed else []
    exported = [i for i, line in enumerate(lines) if _is_export(line, mark)]
    fields = sum(lines[i].count(mark) + 1 for i in exported)
    if len(exported) < _FEW and (len(exported) < _FEWEST_WIDE or fields < _FEW * _WIDE):
        return []
    # Headers and rows of one value stand among them and before them.
    around = range(max(0, exported[0] - _AROUND), min(len(lines), exported[-1] + _AROUND + 1))
    return [i for i in around if lines[i].strip() and not _SENTENCE.search(lines[i].strip(mark))]


def _is_export(line: str, mark: str) -> bool:
    if line.count(mark) < _TOLD - 1 or "|" in line or "\t" in line:
        return False
    fields = _split(line, mark)
    if len(fields) == _TOLD and _is_value(fields[-1].strip()) and is_row(canonical(_bare(fields[0]))):
        return True  # row, column, value
    plain = sum(not cell or _is_value(cell) for cell in (_bare(field).strip() for field in fields))
    return len(fields) >= _FEWEST_FIELDS and plain >= 0.6 * len(fields)


def _split(line: str, mark: str) -> list[str]:
    fields, at = [], 0
    while at <= len(line):
        found = _FIELDS[mark].match(line, at)
        end = found.end() if found else at
        stop = line.find(mark, end)
        stop = len(line) if stop < 0 else stop
        if closed := _OPENED.match(line, at):
            # A bracket that holds separators belongs to one field: `只计这一情形,不计其他情形`.
            stop = line.find(mark, closed.end())
            stop = len(line) if stop < 0 else stop
        fields.append(line[at:stop])
        at = stop + 1
    return fields


def _bare(text: str) -> str:
    return f" {text[1:-1]} " if len(text) > 1 and text[0] == text[-1] == '"' else text


def _is_value(cell: str) -> bool:
    numeral = read_numeral(cell) if cell else None
    return numeral is not None and (numeral.kind is not NumeralKind.BLANK_MARK or len(cell) <= 2)


def _is_label(cell: str) -> bool:
    text = canonical(cell)
    return is_row(text) or find_anchor(text) is not None


def _are_cells(segments: Sequence[Sequence[_Row]]) -> bool:
    """Whether each tab divides: labels of the form stand between them, and rows beside each other are equally wide."""
    rows = [row for segment in segments for row in segment]
    if not any(_is_label(cell) for row in rows for cell in row.cells if cell):
        return False
    compared = agreed = 0
    for segment in segments:
        valued = [row.cells for row in segment if any(map(_is_value, row.cells))]
        if len(valued) > 1 and any("" in cells[_first(cells) :] for cells in valued):
            widths = Counter(map(len, valued))
            tails = Counter(len(cells) - _behind_labels(cells) for cells in valued)
            compared += len(valued)
            agreed += max(*widths.values(), *tails.values())
    return agreed >= _AGREE * compared


def _first(cells: Sequence[str]) -> int:
    return next(i for i, cell in enumerate(cells) if cell)


def _behind_labels(cells: Sequence[str]) -> int:
    """The place behind the last text of a row."""
    return max((i + 1 for i, cell in enumerate(cells) if cell and not _is_value(cell)), default=0)


def _is_counted(rows: Sequence[_Row]) -> bool:
    """Whether the first column counts the rows."""
    firsts = [row.cells[0] for row in rows if len(row.fields) > 1 and _behind_labels(row.cells)]
    numbers = [int(first) for first in firsts if first.isascii() and first.isdigit()]
    return len(numbers) >= _MANY and sum(b - a == 1 for a, b in pairwise(numbers)) >= _AGREE * (len(numbers) - 1)


def _segments(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """The rows of one table each: a line with a single text that is no row of the form stands between tables.

    One that comes back again and again stands between rows.
    """
    texts = [[cell for cell in row.cells if cell] for row in rows]
    times = Counter(filled[0] for filled in texts if len(filled) == 1)
    segment: list[_Row] = []
    for row, filled in zip(rows, texts, strict=True):
        named = any(is_row(canonical(cell)) or _is_value(cell) for cell in filled)
        if len(filled) < 2 and not named and (not filled or times[filled[0]] < _OFTEN):
            if segment:
                yield segment
            yield [row]
            segment = []
        else:
            segment.append(row)
    if segment:
        yield segment


def _tell(
    rows: Sequence[_Row], counted: bool, empty: dict[int, int], fields: dict[int, int]
) -> Iterator[tuple[int, str]]:
    """Where each line of one table starts, and the line in pipes; the empty cells among them are added to `empty`, the
    numbers of fields to `fields`."""
    numbers = [i for row in rows for i, cell in enumerate(row.cells) if _is_value(cell) and (i or not counted)]
    behind = max((_behind_labels(row.cells) for row in rows if any(map(_is_value, row.cells))), default=0)
    first = min([*numbers, behind])
    used = max((i for row in rows for i, cell in enumerate(row.cells) if cell), default=-1)
    bare = (len(row.fields) for row in rows if any(row.cells) and not _behind_labels(row.cells))
    used = max([used, *(width - 1 for width in bare if width == _LINE)])
    for row in rows:
        cells = row.cells
        header = not any(map(_is_value, cells)) and not any(is_row(canonical(cell)) for cell in cells)
        at, waiting = row.start, 0
        line: list[str] = []
        printed = False
        for i, (part, cell) in enumerate(zip(row.fields, cells, strict=True)):
            if i:
                line.append("|" if cell and printed else " ")
                at += 1
            if cell:
                begins = at + len(part) - len(_bare(part).lstrip())
                fields[begins] = i
                if waiting:
                    empty[begins] = waiting
                waiting, printed = 0, True
            elif not header and first <= i <= used:
                waiting += 1
            line.append(_bare(part))
            at += len(part)
        if waiting:
            empty[at] = waiting
            fields[at] = min(used + 1, len(cells))
        yield row.start, "".join(line)
