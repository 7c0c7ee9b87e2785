import io
import zipfile
from pathlib import Path

import docx
import pytest

from gouji.document import Document, Gap, SourceError, SourceTooLarge, UnreadableSource
from gouji.readers.office.docx import docx_to_document


def save(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def sample() -> bytes:
    document = docx.Document()
    document.add_paragraph("二、主动公开政府信息情况")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "第二十条第(一)项"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "规章"
    table.cell(1, 1).text = "12"
    table.cell(2, 2).text = "3"
    document.add_paragraph("后记")
    return save(document)


def cells(document: Document) -> list[tuple[str, int, int, int, int]]:
    places = [(f.text, f.grid) for f in document.fragments if f.grid is not None]
    return [(text, g.row, g.column, g.row_span, g.column_span) for text, g in places]


def test_merged_cells_come_once_and_empty_ones_are_there() -> None:
    document = docx_to_document(sample())
    assert cells(document) == [
        ("第二十条第(一)项", 0, 0, 1, 3),
        ("规章", 1, 0, 2, 1),
        ("12", 1, 1, 1, 1),
        ("", 1, 2, 1, 1),
        ("", 2, 1, 1, 1),
        ("3", 2, 2, 1, 1),
    ]
    assert [f.text for f in document.fragments if f.grid is None] == ["二、主动公开政府信息情况", "后记"]
    assert [f.gap for f in document.fragments][:4] == [Gap.NONE, Gap.TABLE, Gap.ROW, Gap.CELL]
    assert all(document.text[f.start : f.end] == f.text for f in document.fragments)


def test_tables_in_a_layout_table_are_the_tables() -> None:
    document = docx.Document()
    outer = document.add_table(rows=1, cols=1)
    outer.cell(0, 0).paragraphs[0].text = "报告"
    inner = outer.cell(0, 0).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "规章", "0"
    read = docx_to_document(save(document))
    assert cells(read) == [("规章", 0, 0, 1, 1), ("0", 0, 1, 1, 1)]
    assert "报告" in [f.text for f in read.fragments]


def test_deleted_text_is_not_printed() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample())) as source, zipfile.ZipFile(data, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                tracked = "<w:del><w:r><w:t>9</w:t></w:r></w:del><w:ins><w:r><w:t>7</w:t></w:r></w:ins>"
                content = content.replace(b"<w:r><w:t>12</w:t></w:r>", tracked.encode())
                assert tracked.encode() in content
            target.writestr(name, content)
    assert "7" in [cell[0] for cell in cells(docx_to_document(data.getvalue()))]


def rewritten(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, content if part == name else source.read(part))
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(SourceTooLarge):
        docx_to_document(rewritten("word/document.xml", b" " * 80_000_000))


def test_entities_are_refused() -> None:
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    with pytest.raises(UnreadableSource, match="entities"):
        docx_to_document(rewritten("word/document.xml", entities))


@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", [0, 5_000, 200_000])
def test_a_billion_laughs_are_refused_however_they_are_written(part: str, encoding: str, padding: int) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0" encoding="{encoding}"?><!--{"x" * padding}--><!DOCTYPE x [<!ENTITY l0 "l">{laughs}]>'
    with zipfile.ZipFile(io.BytesIO(sample())) as source:
        plain = source.read(part).decode().split("?>", 1)[1]
    printed = plain.replace("后记", "&l9;").replace("python-docx", "&l9;")
    assert printed != plain
    with pytest.raises(UnreadableSource):
        docx_to_document(rewritten(part, (head + printed).encode(encoding)))


def test_an_outer_entity_behind_a_long_comment_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    head = f'<?xml version="1.0"?><!--{"x" * 200_000}--><!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'
    with zipfile.ZipFile(io.BytesIO(sample())) as source:
        plain = source.read("word/document.xml").decode().split("?>", 1)[1]
    try:
        found = docx_to_document(rewritten("word/document.xml", (head + plain.replace("后记", "&a;")).encode())).text
    except UnreadableSource:
        found = ""
    assert "secret" not in found


@pytest.mark.parametrize("keep", [100, 5_000, 20_000])
def test_damage_raises_only_what_readers_raise(keep: int) -> None:
    with pytest.raises(SourceError):
        docx_to_document(sample()[:keep])


def test_xml_that_is_no_document_is_unreadable() -> None:
    with pytest.raises(SourceError):
        docx_to_document(rewritten("word/document.xml", b"<broken"))
