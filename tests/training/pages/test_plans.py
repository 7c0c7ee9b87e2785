"""Plans of documents: what a stratum may draw, and how bad it is."""

from random import Random

import pytest

from training.pages.plans import (
    GRADES,
    SEVERITIES,
    STRATA,
    TEST_ONLY_KINDS,
    TEST_ONLY_LAYOUTS,
    UNSEEN,
    check_kinds,
    draw_plan,
    kinds_to_severity,
)

MILD = next(kind for kind, grade in GRADES.items() if grade == 1)
MEDIUM = [kind for kind, grade in GRADES.items() if grade == 2]


@pytest.mark.parametrize(
    ("kinds", "layout", "severity"),
    [
        ((), "L1", 0),
        ((MILD,), "L1", 1),
        ((MILD, MEDIUM[0]), "L1", 2),
        (tuple(MEDIUM[:3]), "L1", 3),
        ((), "L18", 3),
        ((), "L11", 3),
    ],
)
def test_the_worst_kind_tells_and_three_bad_ones_are_severe(kinds: tuple[str, ...], layout: str, severity: int) -> None:
    assert kinds_to_severity(kinds, layout) == SEVERITIES[severity]


@pytest.mark.parametrize("stratum", STRATA)
def test_a_plan_is_of_its_stratum_and_learning_sees_nothing_of_the_unseen(stratum: str) -> None:
    for seed in range(60):
        plan = draw_plan(Random(seed), stratum)
        assert plan.stratum == stratum
        assert plan == draw_plan(Random(seed), stratum)
        assert set(plan.kinds) <= set(GRADES)
        if stratum != UNSEEN:
            assert plan.layout not in TEST_ONLY_LAYOUTS
            assert not set(plan.kinds) & set(TEST_ONLY_KINDS)


def test_clean_is_clean_and_dropped_blanks_leave_nothing() -> None:
    assert all(draw_plan(Random(seed), "clean").kinds == () for seed in range(40))
    assert {draw_plan(Random(seed), "dropped_blanks").blank_mark for seed in range(40)} == {""}


def test_every_kind_with_a_grade_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    check_kinds()
    monkeypatch.setitem(GRADES, "new_kind", 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="new_kind"):
        check_kinds()


def test_a_stratum_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        draw_plan(Random(1), "worst")
