"""Made-up agencies and the titles of their reports, as the reader of titles knows them."""

from random import Random

import pytest

from gouji.readers.text.reader import text_to_document
from gouji.text.heading import read_report
from training.tables.agencies import draw_agency, draw_title


def test_the_same_seed_draws_the_same_agency() -> None:
    assert draw_agency(Random(3)) == draw_agency(Random(3))
    assert len({draw_agency(Random(seed)) for seed in range(200)}) > 150


@pytest.mark.parametrize("seed", range(12))
def test_a_title_names_its_agency_and_its_year(seed: int) -> None:
    rng = Random(seed)
    agency = draw_agency(rng)
    title = draw_title(rng, agency, 2022)
    report = read_report(text_to_document(f"{title}\n本报告按照条例的要求编制。"))
    assert (report.agency, report.year) == (agency, 2022)
