"""The sums (勾稽关系) of the official form, held against the printed numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.forms import Identity, template
from models.tables import Cell, CellState, Number, Table, TableState

_SURE = 0.95  # a failing sum of cells that are all this sure is the source's fault
_DOUBTFUL = 0.6  # with a cell under this, the reading is the likelier fault
_COUNTED = frozenset({CellState.PRINTED, CellState.BLANK, CellState.ABSENT})


class Verdict(StrEnum):
    """Whose fault a failing sum is."""

    SOURCE = "source"  # the numbers are surely read: the report itself is wrong
    READING = "reading"  # the reading may be wrong
    UNDECIDED = "undecided"


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

    A sum is not held where one of its cells could not be read, nor where none of them is printed.
    """
    findings = [finding for table in tables.values() for finding in _check_table(table)]
    return tuple(sorted(findings, key=lambda finding: finding.holds))


def _check_table(table: Table) -> Iterator[Finding]:
    if table.state is not TableState.FOUND or table.form is None:
        return
    for identity in template(table.table, table.form).identities:
        cells = [table.cells[name] for name in identity.cells]
        if all(cell.state in _COUNTED for cell in cells) and any(cell.value is not None for cell in cells):
            yield _hold(identity, table.cells)


def _hold(identity: Identity, cells: Mapping[str, Cell]) -> Finding:
    printed = sum((cells[name].value or 0 for name in identity.wholes), start=0)
    computed = sum((cells[name].value or 0 for name in identity.parts), start=0)
    taking_part = [cells[name] for name in identity.cells]
    holds = printed == computed
    blanks = sum(cell.value is None for cell in taking_part)
    verdict = None if holds else _judge(min(cell.confidence for cell in taking_part))
    involved = (
        identity.cells
        if holds
        else tuple(name for name in identity.cells if name in identity.wholes or cells[name].value)
    )
    return Finding(identity.check, identity.table, identity.at, printed, computed, holds, verdict, involved, blanks)


def _judge(least: float) -> Verdict:
    if least >= _SURE:
        return Verdict.SOURCE
    return Verdict.READING if least < _DOUBTFUL else Verdict.UNDECIDED
