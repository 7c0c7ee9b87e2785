"""Kinds with pictures, and PDF with digits that nobody sees or that stand apart. They need Chromium."""

import io
from base64 import b64encode
from collections.abc import Collection
from random import Random

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from gouji.forms import APPLICATIONS, TABLES
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering
from training.network.tokens import VALUE
from training.pages.page import Page, draw_page, page_to_html, page_to_truth
from training.pages.sheets import Sheet, SheetCell
from training.pages.writers import sheet_to_html
from training.sets.documents import html_to_pdf

_CELL = "td{border:0.75pt solid #000;text-align:center;padding:3pt;font-size:10pt}"
_STYLE = "table{border-collapse:collapse;width:100%}" + _CELL
_PRINT = "@page{size:A4;margin:18mm}body{font-family:'Noto Serif CJK SC'}" + _STYLE


def table_to_picture(sheet: Sheet, dpi: int = 140) -> Image.Image:
    """A picture of one table, its margins cut off."""
    body = sheet_to_html(sheet, opening="<table>")
    pdf = html_to_pdf(f"<html><head><meta charset=utf-8><style>{_PRINT}</style></head><body>{body}</body></html>")
    document = pdfium.PdfDocument(pdf)
    picture: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    box = ImageOps.invert(picture).getbbox() or (0, 0, *picture.size)
    return picture.crop((max(0, box[0] - 12), max(0, box[1] - 12), box[2] + 12, box[3] + 12))


def picture_to_bytes(picture: Image.Image, form: str) -> bytes:
    """A picture as PNG of few greys, or as JPEG."""
    out = io.BytesIO()
    if form == "png":
        picture.quantize(16).save(out, "PNG", optimize=True)
    else:
        picture.save(out, form.upper(), quality=80)
    return out.getvalue()


def _img(sheet: Sheet, form: str) -> str:
    data = b64encode(picture_to_bytes(table_to_picture(sheet), form)).decode()
    return f'<p><img src="data:image/{form};base64,{data}" style="width:100%"></p>'


def _page_with_pictures(page: Page, form: str, shown: Collection[str], css: str = "") -> str:
    return page_to_html(page, lambda s: _img(s, form) if s.table in shown else sheet_to_html(s, opening="<table>"), css)


@rendering("pictures_inside", VALIDATION, heavy=True)
def data_uris(rng: Random) -> Foreign:
    """Pictures in `data:` URIs of a web page, of all tables or one."""
    page = draw_page(rng)
    shown = TABLES if rng.random() < 0.5 else (rng.choice(TABLES),)
    html = _page_with_pictures(page, "png", shown)
    return Foreign(html.encode(), "html", (page_to_truth(page),))


def _docx(page: Page, form: str, shown: Collection[str]) -> bytes:
    import docx
    from docx.shared import Cm

    paper = docx.Document()
    paper.add_heading(page.title, 1)
    for line in page.before:
        paper.add_paragraph(line)
    for table in TABLES:
        heading, sentences = page.sections[table]
        for line in (heading, *sentences):
            paper.add_paragraph(line)
        sheet = page.sheets[table]
        if table in shown:
            paper.add_picture(io.BytesIO(picture_to_bytes(table_to_picture(sheet), form)), width=Cm(15.5))
            continue
        drawn = paper.add_table(len(sheet.rows), sheet.width)
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(sheet.rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                taken |= {(r + down, c + across) for down in range(cell.rowspan) for across in range(cell.colspan)}
                last = drawn.cell(min(r + cell.rowspan, len(sheet.rows)) - 1, c + cell.colspan - 1)
                drawn.cell(r, c).merge(last).text = cell.text
                c += cell.colspan
    for line in page.after:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


@rendering("pictures_inside", VALIDATION, heavy=True)
def word_pictures(rng: Random) -> Foreign:
    """A DOCX file whose tables are pictures."""
    page = draw_page(rng)
    return Foreign(_docx(page, "png", TABLES), "docx", (page_to_truth(page),))


@rendering("pictures_inside", TEST, heavy=True)
def word_one_picture(rng: Random) -> Foreign:
    """A DOCX file with one table as a JPEG, the others drawn."""
    page = draw_page(rng)
    return Foreign(_docx(page, "jpeg", (rng.choice(TABLES),)), "docx", (page_to_truth(page),))


@rendering("pictures_inside", TEST, heavy=True)
def pdf_picture(rng: Random) -> Foreign:
    """A PDF with table 三 as a picture between text."""
    page = draw_page(rng)
    return Foreign(
        html_to_pdf(_page_with_pictures(page, "png", (APPLICATIONS,), _PRINT)), "pdf", (page_to_truth(page),)
    )


def _pdf_with_hidden(rng: Random, style: str, css: str = "") -> Foreign:
    page = draw_page(rng)

    def inner(cell: SheetCell) -> str:
        return f'{cell.text}<span style="{style}">{rng.randint(0, 9)}</span>' if cell.kind == VALUE else cell.text

    html = page_to_html(page, lambda sheet: sheet_to_html(sheet, inner, "<table>"), _PRINT + css)
    return Foreign(html_to_pdf(html), "pdf", (page_to_truth(page),))


@rendering("hidden_text", VALIDATION, heavy=True)
def white_digits_in_pdf(rng: Random) -> Foreign:
    """White digits behind every number of a PDF."""
    return _pdf_with_hidden(rng, "color:#fff")


@rendering("hidden_text", TEST, heavy=True)
def tiny_digits_in_pdf(rng: Random) -> Foreign:
    """Digits too small to be seen, or nearly transparent ones."""
    return _pdf_with_hidden(rng, rng.choice(("font-size:0.4pt", "color:#fefefe")))


@rendering("digits_apart", VALIDATION, heavy=True)
def spaced_digits_in_pdf(rng: Random) -> Foreign:
    """Digits wide apart in the cells of a PDF."""
    page = draw_page(rng)
    wide = f"letter-spacing:{rng.randint(4, 7)}px"
    html = page_to_html(
        page,
        lambda sheet: sheet_to_html(
            sheet, opening="<table>", attributes=lambda cell: f' style="{wide}"' if cell.kind == VALUE else ""
        ),
        _PRINT,
    )
    return Foreign(html_to_pdf(html), "pdf", (page_to_truth(page),))
