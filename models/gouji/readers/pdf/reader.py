"""PDF -> Document. Pages with characters are read as they are, pages without as scans."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from numpy.typing import NDArray

from gouji.document import Document, SourceError, SourceTooLarge, UnreadableSource
from gouji.readers.media import PDF
from gouji.readers.page.ink import PageInk
from gouji.readers.page.pages import pages_to_document
from gouji.readers.pdf.figures import complete_pdf
from gouji.readers.pdf.ink import page_to_ink
from gouji.readers.pdf.picture import holds_masks, is_scan, page_to_picture

MAX_PAGES = 300
_UNMAPPED = 0.3  # the share of characters without a map from which a page is unreadable as text


def pdf_to_document(data: bytes) -> Document:
    """Read a PDF. Raises UnreadableSource (encrypted, damaged, no page, no text) and SourceTooLarge."""
    document = _open(data)
    try:
        inks = _read_pages(document, data)
        title = document.get_metadata_value("Title").strip() or None
        read = complete_pdf(pages_to_document(inks, PDF, title), document)
    finally:
        document.close()
    if not read.fragments:
        raise UnreadableSource("no text on any of the pages, and none in their pictures")
    return read


def _open(data: bytes) -> pdfium.PdfDocument:
    start = data.find(b"%PDF-")
    try:
        document = pdfium.PdfDocument(data[max(0, start) :])
    except pdfium.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise UnreadableSource("the PDF is encrypted") from error
        raise UnreadableSource("the PDF is damaged") from error
    if len(document) == 0:
        document.close()
        raise UnreadableSource("the PDF has no page")
    if len(document) > MAX_PAGES:
        pages = len(document)
        document.close()
        raise SourceTooLarge(f"{pages} pages; at most {MAX_PAGES} are read")
    return document


def _read_pages(document: pdfium.PdfDocument, data: bytes) -> list[PageInk]:
    inks: list[PageInk] = []
    scans: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pdfium.PdfiumError as error:
            inks.append(PageInk(number, 0.0, 0.0, note=f"damaged page: {error}"))
            continue
        try:
            ink, unmapped = page_to_ink(page, number)
            if unmapped > _UNMAPPED:
                width, height = page.get_size()
                ink = PageInk(number, width, height, note="its fonts do not say what their characters are")
                scans.append(number)
            elif is_scan(page, len(ink.glyphs)):
                ink = PageInk(number, *page.get_size())
                scans.append(number)
            inks.append(ink)
        finally:
            page.close()
    return _read_scans(document, data, inks, scans) if scans else inks


def _read_scans(
    document: pdfium.PdfDocument, data: bytes, inks: Sequence[PageInk], numbers: Sequence[int]
) -> list[PageInk]:
    from gouji.readers.scan.sheets import read_scanned_pages

    masked = holds_masks(data)

    def render(number: int, dots: float) -> NDArray[np.uint8]:
        page = document[number - 1]
        try:
            return page_to_picture(page, dots, masked)
        finally:
            page.close()

    try:
        found = {ink.number: ink for ink in read_scanned_pages(render, [inks[n - 1] for n in numbers])}
    except SourceError as error:
        found = {n: replace(inks[n - 1], note=str(error)) for n in numbers}
    return [found.get(ink.number, ink) for ink in inks]
