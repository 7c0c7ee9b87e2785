"""Kinds that end early: cut downloads and excerpts. What stands before the cut is counted by marks around values."""

import re
from dataclasses import replace
from random import Random

from gouji.forms import TABLES, template
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import ELSEWHERE, EMPTY, Page, Truth, draw_page, page_to_html, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import OMIT, grid_to_csv, grid_to_markdown, grid_to_pipes, sheet_to_grid, sheet_to_html

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}(.*?){_MIDDLE}(.*?){_CLOSE}", re.DOTALL)


def _mark(page: Page) -> Page:
    sheets = {}
    for name, sheet in page.sheets.items():
        rows = tuple(
            tuple(
                cell._replace(text=f"{_OPEN}{name}/{cell.cell}{_MIDDLE}{cell.text}{_CLOSE}")
                if cell.kind == VALUE
                else cell
                for cell in row
            )
            for row in sheet.rows
        )
        sheets[name] = replace(sheet, rows=rows)
    return replace(page, sheets=sheets)


def _cut(page: Page, marked: str, rng: Random, share: tuple[float, float]) -> tuple[str, Truth]:
    """The text up to a place between the first and the last number, never within a number, and its truth."""
    spans: list[tuple[int, int, str]] = []
    pieces: list[str] = []
    size = at = 0
    for found in _MARKED.finditer(marked):
        before = marked[at : found.start()]
        size += len(before)
        pieces += (before, found.group(2))
        spans.append((size, size + len(found.group(2)), found.group(1)))
        size += len(found.group(2))
        at = found.end()
    text = "".join(pieces) + marked[at:]
    first, last = spans[0][0], spans[-1][1]
    place = first + int((last - first) * rng.uniform(*share))
    for start, end, _ in spans:
        if start < place <= end:
            place = start
    shown = {name for _, end, name in spans if end <= place}
    return text[:place], _truth_of_shown(page, shown)


def _truth_of_shown(page: Page, shown: set[str]) -> Truth:
    truth = page_to_truth(page)
    for table in TABLES:
        held = page.report.tables[table]
        if held is None or not any(f"{table}/{cell}" in shown for cell in held.cells):
            truth["tables"][table] = dict(ELSEWHERE)
            continue
        cells = truth["tables"][table]["cells"]
        form = template(table, held.form)
        for line in [form.cells] if form.side_by_side else [row.cells for row in form.rows]:
            left = [f"{table}/{cell}" in shown for cell in line]
            # the rest of a row that is cut within may be called blank or absent; what is gone as a whole is absent
            for cell, there in zip(line, left, strict=True):
                if not there:
                    cells[cell] = EMPTY if any(left) else "absent"
    return truth


@rendering("cut", VALIDATION)
def cut_pipes(rng: Random) -> Foreign:
    """Rows with pipes, cut anywhere."""
    page = draw_page(rng)
    marked = page_to_text(_mark(page), lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False))
    text, truth = _cut(page, marked, rng, (0.1, 1.0))
    return text_document(text, truth)


@rendering("cut", VALIDATION)
def cut_lines(rng: Random) -> Foreign:
    """A value a line, cut anywhere, mostly early."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        return [f"{cell.text} |" for row in sheet.rows for cell in row]

    text, truth = _cut(page, page_to_text(_mark(page), write), rng, (0.02, 0.6))
    return text_document(text, truth)


@rendering("cut", VALIDATION)
def cut_web_page(rng: Random) -> Foreign:
    """A web page whose download broke off."""
    page = draw_page(rng)
    marked = page_to_html(_mark(page), lambda sheet: sheet_to_html(sheet))
    text, truth = _cut(page, marked, rng, (0.05, 1.0))
    return text_document(text, truth, ending="html")


@rendering("cut", TEST)
def cut_markdown(rng: Random) -> Foreign:
    """Markdown of which a window of so many characters was taken."""
    page = draw_page(rng)
    marked = page_to_text(_mark(page), lambda sheet: grid_to_markdown(sheet_to_grid(sheet, "repeat")), "\n\n")
    text, truth = _cut(page, marked.replace("|\n\n|", "|\n|"), rng, (0.1, 1.0))
    return text_document(text, truth, ending="md")


@rendering("cut", TEST)
def cut_csv(rng: Random) -> Foreign:
    """A CSV file that was not written to its end."""
    page = draw_page(rng)
    text, truth = _cut(page, page_to_text(_mark(page), lambda s: grid_to_csv(sheet_to_grid(s))), rng, (0.1, 1.0))
    return text_document(text, truth, ending="csv")


@rendering("cut", TEST)
def excerpt_with_more(rng: Random) -> Foreign:
    """An excerpt of a search engine: it ends in dots, or in a link to the whole text."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        return [" ".join(cell.text for cell in row) for row in sheet.rows]

    text, truth = _cut(page, page_to_text(_mark(page), write), rng, (0.02, 0.9))
    more = rng.choice(("……", "...", "\n[查看全文]", "\n>>阅读更多"))
    return text_document(text.rstrip() + " " + more + "\n", truth)
