"""The command: `python -m training.foreign --part validation --count 300 --seed 1 --out FILE.jsonl.gz`."""

import argparse
import sys
from pathlib import Path

from training.foreign.making import draw_records, write_cases
from training.foreign.registry import PARTS
from training.sets.dataset import write_records


def main(arguments: list[str] | None = None) -> int:
    """Make a part of the set. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.foreign", description="Make documents of foreign kinds.")
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--light", action="store_true", help="without the kinds that need Chromium")
    parser.add_argument("--cases", type=Path, help="a folder for the documents as files, their truths beside them")
    options = parser.parse_args(arguments)
    if options.count < 0 or options.seed < 0:
        parser.error("count and seed are not negative")
    records = list(draw_records(options.part, options.count, options.seed, heavy=not options.light))
    write_records(iter(records), options.out)
    if options.cases is not None:
        write_cases(records, options.cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
