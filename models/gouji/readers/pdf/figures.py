"""Pictures on pages of a PDF that hold text too, and files inside it: where they are, and what they show."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from numpy.typing import NDArray

from gouji.document import Box, Document, Figure, FigureKind, SourceError
from gouji.readers import media
from gouji.readers.figures import read_figures
from gouji.readers.held import Held
from gouji.readers.inside import read_document
from gouji.readers.pdf.objects import PageObjects, overlap, page_objects

Gray = NDArray[np.uint8]
_TOUCHING = 3.0  # set: points; pictures so near are strips of one
_MOST = 300  # pictures of a page; one of more is painted with them
_DOTS = (150.0, 300.0)  # set: dots an inch that a picture is drawn with, at least and at most
_MOST_PIXELS = 20_000_000
_LEAST = 36.0  # set: points; a smaller picture is an icon
_MOST_FILES = 20


def picture_boxes(objects: PageObjects, border: Box) -> list[Box]:
    """The boxes (left, bottom, right, top) of the pictures of a page, strips of one put together."""
    boxes = [seen for each in objects.pictures[:_MOST] if (seen := overlap(each.box, border)) is not None]
    joined: list[Box] = []
    for box in boxes:
        while (near := next((other for other in joined if _belong(box, other)), None)) is not None:
            joined.remove(near)
            box = min(box[0], near[0]), min(box[1], near[1]), max(box[2], near[2]), max(box[3], near[3])
        joined.append(box)
    return joined


def _belong(one: Box, other: Box) -> bool:
    """Whether two pictures lie over one another, or end to end with the same sides."""
    wider = (other[0] - _TOUCHING, other[1] - _TOUCHING, other[2] + _TOUCHING, other[3] + _TOUCHING)
    if overlap(one, wider) is None:
        return False
    across = abs(one[0] - other[0]) <= _TOUCHING and abs(one[2] - other[2]) <= _TOUCHING
    down = abs(one[1] - other[1]) <= _TOUCHING and abs(one[3] - other[3]) <= _TOUCHING
    inner = (one[0] + _TOUCHING, one[1] + _TOUCHING, one[2] - _TOUCHING, one[3] - _TOUCHING)
    return across or down or overlap(inner, other) is not None


def complete_pdf(document: Document, pdf: pdfium.PdfDocument) -> Document:
    """The document with the files inside the PDF as figures, and with what its figures show where that is missing."""
    files = list(_files(pdf))
    pictures = {n for n, figure in enumerate(document.figures) if figure.box is not None and _is_large(figure.box)}
    first = len(document.figures)
    last = document.pages[-1].number if document.pages else 1
    attached = tuple(Figure(FigureKind.ATTACHMENT, len(document.text), last) for _ in files)
    document = replace(document, figures=document.figures + attached)
    inside = {first + n: held for n, held in enumerate(files) if held is not None}

    def read(numbers: Sequence[int], title: bool) -> Document:
        if numbers[0] in inside:
            from gouji.readers.office.docx import DOCUMENTS

            return read_document(inside[numbers[0]], DOCUMENTS)
        return _read_pictures(pdf, [document.figures[n] for n in numbers], title)

    return read_figures(document, pictures | set(inside), read, set(inside))


def _is_large(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _LEAST


def _files(pdf: pdfium.PdfDocument) -> Iterator[Held | None]:
    """The files inside a PDF; None for one that no reader for embedded documents takes."""
    for n in range(min(_MOST_FILES, max(0, pdf.count_attachments()))):
        try:
            data = bytes(pdf.get_attachment(n).get_data())
            kind = media.sniff(data)
        except (pdfium.PdfiumError, SourceError, ValueError):
            yield None
            continue
        yield Held(data, kind=kind) if kind in (media.XLSX, media.DOCX) else None


def _read_pictures(pdf: pdfium.PdfDocument, figures: Sequence[Figure], title: bool) -> Document:
    """Read pictures as the pages of a document whose boxes are where the PDF shows them."""
    from gouji.readers.scan.sheets import greys_to_document

    read = greys_to_document((_draw(pdf, figure) for figure in figures), title)
    fragments = tuple(
        replace(f, box=_shown(f.box, figures[f.page - 1].box, read.pages[f.page - 1].width)) for f in read.fragments
    )
    return replace(read, fragments=fragments)


def _shown(box: Box | None, picture: Box | None, width: float | None) -> Box | None:
    """A box in a picture of a width, as a box on the page."""
    if box is None or picture is None or not width:
        return None
    scale = (picture[2] - picture[0]) / width
    return (
        picture[0] + box[0] * scale,
        picture[1] + box[1] * scale,
        picture[0] + box[2] * scale,
        picture[1] + box[3] * scale,
    )


def _draw(pdf: pdfium.PdfDocument, figure: Figure) -> Gray:
    """What a page shows where a picture is, without the text that is printed over it."""
    page = pdf[figure.page - 1]
    try:
        objects = page_objects(page)
        for _, handle in objects.texts:
            c.FPDFPageObj_SetIsActive(handle, False)
        left, top, right, bottom = figure.box or (0.0, 0.0, 1.0, 1.0)
        width, height = page.get_size()
        dots = min(max([_DOTS[0], *(each.dots for each in objects.pictures)]), _DOTS[1])
        dots = min(dots, 72 * (_MOST_PIXELS / max(1.0, (right - left) * (bottom - top))) ** 0.5)
        crop = (max(0.0, left), max(0.0, height - bottom), max(0.0, width - right), max(0.0, top))
        drawn = page.render(scale=dots / 72, crop=crop, grayscale=True, may_draw_forms=False).to_numpy()
        return np.array(drawn, dtype=np.uint8).reshape(drawn.shape[:2])
    finally:
        page.close()
