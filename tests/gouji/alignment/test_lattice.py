"""Marginals and best paths against the enumeration of every monotone alignment."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from gouji.alignment.lattice import FIRST_VALUE, GROUP, LABEL, Emissions, Prices, decode, slots_a_row, state_to_slot
from gouji.forms import APPLICATIONS, Column, Row, Template, template

COLUMNS = (Column("a", "甲"), Column("b", "乙"))
TINY = Template(
    "tiny",
    "2021",
    (
        Row("one", "第一行", ("组",), COLUMNS, ("one.a", "one.b")),
        Row("two", "第二行", (), COLUMNS, ("two.a", "two.b")),
    ),
)
UNEQUAL = Template("unequal", "2021", (TINY.rows[0], Row("two", "第二行", (), COLUMNS[:1], ("two.a",))))
PRICES = Prices(value=0.1, label=0.2, row=0.05, further_row=0.4, bare=0.03)


def random_emissions(whole: Template, count: int, seed: int, prices: Prices = PRICES) -> Emissions:
    random = np.random.default_rng(seed)
    size = 1 + len(whole.rows) * slots_a_row(whole)
    take = np.exp(random.normal(0, 2, (count, size))).astype(np.float32)
    take[:, 0] = 0
    pass_over = np.exp(random.normal(-1, 1, (count, size))).astype(np.float32)
    stay = np.exp(random.normal(0, 1, count)).astype(np.float32)
    move = np.exp(random.normal(0, 1, count)).astype(np.float32)
    return Emissions(take, pass_over, stay, move, prices)


def lost_values(prices: Prices, skipped: int) -> float:
    return prices.value**skipped


def lost_rows(prices: Prices, rows: int) -> float:
    return prices.row * prices.further_row ** (rows - 1) if rows else 1.0


def leave(whole: Template, prices: Prices, row: int, slot: int) -> float:
    """The price of what a row lacks behind the last slot that was taken."""
    cells = len(whole.rows[row])
    if slot == GROUP:
        return prices.row
    if slot == LABEL:
        return max(prices.bare, prices.value**cells)
    return lost_values(prices, cells - 1 - (slot - FIRST_VALUE))


def enter(prices: Prices, slot: int) -> float:
    """The price of what a row lacks before the first slot that is taken."""
    return 1.0 if slot < FIRST_VALUE else prices.label * lost_values(prices, slot - FIRST_VALUE)


def step(whole: Template, emissions: Emissions, i: int, before: int, after: int) -> float:
    """The factor of taking the slot of state `after` while `before` was the last one taken, case by case."""
    prices, width = emissions.prices, slots_a_row(whole)
    row, slot = state_to_slot(after, width)
    if slot - FIRST_VALUE >= len(whole.rows[row]):
        return 0.0
    if before == 0:
        return float(emissions.move[i]) * enter(prices, slot) * lost_rows(prices, row)
    last_row, last_slot = state_to_slot(before, width)
    if row > last_row:
        price = leave(whole, prices, last_row, last_slot) * lost_rows(prices, row - last_row - 1) * enter(prices, slot)
        return float(emissions.move[i]) * price
    if row < last_row:
        return 0.0
    stay = float(emissions.stay[i])
    if slot < FIRST_VALUE:
        # A label may be printed in several pieces; nothing goes back from a value to its label.
        return stay if last_slot <= slot and not (last_slot == LABEL and slot == GROUP) else 0.0
    if last_slot == GROUP:
        return stay * prices.label * lost_values(prices, slot - FIRST_VALUE)
    if last_slot == LABEL:
        return stay * lost_values(prices, slot - FIRST_VALUE)
    return stay * lost_values(prices, slot - last_slot - 1) if slot > last_slot else 0.0


def end(whole: Template, prices: Prices, state: int) -> float:
    if state == 0:
        return lost_rows(prices, len(whole.rows))
    row, slot = state_to_slot(state, slots_a_row(whole))
    return leave(whole, prices, row, slot) * lost_rows(prices, len(whole.rows) - 1 - row)


def enumerate_paths(whole: Template, emissions: Emissions) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every path (state of each piece, -1 where it is passed over) with the product of its factors."""
    size = emissions.take.shape[1]

    def go(i: int, state: int, path: tuple[int, ...], weight: float) -> Iterator[tuple[tuple[int, ...], float]]:
        if i == len(emissions.take):
            yield path, weight * end(whole, emissions.prices, state)
            return
        yield from go(i + 1, state, (*path, -1), weight * float(emissions.pass_over[i, state]))
        for after in range(1, size):
            factor = step(whole, emissions, i, state, after) * float(emissions.take[i, after])
            if factor:
                yield from go(i + 1, after, (*path, after), weight * factor)

    yield from go(0, 0, (), 1.0)


