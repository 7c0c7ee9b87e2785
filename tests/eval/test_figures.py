import math
from dataclasses import fields

import numpy as np
import pytest

from eval.figures import CALIBRATION, RATIOS, TITLES, differences, measure
from eval.metrics import Counts, Score


def _score(exact, confidence=0.9, cells=()):
    pairs = np.array(cells, dtype=np.float64).reshape(-1, 2)
    counts = Counts(documents=1, exact=exact, judged=len(pairs))
    return Score(counts, pairs[:, 0], pairs[:, 1], confidence)


def test_every_ratio_is_made_of_counts():
    known = {f.name for f in fields(Counts)}
    assert all({ratio.numerator, ratio.denominator} <= known for ratio in RATIOS)
    assert len(TITLES) == len(RATIOS) + len(CALIBRATION)


def test_values_by_hand():
    scores = [_score(1, 0.9, [(0.9, 1)]), _score(0, 0.8, [(0.5, 0)]), _score(1, 0.7), _score(1, 0.6)]
    figures = measure(scores, ["a", "b", "c", "d"])
    assert figures["documents_exact"].value == 0.75
    assert figures["documents_exact"].low < 0.75 < figures["documents_exact"].high
    assert figures["aurc"].value == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert figures["ece"].value == pytest.approx((0.1 + 0.5) / 2)
    assert math.isnan(figures["nonzero_right"].value)
    assert set(figures) == set(TITLES)


def test_documents_of_one_truth_widen_the_interval():
    scores = [_score(k % 2) for k in range(40)]
    apart = measure(scores, [str(k) for k in range(40)])["documents_exact"]
    together = measure(scores, [str(k % 2) for k in range(40)])["documents_exact"]
    assert together.noise > 2 * apart.noise
    alone = measure(scores, ["same"] * 40)["documents_exact"]
    assert (alone.low, alone.high) == (0.5, 0.5)


def test_differences_are_paired():
    # both fail on the same documents but one: unpaired intervals would be far wider
    ours, theirs = [_score(k % 2) for k in range(100)], [_score(k % 2 and k != 1) for k in range(100)]
    truth_ids = [str(k) for k in range(100)]
    figure = differences(ours, theirs, truth_ids)["documents_exact"]
    assert figure.value == pytest.approx(0.01)
    assert figure.low == 0.0
    assert figure.high < 0.04
    assert differences(ours, ours, truth_ids)["documents_exact"].noise == 0.0


def test_no_documents_no_figures():
    assert all(math.isnan(figure.value) for figure in measure([], []).values())
