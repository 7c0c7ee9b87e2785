"""One engine over one set: every document predicted, timed and scored in processes of their own."""

import gzip
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from eval.engines import describe_failure, run_engine
from eval.grids import Skipped
from eval.metrics import Prediction, Score
from eval.pool import run_each
from eval.sources import score_source
from eval.truth import Record
from eval.zeros import truth_to_zeros
from gouji.tables import Cell, Table

PROCESSES = 2
DROPPED = "dropped_blanks"  # the stratum in which a blank leaves nothing behind
TIMEOUT = 60.0  # seconds a document


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine made of one document. `skipped`, `error`: why there is no prediction."""

    score: Score | None
    prediction: Prediction | None
    seconds: float
    skipped: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a run: its record without the content, and the answer."""

    record: Record
    answer: Answer


@dataclass(frozen=True, slots=True)
class Run:
    """One engine over one set. `peak_mib`: peak resident memory of the largest process."""

    engine: str
    set_name: str
    rows: tuple[Row, ...]
    peak_mib: float
    wall_seconds: float
    processes: int

    @property
    def scored(self) -> tuple[Row, ...]:
        """The rows that the engine did not skip."""
        return tuple(row for row in self.rows if row.answer.score is not None)

    @property
    def skips(self) -> dict[str, int]:
        """How many documents were skipped for each reason."""
        reasons = [row.answer.skipped for row in self.rows if row.answer.skipped]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}


def answer_record(engine: str, record: Record) -> Answer:
    """Predict and score one record. The time is that of the engine alone."""
    start = time.perf_counter()
    try:
        prediction: Prediction | None = run_engine(engine, record)
        error = None
    except Skipped as skipped:
        return Answer(None, None, 0.0, skipped=str(skipped))
    except Exception as exception:  # an engine that fails is a figure, not the end of the run
        prediction, error = None, describe_failure(exception)
    seconds = time.perf_counter() - start
    return Answer(score_source(record.truths, prediction), prediction, seconds, error=error)


def run_set(
    engine: str,
    records: Sequence[Record],
    set_name: str,
    *,
    processes: int = PROCESSES,
    timeout: float = TIMEOUT,
) -> Run:
    """Run an engine over the records of a set."""
    start = time.perf_counter()
    finished, peak = run_each(
        partial(answer_record, engine), records, processes=processes, timeout=timeout, title=f"{engine} on {set_name}"
    )
    rows = []
    for record, done in zip(records, finished, strict=True):
        answer = done.result or Answer(score_source(record.truths, None), None, done.seconds, error=done.error)
        rows.append(Row(record, answer))
    return Run(engine, set_name, tuple(rows), peak, time.perf_counter() - start, processes)


def take_documents(records: Sequence[Record], most: int | None) -> list[Record]:
    """About `most` records: whole truths, evenly spread over the set; None: all of them.

    Every n-th document would meet a set that repeats its strata in step with them, and leave some strata out.
    """
    if most is None or len(records) <= most:
        return list(records)
    truths = list(dict.fromkeys(record.truth_id for record in records))
    count = max(1, len(truths) * most // len(records))
    chosen = {truths[(k * len(truths)) // count] for k in range(count)}
    return [record for record in records if record.truth_id in chosen]


def group_rows(rows: Iterable[Row]) -> dict[str, dict[str, list[Row]]]:
    """Rows by what they are: stratum, kind of damage, layout, severity, style, type of file, seen or not in training,
    and where blanks vanished, how the report writes its zeros.

    A document with several kinds of damage stands in the group of each of them.
    """
    groups: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        record = row.record
        names: Mapping[str, Sequence[str]] = {
            "stratum": [record.stratum],
            "kind": record.kinds or ["undamaged"],
            "layout": [record.layout],
            "severity": [record.severity],
            "style": [record.style],
            "media type": [record.media_type or ""],
            "vanished zeros": [truth_to_zeros(record.truth) if record.stratum == DROPPED else ""],
            "training": ["unseen" if record.unseen else "seen"],
        }
        for group, values in names.items():
            for value in values:
                if value:
                    groups.setdefault(group, {}).setdefault(value, []).append(row)
    return {group: dict(sorted(values.items())) for group, values in groups.items()}


def time_quantiles(rows: Sequence[Row]) -> tuple[float, float]:
    """Median and 95th percentile of the seconds a document takes; nan without documents."""
    seconds = [row.answer.seconds for row in rows]
    if not seconds:
        return float("nan"), float("nan")
    median, late = np.quantile(seconds, [0.5, 0.95])
    return float(median), float(late)


def _cell_to_json(cell: Cell) -> list[object]:
    return [None if cell.value is None else float(cell.value), cell.state.value, round(cell.confidence, 5)]


def _table_to_json(table: Table) -> dict[str, Any]:
    cells = {name: _cell_to_json(cell) for name, cell in table.cells.items()}
    return {"state": table.state.value, "form": table.form, "confidence": table.confidence, "cells": cells}


def write_documents(run: Run, path: Path) -> None:
    """Write what an engine made of each document, one JSON object a line: the gallery is made of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for row in run.scored:
            answer, score = row.answer, row.answer.score
            exact = score is not None and bool(score.counts.exact)
            document: dict[str, Any] = {"id": row.record.id, "exact": exact, "seconds": round(answer.seconds, 4)}
            document["error"] = answer.error
            if answer.prediction is not None and not exact:
                document["confidence"] = answer.prediction.confidence
                document["tables"] = {t: _table_to_json(table) for t, table in answer.prediction.tables.items()}
            lines.write(json.dumps(document, ensure_ascii=False) + "\n")
