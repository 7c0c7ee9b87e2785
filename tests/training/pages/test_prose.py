"""Sentences and headings of reports, with their numbers drawn."""

from random import Random

import pytest

from training.pages.prose import DATE, HEADINGS, draw_headings, draw_sentences, fill, spoil_headings


def test_a_sentence_has_its_numbers_and_names() -> None:
    said = fill(Random(1), "{agency}{year}年,上一年{last},下一年{next}", "某局", 2022)
    assert said == "某局2022年,上一年2021,下一年2023"


def test_sentences_are_different_and_no_more_than_there_are() -> None:
    pool = tuple(f"{n}." + "{year}" for n in range(4))
    drawn = draw_sentences(Random(1), pool, 9, "某局", 2022)
    assert sorted(drawn) == [f"{n}.2022" for n in range(4)]
    assert len(draw_sentences(Random(1), DATE, 2, "某局", 2022)) == 2


def test_headings_are_the_official_ones_but_for_a_few() -> None:
    drawn = [draw_headings(Random(seed)) for seed in range(100)]
    assert {len(headings) for headings in drawn} == {6}
    official = sum(headings == list(HEADINGS) for headings in drawn)
    assert 40 < official < 90


@pytest.mark.parametrize("seed", range(10))
def test_spoilt_headings_are_as_many_and_not_the_same(seed: int) -> None:
    spoilt = spoil_headings(Random(seed), list(HEADINGS))
    assert len(spoilt) == 6
    assert spoilt != list(HEADINGS)


def test_every_way_of_spoiling_is_drawn() -> None:
    assert len({tuple(spoil_headings(Random(seed), list(HEADINGS))) for seed in range(200)}) >= 7
