"""Converters of PDF files to text."""

import csv
import io

from training.converters.programs import run_node, run_on_file


def pdftotext_plain(data: bytes) -> str:
    """pdftotext of poppler as it is."""
    return run_on_file(["pdftotext", "{file}", "-"], data, "pdf").decode("utf-8")


def pdftotext_raw(data: bytes) -> str:
    """pdftotext -raw: in the order of the content stream."""
    return run_on_file(["pdftotext", "-raw", "{file}", "-"], data, "pdf").decode("utf-8")


def mutool_text(data: bytes) -> str:
    """mutool draw -F txt."""
    return run_on_file(["mutool", "draw", "-q", "-F", "txt", "{file}"], data, "pdf").decode("utf-8")


def pdfminer_text(data: bytes) -> str:
    """pdfminer.six, `extract_text`."""
    from pdfminer.high_level import extract_text

    return str(extract_text(io.BytesIO(data)))


def pypdf_text(data: bytes) -> str:
    """pypdf, `extract_text` of every page."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def pdfplumber_text(data: bytes) -> str:
    """pdfplumber, `extract_text` of every page."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def pdfplumber_tables_csv(data: bytes) -> str:
    """pdfplumber, `extract_tables` written by `csv`: the tables alone."""
    import pdfplumber

    out = io.StringIO()
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            for table in page.extract_tables():
                csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def pdf_parse(data: bytes) -> str:
    """pdf-parse of npm."""
    return run_node("pdf_parse", data)
