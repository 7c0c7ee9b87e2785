"""What is compared: an engine is a function from a record to a Prediction. Skipped: it does not take such documents.

rules, model, auto: ours, through `gouji.recovery.recover`.
second_reader: auto, with pdfplumber as the second reader. PDF only.
all_zeros: says 0 for every cell of the 2021 form whatever the document holds. Most cells are 0: this is the floor.
numbers_in_order: the numbers after each heading go into the cells one after another (2021 form).
read_html: `pandas.read_html`, rows placed by their labels (eval.grids). HTML only.
The PDF peers stand in eval.engines_pdf.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.engines_pdf import PDF_ENGINES
from eval.grids import Skipped, grids_to_prediction, make_table, strip_tags
from eval.metrics import Prediction
from eval.truth import Record
from gouji.document import GoujiError
from gouji.forms import TABLES, template
from gouji.recovery import recover_all
from gouji.results import Recovery
from gouji.tables import Cell, CellState, Number, Table

Engine = Callable[[Record], Prediction]
WEIGHTS = Path(__file__).parents[1] / "models" / "gouji" / "weights" / "model.onnx"


def run_recover(record: Record, engine: str, second_reader: str | None = None) -> Prediction:
    """Our own path. Its errors are passed on: a document that cannot be read is one that failed."""
    first, *more = recover_all(
        record.content,
        name=record.name,
        media_type=record.media_type,
        engine=engine,
        second_reader=second_reader,
    )
    return replace(recovery_to_prediction(first), further=tuple(recovery_to_prediction(found) for found in more))


def recovery_to_prediction(found: Recovery) -> Prediction:
    """What is said of one report."""
    return Prediction(found.tables, found.checks, found.confidence, found.needs_review)


def run_rules(record: Record) -> Prediction:
    """Ours with hand-written scores."""
    return run_recover(record, "rules")


def run_model(record: Record) -> Prediction:
    """Ours with the learned scores alone."""
    if not WEIGHTS.exists():
        raise Skipped("there is no trained model")
    return run_recover(record, "model")


def run_auto(record: Record) -> Prediction:
    """Ours as it is served: the model where it is sure, else the better of both."""
    return run_recover(record, "auto")


def run_second_reader(record: Record) -> Prediction:
    """Ours as it is served where a second reader was asked for."""
    if record.media_type != "application/pdf":
        raise Skipped("takes PDF only")
    return run_recover(record, "auto", "pdfplumber")


def say_all_zeros(record: Record) -> Prediction:
    """0 everywhere, at confidence 1."""
    zero = Cell(0, "0", CellState.PRINTED, 1.0)
    return Prediction({t: make_table(t, "2021", dict.fromkeys(template(t, "2021").cells, zero)) for t in TABLES})


# numbers in order, from here: what is written first by everyone who meets these reports
_HEADINGS = (r"二、主动公开", r"三、收到和处理", r"四、.{0,12}行政复议", r"五、")
_NUMBER = re.compile(r"(?<![\d一-鿿（(.])-?\d+(?:\.\d+)?(?![\d.、]|[）)])")


def record_to_text(record: Record) -> str:
    """The text of a text or HTML record, tags away. Raises Skipped for other types."""
    if record.media_type not in ("text/plain", "text/html"):
        raise Skipped("takes text and HTML only")
    return strip_tags(record.text) if record.media_type == "text/html" else record.text


def place_numbers_in_order(record: Record) -> Prediction:
    """The numbers after each heading, one after another."""
    text = record_to_text(record)
    starts = [[m.start() for m in re.finditer(pattern, text)] for pattern in _HEADINGS]
    tables: dict[str, Table] = {}
    for index, table in enumerate(TABLES):
        if not starts[index]:
            continue
        start = starts[index][-1]
        end = min((s for s in starts[index + 1] if s > start), default=len(text))
        numbers: Iterable[Number] = (
            Decimal(n) if "." in n else int(n) for n in _NUMBER.findall(text[start:end]) if len(n) < 12
        )
        cells = {
            name: Cell(value, str(value), CellState.PRINTED, 1.0)
            for name, value in zip(template(table, "2021").cells, numbers, strict=False)
        }
        if cells:
            tables[table] = make_table(table, "2021", cells)
    return Prediction(tables)


def read_html(record: Record) -> Prediction:
    """pandas.read_html and label matching."""
    if record.media_type != "text/html":
        raise Skipped("takes HTML only")
    if find_spec("pandas") is None:
        raise Skipped("pandas is not installed")
    pandas: Any = import_module("pandas")
    try:
        frames = pandas.read_html(io.StringIO(record.text), flavor="lxml", keep_default_na=False)
    except ValueError as error:
        if "No tables found" in str(error):
            return Prediction({})
        raise
    grids = []
    for frame in frames:
        heads = [list(map(str, column)) if isinstance(column, tuple) else [str(column)] for column in frame.columns]
        rows = (
            [list(row) for row in zip(*heads, strict=True)] if not isinstance(frame.columns, pandas.RangeIndex) else []
        )
        grids.append(rows + [[str(cell) for cell in row] for row in frame.itertuples(index=False, name=None)])
    return grids_to_prediction(grids)


ENGINES: dict[str, Engine] = {
    "rules": run_rules,
    "model": run_model,
    "auto": run_auto,
    "second_reader": run_second_reader,
    "all_zeros": say_all_zeros,
    "numbers_in_order": place_numbers_in_order,
    "read_html": read_html,
    **PDF_ENGINES,
}


def run_engine(name: str, record: Record) -> Prediction:
    """Run an engine by name. Raises KeyError for an unknown one, Skipped, or what the engine raises."""
    return ENGINES[name](record)


def describe_failure(error: Exception) -> str:
    """One line for an engine's error; ours are named by their class."""
    return f"{type(error).__name__}: {error}" if isinstance(error, GoujiError) else repr(error)[:300]
