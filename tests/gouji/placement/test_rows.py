"""The joint decision over the rows of a table against the enumeration of every product of readings."""

import math
from collections.abc import Sequence
from itertools import combinations, product

import pytest

from gouji.document import Fragment, Gap
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, Template, template
from gouji.pieces import PieceKind, fragment_to_piece
from gouji.placement import joint_sums as joint
from gouji.placement import rows as placement
from gouji.placement.habits import HABITS, UNKNOWN, reading_to_pattern, weigh_pattern
from gouji.placement.readings import Mark, Reading, read_row
from gouji.placement.rows import Placed, place, settle, weigh_row

TABLE = template(APPLICATIONS, "2021")
ROW = {row.key: r for r, row in enumerate(TABLE.rows)}


def readings_of(numbers: Sequence[int], columns: int = 7, dropped: bool = True) -> tuple[Reading, ...]:
    items = [
        (i, fragment_to_piece(Fragment(str(n), 4 * i, 4 * i + len(str(n)), gap=Gap.LINE, newlines=1)))
        for i, n in enumerate(numbers)
    ]
    return read_row(items, columns, dropped, totalled=True)


def fill(rows: dict[str, Sequence[int]]) -> list[tuple[Reading, ...]]:
    """The readings of a whole table 三: what is given, zeros in all other rows."""
    return [readings_of(rows.get(row.key, [0] * 7)) for row in TABLE.rows]


def weigh_choice(whole: Template, choice: Sequence[Reading], used: frozenset[int], habit: int) -> float:
    """Nats of one reading for every row under one set of used columns and one habit of writing zeros."""
    nats = sum(reading.nats for reading in choice)
    nats += sum(weigh_pattern(reading_to_pattern(reading, totalled=True))[habit] for reading in choice)
    values: dict[str, int] = {}
    for row, reading in zip(whole.rows, choice, strict=True):
        values |= dict(zip(row.cells, (int(n) for n in reading.numbers), strict=True))
    return nats + sum(row_nats(reading, used) for reading in choice) + failures_nats(whole, values)


def row_nats(reading: Reading, used: frozenset[int]) -> float:
    numbers = reading.numbers
    nats = 0.0
    printed = sum(mark is not None for mark in reading.marks)
    if sum(numbers[:-1]) != numbers[-1] and printed > 1:
        blank = reading.marks[-1] is None or reading.marks[-1].value is None
        nats += placement._TOTAL_LEFT_BLANK if blank else placement._ROW_FAILS
    for c, number in enumerate(numbers[:-1] if any(numbers) else ()):
        if c in used:
            nats += math.log(0.5)
        elif number:
            nats += placement._FOREIGN
    return nats


def failures_nats(whole: Template, values: dict[str, int]) -> float:
    failing = sum(
        sum(values[c] for c in identity.wholes) != sum(values[c] for c in identity.parts)
        for identity in whole.identities
        if identity.check.startswith("column")
    )
    return joint._FIRST_FAILS + joint._FURTHER_FAILS * (failing - 1) if failing else 0.0


def enumerate_posteriors(readings: Sequence[Sequence[Reading]]) -> list[list[float]]:
    """The posterior of every reading of every row, over all products of readings and all sets of columns."""
    certain = {c for choices in readings if len(choices) == 1 for c, n in enumerate(choices[0].numbers[:-1]) if n}
    shares = placement._FIRST_USE
    weights = [[0.0] * len(choices) for choices in readings]
    for size in range(7):
        for columns in combinations(range(6), size):
            used = frozenset(columns)
            if not certain <= used:
                continue
            prior = sum(math.log(share if c in used else 1 - share) for c, share in enumerate(shares))
            for choice in product(*(range(len(choices)) for choices in readings)):
                taken = [readings[r][k] for r, k in enumerate(choice)]
                weight = sum(
                    math.exp(prior + known + weigh_choice(TABLE, taken, used, habit))
                    for habit, known in enumerate(UNKNOWN)
                )
                for r, k in enumerate(choice):
                    weights[r][k] += weight
    return [[w / sum(row) for w in row] for row in weights]


def narrow(choices: tuple[Reading, ...], columns: Sequence[tuple[int, ...]]) -> tuple[Reading, ...]:
    """The readings of a row that fill just these columns."""
    kept = [r for r in choices if tuple(c for c, mark in enumerate(r.marks) if mark) in columns]
    assert len(kept) == len(columns)
    return tuple(kept)


