"""Logistic regression with a ridge and held signs."""

import numpy as np
import pytest

from training.network.logistic import MOST, apply_logistic, fit_logistic


def drawn(weights: list[float], count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    evidence = rng.normal(size=(count, len(weights) - 1))
    chance = 1 / (1 + np.exp(-(weights[0] + evidence @ np.array(weights[1:]))))
    return evidence, (rng.random(count) < chance).astype(float)


def test_the_weights_that_drew_the_data_are_found_again() -> None:
    evidence, right = drawn([0.5, 2.0, -1.0])
    assert fit_logistic(evidence, right, ridge=0.01) == pytest.approx([0.5, 2.0, -1.0], abs=0.2)


def test_a_ridge_draws_weights_to_nought() -> None:
    evidence, right = drawn([0.0, 2.0])
    loose, tight = (fit_logistic(evidence, right, ridge=ridge)[1] for ridge in (0.01, 1000.0))
    assert 0 < tight < loose


def test_evidence_of_the_wrong_sign_is_left_out() -> None:
    evidence, right = drawn([0.0, 2.0, -1.0])
    weights = fit_logistic(evidence, right, signs=(1, 1))
    assert weights[1] > 1
    assert weights[2] == 0
    assert fit_logistic(evidence, right, signs=(1, -1))[2] < -0.5


def test_no_probability_is_certain() -> None:
    told = apply_logistic(np.array([0.0, 1.0]), np.array([[0.0], [1000.0], [-1000.0]]))
    assert told[0] == 0.5
    assert told[1] == MOST
    assert 0 <= told[2] < 1e-9
