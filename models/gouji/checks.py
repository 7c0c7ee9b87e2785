"""The sums (勾稽关系) of the official form, held against the printed numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gouji.forms import Identity, template
from gouji.sums import SURE, hold, involved_cells
from gouji.tables import Cell, CellState, Number, Table, TableState

_DOUBTFUL = 0.6  # set: with a cell under this, the reading is the likelier fault
READ = frozenset({CellState.PRINTED, CellState.BLANK})  # what a sum may speak of


class Verdict(StrEnum):
    """Whose fault a failing sum is."""

    SOURCE = "source"  # the numbers are surely read: the report itself is wrong
    READING = "reading"  # the reading may be wrong
    UNDECIDED = "undecided"
    CORRECTION = "correction"  # a person gave one of its numbers: only of kept results


@dataclass(frozen=True, slots=True)
class Finding:
    """One sum held against the printed numbers. A blank among them counts as 0; `blanks` says how many."""

    check: str
    table: str
    at: str
    printed: Number
    computed: Number
    holds: bool
    verdict: Verdict | None
    cells: tuple[str, ...]
    blanks: int = 0


def check_tables(tables: Mapping[str, Table]) -> tuple[Finding, ...]:
    """Hold every sum of every table found; the failing ones come first.

    A sum speaks only of what was read: none is held where one of its cells is absent or could not be read, nor where
    none of them is printed.
    """
    findings = [finding for table in tables.values() for finding in _check_table(table)]
    return tuple(sorted(findings, key=lambda finding: finding.holds))


def _check_table(table: Table) -> Iterator[Finding]:
    if table.state is not TableState.FOUND or table.form is None:
        return
    for identity in template(table.table, table.form).identities:
        cells = [table.cells[name] for name in identity.cells]
        if all(cell.state in READ for cell in cells) and any(cell.value is not None for cell in cells):
            yield _hold(identity, table.cells)


def _hold(identity: Identity, cells: Mapping[str, Cell]) -> Finding:
    taking_part = [cells[name] for name in identity.cells]
    held = hold(identity, {name: cells[name].value for name in identity.cells})
    verdict = None if held.holds else judge(min(cell.confidence for cell in taking_part))
    where = identity.check, identity.table, identity.at
    return Finding(*where, held.whole, held.part, held.holds, verdict, involved_cells(held), held.blanks)


def judge(least: float) -> Verdict:
    """Whose fault a failing sum is, by the confidence of the least sure of its cells."""
    if least >= SURE:
        return Verdict.SOURCE
    return Verdict.READING if least < _DOUBTFUL else Verdict.UNDECIDED