@pytest.mark.parametrize(
    ("new", "granted", "total"),
    [
        ([26, 0, 0, 0, 0, 0, 26], (26, 26), (26, 26)),  # the first row tells the column
        ([3, 5, 0, 0, 0, 0, 8], (5, 5), (8, 8)),  # total_processed breaks its sums wherever it stands
        ([0, 0, 0, 0, 0, 0, 0], (4, 4), (4, 4)),  # nothing tells the column, and the flow fails
        ([2, 0, 0, 0, 0, 0, 2], (2, 2), (3, 2)),
    ],
)
def test_posteriors_are_those_of_the_enumeration(new: list[int], granted: Sequence[int], total: Sequence[int]) -> None:
    readings = fill({"new_received": new, "granted": granted, "total_processed": total, "carried_forward": (1, 1)})
    columns = [(0, 6), (1, 6), (2, 6)]
    for key in ("granted", "total_processed", "carried_forward"):
        readings[ROW[key]] = narrow(readings[ROW[key]], columns)
    expected = enumerate_posteriors(readings)
    for r, placed in enumerate(place(TABLE, readings).rows):
        assert not placed.bounded
        best = max(range(len(readings[r])), key=lambda k: expected[r][k])
        assert expected[r][readings[r].index(placed.reading)] == pytest.approx(expected[r][best], rel=0.02)
        for c, mark in enumerate(placed.reading.marks):
            same = sum(
                p
                for p, other in zip(expected[r], readings[r], strict=True)
                if (other.marks[c].value if other.marks[c] else None) == (mark.value if mark else None)  # type: ignore[union-attr]
            )
            assert placed.marginals[c] == pytest.approx(same, abs=0.01)


def test_sums_decide_where_the_numbers_belong() -> None:
    placed = place(
        TABLE,
        fill(
            {
                "new_received": [258, 12, 0, 0, 0, 1, 271],
                "granted": (258, 12, 1, 271),
                "total_processed": [258, 12, 0, 0, 0, 1, 271],
            }
        ),
    ).rows
    granted = placed[ROW["granted"]]
    assert granted.reading.numbers == (258, 12, 0, 0, 0, 1, 271)
    assert min(granted.marginals) > 0.95


def test_where_no_sum_decides_the_marginal_says_so() -> None:
    readings = [readings_of([]) for _ in TABLE.rows]
    readings[ROW["new_received"]] = readings_of((26, 26))
    placed = place(TABLE, readings).rows[ROW["new_received"]]
    assert placed.reading.numbers[-1] == 26
    assert placed.marginals[-1] > 0.9
    assert 0.1 < min(placed.marginals) < 0.9
    assert placed.runner_up > 0.01


def test_a_source_that_breaks_its_sums_keeps_its_numbers() -> None:
    rows = {
        "new_received": [3, 3, 0, 0, 0, 0, 6],
        "granted": [2, 0, 0, 0, 0, 0, 2],
        "total_processed": [0, 6, 0, 0, 0, 0, 0],
    }
    for row, placed in zip(TABLE.rows, place(TABLE, fill(rows)).rows, strict=True):
        assert list(placed.reading.numbers) == rows.get(row.key, [0] * 7)
        assert placed.marginals == (1.0,) * 7


def test_swapping_a_column_everywhere_stays_in_doubt() -> None:
    """Every row says `n n`: the sums hold in any one column, and only how often offices use it speaks."""
    keys = ("new_received", "granted", "total_processed")
    readings = [readings_of([]) for _ in TABLE.rows]
    for key in keys:
        readings[ROW[key]] = readings_of((5, 5))
    placed = place(TABLE, readings).rows
    chosen = {placed[ROW[key]].reading.numbers for key in keys}
    assert chosen == {(5, 0, 0, 0, 0, 0, 5)}
    assert all(0.5 < placed[ROW[key]].marginals[0] < 0.97 for key in keys)


def test_open_choices_in_every_row_end_and_keep_every_number() -> None:
    rows = {row.key: (k + 1, 2 * k + 3, 3 * k + 4) for k, row in enumerate(TABLE.rows)}
    placed = place(TABLE, fill(rows)).rows
    assert len(placed) == len(TABLE.rows)
    for key, result in zip(rows, placed, strict=True):
        assert [m.value for m in result.reading.marks if m is not None] == list(rows[key])
        assert all(0 <= marginal <= 1 for marginal in result.marginals)


