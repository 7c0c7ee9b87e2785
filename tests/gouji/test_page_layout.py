import json
from collections import Counter
from pathlib import Path

import layoutparser as lp
import pytest

from gouji import extras
from gouji.document import Document, Figure, FigureKind, Fragment, GridPlace, Page
from gouji.extras import MissingExtra
from gouji.page_layout import FRAGMENT_TYPES, document_to_layouts, layouts_to_coco, recovery_to_layouts
from gouji.readers import read
from gouji.recovery import recover

DATA = (Path(__file__).resolve().parents[1] / "documents" / "pdf_bordered_zeros" / "report.pdf").read_bytes()


@pytest.fixture(scope="module")
def document() -> Document:
    return read(DATA)


def test_every_fragment_is_a_block_where_it_stands(document: Document) -> None:
    layouts = document_to_layouts(document)
    assert [layout.page_data["index"] for layout in layouts] == [0, 1]
    assert layouts[0].page_data["width"] == document.pages[0].width
    for page, layout in enumerate(layouts, 1):
        printed = [block for block in layout if block.type not in ("table", "figure")]
        fragments = [fragment for fragment in document.fragments if fragment.page == page]
        assert [(block.text, block.coordinates) for block in printed] == [(f.text, f.box) for f in fragments]
        assert [block.next for block in printed] == [block.id for block in printed[1:]] + [None]
    ids = [block.id for layout in layouts for block in layout]
    assert len(set(ids)) == len(ids)


def test_types_say_what_a_fragment_is_and_parents_which_table_it_stands_in(document: Document) -> None:
    blocks = [block for layout in document_to_layouts(document) for block in layout]
    counts = Counter(block.type for block in blocks)
    assert set(counts) <= set(FRAGMENT_TYPES)
    assert counts["table"] == 4  # three tables, one over two pages
    assert counts["number"] >= 200
    by_text = {block.text: block for block in blocks}
    assert by_text["现行有效件数"].type == "label"
    assert by_text["二、主动公开政府信息情况"].type == "text"
    tables = {block.id: block for block in blocks if block.type == "table"}
    for block in blocks:
        if block.parent is not None:
            assert block.is_in(
                tables[block.parent], soft_margin=dict.fromkeys(("left", "top", "right", "bottom"), 0.01)
            )
    assert by_text["现行有效件数"].parent in tables
    assert by_text["二、主动公开政府信息情况"].parent is None


def test_scores_figures_and_empty_cells_are_blocks_too() -> None:
    fragments = (
        Fragment("12", 0, 2, 1, (10, 10, 20, 20), grid=GridPlace(0, 0, 0), score=0.8),
        Fragment("", 3, 3, 1, (20, 10, 30, 20), grid=GridPlace(0, 0, 1)),
        Fragment("", 3, 3, 1, (30, 10, 40, 20), grid=GridPlace(0, 0, 2), unread=True, score=0.1),
        Fragment("nowhere", 4, 11),
    )
    figures = (Figure(FigureKind.PICTURE, 11, 1, box=(0, 50, 100, 90)), Figure(FigureKind.FRAME, 11))
    [layout] = document_to_layouts(Document("12\t\t\nnowhere", fragments, (Page(1, 100, 100),), "x", None, figures))
    assert [(block.type, block.score, block.parent) for block in layout] == [
        ("table", None, None),
        ("number", 0.8, 1),
        ("empty", None, 1),
        ("unread", 0.1, 1),
        ("figure", None, None),
    ]
    assert layout[0].coordinates == (10, 10, 40, 20)


def test_text_has_no_places() -> None:
    [layout] = document_to_layouts(read("规章 | 0 | 0 | 1 |".encode()))
    assert (list(layout), layout.page_data) == ([], {"index": 0})
    with pytest.raises(ValueError, match="size of page 1"):
        layouts_to_coco([layout])


def test_layoutparser_writes_and_loads_a_layout(document: Document, tmp_path: Path) -> None:
    layout = document_to_layouts(document)[1]
    path = tmp_path / "layout.json"
    path.write_text(json.dumps(layout.to_dict()), encoding="utf-8")
    loaded = lp.load_json(str(path))
    assert loaded == layout
    frame = layout.to_dataframe()
    assert list(frame["text"].dropna()) == [block.text for block in layout if block.text is not None]
    assert {"x_1", "y_1", "x_2", "y_2", "id", "type", "parent", "next"} <= set(frame.columns)


def test_coco_gives_every_block_back(document: Document) -> None:
    layouts = document_to_layouts(document)
    coco = json.loads(json.dumps(layouts_to_coco(layouts, {1: "first.png"})))
    assert [image["file_name"] for image in coco["images"]] == ["first.png", "page-002.png"]
    names = {category["id"]: category["name"] for category in coco["categories"]}
    for image, layout in zip(coco["images"], layouts, strict=True):
        # as the examples of layoutparser load COCO
        loaded = [
            lp.TextBlock(
                lp.Rectangle(x, y, x + width, y + height), type=names[annotation["category_id"]], id=annotation["block"]
            )
            for annotation in coco["annotations"]
            if annotation["image_id"] == image["id"]
            for x, y, width, height in [annotation["bbox"]]
        ]
        assert [(b.type, b.id) for b in loaded] == [(b.type, b.id) for b in layout]
        for block, original in zip(loaded, layout, strict=True):
            assert block.coordinates == pytest.approx(original.coordinates)
    assert [a["text"] for a in coco["annotations"] if "text" in a] == [f.text for f in document.fragments]


def test_cells_of_a_report_are_blocks_with_their_confidence(document: Document) -> None:
    recovery = recover(DATA, engine="rules")
    layouts = recovery_to_layouts(recovery, document.pages)
    blocks = {block.id: block for layout in layouts for block in layout}
    for key, table in recovery.tables.items():
        assert blocks[key].type == "table"
        for name, cell in table.cells.items():
            block = blocks[f"{key}.{name}"]
            assert (block.text, block.type, block.parent) == (cell.text, "printed", key)
            assert block.score == cell.confidence
            assert cell.where is not None
            assert block.coordinates == cell.where.box
    assert len(layouts_to_coco(layouts)["annotations"]) == sum(map(len, layouts))


def test_without_layoutparser_the_extra_is_named(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"layoutparser is not installed: pip install 'gouji\[layout\]'"):
        document_to_layouts(document)
