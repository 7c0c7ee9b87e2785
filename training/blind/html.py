"""Web pages for the blind test set alone: tables out of lists, of one row each, of form fields, for small screens."""

from collections.abc import Callable, Mapping
from html import escape
from random import Random

from gouji.forms import TABLES
from training.blind.grid import is_head, sheet_to_lines
from training.blind.layouts import line_to_blocks
from training.network.tokens import LABEL, VALUE
from training.pages import prose
from training.pages.rendering import PageLook
from training.pages.rendering_text import lay_out
from training.pages.sheets import CLAUSE, Sheet, SheetCell
from training.tables.synthesis import TrueReport

TableWriter = Callable[[Sheet], str]


def _text(cell: SheetCell) -> str:
    return escape(cell.text, quote=False).replace("\n\n", "<br>").replace("\n", "<br>")


def _spans(cell: SheetCell, down: bool = True) -> str:
    across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return across + (f' rowspan="{cell.rowspan}"' if down and cell.rowspan > 1 else "")


def write_lists(sheet: Sheet) -> str:
    """A list for each row, an item for each cell; what merged cells cover is nowhere."""
    rows = ("".join(f'<li class="c{min(cell.colspan, 9)}">{_text(cell)}</li>' for cell in row) for row in sheet.rows)
    return '<div class="tb">' + "\n".join(f'<ul class="tr">{row}</ul>' for row in rows) + "</div>"


def write_definitions(sheet: Sheet) -> str:
    """A list of definitions for each row: the name of the column, then the value."""
    parts: list[str] = []
    for line in sheet_to_lines(sheet):
        for above, pairs in line_to_blocks(line):
            name = " ".join(_text(cell) for cell in (line.opened if line.labels else above))
            items = "".join(
                f"<dt>{_text(head) if head else ''}</dt><dd>{_text(value)}</dd>"
                for value, head in pairs
                if value.kind == VALUE or value.text
            )
            parts.append(f"<h5>{name}</h5>" + (f"<dl>{items}</dl>" if items else ""))
    return '<section class="card">' + "\n".join(parts) + "</section>"


def write_row_tables(sheet: Sheet, rest: bool) -> str:
    """A `<table>` for each row. `rest`: an empty cell where a merged cell goes on from the row above."""
    parts: list[str] = []
    for places in lay_out(sheet):
        cells: list[str] = []
        for column, (cell, starts) in enumerate(places):
            if starts:
                cells.append(f"<td{_spans(cell, down=False)}>{_text(cell)}</td>")
            elif rest and not (column and places[column - 1][0] is cell):
                cells.append(f"<td{_spans(cell, down=False)}></td>")
        parts.append(f'<table class="row" width="100%"><tr>{"".join(cells)}</tr></table>')
    return "\n".join(parts)


def write_fields(sheet: Sheet, area: bool) -> str:
    """A form that was filled in on the site: every number stands in a field of its own."""
    rows: list[str] = []
    for row in sheet.rows:
        cells: list[str] = []
        for cell in row:
            inner = _text(cell)
            if cell.kind == VALUE and area:
                inner = f'<textarea rows="1" cols="6" readonly>{_text(cell)}</textarea>'
            elif cell.kind == VALUE:
                inner = f'<input type="text" size="6" value="{escape(cell.text)}" readonly="readonly">'
            cells.append(f"<td{_spans(cell)}>{inner}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return '<form><table border="1">' + "\n".join(rows) + "</table></form>"


def write_labelled(sheet: Sheet, way: str) -> str:
    """A table whose cells say which column they are in, for small screens.

    `way`: span (in an element of its own in the cell), colon (`自然人:3`) or attribute. The header rows are then gone,
    but where the columns of a row have no labels beside them (table 四) they stay.
    """
    rows: list[str] = []
    lines = iter(sheet_to_lines(sheet))
    for row in sheet.rows:
        if is_head(row):
            if row[0].kind == CLAUSE:
                next(lines)
            if row[0].kind == CLAUSE or not any(cell.kind == LABEL for one in sheet.rows for cell in one):
                rows.append("<tr>" + "".join(f"<th{_spans(cell)}>{_text(cell)}</th>" for cell in row) + "</tr>")
            continue
        line = next(lines)
        cells = [f'<th scope="row"{_spans(cell)}>{_text(cell)}</th>' for cell in line.opened]
        for value, path in line.values:
            name = _text(path[-1]).replace("<br>", "") if path else ""
            if way == "span":
                cells.append(f'<td><span class="tt">{name}</span><span>{_text(value)}</span></td>')
            elif way == "colon":
                cells.append(f"<td>{name}:{_text(value)}</td>")
            else:
                cells.append(f'<td data-label="{escape(name)}"{_spans(value)}>{_text(value)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return '<table class="responsive">' + "\n".join(rows) + "</table>"


def draw_lists(rng: Random) -> TableWriter:
    """Lists of items or of definitions."""
    return write_lists if rng.random() < 0.5 else write_definitions


def draw_row_tables(rng: Random) -> TableWriter:
    """Tables of one row each."""
    rest = rng.random() < 0.5
    return lambda sheet: write_row_tables(sheet, rest)


def draw_fields(rng: Random) -> TableWriter:
    """Tables of form fields."""
    area = rng.random() < 0.35
    return lambda sheet: write_fields(sheet, area)


def draw_labelled(rng: Random) -> TableWriter:
    """Tables whose cells name their columns."""
    way = rng.choice(("span", "colon", "attribute"))
    return lambda sheet: write_labelled(sheet, way)


BLIND_STYLES: Mapping[str, Callable[[Random], TableWriter]] = {
    "list_cells": draw_lists,
    "row_tables": draw_row_tables,
    "form_fields": draw_fields,
    "labelled_cells": draw_labelled,
}


def render_blind_html(report: TrueReport, sheets: Mapping[str, Sheet], style: str, look: PageLook, rng: Random) -> str:
    """Render a report as a web page in one of the styles of this module. Raises KeyError for another style."""
    write = BLIND_STYLES[style](rng)
    tag = rng.choice(('p style="text-indent:2em"', "p", 'div class="txt"'))

    def some(pool: tuple[str, ...], count: int) -> list[str]:
        return prose.draw_sentences(rng, pool, count, report.agency, report.year)

    def told(lines: list[str]) -> str:
        return "".join(f"<{tag}>{escape(line, quote=False)}</{tag.split()[0]}>\n" for line in lines if line)

    parts = [f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{escape(report.title)}</title></head>']
    parts.append("<body><nav>" + "".join(f"<a href='/x'>{escape(line)}</a>" for line in some(prose.MENU, 2)) + "</nav>")
    parts.append(f"<article><h2>{escape(report.title)}</h2>" + told(some(prose.DATE, 1)) + told(some(prose.INTRO, 1)))
    parts.append(f"<h3>{look.headings[0]}</h3>" + told(some(prose.GENERAL, look.prose_count)))
    for place, table in enumerate(TABLES):
        parts.append(f"<h3>{look.headings[place + 1]}</h3>" if look.headings[place + 1] else "")
        parts.append(write(sheets[table]))
    parts.append(f"<h3>{look.headings[4]}</h3>" + told(some(prose.AFTER, 2)))
    parts.append(f"<h3>{look.headings[5]}</h3>" + told(some(prose.OTHER, 1)))
    parts.append("</article><footer>" + told(some(prose.FOOTER, 2)) + "</footer></body></html>")
    return "\n".join(part for part in parts if part)
