import random

import numpy as np
import pytest

from gouji.alignment.lattice import slots_a_row, state_to_slot
from training.network.batches import (
    IGNORED,
    Example,
    Mixture,
    draw_batches,
    draw_corrected,
    draw_examples,
    drop_rows,
    examples_to_batch,
    labelled_to_example,
    pack,
)
from training.network.targets import Labelled, label_document
from training.tables.sampling import sample_document


@pytest.fixture(scope="module")
def labelled() -> list[Labelled]:
    return [each for seed in range(6) for each in label_document(sample_document(seed, "train"))]


def test_a_batch_holds_every_example_padded(labelled: list[Labelled]) -> None:
    examples = [labelled_to_example(each) for each in labelled]
    batch = examples_to_batch(examples)
    longest = max(len(e.states) for e in examples)
    assert batch["states"].shape == (len(examples), longest)
    width = batch["columns"].shape[2]
    for b, (example, each) in enumerate(zip(examples, labelled, strict=True)):
        count = len(example.states)
        assert (batch["present"][b] == (np.arange(longest) < count)).all()
        assert (batch["states"][b, count:] == IGNORED).all()
        own = slots_a_row(each.template)
        for mine, state in zip(example.states.tolist(), batch["states"][b].tolist(), strict=False):
            assert (mine == 0) == (state == 0)
            if mine:
                assert state_to_slot(mine, own) == state_to_slot(state, 2 + width)
        characters = batch["characters"][batch["text"][b, :count]]
        assert (characters == example.encoded.characters[example.encoded.text]).all()


def test_groups_are_no_larger_than_allowed(labelled: list[Labelled]) -> None:
    examples = [labelled_to_example(each) for each in labelled]
    groups = pack(examples, 600)
    assert sum(len(group) for group in groups) == len(examples)
    assert all(len(group) == 1 or len(group) * max(len(e.states) for e in group) <= 600 for group in groups)


def test_rows_that_are_dropped_take_their_pieces_along(labelled: list[Labelled]) -> None:
    each = max(labelled, key=lambda e: len(e.template.rows))
    example = labelled_to_example(each)
    fewer = drop_rows(example, random.Random(1))
    width = slots_a_row(each.template)
    gone = len(each.template.rows) - len(fewer.encoded.columns)
    assert gone > 0
    assert fewer.encoded.row_place.tolist()[-1] == [len(fewer.encoded.columns) - 1, 0]
    texts = fewer.encoded.row_text.tolist()
    for before, after in zip(example.states.tolist(), fewer.states.tolist(), strict=True):
        if after:
            (old, slot), (new, same) = state_to_slot(before, width), state_to_slot(after, width)
            assert slot == same
            assert texts[new] == example.encoded.row_text[old]
        elif before:
            assert example.encoded.row_text[state_to_slot(before, width)[0]] not in texts
    # The input is not changed: it may be used again.
    assert (labelled_to_example(each).encoded.numbers == example.encoded.numbers).all()


def test_small_templates_keep_their_rows(labelled: list[Labelled]) -> None:
    each = next(e for e in labelled if e.template.table == "review_litigation")
    example = labelled_to_example(each)
    assert drop_rows(example, random.Random(1)) is example


def test_the_same_seed_gives_the_same_batch() -> None:
    mixture = Mixture(pieces=1500)
    (following, first), (_, second) = next(draw_batches(7, "train", mixture)), next(draw_batches(7, "train", mixture))
    assert following > 7
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_easy_documents_are_thinned_out() -> None:
    def drawn(easy_kept: float) -> list[list[Example]]:
        return [draw_examples(seed, "train", Mixture(easy_kept=easy_kept)) for seed in range(20)]

    some, every = drawn(0.0), drawn(1.0)
    for seed, (hard, all_of_them) in enumerate(zip(some, every, strict=True)):
        easy = sample_document(seed, "train").severity in ("none", "mild")
        assert len(hard) == (0 if easy else len(all_of_them))


def test_pieces_that_nobody_can_name_stay_unnamed(labelled: list[Labelled]) -> None:
    each = max(labelled, key=lambda e: len(e.template.rows))
    example = labelled_to_example(each)
    unsure = example.states.copy()
    unsure[::3] = IGNORED
    unnamed = Example(example.encoded, unsure)
    fewer, full = drop_rows(unnamed, random.Random(1)), drop_rows(example, random.Random(1))
    assert (fewer.states[::3] == IGNORED).all()
    named = unsure != IGNORED
    assert (fewer.states[named] == full.states[named]).all()
    batch, whole = examples_to_batch([unnamed]), examples_to_batch([example])
    assert (batch["states"][0, ::3] == IGNORED).all()
    assert (batch["states"][0, named] == whole["states"][0, named]).all()


def test_corrected_reports_are_a_share_and_none_comes_twice_in_a_pool(labelled: list[Labelled]) -> None:
    examples = [labelled_to_example(each) for each in labelled]
    some = draw_corrected(1, examples, 40, Mixture(corrected=0.2, rows_dropped=0))
    assert len(some) == 10
    assert len({id(each) for each in some}) == 10
    assert len(draw_corrected(1, examples[:3], 40, Mixture(corrected=0.2))) == 3
    assert draw_corrected(1, examples, 40, Mixture()) == []
    with pytest.raises(ValueError, match="fewer than half"):
        Mixture(corrected=0.5)


def test_corrected_reports_join_the_batches(labelled: list[Labelled]) -> None:
    examples = [labelled_to_example(each) for each in labelled[:4]]
    drawn = draw_batches(7, "train", Mixture(pieces=1500, corrected=0.2, rows_dropped=0), examples)
    texts = set()
    for following, batch in drawn:
        if following > 7 + 64:
            break
        texts |= {row.tobytes() for row in batch["characters"]}
    assert all(row.tobytes() in texts for example in examples for row in example.encoded.characters)
