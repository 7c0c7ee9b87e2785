"""Bars are kept within noise, raised by better figures, and never lowered."""

import math

import pytest

from eval.figures import HIGHER_IS_BETTER, Figure
from eval.ratchet import WATCHED, figures_to_bars, find_falls, raise_bars


def figure(value: float, noise: float = 0.01, of: float = 1000) -> Figure:
    return Figure(value, value - noise, value + noise, value * of, of)


def bars(**values: float) -> dict[str, dict[str, float]]:
    return {name.replace("__", "/"): {"value": value, "noise": 0.01} for name, value in values.items()}


@pytest.mark.parametrize(
    ("name", "value", "falls"),
    [
        ("documents_exact", 0.895, False),
        ("documents_exact", 0.885, True),
        ("documents_exact", 0.99, False),
        ("easy/documents_exact", 0.885, True),
        ("silent_errors", 0.905, False),
        ("silent_errors", 0.915, True),
        ("silent_errors", 0.1, False),
        ("documents_exact", math.nan, True),
    ],
)
def test_a_figure_falls_where_it_is_worse_by_more_than_noise(name: str, value: float, falls: bool) -> None:
    found = find_falls({name: {"value": 0.9, "noise": 0.01}}, {name: figure(value)})
    assert [fall.name for fall in found] == ([name] if falls else [])


def test_a_figure_that_is_gone_does_not_keep_its_bar() -> None:
    (fall,) = find_falls(bars(documents_exact=0.9), {})
    assert "documents_exact" in str(fall)


def test_better_figures_raise_bars_and_worse_ones_leave_them() -> None:
    kept = bars(documents_exact=0.9, silent_errors=0.1)
    better = {"documents_exact": figure(0.95), "silent_errors": figure(0.05), "coverage_right": figure(0.5)}
    raised = raise_bars(kept, better)
    assert {name: bar["value"] for name, bar in raised.items()} == {
        "documents_exact": 0.95,
        "silent_errors": 0.05,
        "coverage_right": 0.5,
    }
    worse = {"documents_exact": figure(0.8), "silent_errors": figure(0.2)}
    assert raise_bars(kept, worse) == kept


def test_noise_is_never_less_than_one_case_and_figures_of_nothing_have_no_bar() -> None:
    made = figures_to_bars({"ece": figure(0.5, 0.0, 10), "brier": figure(math.nan)})
    assert made == {"ece": {"value": 0.5, "noise": 0.1}}


def test_what_is_watched_has_a_direction() -> None:
    assert all(HIGHER_IS_BETTER[name] is not None for name in WATCHED)
