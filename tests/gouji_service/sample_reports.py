"""Recoveries made by hand from a seed, for tests of what happens after the recovery. Every sum of theirs holds."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from gouji import forms
from gouji.checks import Finding, Verdict
from gouji.results import Notice, Parser, Recovery, Source
from gouji.tables import Cell, CellState, Place, Table, TableState
from gouji.text.heading import Report

PARSER = Parser(version="0.1.0", model=None, forms=forms.digest())


def sample_text(seed: int, agency: str | None = None, year: int | None = None) -> bytes:
    """The bytes that stand for a report. `sample_recovery` reads agency, year and seed back from them."""
    return f"{agency or f'龙湾区第{seed}号局'}\n{year or 2018 + seed % 7}\n{seed}\n".encode()


def _printed(value: int | Decimal, confidence: float, page: int = 1) -> Cell:
    where = Place(page, 10, 10 + len(str(value)))
    return Cell(value, str(value), CellState.PRINTED, confidence, where)


def sample_table(name: str, form: str, rng: random.Random, confidence: float) -> Table:
    """A table whose cells are 0 or small numbers, a blank here and there, with sums that hold where they are easy."""
    cells = {cell: _printed(rng.choice((0, 0, 0, 1, 2, 7)), confidence) for cell in forms.template(name, form).cells}
    if name == forms.ACTIVE_DISCLOSURE:
        last = next(reversed(cells))
        cells[last] = _printed(Decimal("12.5"), confidence)
        cells[next(iter(cells))] = Cell(None, "/", CellState.BLANK, confidence, Place(1, 3, 4))
    return Table(name, TableState.FOUND, form, "rules", confidence, cells)


def set_cells(recovery: Recovery, table: str, cells: Mapping[str, Cell]) -> Recovery:
    """The same recovery with some cells of a table read otherwise."""
    old = recovery.tables[table]
    new = replace(old, cells={**old.cells, **cells})
    return replace(recovery, tables={**recovery.tables, table: new})


def sample_recovery(data: bytes, *, confidence: float | None = None, unsure: int = 0, form: str = "2021") -> Recovery:
    """What a parser would make of `sample_text`: the numbers depend on the seed alone.

    confidence: of report and cells; None spreads reports evenly over 0.80 to 1. unsure: failing sums of no verdict.
    """
    agency, year, printed, *_ = data.decode().split("\n")
    seed = int(printed)
    rng = random.Random(seed)
    sure = round(0.8 + 0.2 * (seed % 20) / 20, 4) if confidence is None else confidence
    tables = {name: sample_table(name, form, rng, sure) for name in forms.TABLES}
    if seed % 5 == 4:
        tables[forms.REVIEW_LITIGATION] = Table(forms.REVIEW_LITIGATION, TableState.MISSING, None, None, sure)
    identities = forms.template(forms.APPLICATIONS, form).identities
    checks = tuple(
        Finding(i.check, i.table, i.at, 3, 3, True, None, i.cells)
        if n >= unsure
        else Finding(i.check, i.table, i.at, 3, 4, False, Verdict.UNDECIDED, i.cells)
        for n, i in enumerate(identities)
    )
    return Recovery(
        report=Report(f"{agency}{year}年政府信息公开工作年度报告", agency, int(year), "hans", 0.97, 0.99),
        source=Source(f"{seed}.txt", "text/plain", hashlib.sha256(data).hexdigest(), len(data), 1, False),
        tables=tables,
        checks=checks,
        confidence=sure,
        needs_review=sure < 0.95 or unsure > 0,
        warnings=(Notice("sample", "made by hand"),),
        parser=PARSER,
    )
