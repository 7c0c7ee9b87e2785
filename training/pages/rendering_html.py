"""Reports as web pages: several content systems, Word paste, layout tables, and tables made without `<table>`."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from training.network.tokens import HEADER, VALUE, GridMark
from training.pages import decoys, prose
from training.pages.rendering import PageLook
from training.pages.rendering_pdf import render_spaced_rows
from training.pages.rendering_text import lay_out
from training.pages.sheets import CLAUSE, Sheet, SheetCell
from training.tables.synthesis import TrueReport

HTML_SHARES: Mapping[str, float] = {
    "word_paste": 35, "plain_border": 25, "official_spans": 20, "nested_layout": 10, "div_cells": 5, "preformatted": 5,
}  # fmt: skip
_BLANKS = ("&nbsp;", "", "<br>", "<p></p>", "&#160;", "<p>&nbsp;</p>")
_STYLE = "<style>td{font-size:12pt;width:60px} .c1{margin:0 5px 10px 20px}</style>"


def _inner(cell: SheetCell, style: str, blank: str, rng: Random) -> str:
    """The markup inside a cell. A label's newlines become breaks or paragraphs."""
    text = escape(cell.text, quote=False)
    if not text:
        if style == "word_paste":
            return '<p class="MsoNormal" align="center"><span style="font-family:宋体"><o:p>&nbsp;</o:p></span></p>'
        return blank
    if style == "word_paste":
        text = text.replace("\n\n", '</span></p><p class="MsoNormal"><span>').replace("\n", "<br />")
        if cell.kind == VALUE:
            if len(text) > 1 and text.isdigit() and rng.random() < 0.05:
                text = f"{text[:1]}</span><span lang='EN-US'>{text[1:]}"
            return f'<p class="MsoNormal" align="center"><span lang="EN-US" style="font-size:10.5pt">{text}</span></p>'
        return f'<p class="MsoNormal"><span style="font-family:宋体;font-size:10.5pt">{text}</span></p>'
    text = text.replace("\n\n", "</p><p>").replace("\n", "<br/>")
    if "</p>" in text:
        text = f"<p>{text}</p>"
    return f"<p style='text-align:center'>{text}</p>" if style == "official_spans" and cell.kind == VALUE else text


def render_html_table(
    sheet: Sheet, style: str, blank: str, ordinal: int, rng: Random, loose_header: bool = False
) -> tuple[str, list[GridMark]]:
    """One `<table>` and the marks of its cells. `loose_header`: empty cells instead of rowspans in table 四."""
    opening = {
        "word_paste": '<table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0"><tbody>',
        "plain_border": "<table border=1 width=100%>",
        "official_spans": '<table style="border-collapse:collapse"><colgroup><col/></colgroup><tbody>',
        "nested_layout": '<table width="90%" align="center">',
    }[style]
    closing = "</tbody></table>" if "<tbody>" in opening else "</table>"
    parts = [opening]
    marks: list[GridMark] = []
    for r, places in enumerate(lay_out(sheet)):
        parts.append("<tr>" if style != "word_paste" else '<tr style="height:20.0pt">')
        for column, (cell, starts) in enumerate(places):
            spans_down = loose_header and cell.kind == HEADER and sheet.table == REVIEW_LITIGATION
            if not starts:
                if spans_down and r and cell.rowspan > 1:
                    parts.append("<td></td>")
                    marks.append(GridMark(ordinal, r, column, "padding", None, None))
                continue
            tag = "th" if style == "plain_border" and cell.kind == HEADER and rng.random() < 0.2 else "td"
            attributes = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            attributes += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 and not spans_down else ""
            if style == "word_paste":
                attributes += ' width="64" style="border:solid windowtext 1.0pt"'
            parts.append(f"<{tag}{attributes}>{_inner(cell, style, blank, rng)}</{tag}>")
            kind = HEADER if cell.kind == CLAUSE else cell.kind
            marks.append(GridMark(ordinal, r, column, kind, cell.cell, cell.row))
        parts.append("</tr>\n" if style != "word_paste" else "</tr>")
    parts.append(closing)
    return "".join(parts), marks


