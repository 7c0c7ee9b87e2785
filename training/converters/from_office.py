"""Converters of Word files and workbooks."""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.converters.programs import run_office, run_on_file, run_program

# every sheet, commas, quotes, UTF-8, cells as they are shown
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def docx2txt_text(data: bytes) -> str:
    """docx2txt."""
    import docx2txt

    return str(docx2txt.process(io.BytesIO(data)))


def textract_text(data: bytes) -> str:
    """textract on a Word file."""
    import textract

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.docx")
        path.write_bytes(data)
        told = textract.process(str(path))
    return told.decode("utf-8") if isinstance(told, bytes) else str(told)


def python_docx_naive(data: bytes) -> str:
    """python-docx: all paragraphs, then the rows of all tables, merged cells as often as it gives them."""
    import docx

    document = docx.Document(io.BytesIO(data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["\t".join(cell.text for cell in row.cells) for row in table.rows]
    return "\n".join(lines) + "\n"


def mammoth_text(data: bytes) -> str:
    """mammoth, the raw text."""
    import mammoth

    return str(mammoth.extract_raw_text(io.BytesIO(data)).value)


def mammoth_markdown(data: bytes) -> str:
    """mammoth, Markdown: it knows no tables."""
    import mammoth

    return str(mammoth.convert_to_markdown(io.BytesIO(data)).value)


def markitdown_docx(data: bytes) -> str:
    """markitdown on a Word file."""
    from markitdown import MarkItDown

    return str(MarkItDown().convert_stream(io.BytesIO(data), file_extension=".docx").text_content)


def pandoc_docx(data: bytes) -> str:
    """pandoc, DOCX to GitHub Markdown."""
    return run_program(["pandoc", "--from", "docx", "--to", "gfm"], data).decode("utf-8")


def antiword_wide(data: bytes) -> str:
    """antiword without a width, after LibreOffice made a .doc of the file."""
    command = ["antiword", "-m", "UTF-8.txt", "-w", "0", "{file}"]
    return run_on_file(command, run_office(data, "docx", "doc")[0], "doc").decode("utf-8")


def soffice_docx_html(data: bytes) -> str:
    """LibreOffice, DOCX to HTML."""
    return run_office(data, "docx", "html")[0].decode("utf-8")


def soffice_xlsx_csv(data: bytes) -> str:
    """LibreOffice, a workbook to CSV, all sheets behind each other."""
    return "".join(one.decode("utf-8") for one in run_office(data, "xlsx", _CSV))


def _rows(data: bytes) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield ["" if value is None else value for value in row]


def openpyxl_csv(data: bytes) -> str:
    """openpyxl, rows written by `csv`."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_rows(data))
    return out.getvalue()


def openpyxl_tab(data: bytes) -> str:
    """openpyxl, cells with tabs between them."""
    return "".join("\t".join(str(value) for value in row) + "\n" for row in _rows(data))


def pandas_excel_csv(data: bytes) -> str:
    """pandas, `read_excel` of every sheet and `to_csv`."""
    from pandas import read_excel  # type: ignore[import-untyped]

    frames = read_excel(io.BytesIO(data), sheet_name=None)
    return "\n".join(str(frame.to_csv(index=False)) for frame in frames.values())
