import numpy as np
import pytest
import torch

from gouji.pieces import PieceKind
from gouji.scoring.modeling import LayoutConfig
from gouji.scoring.piece_features import FEATURES
from training.damage.characters import CHARACTERS, CharacterModel, labelled_to_letters, pieces_to_text
from training.network.batches import labelled_to_example
from training.network.targets import Labelled, label_document
from training.network.tensors import batch_to_tensors, split_states
from training.tables.sampling import sample_document


@pytest.fixture(scope="module")
def labelled() -> list[Labelled]:
    return [each for seed in range(6) for each in label_document(sample_document(seed, "train"))]


@pytest.fixture(scope="module")
def model() -> CharacterModel:
    torch.manual_seed(1)
    config = LayoutConfig(
        features=len(FEATURES), width=32, layers=2, heads=2, feedforward=32, text_width=16, key_width=8
    )
    return CharacterModel(config).eval()  # type: ignore[no-untyped-call]


def test_each_piece_ends_at_its_last_character(labelled: list[Labelled]) -> None:
    for each in labelled:
        text, ends = pieces_to_text(each.stream.pieces)
        assert (np.diff(ends) > 0).all()
        for piece, end in zip(each.stream.pieces, ends.tolist(), strict=True):
            shown = piece.fragment.text
            assert text[end - len(shown) + 1 : end + 1] == shown
            assert piece.kind is not PieceKind.EMPTY or text[end] in "|\n "


def test_the_characters_of_a_text_are_those_of_its_source() -> None:
    """Blanks aside, and the order where a label that stood around its values was joined."""
    document = sample_document(0, "train")
    kept = "".join(document.text.split())
    for each in label_document(document):
        fragments = [piece.fragment for piece in each.stream.pieces]
        source = document.text[fragments[0].start : fragments[-1].end]
        told = pieces_to_text(each.stream.pieces)[0]
        assert "".join(source.split()) in kept
        assert sorted("".join(told.split()).replace("|", "")) == sorted("".join(source.split()).replace("|", ""))


def test_only_characters_and_the_template_are_seen(labelled: list[Labelled], model: CharacterModel) -> None:
    batch = batch_to_tensors(CHARACTERS.join([labelled_to_letters(each) for each in labelled[:3]]))
    inputs, states = split_states(batch)
    with torch.no_grad():
        scores = model(**inputs)
        assert scores.shape[:2] == states.shape
        for name in ("numbers", "likeness", "places", "text"):
            blind = model(**(inputs | {name: torch.zeros_like(inputs[name])}))
            assert torch.equal(blind, scores)
        other = inputs["letters"].clone()
        other[0, inputs["ends"][0, 5]] += 1
        assert not torch.allclose(model(**(inputs | {"letters": other}))[0], scores[0])


def test_the_padding_of_a_batch_changes_nothing(labelled: list[Labelled], model: CharacterModel) -> None:
    short, long = sorted(labelled, key=lambda each: len(each.states))[:: len(labelled) - 1]
    alone, joined = (
        split_states(batch_to_tensors(CHARACTERS.join([labelled_to_letters(each) for each in group])))[0]
        for group in ([short], [short, long])
    )
    count = len(labelled_to_example(short).states)
    rows, columns = alone["columns"].shape[1:]
    with torch.no_grad():
        one, two = model(**alone), model(**joined)
    width = joined["columns"].shape[2]
    slots = two[0, :count, 1:].reshape(count, -1, 2 + width)[:, :rows, : 2 + columns].reshape(count, -1)
    assert torch.allclose(one[0, :, 1:], slots, atol=1e-4)
