"""Measure one engine on one set: `python -m eval.evaluate --engine rules --set eval/frozen/test.jsonl.gz`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.engines import ENGINES
from eval.plots import draw_confidence, draw_groups
from eval.runs import PROCESSES, TIMEOUT, Run, run_set, take_documents, write_documents
from eval.summary import run_to_json, run_to_markdown
from eval.truth import read_set

FROZEN_SET = Path("eval/frozen/test.jsonl.gz")
BLIND_SET = Path("eval/frozen/blind.jsonl.gz")  # kinds that were made apart from everything that is measured
ZOO_SET = Path("eval/frozen/zoo.jsonl.gz")  # real converters that nothing was fitted on or mended with
FOREIGN_SET = Path("eval/frozen/foreign.jsonl.gz")  # what tools, sites and people make of reports on the way to us
RESULTS = Path("eval/results")
DOCUMENTS = Path("runs/eval")  # what was made of each document: large, not kept in the repository


def set_to_name(path: Path) -> str:
    """How a set is called in reports and file names."""
    return path.name.removesuffix(".gz").removesuffix(".jsonl")


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """The options that every command running engines has."""
    parser.add_argument("--processes", type=int, default=PROCESSES, help="processes at once (default %(default)s)")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds a document (default %(default)s)")
    parser.add_argument("--documents", type=int, help="take about so many documents: whole truths, spread over the set")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the figures (default %(default)s)")
    parser.add_argument(
        "--runs", type=Path, default=DOCUMENTS, help="folder of what was made of each document (default %(default)s)"
    )


def write_run(run: Run, out: Path, runs: Path) -> dict[str, Any]:
    """Write a run as JSON and its documents for the gallery; its JSON object is returned."""
    result = run_to_json(run)
    name = f"{run.set_name}.{run.engine}"
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_documents(run, runs / f"{name}.jsonl.gz")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 when the set cannot be read or every document is skipped."""
    parser = argparse.ArgumentParser(prog="python -m eval.evaluate", description=__doc__)
    parser.add_argument("--engine", choices=sorted(ENGINES), default="rules", help="default %(default)s")
    parser.add_argument("--set", type=Path, default=FROZEN_SET, help="a .jsonl(.gz) file or a folder of cases")
    add_run_options(parser)
    options = parser.parse_args(arguments)
    try:
        records = take_documents(read_set(options.set), options.documents)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    run = run_set(
        options.engine, records, set_to_name(options.set), processes=options.processes, timeout=options.timeout
    )
    if not run.scored:
        print(f"every document was skipped: {run.skips}", file=sys.stderr)
        return 2
    result = write_run(run, options.out, options.runs)
    name = f"{run.set_name}.{run.engine}"
    markdown = run_to_markdown(result)
    (options.out / f"{name}.md").write_text(markdown, encoding="utf-8")
    draw_confidence([result], options.out / f"{name}.confidence.png")
    draw_groups([result], "stratum", options.out / f"{name}.strata.png")
    print(markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
