"""Pages as pictures for people to look at."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from gouji.document import SourceTooLarge, UnreadableSource
from gouji.readers.pdf import rendering
from gouji.readers.pdf.rendering import render_pages

MakePdf = Callable[..., bytes]
TEXT = b"BT /F 100 Tf 100 700 Td (8) Tj ET"


def saved(kind: str, *colours: str) -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in colours]
    out = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(out, kind, **more)
    return out.getvalue()


def test_each_page_of_a_pdf_is_a_picture_of_its_size(make_pdf: MakePdf) -> None:
    pages = list(render_pages(b"junk\n" + make_pdf([TEXT, b""]), dots=36))
    assert [page.size for page in pages] == [(298, 421), (298, 421)]
    assert [page.mode for page in pages] == ["RGB", "RGB"]
    assert [page.convert("L").getextrema()[0] < 100 for page in pages] == [True, False]


def test_frames_of_a_picture_keep_their_size_and_order() -> None:
    pages = list(render_pages(saved("TIFF", "red", "blue")))
    assert [(page.size, page.getpixel((0, 0))) for page in pages] == [
        ((40, 30), (255, 0, 0)),
        ((40, 30), (0, 0, 255)),
    ]
    assert [page.size for page in render_pages(saved("PNG", "red"))] == [(40, 30)]


def test_sources_without_pages_give_nothing() -> None:
    assert list(render_pages("规章 | 3 |".encode())) == []


def test_what_is_too_large_to_be_drawn_is_not(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_MAX_PIXELS", 1000)
    for data in (make_pdf([b""]), saved("PNG", "red")):
        with pytest.raises(SourceTooLarge):
            list(render_pages(data))


def test_what_is_damaged_is_unreadable() -> None:
    for data in (b"%PDF-1.4\nnothing", saved("PNG", "red")[:50]):
        with pytest.raises(UnreadableSource):
            list(render_pages(data))
