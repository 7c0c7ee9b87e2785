"""The whole path from bytes to calibrated tables. READ THIS FIRST.

bytes -read-> Document -split-> Part of each report
      -find-> CellStream of each table -score-> (rules | model) -decode-> Alignment with marginals
      -place-> FilledTable -assemble-> Table -check-> findings -assess-> Recovery
"""

import hashlib
from dataclasses import replace

from gouji import forms
from gouji.alignment.align import locate
from gouji.alignment.whole import suffices
from gouji.assembly import add_suggestions, doubt_table, move_table
from gouji.checks import check_tables
from gouji.confidence import assess_report, doubt
from gouji.document_tables import recover_tables
from gouji.layouts.layout import read_layout
from gouji.parts.split import Part, split_document
from gouji.processes.worker import Limits
from gouji.readers import read
from gouji.readers.given import Given, load_source
from gouji.results import Parser, Recovery, Source
from gouji.reviewing import doubt_first, is_doubtful, tell_engine, tell_part
from gouji.scoring.engines import Engine, check_engine, choose_scorer
from gouji.tables import TableState
from gouji.text.heading import read_report
from gouji.text.remembering import forget_long_texts
from gouji.version import VERSION


def recover(
    source: Given,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
) -> Recovery:
    """Recover the three tables of a report from bytes, a path or an open file.

    Raises SourceError (see document.py) for input that cannot be used, OSError for a file that cannot be opened,
    TypeError for what is neither bytes nor a path nor a file: a str is a path, never a text (readers/given.py).
    Of a source that holds several reports this is the first, and nothing in it is sure (`several_reports`): which of
    them was meant, only the caller knows. `recover_all` gives each.
    """
    found = recover_all(source, name=name, media_type=media_type, engine=engine, review_below=review_below)
    return found[0] if len(found) == 1 else doubt_first(found[0])


def recover_all(
    source: Given,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
    only: int | None = None,
    reading: Limits | None = None,
) -> tuple[Recovery, ...]:
    """Recover every report of a source, in their order. Places are those of the whole source. Raises as `recover`.

    only: the number of one report, from 1; the others are left out, and a number beyond the last gives nothing.
    reading: what reading one binary file in its own process may cost; two minutes and 4 GiB where none is given.
    """
    check_engine(engine)
    data, name = load_source(source, name)
    try:
        document = read(data, name, media_type, limits=reading)
        sha256, pages = hashlib.sha256(data).hexdigest(), len(document.pages)
        read_from = Source(name, document.media_type, sha256, len(data), pages, document.ocr)
        chosen = choose_scorer(engine)
        parts = split_document(document)
        return tuple(
            replace(recover_part(part, read_from, chosen, review_below), part=n, parts=len(parts))
            for n, part in enumerate(parts, 1)
            if only in (None, n)
        )
    finally:
        forget_long_texts()
        for remembered in (locate, read_layout, suffices):
            remembered.cache_clear()  # keyed by streams, which nobody asks for again: a large source would stay


def recover_part(part: Part, source: Source, engine: Engine, review_below: float) -> Recovery:
    """Recover one report of a source that was read: its tables, their sums, and how sure all of it is."""
    report = read_report(part.document)
    found = recover_tables(part.document, engine, report)  # find, score, decode, place, assemble
    disputed = part.disputed | (found.rivals - part.alike)
    tables = {key: doubt_table(table) if key in disputed else table for key, table in found.tables.items()}
    findings = check_tables(tables)
    tables = {key: move_table(add_suggestions(table, findings), part.start) for key, table in tables.items()}
    failing = {finding.table for finding in findings if not finding.holds}
    confidence = assess_report(
        [(t.confidence, t.state is TableState.MISSING, key in failing) for key, t in tables.items()], engine.name
    )
    confidence = doubt(confidence) if disputed else confidence
    warnings = tuple(dict.fromkeys(found.warnings + tell_part(part)))
    doubtful = bool(disputed) or is_doubtful(report, tables, findings, warnings)
    parser = Parser(VERSION, engine.weights, forms.digest())
    needs_review = confidence < review_below or doubtful
    warnings = tell_engine(engine) + warnings
    return Recovery(report, source, tables, findings, confidence, needs_review, warnings, parser)
