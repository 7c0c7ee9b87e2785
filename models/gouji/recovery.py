"""The whole path from bytes to calibrated tables. Read this first.

bytes -read-> Document -split-> Part of each report
      -find-> CellStream of each table -score-> (rules | model) -decode-> Alignment with marginals
      -place-> FilledTable -assemble-> Table -check-> findings -assess-> Recovery
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gouji import __version__, forms
from gouji.alignment.align import Scorer
from gouji.alignment.choose import fill_streams
from gouji.assembly import add_suggestions, doubt_table, fill_to_table, missing_table, move_table
from gouji.checks import Verdict, check_tables
from gouji.confidence import assess_missing, assess_report, doubt, is_calibrated
from gouji.document import Document
from gouji.finding.streams import find_streams, find_traces
from gouji.missing.absence import (
    REVIEWED,
    doubt_missing,
    doubts_to_warnings,
    hold_back,
    is_bare,
    is_unfilled,
    survey_to_warnings,
)
from gouji.missing.survey import Survey
from gouji.parts.split import Part, split_document
from gouji.readers import media, read, read_second, require_second_reader
from gouji.results import Notice, Parser, Recovery, Source
from gouji.scoring import rules
from gouji.scoring.learned import WEIGHTS, ModelUnavailable, cached_scorer
from gouji.second_opinion import hear_second
from gouji.tables import Table, TableState
from gouji.text.heading import Report, is_pre_2019, read_report

ENGINES = ("auto", "model", "rules")
_RIVALS = "the source holds more than one {}; the fullest was read"


@dataclass(frozen=True, slots=True)
class Engine:
    """A scorer, a second opinion to hold it against, and the digest of the weights (None: rules alone).

    name: whose calibration counts.
    fallback: a scorer that is followed where it reads a table whole, or completes more of its rows.
    """

    name: str
    scorer: Scorer
    second: Scorer | None = None
    fallback: Scorer | None = None
    weights: str | None = None
    notices: tuple[Notice, ...] = ()


def recover(
    data: bytes,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
    second_reader: str | None = None,
) -> Recovery:
    """Recover the three tables of a report. Raises SourceError (see document.py) for input that cannot be used.

    Of a source that holds several reports this is the first, and nothing in it is sure (`several_reports`): which of
    them was meant, only the caller knows. `recover_all` gives each.
    """
    found = recover_all(
        data,
        name=name,
        media_type=media_type,
        engine=engine,
        review_below=review_below,
        second_reader=second_reader,
    )
    return found[0] if len(found) == 1 else _doubt_report(found[0])


def recover_all(
    data: bytes,
    *,
    name: str | None = None,
    media_type: str | None = None,
    engine: str = "auto",
    review_below: float = 0.95,
    only: int | None = None,
    second_reader: str | None = None,
) -> tuple[Recovery, ...]:
    """Recover every report of a source, in their order. Places are those of the whole source. Raises SourceError.

    only: the number of one report, from 1; the others are left out, and a number beyond the last gives nothing.
    second_reader: a library that reads a PDF once more (`pdfplumber`); what it reads otherwise is doubtful. Raises
    MissingExtra where it is not installed.
    """
    if second_reader is not None:
        require_second_reader(second_reader)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}")
    document = read(data, name, media_type)
    source = Source(
        name, document.media_type, hashlib.sha256(data).hexdigest(), len(data), len(document.pages), document.ocr
    )
    chosen = choose_scorer(engine)
    recovered = partial(_recover_parts, source=source, chosen=chosen, review_below=review_below, only=only)
    found = recovered(document)
    if second_reader is None:
        return found
    if document.media_type == media.PDF:
        scans = frozenset(page.number for page in document.pages if page.ocr)
        found = hear_second(found, second_reader, lambda: recovered(read_second(data, second_reader)), scans)
    return tuple(replace(one, parser=replace(one.parser, second_reader=second_reader)) for one in found)


def _recover_parts(
    document: Document, source: Source, chosen: Engine, review_below: float, only: int | None
) -> tuple[Recovery, ...]:
    parts = split_document(document)
    return tuple(
        replace(recover_part(part, source, chosen, review_below), part=n, parts=len(parts))
        for n, part in enumerate(parts, 1)
        if only in (None, n)
    )


def recover_part(part: Part, source: Source, chosen: Engine, review_below: float) -> Recovery:
    """Recover one report of a source that was read."""
    document = part.document
    report = read_report(document)
    tables, warnings = recover_tables(document, chosen, report)
    told = {notice.message for notice in warnings}
    rivals = {key for key in tables if _RIVALS.format(key) in told} - part.alike
    disputed = part.disputed | rivals
    tables = {key: doubt_table(table) if key in disputed else table for key, table in tables.items()}
    warnings += tuple(notice for notice in _tell_part(part) if notice.message not in told)
    findings = check_tables(tables)
    tables = {key: move_table(add_suggestions(table, findings), part.start) for key, table in tables.items()}
    failing = {f.table for f in findings if not f.holds}
    confidence = assess_report(
        [(t.confidence, t.state is TableState.MISSING, key in failing) for key, t in tables.items()], chosen.name
    )
    if disputed:
        confidence = doubt(confidence)
    doubtful = any(not f.holds and f.verdict is not Verdict.SOURCE for f in findings) or bool(disputed)
    doubtful = doubtful or is_incomplete(report, tables) or any(notice.code in REVIEWED for notice in warnings)
    return Recovery(
        report,
        source,
        tables,
        findings,
        confidence,
        confidence < review_below or doubtful,
        chosen.notices + warnings,
        Parser(__version__, chosen.weights, forms.digest()),
    )


def _tell_part(part: Part) -> tuple[Notice, ...]:
    """What the caller should know of tables and copies that stand beside those that were read."""
    notices = [Notice("several_tables", _RIVALS.format(table)) for table in forms.TABLES if table in part.disputed]
    if part.copies:
        notices.append(Notice("several_tables", "the source prints this report more than once with the same numbers"))
    if part.blank:
        notices.append(Notice("several_tables", "an empty form stands beside the tables that were read"))
    return tuple(notices)


def _doubt_report(recovery: Recovery) -> Recovery:
    """The first of several reports for a caller who asked for one: nothing of it is sure."""
    message = f"the source holds {recovery.parts} reports and this is the first: use recover_all, or cut it up"
    report = recovery.report
    report = replace(
        report,
        agency_confidence=doubt(report.agency_confidence),
        year_confidence=doubt(report.year_confidence),
    )
    return replace(
        recovery,
        report=report,
        tables={key: doubt_table(table) for key, table in recovery.tables.items()},
        confidence=doubt(recovery.confidence),
        needs_review=True,
        warnings=(*recovery.warnings, Notice("several_reports", message)),
    )


def choose_scorer(engine: str, weights: Path = WEIGHTS) -> Engine:
    """What scores the fragments: the network and the rules together (auto), the network alone, or the rules alone.

    weights: the folder of the network. It is loaded once a process.
    Without usable weights `auto` works by rules and says so; `model` raises ModelUnavailable.
    """
    if engine == "rules":
        return Engine("rules", rules.score, notices=_uncalibrated("rules"))
    try:
        learned = cached_scorer(weights)
    except ModelUnavailable as error:
        if engine == "model":
            raise
        unavailable = Notice("model_unavailable", str(error))
        return Engine("rules", rules.score, notices=(unavailable, *_uncalibrated("rules")))
    alone = engine == "model"
    scorer, fallback = (learned.score, None) if alone else (learned.combine, rules.score)
    return Engine(engine, scorer, rules.score, fallback, learned.digest, _uncalibrated(engine))


def _uncalibrated(engine: str) -> tuple[Notice, ...]:
    if is_calibrated(engine):
        return ()
    return (Notice("uncalibrated", "confidences are estimates: calibration.json is missing or fits other evidence"),)


def is_incomplete(report: Report, tables: Mapping[str, Table]) -> bool:
    """Whether a result says too little to be a report: no table, or not whose it is, or not of which year."""
    found = any(table.state is TableState.FOUND for table in tables.values())
    return not (found and report.agency and report.year)


def recover_tables(
    document: Document, engine: Engine, report: Report | None = None
) -> tuple[dict[str, Table], tuple[Notice, ...]]:
    """The tables of a document that was read, and what the caller should know of them. report: what it says of itself,
    where that was read before."""
    warnings: list[Notice] = []
    streams = find_streams(document)
    former = is_pre_2019(document) and forms.APPLICATIONS not in streams
    if former:
        warnings.append(Notice("form_unknown", "a report on a form before 2019: its figures do not fit these tables"))
        streams = {}
    filled = fill_streams(streams, engine.scorer, engine.second, engine.fallback)
    tables = {
        table: fill_to_table(found, form, engine.name, [other for other, _ in filled.values() if other is not found])
        for table, (found, form) in filled.items()
    }
    report = report or read_report(document)
    survey = Survey(document, report, {table: found for table, (found, _) in filled.items()}, former)
    empty = is_unfilled(survey)
    tables = {key: hold_back(table) if empty or is_bare(table) else table for key, table in tables.items()}
    traces = find_traces(document) if len(filled) < len(forms.TABLES) else frozenset()
    missed = {t: doubt_missing(t, survey, t in traces) for t in forms.TABLES if t not in filled}
    for table, doubts in missed.items():
        sure = min([assess_missing(engine.name, table in traces), *(d.most for d in doubts)])
        tables[table] = missing_table(table, sure)
    for table, stream in streams.items():
        if stream.rivals:
            warnings.append(Notice("several_tables", _RIVALS.format(table)))
    told = [*survey_to_warnings(survey, empty)]
    told += [warning for table, doubts in missed.items() for warning in doubts_to_warnings(table, doubts)]
    warnings += [Notice(code, message) for code, message in told]
    return {table: tables[table] for table in forms.TABLES}, tuple(dict.fromkeys(warnings))
