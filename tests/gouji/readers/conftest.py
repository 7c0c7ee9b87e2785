import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from rapidfuzz import fuzz

from gouji.document import Document, Fragment
from gouji.forms import REVIEW_LITIGATION, template
from gouji.readers.page.ruled import edges_to_tables
from gouji.readers.pdf.ink import page_to_ink
from gouji.text.labels import canonical

DOCUMENTS = Path(__file__).resolve().parents[2] / "documents"


def _rows(document: Document) -> list[list[Fragment]]:
    rows: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in document.fragments:
        if fragment.grid is not None:
            rows.setdefault((fragment.grid.table, fragment.grid.row), []).append(fragment)
    return [sorted(row, key=lambda f: f.grid.column if f.grid else 0) for row in rows.values()]


def _values(document: Document, table: str, form: str) -> dict[str, Fragment]:
    official = template(table, form)
    found: dict[str, Fragment] = {}
    if table == REVIEW_LITIGATION:
        width = len(official.cells)
        fitting = [row for row in _rows(document) if len(row) == width and "结果" not in row[0].text]
        return dict(zip(official.cells, fitting[-1], strict=True)) if fitting else {}
    for row in _rows(document):
        best = max(
            (
                (fuzz.ratio(canonical(cell.text), canonical(r.label)), n, r)
                for n, cell in enumerate(row[:-1])
                for r in official.rows
                if cell.text
            ),
            key=lambda choice: choice[0],
            default=None,
        )
        if best is not None and best[0] >= 85 and len(row) - best[1] - 1 == len(best[2]):
            found.update(zip(best[2].cells, row[best[1] + 1 :], strict=True))
    return found


@pytest.fixture
def grid_values() -> Callable[[Document, str, str], dict[str, Fragment]]:
    """The value cells that stand in a grid beside the label of their row, by the names of the form."""
    return _values


def _pdf(contents: list[bytes], page: str = "", extra: str = "", filters: str = "") -> bytes:
    """A PDF with one page for each content stream; `page` and `extra` are put into page and trailer dictionaries."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(contents)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for n, content in enumerate(contents):
        head = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * n} 0 R"
        objects.append(f"{head}/Resources<</Font<</F 3 0 R>>>>{page}>>".encode())
        objects.append(f"<</Length {len(content)}{filters}>>stream\n".encode() + content + b"\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{extra}>>\nstartxref\n{start}\n%%EOF".encode()
    return out


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Writes small PDFs: `make_pdf([content, ...], page="/Rotate 90", extra="/Encrypt ...", filters="/Filter ...")`."""
    return _pdf


@pytest.fixture(scope="session")
def table_pictures() -> tuple[bytes, ...]:
    """The three tables of a printed report as PNG."""
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_bordered_repeated_head" / "report.pdf")
    pictures: list[bytes] = []
    scale = 150 / 72
    for n in range(3):
        ink, _ = page_to_ink(document[n], n + 1)
        table = max(edges_to_tables(ink.horizontal, ink.vertical), key=lambda t: len(t.cells))
        left, top, right, bottom = table.box
        drawn = document[n].render(scale=scale).to_pil()
        out = io.BytesIO()
        box = (round(left * scale) - 4, round(top * scale) - 4, round(right * scale) + 4, round(bottom * scale) + 4)
        drawn.crop(box).convert("L").save(out, "PNG")
        pictures.append(out.getvalue())
    document.close()
    return tuple(pictures)


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """A picture of nothing, as PNG."""
    coarse = np.random.default_rng(3).integers(0, 255, (40, 60), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).resize((600, 400), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()
