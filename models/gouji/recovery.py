"""The whole path from bytes to calibrated tables. READ THIS FIRST.

bytes -read-> Document -split-> Part of each report
      -find-> CellStream of each table -score-> (rules | model) -decode-> Alignment with marginals
      -place-> FilledTable -assemble-> Table -check-> findings -assess-> Recovery
"""

from dataclasses import replace
from functools import partial

from gouji import forms
from gouji.assembly import add_suggestions, doubt_table, move_table
from gouji.checks import check_tables
from gouji.confidence import doubt
from gouji.document import Document
from gouji.document_tables import forgetting, recover_tables
from gouji.parts.split import Part, split_document
from gouji.processes.worker import Limits
from gouji.readers import choose_second, read, read_second
from gouji.readers.given import Given, load_source
from gouji.results import Parser, Recovery, Source, tell_source
from gouji.reviewing import assess_tables, doubt_first, is_doubtful, tell_engine, tell_part
from gouji.scoring.engines import Engine, choose_scorer
from gouji.second_opinion import hear_second
from gouji.text.heading import read_report
from gouji.version import VERSION


def recover(
    source: Given,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
    second_reader: str | None = None,
) -> Recovery:
    """Recover the three tables of a report from bytes, a path or an open file.

    Raises SourceError (see document.py) for input that cannot be used, OSError for a file that cannot be opened,
    TypeError for what is neither bytes nor a path nor a file: a str is a path, never a text (readers/given.py).
    Of several reports in one source this is the first, and nothing in it is sure; `recover_all` gives each.
    """
    how = {"name": name, "media_type": media_type, "engine": engine, "second_reader": second_reader}
    found = recover_all(source, review_below=review_below, **how)  # type: ignore[arg-type]
    return found[0] if len(found) == 1 else doubt_first(found[0])


def recover_all(
    source: Given,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
    second_reader: str | None = None,
    only: int | None = None,
    reading: Limits | None = None,
) -> tuple[Recovery, ...]:
    """Recover every report of a source, in their order. Places are those of the whole source. Raises as `recover`.

    only: the number of one report, from 1; the others are left out, and a number beyond the last gives nothing.
    reading: what reading one binary file in its own process may cost; two minutes and 4 GiB where none is given.
    """
    scorer, second = choose_scorer(engine), choose_second(second_reader)
    data, name = load_source(source, name)
    with forgetting():
        document = read(data, name, media_type, limits=reading)
        origin = tell_source(document, data, name)
        recovered = partial(recover_document, source=origin, engine=scorer, review_below=review_below, only=only)
        again = partial(read_second, data, limits=reading)
        return hear_second(recovered(document), document, second, lambda reader: recovered(again(reader)))


def recover_document(
    document: Document, source: Source, engine: Engine, review_below: float, only: int | None
) -> tuple[Recovery, ...]:
    """Recover each report of a source that was read, or only one of them."""
    parts = split_document(document)
    wanted = [(n, part) for n, part in enumerate(parts, 1) if only in (None, n)]
    return tuple(
        replace(recover_part(part, source, engine, review_below), part=n, parts=len(parts)) for n, part in wanted
    )


def recover_part(part: Part, source: Source, engine: Engine, review_below: float) -> Recovery:
    """Recover one report of a source that was read: its tables, their sums, and how sure all of it is."""
    report = read_report(part.document)
    found = recover_tables(part.document, engine, report)  # find, score, decode, place, assemble
    disputed = part.disputed | (found.rivals - part.alike)
    tables = {key: doubt_table(table) if key in disputed else table for key, table in found.tables.items()}
    findings = check_tables(tables)
    tables = {key: move_table(add_suggestions(table, findings), part.start) for key, table in tables.items()}
    confidence = assess_tables(tables, findings, engine.name)
    confidence = doubt(confidence) if disputed else confidence
    warnings = tuple(dict.fromkeys(found.warnings + tell_part(part)))
    doubtful = bool(disputed) or is_doubtful(report, tables, findings, warnings)
    parser = Parser(VERSION, engine.weights, forms.digest())
    needs_review = confidence < review_below or doubtful
    return Recovery(report, source, tables, findings, confidence, needs_review, tell_engine(engine) + warnings, parser)
