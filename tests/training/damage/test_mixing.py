from dataclasses import replace

import numpy as np
import pytest

from gouji.alignment.lattice import FIRST_VALUE, Emissions, Prices, slots_a_row
from gouji.document_tables import recover_tables
from gouji.forms import APPLICATIONS, Template
from gouji.pieces import CellStream
from gouji.scoring import rules
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import load_scorer
from gouji.tables import Cell, CellState
from training.damage.mixing import agreement, choose_mixing, is_exact, judge, label_validation, read_validation
from training.network.targets import Labelled


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    found = label_validation(range(60, 80))
    return next(e for e in found if e.template.table == APPLICATIONS and agreement(e, rules.score) == 1)


def told(labelled: Labelled, shift: int = 0) -> Emissions:
    """Emissions that know the true states, with the values of the second half `shift` rows further down."""
    count, width = len(labelled.states), slots_a_row(labelled.template)
    states = labelled.states.copy()
    late = (states > 0) & ((states - 1) % width >= FIRST_VALUE) & (np.arange(count) > count // 2)
    states[late] += shift * width
    size = 1 + len(labelled.template.rows) * width
    states[states >= size] = 0
    take = np.full((count, size), 1e-4, np.float32)
    take[np.arange(count), states] = 1e4
    take[:, 0] = 0
    even = np.ones(count, np.float32)
    return Emissions(take, np.full((count, size), 0.01, np.float32), even, even, Prices())


def test_agreement_counts_numbers_in_their_rows(labelled: Labelled) -> None:
    def right(stream: CellStream, template: Template) -> Emissions:
        return told(labelled)

    def wrong(stream: CellStream, template: Template) -> Emissions:
        return told(labelled, 1)

    assert agreement(labelled, right) == 1
    assert agreement(labelled, wrong) < 0.8


def test_exact_means_every_cell_and_state() -> None:
    samples = read_validation(range(8))
    verdicts = judge(samples, rules.score)
    assert any(verdicts)
    sample = samples[verdicts.index(True)]
    tables = recover_tables(sample.document, choose_scorer("rules")).tables
    assert is_exact(tables, sample.truth)
    name, table = next((n, t) for n, t in tables.items() if t.cells)
    cell = next(iter(table.cells))
    for changed in (Cell(987654, "987654", CellState.PRINTED, 1.0), Cell(None, None, CellState.UNREAD, 1.0)):
        other = replace(table, cells={**table.cells, cell: changed})
        assert not is_exact({**tables, name: other}, sample.truth)
    assert not is_exact({**tables, name: replace(table, form=None)}, sample.truth)


def test_a_mixing_is_chosen_that_is_no_worse_than_the_first() -> None:
    found = label_validation(range(40, 46))
    scorer = load_scorer()
    mixing = choose_mixing(scorer, found)
    before = sum(agreement(each, scorer.combine) == 1 for each in found)
    assert sum(agreement(each, scorer.with_mixing(mixing).combine) == 1 for each in found) >= before - 1
