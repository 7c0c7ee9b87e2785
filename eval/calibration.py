"""How honest confidences are: expected calibration error, reliability, and risk against coverage. Pure.

Throughout, `confidence` and `correct` are arrays [n]: the probability that was given and whether (0 or 1) it held.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 15


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The answers of one bin: how many, their mean confidence, and the share of them that is right."""

    count: int
    confidence: float
    accuracy: float


def equal_mass_edges(confidence: Floats, bins: int = BINS) -> Floats:
    """Inner edges [<= bins - 1] that give every bin as many answers, as far as equal confidences allow.

    Equal confidences are never split, so there may be fewer bins than asked for, and larger ones. An edge is the
    smallest confidence of the bin above it. No answers: no edges.
    """
    if not len(confidence):
        return np.empty(0)
    ordered = np.sort(confidence)
    starts = [(k * len(ordered)) // bins for k in range(1, bins)]
    edges = np.unique(ordered[starts])
    return np.asarray(edges[edges > ordered[0]])


def equal_width_edges(bins: int = BINS) -> Floats:
    """Inner edges [bins - 1] of bins of equal width between 0 and 1."""
    edges: Floats = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    return edges


def bin_sums(confidence: Floats, correct: Floats, edges: Floats) -> Floats:
    """Sums [bins, 3] of each bin: answers, confidence, right answers. An edge belongs to the bin above it."""
    places = np.searchsorted(edges, confidence, side="right")
    size = len(edges) + 1
    columns = [np.bincount(places, weights, minlength=size) for weights in (None, confidence, correct)]
    return np.stack(columns, axis=1).astype(np.float64)


def calibration_error(sums: Floats) -> Floats:
    """Expected calibration error of bin sums [..., bins, 3]: mean over answers of |accuracy - confidence| of its bin.

    No answers: 0, for nothing was claimed.
    """
    total = sums[..., 0].sum(axis=-1)
    gaps = np.abs(sums[..., 2] - sums[..., 1]).sum(axis=-1)
    return np.asarray(np.divide(gaps, total, out=np.zeros_like(gaps), where=total > 0))


def reliability(sums: Floats) -> tuple[ReliabilityBin, ...]:
    """The bins of a reliability diagram from bin sums [bins, 3]; empty bins are left out."""
    return tuple(ReliabilityBin(int(n), float(c / n), float(a / n)) for n, c, a in sums if n)


def risk_coverage(confidence: Floats, loss: Floats) -> tuple[Floats, Floats]:
    """Coverage and risk [n] when answers are accepted from the surest down.

    risk[k] is the mean loss of the k + 1 surest. Answers of equal confidence are accepted in no particular order,
    so each of them carries the mean loss of its equals.
    """
    _, group, size = np.unique(-confidence, return_inverse=True, return_counts=True)
    mean = np.bincount(group, loss, minlength=len(size)) / size
    accepted = np.arange(1, len(loss) + 1, dtype=np.float64)
    risk = np.cumsum(np.repeat(mean, size)) / accepted
    return accepted / max(1, len(loss)), risk


def risk_coverage_areas(confidence: Floats, loss: Floats, weights: Floats) -> Floats:
    """Area under the risk-coverage curve: the mean of its risks, lower is better. No answers: 0.

    weights [resamples, n] says how often each answer is there; one area for each resample. A group of m equals with
    mean loss u, after t answers that lost s, adds the risks (s + k * u) / (t + k) for k = 1 to m, which is
    m * u + (s - t * u) * (H(t + m) - H(t)) with the harmonic numbers H.
    """
    total = weights.sum(axis=1)
    if not len(loss):
        return np.zeros(len(weights))
    order = np.argsort(-confidence, kind="stable")
    _, starts = np.unique(-confidence[order], return_index=True)
    sizes = np.add.reduceat(weights[:, order], starts, axis=1)
    losses = np.add.reduceat((weights * loss)[:, order], starts, axis=1)
    taken, lost = np.cumsum(sizes, axis=1) - sizes, np.cumsum(losses, axis=1) - losses
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, int(total.max()) + 1))])
    mean = np.divide(losses, sizes, out=np.zeros_like(losses), where=sizes > 0)
    steps = harmonic[(taken + sizes).astype(np.int64)] - harmonic[taken.astype(np.int64)]
    areas = (losses + (lost - taken * mean) * steps).sum(axis=1)
    return np.asarray(np.divide(areas, total, out=np.zeros_like(areas), where=total > 0))


def risk_coverage_area(confidence: Floats, loss: Floats) -> float:
    """The area of the answers as they are."""
    return float(risk_coverage_areas(confidence, loss, np.ones((1, len(loss))))[0])
