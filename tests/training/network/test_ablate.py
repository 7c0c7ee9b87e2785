import json
from pathlib import Path

import pytest

from training.network import ablate
from training.network.ablate import VARIANTS, to_markdown, variant_to_config

BASE = json.loads(Path("training/configs/base.json").read_text())


def test_variants_differ_from_the_first_in_what_they_say_only() -> None:
    configs = {name: variant_to_config(BASE, changes, 10) for name, changes in VARIANTS.items()}
    first = configs["pointing, with sums"]
    assert first["steps"] == 10
    assert configs["pointing, without sums"] == first | {"sums": False}
    assert configs["absolute rows, with sums"]["model"] == first["model"] | {"pointing": False}


def test_every_variant_is_trained_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ablate._BUDGET, "validation_documents", 1)
    monkeypatch.setitem(ablate._BUDGET, "mixture", {"pieces": 500, "easy_kept": 0.1})
    small = {**BASE, "model": {"width": 32, "layers": 1, "heads": 2, "feedforward": 32, "pointing": True}}
    found = ablate.ablate(small, 2, tmp_path, range(2), workers=0)
    assert list(found["variants"]) == list(VARIANTS)
    for figures in found["variants"].values():
        assert 0 <= figures["cells"] <= figures["rows"] <= 1
        assert figures["numbers"] > 10
        assert figures["seconds_a_step"] > 0
    assert to_markdown(found).count("\n| pointing") == 2
    assert to_markdown(found).count("\n| characters") == 1
