"""Scanned pages of PDFs as pictures: what is taken from the file has to be what the page shows."""

import zlib

import numpy as np
import pypdfium2 as pdfium
import pytest

from gouji.readers.pdf import picture as pdf_picture
from gouji.readers.pdf.picture import holds_masks, is_scan, page_to_picture

HEIGHT, WIDTH = 877, 620
WHOLE = b"q 595 0 0 842 0 0 cm /I Do Q"


def drawing() -> np.ndarray:
    grey = np.full((HEIGHT, WIDTH), 240, np.uint8)
    for k in range(20):
        grey[30 + 40 * k : 40 + 40 * k, 50 + 10 * k : 300 + 10 * k] = 12 * k
    return grey


def stream(head: str, data: bytes) -> bytes:
    packed = zlib.compress(data)
    return f"<<{head}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream"


def image(data: bytes, space: str = "/DeviceGray", bits: int = 8, extra: str = "") -> bytes:
    head = f"/Type/XObject/Subtype/Image/Width {WIDTH}/Height {HEIGHT}/ColorSpace{space}/BitsPerComponent {bits}{extra}"
    return stream(head, data)


def pdf(images: list[bytes], page: str = "", content: bytes = WHOLE) -> bytes:
    resources = "/Resources<</XObject<</I 5 0 R>>/ExtGState<</G<</ca 0.5>>>>/Font<</F 7 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{resources}{page}>>".encode(),
        stream("", content),
        *images,
        *[b"null"] * (2 - len(images)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return out + f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()


GREY = drawing()
COLOUR = np.repeat(GREY[..., None], 3, axis=2)
CMYK = np.dstack([np.zeros((HEIGHT, WIDTH, 3), np.uint8), 255 - GREY])
HALF = np.full((HEIGHT, WIDTH), 255, np.uint8)
HALF[:, :300] = 0
PALETTE = "".join(f"{255 - k:02x}" for k in range(256))
BILEVEL = np.packbits(GREY > 128, axis=1).tobytes()
TAKEN = {
    "grey": pdf([image(GREY.tobytes())]),
    "colour": pdf([image(COLOUR.tobytes(), "/DeviceRGB")]),
    "bilevel": pdf([image(BILEVEL, bits=1)]),
    "inverted bilevel": pdf([image(BILEVEL, bits=1, extra="/Decode[1 0]")]),
    "inverted": pdf([image(GREY.tobytes(), extra="/Decode[1 0]")]),
    "turned by 90": pdf([image(GREY.tobytes())], "/Rotate 90"),
    "turned by 180": pdf([image(GREY.tobytes())], "/Rotate 180"),
    "turned by 270": pdf([image(GREY.tobytes())], "/Rotate 270"),
}
RENDERED = {
    "four colours": pdf([image(CMYK.tobytes(), "/DeviceCMYK")]),
    "palette": pdf([image(GREY.tobytes(), f"[/Indexed/DeviceGray 255<{PALETTE}>]")]),
    "stencil": pdf([image(BILEVEL, bits=1, extra="/ImageMask true").replace(b"/ColorSpace/DeviceGray", b"")]),
    "soft mask": pdf([image(GREY.tobytes(), extra="/SMask 6 0 R"), image(HALF.tobytes())]),
    "colour key": pdf([image(GREY.tobytes(), extra="/Mask[0 60]")]),
    "cropped": pdf([image(GREY.tobytes())], "/CropBox[100 100 400 400]"),
    "upside down": pdf([image(GREY.tobytes())], content=b"q 595 0 0 -842 0 842 cm /I Do Q"),
    "on its side": pdf([image(GREY.tobytes())], content=b"q 0 842 -595 0 595 0 cm /I Do Q"),
    "clipped": pdf([image(GREY.tobytes())], content=b"q 100 100 200 200 re W n 595 0 0 842 0 0 cm /I Do Q"),
    "pale": pdf([image(GREY.tobytes())], content=b"q /G gs 595 0 0 842 0 0 cm /I Do Q"),
    "painted over": pdf([image(GREY.tobytes())], content=WHOLE + b" 0 0 300 300 re f"),
}


@pytest.mark.parametrize("case", [*TAKEN, *RENDERED])
def test_a_picture_is_what_its_page_shows(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    data = (TAKEN | RENDERED)[case]
    document = pdfium.PdfDocument(data)
    page = document[0]
    shown = page.render(scale=150 / 72, grayscale=True).to_numpy()
    shown = shown.reshape(shown.shape[:2])
    if case in TAKEN:  # the way that costs little is taken
        monkeypatch.setattr(pdfium.PdfPage, "render", None)
    found = page_to_picture(page, 150, holds_masks(data))
    assert max(abs(a - b) for a, b in zip(found.shape, shown.shape, strict=True)) <= 1
    alike = cv2.resize(found, shown.shape[::-1], interpolation=cv2.INTER_LINEAR)
    assert np.abs(alike.astype(int) - shown).mean() < 0.6
    document.close()


@pytest.mark.parametrize(("mode", "scanned"), [(3, True), (0, False)])
def test_text_that_nobody_sees_does_not_make_a_scan_digital(mode: int, scanned: bool) -> None:
    text = f" BT {mode} Tr /F 10 Tf 50 700 Td ({'0123456789 ' * 6}) Tj ET".encode()
    document = pdfium.PdfDocument(pdf([image(GREY.tobytes())], content=WHOLE + text))
    assert is_scan(document[0], 60) is scanned
    assert is_scan(document[0], 5)
    document.close()


def test_a_page_with_a_small_picture_is_no_scan() -> None:
    document = pdfium.PdfDocument(pdf([image(GREY.tobytes())], content=b"q 200 0 0 300 50 50 cm /I Do Q"))
    assert not is_scan(document[0], 0)
    assert pdf_picture._picture_share(document[0]) == pytest.approx(200 * 300 / (595 * 842), abs=0.01)
    document.close()
