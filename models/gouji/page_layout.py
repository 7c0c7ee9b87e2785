"""What was read, as layouts of layoutparser: one for each page, for its pictures, its tables (pandas) and as COCO.

The library layoutparser comes with the extra `layout`; it is imported when the first layout is made.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gouji.document import Box, Document, Fragment, Page, join_boxes
from gouji.extras import require_extra
from gouji.pieces import PieceKind, fragment_to_piece
from gouji.results import Recovery
from gouji.tables import Cell
from gouji.text.labels import canonical, is_column, is_row

if TYPE_CHECKING:
    from layoutparser import Layout  # type: ignore[import-untyped]

EXTRA = "layout"
TABLE, FIGURE, LABEL = "table", "figure", "label"
FRAGMENT_TYPES = (TABLE, FIGURE, LABEL, *(str(kind) for kind in PieceKind))


def document_to_layouts(document: Document) -> "list[Layout]":
    """The fragments, tables and figures of a document that have a place: a layout for each page, in PDF points.

    Every block is a `TextBlock`. id: from 1, in reading order, over all pages.  text: as it is printed, "" for an empty
    cell.  score: what OCR says of it, None where the characters are certain.  parent: the id of the table, as far as it
    stands on this page, where the source draws one.  next: the id of the next block of the page with text.
    type: `number`, `mark` (for nothing), `empty`, `unread`, `label` (of a row or column of an official form), `text`;
    `table` and `figure`, which hold no text of their own. Text and HTML have no places: their layouts are empty.

    Raises MissingExtra where layoutparser is not installed.
    """
    ids = itertools.count(1)
    layouts = []
    for page in document.pages:
        placed = [(f, f.box) for f in document.fragments if f.page == page.number and f.box is not None]
        grids = _grid_boxes(placed)
        numbers = {grid: next(ids) for grid in grids}
        blocks = [_block(box, id=numbers[grid], type=TABLE) for grid, box in grids.items()]
        printed = [
            _block(
                box,
                text=fragment.text,
                id=next(ids),
                type=fragment_to_type(fragment),
                parent=None if fragment.grid is None else numbers[fragment.grid.table],
                score=fragment.score,
            )
            for fragment, box in placed
        ]
        for before, after in itertools.pairwise(printed):
            before.next = after.id
        figures = [f.box for f in document.figures if f.page == page.number and f.box is not None]
        blocks += printed + [_block(box, id=next(ids), type=FIGURE) for box in figures]
        layouts.append(_layout(blocks, page))
    return layouts


def recovery_to_layouts(recovery: Recovery, pages: Sequence[Page] = ()) -> "list[Layout]":
    """The cells of a report that have a place: a layout for each page of its source, in PDF points.

    id: table and cell, `applications.new_received.total`.  text: as it is printed.  type: the state of the cell.
    score: its confidence.  parent: its table, which is a block of its own (`table`, its confidence) on each of its
    pages. pages: the pages of the document, for their sizes. Raises MissingExtra.
    """
    sized = {page.number: page for page in pages}
    layouts = []
    for number in range(1, recovery.source.pages + 1):
        blocks = []
        for key, table in recovery.tables.items():
            cells = [(name, cell, box) for name, cell in table.cells.items() if (box := _box_on(cell, number))]
            around = join_boxes(box for _, _, box in cells)
            if around is not None:
                blocks.append(_block(around, id=key, type=TABLE, score=table.confidence))
            blocks += [
                _block(box, text=cell.text, id=f"{key}.{name}", type=str(cell.state), parent=key, score=cell.confidence)
                for name, cell, box in cells
            ]
        layouts.append(_layout(blocks, sized.get(number, Page(number))))
    return layouts


def layouts_to_coco(layouts: "Iterable[Layout]", file_names: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Layouts as a COCO data set: `images` (the pages, from 1), `categories` (the types), `annotations` (the blocks).

    Boxes are left, top, width and height in the lengths of the layouts: PDF points, where they were not scaled. Beside
    what COCO asks for, an annotation holds what its block says: `block` (its id), `text`, `score`, `parent`.
    file_names: of the pictures of pages, by their number. Raises ValueError for a page whose size is not known.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    categories: dict[str, int] = {}
    for number, layout in enumerate(layouts, 1):
        size = {side: layout.page_data.get(side) for side in ("width", "height")}
        if None in size.values():
            raise ValueError(f"COCO needs the size of page {number}")
        images.append({"id": number, "file_name": (file_names or {}).get(number, f"page-{number:03d}.png"), **size})
        for block in layout:
            left, top, right, bottom = block.coordinates
            category = categories.setdefault(block.type, len(categories) + 1)
            told = {"block": block.id, "text": block.text, "score": block.score, "parent": block.parent}
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": category,
                    "bbox": [left, top, right - left, bottom - top],
                    "area": (right - left) * (bottom - top),
                    "iscrowd": 0,
                    "segmentation": [],
                    **{name: value for name, value in told.items() if value is not None},
                }
            )
    named = [{"id": number, "name": name, "supercategory": ""} for name, number in categories.items()]
    return {"images": images, "categories": named, "annotations": annotations}


def fragment_to_type(fragment: Fragment) -> str:
    """What a fragment is taken for before anybody asks which cell it is: one of FRAGMENT_TYPES."""
    piece = fragment_to_piece(fragment)
    if piece.kind is PieceKind.TEXT and _is_label(fragment.text):
        return LABEL
    return str(piece.kind)


def _is_label(text: str) -> bool:
    name = canonical(text)
    return is_row(name) or is_column(name)


def _grid_boxes(placed: Sequence[tuple[Fragment, Box]]) -> dict[int, Box]:
    """The box around what stands of each drawn table among some fragments."""
    inside: dict[int, list[Box]] = {}
    for fragment, box in placed:
        if fragment.grid is not None:
            inside.setdefault(fragment.grid.table, []).append(box)
    return {grid: around for grid, boxes in inside.items() if (around := join_boxes(boxes))}


def _box_on(cell: Cell, page: int) -> Box | None:
    return cell.where.box if cell.where is not None and cell.where.page == page else None


def _block(box: Box, **features: Any) -> Any:
    require_extra("layoutparser", EXTRA)
    import layoutparser

    return layoutparser.TextBlock(layoutparser.Rectangle(*box), **features)


def _layout(blocks: list[Any], page: Page) -> "Layout":
    require_extra("layoutparser", EXTRA)
    import layoutparser

    size = {} if page.width is None or page.height is None else {"width": page.width, "height": page.height}
    return layoutparser.Layout(blocks, page_data={"index": page.number - 1, **size})
