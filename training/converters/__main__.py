"""The command: `python -m training.converters --split validation --count 300 --seed 1 --out FILE.jsonl.gz`."""

import argparse
import sys
from pathlib import Path

from training.converters.catalogue import CONVERTERS, SPLITS, converters_of
from training.converters.making import draw_records
from training.sets.dataset import write_records


def main(arguments: list[str] | None = None) -> int:
    """Make a set of one split. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.converters", description="Reports through real converters.")
    parser.add_argument("--split", choices=SPLITS, help="a split has truths and converters of its own")
    parser.add_argument("--count", type=int, default=300, help="documents (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="other truths and sources (default %(default)s)")
    parser.add_argument("--out", type=Path, help="a .jsonl or .jsonl.gz file")
    parser.add_argument("--list", action="store_true", help="print every converter, its split and what it lacks")
    options = parser.parse_args(arguments)
    if options.list:
        for one in CONVERTERS:
            print("\t".join((one.split, one.kind, one.name, one.source, " ".join(one.missing) or "installed")))
        return 0
    if options.split is None or options.out is None:
        parser.error("--split and --out are needed")
    if options.count < 0 or options.seed < 0:
        parser.error("count and seed are not negative")
    for one in converters_of(options.split):
        if one.missing:
            print(f"skipped {one.name}: {', '.join(one.missing)} not installed", file=sys.stderr)
    write_records(draw_records(options.split, options.count, options.seed), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
