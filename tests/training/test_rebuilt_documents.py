"""The rebuilt test documents: their truths name every cell of their forms, and print what they say."""

import json
from pathlib import Path

import pytest

from gouji.forms import TABLES, template

CASES = sorted(path for path in (Path(__file__).parents[1] / "documents").iterdir() if (path / "truth.json").exists())


def test_there_is_a_case_for_every_layout() -> None:
    names = [case.name for case in CASES]
    for layout in (
        "l01",
        "l03",
        "l03n",
        "l04",
        "l04n",
        "l05",
        "l06",
        "l07",
        "l08",
        "l09",
        *(f"l1{n}" for n in "01234678"),
    ):
        assert any(name.startswith(layout + "_") for name in names), layout
    assert sum(name.startswith("genuine_") for name in names) == 5
    assert len(names) >= 45


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_whole(case: Path) -> None:
    reports = [path for path in case.iterdir() if path.stem == "report"]
    assert len(reports) == 1
    truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    assert set(truth) - {"truth_id"} == {"agency", "year", "tables"}
    assert set(truth["tables"]) == set(TABLES)
    for table, held in truth["tables"].items():
        if held is not None:
            assert list(held["cells"]) == list(template(table, held["form"]).cells)
