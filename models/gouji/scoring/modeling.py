"""The layout model: the whole network in one file.

A stream of pieces is read against the rows of a template. Texts of pieces and of template rows go through the same
character convolution; four transformer layers with rotary positions (index of the piece, texts so far) see the whole
stream; the scores of piece x slot are dot products with keys made of the template's own texts and places. So a third
form, or a row more, is another input and not another network. Sources: Vaswani et al. 2017 (transformer), Su et al.
2021 (rotary positions), Vinyals et al. 2015 (pointing), Xu et al. 2020 (boxes as input, LayoutLM).

Importing this module makes the network known to transformers: `AutoModel.from_pretrained` loads a folder of weights.

Shapes: B streams, N pieces, U distinct texts of the batch, R rows, C columns, D width, S = 1 + R * (2 + C) states.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel

_MASKED = -1e4
_LONGEST_TURN = 200.0  # pieces or texts, in the slowest of the rotary positions
_MOST_PLACES = 40  # rows or columns that are told apart by their ordinal


class LayoutConfig(PretrainedConfig):  # type: ignore[no-untyped-call]
    """Sizes of the network, and which parts are on. pointing: keys from the texts of the template, or from ordinals."""

    model_type = "gouji_layout"

    def __init__(
        self,
        characters: int = 1231,
        features: int = 106,
        character_width: int = 48,
        text_width: int = 96,
        width: int = 128,
        layers: int = 4,
        heads: int = 4,
        feedforward: int = 384,
        key_width: int = 64,
        pointing: bool = True,
        **others: Any,
    ) -> None:
        self.characters = characters
        self.features = features
        self.character_width = character_width
        self.text_width = text_width
        self.width = width
        self.layers = layers
        self.heads = heads
        self.feedforward = feedforward
        self.key_width = key_width
        self.pointing = pointing
        super().__init__(**others)


class TextEncoder(nn.Module):
    """Characters -> one vector a text: embeddings, a convolution, maximum and mean over the text."""

    def __init__(self, config: LayoutConfig) -> None:
        super().__init__()
        self.embed = nn.Embedding(config.characters, config.character_width, padding_idx=0)
        self.narrow = nn.Conv1d(config.character_width, config.text_width, 3, padding=1)
        self.whole = nn.Linear(2 * config.text_width, config.width)

    def forward(self, characters: Tensor) -> Tensor:  # [U, L] -> [U, D]
        there = (characters > 0).unsqueeze(1).float()  # [U, 1, L]
        found = functional.gelu(self.narrow(self.embed(characters).transpose(1, 2))) * there  # [U, T, L]
        mean = found.sum(2) / there.sum(2).clamp(min=1.0)
        encoded: Tensor = self.whole(torch.cat([found.amax(2), mean], 1))
        return encoded


class Layer(nn.Module):
    """One pre-norm transformer layer. Half of each head turns with the piece's index, half with the texts so far."""

    def __init__(self, config: LayoutConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.before_attention = nn.LayerNorm(config.width)
        self.attend = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.before_feedforward = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, config.feedforward)
        self.down = nn.Linear(config.feedforward, config.width)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, bias: Tensor) -> Tensor:
        batch, count, width = x.shape
        joint = self.attend(self.before_attention(x)).view(batch, count, 3, self.heads, width // self.heads)
        query, key, value = joint.permute(2, 0, 3, 1, 4)  # each [B, H, N, D / H]
        query, key = _turn(query, cosine, sine), _turn(key, cosine, sine)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, count, width))
        fed: Tensor = self.down(functional.gelu(self.up(self.before_feedforward(x))))
        return x + fed


