import io
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from eval import gallery
from eval.truth import read_set
from gouji import extras
from gouji.readers.pdf.rendering import render_pages

CASE = Path(__file__).resolve().parents[1] / "documents" / "pdf_bordered_zeros"
NUMBER, LABEL = (0x18, 0x8C, 0x1E), (0x20, 0x60, 0xD0)


def colors(picture: Image.Image) -> set[object]:
    return {color for _, color in picture.convert("RGB").getcolors(1_000_000)}


def test_pages_show_what_our_reader_found() -> None:
    data = (CASE / "report.pdf").read_bytes()
    pages = [Image.open(io.BytesIO(page)) for page in gallery.draw_pages(data)]
    plain = list(render_pages(data, 86.4))
    assert [page.size for page in pages] == [page.size for page in plain]
    for page, bare in zip(pages, plain, strict=True):
        assert {NUMBER, LABEL} <= colors(page)
        assert {NUMBER, LABEL}.isdisjoint(colors(bare))


def test_pages_stand_bare_without_layoutparser_and_where_nothing_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (CASE / "report.pdf").read_bytes()
    bare = [picture.tobytes() for picture in render_pages(data, 86.4)]
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert [Image.open(io.BytesIO(page)).tobytes() for page in gallery.draw_pages(data)] == bare


def test_the_source_of_a_pdf_has_a_legend() -> None:
    assert find_spec("layoutparser") is not None
    (record,) = [record for record in read_set(CASE.parent) if record.id == f"{CASE.name}/report.pdf"]
    shown = gallery.show_source(record)
    assert shown.count("data:image/png;base64,") == 2
    assert "#188c1e" in shown
    assert "number" in shown
