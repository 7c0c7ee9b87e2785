"""Reports written in ways that the layouts of training do not know: exports, lists, pairs of a label and a number.

No network is trained on them. They are for validation and for the calibration, which has to see documents that are
read badly, or a confidence would know only the damage that the network knows. No test set has any of them.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from random import Random

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from training.network.tokens import HEADER, LABEL, VALUE, RenderedDocument
from training.pages.prose import GENERAL as SENTENCES
from training.pages.prose import draw_headings, draw_sentences
from training.pages.sheets import CLAUSE, Sheet, SheetRow, table_to_sheet
from training.tables.sampling import draw_wording, seed_to_random
from training.tables.synthesis import TrueReport, draw_report

STRATUM = "unfamiliar"
_STREAM = 5  # of the random numbers of a seed: its own


def _texts(row: SheetRow) -> list[str]:
    return [cell.text for cell in row]


def _values(row: SheetRow) -> list[str]:
    return [cell.text for cell in row if cell.kind == VALUE]


def _label(row: SheetRow) -> str:
    return "".join(cell.text for cell in row if cell.kind == LABEL)


def _heads(sheet: Sheet, row: SheetRow) -> list[str]:
    """What the columns of a row of values are called."""
    if sheet.table == REVIEW_LITIGATION:
        return [column.label for block in template(sheet.table, sheet.form).rows for column in block.columns]
    above: list[str] = []
    for other in sheet.rows:
        if other is row:
            break
        if other[0].kind in (HEADER, CLAUSE) and len(other) > 1:
            above = _texts(other)
    return ["自然人", *above, "总计"] if sheet.table == APPLICATIONS else above[-len(_values(row)) :]


def write_tabs(sheet: Sheet, rng: Random) -> str:
    """One row a line, a tab between cells; a merged cell leaves its places empty."""
    lines = ["\t".join(text for cell in row for text in (cell.text, *[""] * (cell.colspan - 1))) for row in sheet.rows]
    return "\n".join(lines)


def write_commas(sheet: Sheet, rng: Random) -> str:
    """Comma-separated values, quoted where needed."""
    out = io.StringIO()
    csv.writer(out, quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))).writerows(_texts(row) for row in sheet.rows)
    return out.getvalue().replace("\r\n", "\n")


def write_pairs(sheet: Sheet, rng: Random) -> str:
    """A line for each row: its label, and each value behind the name of its column."""
    colon, stop = rng.choice(((":", ";"), (":", ","), (" ", "、")))
    lines = []
    for row in sheet.rows:
        values = _values(row)
        if not values:
            lines.append(" ".join(_texts(row)))
            continue
        told = stop.join(f"{head}{colon}{value}" for head, value in zip(_heads(sheet, row), values, strict=False))
        lines.append(f"{_label(row)}({told})" if rng.random() < 0.3 else f"{_label(row)}{colon}{told}")
    return "\n".join(lines)


def write_pair_lines(sheet: Sheet, rng: Random) -> str:
    """A line for each cell: the name of the column, a colon, the value; the label of the row above them."""
    lines: list[str] = []
    for row in sheet.rows:
        lines += [cell.text for cell in row if cell.kind != VALUE]
        lines += [f"{h}:{v}" for h, v in zip(_heads(sheet, row), _values(row), strict=False)]
    return "\n".join(lines)


def write_dots(sheet: Sheet, rng: Random) -> str:
    """Dots from the label to its values, as in a table of contents."""
    dots = rng.choice(("......", "……", " . . . . "))
    return "\n".join(f"{_label(row)}{dots}{'  '.join(_values(row))}" if _values(row) else "  ".join(_texts(row))
                     for row in sheet.rows)  # fmt: skip


def write_fixed_width(sheet: Sheet, rng: Random) -> str:
    """Columns of fixed width, filled with blanks: an empty cell is a wide gap."""
    width = rng.choice((8, 10, 12))
    lines = []
    for row in sheet.rows:
        lead = " ".join(cell.text for cell in row if cell.kind != VALUE)
        lines.append((lead.ljust(34) + "".join(value.rjust(width) for value in _values(row))).rstrip())
    return "\n".join(lines)


def write_brackets(sheet: Sheet, rng: Random) -> str:
    """Every cell in brackets of its own."""
    left, right = rng.choice(("[]", "【】", "{}"))
    return "\n".join("".join(f"{left}{text}{right}" for text in _texts(row)) for row in sheet.rows)


def write_numbered_rows(sheet: Sheet, rng: Random) -> str:
    """Piped rows with the number of the row in front of each."""
    lines = []
    for number, row in enumerate(sheet.rows, start=1):
        texts = _texts(row) if row[0].kind in (HEADER, CLAUSE) else [str(number), *_texts(row)]
        lines.append(" | ".join(texts))
    return "\n".join(lines)


def write_numbered_columns(sheet: Sheet, rng: Random) -> str:
    """A cell a paragraph, with a row of column numbers between headers and values."""
    lines: list[str] = []
    told = False
    for row in sheet.rows:
        if not told and _values(row):
            lines += ["栏次", *(str(n) for n in range(1, len(_values(row)) + 1))]
            told = True
        lines += [text or "-" for text in _texts(row)]
    return "\n\n".join(lines)


def write_transposed(sheet: Sheet, rng: Random) -> str:
    """Rows and columns exchanged: a line for each column of the form, a piped cell for each row."""
    rows = [row for row in sheet.rows if _values(row)]
    widths = {len(_values(row)) for row in rows}
    if len(widths) > 1 or len(rows) < 2:
        return "\n".join(" | ".join(_texts(row)) for row in sheet.rows)
    lines = [" | ".join(["项目", *(_label(row) for row in rows)])]
    for head, values in zip(_heads(sheet, rows[0]), zip(*(_values(row) for row in rows), strict=True), strict=False):
        lines.append(" | ".join([head, *values]))
    return "\n".join(lines)


def write_json(sheet: Sheet, rng: Random) -> str:
    """Rows as JSON lists."""
    return json.dumps([_texts(row) for row in sheet.rows], ensure_ascii=False, indent=rng.choice((None, 1)))


def write_lists(sheet: Sheet, rng: Random) -> str:
    """HTML lists in place of a table."""
    outer, inner = rng.choice((("ul", "li"), ("div", "p"), ("dl", "dd")))
    rows = ["".join(f"<{inner}>{escape(text)}</{inner}>" for text in _texts(row)) for row in sheet.rows]
    return "".join(f"<{outer}>{row}</{outer}>" for row in rows)


def write_span_rows(sheet: Sheet, rng: Random) -> str:
    """HTML rows of spans, a blank or nothing between them."""
    between = rng.choice((" ", "&nbsp;", ""))
    return "".join(
        "<div>" + between.join(f"<span>{escape(text)}</span>" for text in _texts(row)) + "</div>" for row in sheet.rows
    )


def write_one_row(sheet: Sheet, rng: Random) -> str:
    """An HTML table in which every row is a table of its own, or all of them are one row."""
    cells = ["".join(f"<td>{escape(text)}</td>" for text in _texts(row)) for row in sheet.rows]
    if rng.random() < 0.5:
        return "".join(f"<table><tr>{row}</tr></table>" for row in cells)
    return f"<table><tr>{''.join(cells)}</tr></table>"


def write_labels_apart(sheet: Sheet, rng: Random) -> str:
    """Two HTML tables side by side: the labels in one, the values in the other."""
    labels = "".join(
        f"<tr><td>{escape(' '.join(c.text for c in row if c.kind != VALUE))}</td></tr>" for row in sheet.rows
    )
    values = "".join(f"<tr>{''.join(f'<td>{v}</td>' for v in _values(row))}</tr>" for row in sheet.rows if _values(row))
    return f"<table>{labels}</table><table>{values}</table>"


WRITERS: Mapping[str, Callable[[Sheet, Random], str]] = {
    "tabs": write_tabs, "commas": write_commas, "pairs": write_pairs, "pair_lines": write_pair_lines,
    "dots": write_dots, "fixed_width": write_fixed_width, "brackets": write_brackets,
    "numbered_rows": write_numbered_rows, "numbered_columns": write_numbered_columns, "transposed": write_transposed,
    "json": write_json, "lists": write_lists, "span_rows": write_span_rows, "one_row": write_one_row,
    "labels_apart": write_labels_apart,
}  # fmt: skip
_HTML = ("lists", "span_rows", "one_row", "labels_apart")
_SEEN_BLANKS = ("tabs", "commas", "brackets", "json", "numbered_rows", "transposed", *_HTML)


def _join_html(title: str, parts: Sequence[tuple[str, str]], sentences: Sequence[str]) -> str:
    body = "".join(f"<p>{escape(heading)}</p>{table}" for heading, table in parts)
    prose = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<html><head><meta charset="utf-8"></head><body><h1>{escape(title)}</h1>{prose}{body}</body></html>'


def sample_unfamiliar(seed: int, split: str) -> RenderedDocument:
    """A document from a seed of the calibration or validation split. Raises ValueError for another split."""
    if split not in ("calibration", "validation"):
        raise ValueError(f"no unfamiliar documents in {split}")
    rng = seed_to_random(seed, split, _STREAM)
    kind = rng.choice(list(WRITERS))
    report: TrueReport = draw_report(rng, zero_style=None if kind in _SEEN_BLANKS else "zeros")
    wording = replace(draw_wording(rng, report, ()), total_last=False)
    headings = draw_headings(rng)
    parts = []
    for place, table in enumerate(TABLES, start=1):
        held = report.tables[table]
        if held is not None:
            parts.append((headings[place], WRITERS[kind](table_to_sheet(held, wording), rng)))
    sentences = draw_sentences(rng, SENTENCES, 3, report.agency, report.year)
    html = kind in _HTML
    if html:
        text = _join_html(report.title, parts, [headings[0], *sentences])
    else:
        tables = "\n\n".join(f"{heading}\n{table}" for heading, table in parts)
        text = "\n".join([report.title, headings[0], *sentences, tables, "", headings[4], "无。"])
    return RenderedDocument(
        name=f"{STRATUM}-{split}-{seed}.{'html' if html else 'txt'}",
        media_type="text/html" if html else "text/plain",
        data=text.encode(),
        text=text,
        truth=report,
        layout=kind,
        kinds=(kind,),
        severity="severe",
        style=kind,
        stratum=STRATUM,
        truth_id=f"{STRATUM}-{split}-{seed}",
        marks=(),
        grid=(),
    )
