"""Pictures of runs: reliability, risk against coverage, and documents exactly right by group. PNG, no display."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot


def draw_confidence(results: Sequence[dict[str, Any]], path: Path) -> None:
    """Reliability of cells (equal-mass bins) beside risk against coverage of documents, a line for each run."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.6))
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1, label="calibrated")
    for result in results:
        bins = result["reliability"]
        left.plot([b["confidence"] for b in bins], [b["accuracy"] for b in bins], marker="o", label=result["engine"])
        curve = result["risk_coverage"]
        right.plot([c for c, _ in curve], [r for _, r in curve], label=result["engine"])
    left.set(
        xlabel="confidence given", ylabel="share right", title="Cells: reliability", xlim=(0, 1.02), ylim=(0, 1.02)
    )
    right.set(xlabel="share of documents accepted", ylabel="share of them wrong", title="Documents: risk and coverage")
    right.set_xlim(0, 1)
    right.set_ylim(bottom=0)
    left.legend()
    right.legend()
    _save(figure, path)


def draw_groups(results: Sequence[dict[str, Any]], group: str, path: Path) -> None:
    """Documents exactly right in each member of a group, with intervals, a colour for each run."""
    members = sorted({value for result in results for value in result["groups"].get(group, {})})
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.22 * len(members) * max(1, len(results))))
    height = 0.8 / max(1, len(results))
    for place, result in enumerate(results):
        found = result["groups"].get(group, {})
        known = [(row, found[m]["figures"]["documents_exact"]) for row, m in enumerate(members) if m in found]
        rows = [row + place * height for row, _ in known]
        values = [f["value"] for _, f in known]
        spread = [[f["value"] - f["low"] for _, f in known], [f["high"] - f["value"] for _, f in known]]
        clipped = [[max(0.0, v) for v in side] for side in spread]
        axes.barh(rows, values, height=height, xerr=clipped, label=result["engine"], error_kw={"linewidth": 0.8})
    axes.set_yticks([row + 0.4 - height / 2 for row in range(len(members))], members)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="documents exactly right", title=f"By {group}")
    axes.legend(loc="lower right")
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