@pytest.mark.parametrize("whole", [TINY, UNEQUAL], ids=["tiny", "unequal"])
@pytest.mark.parametrize("seed", range(6))
def test_marginals_are_those_of_the_enumeration(whole: Template, seed: int) -> None:
    emissions = random_emissions(whole, 5, seed)
    paths = list(enumerate_paths(whole, emissions))
    total = sum(weight for _, weight in paths)
    alignment = decode(whole, emissions)
    assert alignment.log_likelihood == pytest.approx(math.log(total), abs=1e-4)
    width = slots_a_row(whole)
    for i, state in enumerate(alignment.path.tolist()):
        same_slot = sum(weight for path, weight in paths if path[i] == state) / total
        assert alignment.slot_marginal[i] == pytest.approx(same_slot, abs=1e-4)
        row = (state - 1) // width
        same_row = sum(w for p, w in paths if (p[i] > 0 and (p[i] - 1) // width == row) or p[i] == state) / total
        assert alignment.row_marginal[i] == pytest.approx(same_slot if state < 0 else same_row, abs=1e-4)


@pytest.mark.parametrize("whole", [TINY, UNEQUAL], ids=["tiny", "unequal"])
@pytest.mark.parametrize("seed", range(12))
def test_the_path_is_the_heaviest_of_the_enumeration(whole: Template, seed: int) -> None:
    emissions = random_emissions(whole, 5, 100 + seed)
    paths = dict(enumerate_paths(whole, emissions))
    found = tuple(decode(whole, emissions).path.tolist())
    assert paths[found] == pytest.approx(max(paths.values()), rel=1e-4)


def test_prices_count() -> None:
    emissions = random_emissions(TINY, 4, 7)
    for name in ("value", "label", "row", "further_row", "bare"):
        dearer = replace(emissions, prices=replace(PRICES, **{name: 0.9}))
        expected = math.log(sum(weight for _, weight in enumerate_paths(TINY, dearer)))
        assert decode(TINY, dearer).log_likelihood == pytest.approx(expected, abs=1e-4)


def test_no_pieces() -> None:
    alignment = decode(TINY, random_emissions(TINY, 0, 0))
    assert alignment.path.shape == (0,)
    assert alignment.log_likelihood == pytest.approx(math.log(PRICES.row * PRICES.further_row), abs=1e-4)


def test_what_belongs_nowhere_is_passed_over() -> None:
    emissions = random_emissions(TINY, 4, 0)
    nothing = replace(emissions, take=np.zeros_like(emissions.take), pass_over=np.ones_like(emissions.pass_over))
    alignment = decode(TINY, nothing)
    assert alignment.path.tolist() == [-1] * 4
    assert alignment.row_marginal.tolist() == pytest.approx([1.0] * 4)


def sharp_emissions(whole: Template, states: list[int]) -> Emissions:
    """Emissions that leave no doubt which state each piece is."""
    size = 1 + len(whole.rows) * slots_a_row(whole)
    take = np.full((len(states), size), 1e-3, np.float32)
    take[np.arange(len(states)), states] = 1e3
    take[:, 0] = 0
    ones = np.ones(len(states), np.float32)
    return Emissions(take, np.full((len(states), size), 1e-3, np.float32), ones, ones, PRICES)


def test_a_long_table_keeps_its_scale() -> None:
    whole = template(APPLICATIONS, "2021")
    width = slots_a_row(whole)
    states = [1 + r * width + slot for r in range(len(whole.rows)) for slot in range(LABEL, width)]
    alignment = decode(whole, sharp_emissions(whole, states))
    assert alignment.path.tolist() == states
    assert alignment.slot_marginal.min() > 0.99
    assert np.isfinite(alignment.log_likelihood)


def test_paths_go_forward_only() -> None:
    for seed in range(5):
        emissions = random_emissions(TINY, 12, seed)
        taken = [state for state in decode(TINY, emissions).path.tolist() if state > 0]
        values = [state for state in taken if state_to_slot(state, slots_a_row(TINY))[1] >= FIRST_VALUE]
        assert taken == sorted(taken)
        assert len(values) == len(set(values))


@pytest.mark.parametrize("required", [{4}, {3, 7}, {7, 8}])
@pytest.mark.parametrize("seed", range(4))
def test_states_that_are_required_are_on_every_path(required: set[int], seed: int) -> None:
    emissions = random_emissions(TINY, 5, 200 + seed)
    paths = [(path, weight) for path, weight in enumerate_paths(TINY, emissions) if required <= set(path)]
    total = sum(weight for _, weight in paths)
    alignment = decode(TINY, emissions, required)
    assert alignment.log_likelihood == pytest.approx(math.log(total), abs=1e-4)
    assert required <= set(alignment.path.tolist())
    for i, state in enumerate(alignment.path.tolist()):
        same = sum(weight for path, weight in paths if path[i] == state) / total
        assert alignment.slot_marginal[i] == pytest.approx(same, abs=1e-4)


def test_where_no_path_has_what_is_required_it_is_missing() -> None:
    emissions = random_emissions(TINY, 4, 9)
    take = emissions.take.copy()
    take[:, 4] = 0
    assert 4 not in decode(TINY, replace(emissions, take=take), {4}).path
    assert not {3, 4, 7, 8} <= set(decode(TINY, random_emissions(TINY, 3, 9), {3, 4, 7, 8}).path.tolist())
