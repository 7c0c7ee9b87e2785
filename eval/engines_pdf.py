"""Peers on PDF: pdfplumber and camelot, tables placed by labels; pdftotext and layoutparser, words placed by our rules.

The last two give no tables: what our own PDF reader adds is seen beside them.
"""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.grids import Grid, Skipped, grids_to_prediction
from eval.metrics import Prediction
from eval.truth import Record
from gouji.parts.split import split_document
from gouji.readers.page.ink import Glyph, PageInk
from gouji.readers.page.pages import pages_to_document
from gouji.recovery import recover, recover_part
from gouji.results import Source
from gouji.scoring.engines import choose_scorer
from gouji.sums import SURE

PDF = "application/pdf"


def _require_pdf(record: Record) -> None:
    if record.media_type != PDF:
        raise Skipped("takes PDF only")


def read_pdfplumber(record: Record) -> Prediction:
    """Ruled tables as pdfplumber finds them with its default settings."""
    _require_pdf(record)
    import pdfplumber

    grids: list[Grid] = []
    with pdfplumber.open(io.BytesIO(record.content)) as pdf:
        for page in pdf.pages:
            grids += [[[cell or "" for cell in row] for row in table] for table in page.extract_tables()]
    return grids_to_prediction(grids)


def _read_camelot(record: Record, flavor: str) -> Prediction:
    _require_pdf(record)
    if find_spec("camelot") is None:
        raise Skipped("camelot is not installed")
    camelot: Any = import_module("camelot")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(record.content)
        file.flush()
        tables = camelot.read_pdf(file.name, pages="all", flavor=flavor)
    return grids_to_prediction([table.df.values.tolist() for table in tables])


def read_camelot_lattice(record: Record) -> Prediction:
    """Camelot's tables by ruling lines."""
    return _read_camelot(record, "lattice")


def read_camelot_hybrid(record: Record) -> Prediction:
    """Camelot's tables by ruling lines and text edges."""
    return _read_camelot(record, "hybrid")


def read_pdftotext(record: Record) -> Prediction:
    """The text of `pdftotext -layout`, read by our rules as plain text: what our own PDF reader adds to that."""
    _require_pdf(record)
    program = shutil.which("pdftotext")
    if program is None:
        raise Skipped("pdftotext is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.pdf")
        path.write_bytes(record.content)
        done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    found = recover(done.stdout, name="report.txt", media_type="text/plain", engine="rules")
    return Prediction(found.tables, found.checks, found.confidence, found.needs_review)


def read_layoutparser(record: Record) -> Prediction:
    """The words of `layoutparser.load_pdf`, put into rows and columns and placed by our own rules."""
    _require_pdf(record)
    if find_spec("layoutparser") is None:
        raise Skipped("layoutparser is not installed")
    import layoutparser as lp  # type: ignore[import-untyped]

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(record.content)
        file.flush()
        layouts = lp.load_pdf(file.name)
    document = pages_to_document([_layout_to_ink(layout) for layout in layouts], PDF)
    about = Source(record.name, PDF, "", len(record.content), len(layouts), False)
    found = recover_part(split_document(document)[0], about, choose_scorer("rules"), SURE)
    return Prediction(found.tables, found.checks, found.confidence, found.needs_review)


def _layout_to_ink(layout: Any) -> PageInk:
    about = layout.page_data
    words = tuple(Glyph(block.text, *map(float, block.coordinates)) for block in layout)
    return PageInk(about["index"] + 1, about["width"], about["height"], words)


PDF_ENGINES: dict[str, Callable[[Record], Prediction]] = {
    "pdfplumber": read_pdfplumber,
    "camelot_lattice": read_camelot_lattice,
    "camelot_hybrid": read_camelot_hybrid,
    "pdftotext": read_pdftotext,
    "layoutparser": read_layoutparser,
}
