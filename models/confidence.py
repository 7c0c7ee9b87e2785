"""Posteriors and residuals -> the confidence of cells, tables and reports."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.alignment.align import FilledTable, mark_confidence
from models.forms import Identity
from models.tables import Number


@dataclass(frozen=True, slots=True)
class Residuals:
    """For each cell, how many of the sums it takes part in hold and fail with at least one number that is not 0."""

    holding: Mapping[str, int]
    failing: Mapping[str, int]


def weigh_sums(values: Mapping[str, Number | None], identities: tuple[Identity, ...]) -> Residuals:
    """Hold the sums against values (a blank counts as 0)."""
    holding = dict.fromkeys(values, 0)
    failing = dict.fromkeys(values, 0)
    for identity in identities:
        whole = sum((values[c] or 0 for c in identity.wholes), start=0)
        part = sum((values[c] or 0 for c in identity.parts), start=0)
        if whole == part == 0 and not any(values[c] for c in identity.cells):
            continue
        counts = holding if whole == part else failing
        for cell in identity.cells:
            counts[cell] += 1
    return Residuals(holding, failing)


def assess_cell(table: FilledTable, row: int, column: int, ocr: float | None, residuals: Residuals) -> float:
    """The confidence of one cell."""
    filled = table.rows[row]
    confidence = mark_confidence(table, filled, column)
    cell = table.template.rows[row].cells[column]
    failing, holding = residuals.failing.get(cell, 0), residuals.holding.get(cell, 0)
    mark = filled.placed.reading.marks[column]
    doubtful = confidence < 0.98 or (mark is not None and not mark.certain)
    if failing and doubtful:
        confidence *= 0.75 if holding else 0.6
    elif holding and not failing and mark is not None and mark.value and not filled.placed.runner_up:
        # Where the placement was open, the sums have already spoken in it.
        confidence = 1 - (1 - confidence) * 0.5**holding
    if ocr is not None:
        confidence *= 0.5 + 0.5 * ocr if not holding else 0.9 + 0.1 * ocr
    if table.stream.rivals:
        confidence *= 0.9
    return min(max(confidence, 0.0), 0.9999)


def join_confidences(confidences: list[float]) -> float:
    """The confidence that every cell is right. Errors of one table come together, so this is no plain product."""
    if not confidences:
        return 0.0
    least = min(confidences)
    mean_doubt = sum(1 - c for c in confidences)
    return max(0.0, least - min(0.5 * least, 0.1 * math.log1p(mean_doubt) * (1 - least)))
