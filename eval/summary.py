"""A run in figures: as a JSON object and as Markdown tables."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.calibration import bin_sums, equal_mass_edges, equal_width_edges, reliability, risk_coverage
from eval.figures import HIGHER_IS_BETTER, TITLES, Figure, measure
from eval.metrics import Score
from eval.runs import Row, Run, group_rows, time_quantiles

POINTS = 50  # of a risk-coverage curve
SHARES = frozenset(TITLES) - {"brier", "ece", "ece_equal_width", "aurc", "grits_con"}


def scores_of(rows: Sequence[Row]) -> tuple[list[Score], list[str]]:
    """The scores of rows that have one, and the truths they belong to."""
    pairs = [(row.answer.score, row.record.truth_id) for row in rows if row.answer.score is not None]
    return [score for score, _ in pairs], [truth for _, truth in pairs]


def measure_rows(rows: Sequence[Row]) -> dict[str, Figure]:
    """Every figure of some rows."""
    return measure(*scores_of(rows))


def _number(value: float, digits: int = 6) -> float | None:
    return None if math.isnan(value) else round(value, digits)


def figure_to_json(figure: Figure) -> dict[str, float | None]:
    """A figure as JSON; nan is null."""
    return {
        "value": _number(figure.value),
        "low": _number(figure.low),
        "high": _number(figure.high),
        "numerator": _number(figure.numerator, 3),
        "denominator": _number(figure.denominator, 3),
    }


def reliability_of(scores: Sequence[Score], equal_mass: bool = True) -> list[dict[str, float]]:
    """The bins of the reliability diagram of all cells."""
    confidence = np.concatenate([s.confidence for s in scores]) if scores else np.empty(0)
    correct = np.concatenate([s.correct for s in scores]) if scores else np.empty(0)
    edges = equal_mass_edges(confidence) if equal_mass else equal_width_edges()
    bins = reliability(bin_sums(confidence, correct, edges))
    return [{"count": b.count, "confidence": round(b.confidence, 6), "accuracy": round(b.accuracy, 6)} for b in bins]


def risk_coverage_of(scores: Sequence[Score]) -> list[tuple[float, float]]:
    """Points (coverage, risk) of the risk-coverage curve of documents."""
    confidence = np.array([s.report_confidence for s in scores])
    coverage, risk = risk_coverage(confidence, np.array([1.0 - s.counts.exact for s in scores]))
    if not len(coverage):
        return []
    places = np.unique(np.linspace(0, len(coverage) - 1, POINTS).astype(int))
    return [(round(float(coverage[p]), 6), round(float(risk[p]), 6)) for p in places]


def run_to_json(run: Run) -> dict[str, Any]:
    """Everything that is reported of a run."""
    rows = run.scored
    scores, truth_ids = scores_of(rows)
    median, late = time_quantiles(rows)
    failures = [row.answer.error for row in rows if row.answer.error]
    groups = {
        group: {
            value: {
                "documents": len(members),
                "figures": {name: figure_to_json(f) for name, f in measure_rows(members).items()},
            }
            for value, members in values.items()
        }
        for group, values in group_rows(rows).items()
    }
    return {
        "engine": run.engine,
        "set": run.set_name,
        "documents": len(rows),
        "truths": len(set(truth_ids)),
        "skipped": run.skips,
        "failures": {why: failures.count(why) for why in sorted(set(failures))},
        "seconds": {"median": _number(median, 4), "p95": _number(late, 4)},
        "peak_mib": round(run.peak_mib, 1),
        "processes": run.processes,
        "figures": {name: figure_to_json(f) for name, f in measure(scores, truth_ids).items()} if rows else {},
        "groups": groups,
        "reliability": reliability_of(scores),
        "reliability_equal_width": reliability_of(scores, equal_mass=False),
        "risk_coverage": risk_coverage_of(scores),
    }


def format_figure(name: str, figure: dict[str, float | None], *, with_interval: bool = True) -> str:
    """A figure for people: shares in percent, areas and errors as they are; a dash where there is none."""
    value, low, high = figure["value"], figure["low"], figure["high"]
    if value is None:
        return "–"
    share = name in SHARES
    text = _percent(value) if share else f"{value:.4f}"
    if with_interval and low is not None and high is not None:
        text += f" [{_percent(low)}, {_percent(high)}]" if share else f" [{low:.4f}, {high:.4f}]"
    return text


def _percent(value: float) -> str:
    percent = 100 * value
    rare = 0 < abs(percent) < 0.1 or 99.9 < percent < 100
    return f"{percent:.3f} %" if rare else f"{percent:.1f} %"


def run_to_markdown(result: dict[str, Any]) -> str:
    """The figures of a run, then documents and cells by group."""
    lines = [f"# {result['engine']} on {result['set']}", ""]
    lines += [
        f"{result['documents']} documents of {result['truths']} truths; median {result['seconds']['median']} s, "
        f"95th percentile {result['seconds']['p95']} s a document; peak memory {result['peak_mib']} MiB a process.",
        "Intervals: 95 %, bootstrap over truths.",
        "",
    ]
    for reason, count in result["skipped"].items():
        lines.append(f"Skipped {count} documents: {reason}.")
    lines += [f"Failed on {count} documents: `{why}`." for why, count in result["failures"].items()]
    lines += ["", "| figure | better | value | of |", "|---|---|---|---|"]
    for name, figure in result["figures"].items():
        better = {True: "high", False: "low", None: ""}[HIGHER_IS_BETTER[name]]
        of = "" if figure["denominator"] is None else f"{figure['denominator']:.0f}"
        lines.append(f"| {TITLES[name]} | {better} | {format_figure(name, figure)} | {of} |")
    shown = ("documents_exact", "nonzero_right", "printed_right", "silent_errors", "silent_denied", "coverage", "ece")
    for group, values in result["groups"].items():
        lines += ["", f"## By {group}", "", f"| {group} | documents | " + " | ".join(TITLES[n] for n in shown) + " |"]
        lines.append("|---" * (len(shown) + 2) + "|")
        for value, part in values.items():
            figures = [format_figure(n, part["figures"][n], with_interval=n == "documents_exact") for n in shown]
            lines.append(f"| {value} | {part['documents']} | " + " | ".join(figures) + " |")
    return "\n".join(lines) + "\n"
