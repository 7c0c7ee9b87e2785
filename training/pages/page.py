"""A report as a page before anything writes it down: its sheets, its sentences, and the truth of what is shown."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from random import Random
from typing import Any

from gouji.forms import APPLICATIONS, TABLES, template
from gouji.tables import CellState
from training.network.tokens import VALUE
from training.pages import prose
from training.pages.sheets import Sheet, SheetCell, table_to_sheet
from training.tables.sampling import draw_wording
from training.tables.synthesis import TrueReport, TrueTable, draw_report

Truth = dict[str, Any]  # as `eval.truth` reads it
BLANKS = ("all_blank", "blank_but_total", "blank_rows", "blank_zeros_partly")
ELSEWHERE: Truth = {"form": None, "elsewhere": True}  # not in this source, and not to be denied
EMPTY = "empty"  # nothing is printed there, and nobody can tell whether the source has the cell
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_BUSY = 6  # numbers other than 0 that table 三 has at least, where a page is to have something to tell
_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Page:
    """A report with all its tables. `sections`: of each table its heading and the sentences in front of it."""

    report: TrueReport
    sheets: Mapping[str, Sheet]
    before: tuple[str, ...]
    sections: Mapping[str, tuple[str, tuple[str, ...]]]
    after: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title line."""
        return self.report.title


def _is_plain(report: TrueReport) -> bool:
    held = [table for table in report.tables.values() if table is not None]
    cells = [cell for table in held for cell in table.cells.values()]
    return all(_PLAIN.fullmatch(cell.text) for cell in cells if cell.state is CellState.PRINTED)


def is_busy(report: TrueReport) -> bool:
    """Whether table 三 has something to tell: six numbers other than 0."""
    held = report.tables[APPLICATIONS]
    return held is not None and sum(bool(cell.value) for cell in held.cells.values()) >= _BUSY


def draw_page(
    rng: Random,
    zero_style: str | None = "zeros",
    form: str | None = None,
    accept: Callable[[TrueReport], bool] = lambda report: True,
) -> Page:
    """Draw a report that prints plain numbers, four in five of them busy ones, and its sentences.

    form: of all tables; None draws it.  accept: what else is asked of the report.  Raises ValueError where none fits.
    """
    busy = rng.random() < 0.8
    for _ in range(_DRAWS):
        forms = None if form is None else dict.fromkeys(TABLES, form)
        report = draw_report(rng, forms, zero_style)
        if _is_plain(report) and (is_busy(report) or not busy) and accept(report):
            return report_to_page(clear_blanks(report), rng)
    raise ValueError("no report that fits was drawn")


def clear_blanks(report: TrueReport) -> TrueReport:
    """The report with nothing printed where a cell is blank, whatever mark it had."""
    tables: dict[str, TrueTable | None] = {}
    for name, table in report.tables.items():
        if table is not None:
            cells = {n: c if c.state is CellState.PRINTED else replace(c, text="") for n, c in table.cells.items()}
            tables[name] = replace(table, cells=cells)
    return replace(report, tables=tables)


def report_to_page(report: TrueReport, rng: Random) -> Page:
    """Put sentences around the tables of a report."""
    wording = draw_wording(rng, report, ())
    sheets = {n: table_to_sheet(table, wording) for n, table in report.tables.items() if table is not None}

    def some(pool: tuple[str, ...], count: int) -> list[str]:
        return prose.draw_sentences(rng, pool, count, report.agency, report.year)

    headings = prose.draw_headings(rng)
    before = [*some(prose.DATE, rng.randint(0, 1)), *some(prose.INTRO, 1), headings[0]]
    before += some(prose.GENERAL, rng.randint(1, 4))
    sections = {
        table: (headings[k + 1], tuple(some(prose.REVIEW, rng.randint(0, 1)) if k == 2 else ()))
        for k, table in enumerate(TABLES)
    }
    after = [headings[4], *some(prose.AFTER, 2), headings[5], *some(prose.OTHER, 1)]
    return Page(report, sheets, tuple(before), sections, tuple(after))


def change_values(page: Page, change: Callable[[str], str]) -> Page:
    """The page with every number written another way; what is printed stays the truth."""
    return change_cells(page, lambda cell: cell._replace(text=change(cell.text)) if cell.kind == VALUE else cell)


def change_cells(page: Page, change: Callable[[SheetCell], SheetCell]) -> Page:
    """The page with every cell of its sheets changed."""
    sheets = {
        name: replace(sheet, rows=tuple(tuple(change(cell) for cell in row) for row in sheet.rows))
        for name, sheet in page.sheets.items()
    }
    return replace(page, sheets=sheets)


def page_to_lines(page: Page, write: Callable[[Sheet], Sequence[str]], title: bool = True) -> list[str]:
    """The page line by line; `write` gives the lines of a table."""
    lines = [page.title] if title else []
    lines += page.before
    for table in TABLES:
        heading, sentences = page.sections[table]
        lines += [heading, *sentences, *write(page.sheets[table])]
    return [*lines, *page.after]


def page_to_text(page: Page, write: Callable[[Sheet], Sequence[str]], gap: str = "\n") -> str:
    """The page as text, `gap` between its lines."""
    return gap.join(page_to_lines(page, write)) + "\n"


def page_to_html(page: Page, write: Callable[[Sheet], str], css: str = "", charset: str = "utf-8") -> str:
    """The page as a web page; `write` gives the markup of a table."""
    head = f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="{charset}"><title>{escape(page.title)}</title>'
    head += f"<style>{css}</style></head>\n" if css else "</head>\n"
    parts = [head, f"<body>\n<h1>{escape(page.title)}</h1>\n"]
    parts += [f"<p>{escape(line, quote=False)}</p>\n" for line in page.before]
    for table in TABLES:
        heading, sentences = page.sections[table]
        parts += [f"<p>{escape(line, quote=False)}</p>\n" for line in (heading, *sentences)]
        parts.append(write(page.sheets[table]) + "\n")
    parts += [f"<p>{escape(line, quote=False)}</p>\n" for line in page.after]
    return "".join([*parts, "</body></html>\n"])


def _cell_to_json(table: TrueTable, name: str) -> int | float | str | None:
    cell = table.cells[name]
    if cell.state in (CellState.ABSENT, CellState.UNREAD):
        return cell.state.value
    return float(cell.value) if isinstance(cell.value, Decimal) else cell.value


def page_to_truth(
    page: Page,
    *,
    elsewhere: Collection[str] = (),
    missing: Collection[str] = (),
    rows: Mapping[str, Collection[str]] | None = None,
    empty: Mapping[str, Collection[str]] | None = None,
    named: bool = True,
) -> Truth:
    """The truth of what is shown of a page.

    elsewhere, missing: tables that are not in this source; the first are not to be denied either.
    rows: of a table, the rows that are left of it.  empty: of a table, the cells that nothing is printed for and that
    may be called blank or absent.  named: whether the source tells agency and year.
    """
    told: Truth = {"agency": page.report.agency if named else None, "year": page.report.year if named else None}
    tables: dict[str, Truth | None] = {}
    for name in TABLES:
        table = page.report.tables[name]
        if name in elsewhere or name in missing or table is None:
            tables[name] = dict(ELSEWHERE) if name in elsewhere else None
            continue
        form = template(name, table.form)
        kept = (rows or {}).get(name, {row.key for row in form.rows})
        cells = {c: _cell_to_json(table, c) if row.key in kept else "absent" for row in form.rows for c in row.cells}
        cells |= dict.fromkeys((empty or {}).get(name, ()), EMPTY)
        tables[name] = {"form": table.form, "cells": cells}
    return {**told, "tables": tables}
