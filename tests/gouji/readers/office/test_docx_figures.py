import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm
from PIL import Image

from gouji.document import Document, FigureKind, Fragment
from gouji.forms import TABLES, template
from gouji.processes.worker import Limits, Pool
from gouji.readers import media
from gouji.readers.apart.reading import READERS, read_in
from gouji.readers.held import Held
from gouji.readers.office.docx import docx_to_document
from gouji.readers.scan import sheets
from gouji.text.numerals import read_numeral

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
NAMES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def new() -> Any:
    document = docx.Document()
    document.add_paragraph("某市教育局2023年政府信息公开工作年度报告")
    document.add_paragraph("本机关健全制度，规范流程，回应关切。" * 30)
    return document


def save(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_picture(document: Any, picture: bytes) -> None:
    document.add_picture(io.BytesIO(picture), width=Cm(15))


def add_part(document: Any, name: str, kind: str, relation: str, data: bytes) -> str:
    part = Part(PackURI(name), kind, data, document.part.package)
    return str(document.part.relate_to(part, RELATION + relation))


def add_table(document: Any, table: str) -> None:
    rows = template(table, "2021").rows
    names = [row.label for row in rows] if len(rows) > 3 else [column.label for column in rows[0].columns]
    grid = document.add_table(rows=len(names), cols=2)
    for n, name in enumerate(names):
        grid.cell(n, 0).text, grid.cell(n, 1).text = name, str(n)


def numbers(document: Document) -> list[str]:
    return [f.text for f in document.fragments if f.grid is not None and f.text.isdigit()]


def check(document: Document) -> None:
    end = 0
    for fragment in document.fragments:
        assert document.text[fragment.start : fragment.end] == fragment.text
        assert fragment.start >= end
        end = fragment.end


def test_three_tables_that_are_pictures_are_read_behind_their_headings(
    table_pictures: tuple[bytes, ...], grid_values: Callable[[Document, str, str], dict[str, Fragment]]
) -> None:
    document = new()
    for heading, picture in zip(HEADINGS, table_pictures, strict=True):
        document.add_paragraph(heading)
        add_picture(document, picture)
    found = docx_to_document(save(document))
    check(found)
    assert [(f.kind, f.read) for f in found.figures] == [(FigureKind.PICTURE, True)] * 3
    assert found.ocr
    places = [f.grid.table for f in found.fragments if f.grid is not None]
    assert sorted(set(places)) == [0, 1, 2]
    assert places == sorted(places)
    for n, heading in enumerate(HEADINGS):
        first = next(f for f in found.fragments if f.grid is not None and f.grid.table == n)
        assert found.text.index(heading) < first.start
        assert n == 2 or first.end < found.text.index(HEADINGS[n + 1])
    assert all(f.score is not None for f in found.fragments if f.grid is not None and f.text)
    truth = json.loads((DOCUMENTS / "pdf_bordered_repeated_head" / "truth.json").read_text(encoding="utf-8"))
    for table, true in truth["tables"].items():
        read = {name: read_numeral(f.text) for name, f in grid_values(found, table, true["form"]).items()}
        assert {name: float(n.value) if n and n.value is not None else None for name, n in read.items()} == {
            name: None if value is None else float(value) for name, value in true["cells"].items()
        }


def test_where_one_table_is_a_picture_only_that_is_read(
    table_pictures: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = new()
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        document.add_paragraph(heading)
        add_picture(document, table_pictures[2])
        if table != TABLES[2]:
            add_table(document, table)
    taken: list[Held] = []
    read = sheets.held_to_grey
    monkeypatch.setattr(sheets, "held_to_grey", lambda held: taken.append(held) or read(held))  # type: ignore[func-returns-value]
    found = docx_to_document(save(document))
    check(found)
    assert [figure.read for figure in found.figures] == [False, False, True]
    assert len(taken) == 1


def test_a_drawing_of_old_word_and_a_cropped_one_are_read(table_pictures: tuple[bytes, ...], photograph: bytes) -> None:
    table = Image.open(io.BytesIO(table_pictures[2]))
    wide = Image.open(io.BytesIO(photograph)).resize((table.width * 2, table.height * 2))
    wide.paste(table, (table.width // 2, table.height // 2))
    out = io.BytesIO()
    wide.save(out, "PNG")
    for crop in (False, True):
        document = new()
        document.add_paragraph(HEADINGS[2])
        number, _ = document.part.get_or_add_image(io.BytesIO(out.getvalue() if crop else table_pictures[2]))
        cut = 'cropleft="16384f" croptop=".25" cropright="16384f" cropbottom="16384f"' if crop else ""
        shape = f'<w:pict {NAMES}><v:shape><v:imagedata r:id="{number}" {cut}/></v:shape></w:pict>'
        document.add_paragraph().add_run()._r.append(parse_xml(shape))
        found = docx_to_document(save(document))
        assert [figure.read for figure in found.figures] == [True]
        assert len(numbers(found)) == 15


def test_figures_stand_by_their_paragraphs_and_cells(photograph: bytes) -> None:
    document = new()
    paragraph = document.add_paragraph()
    paragraph.add_run().add_picture(io.BytesIO(photograph))
    paragraph.add_run("图后文字")
    grid = document.add_table(rows=1, cols=2)
    grid.cell(0, 0).text, grid.cell(0, 1).text = "规章", "7"
    grid.cell(0, 0).paragraphs[0].add_run().add_picture(io.BytesIO(photograph))
    found = docx_to_document(save(document))
    assert len(found.figures) == 2
    assert found.text[found.figures[0].start :].lstrip().startswith("图后文字")
    assert found.text[: found.figures[1].start].endswith("规章")
    words = [f.text for f in found.fragments][2:]
    assert words == ["图后文字", "规章", "7"]


@pytest.mark.parametrize("kind", [FigureKind.ATTACHMENT, FigureKind.FRAME])
def test_an_embedded_document_is_read(kind: FigureKind) -> None:
    table = TABLES[1]
    document = new()
    document.add_paragraph(HEADINGS[1])
    if kind is FigureKind.ATTACHMENT:
        book = openpyxl.Workbook()
        for row, each in enumerate(template(table, "2021").rows, 1):
            book.active.cell(row, 1, each.label)
            book.active.cell(row, 2, row)
        number = add_part(document, "/word/embeddings/book.xlsx", media.XLSX, "package", save(book))
        shape = f'<w:object {NAMES}><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="{number}"/></w:object>'
        document.add_paragraph().add_run()._r.append(parse_xml(shape))
    else:
        rows = "".join(f"<tr><td>{r.label}</td><td>{n}</td></tr>" for n, r in enumerate(template(table, "2021").rows))
        page = f"<html><head><meta charset=utf-8></head><body><table>{rows}</table></body></html>".encode()
        number = add_part(document, "/word/chunk.html", "text/html", "aFChunk", page)
        chunk = parse_xml(f'<w:altChunk {NAMES} r:id="{number}"/>')
        document.element.body.insert(len(document.element.body) - 1, chunk)
    document.add_paragraph("四、其他")
    found = docx_to_document(save(document))
    check(found)
    assert [(f.kind, f.read) for f in found.figures] == [(kind, True)]
    assert not found.ocr
    label = template(table, "2021").rows[3].label
    assert found.text.index(HEADINGS[1]) < found.text.index(label) < found.text.index("四、其他")
    assert len(numbers(found)) == len(template(table, "2021").rows)


def test_an_object_that_nobody_can_read_is_an_attachment_and_so_is_a_link_to_a_file() -> None:
    document = new()
    number = add_part(document, "/word/embeddings/o.bin", "application/octet-stream", "oleObject", b"\0\1\2" * 99)
    shape = f'<w:object {NAMES}><o:OLEObject ProgID="Equation.3" r:id="{number}"/></w:object>'
    document.add_paragraph().add_run()._r.append(parse_xml(shape))
    link = document.part.relate_to("https://example.org/t.xls", RELATION + "hyperlink", is_external=True)
    text = f'<w:hyperlink {NAMES} r:id="{link}"><w:r><w:t>统计表</w:t></w:r></w:hyperlink>'
    document.add_paragraph()._p.append(parse_xml(text))
    far = document.part.relate_to("t3.png", RELATION + "image", is_external=True)
    blip = f'<w:drawing {NAMES}><a:blip r:link="{far}"/></w:drawing>'
    document.add_paragraph().add_run()._r.append(parse_xml(blip))
    found = docx_to_document(save(document))
    assert [(f.kind, f.address, f.read) for f in found.figures] == [
        (FigureKind.ATTACHMENT, None, False),
        (FigureKind.ATTACHMENT, "https://example.org/t.xls", False),
        (FigureKind.PICTURE, "t3.png", False),
    ]


def test_photographs_leave_a_document_as_it_was(photograph: bytes) -> None:
    plain, shown = new(), new()
    for document in (plain, shown):
        for heading in HEADINGS:
            document.add_paragraph(heading)
            if document is shown:
                add_picture(document, photograph)
    found, expected = docx_to_document(save(shown)), docx_to_document(save(plain))
    assert (found.text, found.fragments, found.pages) == (expected.text, expected.fragments, expected.pages)
    assert [figure.read for figure in found.figures] == [False] * 3


@pytest.mark.parametrize("damage", ["too many pixels", "spoilt"])
def test_a_picture_that_is_a_bomb_or_damaged_stays_unread(damage: str, photograph: bytes) -> None:
    document = new()
    document.add_paragraph(HEADINGS[1])
    out = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(out, "PNG")
    at = photograph.index(b"IDAT") + 20
    spoilt = photograph[:at] + bytes(500) + photograph[at + 500 :]
    document.add_picture(io.BytesIO(out.getvalue() if damage == "too many pixels" else spoilt), Cm(5))
    with Pool(1, READERS) as readers:
        found = read_in(readers, save(document), media.DOCX, Limits(60, cpu_seconds=30, memory=2 * 2**30))
    assert [figure.read for figure in found.figures] == [False]
    assert HEADINGS[1] in found.text
