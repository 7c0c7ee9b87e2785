"""Whether a table that was not found is surely not there: what the source shows, and what it leaves open.

A table is surely missing only where the source shows that it is not there: the frame of the report stands around the
place where it should be, and nothing in that place, or loose elsewhere, could be the table. Everything else is a doubt,
with what to do about it. docs/evidence.md says the same in words.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gouji.finding.sections import CLOSING, ORDER
from gouji.missing.cut_off import Cut
from gouji.missing.elsewhere import doubt_figures, doubt_wording
from gouji.missing.survey import ELSEWHERE, NAMES, NOT_SHOWN, Doubt, Survey
from gouji.pieces import Piece, PieceKind, count_strange, is_prose
from gouji.tables import Table, TableState
from gouji.text.garbled import is_garbled
from gouji.text.heading import is_empty_form
from gouji.text.labels import anchors, canonical

# The warnings that a person has to look at, however sure the tables are that were found.
REVIEWED = frozenset({"table_is_picture", "table_is_attached", "garbled_text", "cut_off", "not_a_report", "empty_form"})
_NEAR = 3  # pieces behind a label in which its number stands
_RUN, _WINDOW = 4, 8  # numbers that stand together: so many in so many pieces
_TRACES, _GLUED, _LONG = 3, 4, 300  # labels of a table in the body; labels and numbers in one text; a text too long
_TOLD = 12  # numbers that the sentences of a section tell, to be more than its summary (set)
_BARE = "text/plain"  # the media type of a text that somebody took from somewhere
_FEW_FIGURES = 3  # numbers that an example of a template may print


def doubt_missing(table: str, survey: Survey, traced: bool = False) -> list[Doubt]:
    """Why a table without a stream may be there; nothing where the source shows that it is not.

    traced: whether most of its labels stand in the source (`find_traces`).
    """
    doubts = [*_doubt_source(survey)]
    former = survey.former and survey.report.year is not None and survey.report.year < 2019
    # Before 2019 there was no such table, whatever is attached; and what a circular attaches is a form.
    if not former and (survey.is_report or survey.report.title):
        doubts += [*doubt_figures(table, survey)] or [*doubt_wording(table, survey)]
    doubts += _doubt_values(table, survey, traced)
    if not doubts and not survey.former:
        if not _is_framed(table, survey):
            doubts.append(Doubt(NOT_SHOWN, "in a part of the report that is not in the source"))
        elif not _keeps_tables(table, survey):
            doubts.append(Doubt(NOT_SHOWN, "in the page or file that this text was taken from"))
    return doubts


def _doubt_source(survey: Survey) -> Iterator[Doubt]:
    """What speaks of the whole source: that it was not read, is cut, or is something else."""
    notes = [page for page in survey.document.pages if page.note]
    if notes:
        yield Doubt(ELSEWHERE, f"on page {notes[0].number}, which could not be read")
    elif survey.document.ocr:
        yield Doubt(NOT_SHOWN, "in the scan without having been recognised")
    if is_garbled(survey.document):
        yield Doubt(
            ELSEWHERE, "in text that cannot be read", "garbled_text",
            "the text is escaped or garbled: save the source again in its own encoding (UTF-8), and parse that",
        )  # fmt: skip
    elif not survey.is_report and not (survey.report.title and (survey.document.figures or not survey.few_words)):
        yield Doubt(
            NOT_SHOWN, "in another source", "not_a_report",
            "the source does not read like an annual report on government openness (an error or login page, a notice, "
            "other statistics?): see whether it is the right file or page",
        )  # fmt: skip
    if survey.cut is not None:
        yield cut_to_doubt(survey.cut)


def cut_to_doubt(cut: Cut) -> Doubt:
    """The doubt, and the warning, of a text that breaks off."""
    place = f"inside {NAMES[cut.table]}" if cut.table else "behind a heading" if cut.heading else "before its closing"
    advice = f"the text breaks off {place}, at character {cut.start}: get the whole report (all its pages), parse that"
    return Doubt(ELSEWHERE, "in what was cut off", "cut_off", advice)


def _doubt_values(table: str, survey: Survey, traced: bool) -> Iterator[Doubt]:
    """Labels and numbers that no table took."""
    if survey.former:  # its statistics are numbers of another form
        if _has_labels(table, survey):
            yield Doubt(ELSEWHERE, "among labels of the form that stand in the source")
    elif _has_run(survey.loose) or any(found.leftover >= _RUN for found in survey.filled.values()):
        yield Doubt(ELSEWHERE, "among numbers of the source that no table took")
    elif traced or _has_labels(table, survey) or any(_is_glued(table, piece) for piece in survey.loose):
        yield Doubt(ELSEWHERE, "among labels of the form that stand in the source")
    elif any(_has_numbers(survey.pieces[at + 1 : end]) for _, at, end in survey.spans(table)):
        yield Doubt(ELSEWHERE, "among the numbers of its section")
    elif any(_is_told(table, survey.pieces[at + 1 : end]) for _, at, end in survey.spans(table)):
        yield Doubt(ELSEWHERE, "in the sentences of its section")
    elif any(_has_grid(survey.pieces[at:end]) for _, at, end in survey.spans(table)):
        yield Doubt(ELSEWHERE, "in the grid that is drawn in its section")


def _has_run(pieces: Sequence[Piece]) -> bool:
    """Whether numbers stand together that do not just count on (1 2 3 … of a menu or of pages)."""
    values = [piece.kind in (PieceKind.NUMBER, PieceKind.UNREAD) for piece in pieces]
    for i in range(len(pieces)):
        if values[i] and sum(values[i : i + _WINDOW]) >= _RUN:
            run = [p.numeral.value if p.numeral else None for p in pieces[i : i + _WINDOW] if p.is_value]
            steps = [b - a for a, b in pairwise(run) if a is not None and b is not None]
            if None in run or any(step != 1 for step in steps):
                return True
    return False


def _has_labels(table: str, survey: Survey) -> bool:
    """Whether a label of a table has its number behind it, or several stand between the headings, outside tables."""
    words = {label for label in anchors()[table] if len(label) > 2}
    first = survey.sections[0].start if survey.sections else 0
    found: set[str] = set()
    for i, piece in enumerate(survey.loose):
        if piece.label in words and piece.fragment.start >= first and not is_prose(piece):
            found.add(piece.label)
            if any(p.kind is PieceKind.NUMBER for p in survey.loose[i + 1 : i + 1 + _NEAR]):
                return True
    return len(found) >= _TRACES


def _is_glued(table: str, piece: Piece) -> bool:
    """Whether labels of a table and numbers stand in one text that is no sentence."""
    if piece.kind is not PieceKind.TEXT or ("。" in piece.fragment.text and len(piece.fragment.text) < _LONG):
        return False
    digits = re.findall("[0-9]+", piece.label)
    return len(digits) >= _GLUED and sum(w in piece.label for w in anchors()[table] if len(w) > 4) >= _GLUED


def _has_numbers(pieces: Sequence[Piece]) -> bool:
    """Whether a section prints values beside its sentences, also such as another table took."""
    return any(p.is_value and p.kind is not PieceKind.EMPTY for p in pieces) or count_strange(pieces) >= _RUN


def _is_told(table: str, pieces: Sequence[Piece]) -> bool:
    """Whether the sentences of a section name columns or rows of its table, and as many numbers as some rows hold."""
    said = "".join(canonical(p.fragment.text) for p in pieces if p.kind is PieceKind.TEXT)
    named = sum(label in said for label in anchors()[table] if len(label) > 2)
    return named >= _GLUED and len(re.findall("[0-9]+", said)) >= _TOLD


def _has_grid(pieces: Sequence[Piece]) -> bool:
    """Whether a grid is drawn behind a heading (the first piece) that does not hold the heading itself."""
    grids = [piece.fragment.grid.table if piece.fragment.grid else None for piece in pieces]
    return any(grid is not None and grid != grids[0] for grid in grids)


def _is_framed(table: str, survey: Survey) -> bool:
    """Whether the report shows the place where a table should be, between its neighbours, up to its closing."""
    last = {section.kind: section for section in survey.sections}
    there = [kind for kind in ORDER if kind in last]
    starts = [last[kind].start for kind in there]
    if starts != sorted(starts) or not set(there) & CLOSING:
        return False
    if table in last:
        return True
    # Its heading is not there. Where the numerals go on without it, the report never had it.
    at = ORDER.index(table)
    before = [last[kind].numeral for kind in ORDER[:at] if kind in last][-1:]
    after = [last[kind].numeral for kind in ORDER[at:] if kind in last][:1]
    return bool(before and after) and before[0] is not None and after[0] == before[0] + 1


def _keeps_tables(table: str, survey: Survey) -> bool:
    """Whether the source would hold the table if the report had one: it is no bare text, from which whoever took it may
    have left tables out, and something stands under the heading in place of the table."""
    if survey.document.media_type == _BARE:
        return False
    spans = survey.spans(table)
    return not spans or any(end > at + 1 for _, at, end in spans)


def is_unfilled(survey: Survey) -> bool:
    """Whether this is a notice or a template with the empty form: hardly a number, and no report of an office."""
    streams = [found.stream.pieces for found in survey.filled.values()]
    if not streams or any(_count_numbers(pieces) > _FEW_FIGURES for pieces in streams):
        return False
    named = survey.report.agency and survey.report.year
    return is_empty_form(survey.document) or not (named or _count_numbers(survey.loose) > _FEW_FIGURES)


def _count_numbers(pieces: Sequence[Piece]) -> int:
    """The numbers among some pieces; those inside their texts are looked for only where there are few others."""
    numbers = sum(piece.kind is PieceKind.NUMBER for piece in pieces)
    return numbers if numbers > _FEW_FIGURES else numbers + count_strange(pieces)


def is_bare(table: Table) -> bool:
    """Whether a table that was found prints nothing at all in its cells, no mark for nothing either."""
    return table.state is TableState.FOUND and not any(cell.text for cell in table.cells.values())


def doubts_to_warnings(table: str, doubts: Sequence[Doubt]) -> Iterator[tuple[str, str]]:
    """Code and sentence of each warning for a table without a stream: what the doubts advise, and how it is missing."""
    yield from ((d.code, d.advice) for d in doubts if d.code is not None)
    if doubts:
        yield "table_missing", f"{NAMES[table]} was not found; it may stand {doubts[0].where}"
    else:
        yield "table_missing", f"the source does not hold {NAMES[table]}"


def survey_to_warnings(survey: Survey, empty: bool) -> Iterator[tuple[str, str]]:
    """Code and sentence of what is to be told of a source whether or not a table is missing."""
    if empty:
        yield (
            "empty_form",
            "the source is the empty form, or a notice that holds it: its blanks are no report of an office",
        )
    if survey.cut is not None:
        found = cut_to_doubt(survey.cut)
        yield "cut_off", found.advice
