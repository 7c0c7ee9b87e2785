import numpy as np
import pytest

from eval.calibration import (
    bin_sums,
    calibration_error,
    equal_mass_edges,
    equal_width_edges,
    reliability,
    risk_coverage,
    risk_coverage_area,
    risk_coverage_areas,
)


def test_equal_mass_error_by_hand():
    confidence, correct = np.array([0.8, 0.6, 0.6, 0.8]), np.array([1.0, 1.0, 0.0, 1.0])
    edges = equal_mass_edges(confidence, bins=2)
    assert edges.tolist() == [0.8]
    sums = bin_sums(confidence, correct, edges)
    # half of the answers at 0.6 with one of two right, half at 0.8 with all right
    assert float(calibration_error(sums)) == pytest.approx(0.5 * 0.1 + 0.5 * 0.2)
    assert [(b.count, round(b.confidence, 6), b.accuracy) for b in reliability(sums)] == [(2, 0.6, 0.5), (2, 0.8, 1.0)]


def test_equal_confidences_are_never_split():
    confidence, correct = np.full(30, 0.9), np.array([1.0] * 27 + [0.0] * 3)
    edges = equal_mass_edges(confidence)
    assert len(edges) == 0
    assert float(calibration_error(bin_sums(confidence, correct, edges))) == pytest.approx(0.0)


def test_equal_width_error_by_hand():
    # 1/15 wide: 0.02 falls into the first bin, 1.0 into the last
    confidence, correct = np.array([0.02, 1.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    sums = bin_sums(confidence, correct, equal_width_edges())
    assert sums[0, 0] == 1
    assert sums[-1, 0] == 3
    assert float(calibration_error(sums)) == pytest.approx(0.25 * 0.02 + 0.75 / 3)


def test_no_answers_claim_nothing():
    empty = np.empty(0)
    assert float(calibration_error(bin_sums(empty, empty, equal_mass_edges(empty)))) == 0.0
    assert risk_coverage_area(empty, empty) == 0.0


def test_risk_coverage_by_hand():
    coverage, risk = risk_coverage(np.array([0.7, 0.9, 0.8]), np.array([0.0, 0.0, 1.0]))
    assert coverage == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert risk == pytest.approx([0.0, 1 / 2, 1 / 3])
    assert risk_coverage_area(np.array([0.7, 0.9, 0.8]), np.array([0.0, 0.0, 1.0])) == pytest.approx(5 / 18)


@pytest.mark.parametrize("loss", [[1.0, 0.0], [0.0, 1.0]])
def test_order_of_equals_does_not_matter(loss):
    assert risk_coverage_area(np.array([0.5, 0.5]), np.array(loss)) == pytest.approx(0.5)


def test_areas_of_resamples_are_those_of_the_answers_repeated():
    rng = np.random.default_rng(3)
    confidence, loss = rng.random(30).round(1), rng.integers(0, 2, 30).astype(np.float64)
    weights = rng.integers(0, 4, (20, 30)).astype(np.float64)
    expected = []
    for row in weights:
        drawn = np.repeat(np.arange(30), row.astype(int))
        expected.append(risk_coverage(confidence[drawn], loss[drawn])[1].mean())
    assert risk_coverage_areas(confidence, loss, weights) == pytest.approx(expected)
