"""True reports as DOCX and XLSX files: the sources that converters of office files are given."""

import io
from random import Random
from typing import Any

import docx
from docx.shared import Cm, Pt
from openpyxl import Workbook

from gouji.forms import APPLICATIONS, TABLES
from training.network.tokens import VALUE
from training.pages.page import Page
from training.pages.rendering_text import lay_out
from training.pages.sheets import Sheet, SheetCell

DOCX_STYLES = ("merged", "merged_across", "paragraphs_in_cells")
_LABEL_WIDTHS, _VALUE_WIDTH = (Cm(1.3), Cm(2.2), Cm(4.5)), Cm(1.2)
XLSX_STYLES = ("one_sheet", "sheets", "texts")


def _fill_cell(place: Any, cell: SheetCell, style: str, rng: Random) -> None:
    lines = cell.text.split("\n")
    if style == "paragraphs_in_cells" and cell.kind != VALUE and 4 <= len(cell.text) <= 9 and rng.random() < 0.4:
        lines = [cell.text[:2], cell.text[2:]]
    place.paragraphs[0].add_run(lines[0])
    for line in lines[1:]:
        if style == "paragraphs_in_cells":
            place.add_paragraph(line)
        else:
            place.paragraphs[0].add_run().add_break()
            place.paragraphs[0].add_run(line)


def _add_table(document: Any, sheet: Sheet, style: str, rng: Random) -> None:
    grid = lay_out(sheet)
    table = document.add_table(rows=len(grid), cols=sheet.width)
    table.style = "Table Grid"
    places = [list(row.cells) for row in table.rows]  # reading a row's cells is slow: once
    if sheet.table == APPLICATIONS and rng.random() < 0.7:  # else all columns are equally wide
        for column, width in zip(table.columns, _LABEL_WIDTHS + (_VALUE_WIDTH,) * sheet.width, strict=False):
            column.width = width
    for r, row in enumerate(grid):
        for c, (cell, starts) in enumerate(row):
            if not starts:
                continue
            place = places[r][c]
            down = min(r + cell.rowspan, len(grid)) - 1 if style != "merged_across" else r
            across = min(c + cell.colspan, sheet.width) - 1
            if (down, across) != (r, c):
                place = place.merge(places[down][across])
            _fill_cell(place, cell, style, rng)


def page_to_docx(page: Page, style: str, rng: Random) -> bytes:
    """A Word file. merged: cells merged as in the official form; merged_across: across columns only, as far as rows
    go there are empty cells; paragraphs_in_cells: some headers are two paragraphs."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(rng.choice((9, 9, 10.5)))  # as small as fifteen columns on a page ask for
    document.add_heading(page.title, 0)
    for line in page.before:
        document.add_paragraph(line)
    for table in TABLES:
        heading, sentences = page.sections[table]
        for line in (heading, *sentences):
            document.add_paragraph(line)
        _add_table(document, page.sheets[table], style, rng)
    for line in page.after:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _typed(cell: SheetCell, style: str) -> str | int | float | None:
    if cell.kind == VALUE and style != "texts":
        try:
            return int(cell.text)
        except ValueError:
            try:
                return float(cell.text)
            except ValueError:
                pass
    return cell.text or None


def _write_sheet(target: Any, sheet: Sheet, at: int, style: str) -> int:
    """Write a table from row `at` on; the row behind it."""
    for r, row in enumerate(lay_out(sheet), at):
        for column, (cell, starts) in enumerate(row, 1):
            if not starts:
                continue
            target.cell(r, column, _typed(cell, style))
            down = min(r + cell.rowspan, at + len(sheet.rows)) - 1
            if (down, cell.colspan) != (r, 1):
                target.merge_cells(start_row=r, end_row=down, start_column=column, end_column=column + cell.colspan - 1)
    return at + len(sheet.rows)


def page_to_xlsx(page: Page, style: str) -> bytes:
    """A workbook. one_sheet: all tables below each other; sheets: one each; texts: as one_sheet, numbers as text."""
    book = Workbook()
    target = book.worksheets[0]
    target.title = "年报"
    target.cell(1, 1, page.title)
    at = 2
    for place, table in enumerate(TABLES):
        heading, _ = page.sections[table]
        if style == "sheets" and place:
            target, at = book.create_sheet(f"表{place + 1}"), 1
        target.cell(at, 1, heading)
        at = _write_sheet(target, page.sheets[table], at + 1, style) + 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
