from pathlib import Path

import pytest

from gouji.scoring import rules
from gouji.scoring.engines import ENGINES, choose_scorer
from gouji.scoring.learned import ModelUnavailable


def test_an_engine_has_one_of_three_names() -> None:
    for name in ENGINES:
        choose_scorer(name)
    with pytest.raises(ValueError, match="auto, model, rules"):
        choose_scorer("magic")


def test_the_rules_are_always_the_second_opinion() -> None:
    assert choose_scorer("rules").second is None
    assert [choose_scorer(name).second for name in ("auto", "model")] == [rules.score, rules.score]
    assert [choose_scorer(name).fallback for name in ENGINES] == [rules.score, None, None]


def test_without_weights_auto_is_the_rules_and_says_why(tmp_path: Path) -> None:
    chosen = choose_scorer("auto", tmp_path)
    assert (chosen.name, chosen.scorer, chosen.weights) == ("rules", rules.score, None)
    assert chosen.unavailable is not None
    assert "gouji.json is missing" in chosen.unavailable
    with pytest.raises(ModelUnavailable):
        choose_scorer("model", tmp_path)
    assert choose_scorer("auto").unavailable is None
