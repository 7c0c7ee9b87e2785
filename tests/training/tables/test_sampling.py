"""A document from a seed: the same every time, and never that of another set."""

from itertools import product

import pytest

from training.tables.sampling import sample_document, seed_to_random


def test_sets_and_streams_share_no_random_numbers() -> None:
    told = product((0, 1), ("train", "validation", "test"), (0, 1))
    drawn = {seed_to_random(*each).random() for each in told}
    assert len(drawn) == 12
    assert seed_to_random(5, "test").random() == seed_to_random(5, "test").random()


@pytest.mark.parametrize("seed", [-1, 1 << 40])
def test_a_seed_beyond_its_bits_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        seed_to_random(seed, "train")


@pytest.mark.parametrize("seed", range(6))
def test_marks_point_into_the_text_of_the_bytes(seed: int) -> None:
    document = sample_document(seed, "test")
    again = sample_document(seed, "test")
    assert (document.data, document.marks) == (again.data, again.marks)
    assert sample_document(seed, "train").data != document.data
    assert all(0 <= mark.start <= mark.end <= len(document.text) for mark in document.marks)
    assert list(document.marks) == sorted(document.marks, key=lambda mark: mark.start)
