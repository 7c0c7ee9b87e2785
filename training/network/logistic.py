"""Logistic regression for the confidences: a ridge, and signs that evidence is held to (Platt 1999)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST = 0.9999  # no probability is told to be more
_RIDGE = 3.0
_ROUNDS = 60


def fit_logistic(evidence: Floats, right: Floats, signs: Sequence[int] = (), ridge: float = _RIDGE) -> Floats:
    """Weights [1 + features], the constant first. evidence: [n, features]; right: [n] of 0 and 1.

    signs: 1 where evidence can only speak for, -1 where only against (0: either). Evidence whose weight comes out with
    the other sign is left out and the rest fitted again, so that a surer posterior never lowers a confidence.
    """
    kept = list(range(evidence.shape[1]))
    while True:
        weights = _fit(evidence[:, kept], right, ridge)
        wrong = {f for f, w in zip(kept, weights[1:], strict=True) if signs and w * signs[f] < 0}
        if not wrong:
            break
        kept = [f for f in kept if f not in wrong]
    whole = np.zeros(1 + evidence.shape[1])
    whole[[0, *(1 + f for f in kept)]] = weights
    return whole


def _fit(evidence: Floats, right: Floats, ridge: float) -> Floats:
    inputs = np.column_stack([np.ones(len(evidence)), evidence])
    weights: Floats = np.zeros(inputs.shape[1])
    penalty = np.full(inputs.shape[1], ridge)
    penalty[0] = 1e-3
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (right - chance) - penalty * weights
        spread = np.maximum(chance * (1 - chance), 1e-6)
        step = np.linalg.solve((inputs * spread[:, None]).T @ inputs + np.diag(penalty), slope)
        size = float(np.abs(step).max())
        weights = weights + step * min(1.0, 4.0 / max(size, 1e-9))
        if size < 1e-5:
            break
    return weights


def apply_logistic(weights: Floats, evidence: Floats) -> Floats:
    """Probabilities [n]."""
    inputs = np.column_stack([np.ones(len(evidence)), evidence])
    chance: Floats = np.minimum(1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30))), MOST)
    return chance
