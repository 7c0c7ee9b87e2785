"""PDF -> Document by pdfplumber, as a second opinion: its words and its tables, put together as those of pdfium are.

pdfplumber stands on pdfminer, which shares no code with pdfium: it decodes fonts, places characters, groups them into
words and finds the lines of tables by itself. It does not tell text that nobody sees, and reads no scans.
"""

import io
from typing import Any

from gouji.document import Document, SourceTooLarge, UnreadableSource
from gouji.extras import require_extra
from gouji.readers.media import PDF
from gouji.readers.page.ink import UNREADABLE, Edge, Glyph, PageInk
from gouji.readers.page.pages import pages_to_document

MAX_PAGES = 300
MAX_CHARACTERS = 60_000  # on one page
EXTRA = "second-reader"
_UNMAPPED = "(cid:"  # how pdfminer writes a character that no font map names


def pdf_to_second_document(data: bytes) -> Document:
    """Read the pages of a PDF that hold characters. Raises MissingExtra, UnreadableSource and SourceTooLarge."""
    require_extra("pdfplumber", EXTRA)
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data[max(0, data.find(b"%PDF-")) :])) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise SourceTooLarge(f"{len(pdf.pages)} pages; at most {MAX_PAGES} are read")
            inks = [_page_to_ink(page) for page in pdf.pages]
            title = pdf.metadata.get("Title")
    except PdfminerException as error:
        raise UnreadableSource("the PDF is damaged or encrypted") from error
    return pages_to_document(inks, PDF, title.strip() or None if isinstance(title, str) else None)


def _page_to_ink(page: Any) -> PageInk:
    if len(page.chars) > MAX_CHARACTERS:
        raise SourceTooLarge(f"{len(page.chars)} characters on one page; at most {MAX_CHARACTERS} are read")
    left, top = page.bbox[:2]
    single = page.dedupe_chars()  # bold that is made by printing a character twice
    glyphs = tuple(
        Glyph(
            UNREADABLE if _UNMAPPED in word["text"] else word["text"],
            word["x0"] - left,
            word["top"] - top,
            word["x1"] - left,
            word["bottom"] - top,
        )
        for word in single.extract_words()
    )
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    for table in single.find_tables():
        for x0, y0, x1, y1 in table.cells:
            horizontal += (Edge(y - top, x0 - left, x1 - left) for y in (y0, y1))
            vertical += (Edge(x - left, y0 - top, y1 - top) for x in (x0, x1))
    width, height = float(page.width), float(page.height)
    ink = PageInk(page.page_number, width, height, glyphs, tuple(horizontal), tuple(vertical))
    page.close()  # else every page of the file stays in memory
    return ink
