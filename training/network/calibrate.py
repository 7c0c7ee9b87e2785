"""Fit the confidences: `python -m training.network.calibrate --documents 2400`.

Draws documents of the calibration split, which neither the network nor any test set shares, one in six of them in a
layout that no network was trained on (unfamiliar.py), lets each engine read them, and fits a logistic regression of
"value and state are what the source prints" on the evidence of each cell, each table and each report
(`gouji.confidence`). Tables are fitted on confidences of cells that were fitted on the other half of the documents,
reports likewise, so that no stage trusts what it was itself fitted on. Corrected reports that a store exported
(`gouji export --corrected`) are added by `--corrected FILE`; where the network learned from corrected
reports, only those that were kept from it.

Writes models/gouji/weights/calibration.json. Platt 1999; iteratively reweighted least squares with a ridge.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from eval.truth import Record, Truth, read_record
from gouji.alignment.align import FilledTable
from gouji.alignment.choose import fill_streams
from gouji.confidence import (
    CALIBRATION_PATH,
    CELL_EVIDENCE,
    OPEN,
    REPORT_EVIDENCE,
    TABLE_EVIDENCE,
    Residuals,
    weigh_cell,
    weigh_report,
    weigh_sums,
    weigh_table,
)
from gouji.document import SourceError
from gouji.doubts.guards import find_caps
from gouji.finding.streams import find_streams, find_traces
from gouji.forms import TABLES
from gouji.pieces import PieceKind
from gouji.placement.readings import Mark
from gouji.readers import read
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import WEIGHTS
from gouji.tables import CellState, Number
from training.damage.unfamiliar import sample_unfamiliar
from training.network.logistic import Floats, apply_logistic, fit_logistic
from training.network.tokens import RenderedDocument
from training.sets.corrected import not_learned, read_corrected
from training.sets.dataset import document_to_record
from training.tables.sampling import sample_document

ENGINES = ("auto", "model", "rules")
_UNFAMILIAR = 6
_FOR = ("row", "slot", "placed", "form", "holding", "least", "mean", "sum")
_AGAINST = (
    "uncertain", "unlabelled", "failing", "failing_open", "leftover", "rivals", "disagree", "disagree_open",
    "missing_row", "bounded", "doubtful_row", "unscored", "doubts", "worst_rows", "strange",
    "strange_empty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table of one document as an engine read it, with what was right. Evidence of cells: [cells, features]."""

    document: str
    table: str
    found: bool
    right_state: bool  # found where it is, missing where it is not
    cells: NDArray[np.float32]
    right: NDArray[np.bool_]
    filled: FilledTable | None
    residuals: Residuals | None
    form: float
    exact: bool
    traced: bool = False  # not found, though its labels stand in the source


def read_tables(record: Record, engine: str, weights: Path = WEIGHTS) -> list[ReadTable]:
    """Let an engine read a document and hold it against its truth. A document that cannot be read gives nothing."""
    try:
        document = read(record.content, record.name, record.media_type)
    except SourceError:
        return []
    chosen = choose_scorer(engine, weights)
    streams = fill_streams(find_streams(document), chosen.scorer, chosen.second, chosen.fallback)
    traces = find_traces(document) if len(streams) < len(TABLES) else frozenset()
    tables = []
    for table in TABLES:
        true = record.truth.tables[table]
        if table not in streams:
            tables.append(_lost_table(record, table, table in traces))
            continue
        filled, form = streams[table]
        marks = _name_marks(filled)
        residuals = weigh_sums({n: m.value if m else None for n, m in marks.items()}, filled.template.identities)
        bare = filled.bare
        evidence = [
            weigh_cell(filled, r, c, residuals, form, bare)
            for r, row in enumerate(filled.template.rows)
            for c in range(len(row))
        ]
        right = np.array([_is_right(record.truth, table, filled, name, mark) for name, mark in marks.items()])
        same_form = true is not None and (true.form == filled.template.form or set(true.cells) == set(marks))
        exact = bool(right.all()) and same_form
        cells = np.array(evidence, np.float32)
        held = true is not None
        tables.append(ReadTable(record.id, table, True, held, cells, right, filled, residuals, form, exact))
    return tables


