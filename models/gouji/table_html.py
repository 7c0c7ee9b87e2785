"""A table as HTML in its official shape, for notebooks: merged headers, states told apart, doubtful cells marked."""

import html
import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from gouji import forms
from gouji.forms import Row
from gouji.sums import SURE
from gouji.tables import Cell, CellState, Table

Path = tuple[str, ...]  # headings from the outermost to the label itself
Merged = list[list[tuple[str, int, int]]]  # for each level its headings: text, levels down, places across
_STATES = {CellState.BLANK: "空白", CellState.ABSENT: "缺失", CellState.UNREAD: "未读"}
_DOUBTFUL = "background:#ffe08a;color:#000"
_FAINT = "color:#888;font-size:85%"


def escape_text(text: str) -> str:
    """Text as it may stand in HTML, in an attribute too."""
    return html.escape(text, quote=True)


def confidence_to_text(confidence: float) -> str:
    """Three decimals, cut off and not rounded: nothing is shown as surer than it is."""
    return f"{math.floor(confidence * 1000) / 1000:.3f}"


def table_to_html(table: Table) -> str:
    """One table under its official heading; one that is missing is a sentence."""
    heading = escape_text(forms.heading(table.table))
    if table.form is None:
        return f"<p>{heading}: {_sure('missing', table.confidence)}</p>"
    template = forms.template(table.table, table.form)
    lines = [*_side_by_side(template.rows, table)] if template.side_by_side else [*_listed(template.rows, table)]
    body = "".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    caption = f'<caption style="text-align:left">{heading}: {_sure(table.form, table.confidence)}</caption>'
    return f'<table border="1" style="border-collapse:collapse">{caption}{body}</table>'


def _sure(what: str, confidence: float) -> str:
    """What is said of a whole table, marked where it is not sure."""
    told = f"{escape_text(what)}, confidence {confidence_to_text(confidence)}"
    return f'<span style="{_DOUBTFUL}">{told}?</span>' if confidence < SURE else told


def is_doubtful(cell: Cell) -> bool:
    """Whether a person should look at a cell: it is not sure, or it could not be read."""
    return cell.confidence < SURE or cell.state is CellState.UNREAD


def cell_to_html(cell: Cell, span: int = 1) -> str:
    """One cell: its number, or the state that it is in, in words; `?` behind what is doubtful."""
    if cell.state is CellState.PRINTED:
        shown = escape_text(str(cell.value)) + (escape_text(cell.unit) if cell.unit else "")
    else:
        shown = f'<span style="{_FAINT}">{_STATES[cell.state]}</span>'
    told = f"{cell.state}, confidence {confidence_to_text(cell.confidence)}"
    if cell.text:
        told += f", printed {cell.text}"
    if cell.suggestion is not None:
        told += f", {cell.suggestion.because} points to {cell.suggestion.value}"
    style = f' style="{_DOUBTFUL}"' if is_doubtful(cell) else ""
    mark = "?" if is_doubtful(cell) else ""
    return f'<td{_spans(1, span)}{style} title="{escape_text(told)}">{shown}{mark}</td>'


def _listed(rows: Sequence[Row], table: Table) -> Iterator[list[str]]:
    """Lines of rows under each other; rows of the same columns share one header."""
    depth = max(len(row.under) + 1 for row in rows)
    width = max(len(row) for row in rows)
    for columns, group in groupby(rows, key=lambda row: row.columns):
        together = list(group)
        paths = [(*column.under, column.label) for column in columns]
        headers = _merge(paths + paths[-1:] * (width - len(paths)))  # the last column reaches to the border
        corner = f"<th{_spans(len(headers), depth)}>{escape_text(forms.head(table.table))}</th>"
        for n, line in enumerate(headers):
            yield [corner] * (n == 0) + [_header(text, down, across) for text, down, across in line]
        labels = _transpose(_merge([(*row.under, row.label) for row in together], depth), len(together))
        for row, line in zip(together, labels, strict=True):
            spans = [1] * (len(row) - 1) + [width - len(row) + 1]
            cells = [cell_to_html(table.cells[name], span) for name, span in zip(row.cells, spans, strict=True)]
            yield [*(_header(text, across, down) for text, down, across in line), *cells]


def _side_by_side(rows: Sequence[Row], table: Table) -> Iterator[list[str]]:
    """Lines of rows that stand beside each other: their labels are headers, their values one line."""
    headers = _merge([(*row.under, row.label, column.label) for row in rows for column in row.columns])
    yield from ([_header(text, down, across) for text, down, across in line] for line in headers)
    yield [cell_to_html(table.cells[name]) for row in rows for name in row.cells]


def _merge(paths: Sequence[Path], depth: int = 0) -> Merged:
    """Headings of places side by side, merged where they are the same; the last of a shorter path reaches down."""
    depth = max(depth, *(len(path) for path in paths))
    merged: Merged = []
    for level in range(depth):
        there = [(path[: level + 1], path) for path in paths]
        line: list[tuple[str, int, int]] = []
        for (upto, last), group in groupby(there, key=lambda pair: (pair[0], len(pair[1]) == level + 1)):
            count = len(list(group))
            if len(upto) == level + 1:
                line.append((upto[-1], depth - level if last else 1, count))
        merged.append(line)
    return merged


def _transpose(merged: Merged, count: int) -> Merged:
    """The headings level by level -> place by place: those that begin at each of `count` places."""
    lines: Merged = [[] for _ in range(count)]
    taken = [0] * count  # levels that the headings before cover, of each place
    for level, line in enumerate(merged):
        places = iter([place for place in range(count) if taken[place] <= level])
        for text, down, across in line:
            own = [next(places) for _ in range(across)]
            lines[own[0]].append((text, down, across))
            for place in own:
                taken[place] = level + down
    return lines


def _header(text: str, down: int, across: int) -> str:
    return f"<th{_spans(down, across)}>{escape_text(text)}</th>"


def _spans(down: int, across: int) -> str:
    rows = f' rowspan="{down}"' if down > 1 else ""
    return rows + (f' colspan="{across}"' if across > 1 else "")