def _render_divs(sheet: Sheet) -> str:
    rows = ("".join(f'<div class="cell">{escape(cell.text)}</div>' for cell in row) for row in sheet.rows)
    return "".join(f'<div class="row">{row}</div>\n' for row in rows)


def _render_preformatted(sheet: Sheet, rng: Random) -> str:
    return "<pre>" + escape("".join(token.text for token in render_spaced_rows(sheet, rng))) + "</pre>"


def _paragraphs(lines: list[str], style: str) -> str:
    opening = '<p class="MsoNormal" style="text-indent:32.0pt">' if style == "word_paste" else "<p>"
    return "".join(f"{opening}{escape(line, quote=False)}</p>\n" for line in lines if line)


def split_sheet(sheet: Sheet, rng: Random) -> tuple[Sheet, ...]:
    """A table cut in two `<table>`s between two rows, as a page break in Word leaves it; only for table 三."""
    if sheet.table != APPLICATIONS or len(sheet.rows) < 10:
        return (sheet,)
    at = rng.randint(6, len(sheet.rows) - 2)
    return replace(sheet, rows=sheet.rows[:at]), replace(sheet, rows=sheet.rows[at:])


def render_html(
    report: TrueReport, sheets: Mapping[str, Sheet], style: str, look: PageLook, rng: Random, split: bool = False
) -> tuple[str, tuple[GridMark, ...]]:
    """Render a report as a web page, with the marks of the cells of its grids."""
    agency, year = report.agency, report.year

    def some(pool: tuple[str, ...], count: int) -> list[str]:
        return prose.draw_sentences(rng, pool, count, agency, year)

    grids = 0
    marks: list[GridMark] = []
    blank = rng.choice(_BLANKS)
    loose = rng.random() < 0.1
    head = [f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(report.title)}</title>{_STYLE}']
    head.append("<script>var total = 15; document.write('<td>7</td>');</script></head><body>")
    parts = head if rng.random() < 0.8 else []
    if look.menu:
        parts.append("<ul>" + "".join(f"<li><a href='#'>{line}</a></li>" for line in some(prose.MENU, 3)) + "</ul>")
    if look.metadata:
        rows = [line.split("|") for line in decoys.metadata_lines(rng, agency, year)]
        cells = "".join("<tr>" + "".join(f"<td>{text.strip()}</td>" for text in row) + "</tr>" for row in rows)
        parts.append(f"<table class='meta'>{cells}</table>")
        grids += 1
    nested = style == "nested_layout"
    if nested:
        parts.append("<table width='1000'><tr><td>")
        grids += 1
    if look.titled:
        parts.append(f"<h1>{escape(report.title)}</h1>")
    parts.append(_paragraphs([*some(prose.DATE, 1), *some(prose.INTRO, 1), look.headings[0]], style))
    parts.append(_paragraphs(some(prose.GENERAL, look.prose_count), style))
    for place, table in enumerate(TABLES):
        parts.append(_paragraphs([look.headings[place + 1]], style))
        if table in (ACTIVE_DISCLOSURE, REVIEW_LITIGATION) and rng.random() < 0.35:
            parts.append(_paragraphs(some(prose.GENERAL if table == ACTIVE_DISCLOSURE else prose.REVIEW, 1), style))
        sheet = sheets.get(table)
        if sheet is None:
            continue
        if style == "div_cells":
            parts.append(_render_divs(sheet))
        elif style == "preformatted":
            parts.append(_render_preformatted(sheet, rng))
        else:
            for part in split_sheet(sheet, rng) if split else (sheet,):
                markup, found = render_html_table(part, style, blank, grids, rng, loose)
                parts.append(markup)
                marks += found
                grids += 1
        if look.notes and table != APPLICATIONS:
            parts.append(_paragraphs(some(prose.TABLE_NOTES, 1), style))
    after = [look.headings[4], *some(prose.AFTER, 2), look.headings[5], *some(prose.OTHER, 1)]
    parts.append(_paragraphs(after, style))
    if nested:
        parts.append("</td></tr></table>")
    parts.append(_paragraphs(some(prose.FOOTER, 2), style))
    if parts[0].startswith("<!DOCTYPE"):
        parts.append("</body></html>")
    return "".join(parts), tuple(marks)
