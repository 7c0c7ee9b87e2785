"""Test documents with a known truth: true reports printed to PDF by Chromium.

Chromium only makes documents; nothing that reads them needs it.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from gouji.forms import APPLICATIONS, TABLES
from gouji.tables import CellState
from training.network.tokens import HEADER, VALUE
from training.pages.prose import AFTER, GENERAL, INTRO, fill
from training.pages.sheets import Sheet, Wording, table_to_sheet
from training.tables.synthesis import TrueReport

_HEADINGS = {
    "active_disclosure": "二、主动公开政府信息情况",
    "applications": "三、收到和处理政府信息公开申请情况",
    "review_litigation": "四、政府信息公开行政复议、行政诉讼情况",
}
_CHROMIUM_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Print:
    """How a report is printed.

    rules: "all" ruled, "none", "rows" (horizontal lines only) or "double" (cells with borders of their own).
    spacer: lines of prose before table 三, which move the page break through it.
    align: where numbers stand in their cells.  valign: their height in rows of several lines.
    label_em: width of the label column in characters; narrow ones wrap.
    split_rows: a page break may go through a row.  repeat_head: header rows come again on every page.
    """

    rules: str = "all"
    landscape: bool = False
    traditional: bool = False
    spacer: int = 4
    align: str = "center"
    valign: str = "middle"
    font: str = "Noto Serif CJK SC"
    size: float = 10.0
    padding: float = 3.0
    label_em: float = 15.0
    split_rows: bool = False
    repeat_head: bool = False
    page_numbers: bool = True
    vertical_label: bool = False


def report_to_html(report: TrueReport, look: Print, rng: Random, wording: Wording | None = None) -> str:
    """A printable page with the three tables. Tables that the report does not hold leave their heading only."""
    body = [f"<h1>{escape(report.title)}</h1>"]
    sentences = [s for template in (INTRO, GENERAL) for s in template]

    def paragraph() -> str:
        return f"<p>{escape(fill(rng, rng.choice(sentences), report.agency, report.year))}</p>"

    body.append("<h2>一、总体情况</h2>" + paragraph() + paragraph())
    for table in TABLES:
        body.append(f"<h2>{_HEADINGS[table]}</h2>")
        true = report.tables[table]
        if true is not None:
            body.append(sheet_to_html(table_to_sheet(true, wording or Wording()), look))
        if table == "active_disclosure":
            body += [paragraph() for _ in range(look.spacer)]
    after = fill(rng, AFTER[0], report.agency, report.year)
    body.append(f"<h2>五、存在的主要问题及改进情况</h2><p>{escape(after)}</p>")
    head = f"<!doctype html><html><head><meta charset=utf-8><style>{look_to_css(look)}</style></head>"
    html = f"{head}<body>{''.join(body)}</body></html>"
    return _traditional(html) if look.traditional else html


def _traditional(html: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(html))


def look_to_css(look: Print) -> str:
    """The style sheet of a printed page."""
    border = {
        "all": "table{border-collapse:collapse}td{border:0.75pt solid #000}",
        "none": "table{border-collapse:collapse}td{border:0}",
        "rows": "table{border-collapse:collapse}td{border:0;border-bottom:0.75pt solid #000}",
        "double": "table{border-collapse:separate;border-spacing:1.5pt}td{border:0.75pt solid #000}",
    }[look.rules]
    number = '@bottom-center{content:"- " counter(page) " -";font-size:9pt}' if look.page_numbers else ""
    return (
        f"@page{{size:A4 {'landscape' if look.landscape else 'portrait'};margin:20mm 18mm;{number}}}"
        f"body{{font-family:'{look.font}';font-size:{look.size}pt;line-height:1.35;margin:0}}"
        f"{border}table{{width:100%}}td{{padding:{look.padding}pt 2pt;vertical-align:{look.valign}}}"
        f"tr{{break-inside:{'auto' if look.split_rows else 'avoid'}}}"
        f"td.v{{text-align:{look.align}}}td.h{{text-align:center}}"
        f"td.l{{width:{look.label_em}em}}td.g{{width:5em}}td.s{{width:1.6em;text-align:center}}"
        "thead{display:table-header-group}h1{font-size:16pt;text-align:center}h2{font-size:12pt}"
        f"h2,p{{break-after:auto}}td.s span{{{'writing-mode:vertical-rl' if look.vertical_label else ''}}}"
    )


def sheet_to_html(sheet: Sheet, look: Print) -> str:
    """A table as HTML, spans included."""
    rows: list[str] = []
    head = 0
    for n, row in enumerate(sheet.rows):
        cells: list[str] = []
        for cell in row:
            kind = "v" if cell.kind == VALUE else "h" if cell.kind in (HEADER, "clause") else "l"
            if cell.kind == "group":
                kind = "s" if "办理结果" in cell.text else "g"
            span = f" colspan={cell.colspan}" if cell.colspan > 1 else ""
            span += f" rowspan={cell.rowspan}" if cell.rowspan > 1 else ""
            cells.append(f"<td class={kind}{span}><span>{escape(cell.text) or '&nbsp;'}</span></td>")
        if all(cell.kind == HEADER for cell in row) and head == n:
            head = n + 1
        rows.append(f"<tr>{''.join(cells)}</tr>")
    if look.repeat_head and sheet.table == APPLICATIONS:
        return f"<table><thead>{''.join(rows[:head])}</thead><tbody>{''.join(rows[head:])}</tbody></table>"
    return f"<table>{''.join(rows)}</table>"


def html_to_pdf(html: str) -> bytes:
    """Print a page with Chromium. Raises RuntimeError when it does not give a PDF."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise RuntimeError("Chromium is not installed; it is needed to make test documents")
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={out}",
        ]
        subprocess.run([program, *options, page.as_uri()], capture_output=True, timeout=_CHROMIUM_SECONDS, check=False)
        if not out.exists():
            raise RuntimeError("Chromium gave no PDF")
        return out.read_bytes()


def truth_of(report: TrueReport) -> dict[str, Any]:
    """The truth of a report in the form of `truth.json`."""
    tables: dict[str, Any] = {}
    for name, table in report.tables.items():
        if table is None:
            tables[name] = None
            continue
        cells: dict[str, Any] = {}
        for key, cell in table.cells.items():
            if cell.state in (CellState.ABSENT, CellState.UNREAD):
                cells[key] = str(cell.state)
            else:
                cells[key] = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
        tables[name] = {"form": table.form, "cells": cells}
    return {"agency": report.agency, "year": report.year, "tables": tables}
