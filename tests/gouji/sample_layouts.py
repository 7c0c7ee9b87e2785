"""Whole reports with furniture around and between their rows, written in several ways: what finding tables is held to.

A report is the three official tables with figures whose sums hold. A layout puts something beside its rows (a header
before each, units, page headers, marks), a writer turns the rows into text: pipes, tabs, columns of fixed width, HTML.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from random import Random
from unicodedata import category, east_asian_width

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES, Row, Template, template

TITLE = "临川市财政局2023年政府信息公开工作年度报告"
HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)
OPENING = ("一、总体情况", "本单位按照规定公开政府信息，全年培训4次，会议9次，各项任务均已完成，群众对此较为满意。")
CLOSING = (
    "五、存在的主要问题及改进情况",
    "公开内容有待丰富，下一步将加强培训。",
    "六、其他需要报告的事项",
    "无其他需要报告的事项。",
)
_DEPTH = 3  # columns of labels in table 三
_LABELLED = (ACTIVE_DISCLOSURE, APPLICATIONS)

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, or one line of text (a single cell).

    cells: what is printed, labels first.  values: how many of them, from the end, are values.  spans: the columns that
    each cell covers.  before: empty columns under a merged cell, behind the first `lead` cells.
    """

    cells: tuple[str, ...]
    values: int = 0
    spans: tuple[int, ...] = ()
    before: int = 0
    row: Row | None = None
    table: str | None = None
    lead: int = 0
    prefix: str = ""

    @property
    def width(self) -> int:
        return self.before + sum(self.spans or (1,) * len(self.cells))


Layout = Callable[[list[Line]], list[Line]]
Writer = Callable[[list[Line]], str]


def draw_values(form: str, seed: int, blanks: float = 0.0) -> dict[str, dict[str, str]]:
    """Figures of the three tables whose sums hold; a share of the zeros is left blank, whole rows never."""
    rng = Random(seed)
    drawn: dict[str, dict[str, str]] = {}
    for table in TABLES:
        whole = template(table, form)
        figures = {cell: rng.choice((0, 0, rng.randint(1, 9), rng.randint(10, 420))) for cell in whole.cells}
        if table == APPLICATIONS:
            _balance(whole, figures)
        for row in whole.rows:
            if row.totalled:
                figures[row.cells[-1]] = sum(figures[cell] for cell in row.cells[:-1])
        drawn[table] = {cell: "" if not n and rng.random() < blanks else str(n) for cell, n in figures.items()}
        for row in whole.rows:
            if not any(drawn[table][cell] for cell in row.cells):
                drawn[table][row.cells[-1]] = str(figures[row.cells[-1]])
    return drawn


def _balance(whole: Template, figures: dict[str, int]) -> None:
    results = [row for row in whole.rows if row.under]
    new, carried, total, left = whole.rows[0], whole.rows[1], results[-1], whole.rows[-1]
    for c in range(len(total) - 1):
        figures[total.cells[c]] = sum(figures[row.cells[c]] for row in results[:-1])
        figures[left.cells[c]] = figures[left.cells[c]] % 4
        both = figures[total.cells[c]] + figures[left.cells[c]]
        figures[carried.cells[c]] = min(figures[carried.cells[c]] % 7, both)
        figures[new.cells[c]] = both - figures[carried.cells[c]]


def report(form: str, values: Mapping[str, Values]) -> list[Line]:
    """The lines of a whole report."""
    lines = [Line((TITLE,)), *(Line((text,)) for text in OPENING)]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        lines += [Line((heading,)), *_table(template(table, form), values[table])]
    return [*lines, *(Line((text,)) for text in CLOSING)]


def _table(whole: Template, values: Values) -> Iterator[Line]:
    if whole.table == ACTIVE_DISCLOSURE:
        yield from _disclosure(whole, values)
    elif whole.table == APPLICATIONS:
        yield from _applications(whole, values)
    else:
        names = tuple(column.label for row in whole.rows for column in row.columns)
        yield Line(("行政复议", "行政诉讼"), spans=(5, 10), table=whole.table)
        heads = (*names[:5], *(row.label for row in whole.rows[1:]))
        yield Line(heads, spans=(1,) * 5 + (5, 5), table=whole.table)
        yield Line(names[5:], spans=(1,) * 10, before=5, table=whole.table)
        cells = tuple(values[cell] for cell in whole.cells)
        yield Line(cells, 15, (1,) * 15, 0, whole.rows[0], whole.table)