def test_tables_without_sums_of_columns() -> None:
    table = template(ACTIVE_DISCLOSURE, "2021")
    readings = [read_row([], len(row), False, row.totalled) for row in table.rows]
    assert all(placed.marginals == (1.0,) * len(placed.marginals) for placed in place(table, readings).rows)
    blocks = template(REVIEW_LITIGATION, "2021")
    choices = [readings_of((2, 1, 3), 5), readings_of((), 5), readings_of((), 5)]
    placed = place(blocks, choices).rows[0]
    assert [m.value for m in placed.reading.marks if m] == [2, 1, 3]
    assert placed.reading.marks[-1] is not None  # the last number is the sum of the others


def test_a_row_sum_costs_what_it_states() -> None:
    whole, broken = readings_of([1, 0, 0, 0, 0, 0, 1])[0], readings_of([1, 0, 0, 0, 0, 0, 2])[0]
    assert weigh_row(TABLE, 0, whole) == 0
    assert weigh_row(TABLE, 0, broken) == placement._ROW_FAILS
    alone = readings_of([3])[0]
    assert weigh_row(TABLE, 0, alone) == 0  # a total without its parts breaks nothing


def test_settle_adds_up_what_agrees() -> None:
    def mark(value: int) -> Mark:
        return Mark((0,), str(value), value, PieceKind.NUMBER, 0, 1)

    choices = [Reading((mark(1), None), 0.0), Reading((mark(1), mark(2)), 0.0), Reading((None, mark(1)), 0.0)]
    assert settle(choices, (0.5, 0.3, 0.2), False) == Placed(choices[0], (0.8, 0.5), 0.3, False)


def test_a_search_cut_short_never_drops_its_doubt() -> None:
    """Rows of three numbers in every column, and totals that close no sum: more states than are kept."""
    rows = {row.key: (7 * k + 1, 5 * k + 3, 12 * k + 4) for k, row in enumerate(TABLE.rows)}
    placed = place(TABLE, fill(rows)).rows
    assert all(p.bounded for p in placed if p.reading.numbers[-1])


def test_the_sums_of_a_dense_table_are_found_among_all_its_columns() -> None:
    """Totals of every column are printed; which row holds which part of them, only all rows together tell."""
    parts = {
        "granted": [0, 0, 12, 0, 0, 0, 12],
        "denied_state_secret": [30, 0, 0, 0, 0, 0, 30],
        "denied_administrative_inquiry": [0, 0, 0, 1266, 0, 0, 1266],
        "unavailable_not_held": [0, 0, 0, 4273, 0, 0, 4273],
        "unavailable_still_unclear": [0, 0, 0, 0, 2940, 0, 2940],
        "other_fee_overdue": [0, 0, 0, 0, 26254, 0, 26254],
        "other_miscellaneous": [0, 0, 0, 0, 5053, 20, 5073],
        "not_processed_excessive": [0, 31, 0, 0, 0, 0, 31],
    }
    total = [sum(column) for column in zip(*parts.values(), strict=True)]
    rows = {key: [n for n in numbers if n] for key, numbers in parts.items()}
    readings = [readings_of(rows.get(row.key, [])) for row in TABLE.rows]
    readings[ROW["new_received"]] = readings[ROW["total_processed"]] = readings_of(total)
    placed = place(TABLE, readings).rows
    for key, numbers in parts.items():
        assert list(placed[ROW[key]].reading.numbers) == numbers
        assert min(placed[ROW[key]].marginals) > 0.9


def test_a_report_that_prints_its_zeros_elsewhere_prints_them_here() -> None:
    """Six numbers for seven cells among rows that are full: two of them were glued, no cell is blank."""
    full = {row.key: [0] * 7 for row in TABLE.rows}
    readings = fill({**full, "granted": (0, 10, 0, 0, 0, 1)})
    placed = place(TABLE, readings)
    assert placed.rows[ROW["granted"]].reading.numbers == (0, 1, 0, 0, 0, 0, 1)
    assert HABITS[max(range(len(HABITS)), key=lambda h: placed.habits[h])].name == "always"
