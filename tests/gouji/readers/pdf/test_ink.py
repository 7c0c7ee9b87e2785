"""One page of a digital PDF -> its ink."""

from collections.abc import Callable

import pypdfium2 as pdfium
import pytest

from gouji.document import SourceTooLarge
from gouji.readers.page.ink import PageInk
from gouji.readers.pdf import ink as pdf_ink
from gouji.readers.pdf.ink import Frame, page_to_ink

MakePdf = Callable[..., bytes]


def ink_of(data: bytes) -> tuple[PageInk, float]:
    document = pdfium.PdfDocument(data)
    try:
        return page_to_ink(document[0], 7)
    finally:
        document.close()


def text(content: str, at: str = "100 700 Td") -> bytes:
    return f"BT /F 10 Tf {at} ({content}) Tj ET ".encode()


@pytest.mark.parametrize(
    ("turns", "place", "size"),
    [(0, (20, 70), (100, 80)), (1, (10, 20), (80, 100)), (2, (80, 10), (100, 80)), (3, (70, 80), (80, 100))],
)
def test_a_point_of_the_page_is_placed_from_the_top_left_as_it_is_shown(
    turns: int, place: tuple[float, float], size: tuple[float, float]
) -> None:
    frame = Frame(5, 5, 105, 85, turns)
    assert frame.place(25, 15) == place
    assert frame.size == size


def test_characters_have_their_places_and_one_baseline(make_pdf: MakePdf) -> None:
    ink, unmapped = ink_of(make_pdf([text("12 g")]))
    assert ("".join(g.text for g in ink.glyphs), unmapped, ink.number) == ("12g", 0, 7)
    assert (ink.width, ink.height) == (595, 842)
    assert {round(g.base or 0) for g in ink.glyphs} == {142}
    assert [round(g.x0) for g in ink.glyphs][:2] == [100, 106]
    assert all(g.y0 < 142 < g.y1 for g in ink.glyphs)


def test_lines_lie_or_stand(make_pdf: MakePdf) -> None:
    ink, _ = ink_of(make_pdf([text("1") + b"10 42 m 110 42 l S 50 42 m 50 142 l S 10 10 m 90 90 l S"]))
    assert [(e.at, e.low, e.high) for e in ink.horizontal] == [(800, 10, 110)]
    assert [(e.at, e.low, e.high) for e in ink.vertical] == [(50, 700, 800)]


def test_bold_that_is_printed_twice_is_read_once_and_two_ones_stay_two(make_pdf: MakePdf) -> None:
    twice = text("12") + text("12", "100.3 700 Td")
    assert "".join(g.text for g in ink_of(make_pdf([twice]))[0].glyphs).count("1") == 1
    assert "".join(g.text for g in ink_of(make_pdf([text("1122")]))[0].glyphs) == "1122"


def test_a_turned_page_is_read_upright(make_pdf: MakePdf) -> None:
    ink, _ = ink_of(make_pdf([text("12")], page="/Rotate 90"))  # its characters lie on their side: turned back
    assert (ink.width, ink.height, ink.turns) == (595, 842, 3)
    landscape = b"BT /F 10 Tf 0 1 -1 0 300 100 Tm (123) Tj ET"
    ink, _ = ink_of(make_pdf([landscape]))
    assert (ink.width, ink.height, ink.turns) == (842, 595, 1)
    assert "".join(g.text for g in sorted(ink.glyphs, key=lambda g: g.x0)) == "123"
    assert len({round(g.y) for g in ink.glyphs}) == 1


def test_characters_that_no_map_names_are_left_out_and_counted(make_pdf: MakePdf) -> None:
    data = make_pdf([text("12") + b"BT /F 10 Tf 200 700 Td (\\201\\201) Tj ET"])
    ink, unmapped = ink_of(data)
    assert "".join(g.text for g in ink.glyphs) == "12"
    assert unmapped == pytest.approx(0.5)


def test_more_characters_than_any_page_holds_are_too_many(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_ink, "MAX_CHARACTERS", 3)
    with pytest.raises(SourceTooLarge, match="4 characters"):
        ink_of(make_pdf([text("1234")]))