def _disclosure(whole: Template, values: Values) -> Iterator[Line]:
    above: tuple[str, ...] = ()
    for row in whole.rows:
        if row.under != above:
            above = row.under
            yield Line((row.under[0],), spans=(4,), table=whole.table)
            heads = ("信息内容", *(column.label for column in row.columns))
            yield Line(heads, spans=(1,) * (len(heads) - 1) + (5 - len(heads),), table=whole.table)
        cells = (row.label, *(values[cell] for cell in row.cells))
        yield Line(cells, len(row), (1,) * len(row) + (4 - len(row),), 0, row, whole.table)


def _applications(whole: Template, values: Values) -> Iterator[Line]:
    names = [column.label for column in whole.rows[0].columns]
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    yield Line((note, "申请人情况"), spans=(_DEPTH, 7), table=whole.table)
    yield Line((names[0], "法人或其他组织", names[-1]), spans=(1, 5, 1), before=_DEPTH, table=whole.table)
    yield Line(tuple(names[1:-1]), spans=(1,) * 5, before=_DEPTH + 1, table=whole.table)
    above: tuple[str, ...] = ()
    for row in whole.rows:
        opened = tuple(group for k, group in enumerate(row.under) if above[k : k + 1] != (group,))
        above = row.under
        labels = (*opened, row.label)
        before = len(row.under) - len(opened)
        spans = (1,) * len(opened) + (_DEPTH - before - len(opened),)
        yield Line(
            (*labels, *(values[c] for c in row.cells)), len(row), spans + (1,) * len(row), before, row, whole.table
        )


# What may stand beside the rows.


def plain(lines: list[Line]) -> list[Line]:
    """Nothing."""
    return lines


def _before_rows(lines: list[Line], head: Callable[[Line, int], Sequence[Line]]) -> list[Line]:
    found: list[Line] = []
    count = 0
    for line in lines:
        if line.values:
            found += head(line, count)
            count += 1
        found.append(line)
    return found


def _like(line: Line, cells: tuple[str, ...]) -> Line:
    labels = len(line.cells) - line.values
    lead = line.before + sum(line.spans[:labels])
    return Line(cells, spans=((lead,) if labels else ()) + line.spans[labels:], table=line.table)


def numbered_heads(lines: list[Line]) -> list[Line]:
    """`类别 | 数据1 | 数据2 …` before every row."""
    return _before_rows(
        lines,
        lambda line, _: [
            _like(line, ("类别",) * (line.values < 15) + tuple(f"数据{n}" for n in range(1, line.values + 1)))
        ],
    )


def named_heads(lines: list[Line]) -> list[Line]:
    """`指标 | 自然人 | 商业企业 …` before every row of 二 and 三."""

    def heads(line: Line, _: int) -> list[Line]:
        if line.row is None or line.values == 15:
            return []
        return [_like(line, ("指标", *(column.label for column in line.row.columns)))]

    return _before_rows(lines, heads)


def unit_lines(lines: list[Line]) -> list[Line]:
    """`单位：件` above every row."""
    return _before_rows(lines, lambda *_: [Line(("单位：件",))])


def repeated_notes(lines: list[Line]) -> list[Line]:
    """A line of source and a line of a section above every row."""
    return _before_rows(lines, lambda *_: [Line(("数据来源：政务公开系统",)), Line(("【统计项】",))])


def _in_rows(lines: list[Line], cell: Callable[[int], str], behind: bool) -> list[Line]:
    found: list[Line] = []
    count = 0
    for line in lines:
        labels = len(line.cells) - line.values
        if line.values and labels:
            count += 1
            at = labels if behind else 0
            cells = (*line.cells[:at], cell(count), *line.cells[at:])
            spans = (*line.spans[:at], 1, *line.spans[at:])
            line = replace(line, cells=cells, spans=spans, lead=0 if behind else 1)
        elif line.table in _LABELLED and not line.values:
            line = replace(line, before=line.before + 1)
        found.append(line)
    return found


def unit_cells(lines: list[Line]) -> list[Line]:
    """A cell with the unit between label and values."""
    return _in_rows(lines, lambda _: "件", True)


def line_numbers(lines: list[Line]) -> list[Line]:
    """A number before every row."""
    return _in_rows(lines, str, False)


def numbers_behind(lines: list[Line]) -> list[Line]:
    """The number of each row behind its label."""
    return _in_rows(lines, str, True)


def headed_rows(lines: list[Line]) -> list[Line]:
    """Title and heading before every row, as a text is given that was cut to pieces."""
    heading = ""
    found: list[Line] = []
    for line in lines:
        heading = line.cells[0] if line.cells[0] in HEADINGS else heading
        found += [Line((TITLE,)), Line((heading,))] if line.values else []
        found.append(line)
    return found


def _between(lines: list[Line], every: int, furniture: Callable[[int], Sequence[str]]) -> list[Line]:
    found: list[Line] = []
    page = 0
    for n, line in enumerate(lines, start=1):
        found.append(line)
        if n % every == 0:
            page += 1
            found += [Line((text,)) for text in furniture(page)]
    return found


