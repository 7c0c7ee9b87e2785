"""Compare engines in one run, document by document: `python -m eval.compare` is what `make eval` does.

Every engine runs over the same documents of each set; differences are paired over the documents that both took.
The comparison goes to `comparison.md` (its first table is the one that the README carries) and `comparison.json`.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.engines import ENGINES, WEIGHTS
from eval.evaluate import BLIND_SET, FOREIGN_SET, FROZEN_SET, ZOO_SET, add_run_options, set_to_name, write_run
from eval.figures import TITLES, Figure, differences
from eval.plots import draw_confidence, draw_groups
from eval.runs import Run, run_set, take_documents
from eval.summary import SHARES, figure_to_json, format_figure, run_to_markdown
from eval.truth import read_set

GENUINE_SET = Path("tests/documents")
SETS = (FROZEN_SET, BLIND_SET, FOREIGN_SET, ZOO_SET, GENUINE_SET)
HEADLINE = (
    "documents_exact", "printed_right", "nonzero_right", "zero_right", "blank_right", "silent_errors", "silent_wrong",
    "silent_denied", "tables_denied", "coverage_right", "ece", "aurc", "silent_documents", "reviewed",
)  # fmt: skip
PAIRED = ("documents_exact", "printed_right", "silent_errors", "coverage_right", "ece", "aurc")
SHORT = {
    "documents_exact": "documents exact",
    "nonzero_right": "non-zero right",
    "zero_right": "zeros right",
    "blank_right": "blanks right",
    "printed_right": "numbers right",
    "silent_errors": "silent errors",
    "silent_wrong": "wrong at 0.95",
    "silent_denied": "denied at 0.95",
    "tables_denied": "tables denied",
    "silent_documents": "reports at 0.95 not exact",
    "reviewed": "to review",
    "coverage": "coverage",
    "coverage_right": "right at 0.95",
    "ece": "ECE",
    "aurc": "AURC",
    "grits_con": "GriTS_Con",
}
_VANISHED = ("documents_exact", "nonzero_right", "printed_right", "silent_errors", "coverage_right", "ece")
_WITH_INTERVAL = ("documents_exact", "nonzero_right", "silent_errors")


def default_engines() -> list[str]:
    """All engines, ours first; without a trained model `auto` is `rules` and is left out with `model`.

    A second reader gives no other values, only doubts: `eval.documents` counts them.
    """
    learned = ["auto", "model"]
    ours = [*learned, "rules"] if WEIGHTS.exists() else ["rules"]
    return ours + [name for name in ENGINES if name not in (*learned, "rules", "second_reader")]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def headline_table(results: Sequence[dict[str, Any]]) -> list[str]:
    """One line for each engine: what the README carries."""
    names = [*HEADLINE, "grits_con"]
    lines = [_row(["engine", *(SHORT[n] for n in names), "ms, median / p95", "MiB", "documents"])]
    lines.append("|---" * (len(names) + 4) + "|")
    for result in results:
        figures = [format_figure(n, result["figures"][n], with_interval=n in _WITH_INTERVAL) for n in names]
        seconds = result["seconds"]
        times = f"{1000 * seconds['median']:.0f} / {1000 * seconds['p95']:.0f}"
        lines.append(_row([result["engine"], *figures, times, f"{result['peak_mib']:.0f}", str(result["documents"])]))
    return lines


def group_table(results: Sequence[dict[str, Any]], group: str, name: str) -> list[str]:
    """One figure for each member of a group and each engine."""
    members = sorted({value for result in results for value in result["groups"].get(group, {})})
    if not members:
        return []
    lines = ["", f"{TITLES[name].capitalize()}, by {group}:", ""]
    lines += [_row([group, "documents", *(r["engine"] for r in results)]), "|---" * (len(results) + 2) + "|"]
    for member in members:
        parts = [result["groups"].get(group, {}).get(member) for result in results]
        count = max(part["documents"] for part in parts if part)
        cells = [format_figure(name, part["figures"][name]) if part else "–" for part in parts]
        lines.append(_row([member, str(count), *cells]))
    return lines


def vanished_table(result: dict[str, Any]) -> list[str]:
    """One engine where blanks left nothing behind, by how the report writes its zeros."""
    groups = result["groups"].get("vanished zeros", {})
    if not groups:
        return []
    lines = ["", f"Vanished blanks, {result['engine']}, by how the report writes its zeros:", ""]
    lines += [
        _row(["vanished zeros", "documents", *(SHORT[n] for n in _VANISHED)]),
        "|---" * (len(_VANISHED) + 2) + "|",
    ]
    for name, part in groups.items():
        figures = [format_figure(n, part["figures"][n], with_interval=n == "documents_exact") for n in _VANISHED]
        lines.append(_row([name, str(part["documents"]), *figures]))
    return lines


def pair_runs(one: Run, other: Run) -> dict[str, Figure]:
    """Differences of two runs over the documents that both engines took."""
    pairs = [
        (a.answer.score, b.answer.score, a.record.truth_id)
        for a, b in zip(one.rows, other.rows, strict=True)
        if a.answer.score is not None and b.answer.score is not None
    ]
    ours, theirs, truth_ids = [a for a, _, _ in pairs], [b for _, b, _ in pairs], [t for _, _, t in pairs]
    return dict(differences(ours, theirs, truth_ids))


def _format_difference(name: str, figure: Figure) -> str:
    if math.isnan(figure.value):
        return "–"
    scale, digits, unit = (100, 2, " pp") if name in SHARES else (1, 4, "")
    value, low, high = (f"{scale * v:+.{digits}f}" for v in (figure.value, figure.low, figure.high))
    return f"{value} [{low}, {high}]{unit}"


def paired_table(runs: Sequence[Run]) -> tuple[list[str], dict[str, Any]]:
    """The first engine minus each other one, as Markdown and as JSON."""
    lines = ["", f"Paired differences, {runs[0].engine} minus the other, on the documents that both take:", ""]
    lines += [_row(["minus", *(SHORT[n] for n in PAIRED)]), "|---" * (len(PAIRED) + 1) + "|"]
    found: dict[str, Any] = {}
    for run in runs[1:]:
        figures = pair_runs(runs[0], run)
        lines.append(_row([run.engine, *(_format_difference(n, figures[n]) for n in PAIRED)]))
        found[f"{runs[0].engine} - {run.engine}"] = {n: figure_to_json(f) for n, f in figures.items()}
    return lines, found


def compare_set(path: Path, engines: Sequence[str], options: argparse.Namespace) -> tuple[list[str], dict[str, Any]]:
    """Run the engines over one set; Markdown lines and JSON. Raises OSError or ValueError for a set not readable."""
    records = take_documents(read_set(path), options.documents)
    name = set_to_name(path)
    runs = [run_set(e, records, name, processes=options.processes, timeout=options.timeout) for e in engines]
    taken = [run for run in runs if run.scored]
    results = [write_run(run, options.runs, options.runs) for run in taken]
    truths = len({record.truth_id for record in records})
    lines = [f"## {path}", "", f"{len(records)} documents of {truths} truths.", "", *headline_table(results)]
    skipped = [(run.engine, reason, n) for run in runs for reason, n in run.skips.items()]
    lines += ["", *(f"- {engine} skipped {n} documents: {reason}" for engine, reason, n in skipped)]
    for group in ("stratum", "training", "kind", "layout"):
        lines += group_table(results, group, "documents_exact")
    lines += group_table(results, "stratum", "silent_errors")
    lines += vanished_table(results[0])
    paired: dict[str, Any] = {}
    if len(taken) > 1:
        more, paired = paired_table(taken)
        lines += more
    (options.out / f"{name}.{taken[0].engine}.md").write_text(run_to_markdown(results[0]), encoding="utf-8")
    draw_confidence(results, options.out / f"{name}.confidence.png")
    draw_groups(results, "stratum", options.out / f"{name}.strata.png")
    return lines, {"results": [_without_groups(r) for r in results], "paired": paired}


def _without_groups(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "groups"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 when no set can be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.compare", description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), help="the first is compared with the others")
    parser.add_argument("--sets", nargs="+", type=Path, default=list(SETS), help="default %(default)s")
    add_run_options(parser)
    options = parser.parse_args(arguments)
    engines = options.engines or default_engines()
    options.out.mkdir(parents=True, exist_ok=True)
    sections: list[str] = []
    found: dict[str, Any] = {}
    for path in options.sets:
        try:
            lines, result = compare_set(path, engines, options)
        except (OSError, ValueError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            continue
        sections += [*lines, ""]
        found[set_to_name(path)] = result
    if not found:
        return 2
    head = [
        "# Engines compared",
        "",
        "Made by `python -m eval.compare`. Figures are defined in docs/evaluation.md.",
        "",
    ]
    markdown = "\n".join([*head, *sections])
    (options.out / "comparison.md").write_text(markdown, encoding="utf-8")
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (options.out / "comparison.json").write_text(text + "\n", encoding="utf-8")
    print(markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
