import numpy as np
import pytest

from eval.bootstrap import cluster_places, draw_weights, interval, ratios, sum_clusters


def test_documents_of_one_truth_are_drawn_together():
    places = cluster_places(["b", "a", "b"])
    assert places.tolist() == [1, 0, 1]
    assert sum_clusters(np.array([[1.0], [10.0], [2.0]]), places).tolist() == [[10.0], [3.0]]


def test_weights_are_seeded_and_draw_as_many_as_there_are():
    weights = draw_weights(7, resamples=50)
    assert weights.shape == (50, 7)
    assert set(weights.sum(axis=1)) == {7.0}
    assert (weights == draw_weights(7, resamples=50)).all()
    assert not (weights == draw_weights(7, resamples=50, seed=1)).all()


def test_one_truth_has_no_spread():
    assert (draw_weights(1, resamples=3) == 1).all()


def test_interval_of_a_coin_is_the_binomial_one():
    weights = draw_weights(400, resamples=2000)
    values = np.array([1.0, 0.0] * 200)
    low, high = interval(ratios(weights @ values, weights.sum(axis=1)))
    assert (low, high) == (pytest.approx(0.5 - 0.049, abs=0.006), pytest.approx(0.5 + 0.049, abs=0.006))


def test_share_of_nothing_is_no_number():
    assert np.isnan(ratios(np.array([0.0]), np.array([0.0]))).all()
    assert np.isnan(interval(np.array([np.nan]))).all()
    assert interval(np.array([np.nan, 0.25, 0.25])) == (0.25, 0.25)