def _lost_table(record: Record, table: str, traced: bool) -> ReadTable:
    empty, gone = np.zeros((0, len(CELL_EVIDENCE)), np.float32), record.truth.tables[table] is None
    return ReadTable(record.id, table, False, gone, empty, np.zeros(0, np.bool_), None, None, 1.0, gone, traced)


def _name_marks(filled: FilledTable) -> dict[str, Mark | None]:
    return {
        name: mark
        for row, read_row in zip(filled.template.rows, filled.rows, strict=True)
        for name, mark in zip(row.cells, read_row.placed.reading.marks, strict=True)
    }


def _is_right(truth: Truth, table: str, filled: FilledTable, name: str, mark: Mark | None) -> bool:
    true = truth.tables[table]
    if true is None or name not in true.cells:
        return False
    cell = true.cells[name]
    value: Number | None = mark.value if mark is not None and mark.kind is PieceKind.NUMBER else None
    if value is not None:
        return cell.state is CellState.PRINTED and cell.value == value
    if mark is not None and mark.kind in (PieceKind.UNREAD, PieceKind.NUMBER):
        return cell.state is CellState.UNREAD
    if mark is not None:
        return cell.state is CellState.BLANK
    row = next(r for r, each in enumerate(filled.template.rows) if name in each.cells)
    there = filled.rows[row].span is not None or filled.layout.labels_first
    return cell.state is (CellState.BLANK if there else CellState.ABSENT)


def signs_of(names: Sequence[str]) -> list[int]:
    """What each piece of evidence can only speak for (1) or against (-1); 0 where it may be either."""
    return [(name in _FOR) - (name in _AGAINST) for name in names]


def calibrate_engine(tables: Sequence[ReadTable]) -> dict[str, object]:
    """Fit cells, then tables on cells of the other half, then reports on tables of the other half."""
    found = [t for t in tables if t.found]
    documents = sorted({t.document for t in tables})
    half = {document: k % 2 for k, document in enumerate(documents)}

    def fit_cells(chosen: Iterable[ReadTable]) -> tuple[Floats, Floats]:
        rows = list(chosen)
        evidence = np.concatenate([t.cells for t in rows]).astype(np.float64)
        right = np.concatenate([t.right for t in rows]).astype(float)
        opened = evidence[:, OPEN] > 0
        signs = signs_of(CELL_EVIDENCE)
        return fit_logistic(evidence[~opened], right[~opened], signs), fit_logistic(
            evidence[opened], right[opened], signs
        )

    cells, open_cells = fit_cells(found)
    halves = [fit_cells(t for t in found if half[t.document] != side) for side in (0, 1)]
    evidence = {}
    for t in found:
        if t.filled is None or t.residuals is None:
            continue
        closed, opened = halves[half[t.document]]
        inputs = t.cells.astype(np.float64)
        chances = np.where(inputs[:, OPEN] > 0, apply_logistic(opened, inputs), apply_logistic(closed, inputs))
        caps = find_caps(t.filled)
        names = (name for row in t.filled.template.rows for name in row.cells)
        confidences = [min(chance, caps.get(name, 1.0)) for name, chance in zip(names, chances.tolist(), strict=True)]
        evidence[t.document, t.table] = weigh_table(confidences, t.filled, t.residuals, t.form)

    def fit_tables(chosen: Iterable[ReadTable]) -> Floats:
        rows = list(chosen)
        return fit_logistic(
            np.array([evidence[t.document, t.table] for t in rows]),
            np.array([t.exact for t in rows], float),
            signs_of(TABLE_EVIDENCE),
        )

    whole = fit_tables(found)
    sides = [fit_tables(t for t in found if half[t.document] != side) for side in (0, 1)]
    sure_missing = {traced: _share_missing(tables, traced) for traced in (False, True)}
    reports, exact = [], []
    by_document: dict[str, list[ReadTable]] = {}
    for t in tables:
        by_document.setdefault(t.document, []).append(t)
    for document, group in by_document.items():
        told = []
        for t in group:
            confidence = sure_missing[t.traced]
            if t.found:
                confidence = float(apply_logistic(sides[half[document]], np.array([evidence[document, t.table]]))[0])
            failing = t.residuals is not None and any(t.residuals.failing.values())
            told.append((confidence, not t.found, failing))
        reports.append(weigh_report(told))
        exact.append(all(t.exact for t in group))
    report = fit_logistic(np.array(reports), np.array(exact, float), signs_of(REPORT_EVIDENCE))
    return {
        "cell": [round(float(w), 6) for w in cells],
        "open_cell": [round(float(w), 6) for w in open_cells],
        "table": [round(float(w), 6) for w in whole],
        "report": [round(float(w), 6) for w in report],
        "missing": round(sure_missing[False], 6),
        "traced": round(sure_missing[True], 6),
        "cells": int(sum(len(t.cells) for t in found)),
        "documents": len(documents),
    }


