"""Pages of a PDF or of a picture as colour pictures, for people to look at."""

import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from gouji.document import SourceTooLarge, UnreadableSource
from gouji.readers import media

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_PIXELS = 60_000_000


def render_pages(data: bytes, dots: float = 120.0) -> Iterator["Image"]:
    """Each page as a colour picture; nothing for sources without pages. For files that were read without error.

    PDF pages have `dots` pixels an inch, pictures their own size. Raises SourceTooLarge and UnreadableSource.
    """
    kind = media.sniff(data)
    if kind == media.PDF:
        yield from _pdf_pages(data, dots)
    elif kind in (media.PNG, media.JPEG, media.TIFF):
        yield from _frames(data)


def render_page(data: bytes, number: int, dots: float = 120.0) -> "Image | None":
    """One page, counted from 1, as `render_pages` gives it; None where the source has no such page."""
    if media.sniff(data) == media.PDF:
        return next(_pdf_pages(data, dots, number), None)
    return next(islice(render_pages(data), number - 1, None), None)


def _pdf_pages(data: bytes, dots: float, only: int | None = None) -> Iterator["Image"]:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document = pdfium.PdfDocument(data[max(0, data.find(b"%PDF-")) :])
    except pdfium.PdfiumError as error:
        raise UnreadableSource("the PDF is damaged or encrypted") from error
    try:
        numbers = range(len(document)) if only is None else range(only - 1, min(only, len(document)))
        for page in map(document.__getitem__, numbers):
            width, height = page.get_size()
            if width * height * (dots / 72) ** 2 > _MAX_PIXELS:
                raise SourceTooLarge("a page too large to be drawn")
            yield page.render(scale=dots / 72).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()


def _frames(data: bytes) -> Iterator["Image"]:
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as picture:
            for n in range(getattr(picture, "n_frames", 1)):
                picture.seek(n)
                if picture.width * picture.height > _MAX_PIXELS:
                    raise SourceTooLarge("a picture too large to be drawn")
                yield ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableSource("the picture is damaged") from error
