"""Guards over single rows: what each doubts, how much of it, and what stays sure beside it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gouji.doubts.guards import find_caps
from gouji.doubts.remains import Remains
from gouji.doubts.rows import doubt_label_behind, doubt_negative, doubt_short_row
from gouji.forms import ACTIVE_DISCLOSURE, template
from gouji.sums import DOUBTED
from tests.gouji.doubts.doubted_tables import (
    TOTAL,
    WHOLE,
    ZEROS,
    broken,
    cells_of,
    fill,
    guard,
    lines,
    paragraphs,
    row,
    short_row,
    with_row,
)


def test_rows_without_label_are_one_of_as_many_ways() -> None:
    table = fill(lines({7: f"{ZEROS} |", 8: None, 9: None}))
    assert {round(most, 3) for most in find_caps(table, guards=(guard("unlabelled"),)).values()} == {0.333}
    assert find_caps(fill(lines({7: f"{ZEROS} |"})), guards=(guard("unlabelled"),)) == {}


def test_bare_rows_of_numbers_are_any_rows() -> None:
    table = fill("\n".join(f"{ZEROS} |" for _ in WHOLE.rows))
    assert set(find_caps(table, guards=(guard("unlabelled"),))) == set(WHOLE.cells)


def test_of_seven_equal_marks_one_is_lost() -> None:
    table = fill(lines({3: row(3, "0 | 0 | 0 | 0 | 0 | 0")}))
    caps = find_caps(table, guards=(guard("lost_marks"),))
    assert sorted(round(caps[name], 3) for name in WHOLE.rows[3].cells) == [0.143] + [0.857] * 6


@pytest.mark.parametrize(("deficit", "expected"), [(0, False), (-1, True), (1, True)])
def test_a_broken_row_that_is_printed_plainly_is_what_the_source_prints(deficit: int, expected: bool) -> None:
    caps = find_caps(with_row(broken(), 5, deficit=deficit), guards=(guard("broken_row"),))
    assert bool(caps) is expected


@pytest.mark.parametrize(
    ("last", "wrong", "expected"),
    [(11, (5,), True), (11, (5, 8), True), (11, (5, 7, 8), False), (6, (5,), True), (5, (5,), False)],
    ids=["one in eleven", "two in eleven", "three in eleven", "one in six", "one in five"],
)
def test_a_broken_row_stands_out_only_among_five_others_that_hold(
    last: int, wrong: Sequence[int], expected: bool
) -> None:
    assert bool(find_caps(broken(last, wrong), guards=(guard("broken_row"),))) is expected


def test_a_broken_row_that_was_read_by_ocr_is_not_plainly_printed() -> None:
    table = with_row(broken(), 5, deficit=0)
    span = table.rows[5].span
    assert span is not None
    pieces = list(table.stream.pieces)
    pieces[span.values[3]] = replace(pieces[span.values[3]], fragment=replace(pieces[span.values[3]].fragment, score=1))
    scanned = replace(table, stream=replace(table.stream, pieces=tuple(pieces)))
    assert set(find_caps(scanned, guards=(guard("broken_row"),))) == cells_of(5)


def test_a_row_that_breaks_its_own_sum_and_no_column_is_not_in_doubt() -> None:
    ones = {r: row(r, f"1 | 0 | 0 | 0 | 0 | 0 | {5 if r == 5 else 1}") for r in range(2, 12)}
    table = with_row(fill(lines({**ones, TOTAL: row(TOTAL, "10 | 0 | 0 | 0 | 0 | 0 | 14")})), 5, deficit=-1)
    assert find_caps(table, guards=(guard("broken_row"),)) == {}


def test_numbers_behind_a_label_belong_to_one_of_two_rows() -> None:
    text = paragraphs({7: (), 8: (), 11: ()}, {12: ""}, (1, 0, 0, 0, 0, 0, 1))
    caps = find_caps(fill(text), guards=(guard("beside_absent"),))
    assert {caps[name] for name in WHOLE.rows[11].cells} == {0.5}
    assert {caps[name] for name in WHOLE.rows[12].cells} == {0.94}
    assert set(caps) == cells_of(11, 12)


@pytest.mark.parametrize(("last", "expected"), [(3, False), (4, True)])
def test_that_a_table_shows_its_blanks_is_told_by_five_rows(last: int, expected: bool) -> None:
    table = fill(lines({3: row(3, "0 | 0 | 0 | 0 | 0 | 0")}, last=last))
    assert bool(find_caps(table, guards=(guard("lost_marks"),))) is expected


def test_a_row_without_label_that_breaks_its_sum_may_begin_elsewhere() -> None:
    caps = find_caps(fill(lines({7: "1 | 0 | 0 | 0 | 0 | 0 | 5 |"})), guards=(guard("unlabelled"),))
    assert caps == dict.fromkeys(WHOLE.rows[7].cells, 0.94)


def test_a_source_that_ends_with_the_last_row_did_not_cut_it() -> None:
    """Though a cell further up was not seen."""
    text = lines({3: row(3, "0 | 0 | 0 | 0 | 0 | 0")})
    assert find_caps(fill(text, behind="", ends=True), guards=(guard("cut_row"),)) == {}
    cut = text.removesuffix(" | 0 |")
    assert set(find_caps(fill(cut, behind="", ends=True), guards=(guard("cut_row"),))) == cells_of(24)


def test_where_most_rows_leave_their_blanks_out_none_was_lost() -> None:
    text = paragraphs(dict.fromkeys(range(2, 20), (0,) * 6))
    assert find_caps(fill(text), guards=(guard("lost_marks"),)) == {}


def test_counts_below_nought_are_doubted_and_no_other_cell() -> None:
    remains = Remains(fill(lines({3: row(3, "(1) | 0 | 0 | 0 | 0 | 0 | (1)")})))
    assert doubt_negative(remains) == dict.fromkeys([WHOLE.rows[3].cells[0], WHOLE.rows[3].cells[-1]], DOUBTED)


def test_a_change_may_be_below_nought() -> None:
    form = template(ACTIVE_DISCLOSURE, "2019")
    told = "\n".join(f"{each.label} | " + " | ".join("-5" for _ in each.cells) + " |" for each in form.rows)
    doubted = doubt_negative(Remains(fill(told, form)))
    changes = [n for row in form.rows for n, c in zip(row.cells, row.columns, strict=True) if c.key == "change"]
    assert changes
    assert doubted
    assert not set(changes) & set(doubted)


def test_labels_behind_their_values_are_told_by_half_the_lines() -> None:
    behind = [f"{n} | 0 | 0 | 0 | 0 | 0 | {n} | {each.label}" for n, each in enumerate(WHOLE.rows)]
    assert set(doubt_label_behind(Remains(fill("\n".join(behind))))) == set(WHOLE.cells)
    some = {n: behind[n] for n in range(3, 13)}
    assert doubt_label_behind(Remains(fill(lines(some)))) == {}
    assert doubt_label_behind(Remains(fill(lines()))) == {}


def test_a_row_that_ends_before_the_last_header_lost_any_of_its_places() -> None:
    table = short_row()
    assert set(doubt_short_row(Remains(table))) == set(table.template.rows[0].cells)