def _share_missing(tables: Sequence[ReadTable], traced: bool) -> float:
    """The share of the tables without a stream that are really missing, with or without a trace of them."""
    missing = [t.right_state for t in tables if not t.found and t.traced == traced]
    return (sum(missing) + 1) / (len(missing) + 2)


def _draw_document(seed: int) -> RenderedDocument:
    """One document in six is written in a way that the network does not know, or no doubt could be learned."""
    drawn = sample_document if seed % _UNFAMILIAR else sample_unfamiliar
    return drawn(seed, "calibration")


def _read_seed(job: tuple[int, str, Path]) -> list[ReadTable]:
    seed, engine, weights = job
    return read_tables(read_record(document_to_record(_draw_document(seed))), engine, weights)


def _read_many(jobs: list[tuple[int, str, Path]], workers: int) -> Iterator[list[ReadTable]]:
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from tqdm(pool.map(_read_seed, jobs, chunksize=16), total=len(jobs), unit="document")


def fit_engines(
    engines: Sequence[str], seeds: range, corrected: Sequence[Record] = (), weights: Path = WEIGHTS, workers: int = 2
) -> dict[str, object]:
    """Fit each engine on made-up documents of these seeds and on corrected reports."""
    fitted: dict[str, object] = {}
    for engine in engines:
        tables = [t for group in _read_many([(seed, engine, weights) for seed in seeds], workers) for t in group]
        tables += [table for record in corrected for table in read_tables(record, engine, weights)]
        fitted[engine] = calibrate_engine(tables)
    return fitted


def write_calibration(path: Path, fitted: Mapping[str, object], seed: int) -> None:
    """Write what the library reads; engines that were not fitted again stay as they are in the file."""
    kept = json.loads(path.read_text(encoding="utf-8")).get("engines", {}) if path.exists() else {}
    told = {
        "cell": list(CELL_EVIDENCE),
        "table": list(TABLE_EVIDENCE),
        "report": list(REPORT_EVIDENCE),
        "seed": seed,
        "engines": {**kept, **fitted},
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Fit every engine that can run and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=0, help="first seed of the calibration split")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--corrected", type=Path, nargs="*", default=[], help="corrected reports that a store exported")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the network that is calibrated")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=CALIBRATION_PATH)
    told = parser.parse_args(arguments)
    seeds = range(told.seed, told.seed + told.documents)
    corrected = not_learned(read_corrected(told.corrected), told.weights)
    write_calibration(told.out, fit_engines(told.engines, seeds, corrected, told.weights, told.workers), told.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