def _turn(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotate pairs of channels by their angles. x: [B, H, N, E], angles: [B, 1, N, E / 2]."""
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], -1)


class LayoutModel(PreTrainedModel):  # type: ignore[no-untyped-call]
    """Scores of piece x slot."""

    config_class = LayoutConfig

    def __init__(self, config: LayoutConfig) -> None:
        super().__init__(config)
        width, key = config.width, config.key_width
        self.texts = TextEncoder(config)
        self.project = nn.Linear(config.features, width)
        self.label_met = nn.Linear(width, width)
        self.group_met = nn.Linear(width, width)
        self.template_met = nn.Linear(width, width)
        self.sharpness = nn.Parameter(torch.tensor([8.0, 2.0]))  # of likeness; what naming no row counts
        self.row_from_top = nn.Embedding(_MOST_PLACES, width)
        self.row_from_bottom = nn.Embedding(_MOST_PLACES, width)
        self.column_from_left = nn.Embedding(_MOST_PLACES, width)
        self.column_from_right = nn.Embedding(_MOST_PLACES, width)
        self.group_of = nn.Linear(width, width)
        self.row_key = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 4 * key)  # queries: group, label, row of a value, column of a value
        self.answer = nn.Linear(width, 3 * key)  # keys of a row: group, label, value
        self.answer_column = nn.Linear(width, key)
        self.likeness_weight = nn.Parameter(torch.tensor([0.5, 0.5]))
        self.kinds = nn.Linear(width, 4)  # none, group, label, value
        self.post_init()  # type: ignore[no-untyped-call]

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Conv1d)):
            nn.init.normal_(module.weight, std=0.05)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)

    def forward(
        self,
        characters: Tensor,  # [U, L]
        text: Tensor,  # [B, N] into U
        numbers: Tensor,  # [B, N, F]
        places: Tensor,  # [B, N, 2]
        likeness: Tensor,  # [B, N, R, 2]
        present: Tensor,  # [B, N] 1 for pieces, 0 for the padding of a batch
        row_text: Tensor,  # [B, R] into U
        group_text: Tensor,  # [B, R] into U
        column_text: Tensor,  # [B, R, C] into U
        row_place: Tensor,  # [B, R, 2]
        column_place: Tensor,  # [B, R, C, 2]
        columns: Tensor,  # [B, R, C] 1 where the row has the column
    ) -> Tensor:  # [B, N, S] logits
        encoded = self.texts(characters)  # [U, D]
        rows, row_there = self._rows(encoded, row_text, group_text, row_place, columns)
        x = self.project(numbers) + encoded[text]
        if self.config.pointing:
            x = x + self._meet(likeness, rows, row_there)
        count = row_there.sum(1).clamp(min=1.0).unsqueeze(1)
        x = x + self.template_met((rows * row_there.unsqueeze(2)).sum(1) / count).unsqueeze(1)
        # Not a buffer: what is not saved with the weights, loading leaves unset.
        quarter = self.config.width // self.config.heads // 4
        frequencies = places.new_tensor([_LONGEST_TURN ** (-k / quarter) for k in range(quarter)])
        angles = torch.cat([places[..., :1] * frequencies, places[..., 1:] * frequencies], -1).unsqueeze(1)
        cosine, sine = angles.cos(), angles.sin()  # [B, 1, N, E / 2]
        bias = ((1.0 - present) * _MASKED)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, cosine, sine, bias)
        return self._point(self.norm(x), rows, row_there, encoded, likeness, column_text, column_place, columns)

    def _rows(
        self, encoded: Tensor, row_text: Tensor, group_text: Tensor, row_place: Tensor, columns: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Vectors of the template's rows [B, R, D], and 1 where there is such a row [B, R]."""
        rows = self.row_from_top(row_place[..., 0]) + self.row_from_bottom(row_place[..., 1])
        if self.config.pointing:
            rows = rows + encoded[row_text] + self.group_of(encoded[group_text])
        known: Tensor = self.row_key(rows)
        return rows + known, columns.amax(2)

    def _meet(self, likeness: Tensor, rows: Tensor, row_there: Tensor) -> Tensor:
        """What a text says by its likeness alone: the rows it may name, weighed, and nothing where it names none."""
        away = ((1.0 - row_there) * _MASKED)[:, None, :]
        none = torch.zeros_like(likeness[:, :, :1, 0]) + self.sharpness[1]
        met = []
        for kind, layer in ((1, self.label_met), (0, self.group_met)):
            scores = torch.cat([self.sharpness[0] * likeness[..., kind] + away, none], 2)
            met.append(layer(torch.matmul(scores.softmax(2)[:, :, :-1], rows)))
        joint: Tensor = met[0] + met[1]
        return joint

    def _point(
        self,
        x: Tensor,
        rows: Tensor,
        row_there: Tensor,
        encoded: Tensor,
        likeness: Tensor,
        column_text: Tensor,
        column_place: Tensor,
        columns: Tensor,
    ) -> Tensor:
        group, label, value, column = self.ask(x).chunk(4, -1)  # [B, N, K]
        group_key, label_key, value_key = self.answer(rows).chunk(3, -1)  # [B, R, K]
        scale = self.config.key_width**-0.5
        kinds = self.kinds(x)  # [B, N, 4]
        places = self.column_from_left(column_place[..., 0]) + self.column_from_right(column_place[..., 1])
        if self.config.pointing:
            places = places + encoded[column_text]
            weight = self.likeness_weight
            group_likeness, label_likeness = weight[0] * likeness[..., 0], weight[1] * likeness[..., 1]
        else:
            group_likeness = label_likeness = torch.zeros_like(likeness[..., 0])
        column_key = self.answer_column(places)  # [B, R, C, K]
        batch, height, width = columns.shape
        flat = column_key.reshape(batch, height * width, -1)
        away = ((1.0 - row_there) * _MASKED)[:, None, :]  # [B, 1, R]
        of_group = torch.matmul(group, group_key.transpose(1, 2)) * scale + group_likeness + kinds[..., 1:2] + away
        of_label = torch.matmul(label, label_key.transpose(1, 2)) * scale + label_likeness + kinds[..., 2:3] + away
        of_row = torch.matmul(value, value_key.transpose(1, 2)) * scale + kinds[..., 3:4]  # [B, N, R]
        of_column = torch.matmul(column, flat.transpose(1, 2)).reshape(batch, -1, height, width) * scale
        of_value = of_row.unsqueeze(3) + of_column + ((1.0 - columns) * _MASKED).unsqueeze(1)  # [B, N, R, C]
        slots = torch.cat([of_group.unsqueeze(3), of_label.unsqueeze(3), of_value], 3)  # [B, N, R, 2 + C]
        return torch.cat([kinds[..., :1], slots.flatten(2)], 2)


AutoConfig.register(LayoutConfig.model_type, LayoutConfig)
AutoModel.register(LayoutConfig, LayoutModel)
