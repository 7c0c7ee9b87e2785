"""Corrected reports -> labelled streams: what people said of a report as training examples.

A corrected report is a source with true tables and has no marks that say which piece is which cell. They are derived:
the library aligns the stream of each table with the form that the truth names, and the alignment is held to the truth.
A number can take a cell only where the truth has that very value there, and every printed cell must be taken; where
digits stand glued or fell apart, the library's own reading counts if it gives the whole table as it is true. No label
is made up: a table of which this cannot be done beyond doubt is left out and counted, and a piece of a table that is
used of which neither truth nor alignment say for sure what it is carries `IGNORED` and teaches nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.truth import Record, TrueCell, TrueTable, read_set
from gouji.alignment.align import FilledTable, Scorer, fill, locate
from gouji.alignment.lattice import FIRST_VALUE, GROUP, LABEL, Alignment, Emissions, decode, slots_a_row
from gouji.document import SourceError
from gouji.finding.streams import find_streams
from gouji.forms import Template, template
from gouji.layouts.columns import columns_to_rows
from gouji.pieces import CellStream, Piece, PieceKind
from gouji.placement.readings import Mark
from gouji.readers import read
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import CONFIGURATION
from gouji.tables import CellState
from training.network.batches import IGNORED
from training.network.targets import Labelled

Ints = NDArray[np.int64]
SURE = 0.9  # posterior from which the alignment, held to the truth, is believed
UNREADABLE = "the source cannot be read"
NO_STREAM = "the source does not seem to hold the table"
NO_NUMBER = "the table prints no number, so nothing holds the alignment"
NOT_PRINTED = "a number of the truth stands nowhere in the table of the source"
OUT_OF_ORDER = "the numbers do not stand in the order of the form"
AMBIGUOUS = "several pieces may be the same cell"
LEFT_OVER = "the source prints a number or a mark beside a cell, and the truth has no cell for it"
MISPLACED = "blanks that the source shows stand in other columns than the truth says"
_LEAST = 1e-4  # likelihood ratio of what the truth says and the scorer excludes


@dataclass(frozen=True, slots=True)
class Derived:
    """What can be learned from corrected reports. left_out: how many tables were left out, by the reason."""

    labelled: tuple[Labelled, ...]
    left_out: Mapping[str, int]
    reports: int

    def tell(self) -> str:
        """The counts in words, a line a reason."""
        lines = [f"{self.reports} corrected reports: {len(self.labelled)} tables are learned from"]
        lines += [f"  {count} left out: {reason}" for reason, count in sorted(self.left_out.items())]
        return "\n".join(lines)


def read_corrected(paths: Iterable[Path]) -> list[Record]:
    """The corrected reports of exported files; of a report that stands in several, the last one counts."""
    return list({record.id: record for path in paths for record in read_set(path)}.values())


def share_out(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """The reports that the network learns from, and those that are kept from it, for calibration: about one in three.

    A report is always on the same side, told by its id alone: a confidence is measured on what nothing was fitted on.
    """
    sides: tuple[list[Record], list[Record]] = [], []
    for record in records:
        sides[hashlib.sha256(record.truth_id.encode()).digest()[0] % 3 == 0].append(record)
    return sides


def not_learned(records: Sequence[Record], weights: Path) -> list[Record]:
    """The reports that the network of a folder did not learn from: all, if it learned from none (or there is none)."""
    path = weights / CONFIGURATION
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return share_out(records)[1] if "corrected" in told.get("training", {}) else list(records)


def label_corrected(records: Iterable[Record], scorer: Scorer | None = None) -> Derived:
    """Derive the labels of every table of the reports. scorer: None for the one that serves (`auto`)."""
    chosen = scorer or choose_scorer("auto").scorer
    labelled: list[Labelled] = []
    left_out: Counter[str] = Counter()
    reports = 0
    for record in records:
        reports += 1
        for outcome in label_record(record, chosen):
            if isinstance(outcome, Labelled):
                labelled.append(outcome)
            else:
                left_out[outcome] += 1
    return Derived(tuple(labelled), dict(left_out), reports)


def label_record(record: Record, scorer: Scorer) -> list[Labelled | str]:
    """For each table that the truth holds its labelled stream, or why there is none."""
    true = [held for held in record.truth.tables.values() if held is not None]
    try:
        streams = find_streams(read(record.content, record.name, record.media_type))
    except SourceError:
        return [UNREADABLE] * len(true)
    return [
        label_table(columns_to_rows(streams[t.table]), t, scorer) if t.table in streams else NO_STREAM for t in true
    ]


def label_table(stream: CellStream, truth: TrueTable, scorer: Scorer) -> Labelled | str:
    """The stream with the state of each piece (`IGNORED` where it is not sure), or why it cannot be told."""
    form = template(truth.table, truth.form)
    printed = [cell.value for cell in truth.cells.values() if cell.state is CellState.PRINTED]
    if not any(value is not None for value in printed):
        return NO_NUMBER
    held = Counter(p.numeral.value for p in stream.pieces if p.kind is PieceKind.NUMBER and p.numeral is not None)
    reason = NOT_PRINTED
    if Counter(printed) <= held:
        outcome = _align_to_truth(stream, form, truth, scorer)
        if not isinstance(outcome, str):
            return Labelled(stream, form, outcome)
        reason = outcome
    if reason in (NOT_PRINTED, OUT_OF_ORDER):
        read_states = _read_as_true(stream, form, truth, scorer)
        if read_states is not None:
            return Labelled(stream, form, read_states)
    return reason


def _align_to_truth(stream: CellStream, form: Template, truth: TrueTable, scorer: Scorer) -> Ints | str:
    """States from an alignment in which each printed cell is taken by a piece of its very value."""
    state_of = _cell_states(form)
    required = {state_of[name] for name, cell in truth.cells.items() if cell.state is CellState.PRINTED}
    fits = {state_of[name]: np.array([_fits(p, cell) for p in stream.pieces]) for name, cell in truth.cells.items()}
    alignment = decode(form, _hold_to(scorer(stream, form), form, truth, fits), required)
    taken = [int(state) for state in alignment.path if state in required]
    if len(taken) != len(required):
        return OUT_OF_ORDER
    if not all(fits[s][i] for i, s in enumerate(alignment.path.tolist()) if s in fits):
        return OUT_OF_ORDER
    if min(alignment.slot_marginal[np.isin(alignment.path, list(required))]) < SURE:
        return AMBIGUOUS
    if _left_beside(stream, alignment):
        return LEFT_OVER
    if _misplaced(stream, alignment):
        return MISPLACED
    return _sure_states(stream, alignment)


def _fits(piece: Piece, cell: TrueCell) -> bool:
    """Whether a piece alone can be what a cell truly prints."""
    if cell.state is CellState.PRINTED:
        return piece.kind is PieceKind.NUMBER and piece.numeral is not None and piece.numeral.value == cell.value
    if cell.state is CellState.BLANK:
        return piece.kind in (PieceKind.EMPTY, PieceKind.MARK)
    return cell.state is CellState.UNREAD and piece.kind is PieceKind.UNREAD


def _hold_to(
    emissions: Emissions, form: Template, truth: TrueTable, fits: Mapping[int, NDArray[np.bool_]]
) -> Emissions:
    """The scores with what the truth rules out at 0, and nothing that it demands excluded."""
    take, width = emissions.take.copy(), slots_a_row(form)
    for r, row in enumerate(form.rows):
        base = 1 + r * width
        for state in range(base + FIRST_VALUE, base + FIRST_VALUE + len(row)):
            take[:, state] = np.where(fits[state], np.maximum(take[:, state], _LEAST), 0)
        if all(truth.cells[name].state is CellState.ABSENT for name in row.cells):
            take[:, base + LABEL] = 0
    return replace(emissions, take=take, pass_over=np.maximum(emissions.pass_over, _LEAST))


def _left_beside(stream: CellStream, alignment: Alignment) -> bool:
    """Whether a number or a mark that no cell took stands in one run of values with some that cells did.

    A run begins with its label; what stands behind a label that is none of the form's is another matter.
    """
    width = slots_a_row(alignment.template)
    slots = np.where(alignment.path > 0, (alignment.path - 1) % width, -1)
    left = taken = False
    for piece, slot in zip(stream.pieces, slots.tolist(), strict=True):
        if piece.kind is PieceKind.TEXT:
            left, taken = False, slot == LABEL
        elif slot >= FIRST_VALUE:
            taken = True
        elif piece.kind is not PieceKind.EMPTY:
            left = True
        if left and taken:
            return True
    return False


def _misplaced(stream: CellStream, alignment: Alignment) -> bool:
    """Whether a row that shows a piece for each of its places has some cell in another place, or a blank between two
    cells that belongs to neither."""
    rows, width = alignment.template.rows, slots_a_row(alignment.template)
    path = alignment.path.tolist()
    runs: list[list[int]] = [[]]
    for i, piece in enumerate(stream.pieces):
        if piece.is_value:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    for run in runs:
        places = [(k, divmod(path[i] - 1, width)) for k, i in enumerate(run) if path[i] > 0]
        if len({row for _, (row, _) in places}) == 1:
            row = places[0][1][0]
            if len(run) == len(rows[row]) and any(slot - FIRST_VALUE != k for k, (_, slot) in places):
                return True
        for (k, (row, _)), (later, (other, _)) in pairwise(places):
            if row == other and later > k + 1:
                return True
    return False


def _sure_states(stream: CellStream, alignment: Alignment) -> Ints:
    """The states of a path, `IGNORED` where the alignment is not sure.

    Words behind the first value that took no slot may be the rest of a label that wraps around its values: not none.
    """
    states = np.maximum(alignment.path, 0).astype(np.int64)
    states[alignment.slot_marginal < SURE] = IGNORED
    width = slots_a_row(alignment.template)
    slots = np.where(alignment.path > 0, (alignment.path - 1) % width, -1)
    states[slots == GROUP] = IGNORED
    values = np.flatnonzero(slots >= FIRST_VALUE)
    first = int(values[0]) if len(values) else 0
    words = np.array([p.kind is not PieceKind.EMPTY and not _has_digit(p.fragment.text) for p in stream.pieces])
    states[words & (alignment.path < 0) & (np.arange(len(states)) > first)] = IGNORED
    return states


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _read_as_true(stream: CellStream, form: Template, truth: TrueTable, scorer: Scorer) -> Ints | None:
    """States from the library's own reading, if that is the truth in every cell: glued digits, numbers that fell apart.

    As in targets.py a piece of a number carries the slot of its cell, and a piece of several cells that of the first.
    """
    located = locate(stream, form, scorer)
    filled = fill(located)
    marks = {
        name: mark
        for row, read_row in zip(form.rows, filled.rows, strict=True)
        for name, mark in zip(row.cells, read_row.placed.reading.marks, strict=True)
    }
    if not all(_says(mark, truth.cells[name]) for name, mark in marks.items()):
        return None
    read_from = {i for mark in marks.values() if mark is not None for i in mark.pieces}
    of_rows = {i for row in filled.rows if row.span is not None for i in row.span.values}
    if any(stream.pieces[i].kind is PieceKind.NUMBER for i in of_rows - read_from):
        return None
    return _marks_to_states(filled, located.alignment, marks)


def _says(mark: Mark | None, cell: TrueCell) -> bool:
    if cell.state is CellState.PRINTED:
        return mark is not None and mark.value == cell.value
    if cell.state is CellState.UNREAD:
        return mark is not None and mark.value is None and mark.kind is PieceKind.UNREAD
    return mark is None or (mark.value is None and mark.kind in (PieceKind.EMPTY, PieceKind.MARK))


def _marks_to_states(filled: FilledTable, alignment: Alignment, marks: Mapping[str, Mark | None]) -> Ints:
    state_of = _cell_states(alignment.template)
    states = _sure_states(filled.stream, alignment)
    # Which cell a value belongs to was said by placement, not by this path.
    for i, piece in enumerate(filled.stream.pieces):
        if piece.is_value:
            states[i] = IGNORED
    for name, mark in list(marks.items())[::-1]:
        for i in mark.pieces if mark is not None else ():
            states[i] = state_of[name]
    return states


def _cell_states(form: Template) -> dict[str, int]:
    width = slots_a_row(form)
    return {
        name: 1 + r * width + FIRST_VALUE + c for r, row in enumerate(form.rows) for c, name in enumerate(row.cells)
    }
