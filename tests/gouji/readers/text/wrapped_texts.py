"""Texts of rebuilt documents and the ways in which they are wrapped on their way, for tests of what undoes that."""

import quopri
from pathlib import Path

from gouji.document import Document
from gouji.readers.text.encoding import decode

DOCUMENTS = Path(__file__).parents[3] / "documents"
PIPED = (DOCUMENTS / "l03n_piped_lines" / "report.txt").read_text(encoding="utf-8")
LINES = (DOCUMENTS / "l01_paragraphs" / "report.txt").read_text(encoding="utf-8")
TRADITIONAL = (DOCUMENTS / "genuine_piped_lines_traditional" / "report.txt").read_text(encoding="utf-8")
PAGE = decode((DOCUMENTS / "html_official_spans" / "report.html").read_bytes())
SOURCES = {"piped": PIPED, "lines": LINES, "traditional": TRADITIONAL, "page": PAGE}


def fragments(document: Document) -> list[str]:
    return [fragment.text for fragment in document.fragments]


def strings(text: str) -> str:
    return text.encode("ascii", errors="backslashreplace").decode().replace("\n", "\\n")


def quoted_printable(text: str) -> str:
    return quopri.encodestring(text.encode()).decode("ascii")
