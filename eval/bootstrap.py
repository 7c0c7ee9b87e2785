"""Intervals by resampling truths: documents made of one truth are not independent, so they are drawn together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 1000
SEED = 20190514


def cluster_places(cluster_ids: Sequence[str]) -> NDArray[np.int64]:
    """The number [n] of the cluster of each document, in the sorted order of the cluster ids."""
    return np.unique(np.asarray(cluster_ids, dtype=str), return_inverse=True)[1].astype(np.int64)


def draw_weights(clusters: int, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """How often each cluster is drawn [resamples, clusters] when as many clusters are drawn with replacement.

    One cluster or none has no spread: every weight is 1.
    """
    if clusters < 2:
        return np.ones((resamples, clusters))
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1.0 / clusters), size=resamples).astype(np.float64)


def sum_clusters(values: Floats, places: NDArray[np.int64]) -> Floats:
    """Sums [clusters, ...] of values [n, ...] over the documents of each cluster."""
    sums = np.zeros((int(places.max()) + 1 if len(places) else 0, *values.shape[1:]))
    np.add.at(sums, places, values)
    return sums


def ratios(numerators: Floats, denominators: Floats) -> Floats:
    """Ratios, nan where the denominator is 0: a share of nothing is not a number."""
    blank = np.full(np.broadcast(numerators, denominators).shape, np.nan)
    return np.asarray(np.divide(numerators, denominators, out=blank, where=np.asarray(denominators) != 0))


def interval(samples: Floats, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of resampled figures; resamples without a figure (nan) are left out, none: nan."""
    known = samples[~np.isnan(samples)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
