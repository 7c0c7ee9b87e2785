"""Kinds with several reports in one source, or a report and something like one."""

from dataclasses import replace
from random import Random

from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.pages.page import (
    Page,
    change_values,
    draw_page,
    page_to_html,
    page_to_text,
    page_to_truth,
    report_to_page,
)
from training.pages.sheets import Sheet
from training.pages.writers import OMIT, grid_to_markdown, grid_to_pipes, sheet_to_grid, sheet_to_html
from training.tables.agencies import draw_title


def _pipes(sheet: Sheet) -> list[str]:
    return grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)


def _join(pages: list[Page], gap: str = "\n") -> Foreign:
    text = gap.join(page_to_text(page, _pipes) for page in pages)
    return text_document(text, *(page_to_truth(page) for page in pages))


@rendering("several", VALIDATION)
def two_texts(rng: Random) -> Foreign:
    """Two reports one behind the other."""
    return _join([draw_page(rng), draw_page(rng)])


@rendering("several", VALIDATION)
def anthology(rng: Random) -> Foreign:
    """Three to five reports in one file."""
    return _join([draw_page(rng) for _ in range(rng.randint(3, 5))], rng.choice(("\n\n", "\n* * *\n", "\n\f")))


@rendering("several", VALIDATION)
def filled_and_empty(rng: Random) -> Foreign:
    """A filled report, then the empty form: one report."""
    page = draw_page(rng)
    form = change_values(draw_page(rng, form=None), lambda text: "")
    lines = ["附:政府信息公开工作年度报告格式"]
    for table, sheet in form.sheets.items():
        lines += [form.sections[table][0], *_pipes(sheet)]
    return text_document(page_to_text(page, _pipes) + "\n".join(lines) + "\n", page_to_truth(page))


@rendering("several", VALIDATION)
def the_same_twice(rng: Random) -> Foreign:
    """One report copied twice: one report."""
    page = draw_page(rng)
    text = page_to_text(page, _pipes)
    return text_document(text + "\n" + text, page_to_truth(page))


@rendering("several", TEST)
def two_web_pages(rng: Random) -> Foreign:
    """Two pages in one file, or one page with two reports."""
    pages = [draw_page(rng), draw_page(rng)]
    html = [page_to_html(page, lambda sheet: sheet_to_html(sheet)) for page in pages]
    text = (
        "".join(html)
        if rng.random() < 0.5
        else html[0].replace("</body></html>", "<hr>") + html[1].partition("<body>")[2]
    )
    return text_document(text, *(page_to_truth(page) for page in pages), ending="html")


@rendering("several", TEST)
def several_in_markdown(rng: Random) -> Foreign:
    """Two to four reports in Markdown, a title each."""
    pages = [draw_page(rng) for _ in range(rng.randint(2, 4))]

    def write(sheet: Sheet) -> list[str]:
        return grid_to_markdown(sheet_to_grid(sheet, "repeat"))

    text = "\n".join("# " + page_to_text(page, write) for page in pages)
    return text_document(text, *(page_to_truth(page) for page in pages), ending="md")


@rendering("several", TEST)
def empty_and_filled(rng: Random) -> Foreign:
    """A circular with the empty form, then a filled report: one report."""
    page = draw_page(rng)
    form = change_values(draw_page(rng), lambda text: "")
    lines = ["关于印发年度报告格式的通知", "请参照以下格式编制。"]
    for table, sheet in form.sheets.items():
        lines += [form.sections[table][0], *_pipes(sheet)]
    return text_document("\n".join(lines) + "\n\n" + page_to_text(page, _pipes), page_to_truth(page))


@rendering("several", TEST)
def two_years(rng: Random) -> Foreign:
    """Two years of one agency, a cell a line."""
    first, other = draw_page(rng), draw_page(rng).report
    agency, year = first.report.agency, first.report.year - 1
    last = replace(other, agency=agency, year=year, title=draw_title(rng, agency, year))
    pages = [first, report_to_page(last, rng)]
    text = "\n".join(page_to_text(page, lambda s: [f"{c.text} |" for r in s.rows for c in r]) for page in pages)
    return text_document(text, *(page_to_truth(page) for page in pages))
