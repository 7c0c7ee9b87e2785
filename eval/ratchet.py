"""Hold the figures of the frozen sets against the bars that landed: `python -m eval.ratchet`.

`bars.json` keeps, for each set (by its digest) and each engine, the best figures that landed with their noise: half
the width of the bootstrap interval, and never less than one case. A figure that is worse than its bar by more than
the noise fails (exit status 1). `--update` writes figures that are better than their bar, and bars that are not
there yet; it never lowers one.
"""

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.engines import WEIGHTS
from eval.evaluate import BLIND_SET, FOREIGN_SET, FROZEN_SET, RESULTS, ZOO_SET
from eval.figures import HIGHER_IS_BETTER, Figure
from eval.runs import PROCESSES, TIMEOUT, Run, group_rows, run_set, take_documents
from eval.summary import measure_rows
from eval.truth import read_set

BARS = RESULTS / "bars.json"
SETS = (FROZEN_SET, BLIND_SET, FOREIGN_SET, ZOO_SET)
DOCUMENTS = 400  # about as many of a frozen set, whole truths: what runs within two minutes
WATCHED = (
    "documents_exact", "nonzero_right", "printed_right", "blank_right", "silent_errors", "silent_wrong",
    "tables_denied", "coverage_right", "brier", "ece",
)  # fmt: skip

Bars = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure that fell beyond noise."""

    name: str
    bar: float
    noise: float
    value: float

    def __str__(self) -> str:
        return f"{self.name}: {self.value:.5f}, the bar is {self.bar:.5f} with noise {self.noise:.5f}"


def _is_better(name: str, value: float, bar: float) -> bool:
    return value > bar if HIGHER_IS_BETTER[name.rsplit("/", 1)[-1]] else value < bar


def figures_to_bars(figures: Mapping[str, Figure]) -> dict[str, dict[str, float]]:
    """Each figure with its noise; figures of nothing (nan) have no bar."""
    return {
        name: {"value": round(f.value, 6), "noise": round(max(f.noise, 1 / f.denominator), 6)}
        for name, f in figures.items()
        if not math.isnan(f.value) and not math.isnan(f.noise)
    }


def find_falls(bars: Mapping[str, Mapping[str, float]], figures: Mapping[str, Figure]) -> list[Fall]:
    """The bars that the figures do not keep. A figure that is no longer there does not keep its bar."""
    falls = []
    for name, bar in bars.items():
        value = figures[name].value if name in figures else math.nan
        beyond = (
            bar["value"] - bar["noise"] if HIGHER_IS_BETTER[name.rsplit("/", 1)[-1]] else bar["value"] + bar["noise"]
        )
        if math.isnan(value) or _is_better(name, beyond, value):
            falls.append(Fall(name, bar["value"], bar["noise"], value))
    return falls


def raise_bars(bars: Mapping[str, Mapping[str, float]], figures: Mapping[str, Figure]) -> dict[str, dict[str, float]]:
    """The bars with every better figure, and every new one, taken over; none is lowered."""
    raised = {name: dict(bar) for name, bar in bars.items()}
    for name, new in figures_to_bars(figures).items():
        if name not in raised or _is_better(name, new["value"], raised[name]["value"]):
            raised[name] = new
    return raised


def watched_figures(run: Run) -> dict[str, Figure]:
    """The figures that have bars: those of the whole set, and documents exactly right in each stratum."""
    whole = measure_rows(run.scored)
    figures = {name: whole[name] for name in WATCHED}
    for stratum, rows in group_rows(run.scored).get("stratum", {}).items():
        figures[f"{stratum}/documents_exact"] = measure_rows(rows)["documents_exact"]
    return figures


def hold_set(path: Path, stored: Bars, options: argparse.Namespace) -> tuple[int, Bars]:
    """Run the engines over one set: 0, 1 or 2 as for the command, and the bars, raised where figures are better."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        records = take_documents(read_set(path), options.documents)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2, stored
    key = f"{digest}/{len(records)}"
    engines = options.engines or (["rules", "auto"] if WEIGHTS.exists() else ["rules"])
    bars: dict[str, dict[str, dict[str, float]]] = stored.get(key, {})
    status = 0
    for engine in engines:
        run = run_set(engine, records, path.name, processes=options.processes, timeout=TIMEOUT)
        if not run.scored:
            print(f"{path.name}: {engine}: every document was skipped: {run.skips}", file=sys.stderr)
            return 2, stored
        figures = watched_figures(run)
        if engine not in bars and not options.update:
            print(f"{path.name}: {engine}: no bars for this set; take the figures over with --update", file=sys.stderr)
            return 2, stored
        falls = find_falls(bars.get(engine, {}), figures)
        for fall in falls:
            print(f"{path.name}: {engine}: FELL {fall}")
        status = 1 if falls else status
        print(f"{path.name}: {engine}: {len(bars.get(engine, {})) - len(falls)} bars kept, {len(falls)} not")
        bars = bars | {engine: raise_bars(bars.get(engine, {}), figures)}
    return status, stored | {key: bars}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0 when every bar is kept, 1 when one is not, 2 when there is nothing to hold them against."""
    parser = argparse.ArgumentParser(prog="python -m eval.ratchet", description=__doc__)
    parser.add_argument("--set", nargs="+", type=Path, default=list(SETS), help="default %(default)s")
    parser.add_argument("--bars", type=Path, default=BARS, help="default %(default)s")
    parser.add_argument("--engines", nargs="+", help="default: rules, and auto where there is a trained model")
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="default %(default)s")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="default %(default)s")
    parser.add_argument("--update", action="store_true", help="take over better figures; never lowers a bar")
    options = parser.parse_args(arguments)
    try:
        stored: Bars = json.loads(options.bars.read_text(encoding="utf-8")) if options.bars.exists() else {}
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    status = 0
    for path in options.set:
        held, stored = hold_set(path, stored, options)
        status = max(status, held)
    if options.update:
        options.bars.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(stored, indent=1, sort_keys=True)
        options.bars.write_text(text + "\n", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
