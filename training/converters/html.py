"""True reports as the web pages of content systems: the sources that converters of HTML are given."""

import re
from collections.abc import Callable, Mapping
from html import escape
from random import Random

from gouji.forms import TABLES
from training.network.tokens import HEADER, VALUE
from training.pages.page import Page
from training.pages.rendering_html import render_html_table
from training.pages.sheets import CLAUSE, Sheet, SheetCell
from training.pages.writers import sheet_to_html

_SCRIPT = '<script type="text/javascript">var _hmt = _hmt || []; function doZoom(n){return n;}</script>'


def _breaks(cell: SheetCell) -> str:
    return escape(cell.text, quote=False).replace("\n\n", "<br/>").replace("\n", "<br/>")


def _broken_label(cell: SheetCell, rng: Random) -> str:
    """A long header with a break in it, as editors leave them."""
    text = _breaks(cell)
    if cell.kind == HEADER and 4 <= len(text) <= 9 and "<" not in text and rng.random() < 0.5:
        return f"{text[:2]}<br/>{text[2:]}"
    return text


def plain(sheet: Sheet, rng: Random) -> str:
    """`<table border=1>`, every cell in its tag and nothing else."""
    return render_html_table(sheet, "plain_border", rng.choice(("", "&nbsp;")), 0, rng)[0]


def official(sheet: Sheet, rng: Random) -> str:
    """The official form with its merged heads and a paragraph around each value."""
    html = render_html_table(sheet, "official_spans", rng.choice(("", "&nbsp;", "<p></p>")), 0, rng)[0]
    return html.replace("<col/>", "<col/>" * sheet.width)  # pandoc believes the number of columns


def word(sheet: Sheet, rng: Random) -> str:
    """Pasted from Word: `MsoNormal` paragraphs and spans in every cell."""
    return render_html_table(sheet, "word_paste", "", 0, rng)[0].replace("MsoTableGrid", "MsoNormalTable")


def ueditor(sheet: Sheet, rng: Random) -> str:
    """UEditor: `firstRow`, widths in every tag, `<br/>` in headers and in empty cells."""

    def inner(cell: SheetCell) -> str:
        if not cell.text:
            return "<br/>"
        return f"<p>{_broken_label(cell, rng)}</p>" if cell.kind == VALUE else _broken_label(cell, rng)

    opening = '<table data-sort="sortDisabled" width="690"><tbody>'
    html = sheet_to_html(sheet, inner, opening, lambda cell: ' width="68" valign="middle" style="border:1px solid"')
    return html.replace("<tr>", '<tr class="firstRow">', 1).replace("</table>", "</tbody></table>")


def headed(sheet: Sheet, rng: Random) -> str:
    """`<thead>` and `<tbody>`, `<th>` for headers, `&nbsp;` for what is empty and around what is not."""
    around = rng.choice(("", "&nbsp;"))
    html = sheet_to_html(sheet, lambda cell: f"{around}{_breaks(cell)}" if cell.text else "&nbsp;", "<table>")
    rows = html.removeprefix("<table>\n").removesuffix("</table>").split("\n")[:-1]
    count = next(k for k, row in enumerate(sheet.rows) if any(cell.kind not in (HEADER, CLAUSE) for cell in row))
    head = "\n".join(rows[:count]).replace("<td", "<th").replace("</td>", "</th>")
    body = "\n".join(rows[count:])
    return f'<table class="table table-bordered">\n<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def indented(sheet: Sheet, rng: Random) -> str:
    """Written by a template: every tag on a line of its own, indented."""
    html = sheet_to_html(sheet, lambda cell: f"\n            {_breaks(cell)}\n        ")
    return html.replace("<tr>", "    <tr>\n").replace("<td", "        <td").replace("</td>", "</td>\n")


