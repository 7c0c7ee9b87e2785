"""What is painted on a page, in the order in which it is painted."""

from collections.abc import Callable

import pypdfium2 as pdfium
import pytest

from gouji.document import Box, SourceTooLarge
from gouji.readers.pdf import objects
from gouji.readers.pdf.objects import IDENTITY, PageObjects, overlap, page_objects, times

MakePdf = Callable[..., bytes]


def painted(make_pdf: MakePdf, content: str) -> PageObjects:
    document = pdfium.PdfDocument(make_pdf([content.encode()]))
    try:
        return page_objects(document[0])
    finally:
        document.close()


def test_strokes_are_lines_and_thin_boxes_too(make_pdf: MakePdf) -> None:
    found = painted(make_pdf, "10 20 m 110 20 l S  10 30 100 2 re f  10 40 2 60 re f")
    assert found.lines == [
        ((10, 20), (110, 20)),
        ((10, 31), (110, 31)),
        ((11, 40), (11, 100)),
    ]
    assert found.areas == []


def test_a_stroked_box_has_four_sides_and_a_filled_one_is_an_area(make_pdf: MakePdf) -> None:
    stroked = painted(make_pdf, "10 20 100 50 re S")
    assert len([line for line in stroked.lines if line[0] != line[1]]) == 4
    assert stroked.areas == []
    filled = painted(make_pdf, "1 0 0 rg 10 20 100 50 re f")
    assert filled.lines == []
    assert [(area.box, area.color) for area in filled.areas] == [((10, 20, 110, 70), (255, 0, 0))]


def test_a_white_line_is_none(make_pdf: MakePdf) -> None:
    assert painted(make_pdf, "1 G 10 20 m 110 20 l S").lines == []
    assert painted(make_pdf, "1 g 10 30 100 2 re f").lines == []


def test_text_that_may_not_be_seen_is_suspected_and_text_without_ink_is_not_seen(make_pdf: MakePdf) -> None:
    found = painted(
        make_pdf,
        "BT /F 10 Tf 100 700 Td (1) Tj ET 1 g BT /F 10 Tf 100 600 Td (2) Tj ET "
        "0 g BT /F 10 Tf 3 Tr 100 500 Td (3) Tj ET",
    )
    assert (len(found.texts), len(found.suspects), len(found.unseen)) == (3, 1, 1)
    assert not found.suspects & found.unseen


def test_text_outside_of_its_clip_is_suspected(make_pdf: MakePdf) -> None:
    clipped = "q 300 300 50 50 re W n BT /F 10 Tf 100 600 Td (7) Tj ET Q "
    inside = "q 90 590 60 30 re W n BT /F 10 Tf 100 600 Td (7) Tj ET Q "
    assert len(painted(make_pdf, inside + clipped).suspects) == 1
    assert len(painted(make_pdf, inside).suspects) == 0


def test_what_is_painted_keeps_its_order(make_pdf: MakePdf) -> None:
    text = "BT /F 10 Tf 100 700 Td (1) Tj ET"
    found = painted(make_pdf, f"10 20 100 50 re f {text} 200 20 100 50 re f")
    orders = [found.areas[0].order, found.texts[0][0], found.areas[1].order]
    assert orders == sorted(orders)


def test_forms_are_walked_into_with_their_matrix(make_pdf: MakePdf) -> None:
    form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Matrix[1 0 0 1 100 0]"
    data = make_pdf([b"/X Do", b"10 20 m 110 20 l S"], filters=form)
    data = data.replace(b"/Resources<</Font<</F 3 0 R>>>>", b"/Resources<</XObject<</X 7 0 R>>>>", 1)
    document = pdfium.PdfDocument(data)
    assert page_objects(document[0]).lines == [((110, 20), (210, 20))]
    document.close()


def test_more_lines_than_any_report_has_are_too_many(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_SEGMENTS", 9)
    painted(make_pdf, "10 20 m 110 20 l S " * 4)
    with pytest.raises(SourceTooLarge):
        painted(make_pdf, "10 20 m 110 20 l S " * 5)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((0, 0, 10, 10), (5, 5, 20, 20), (5, 5, 10, 10)),
        ((0, 0, 10, 10), (10, 0, 20, 10), None),
        ((0, 0, 10, 10), (2, 3, 4, 5), (2, 3, 4, 5)),
    ],
)
def test_two_boxes_share_what_is_in_both(one: Box, other: Box, shared: Box | None) -> None:
    assert overlap(one, other) == shared
    assert overlap(other, one) == shared


def test_matrices_are_done_one_after_the_other() -> None:
    move, double = (1, 0, 0, 1, 10, 20), (2, 0, 0, 2, 0, 0)
    assert times(move, double) == (2, 0, 0, 2, 20, 40)
    assert times(double, move) == (2, 0, 0, 2, 10, 20)
    assert times(move, IDENTITY) == move
