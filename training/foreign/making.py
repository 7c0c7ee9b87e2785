"""Sets of foreign documents: every rendering of a part in turn, each document with random numbers of its own."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from gouji.forms import TABLES, template
from training.foreign import (
    kinds_away,
    kinds_coded,
    kinds_cut,
    kinds_grid,
    kinds_hidden,
    kinds_labels,
    kinds_lines,
    kinds_pictures,
    kinds_rows,
    kinds_several,
    kinds_text,
)
from training.foreign.registry import RENDERINGS, Foreign, Rendering
from training.pages.page import EMPTY, Truth

MODULES = (
    kinds_away, kinds_coded, kinds_cut, kinds_grid, kinds_hidden, kinds_labels, kinds_lines, kinds_pictures,
    kinds_rows, kinds_several, kinds_text,
)  # fmt: skip
MEDIA_TYPES = {
    "txt": "text/plain",
    "md": "text/plain",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def renderings_of(part: str, heavy: bool = True) -> list[Rendering]:
    """The renderings of a part, in the order of their kinds; without the heavy ones where they are not wanted."""
    found = [one for one in RENDERINGS if one.part == part and (heavy or not one.heavy)]
    return sorted(found, key=lambda one: (one.kind, one.name))


def make_document(one: Rendering, seed: int, number: int) -> Foreign:
    """A document of a rendering. Equal seeds and numbers give equal documents."""
    return one.render(Random(f"foreign/{one.part}/{one.kind}/{one.name}/{seed}/{number}"))


def draw_records(part: str, count: int, seed: int, heavy: bool = True) -> Iterator[dict[str, Any]]:
    """`count` lines of a set: the renderings in turn. Heavy ones come in the first two turns only."""
    left = count
    turn = 0
    while left > 0:
        for one in renderings_of(part, heavy and turn < 2):
            if not left:
                return
            yield document_to_record(one, make_document(one, seed, turn), seed, turn)
            left -= 1
        turn += 1


def document_to_record(one: Rendering, document: Foreign, seed: int, number: int) -> dict[str, Any]:
    """One line of a set. A source with several reports has them all in its truth."""
    name = f"{one.kind}-{one.name}-{seed}-{number}"
    first, *more = document.truths
    record: dict[str, Any] = {
        "id": f"{one.part}-{name}",
        "truth_id": f"{one.part}-{name}",
        "name": f"{name}.{document.ending}",
        "media_type": MEDIA_TYPES.get(document.ending),
        "layout": one.name,
        "style": document.ending,
        "kinds": [one.kind],
        "severity": "",
        "stratum": one.kind,
        "unseen": True,
        "truth": {"reports": [first, *more]} if more else first,
    }
    try:
        record["content"] = document.data.decode("utf-8")
    except UnicodeDecodeError:
        record["content_base64"] = base64.b64encode(document.data).decode("ascii")
    return record


def record_to_bytes(record: dict[str, Any]) -> bytes:
    """The document of a line."""
    if "content" in record:
        return str(record["content"]).encode()
    return base64.b64decode(record["content_base64"])


def write_cases(records: Iterable[dict[str, Any]], folder: Path) -> None:
    """Each document as a file `NAME.ext`, its truth as `NAME.json`: the tables of its first report at the top level."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        ending = record["name"].rsplit(".", 1)[-1]
        stem = record["name"].rsplit(".", 1)[0].replace("-", "_")
        ending = f"{ending}.txt" if ending == "json" else ending  # the truth is the .json file
        (folder / f"{stem}.{ending}").write_bytes(record_to_bytes(record))
        reports = record["truth"].get("reports") or [record["truth"]]
        told = {**_truth_to_case(reports[0]), "note": record["kinds"][0]}
        if len(reports) > 1:
            told["reports"] = [_truth_to_case(truth) for truth in reports]
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (folder / f"{stem}.json").write_text(text + "\n", encoding="utf-8")


def _truth_to_case(truth: Truth) -> Truth:
    told: Truth = {"agency": truth["agency"], "year": truth["year"]}
    for table in TABLES:
        held = truth["tables"][table]
        if held is None or held["form"] is None:
            told[table] = {"form": None, "cells": {}, "elsewhere": held is not None}
            continue
        names = template(table, held["form"]).cells
        cells = {name: "absent" if held["cells"][name] == EMPTY else held["cells"][name] for name in names}
        told[table] = {"form": held["form"], "cells": cells}
    return told
