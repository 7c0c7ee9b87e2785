"""Every guard has a table that it doubts, and that nothing else does: without the guard these tests fail."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gouji.alignment.align import FilledTable
from gouji.assembly import fill_to_table
from gouji.doubts.guards import GUARDS, find_caps, is_wall
from gouji.doubts.remains import Remains
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, template
from gouji.sums import SURE
from tests.gouji.doubts.doubted_tables import (
    BLOCKS,
    TOTAL,
    WHOLE,
    ZEROS,
    blocks_exchanged,
    broken,
    cells_of,
    fill,
    glued_and_blank,
    guard,
    labels_behind,
    line_of,
    lines,
    paragraphs,
    row,
    short_row,
    torn_into_blocks,
    with_marginal,
    with_row,
    wrong_numbers,
)

# guard -> a table that it doubts, and cells among those that it caps
DOUBTED: dict[str, tuple[Callable[[], FilledTable], set[str]]] = {
    "unread": (lambda: fill(lines({2: row(2, "1*** | 0 | 0 | 0 | 0 | 0 | 0")})), {WHOLE.rows[2].cells[0]}),
    "left_over": (lambda: fill(lines({24: None}), behind="0\n0\n0\n0\n0\n0\n0\n四、存在的主要问题"), cells_of(24)),
    "uncut": (lambda: fill(lines({3: f"{WHOLE.rows[3].label}0000000 |"})), cells_of(3)),
    "wall": (lambda: fill(wrong_numbers()), cells_of(*range(25))),
    "bare": (lambda: fill("\n\n".join(r.label for r in WHOLE.rows)), cells_of(3)),
    "unseen_blank": (lambda: fill(paragraphs({3: ()})), cells_of(3)),
    "absent": (lambda: fill(lines({6: "某某事项另行说明"})), cells_of(6)),
    "beside_absent": (lambda: fill(paragraphs({7: (), 8: (), 11: ()}, {12: ""}, (1, 0, 0, 0, 0, 0, 1))), cells_of(11)),
    "cut_row": (lambda: fill(lines({5: row(5, "0 | 0")[:-2]}, last=5), behind="", ends=True), cells_of(5)),
    "unlabelled": (lambda: fill(lines({7: f"{ZEROS} |", 8: None})), cells_of(7, 8)),
    "lost_marks": (lambda: fill(lines({3: row(3, "0 | 0 | 0 | 0 | 0 | 0")})), cells_of(3)),
    "short_row": (short_row, {"regulations.issued", "regulations.in_force"}),
    "glued": (glued_and_blank, cells_of(3, 9)),
    "negative": (lambda: fill(lines({3: row(3, "(1) | 0 | 0 | 0 | 0 | 0 | (1)")})), {WHOLE.rows[3].cells[0]}),
    "label_behind": (lambda: fill(labels_behind()), cells_of(3, 20)),
    "header_order": (lambda: fill(blocks_exchanged(), BLOCKS), set(BLOCKS.cells)),
    "moved": (torn_into_blocks, cells_of(0, 5, 24)),
    "frame": (
        lambda: replace(fill(lines()), disputed=frozenset(WHOLE.rows[3].cells[:2])),
        set(WHOLE.rows[3].cells[:2]),
    ),
    "broken_row": (broken, cells_of(5)),
    "ways": (lambda: with_row(fill(lines()), 4, ways=3), cells_of(4)),
}


def test_the_list_is_named_and_every_guard_has_a_table_here() -> None:
    assert [each.name for each in GUARDS] == list(DOUBTED)


def test_the_paper_on_evidence_names_every_guard_and_no_other() -> None:
    told = (Path(__file__).resolve().parents[3] / "docs" / "evidence.md").read_text(encoding="utf-8")
    table = told.split("| guard |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [each.name for each in GUARDS]
    assert all(len(each.reason) > 20 for each in GUARDS)


@pytest.mark.parametrize("name", DOUBTED)
def test_what_a_guard_doubts_is_not_sure(name: str) -> None:
    build, expected = DOUBTED[name]
    table = build()
    caps = find_caps(table, guards=(guard(name),))
    assert expected
    assert expected <= set(caps)
    assert all(0 < most < SURE for most in caps.values())
    given = fill_to_table(table, 1.0, "rules")
    assert all(given.cells[cell].confidence <= caps[cell] for cell in caps)
    assert given.confidence <= min(caps.values())


@pytest.mark.parametrize(
    "text", [lines(), paragraphs({}), lines({r: row(r, "1 | 0 | 0 | 0 | 0 | 0 | 1") for r in range(25)})]
)
def test_a_plain_table_is_doubted_by_nobody(text: str) -> None:
    assert find_caps(fill(text)) == {}


def test_no_guard_raises_a_confidence() -> None:
    table = fill(lines({2: row(2, "1*** | 0 | 0 | 0 | 0 | 0 | 0")}))
    before = fill_to_table(table, 0.2, "rules")
    name = WHOLE.rows[2].cells[0]
    assert before.cells[name].confidence <= 0.94
    assert before.confidence <= 0.2


def test_the_lowest_cap_counts() -> None:
    table = with_row(fill(lines({3: row(3, "1*** | 0 | 0 | 0 | 0 | 0 | 0")})), 3, ways=4)
    assert find_caps(table)[WHOLE.rows[3].cells[0]] == 0.25


# What must stay sure beside each guard.


def test_rows_that_the_form_does_not_have_leave_nothing_over() -> None:
    text = lines({11: row(11, ZEROS) + f"\n9.属于工作秘密 | {ZEROS} |"})
    assert find_caps(fill(text)) == {}


def test_a_row_that_is_printed_twice_leaves_nothing_over() -> None:
    text = lines({11: row(11, ZEROS) + "\n" + row(11, ZEROS)})
    assert find_caps(fill(text)) == {}


def test_a_page_number_behind_a_table_that_is_all_there_is_no_cell() -> None:
    assert find_caps(fill(lines(), behind="12\n四、存在的主要问题")) == {}


@pytest.mark.parametrize("label", ["1.属于国家秘密(不含2019年的8件)", "1.属于国家秘密 2023年1月", "1属于国家秘密"])
def test_digits_of_an_explanation_are_no_cells(label: str) -> None:
    assert find_caps(fill(lines({4: f"{label} | {ZEROS} |"}))) == {}


def test_one_wrong_row_is_the_source_and_no_wall() -> None:
    """The row of totals is wrong itself and breaks every sum that it takes part in; the other rows hold."""
    ones = {r: row(r, "1 | 0 | 0 | 0 | 0 | 0 | 1") for r in (0, 2)}
    table = fill(lines({**ones, TOTAL: row(TOTAL, "0 | 6 | 0 | 0 | 0 | 0 | 0")}))
    assert sum(not held.holds for held in Remains(table).sums) == 7
    assert find_caps(table) == {}


def test_totals_that_an_office_leaves_at_nought_are_the_source_and_no_wall() -> None:
    assert find_caps(fill(lines({r: row(r, "1 | 0 | 0 | 0 | 0 | 0 | 0") for r in (0, 2, TOTAL)}))) == {}


@pytest.mark.parametrize(("wrong", "expected"), [(25, True), (18, True), (14, False), (0, False)])
def test_a_wall_needs_most_sums_of_rows_and_many_of_columns(wrong: int, expected: bool) -> None:
    """Half of the sums over rows fail in all of these: the flows hold, and the rows do not come to their total."""
    told = [row(r, "1 | 1 | 1 | 1 | 1 | 1 | 6") for r in range(25)]
    for r in [0, 1, TOTAL, 24, *range(2, TOTAL)][:wrong]:
        told[r] = row(r, "1 | 1 | 1 | 1 | 1 | 1 | 9")
    remains = Remains(fill("\n".join(told)))
    assert sum(not held.holds for held in remains.row_sums) == wrong
    assert sum(not held.holds for held in remains.column_sums) == len(remains.column_sums) / 2
    assert is_wall(remains) is expected


def test_two_sums_that_fail_are_no_wall_though_there_are_no_others() -> None:
    remains = Remains(fill(lines({2: row(2, "0 | 0 | 0 | 0 | 0 | 0 | 2")})))
    assert [held.holds for held in remains.sums] == [False, False]
    assert not is_wall(remains)


@pytest.mark.parametrize(("short", "expected"), [(1, True), (6, True), (7, False), (20, False)])
def test_a_cell_that_was_not_seen_is_an_exception_where_three_rows_in_four_are_whole(
    short: int, expected: bool
) -> None:
    text = paragraphs(dict.fromkeys(range(2, 2 + short), (0,) * 6))
    assert bool(find_caps(fill(text), guards=(guard("unseen_blank"),))) is expected


def test_a_cell_that_was_not_seen_is_no_blank_where_the_table_marks_its_blanks() -> None:
    short = dict.fromkeys(range(2, 22), (0,) * 6)
    assert find_caps(fill(paragraphs(short)), guards=(guard("unseen_blank"),)) == {}
    assert find_caps(fill(paragraphs({**short, 1: ("/",) * 7})), guards=(guard("unseen_blank"),))


def test_beside_numbers_that_no_cell_took_only_a_row_that_speaks_for_itself_is_sure() -> None:
    """Whole, behind its label, and adding up: row 4; not one that breaks its sum, nor one without label."""
    text = lines({5: row(5, "1 | 0 | 0 | 0 | 0 | 0 | 5"), 7: f"{ZEROS} |", 24: None})
    table = fill(text, behind="\n".join("0" * 7) + "\n四、存在的主要问题")
    assert Remains(table).behind == 7
    caps = find_caps(table, guards=(guard("left_over"),))
    assert cells_of(5, 7, 24) <= set(caps)
    assert not cells_of(4, 6) & set(caps)


def test_a_row_with_what_was_never_cut_out_among_its_pieces_is_not_sure() -> None:
    text = lines({3: row(3, ZEROS) + "\n甲5乙6丙7丁 |", 10: row(10, "0 | 0 | 0 | 0 | 0 | 0 |  |")})
    caps = find_caps(fill(text), guards=(guard("uncut"),))
    assert cells_of(3, 10) <= set(caps)
    assert not cells_of(2, 5) & set(caps)  # row 4 begins right behind it


def test_a_table_put_together_on_a_guess_is_not_sure() -> None:
    table = fill(lines())
    guessed = replace(table, stream=replace(table.stream, guessed=True))
    assert find_caps(table, guards=(guard("bare"),)) == {}
    assert set(find_caps(guessed, guards=(guard("bare"),))) == set(WHOLE.cells)


@pytest.mark.parametrize(("total", "expected"), [(0, False), (5, True)])
def test_totals_left_at_nought_are_no_wall_though_columns_fail_as_well(total: int, expected: bool) -> None:
    told = {r: row(r, f"{n} | 0 | 0 | 0 | 0 | 0 | {total}") for r, n in ((0, 1), (2, 1), (TOTAL, 2))}
    remains = Remains(fill(lines(told)))
    assert not any(held.holds for held in remains.row_sums)
    assert is_wall(remains) is expected


@pytest.mark.parametrize("neighbour", [5, 7])
def test_an_absent_row_is_sure_only_between_rows_that_are(neighbour: int) -> None:
    table = fill(lines({6: None}))
    assert find_caps(with_marginal(table, neighbour, 0.95), guards=(guard("absent"),)) == {}
    assert set(find_caps(with_marginal(table, neighbour, 0.85), guards=(guard("absent"),))) == cells_of(6)
    span = table.rows[neighbour].span
    assert span is not None
    unnamed = with_row(table, neighbour, span=replace(span, labels=()))
    assert set(find_caps(unnamed, guards=(guard("absent"),))) == cells_of(6)


def test_a_table_without_sums_is_doubted_with_all_those_that_have_some() -> None:
    first = template(ACTIVE_DISCLOSURE, "2021")
    text = "\n".join(f"{each.label} | " + " | ".join("5" for _ in each.cells) + " |" for each in first.rows)
    table = fill(text, first)
    blocks = fill(line_of(" | ".join(["15", "25", "35", "45", "85"] * 3)), BLOCKS)
    wall = fill(wrong_numbers())
    assert find_caps(table) == {}
    assert find_caps(table, [wall, fill(line_of(" | ".join("0" * 15)), BLOCKS)], (guard("wall"),)) == {}
    assert find_caps(table, [wall, blocks], (guard("wall"),)) == dict.fromkeys(first.cells, 0.94)
    assert find_caps(table, [fill(lines({0: row(0, "1 | 0 | 0 | 0 | 0 | 0 | 1")})), blocks], (guard("wall"),)) == {}


def test_an_absent_row_among_labelled_rows_is_sure() -> None:
    assert find_caps(fill(lines({6: None}))) == {}


@pytest.mark.parametrize(("row_left_out", "ends"), [(24, True), (24, False)])
def test_an_absent_row_needs_the_end_of_the_table(row_left_out: int, ends: bool) -> None:
    caps = find_caps(fill(lines({row_left_out: None}), ends=ends), guards=(guard("absent"),))
    assert set(caps) == cells_of(row_left_out)


def test_rows_are_surely_absent_only_where_the_table_is_there() -> None:
    few = fill("\n".join(row(r, ZEROS) for r in (0, 1, 2, 24)))
    assert cells_of(*range(3, 24)) <= set(find_caps(few, guards=(guard("absent"),)))


def test_rows_that_only_this_form_has_are_not_surely_absent() -> None:
    """All rows of the other form are there, and none else: the table may be on that form."""
    labels = {each.label for each in template(APPLICATIONS, "2019").rows}
    absent = [r for r, each in enumerate(WHOLE.rows) if each.label not in labels]
    assert absent
    caps = find_caps(fill(lines(dict.fromkeys(absent))), guards=(guard("absent"),))
    assert set(caps) == cells_of(*absent)


def test_a_blank_of_a_report_that_leaves_rows_of_zeros_empty_stays_sure() -> None:
    text = paragraphs({0: (3, 0, 0, 0, 0, 0, 3), 2: (3, 0, 0, 0, 0, 0, 3), TOTAL: (3, 0, 0, 0, 0, 0, 3)}, default=())
    assert find_caps(fill(text)) == {}


def test_a_blank_in_a_sum_that_fails_is_doubted() -> None:
    text = paragraphs({0: (3, 0, 0, 0, 0, 0, 3), 2: (3, 0, 0, 0, 0, 0, 3)}, default=())
    assert WHOLE.rows[TOTAL].cells[0] in find_caps(fill(text))


def test_a_row_that_fails_beside_numbers_that_nothing_took_is_doubted_in_a_table_that_is_full() -> None:
    eight = ("5", "0", "0", "0", "0", "0", "9", "0")
    told = ["\n".join([each.label, *(eight if r == 23 else ["0"] * 7)]) for r, each in enumerate(WHOLE.rows)]
    filled = fill("\n\n".join(told))
    remains = Remains(filled)
    assert all(value is not None for value in remains.values.values())
    assert remains.left
    caps = find_caps(filled, guards=(guard("left_over"),))
    assert cells_of(23) <= set(caps)
    assert not cells_of(3) & set(caps)
