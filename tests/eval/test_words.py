"""The words of a benchmark are about figures that it keeps, and name their units."""

import json
from pathlib import Path

import pytest

from eval.words import BENCH_WORDS

BENCH = Path(__file__).resolve().parents[2] / "eval" / "results" / "bench.json"


def test_what_has_words_was_measured() -> None:
    measured = json.loads(BENCH.read_text(encoding="utf-8"))
    for group, figures in measured.items():
        if isinstance(figures, dict) and group in BENCH_WORDS:
            assert set(BENCH_WORDS[group]) <= set(figures), group
    assert set(BENCH_WORDS) & set(measured)


@pytest.mark.parametrize("group", BENCH_WORDS)
def test_units_of_keys_are_those_of_their_words(group: str) -> None:
    for key, words in BENCH_WORDS[group].items():
        for ending, unit in (("_ms", ", ms"), ("_mib", ", MiB"), ("_mb", ", MB"), ("_seconds", ", s")):
            assert not key.endswith(ending) or words.endswith(unit), key
