"""True reports as PDF: printed by Chromium, and by LibreOffice from a Word file."""

from html import escape
from random import Random

from gouji.forms import TABLES
from training.converters.office import page_to_docx
from training.converters.programs import run_office
from training.pages.page import Page
from training.sets.document_sets import draw_look
from training.sets.documents import html_to_pdf, look_to_css, sheet_to_html

PDF_STYLES = ("chromium", "libreoffice")


def _print_page(page: Page, rng: Random) -> bytes:
    look = draw_look(rng)

    def paragraphs(*lines: str) -> list[str]:
        return [f"<p>{escape(line)}</p>" for line in lines]

    body = [f"<h1>{escape(page.title)}</h1>", *paragraphs(*page.before)]
    for table in TABLES:
        heading, sentences = page.sections[table]
        body += [f"<h2>{escape(heading)}</h2>", *paragraphs(*sentences), sheet_to_html(page.sheets[table], look)]
    body += paragraphs(*page.after)
    head = f"<!doctype html><html><head><meta charset=utf-8><style>{look_to_css(look)}</style></head>"
    return html_to_pdf(f"{head}<body>{''.join(body)}</body></html>")


def page_to_pdf(page: Page, style: str, rng: Random) -> bytes:
    """A page as PDF in one of `PDF_STYLES`. Raises RuntimeError where the program is not there or gives none."""
    if style == "chromium":
        return _print_page(page, rng)
    return run_office(page_to_docx(page, "merged", rng), "docx", "pdf")[0]
