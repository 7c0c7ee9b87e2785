"""Damage that changes what the source prints, and so the truth: rows that are not there, cells that lost something.

Every function takes a report and gives one whose cells say exactly what is still printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES
from gouji.tables import CellState
from training.tables.synthesis import TrueCell, TrueReport, TrueTable

_MARKS = ("/", "-", "—", "无", "--", "／", "－－", "空")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ABSENT = TrueCell(None, CellState.ABSENT, "")


def change_cells(report: TrueReport, table: str, changed: Mapping[str, TrueCell]) -> TrueReport:
    """The report with some cells of one table changed."""
    old = report.tables[table]
    if old is None or not changed:
        return report
    return replace(report, tables={**report.tables, table: TrueTable(table, old.form, {**old.cells, **changed})})


def _number_cells(report: TrueReport, digits: int) -> list[tuple[str, str, TrueCell]]:
    """Printed whole numbers of at least so many digits, as (table, name, cell)."""
    return [
        (table, name, cell)
        for table in TABLES
        if (held := report.tables[table]) is not None
        for name, cell in held.cells.items()
        if len(cell.text) >= digits and cell.text.isdigit() and cell.value
    ]


def mark_blanks(report: TrueReport, rng: Random) -> TrueReport:
    """Blanks shown as a mark, another one here and there: `/` in one place, `-` in the next."""
    for table in TABLES:
        held = report.tables[table]
        if held is not None:
            blanks = [name for name, cell in held.cells.items() if cell.state is CellState.BLANK and not cell.lost]
            changed = {name: TrueCell(None, CellState.BLANK, rng.choice(_MARKS)) for name in blanks}
            report = change_cells(report, table, changed)
    return report


def space_blanks(report: TrueReport, rng: Random) -> TrueReport:
    """Blanks shown as a no-break space or two."""
    for table in TABLES:
        held = report.tables[table]
        if held is not None:
            blanks = [name for name, cell in held.cells.items() if cell.state is CellState.BLANK and not cell.lost]
            cell = TrueCell(None, CellState.BLANK, rng.choice(("\u00a0", "\u00a0\u00a0", "\u3000")))
            report = change_cells(report, table, dict.fromkeys(blanks, cell))
    return report


def drop_rows(report: TrueReport, rng: Random) -> TrueReport:
    """One to three rows of table 三, or one of table 二, are not in the source: absent."""
    table = APPLICATIONS if rng.random() < 0.8 else ACTIVE_DISCLOSURE
    held = report.tables[table]
    if held is None:
        return report
    rows = held.template.rows
    if table == APPLICATIONS:
        rows = tuple(row for row in rows if len(row.under) == 2)
    dropped = rng.sample(rows, rng.randint(1, 3) if table == APPLICATIONS else 1)
    return change_cells(report, table, {cell: _ABSENT for row in dropped for cell in row.cells})


def blank_cells(report: TrueReport, rng: Random) -> TrueReport:
    """Some zeros were left empty: single cells, without a rule."""
    held = report.tables[APPLICATIONS]
    if held is None:
        return report
    zeros = [name for name, cell in held.cells.items() if cell.text == "0"]
    some = rng.sample(zeros, min(len(zeros), rng.randint(1, 12)))
    return change_cells(report, APPLICATIONS, dict.fromkeys(some, TrueCell(None, CellState.BLANK, "")))


def shorten_rows(report: TrueReport, rng: Random) -> TrueReport:
    """One or two rows of table 三 have lost a cell altogether; by convention that cell is blank."""
    held = report.tables[APPLICATIONS]
    if held is None:
        return report
    rows = rng.sample(held.template.rows, rng.randint(1, 2))
    names = [rng.choice(row.cells) for row in rows if held.cells[row.cells[0]].state is not CellState.ABSENT]
    return change_cells(report, APPLICATIONS, dict.fromkeys(names, TrueCell(None, CellState.BLANK, "", lost=True)))


def mask_digits(report: TrueReport, rng: Random) -> TrueReport:
    """A mirror masks digits: `1***`. Something is printed, but no number: unread."""
    found = _number_cells(report, 1)
    for table, name, cell in rng.sample(found, min(len(found), rng.randint(1, 3))):
        text = "****" if rng.random() < 0.3 else cell.text[0] + "***"
        report = change_cells(report, table, {name: TrueCell(None, CellState.UNREAD, text)})
    return report


def lose_digits(report: TrueReport, rng: Random) -> TrueReport:
    """A digit is lost between spans. The value is what is printed then; only a sum can tell."""
    found = _number_cells(report, 2)
    for table, name, cell in rng.sample(found, min(len(found), rng.randint(1, 2))):
        at = rng.randrange(len(cell.text))
        text = cell.text[:at] + cell.text[at + 1 :]
        report = change_cells(report, table, {name: TrueCell(int(text), CellState.PRINTED, text)})
    return report


def widen_digits(report: TrueReport, rng: Random) -> TrueReport:
    """All digits of the tables are full-width."""
    for table in TABLES:
        held = report.tables[table]
        if held is not None:
            wide = {name: replace(cell, text=cell.text.translate(_WIDE)) for name, cell in held.cells.items()}
            report = change_cells(report, table, wide)
    return report


TRUTH_CORRUPTIONS: Mapping[str, Callable[[TrueReport, Random], TrueReport]] = {
    "mixed_blank_marks": mark_blanks,
    "nbsp_blanks": space_blanks,
    "rows_dropped": drop_rows,
    "cells_blanked": blank_cells,
    "short_rows": shorten_rows,
    "masked_digits": mask_digits,
    "digits_lost": lose_digits,
    "full_width_digits": widen_digits,
}
