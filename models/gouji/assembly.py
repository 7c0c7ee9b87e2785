"""A filled template -> a Table: the value, state, place and confidence of every cell of the form."""

from collections.abc import Sequence
from dataclasses import replace

from gouji.alignment.align import FilledRow, FilledTable
from gouji.checks import Finding
from gouji.confidence import assess_cell, assess_table, doubt, weigh_cell, weigh_sums, weigh_table
from gouji.document import join_boxes
from gouji.doubts.guards import find_caps
from gouji.forms import template
from gouji.pieces import PieceKind
from gouji.placement.readings import Mark
from gouji.sums import hold
from gouji.tables import Cell, CellState, Number, Place, Suggestion, Table, TableState


def fill_to_table(
    filled: FilledTable, form_confidence: float, engine: str, beside: Sequence[FilledTable] = ()
) -> Table:
    """Every cell of the form, with its confidence. engine: whose calibration counts; beside: others of the report."""
    rows = list(enumerate(filled.template.rows))
    values: dict[str, Number | None] = {}
    for r, row in rows:
        for name, mark in zip(row.cells, filled.rows[r].placed.reading.marks, strict=True):
            values[name] = mark.value if mark else None
    residuals = weigh_sums(values, filled.template.identities)
    cells: dict[str, Cell] = {}
    bare = filled.bare
    for r, row in rows:
        for c, name in enumerate(row.cells):
            confidence = assess_cell(weigh_cell(filled, r, c, residuals, form_confidence, bare), engine)
            cells[name] = _cell(filled, filled.rows[r], filled.rows[r].placed.reading.marks[c], confidence)
    for name, most in find_caps(filled, beside).items():
        cells[name] = replace(cells[name], confidence=min(cells[name].confidence, most))
    # In the order of the form, also where the source has its columns in another one.
    cells = {name: cells[name] for name in template(filled.template.table, filled.template.form).cells}
    confidences = [cell.confidence for cell in cells.values()]
    confidence = assess_table(weigh_table(confidences, filled, residuals, form_confidence), confidences, engine)
    # On another form some of its cells are others; and no table is surer than one of its cells.
    confidence = min(confidence, form_confidence, *confidences)
    return Table(filled.template.table, TableState.FOUND, filled.template.form, filled.scorer, confidence, cells)


def missing_table(table: str, confidence: float) -> Table:
    """A table that the report does not hold."""
    return Table(table, TableState.MISSING, None, None, confidence, {})


def doubt_table(table: Table) -> Table:
    """The table with nothing in it sure: that it is missing, too."""
    cells = {name: replace(cell, confidence=doubt(cell.confidence)) for name, cell in table.cells.items()}
    return replace(table, confidence=doubt(table.confidence), cells=cells)


def move_table(table: Table, start: int) -> Table:
    """The table with its places counted from `start` characters before the text that they were counted from."""
    if not start:
        return table
    return replace(table, cells={name: _moved(cell, start) for name, cell in table.cells.items()})


def _moved(cell: Cell, start: int) -> Cell:
    where = cell.where
    if where is None or where.start is None or where.end is None:
        return cell
    return replace(cell, where=replace(where, start=where.start + start, end=where.end + start))


def _cell(filled: FilledTable, row: FilledRow, mark: Mark | None, confidence: float) -> Cell:
    if mark is None:
        # Blocks that stand side by side under one header cannot be absent one by one.
        there = row.span is not None or filled.layout.labels_first
        state = CellState.BLANK if there else CellState.ABSENT
        return Cell(None, None, state, confidence)
    state = CellState.BLANK
    if mark.kind is PieceKind.NUMBER and mark.value is not None:
        state = CellState.PRINTED
    elif mark.kind in (PieceKind.UNREAD, PieceKind.NUMBER):
        state = CellState.UNREAD
    fragments = [filled.stream.pieces[i].fragment for i in mark.pieces]
    where = Place(fragments[0].page, mark.start, mark.end, join_boxes(f.box for f in fragments))
    return Cell(mark.value, mark.text, state, confidence, where, None, mark.unit)


def add_suggestions(table: Table, findings: tuple[Finding, ...]) -> Table:
    """Where two failing sums or more point to the same other number for a cell, say so beside it."""
    if table.form is None:
        return table
    failing = {(f.check, f.at) for f in findings if f.table == table.table and not f.holds}
    if not failing:
        return table
    values = {name: cell.value for name, cell in table.cells.items()}
    wanted: dict[str, list[tuple[Number, str]]] = {}
    for identity in template(table.table, table.form).identities:
        if (identity.check, identity.at) not in failing:
            continue
        gap = hold(identity, values).gap
        for name in identity.cells:
            change = -gap if name in identity.wholes else gap
            wanted.setdefault(name, []).append(((table.cells[name].value or 0) + change, identity.check))
    cells = dict(table.cells)
    for name, wishes in wanted.items():
        if len(wishes) > 1 and len({value for value, _ in wishes}) == 1 and wishes[0][0] >= 0:
            cells[name] = replace(cells[name], suggestion=Suggestion(*wishes[-1]))
    return replace(table, cells=cells)
