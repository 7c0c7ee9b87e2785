"""Fates on small made-up texts of one table of ten numbers, and of one with blanks."""

import pytest

from training.converters.fate import DROPPED, GLUED, INTACT, LOST, MOVED, Fate, tell_fate
from training.network.tokens import GROUP, LABEL, VALUE
from training.pages.sheets import Sheet, SheetCell


def sheet(*rows: tuple[str, tuple[str, ...]]) -> dict[str, Sheet]:
    built = []
    for label, values in rows:
        cells = [SheetCell("(三)不予公开", GROUP), SheetCell(label, LABEL), *(SheetCell(v, VALUE) for v in values)]
        built.append(tuple(cells))
    return {"applications": Sheet("applications", "2021", 9, tuple(built))}


FULL = sheet(("1.属于国家秘密", ("12", "0", "3", "15")), ("2.其他法律行政法规禁止公开", ("7", "1,113", "0.5", "40")))
HOLES = sheet(
    ("1.属于国家秘密", ("12", "", "3", "15")),
    ("2.其他法律行政法规禁止公开", ("", "8", "", "40")),
    ("3.危及三安全一稳定", ("9", "6", "4", "19")),
)


def write(sheets: dict[str, Sheet], between: str, after: str, drop: bool = False) -> str:
    lines = []
    for row in sheets["applications"].rows:
        lines.append(between.join(cell.text for cell in row if cell.text or not drop))
    return after.join(lines) + after


@pytest.mark.parametrize(
    ("between", "after"), [(" | ", " |\n"), ("\t", "\n"), (",", "\n"), ("\n\n", "\n\n"), (" ", "\n")]
)
def test_numbers_by_themselves_and_in_order_are_intact(between: str, after: str) -> None:
    assert tell_fate(write(FULL, between, after), FULL, ()) == Fate(INTACT, "none")


def test_a_workbook_s_points_and_thousands_are_no_other_numbers() -> None:
    assert tell_fate("12.0,0.0,3,15.0\n7,1113,0.50,40", FULL, ()).numbers == INTACT


def test_tags_within_a_number_are_no_part_of_it_and_neither_are_escapes() -> None:
    cells = "<td><p><b>1</b><span lang='EN-US'>2</span></p></td><td>0</td><td>3</td><td>15</td>"
    assert tell_fate(f"<tr>{cells}</tr>7 | 1,113 | 0\\.5 | 40", FULL, ()).numbers == INTACT


def test_numbers_that_run_together_or_fall_apart_are_glued() -> None:
    assert tell_fate(write(FULL, "", "\n"), FULL, ()).numbers == GLUED
    assert tell_fate(write(FULL, "", ""), FULL, ()).numbers == GLUED
    assert tell_fate("1 2|0|3|15|7|1,113|0.5|40", FULL, ()).numbers == GLUED


def test_a_number_that_runs_into_the_ordinal_of_the_next_label_is_glued() -> None:
    text = "1.属于国家秘密 12 0 3 15{}2.其他法律行政法规禁止公开 7 1,113 0.5 40"
    assert tell_fate(text.format("\n"), FULL, ()).numbers == INTACT
    assert tell_fate(text.format(""), FULL, ()).numbers == GLUED


def test_numbers_in_another_order_are_moved() -> None:
    assert tell_fate("12 7\n0 1,113\n3 0.5\n15 40", FULL, ()).numbers == MOVED


def test_a_number_less_is_lost() -> None:
    assert tell_fate("12 0 3 15 7 1,113 0.5", FULL, ()).numbers == LOST
    assert tell_fate("", FULL, ()) == Fate(LOST, "none")


def test_what_the_page_says_beside_its_tables_stands_for_no_number() -> None:
    sentence = "全年办理40件,占15%。"
    short = "12 0 3 15 7 1,113 0.5\n"
    assert tell_fate(short + sentence, FULL, ()).numbers == INTACT  # taken for the last number
    assert tell_fate(short + sentence, FULL, (sentence,)).numbers == LOST
    assert tell_fate(short + "全年办理\n40件\\,占15 %。", FULL, (sentence,)).numbers == LOST


@pytest.mark.parametrize(
    ("between", "after"), [(" | ", " |\n"), ("\t", "\n"), (",", "\n"), ("</td><td>", "</td></tr>\n<tr><td>")]
)
def test_blanks_show_where_marks_are_left(between: str, after: str) -> None:
    assert tell_fate(write(HOLES, between, after), HOLES, ()) == Fate(INTACT, "kept")


@pytest.mark.parametrize(("between", "after"), [("\n\n", "\n\n"), (" ", "\n"), ("\t", "\n")])
def test_blanks_that_leave_nothing_are_dropped(between: str, after: str) -> None:
    fate = tell_fate(write(HOLES, between, after, drop=True), HOLES, ())
    assert fate == Fate(INTACT, DROPPED)
    assert fate.stratum == "intact_without_blanks"


def test_columns_that_line_up_show_their_blanks() -> None:
    lines = (
        f"{row[1].text:　<16}" + "".join(f"{cell.text:>6}" for cell in row[2:]) for row in HOLES["applications"].rows
    )
    assert tell_fate("\n".join(lines), HOLES, ()) == Fate(INTACT, "kept")


def test_labels_alone_tell_where_no_number_is_left() -> None:
    empty = sheet(("1.属于国家秘密", ("", "", "")), ("2.其他法律行政法规禁止公开", ("", "", "")))
    assert tell_fate(write(empty, " | ", "\n"), empty, ()) == Fate(INTACT, "kept")
    assert tell_fate(write(empty, "\n", "\n", drop=True), empty, ()) == Fate(INTACT, DROPPED)
