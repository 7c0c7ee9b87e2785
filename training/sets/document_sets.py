"""Sets of made documents for calibration, testing and tuning, in the format that the evaluation reads.

`python -m training.sets.document_sets --set calibration --kind scan150 --count 15 --out data/scans.jsonl`
writes 15 documents of each kind that it is given. The name of the set and the kind are part of every seed, so no two
sets share a report, a look or a noise. Needs Chromium.
"""

import argparse
import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from training.pages.scans import HARD, PLAIN, Scanner, pictures_to_pdf, scan_pdf
from training.sets.documents import Print, html_to_pdf, report_to_html, truth_of
from training.tables.synthesis import draw_report

SETS = ("calibration", "test", "tune")
SCANNERS: dict[str, Scanner | None] = {"pdf": None, "scan150": PLAIN, "scan100": HARD}
_FONTS = ("WenQuanYi Zen Hei", "Noto Serif CJK SC", "Noto Sans CJK SC")
_RULES = {"all": 0.6, "none": 0.2, "double": 0.1, "rows": 0.1}


def draw_look(rng: Random) -> Print:
    """How one office prints: rules, page, place of the page break, font, widths, alignment."""
    return Print(
        rules=rng.choices(tuple(_RULES), tuple(_RULES.values()))[0],
        landscape=rng.random() < 0.15,
        traditional=rng.random() < 0.1,
        spacer=rng.randrange(0, 18),
        align=rng.choices(("center", "right", "left"), (0.75, 0.15, 0.1))[0],
        valign=rng.choices(("middle", "top"), (0.85, 0.15))[0],
        font=rng.choice(_FONTS),
        size=rng.choice((9.5, 10.0, 10.5, 12.0)),
        padding=rng.choice((2.0, 3.0, 5.0)),
        label_em=rng.choice((10.0, 12.0, 15.0)),
        split_rows=rng.random() < 0.25,
        repeat_head=rng.random() < 0.2,
        page_numbers=rng.random() < 0.8,
    )


def make_document(name: str, kind: str, seed: int, number: int) -> dict[str, Any]:
    """One line of a set: the document, its truth and how it was made. Raises RuntimeError without Chromium."""
    rng = Random(f"{name}/{kind}/{seed}/{number}")
    report = draw_report(rng)
    look = draw_look(rng)
    content = html_to_pdf(report_to_html(report, look, rng))
    scanner = SCANNERS[kind]
    if scanner is not None:
        scanner = replace(scanner, degrees=rng.choice((-1, 1)) * abs(scanner.degrees))
        content = pictures_to_pdf(scan_pdf(content, scanner, rng.randrange(2**31)), scanner)
    identity = f"{name}-{kind}-{seed}-{number}"
    return {
        "id": identity,
        "truth_id": identity,
        "name": "report.pdf",
        "media_type": "application/pdf",
        "content_base64": base64.b64encode(content).decode("ascii"),
        "truth": truth_of(report),
        "layout": f"rules_{look.rules}",
        "kinds": [report.zero_style, report.size],
        "stratum": kind,
    }


def make_set(name: str, kinds: list[str], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` documents of each kind."""
    for kind in kinds:
        for number in range(count):
            yield make_document(name, kind, seed, number)


def main() -> None:
    """Write a set."""
    parser = argparse.ArgumentParser(prog="python -m training.sets.document_sets", description=__doc__)
    parser.add_argument("--set", choices=SETS, required=True, dest="name")
    parser.add_argument("--kind", choices=sorted(SCANNERS), action="append", required=True)
    parser.add_argument("--count", type=int, default=15, help="documents of each kind (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another draw of the same set (default %(default)s)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--append", action="store_true", help="add to the file that is there")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("a" if options.append else "w", encoding="utf-8") as out:
        for line in make_set(options.name, options.kind, options.count, options.seed):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
