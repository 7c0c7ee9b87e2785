"""ZIP containers held to limits, and grids of them written as Documents."""

import io
import zipfile

import pytest

from gouji.document import Document, FigureKind, Gap, SourceTooLarge, UnreadableSource
from gouji.readers.held import Held, Mark
from gouji.readers.office import containers
from gouji.readers.office.containers import Block, DelimitedCell, blocks_to_holding, check_container, require_text


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def cell(row: int, column: int, text: str, **more: object) -> DelimitedCell:
    return DelimitedCell(row, column, 1, 1, text, **more)  # type: ignore[arg-type]


def test_an_ordinary_container_passes() -> None:
    check_container(packed(a_xml=b"<a>3</a>" * 1000, b_bin=b"<!DOCTYPE a>"))


def test_bombs_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceTooLarge, match="bomb"):
        check_container(packed(a_xml=bytes(2 * 2**20)))
    check_container(packed(a_xml=bytes(2**20)))  # a small part may be packed as tight as it likes
    monkeypatch.setattr(containers, "MAX_PARTS", 1)
    with pytest.raises(SourceTooLarge, match="unpacks"):
        check_container(packed(a_xml=b"3", b_xml=b"3"))


@pytest.mark.parametrize(
    "declared", [b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<!entity b 'c'>", "<!DOCTYPE a>".encode("utf-16")]
)
def test_parts_that_declare_entities_are_refused(declared: bytes) -> None:
    with pytest.raises(UnreadableSource, match="entities"):
        check_container(packed(word_rels=declared))


def test_what_is_damaged_or_encrypted_is_unreadable() -> None:
    with pytest.raises(UnreadableSource, match="damaged"):
        check_container(packed(a_xml=b"3")[:-10])
    data = bytearray(packed(a_xml=b"3"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableSource, match="encrypted"):
        check_container(bytes(data))


def test_paragraphs_and_tables_are_written_with_their_gaps_and_places() -> None:
    blocks = [
        Block("标题\n\n 副题 "),
        Block(cells=(cell(0, 0, "规章"), cell(0, 1, ""), cell(1, 0, "行政许可"), cell(1, 1, "3"))),
        Block("后记"),
        Block("另一页", page=2),
    ]
    document = blocks_to_holding(blocks, "x/y", "题").document
    assert [f.text for f in document.fragments] == ["标题", "副题", "规章", "", "行政许可", "3", "后记", "另一页"]
    gaps = [f.gap for f in document.fragments]
    assert gaps == [Gap.NONE, Gap.LINE, Gap.TABLE, Gap.CELL, Gap.ROW, Gap.CELL, Gap.TABLE, Gap.PAGE]
    assert all(document.text[f.start : f.end] == f.text for f in document.fragments)
    assert [(f.grid.row, f.grid.column) for f in document.fragments if f.grid] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [page.number for page in document.pages] == [1, 2]
    assert (document.media_type, document.title) == ("x/y", "题")


def test_tables_are_numbered_and_figures_stand_where_they_were_met() -> None:
    mark = Mark(FigureKind.PICTURE, held=Held(b"png"))
    blocks = [
        Block(marks=(Mark(FigureKind.ATTACHMENT, "a.pdf"),)),
        Block(cells=(cell(0, 0, "甲", marks=(mark,)),)),
        Block(cells=(cell(0, 0, "乙"),)),
    ]
    holding = blocks_to_holding(blocks, "x/y")
    assert [f.grid.table for f in holding.document.fragments if f.grid] == [0, 1]
    assert [(f.kind, f.start) for f in holding.document.figures] == [
        (FigureKind.ATTACHMENT, 0),
        (FigureKind.PICTURE, 1),
    ]
    assert holding.held == {1: Held(b"png")}


def test_no_more_figures_are_kept_than_a_source_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_FIGURES", 2)
    marks = tuple(Mark(FigureKind.PICTURE) for _ in range(5))
    assert len(blocks_to_holding([Block("甲", marks=marks)], "x/y").document.figures) == 2


def test_a_document_without_text_is_unreadable() -> None:
    with pytest.raises(UnreadableSource):
        require_text(Document("", ()))
    document = blocks_to_holding([Block("甲")], "x/y").document
    assert require_text(document) is document
