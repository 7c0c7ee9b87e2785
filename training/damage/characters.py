"""The layout model on single characters, for comparison (ablate.py); it is neither exported nor served.

A stream is its characters, what stands between pieces included: newlines, pipes and blanks. There are no kinds, sizes,
places in rows or sums, and no likeness to labels, only characters and where they stand; the score of a piece is read at
its last character. Width, layers and the keys of the template are those of the layout model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gouji.document import Gap
from gouji.pieces import Piece
from gouji.scoring.features import MOST_PIECES, encode, text_to_ids
from gouji.scoring.modeling import LayoutConfig, LayoutModel
from training.network.batches import Batch, Encoding, Example, examples_to_batch
from training.network.targets import Labelled

Ints = NDArray[np.int64]
_COARSE = 8.0  # characters that count as one in the second of the two rotary positions
_LONGEST_TURN = 200.0
_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Letters(Example):
    """A stream as characters too. letters: [M] ids.  ends: [N] the last character of each piece."""

    letters: Ints
    ends: Ints


def pieces_to_text(pieces: Sequence[Piece]) -> tuple[str, Ints]:
    """The characters of a stream with what divides its pieces, and the place of the last one of each piece [N].

    A piece without a character of its own, a delimited blank, is read at the delimiter before it.
    """
    told = ""
    ends = np.zeros(len(pieces), np.int64)
    for i, piece in enumerate(pieces):
        fragment = piece.fragment
        told += "\n" * fragment.newlines + "|" * fragment.pipes
        if not (fragment.newlines or fragment.pipes or (fragment.gap is Gap.NONE and fragment.text)):
            told += " " if fragment.gap is Gap.SPACE else "|"
        told += fragment.text
        ends[i] = len(told) - 1
    return told, ends


def labelled_to_letters(labelled: Labelled) -> Letters:
    """Encode a labelled stream."""
    text, ends = pieces_to_text(labelled.stream.pieces[:MOST_PIECES])
    letters = np.array([text_to_ids(character)[0] for character in text], np.int64)
    return Letters(encode(labelled.stream, labelled.template), labelled.states[:MOST_PIECES], letters, ends)


def letters_to_batch(examples: Sequence[Example]) -> Batch:
    """The batch of the layout model with `letters` [B, M], 0 where there are none, and `ends` [B, N]."""
    batch = examples_to_batch(examples)
    held = [each for each in examples if isinstance(each, Letters)]
    letters = np.zeros((len(held), max(len(each.letters) for each in held)), np.int64)
    ends = np.zeros(batch["text"].shape, np.int64)
    for b, each in enumerate(held):
        letters[b, : len(each.letters)] = each.letters
        ends[b, : len(each.ends)] = each.ends
    return batch | {"letters": letters, "ends": ends}


CHARACTERS = Encoding(labelled_to_letters, letters_to_batch)


class CharacterModel(LayoutModel):
    """Scores of piece x slot from characters. What the layout model makes of pieces is there and not used."""

    def __init__(self, config: LayoutConfig) -> None:
        super().__init__(config)
        self.letter = nn.Embedding(config.characters, config.width, padding_idx=0)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, letters: Tensor, ends: Tensor, **batch: Tensor) -> Tensor:  # type: ignore[override]
        """Logits [B, N, S] from letters [B, M], ends [B, N], and the template's part of a batch."""
        encoded = self.texts(batch["characters"])
        columns = batch["columns"]
        rows, row_there = self._rows(encoded, batch["row_text"], batch["group_text"], batch["row_place"], columns)
        count = row_there.sum(1).clamp(min=1.0).unsqueeze(1)
        template = self.template_met((rows * row_there.unsqueeze(2)).sum(1) / count)
        x = self.letter(letters) + template.unsqueeze(1)
        place = torch.arange(letters.shape[1], dtype=x.dtype)
        quarter = self.config.width // self.config.heads // 4
        turns = torch.tensor([_LONGEST_TURN ** (-k / quarter) for k in range(quarter)])
        angles = torch.cat([place[:, None] * turns, place[:, None] / _COARSE * turns], 1)[None, None]
        bias = ((letters == 0).to(x.dtype) * _MASKED)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, angles.cos(), angles.sin(), bias)
        read = self.norm(x.gather(1, ends.unsqueeze(2).expand(-1, -1, x.shape[2])))
        nothing = torch.zeros_like(batch["likeness"])
        return self._point(
            read, rows, row_there, encoded, nothing, batch["column_text"], batch["column_place"], columns
        )
