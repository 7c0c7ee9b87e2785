"""DOCX -> Document: paragraphs as lines, tables as grids, merged cells once."""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from gouji.document import Document, UnreadableSource
from gouji.readers.inside import ReadDocument, read_holding
from gouji.readers.media import DOCX, XLSX
from gouji.readers.office.containers import Block, DelimitedCell, blocks_to_holding, check_container, require_text
from gouji.readers.office.docx_figures import chunk_mark, paragraph_marks
from gouji.readers.office.xlsx import xlsx_to_document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_DEPTH = 40  # tables inside tables
# What these hold is not printed where they stand, or is printed twice.
_UNPRINTED = {f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}instrText", f"{_W}delText"}


def docx_to_document(data: bytes, media_type: str = DOCX, inside: bool = False) -> Document:
    """Read a DOCX. inside: whether it stands inside another one, and what it holds itself is left alone.

    Raises UnreadableSource and SourceTooLarge; other errors of python-docx become UnreadableSource.
    """
    import docx

    check_container(data)
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        title = (document.core_properties.title or "").strip() or None
        blocks = list(_blocks(body, document.part, 0))
    except (KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise UnreadableSource("the DOCX is damaged") from error
    holding = blocks_to_holding(blocks, media_type, title)
    return require_text(holding.document if inside else read_holding(holding, DOCUMENTS))


def _blocks(parent: Any, part: Any, depth: int) -> Iterator[Block]:
    if depth > _MAX_DEPTH:
        raise UnreadableSource("tables nested too deep")
    for child in parent:
        if child.tag == f"{_W}p":
            before, after = paragraph_marks(child, part)
            if before:
                yield Block(marks=before)
            yield Block(_text(child), marks=after)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, part, depth)
        elif child.tag == f"{_W}altChunk":
            yield Block(marks=(chunk_mark(child, part),))
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child, part, depth + 1)


def _table(table: Any, part: Any, depth: int) -> Iterator[Block]:
    rows = [list(_within(row, f"{_W}tc")) for row in _within(table, f"{_W}tr")]
    if any(next(cell.iter(f"{_W}tbl"), None) is not None for row in rows for cell in row):
        # A table that holds tables lays out the page; what counts are the tables in it.
        for row in rows:
            for cell in row:
                yield from _blocks(cell, part, depth + 1)
        return
    cells: list[DelimitedCell] = []
    open_at: dict[int, int] = {}  # grid column -> place in `cells` of a vertically merged cell that may go on
    for r, (row, element) in enumerate(zip(rows, _within(table, f"{_W}tr"), strict=True)):
        column = _number(element, f"{_W}trPr/{_W}gridBefore", 0)
        for cell in row:
            span = max(1, _number(cell, f"{_W}tcPr/{_W}gridSpan", 1))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if goes_on and column in open_at:
                above = cells[open_at[column]]
                cells[open_at[column]] = replace(above, row_span=r - above.row + 1)
            else:
                text = "\n".join(filter(None, (_text(p).strip() for p in cell.iter(f"{_W}p"))))
                if merge is not None:
                    open_at[column] = len(cells)
                else:
                    open_at.pop(column, None)
                marks = tuple(mark for p in cell.iter(f"{_W}p") for each in paragraph_marks(p, part) for mark in each)
                cells.append(DelimitedCell(r, column, 1, span, text, marks=marks))
            column += span
    if len(cells) == 1:
        yield Block(cells[0].text, marks=cells[0].marks)
    elif cells:
        yield Block(cells=tuple(cells))


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """Children of a tag, those inside content controls too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _within(child, tag)


def _number(element: Any, path: str, otherwise: int) -> int:
    found = element.find(path)
    value = found.get(f"{_W}val") if found is not None else None
    return min(200, int(value)) if value is not None and value.isdigit() else otherwise


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph)).strip()


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            yield " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in _UNPRINTED and not str(child.tag).endswith("}Fallback"):
            yield from _pieces(child)


# Documents that stand inside others; what they hold themselves is left alone.
DOCUMENTS: dict[str, ReadDocument] = {
    DOCX: partial(docx_to_document, inside=True),
    XLSX: partial(xlsx_to_document, inside=True),
}
