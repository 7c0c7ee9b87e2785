"""Pages whose cells no delimiter divides: text nodes joined without blanks, paragraphs without lines."""

import pytest

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.readers.text.reader import text_to_document
from gouji.recovery import Recovery, recover
from gouji.tables import CellState
from gouji.text.glued import cut_glued
from gouji.text.splits import join_ways, split_blocks, split_run
from gouji.text.tiles import find_tiles
from tests.gouji.sample_layouts import draw_values, report


def texts(text: str) -> list[str]:
    return [fragment.text for fragment in cut_glued(text_to_document(text).fragments)]


def glue(form: str, seed: int, gap: str, blanks: float = 0.0) -> tuple[bytes, dict[str, dict[str, str]]]:
    values = draw_values(form, seed, blanks)
    return gap.join("".join(line.cells) for line in report(form, values)).encode(), values


def wrong(recovery: Recovery, values: dict[str, dict[str, str]], table: str) -> dict[str, float]:
    """The cells that are not given as they are printed, and how sure each is."""
    found = recovery.tables[table]
    states = {cell: ("printed", int(text)) if text else ("blank", None) for cell, text in values[table].items()}
    given = {name: (cell.state.value, cell.value) for name, cell in found.cells.items()}
    return {name: found.cells[name].confidence for name, told in states.items() if given[name] != told}


def test_labels_are_found_where_nothing_divides_them() -> None:
    text = "（一）予以公开7000007（三）不予公开1.属于国家秘密00000002.其他法律行政法规禁止公开0"
    tiles = find_tiles(text)
    assert [text[tile.start : tile.end] for tile in tiles] == [
        "（一）予以公开", "（三）不予公开", "1.属于国家秘密", "2.其他法律行政法规禁止公开",
    ]  # fmt: skip
    # Without its point the digit before a label may be one of the value before it.
    assert [tile.label for tile in find_tiles("0000012重复申请0")] == ["重复申请"]


@pytest.mark.parametrize(
    ("run", "cells", "found"),
    [
        ("0000000", 7, [[0, 1, 2, 3, 4, 5, 6]]),
        ("230000023", 7, [[0, 2, 3, 4, 5, 6, 7]]),
        ("19,37230771919,408", 7, [[0, 6, 7, 8, 9, 10, 12]]),
        ("3-----3", 7, [[0, 1, 2, 3, 4, 5, 6]]),
        ("1100002", 7, [[0, 1, 2, 3, 4, 5, 6]]),
        ("1100003", 7, []),
    ],
)
def test_a_row_is_cut_where_it_adds_up(run: str, cells: int, found: list[list[int]]) -> None:
    assert [[start for start, _ in way] for way in split_run(run, (), cells, True)] == found


def test_blanks_divide_cells_and_what_all_ways_share_is_cut() -> None:
    assert len(split_run("230000023", (3,), 7, True)) == 1
    assert split_run("230000023", (1,), 7, True) == []
    ways = split_run("000110011", (), 7, True)
    assert len(ways) > 1
    assert all(set(join_ways(ways)) != set(way) for way in ways)
    assert [start for start, _ in join_ways(ways)][:3] == [0, 1, 2]
    assert len(split_blocks("000000000000000", (), (5, 5, 5))) == 1


def test_a_run_with_too_many_ways_is_given_up() -> None:
    assert split_run("1" * 60, (), 30, False) == [] or len(split_run("1" * 60, (), 30, False)) >= 40


@pytest.mark.parametrize(
    "text",
    [
        "全年行政许可3960件，行政处罚18件，结果维持73件。\n本年度行政复议1330件，其中结果纠正1000件，尚未审结7件。",
        "行政许可 | 000 | 0000000\n行政处罚 | 000 | 000",
        "电话02131700000，邮编100000，备案号1300000号，总计1000件",
    ],
)
def test_sentences_and_delimited_rows_are_left_alone(text: str) -> None:
    assert texts(text) == [fragment.text for fragment in text_to_document(text).fragments]


def test_numbers_that_blanks_divide_are_not_cut_because_their_digits_are_as_many_as_the_cells() -> None:
    # Eleven numbers of fifteen digits: four blank cells were dropped.
    columns = "结果维持结果纠正其他结果尚未审结总计" * 3
    numbers = "0 0 0 0 0 21 12 0 37 70 0"
    text = f"规章000\n行政规范性文件000\n行政许可0\n行政处罚0\n{columns}\n{numbers}"
    assert texts(text)[-11:] == numbers.split()


def test_each_part_keeps_its_place_in_the_source() -> None:
    text = "规章000\n行政规范性文件015\n行政许可12行政处罚000"
    parts = cut_glued(text_to_document(text).fragments)
    assert [text[part.start : part.end] for part in parts] == [part.text for part in parts]
    assert "".join(part.text for part in parts) == "".join(text.split())


@pytest.mark.parametrize("gap", ["\n", ""], ids=["lines", "paragraph"])
@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(3))
def test_glued_reports_are_read_and_what_could_be_cut_otherwise_is_doubted(form: str, seed: int, gap: str) -> None:
    data, values = glue(form, seed, gap)
    recovery = recover(data, engine="rules")
    for table in TABLES:
        assert recovery.tables[table].cells, table
        assert [name for name, sure in wrong(recovery, values, table).items() if sure >= 0.95] == []
    assert len(wrong(recovery, values, APPLICATIONS)) < 0.35 * len(values[APPLICATIONS])


def test_a_glued_report_of_small_numbers_is_read_whole() -> None:
    data, values = glue("2021", 1, "")
    text = data.decode()
    for cell, number in values[APPLICATIONS].items():
        values[APPLICATIONS][cell] = "0" if number != "0" else number
    values[REVIEW_LITIGATION] = dict.fromkeys(values[REVIEW_LITIGATION], "0")
    text = "".join("".join(line.cells) for line in report("2021", values))
    recovery = recover(text.encode(), engine="rules")
    for table in (APPLICATIONS, REVIEW_LITIGATION):
        cells = recovery.tables[table].cells.values()
        assert all(cell.state is CellState.PRINTED and cell.value == 0 and cell.confidence >= 0.95 for cell in cells)


@pytest.mark.parametrize("seed", range(3))
def test_glued_reports_that_dropped_their_blanks_say_that_they_are_not_sure(seed: int) -> None:
    data, values = glue("2021", seed, "\n", blanks=0.5)
    recovery = recover(data, engine="rules")
    for table in TABLES:
        assert [name for name, sure in wrong(recovery, values, table).items() if sure >= 0.95] == []