def trs(sheet: Sheet, rng: Random) -> str:
    """TRS WCM: a font tag and a paragraph in every cell, an empty paragraph behind some."""

    def inner(cell: SheetCell) -> str:
        tail = "<p>&nbsp;</p>" if cell.kind != VALUE and rng.random() < 0.1 else ""
        return f'<p align="center"><font face="仿宋" size="3">{_broken_label(cell, rng) or "&nbsp;"}</font></p>{tail}'

    return sheet_to_html(sheet, inner, '<table class="trs_word_table" cellpadding="0" cellspacing="0">')


def sections(sheet: Sheet, rng: Random) -> str:
    """A page of a messenger: sections and spans inside each other."""

    def inner(cell: SheetCell) -> str:
        return f"<section><span style='font-size:14px'><span>{_breaks(cell) or '<br>'}</span></span></section>"

    table = sheet_to_html(sheet, inner, "<table><tbody>").replace("</table>", "</tbody></table>")
    return f"<section style='overflow-x:auto'>{table}</section>"


def small(sheet: Sheet, rng: Random) -> str:
    """Minified: nothing between tags, closing tags of cells left out in some pages."""
    html = sheet_to_html(sheet, _breaks, "<table>").replace("\n", "")
    return html.replace("</td>", "").replace("</tr>", "") if rng.random() < 0.4 else html


HTML_STYLES: Mapping[str, Callable[[Sheet, Random], str]] = {
    "plain": plain, "official": official, "word": word, "ueditor": ueditor, "headed": headed, "indented": indented,
    "trs": trs, "sections": sections, "small": small, "nested": plain,
}  # fmt: skip


def _frame(page: Page, style: str, body: str, menu: list[str], footer: list[str]) -> str:
    title = escape(page.title)
    head = f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
    head += f"<style>td{{font-size:12pt}} .bt{{margin:0 5px}}</style>{_SCRIPT}</head>\n<body>\n"
    links = "".join(f'<li><a href="/zwgk/">{escape(line)}</a></li>' for line in menu)
    top = f'<div class="nav"><ul>{links}</ul></div>\n' if menu else ""
    end = "".join(f"<p>{escape(line)}</p>\n" for line in footer)
    if style == "nested":
        rows = f'<tr><td class="bt"><h1>{title}</h1></td></tr><tr><td>\n{body}\n</td></tr>'
        inner = f'<table width="100%"><tr><td>{top}</td></tr>{rows}</table>'
        return f'{head}<table width="1000" align="center"><tr><td>{inner}</td></tr></table>{end}</body></html>\n'
    editor = {"trs": '<div class="TRS_Editor">', "sections": '<div id="js_content">'}.get(
        style, '<div class="content">'
    )
    return f"{head}{top}<h1>{title}</h1>\n{editor}\n{body}</div>\n<div class='footer'>{end}</div></body></html>\n"


def page_to_web(page: Page, style: str, rng: Random, menu: list[str], footer: list[str]) -> str:
    """A page in one of `HTML_STYLES`, with menu and footer around. Raises KeyError for another style."""
    write = HTML_STYLES[style]

    def paragraph(line: str) -> str:
        text = escape(line, quote=False).replace("\n", "<br>")
        if style == "word":
            return f'<p class="MsoNormal" style="text-indent:32pt"><span style="font-family:仿宋">{text}</span></p>\n'
        if style == "sections":
            return f"<section><span>{text}</span></section>\n"
        return f"<p>&emsp;&emsp;{text}</p>\n" if style == "trs" else f"<p>{text}</p>\n"

    parts = [paragraph(line) for line in page.before]
    for table in TABLES:
        heading, sentences = page.sections[table]
        parts += [paragraph(line) for line in (heading, *sentences)]
        parts.append(write(page.sheets[table], rng) + "\n")
    parts += [paragraph(line) for line in page.after]
    body = "".join(parts)
    if style == "small":
        body = re.sub(r">\s+<", "><", body)
    return _frame(page, style, body, menu, footer)
