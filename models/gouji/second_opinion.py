"""The opinion of a second reader: what it reads otherwise is doubtful, and never becomes the answer.

The same source, read by another library and recovered on the same path. Where both give a cell the same value and state
nothing changes. Where the second gives another one, the cell keeps what was read first, with its confidence held under
what counts as sure. What the second could not read, or not find, is no opinion; that is told.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from gouji.confidence import doubt
from gouji.document import Document, SourceError
from gouji.readers.media import PDF
from gouji.results import Notice, Recovery
from gouji.tables import Cell, CellState, Table, TableState

DISAGREE, UNHEARD = "readers_disagree", "no_second_opinion"  # codes of warnings
_NAMED = 5  # cells that a message names


def hear_second(
    found: tuple[Recovery, ...],
    document: Document,
    reader: str | None,
    again: Callable[[str], tuple[Recovery, ...]],
) -> tuple[Recovery, ...]:
    """The reports of a source, each with what a second reader says of it, where one was asked for and can read it.

    document: what was read first. A table on a scanned page, which no second reader reads, stays as it is.
    reader: its name.  again: recovers the reports of the same source from what it reads; may raise SourceError.
    """
    if reader is None:
        return found
    found = tuple(replace(one, parser=replace(one.parser, second_reader=reader)) for one in found)
    if document.media_type != PDF:
        return found
    scans = frozenset(page.number for page in document.pages if page.ocr)
    try:
        seconds = again(reader)
    except SourceError as error:
        return tuple(_tell(one, Notice(UNHEARD, f"{reader}: {error}")) for one in found)
    if [one.parts for one in found] != [one.parts for one in seconds]:
        notice = Notice(UNHEARD, f"{reader} finds another number of reports")
        return tuple(_tell(one, notice) for one in found)
    return tuple(_hold_against(*pair, reader, scans) for pair in zip(found, seconds, strict=True))


def _hold_against(first: Recovery, second: Recovery, reader: str, scans: Collection[int]) -> Recovery:
    """One report held against what a second reader gives of it."""
    tables = dict(first.tables)
    disputes: list[Notice] = []
    unheard: list[str] = []
    for key, table in first.tables.items():
        other = second.tables[key]
        if table.state is TableState.MISSING:
            if other.state is TableState.FOUND:
                tables[key] = replace(table, confidence=doubt(table.confidence))
                disputes.append(Notice(DISAGREE, f"{reader} finds a table {key}, which was not found"))
        elif other.state is TableState.MISSING or _stands_on(table, scans):
            unheard.append(key)
        elif names := [name for name, cell in table.cells.items() if _differ(cell, other.cells.get(name))]:
            tables[key] = _doubt_cells(table, names)
            disputes.append(Notice(DISAGREE, _name_cells(reader, key, names)))
    if disputes:
        first = replace(first, tables=tables, confidence=doubt(first.confidence), needs_review=True)
    if unheard:
        disputes.append(Notice(UNHEARD, f"{reader} does not read {', '.join(unheard)}"))
    return _tell(first, *disputes)


def _tell(recovery: Recovery, *notices: Notice) -> Recovery:
    return replace(recovery, warnings=recovery.warnings + notices)


def _stands_on(table: Table, pages: Collection[int]) -> bool:
    return any(cell.where is not None and cell.where.page in pages for cell in table.cells.values())


def _differ(cell: Cell, other: Cell | None) -> bool:
    """Whether a second reading contradicts the first. A cell that is in no form of the second reading does."""
    if other is None:
        return True
    return other.state is not CellState.UNREAD and (other.value, other.state) != (cell.value, cell.state)


def _doubt_cells(table: Table, names: Collection[str]) -> Table:
    cells = {
        name: replace(cell, confidence=doubt(cell.confidence)) if name in names else cell
        for name, cell in table.cells.items()
    }
    return replace(table, cells=cells, confidence=doubt(table.confidence))  # no table is surer than one of its cells


def _name_cells(reader: str, table: str, names: list[str]) -> str:
    named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"{reader} reads {len(names)} cell{'s' * (len(names) > 1)} of {table} otherwise: {named}"
