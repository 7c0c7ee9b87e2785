"""Writes sets of documents with their truths as JSON Lines.

`python -m training.sets.dataset --set test --count 1000 --seed 7 --out data/test.jsonl` (`.gz` compresses). The four
sets differ by seed and by kind: what `plans.TEST_ONLY_*` names is in test sets only. A test set has one document
of each stratum for every truth, so that the strata can be compared; the other sets draw a truth for each document.
"""

import argparse
import base64
import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from gouji.tables import CellState
from training.network.tokens import RenderedDocument
from training.pages.plans import SPLITS, STRATA, UNSEEN, draw_plan
from training.tables.sampling import plan_to_document, sample_document, seed_to_random
from training.tables.synthesis import TrueCell, TrueReport, draw_report

TEST_STRATA = (*STRATA, UNSEEN)
JsonValue = int | float | str | None


def _cell_to_json(cell: TrueCell) -> JsonValue:
    if cell.state in (CellState.ABSENT, CellState.UNREAD):
        return cell.state.value
    return float(cell.value) if isinstance(cell.value, Decimal) else cell.value


def truth_to_json(report: TrueReport) -> dict[str, object]:
    """The truth as sets and test documents keep it: a number, null for blank, "absent" or "unread" for each cell."""
    tables = {
        table: None
        if held is None
        else {"form": held.form, "cells": {name: _cell_to_json(cell) for name, cell in held.cells.items()}}
        for table, held in report.tables.items()
    }
    return {"agency": report.agency, "year": report.year, "tables": tables}


def document_to_record(document: RenderedDocument) -> dict[str, object]:
    """One line of a set. A document that is not UTF-8 is kept as base64, its bytes as they are."""
    record: dict[str, object] = {
        "id": document.name.rsplit(".", 1)[0],
        "truth_id": document.truth_id,
        "name": document.name,
        "media_type": document.media_type,
        "layout": document.layout,
        "style": document.style,
        "kinds": list(document.kinds),
        "severity": document.severity,
        "stratum": document.stratum,
        "truth": truth_to_json(document.truth),
    }
    if document.data == document.text.encode():
        record["content"] = document.text
    else:
        record["content_base64"] = base64.b64encode(document.data).decode("ascii")
    return record


def draw_documents(split: str, count: int, seed: int) -> Iterator[RenderedDocument]:
    """The documents of a set, in order. `seed` counts from there: sets with far apart seeds share nothing."""
    start = seed << 24
    if split != "test":
        for number in range(count):
            yield sample_document(start + number, split)
        return
    for number in range(count):
        truth, place = divmod(number, len(TEST_STRATA))
        rng = seed_to_random(start + number, split, stream=1)
        plan = draw_plan(rng, TEST_STRATA[place])
        report = draw_report(seed_to_random(start + truth, split, stream=2), zero_style=plan.zero_style)
        yield plan_to_document(report, plan, rng, f"test-{seed}-{number}", f"test-{seed}-{truth}")


def write_records(records: Iterable[Mapping[str, object]], out: Path) -> None:
    """Write lines; a name that ends in .gz is compressed, without a time in it, so that equal sets are equal files."""
    out.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
    with out.open("wb") as raw:
        if out.suffix == ".gz":
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=9) as packed:
                packed.writelines(line.encode() for line in lines)
        else:
            raw.writelines(line.encode() for line in lines)


def write_set(split: str, count: int, seed: int, out: Path) -> None:
    """Draw a set and write it."""
    write_records(map(document_to_record, draw_documents(split, count, seed)), out)


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="training.sets.dataset", description="Make a set of damaged reports with truths."
    )
    parser.add_argument("--set", choices=SPLITS, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.count < 0 or not 0 <= options.seed < 1 << 16:
        parser.error("count is not negative, seed is between 0 and 65535")
    write_set(options.set, options.count, options.seed, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
