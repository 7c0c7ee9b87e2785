"""What looks like the tables and is not: our own reader finds none in it."""

from random import Random

import pytest

from gouji.recovery import recover
from gouji.tables import TableState
from training.pages.decoys import (
    INDICATORS,
    contents_lines,
    form_notice_lines,
    indicator_lines,
    metadata_lines,
    narrative_lines,
)
from training.pages.prose import HEADINGS


@pytest.mark.parametrize("seed", range(3))
def test_no_table_is_found_in_a_decoy(seed: int) -> None:
    rng = Random(seed)
    for lines in (
        metadata_lines(rng, "某市水利局", 2022),
        contents_lines(rng),
        form_notice_lines(),
        indicator_lines(rng),
        narrative_lines(rng, 2016),
    ):
        found = recover("\n".join(lines).encode(), engine="rules")
        assert {table.state for table in found.tables.values()} == {TableState.MISSING}


def test_a_table_of_contents_has_every_heading_once_with_growing_pages() -> None:
    lines = contents_lines(Random(1))[1:]
    assert [line.split(".")[0] for line in lines] == list(HEADINGS)
    pages = [int(line.rsplit(".", 1)[1]) for line in lines]
    assert pages == sorted(pages)


def test_indicators_with_a_unit_have_a_number() -> None:
    lines = indicator_lines(Random(1))[1:]
    assert len(lines) == len(INDICATORS)
    for line, (name, unit) in zip(lines, INDICATORS, strict=True):
        assert line.startswith(name)
        assert line.strip()[-1].isdigit() is (unit is not None)
