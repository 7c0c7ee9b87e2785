"""Documents in unfamiliar layouts: equal for equal seeds, and never where a network is trained or a test is drawn."""

import ast
from pathlib import Path

import pytest

from gouji.tables import CellState
from training.damage.unfamiliar import WRITERS, sample_unfamiliar
from training.pages.plans import TEST_ONLY_LAYOUTS

TRAINING = Path(__file__).parents[3] / "training"


def test_equal_seeds_give_equal_documents() -> None:
    assert sample_unfamiliar(5, "validation") == sample_unfamiliar(5, "validation")
    assert sample_unfamiliar(5, "validation").data != sample_unfamiliar(5, "calibration").data


@pytest.mark.parametrize("split", ["train", "test"])
def test_no_other_set_has_any(split: str) -> None:
    with pytest.raises(ValueError, match=split):
        sample_unfamiliar(1, split)


@pytest.mark.parametrize(
    "module",
    [
        "network/train",
        "network/batches",
        "network/targets",
        "tables/sampling",
        "sets/dataset",
        "sets/corrected",
        "damage/mixing",
    ],
)
def test_what_trains_or_draws_tests_never_sees_them(module: str) -> None:
    tree = ast.parse((TRAINING / f"{module}.py").read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "training.damage.unfamiliar" not in named


def test_every_way_is_drawn_and_prints_every_number() -> None:
    seen = set()
    for seed in range(120):
        document = sample_unfamiliar(seed, "validation")
        seen.add(document.layout)
        numbers = [
            cell.text
            for table in document.truth.tables.values()
            if table is not None
            for cell in table.cells.values()
            if cell.state is CellState.PRINTED and cell.value
        ]
        for text in set(numbers):
            assert document.text.count(text) >= numbers.count(text), (seed, document.layout, text)
    assert seen == set(WRITERS)
    assert not seen & set(TEST_ONLY_LAYOUTS)
