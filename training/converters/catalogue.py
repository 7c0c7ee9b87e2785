"""Every converter: what it reads and writes, what it needs, which kind it is of, and the split of the kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from training.converters import from_html, from_markup, from_office, from_pdf
from training.converters.programs import is_installed

Convert = Callable[[bytes], str]

# Converters of one kind resemble one another and are never in two splits.
SPLIT_KINDS: Mapping[str, tuple[str, ...]] = {
    "train": ("nodes_joined", "pipe_tables", "cells_as_paragraphs", "rows_csv", "pdf_lines"),
    "calibration": ("guessed_layout", "data_frames", "ascii_tables", "pdf_raw"),
    "validation": ("nodes_on_lines", "bare_pipes", "rows_tab", "browser_text", "pdf_boxes"),
    "test": ("nodes_between_blanks", "articles", "terminal_text", "docx_apart", "office_html", "pdf_tables"),
}
SPLITS = tuple(SPLIT_KINDS)


@dataclass(frozen=True, slots=True)
class Converter:
    """One converter. source: html, docx, xlsx or pdf.  ending: of the name of what it writes.

    needs: packages and programs, as `programs.is_installed` takes them.
    """

    name: str
    kind: str
    source: str
    ending: str
    needs: tuple[str, ...]
    convert: Convert

    @property
    def missing(self) -> tuple[str, ...]:
        """What it needs and is not installed."""
        return tuple(need for need in self.needs if not is_installed(need))

    @property
    def split(self) -> str:
        """The split that its kind is in."""
        return next(split for split, kinds in SPLIT_KINDS.items() if self.kind in kinds)


def _of(kind: str, source: str, ending: str, *converters: tuple[Convert, str]) -> tuple[Converter, ...]:
    return tuple(
        Converter(convert.__name__, kind, source, ending, tuple(needs.split()), convert)
        for convert, needs in converters
    )


_BS, _PANDAS, _OFFICE = "python:bs4 python:lxml", "python:pandas", "program:soffice"

CONVERTERS: tuple[Converter, ...] = (
    *_of(
        "nodes_joined", "html", "txt",
        (from_html.bs_text, _BS),
        (from_html.lxml_text_content, "python:lxml"),
        (from_html.regex_removed, ""),
        (from_html.cheerio_text, "node:cheerio"),
        (from_html.html_to_text, "node:html-to-text"),
    ),
    *_of(
        "nodes_on_lines", "html", "txt",
        (from_html.bs_text_lines, _BS),
        (from_html.bs_text_lines_stripped, _BS),
        (from_html.lxml_xpath, "python:lxml"),
        (from_html.parsel_text, "python:parsel"),
        (from_html.selectolax_text, "python:selectolax"),
    ),
    *_of(
        "nodes_between_blanks", "html", "txt",
        (from_html.bs_text_blanks_stripped, _BS),
        (from_html.regex_blanks, ""),
    ),
    *_of("guessed_layout", "html", "txt", (from_html.html_text_layout, "python:html_text")),
    *_of(
        "browser_text", "html", "txt",
        (from_html.chromium_inner_text, "program:chromium"),
        (from_html.resiliparse_whole, "python:resiliparse"),
    ),
    *_of("terminal_text", "html", "txt", (from_html.lynx_wide, "program:lynx")),
    *_of("ascii_tables", "html", "txt", (from_html.html_to_text_tables, "node:html-to-text")),
    *_of(
        "articles", "html", "txt",
        (from_html.readability_text, "python:readability python:lxml"),
        (from_html.newspaper4k_text, "python:newspaper python:jieba"),
    ),
    *_of(
        "bare_pipes", "html", "md",
        (from_markup.html2text_wrapped, "python:html2text"),
        (from_markup.html2text_wide, "python:html2text"),
    ),
    *_of(
        "pipe_tables", "html", "md",
        (from_markup.markdownify_html, "python:markdownify"),
        (from_markup.markitdown_html, "python:markitdown"),
        (from_markup.pandoc_html, "program:pandoc"),
        (from_markup.turndown_gfm, "node:turndown node:turndown-plugin-gfm"),
    ),
    *_of(
        "pipe_tables", "docx", "md",
        (from_office.pandoc_docx, "program:pandoc"),
        (from_office.markitdown_docx, "python:markitdown python:mammoth"),
    ),
    *_of("cells_as_paragraphs", "html", "md", (from_markup.turndown, "node:turndown")),
    *_of("cells_as_paragraphs", "docx", "md", (from_office.mammoth_markdown, "python:mammoth")),
    *_of(
        "cells_as_paragraphs", "docx", "txt",
        (from_office.mammoth_text, "python:mammoth"),
        (from_office.docx2txt_text, "python:docx2txt"),
        (from_office.textract_text, "python:textract"),
    ),
    *_of("docx_apart", "docx", "txt", (from_office.python_docx_naive, "python:docx")),
    *_of("ascii_tables", "docx", "txt", (from_office.antiword_wide, f"program:antiword {_OFFICE}")),
    *_of("office_html", "docx", "html", (from_office.soffice_docx_html, _OFFICE)),
    *_of("rows_csv", "html", "csv", (from_html.bs_rows_csv, _BS)),
    *_of(
        "rows_csv", "xlsx", "csv",
        (from_office.openpyxl_csv, "python:openpyxl"),
        (from_office.soffice_xlsx_csv, _OFFICE),
    ),
    *_of("rows_tab", "html", "txt", (from_html.bs_rows_tab, _BS)),
    *_of("rows_tab", "xlsx", "txt", (from_office.openpyxl_tab, "python:openpyxl")),
    *_of("data_frames", "html", "csv", (from_markup.pandas_html_csv, f"{_PANDAS} python:lxml")),
    *_of("data_frames", "html", "md", (from_markup.pandas_html_markdown, f"{_PANDAS} python:lxml python:tabulate")),
    *_of("data_frames", "xlsx", "csv", (from_office.pandas_excel_csv, f"{_PANDAS} python:openpyxl")),
    *_of(
        "pdf_lines", "pdf", "txt",
        (from_pdf.pdftotext_plain, "program:pdftotext"),
        (from_pdf.pdfplumber_text, "python:pdfplumber"),
    ),
    *_of(
        "pdf_raw", "pdf", "txt",
        (from_pdf.pdftotext_raw, "program:pdftotext"),
        (from_pdf.pypdf_text, "python:pypdf"),
    ),
    *_of(
        "pdf_boxes", "pdf", "txt",
        (from_pdf.pdfminer_text, "python:pdfminer"),
        (from_pdf.mutool_text, "program:mutool"),
        (from_pdf.pdf_parse, "node:pdf-parse"),
    ),
    *_of("pdf_tables", "pdf", "csv", (from_pdf.pdfplumber_tables_csv, "python:pdfplumber")),
)  # fmt: skip


def converters_of(split: str) -> tuple[Converter, ...]:
    """The converters of a split, installed or not. Raises KeyError for a split that is none."""
    kinds = SPLIT_KINDS[split]
    return tuple(one for one in CONVERTERS if one.kind in kinds)
