"""The tables of one document: find their streams, score and align them, make tables of them, and say of each that was
not found how surely it is not there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from gouji import forms
from gouji.alignment.align import FilledTable, locate
from gouji.alignment.choose import fill_streams
from gouji.alignment.whole import suffices
from gouji.assembly import doubt_table, fill_to_table, missing_table
from gouji.confidence import assess_missing
from gouji.document import Document
from gouji.finding.streams import find_streams, find_traces
from gouji.layouts.layout import read_layout
from gouji.missing.absence import doubt_missing, doubts_to_warnings, is_bare, is_unfilled, survey_to_warnings
from gouji.missing.survey import Survey
from gouji.results import Notice
from gouji.scoring.engines import Engine
from gouji.tables import Table
from gouji.text.heading import Report, is_pre_2019, read_report
from gouji.text.remembering import forget_long_texts

_FORMER = Notice("form_unknown", "a report on a form before 2019: its figures do not fit these tables")


@dataclass(frozen=True, slots=True)
class Recovered:
    """The three tables, what the caller should know of them, and which of them the document holds more than once."""

    tables: dict[str, Table]
    warnings: tuple[Notice, ...]
    rivals: frozenset[str] = frozenset()


@contextmanager
def forgetting() -> Iterator[None]:
    """What is remembered of a source is forgotten at its end: nobody asks for it again, and a large one would stay."""
    try:
        yield
    finally:
        forget_long_texts()
        for remembered in (locate, read_layout, suffices):
            remembered.cache_clear()


def recover_tables(document: Document, engine: Engine, report: Report | None = None) -> Recovered:
    """The tables of a document that was read. report: what it says of itself, where that was read before."""
    streams = find_streams(document)
    former = is_pre_2019(document) and forms.APPLICATIONS not in streams
    if former:
        streams = {}
    filled = fill_streams(streams, engine.scorer, engine.second, engine.fallback)
    tables = {
        table: fill_to_table(found, form, engine.name, [other for other, _ in filled.values() if other is not found])
        for table, (found, form) in filled.items()
    }
    survey = Survey(document, report or read_report(document), {t: found for t, (found, _) in filled.items()}, former)
    empty = is_unfilled(survey)
    tables = {key: doubt_table(table) if empty or is_bare(table) else table for key, table in tables.items()}
    missing, told = _miss_tables(survey, engine)
    rivals = [table for table, stream in streams.items() if stream.rivals]
    warnings = [_FORMER] * former + [tell_rivals(table) for table in rivals]
    warnings += [Notice(*each) for each in survey_to_warnings(survey, empty)] + told
    tables |= missing
    ordered = {table: tables[table] for table in forms.TABLES}
    return Recovered(ordered, tuple(dict.fromkeys(warnings)), frozenset(rivals))


def _miss_tables(survey: Survey, engine: Engine) -> tuple[dict[str, Table], list[Notice]]:
    """The tables that were not found, as surely missing as the source shows, and what is to be told of them."""
    filled: Mapping[str, FilledTable] = survey.filled
    traces = find_traces(survey.document) if len(filled) < len(forms.TABLES) else frozenset()
    missing: dict[str, Table] = {}
    told: list[Notice] = []
    for table in forms.TABLES:
        if table not in filled:
            doubts = doubt_missing(table, survey, table in traces)
            sure = min([assess_missing(engine.name, table in traces), *(doubt.most for doubt in doubts)])
            missing[table] = missing_table(table, sure)
            told += [Notice(*each) for each in doubts_to_warnings(table, doubts)]
    return missing, told


def tell_rivals(table: str) -> Notice:
    """The notice of a table that stands in the source more than once."""
    return Notice("several_tables", f"the source holds more than one {table}; the fullest was read")
