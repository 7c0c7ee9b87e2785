"""Batches as tensors, with and without the features that tell of sums."""

import numpy as np
import torch

from gouji.scoring.piece_features import FEATURES, SUM_FEATURES
from training.network.tensors import batch_to_tensors, split_states, validation_batches


def batch() -> dict[str, np.ndarray]:
    return {"numbers": np.ones((2, 3, len(FEATURES)), np.float32), "states": np.zeros((2, 3), np.int64)}


def test_without_sums_their_features_alone_are_nought() -> None:
    whole = batch_to_tensors(batch())["numbers"]
    without = batch_to_tensors(batch(), sums=False)["numbers"]
    told = [FEATURES.index(name) for name in SUM_FEATURES]
    assert whole.sum() - without.sum() == 2 * 3 * len(SUM_FEATURES)
    assert not without[:, :, told].any()
    assert isinstance(whole, torch.Tensor)


def test_states_are_what_the_network_should_give() -> None:
    inputs, states = split_states(batch_to_tensors(batch()))
    assert set(inputs) == {"numbers"}
    assert states.shape == (2, 3)


def test_validation_documents_are_the_same_every_time() -> None:
    first, again = validation_batches(1, True), validation_batches(1, True)
    assert first
    assert all(torch.equal(a[name], b[name]) for a, b in zip(first, again, strict=True) for name in a)
