"""Scans made of PDFs."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from training.pages.scans import HARD, Scanner, picture_to_jpeg, pictures_to_pdf, scan_pdf

SMALL = Scanner(dpi=30)


@pytest.fixture(scope="module")
def pdf() -> Iterator[bytes]:
    path = Path(__file__).resolve().parents[2] / "documents" / "pdf_borderless_zeros" / "report.pdf"
    whole, one = pdfium.PdfDocument(path), pdfium.PdfDocument.new()
    one.import_pages(whole, [0])
    out = io.BytesIO()
    one.save(out)
    yield out.getvalue()
    whole.close()
    one.close()


def test_a_seed_gives_the_same_scan(pdf: bytes) -> None:
    first, again, other = (np.asarray(scan_pdf(pdf, SMALL, seed)[0]) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (351, 248)


def test_shade_darkens_the_far_corner(pdf: bytes) -> None:
    plain, shaded = (
        np.asarray(scan_pdf(pdf, Scanner(dpi=30, noise=0, degrees=0, shade=shade))[0]) for shade in (0.0, 0.4)
    )
    assert shaded[-5:, -5:].mean() < 0.7 * plain[-5:, -5:].mean()
    assert shaded[:3, :3].mean() > 0.95 * plain[:3, :3].mean()


def test_pictures_are_saved_with_their_resolution(pdf: bytes) -> None:
    pictures = scan_pdf(pdf, SMALL)
    with Image.open(io.BytesIO(picture_to_jpeg(pictures[0], SMALL))) as saved:
        assert tuple(round(d) for d in saved.info["dpi"]) == (30, 30)
    assert len(picture_to_jpeg(pictures[0], HARD)) < len(picture_to_jpeg(pictures[0], SMALL))
    document = pdfium.PdfDocument(pictures_to_pdf(pictures * 2, SMALL))
    assert len(document) == 2
    assert document[0].get_size() == pytest.approx((595, 842), abs=3)
    document.close()