def browser_print(lines: list[Line]) -> list[Line]:
    """Headers and footers that a browser prints on every page."""
    address = "https://www.example.gov.cn/art/2024/1/15/art_1229_4512.html"
    return _between(lines, 11, lambda n: [f"{address} {n}/7", f"2024/1/15 09:32 {TITLE}"])


def browser_lines(lines: list[Line]) -> list[Line]:
    """The same on lines of their own."""
    address = "https://www.example.gov.cn/art/2024/1/15/art_1229_4512.html"
    return _between(lines, 5, lambda n: [address, f"{n}/12", "2024/1/15 上午9:32", TITLE])


def running_titles(lines: list[Line]) -> list[Line]:
    """A running title and a page number."""
    return _between(lines, 6, lambda n: ["", f"— {n} —", "", TITLE, ""])


def running_pages(lines: list[Line]) -> list[Line]:
    """The page number in the running title's line."""
    return _between(lines, 7, lambda n: [f"临川市财政局 政府信息公开 第{n}页"])


def broken_rows(lines: list[Line]) -> list[Line]:
    """A page break with its running title inside of every eighth row."""
    found: list[Line] = []
    for n, line in enumerate(lines):
        if n % 8 or line.values != 7:
            found.append(line)
            continue
        cut = len(line.cells) - 3
        first = replace(line, cells=line.cells[:cut], spans=line.spans[:cut], values=line.values - 3)
        rest = replace(line, cells=line.cells[cut:], spans=line.spans[cut:], values=3, before=_DEPTH + 4, lead=0)
        found += [first, Line((f"第 {n // 8} 页",)), Line((TITLE,)), rest]
    return found


def padded(lines: list[Line]) -> list[Line]:
    """Forty empty columns behind every row of a table."""
    return [
        replace(line, cells=(*line.cells, *[""] * 40), spans=line.spans + (1,) * 40) if line.table else line
        for line in lines
    ]


def _each_cell(lines: list[Line], change: Callable[[str], str]) -> list[Line]:
    return [
        replace(line, cells=tuple(change(c) if c else c for c in line.cells)) if line.table else line for line in lines
    ]


def bold(lines: list[Line]) -> list[Line]:
    """Labels and numbers in bold."""
    return _each_cell(lines, lambda cell: f"**{cell}**")


def italic(lines: list[Line]) -> list[Line]:
    """Labels in italics, numbers as code."""
    return _each_cell(lines, lambda cell: f"`{cell}`" if cell.isdigit() else f"*{cell}*")


def entities(lines: list[Line]) -> list[Line]:
    """Entities that nobody turned into characters."""
    return _each_cell(lines, lambda cell: f"&nbsp;{cell}&nbsp;")


def zero_width(lines: list[Line]) -> list[Line]:
    """Characters without width inside labels and beside numbers."""
    return _each_cell(lines, lambda cell: "\u200b".join(cell) + "\ufeff")


def quoted(lines: list[Line]) -> list[Line]:
    """`> ` before every line."""
    return [replace(line, prefix="> ") for line in lines]


def bullets(lines: list[Line]) -> list[Line]:
    """`- ` before every row."""
    return [replace(line, prefix="- ") if line.table else line for line in lines]


def counted_lines(lines: list[Line]) -> list[Line]:
    """`12: ` before every line."""
    return [replace(line, prefix=f"{n:3}: ") for n, line in enumerate(lines, start=1)]


def wide_heads(lines: list[Line]) -> list[Line]:
    """Blanks that pad the headers."""
    return [
        replace(line, cells=tuple(f"{c[:2]}      {c[2:]}".strip().center(60) for c in line.cells))
        if line.table and not line.values
        else line
        for line in lines
    ]


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (
        plain, numbered_heads, named_heads, unit_lines, repeated_notes, unit_cells, line_numbers, numbers_behind,
        headed_rows, browser_print, browser_lines, running_titles, running_pages, broken_rows, padded, bold, italic,
        entities, zero_width, quoted, bullets, counted_lines, wide_heads,
    )
}  # fmt: skip


# How the rows are written.


def places(line: Line) -> list[str]:
    """The cells with an empty place for every column that a merged cell covers."""
    spans = line.spans or (1,) * len(line.cells)
    found: list[str] = []
    for k, (cell, span) in enumerate(zip(line.cells, spans, strict=True)):
        found += [""] * line.before if k == line.lead else []
        found += [cell, *[""] * (span - 1)]
    return found


def _join(lines: Sequence[Line], row: Callable[[Line], str], gap: str = "\n") -> str:
    return gap.join(line.prefix + (row(line) if line.table else line.cells[0]) for line in lines)


