from collections.abc import Callable

import pypdfium2 as pdfium
import pytest

from gouji.readers.pdf import unseen as pdf_unseen
from gouji.readers.pdf.reader import pdf_to_document

MakePdf = Callable[..., bytes]
SEEN = "BT /F 10 Tf 0 g 100 700 Td (seen 12) Tj ET "
UNSEEN = {
    "white on the page": "BT /F 10 Tf 1 g 100 600 Td (77) Tj ET",
    "nearly white": "BT /F 10 Tf 0.98 g 100 600 Td (77) Tj ET",
    "on its own colour": "0.2 0.3 0.6 rg 90 590 60 30 re f BT /F 10 Tf 100 600 Td (77) Tj ET",
    "without ink": "BT /F 10 Tf 3 Tr 100 600 Td (77) Tj ET",
    "without size": "BT /F 0.4 Tf 100 600 Td (77) Tj ET",
    "off the page": "BT /F 10 Tf 700 600 Td (77) Tj ET",
    "under the page": "BT /F 10 Tf 100 -60 Td (77) Tj ET",
    "clipped away": "q 300 300 50 50 re W n BT /F 10 Tf 100 600 Td (77) Tj ET Q",
    "under a white box": "BT /F 10 Tf 100 600 Td (77) Tj ET 1 g 90 590 60 30 re f",
    "under a black box": "BT /F 10 Tf 100 600 Td (77) Tj ET 0 g 90 590 60 30 re f",
    "on a turned page": "BT /F 10 Tf 1 g 100 600 Td (77) Tj ET",
}
SHOWN = {
    "white on dark": "0.1 g 90 590 60 30 re f BT /F 10 Tf 1 g 100 600 Td (77) Tj ET",
    "grey": "BT /F 10 Tf 0.85 g 100 600 Td (77) Tj ET",
    "small": "BT /F 4 Tf 100 600 Td (77) Tj ET",
    "on a shaded cell": "0.85 g 90 590 60 30 re f BT /F 10 Tf 0 g 100 600 Td (77) Tj ET",
    "beside a box that comes later": "BT /F 10 Tf 100 600 Td (77) Tj ET 0.9 g 190 590 60 30 re f",
    "in a box of lines that comes later": "BT /F 10 Tf 100 600 Td (77) Tj ET 90 590 60 30 re S",
    "clipped by its cell": "q 90 590 60 30 re W n BT /F 10 Tf 100 600 Td (77) Tj ET Q",
}


def words(data: bytes) -> list[str]:
    return [fragment.text for fragment in pdf_to_document(data).fragments]


@pytest.mark.parametrize("case", UNSEEN)
def test_text_that_nobody_sees_is_not_read(case: str, make_pdf: MakePdf) -> None:
    page = "/Rotate 90" if "turned" in case else ""
    assert "77" not in "".join(words(make_pdf([(SEEN + UNSEEN[case]).encode()], page)))
    assert "seen" in "".join(words(make_pdf([(SEEN + UNSEEN[case]).encode()], page)))


@pytest.mark.parametrize("case", SHOWN)
def test_text_that_is_seen_is_read(case: str, make_pdf: MakePdf) -> None:
    assert "77" in words(make_pdf([(SEEN + SHOWN[case]).encode()]))


def test_text_under_a_see_through_box_is_read(make_pdf: MakePdf) -> None:
    content = (SEEN + "BT /F 10 Tf 100 600 Td (77) Tj ET /G gs 1 g 90 590 60 30 re f").encode()
    data = make_pdf([content]).replace(b"/Font<<", b"/ExtGState<</G<</ca 0.3>>>>/Font<<")
    assert "77" in words(data)


def test_text_in_a_form_that_is_all_but_transparent_is_not_read(make_pdf: MakePdf) -> None:
    """Browsers print an element of low opacity like this."""
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Length 39>>stream\n"
        b"BT /F 10 Tf 0 g 100 600 Td (77) Tj ET  \nendstream"
    )
    for opacity, shown in ((b"0.004", False), (b"0.6", True)):
        data = make_pdf([(SEEN + "q /G gs /X Do Q").encode()])
        resources = b"/ExtGState<</G<</ca " + opacity + b">>>>/XObject<</X 9 0 R>>/Font<<"
        data = data.replace(b"/Font<<", resources, 1).replace(b"xref", b"9 0 obj\n" + form + b"\nendobj\nxref", 1)
        assert ("77" in words(data)) is shown


def test_an_ordinary_page_is_not_drawn(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium.PdfPage, "render", None)
    assert "12" in words(make_pdf([SEEN.encode()]))


def test_only_what_is_suspicious_is_taken_out_of_the_drawing(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = pdf_unseen._drawn

    def count(page: pdfium.PdfPage) -> object:
        picture = draw(page)
        drawn.append(int((picture < 128).sum()))
        return picture

    monkeypatch.setattr(pdf_unseen, "_drawn", count)
    words(make_pdf([(SEEN + UNSEEN["white on the page"]).encode()]))
    assert len(drawn) == 2
    assert drawn[0] == drawn[1] > 0
