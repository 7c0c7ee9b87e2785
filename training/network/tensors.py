"""Batches of arrays -> what torch takes: streams of them while training, and fixed ones to measure on."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from gouji.scoring.piece_features import FEATURES, SUM_FEATURES
from training.network.batches import PIECES, Batch, Encoding, Example, Mixture, draw_batches, pack
from training.network.targets import label_document
from training.tables.sampling import sample_document


class Batches(IterableDataset[tuple[int, dict[str, Tensor]]]):
    """Batches as tensors, each with the seed of the document to go on from."""

    def __init__(
        self, first: int, mixture: Mixture, sums: bool, corrected: Sequence[Example], encoding: Encoding
    ) -> None:
        self.first, self.mixture, self.sums = first, mixture, sums
        self.corrected, self.encoding = corrected, encoding

    def __iter__(self) -> Iterator[tuple[int, dict[str, Tensor]]]:
        for following, batch in draw_batches(self.first, "train", self.mixture, self.corrected, self.encoding):
            yield following, batch_to_tensors(batch, self.sums)


def batch_to_tensors(batch: Batch, sums: bool = True) -> dict[str, Tensor]:
    """Arrays -> tensors; without `sums`, the features that tell of sums are 0."""
    if not sums:
        at = FEATURES.index(SUM_FEATURES[0])
        batch["numbers"][:, :, at : at + len(SUM_FEATURES)] = 0
    return {name: torch.from_numpy(array) for name, array in batch.items()}


def validation_batches(documents: int, sums: bool, encoding: Encoding = PIECES) -> list[dict[str, Tensor]]:
    """The same validation documents every time, as they come from the generator."""
    labelled = [each for seed in range(documents) for each in label_document(sample_document(seed, "validation"))]
    return examples_to_tensors([encoding.encode(each) for each in labelled], sums, encoding)


def examples_to_tensors(
    examples: Sequence[Example], sums: bool, encoding: Encoding = PIECES
) -> list[dict[str, Tensor]]:
    """All examples as batches to be measured on."""
    return [batch_to_tensors(encoding.join(group), sums) for group in pack(examples, 4096)]


def split_states(batch: dict[str, Tensor]) -> tuple[dict[str, Tensor], Tensor]:
    """The arguments of the network, and the states that it should give."""
    return {name: tensor for name, tensor in batch.items() if name != "states"}, batch["states"]