def pipes(lines: list[Line]) -> str:
    """A row a line, a pipe behind each cell."""
    return _join(lines, lambda line: " | ".join(line.cells) + " |")


def padded_pipes(lines: list[Line]) -> str:
    """The same with the places of merged cells at the end of the row."""
    return _join(lines, lambda line: " | ".join([*line.cells, *[""] * (line.width - len(line.cells))]) + " |")


def opened_pipes(lines: list[Line]) -> str:
    """A pipe before and behind each cell."""
    return _join(lines, lambda line: "| " + " | ".join(line.cells) + " |")


def cell_lines(lines: list[Line]) -> str:
    """Every cell on a line of its own, blank cells as dashes."""
    return _join(lines, lambda line: f"\n\n{line.prefix}".join(c or "-" for c in line.cells), "\n\n")


def tabs(lines: list[Line]) -> str:
    """A row a line, a tab between cells, merged cells closed up."""
    return _join(lines, lambda line: "\t".join(line.cells))


def sheet_tabs(lines: list[Line]) -> str:
    """What a sheet gives when it is copied: every place of the grid."""
    return _join(lines, lambda line: "\t".join(places(line)))


def commas(lines: list[Line]) -> str:
    """A sheet as CSV: every line as wide as the widest."""
    width = max(line.width for line in lines)
    rows = [places(line) if line.table else list(line.cells) for line in lines]
    told = [",".join([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join(line.prefix + row for line, row in zip(lines, told, strict=True))


def semicolons(lines: list[Line]) -> str:
    """A sheet with semicolons between its cells."""
    return _join(lines, lambda line: ";".join(places(line)))


def _columns(text: str) -> int:
    return sum(0 if category(c) == "Cf" else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _aligned(lines: list[Line], right: bool, gap: str) -> str:
    widths: dict[tuple[str, int], int] = {}
    for line in lines:
        if line.table:
            at = 0
            for k, (cell, span) in enumerate(zip(line.cells, line.spans, strict=True)):
                at += line.before if k == line.lead else 0
                if span == 1:
                    widths[line.table, at] = max(widths.get((line.table, at), 1), _columns(cell))
                at += span
    told: list[str] = []
    for line in lines:
        if not line.table:
            told.append(line.prefix + line.cells[0])
            continue
        at, parts = 0, []
        for k, (cell, span) in enumerate(zip(line.cells, line.spans, strict=True)):
            if k == line.lead:
                parts += [" " * widths.get((line.table, n), 1) for n in range(at, at + line.before)]
                at += line.before
            room = sum(widths.get((line.table, n), 1) for n in range(at, at + span)) + len(gap) * (span - 1)
            fill = " " * max(0, room - _columns(cell))
            parts.append(fill + cell if right and k >= len(line.cells) - line.values else cell + fill)
            at += span
        told.append((line.prefix + gap.join(parts)).rstrip())
    return "\n".join(told)


def fixed(lines: list[Line]) -> str:
    """Columns of fixed width, all to the left."""
    return _aligned(lines, False, "  ")


def fixed_right(lines: list[Line]) -> str:
    """Columns of fixed width, numbers to the right."""
    return _aligned(lines, True, "   ")


def html(lines: list[Line]) -> str:
    """A page with a table for each."""
    parts: list[str] = []
    inside = False
    for line in lines:
        inside_now = bool(line.table)
        if inside_now != inside:
            parts.append("<table>" if inside_now else "</table>")
            inside = inside_now
        if not inside_now:
            parts.append(f"<p>{escape(line.cells[0])}</p>")
            continue
        cells = [f'<td colspan="{s}">{escape(c)}</td>' for c, s in zip(line.cells, line.spans, strict=True)]
        cells[line.lead : line.lead] = ["<td></td>"] * line.before
        parts.append("<tr>" + "".join(cells) + "</tr>")
    return "<html><body>" + "\n".join(parts) + "</body></html>"


WRITERS: dict[str, Writer] = {
    writer.__name__: writer
    for writer in (
        pipes, padded_pipes, opened_pipes, cell_lines, tabs, sheet_tabs, commas, semicolons, fixed, fixed_right, html
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A report in one layout, and what its tables print: the values of every cell in order ("" for a blank)."""

    data: bytes
    name: str
    form: str
    values: Mapping[str, Values]


def write(layout: str, writer: str, form: str = "2021", seed: int = 1, blanks: float = 0.0) -> Written:
    """A report in a layout by a writer. blanks: the share of zeros that are left empty."""
    values = draw_values(form, seed, blanks)
    text = WRITERS[writer](LAYOUTS[layout](report(form, values)))
    return Written(text.encode(), "report.html" if writer == "html" else "report.txt", form, values)
