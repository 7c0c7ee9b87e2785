"""Documents of the register as lines of a set, and as cases of files."""

import json
from pathlib import Path
from random import Random
from typing import Any

from gouji.forms import TABLES, template
from training.foreign.making import document_to_record, make_document, record_to_bytes, renderings_of, write_cases
from training.foreign.registry import PARTS, Foreign, Rendering

CELLS = dict.fromkeys(template(TABLES[0], "2021").cells, 0)
TRUTH: dict[str, Any] = {
    "agency": "某局",
    "year": 2023,
    "tables": {
        TABLES[0]: {"form": "2021", "cells": CELLS | {"regulations.issued": "empty"}},
        TABLES[1]: {"form": None, "elsewhere": True},
        TABLES[2]: None,
    },
}


def draw(rng: Random) -> Foreign:
    return Foreign(str(rng.random()).encode(), "txt", (TRUTH,))


ONE = Rendering("kind", "draw", "test", draw)


def test_a_document_is_the_same_for_the_same_numbers() -> None:
    assert make_document(ONE, 1, 2) == make_document(ONE, 1, 2)
    assert len({make_document(ONE, seed, n).data for seed in (1, 2) for n in (1, 2)}) == 4


def test_parts_share_no_rendering_and_heavy_ones_can_be_left_out() -> None:
    first, second = ({(r.kind, r.name) for r in renderings_of(part)} for part in PARTS)
    assert first
    assert second
    assert not {name for _, name in first} & {name for _, name in second}
    assert not any(rendering.heavy for part in PARTS for rendering in renderings_of(part, heavy=False))


def test_bytes_come_back_whether_they_are_text_or_not() -> None:
    for data in ("规章".encode(), "规章".encode("gb18030"), b"%PDF-\xff"):
        record = document_to_record(ONE, Foreign(data, "txt", (TRUTH,)), 1, 2)
        assert record_to_bytes(json.loads(json.dumps(record))) == data
    assert (record["id"], record["name"]) == ("test-kind-draw-1-2", "kind-draw-1-2.txt")
    assert record["media_type"] == "text/plain"


def test_several_reports_are_all_in_the_truth() -> None:
    record = document_to_record(ONE, Foreign(b"", "txt", (TRUTH, TRUTH)), 1, 2)
    assert len(record["truth"]["reports"]) == 2
    assert document_to_record(ONE, Foreign(b"", "txt", (TRUTH,)), 1, 2)["truth"] == TRUTH


def test_a_case_is_a_file_and_its_truth(tmp_path: Path) -> None:
    write_cases([document_to_record(ONE, Foreign(b"{}", "json", (TRUTH,)), 1, 2)], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kind_draw_1_2.json", "kind_draw_1_2.json.txt"]
    told = json.loads((tmp_path / "kind_draw_1_2.json").read_text(encoding="utf-8"))
    assert told[TABLES[0]]["cells"]["regulations.issued"] == "absent"
    assert [told[table]["elsewhere"] for table in TABLES[1:]] == [True, False]
    assert told["note"] == "kind"
