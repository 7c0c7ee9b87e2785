"""Every guard has a table that it doubts, and that nothing else does: without the guard these tests fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from gouji.alignment.align import FilledTable
from gouji.assembly import fill_to_table
from gouji.doubts.guards import GUARDS, Guard, find_caps, is_wall
from gouji.doubts.remains import Remains
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, Template, template
from gouji.layouts.grid import keep_values
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from gouji.sums import SURE
from tests.gouji.filled import align

WHOLE, BLOCKS = template(APPLICATIONS, "2021"), template(REVIEW_LITIGATION, "2021")
TOTAL = next(r for r, each in enumerate(WHOLE.rows) if each.key == "total_processed")
ZEROS = " | ".join("0" * 7)
Lines = Mapping[int, str | None]


def fill(text: str, form: Template = WHOLE, ends: bool = False, behind: str = "四、存在的主要问题") -> FilledTable:
    pieces = tuple(document_to_pieces(text_to_document(text)))
    after = tuple(document_to_pieces(text_to_document(behind))) if behind else ()
    return align(CellStream(form.table, pieces, after=after, ends=ends), form, rules.score)


def lines(changed: Lines = MappingProxyType({}), last: int = 24) -> str:
    """Table 三 a row a line: zeros, or what is given (the whole line); None leaves the row out."""
    told = [changed.get(r, f"{row.label} | {ZEROS} |") for r, row in enumerate(WHOLE.rows[: last + 1])]
    return "\n".join(line for line in told if line is not None)


def row(r: int, values: str) -> str:
    return f"{WHOLE.rows[r].label} | {values} |"


def cells_of(*rows: int) -> set[str]:
    return {name for r in rows for name in WHOLE.rows[r].cells}


def paragraphs(
    rows: Mapping[int, Sequence[int | str]],
    labels: Mapping[int, str] = MappingProxyType({}),
    default: Sequence[int] = (0,) * 7,
) -> str:
    """Table 三 a cell a paragraph; blanks leave nothing behind."""
    told: list[str] = []
    for r, each in enumerate(WHOLE.rows):
        told += [*filter(None, [labels.get(r, each.label)]), *(str(n) for n in rows.get(r, default))]
    return "\n\n".join(told)


def line_of(values: str) -> str:
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    return " | ".join(r.label for r in BLOCKS.rows) + f"\n{columns} | {columns} | {columns}\n{values}"


def wrong_numbers() -> str:
    """Every number has a digit too many: sums of rows fail, and those of columns too."""
    return lines({r: row(r, f"{r}5 | 05 | 05 | 05 | 05 | 05 | {r}5") for r in range(25)})


def broken(last: int = 11, wrong: Sequence[int] = (5,)) -> FilledTable:
    """One row of many breaks its own sum and sums of columns, and it was read from more pieces than it has columns."""
    ones = {r: row(r, f"1 | 0 | 0 | 0 | 0 | 0 | {5 if r in wrong else 1}") for r in range(2, last + 1)}
    filled = fill(lines({**ones, 21: row(21, "9 | 0 | 0 | 0 | 0 | 0 | 9")}))
    return with_row(filled, 5, deficit=-1)


def short_row() -> FilledTable:
    """A row of two numbers under three headers."""
    form = template(ACTIVE_DISCLOSURE, "2021")
    told = "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 | 0 | 0\n行政规范性文件 | 1 | 0 | 2"
    for row in form.rows[2:]:
        told += f"\n{row.under[0]}\n信息内容 | {row.columns[0].label}\n{row.label} | 3"
    return align(keep_values(fill(told, form).stream), form, rules.score)


def torn_into_blocks() -> FilledTable:
    """Labels of two rows, the header of a column, and the numbers of both."""
    labels = [each.label for each in WHOLE.rows]
    told = f"{labels[0]}\n{labels[1]}\n法律服务机构\n0\n3\n0\n3\n" + "\n".join(
        f"{label} | {ZEROS} |" for label in labels[2:]
    )
    return fill(told)


def glued_and_blank() -> FilledTable:
    """Rows that nothing divides, one of them without its blanks."""
    return fill("\n".join(f"{each.label}{'202' if r == 9 else '2000002'}" for r, each in enumerate(WHOLE.rows)))


def labels_behind() -> str:
    return "\n".join(f"{n} | 0 | 0 | 0 | 0 | 0 | {n} | {each.label}" for n, each in enumerate(WHOLE.rows))


def blocks_exchanged() -> str:
    first, *others = [each.label for each in BLOCKS.rows]
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    return " | ".join([*others, first]) + f"\n{columns} | {columns} | {columns}\n" + " | ".join(["0"] * 15)


def with_row(filled: FilledTable, r: int, **changed: object) -> FilledTable:
    rows = list(filled.rows)
    rows[r] = replace(rows[r], **changed)  # type: ignore[arg-type]
    return replace(filled, rows=tuple(rows))


def with_marginal(filled: FilledTable, r: int, marginal: float) -> FilledTable:
    span = filled.rows[r].span
    assert span is not None
    return with_row(filled, r, span=replace(span, row_marginal=marginal))


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


def guard(name: str) -> Guard:
    return next(each for each in GUARDS if each.name == name)


def test_the_list_is_named_and_every_guard_has_a_table_here() -> None:
    assert [each.name for each in GUARDS] == list(DOUBTED)
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


def test_a_blank_of_a_report_that_leaves_rows_of_zeros_empty_stays_sure() -> None:
    text = paragraphs({0: (3, 0, 0, 0, 0, 0, 3), 2: (3, 0, 0, 0, 0, 0, 3), TOTAL: (3, 0, 0, 0, 0, 0, 3)}, default=())
    assert find_caps(fill(text)) == {}


def test_a_blank_in_a_sum_that_fails_is_doubted() -> None:
    text = paragraphs({0: (3, 0, 0, 0, 0, 0, 3), 2: (3, 0, 0, 0, 0, 0, 3)}, default=())
    assert WHOLE.rows[TOTAL].cells[0] in find_caps(fill(text))


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
    build, _ = DOUBTED["beside_absent"]
    caps = find_caps(build(), guards=(guard("beside_absent"),))
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


def test_headers_of_blocks_and_of_pages_are_no_torn_page() -> None:
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    heads = " | ".join(each.label for each in BLOCKS.rows) + f"\n{columns} | {columns} | {columns}\n"
    zeros = ["0"] * 5
    repeated = heads + " | ".join(zeros * 2) + f" |\n{heads}" + " | ".join(zeros)
    of_blocks = "\n".join(f"项目 | {columns}\n{each.label} | " + " | ".join(zeros) for each in BLOCKS.rows)
    torn = f"行政复议 | 行政诉讼\n0 | 0 | 0\n{columns}\n" + " | ".join(zeros)
    for text, doubted in ((repeated, False), (of_blocks, False), (torn, True)):
        assert bool(find_caps(fill(text, BLOCKS), guards=(guard("moved"),))) is doubted


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
