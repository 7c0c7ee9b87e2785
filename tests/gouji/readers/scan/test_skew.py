"""How far a page lies askew."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from gouji.readers.scan.picture import straighten
from gouji.readers.scan.skew import skew_of

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
Gray = NDArray[np.uint8]
DOTS = 100.0


@pytest.fixture(scope="module", params=["pdf_borderless_zeros", "pdf_bordered_zeros"])
def upright(request: pytest.FixtureRequest) -> Gray:
    """A printed page as it was drawn."""
    document = pdfium.PdfDocument(DOCUMENTS / str(request.param) / "report.pdf")
    page = np.array(document[1].render(scale=DOTS / 72, grayscale=True).to_pil())
    document.close()
    return page


@pytest.mark.parametrize("degrees", [-2.5, -0.6, 0.0, 0.3, 1.7])
def test_the_angle_of_a_turned_page_is_found(upright: Gray, degrees: float) -> None:
    turned = straighten(upright, -degrees)
    assert skew_of(turned, DOTS) == pytest.approx(degrees, abs=0.1)
    assert skew_of(straighten(turned, skew_of(turned, DOTS)), DOTS) == pytest.approx(0, abs=0.1)


def test_an_empty_page_lies_straight() -> None:
    blank = np.full((800, 600), 255, np.uint8)
    assert skew_of(blank, DOTS) == 0
    blank[10:12, 10:12] = 0  # a speck says nothing
    assert skew_of(blank, DOTS) == 0
