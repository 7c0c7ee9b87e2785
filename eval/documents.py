"""PDF and scans end to end, with peers in the same run: `python -m eval.documents SET…`.

The sets are made by `python -m training.sets.document_sets`. Results go to eval/results/documents.{json,md}, one row
for each engine and kind of document. A cell is right, wrong (a number that is not printed there), unread (said to be
unreadable), missed (a printed number given as blank or absent), or of the wrong state.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.counting import SURE, Judgement, judge_cell
from eval.engines import ENGINES
from eval.evaluate import RESULTS
from eval.runs import PROCESSES, Row, Run, run_set
from eval.truth import read_set
from gouji.tables import CellState

PEERS = ("pdfplumber", "camelot_lattice", "camelot_hybrid", "pdftotext", "layoutparser")
OURS, SECOND = "auto", "second_reader"
DIGITAL = (SECOND, *PEERS)  # what is run on characters alone
SCANS = "scan"  # how the strata of scans begin: peers read characters, which scans have none of
_COLUMNS = (
    ("documents", "documents"), ("exact", "exact"), ("cells", "cells"), ("right", "right"), ("wrong", "wrong"),
    ("unread", "unread"), ("missed", "missed"), ("state", "wrong state"), ("nonzero", "non-zero"),
    ("nonzero_right", "right of them"), ("given_sure", "numbers at 0.95"), ("silent", "silent errors at 0.95"),
    ("silent_cells", "of any state"), ("failed", "failed"),
)  # fmt: skip
_TIMEOUT = 180.0  # seconds a document: a scan of several pages on a busy core


def count_rows(rows: Iterable[Row]) -> dict[str, int]:
    """The counts of some documents of a run."""
    counts = dict.fromkeys((name for name, _ in _COLUMNS), 0)
    for row in rows:
        score, prediction = row.answer.score, row.answer.prediction
        if score is None:
            continue
        counts["documents"] += 1
        counts["exact"] += int(score.counts.exact)
        counts["failed"] += int(score.counts.failed)
        counts["given_sure"] += int(score.counts.sure_given)
        counts["silent"] += int(score.counts.silent)
        counts["silent_cells"] += int(score.counts.sure_cells_wrong)
        for table, true in row.record.truth.tables.items():
            got = prediction.tables.get(table) if prediction is not None else None
            for name, cell in true.cells.items() if true is not None else ():
                answer = got.cells.get(name) if got is not None else None
                judgement = judge_cell(cell, answer)
                unread = judgement is Judgement.MISSED and answer is not None and answer.state is CellState.UNREAD
                counts["cells"] += 1
                counts["unread" if unread else judgement.value] += 1
                counts["nonzero"] += bool(cell.value)
                counts["nonzero_right"] += bool(cell.value) and judgement is Judgement.RIGHT
    return counts


def count_doubts(alone: Run, heard: Run) -> dict[str, Any]:
    """What a second reader does to the cells of the documents that both runs took.

    sure_wrong: cells that were sure and wrong without it.  doubted: cells that were sure and are not with it, and of
    them rightly (they are wrong) and wrongly (they are right).  seconds_ratio: of the time of all documents together.
    """
    counts = dict.fromkeys(("documents", "cells", "sure_wrong", "doubted", "rightly", "wrongly"), 0)
    seconds = [0.0, 0.0]
    before = {row.record.id: row for row in alone.scored}
    for after in heard.scored:
        first = before.get(after.record.id)
        if first is None or first.answer.prediction is None or after.answer.prediction is None:
            continue
        counts["documents"] += 1
        seconds[0] += first.answer.seconds
        seconds[1] += after.answer.seconds
        for table, true in after.record.truth.tables.items():
            now = after.answer.prediction.tables[table].cells
            for name, cell in first.answer.prediction.tables[table].cells.items():
                right = judge_cell(true.cells.get(name) if true is not None else None, cell) is Judgement.RIGHT
                sure = cell.confidence >= SURE
                doubted = sure and now[name].confidence < SURE
                counts["cells"] += 1
                counts["sure_wrong"] += sure and not right
                counts["doubted"] += doubted
                counts["rightly" if not right else "wrongly"] += doubted
    return {**counts, "seconds_ratio": round(seconds[1] / seconds[0], 2) if seconds[0] else None}


def run_to_counts(run: Run) -> dict[str, Any]:
    """What is reported of one engine: counts by stratum, by layout within it, and seconds."""
    groups: dict[str, list[Row]] = {}
    for row in run.scored:
        groups.setdefault(row.record.stratum, []).append(row)
        groups.setdefault(f"{row.record.stratum} {row.record.layout}", []).append(row)
    errors = sorted({row.answer.error for row in run.scored if row.answer.error})
    seconds = sorted(row.answer.seconds for row in run.scored)
    return {
        "groups": {name: count_rows(rows) for name, rows in sorted(groups.items())},
        "median_seconds": round(seconds[len(seconds) // 2], 3) if seconds else None,
        "skipped": run.skips,
        "errors": errors,
    }


def results_to_markdown(results: dict[str, Any]) -> str:
    """One table for each kind of document, engines below one another; layouts for ours."""
    engines: dict[str, Any] = results["engines"]
    lines = [
        "# PDF and scans",
        "",
        f"Sets: {', '.join(results['sets'])}. Silent: a number given wrong or a printed one denied at {SURE} or more.",
        "",
    ]
    strata = sorted({name for found in engines.values() for name in found["groups"] if " " not in name})
    head = "".join(f" {title} |" for _, title in _COLUMNS)
    for stratum in strata:
        lines += [f"## {stratum}", "", f"| engine |{head}", "|---" * (len(_COLUMNS) + 1) + "|"]
        for engine, found in engines.items():
            groups = found["groups"]
            names = [stratum] if engine != OURS else [n for n in groups if n == stratum or n.startswith(f"{stratum} ")]
            for name in names:
                if name in groups:
                    title = engine + name.removeprefix(stratum)
                    lines.append(f"| {title} |" + "".join(f" {groups[name][key]} |" for key, _ in _COLUMNS))
        lines.append("")
    if told := results.get(SECOND):
        lines += [
            f"Second reader on {told['documents']} documents, {told['cells']} cells: of the sure "
            f"ones {told['doubted']} became doubtful, {told['rightly']} rightly and {told['wrongly']} wrongly; "
            f"{told['sure_wrong']} were sure and wrong without it. It took {told['seconds_ratio']} times the time.",
            "",
        ]
    for engine, found in engines.items():
        lines += [f"{engine}: skipped {count}, {why}." for why, count in found["skipped"].items()]
        lines += [f"{engine}: `{error}`" for error in found["errors"]]
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 when a set cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.documents", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), default=[OURS, *DIGITAL])
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    try:
        records = [record for path in options.sets for record in read_set(path)]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    runs: dict[str, Run] = {}
    for engine in options.engines:
        mine = [r for r in records if engine not in DIGITAL or not r.stratum.startswith(SCANS)]
        if mine:
            runs[engine] = run_set(engine, mine, "documents", processes=options.processes, timeout=_TIMEOUT)
    results: dict[str, Any] = {"sets": [path.name for path in options.sets]}
    results["engines"] = {engine: run_to_counts(run) for engine, run in runs.items()}
    if OURS in runs and SECOND in runs:
        results[SECOND] = count_doubts(runs[OURS], runs[SECOND])
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (options.out / "documents.json").write_text(text, encoding="utf-8")
    markdown = results_to_markdown(results)
    (options.out / "documents.md").write_text(markdown, encoding="utf-8")
    print(markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
