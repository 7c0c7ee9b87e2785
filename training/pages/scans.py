"""Scans made of PDFs: rendered pages that are turned, shaded, blurred and saved as JPEG, as pictures or as PDF."""

import io
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scanner:
    """A way of scanning. dpi: dots an inch; degrees: how far the sheet lies askew; shade: how much darker the far
    corner is (0 to 1); noise: standard deviation of the grey values; blur: radius in dots; quality: of the JPEG.
    """

    dpi: float = 150
    degrees: float = 0.7
    shade: float = 0.0
    noise: float = 2.0
    blur: float = 0.0
    quality: int = 85


PLAIN = Scanner()
HARD = Scanner(dpi=100, degrees=-1.5, shade=0.35, noise=7.0, blur=0.4, quality=55)


def scan_pdf(pdf: bytes, scanner: Scanner, seed: int = 0) -> list[Image.Image]:
    """Each page of a PDF as a grey picture."""
    from PIL import ImageFilter

    random = np.random.default_rng(seed)
    document = pdfium.PdfDocument(pdf)
    pictures: list[Image.Image] = []
    for page in document:
        picture = page.render(scale=scanner.dpi / 72, grayscale=True).to_pil()
        picture = picture.rotate(scanner.degrees, Image.Resampling.BICUBIC, expand=False, fillcolor=250)
        if scanner.blur:
            picture = picture.filter(ImageFilter.GaussianBlur(scanner.blur))
        grey = np.asarray(picture, dtype=np.float32)
        height, width = grey.shape
        down, across = np.mgrid[0:height, 0:width].astype(np.float32)
        grey = grey * (1 - scanner.shade * (0.6 * down / height + 0.4 * across / width))
        grey = grey + random.normal(0, scanner.noise, grey.shape)
        pictures.append(Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)))
    document.close()
    return pictures


def picture_to_jpeg(picture: Image.Image, scanner: Scanner) -> bytes:
    """A picture as JPEG, its resolution written in."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=scanner.quality, dpi=(scanner.dpi, scanner.dpi))
    return out.getvalue()


def pictures_to_pdf(pictures: list[Image.Image], scanner: Scanner) -> bytes:
    """Pictures as a PDF of one JPEG a page."""
    saved = [Image.open(io.BytesIO(picture_to_jpeg(picture, scanner))) for picture in pictures]
    out = io.BytesIO()
    saved[0].save(out, "PDF", save_all=True, append_images=saved[1:], resolution=scanner.dpi, quality=scanner.quality)
    return out.getvalue()
