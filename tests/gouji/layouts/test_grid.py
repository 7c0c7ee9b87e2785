"""Grids wider than the form: which columns hold values. Small streams made of the official labels."""

import pytest

from gouji.document import Fragment
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, template
from gouji.layouts import grid
from gouji.layouts.cells import Cell, read_rows
from gouji.layouts.grid import keep_values, take_named
from gouji.pieces import CellStream, Piece, PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document

HEADER = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
LABELS = [row.label for row in template(APPLICATIONS, "2021").rows]
VALUES = [[str(3 + r), "1", "", "", "", "2", str(6 + r)] for r in range(len(LABELS))]


def stream_of(rows: list[list[str]], table: str = APPLICATIONS) -> CellStream:
    """Rows written as Markdown."""
    text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return CellStream(table, tuple(document_to_pieces(text_to_document(text))))


def runs(stream: CellStream) -> list[list[str]]:
    """The values behind each text."""
    found: list[list[str]] = []
    for piece in stream.pieces:
        if not piece.is_value:
            found.append([])
        elif found:
            found[-1].append(piece.fragment.text)
    return [run for run in found if run]


def test_columns_of_labels_index_and_remarks_are_left_out() -> None:
    rows = [["序号", "", "", *HEADER, "备注", ""]]
    rows += [[str(r + 1), label, "", *VALUES[r], "已核" if r % 3 else "", ""] for r, label in enumerate(LABELS)]
    kept = keep_values(stream_of(rows))
    assert kept.settled
    assert not kept.guessed
    assert runs(kept) == VALUES


def test_a_plain_table_is_left_as_it_is() -> None:
    stream = stream_of([["项目", *HEADER], *([label, *VALUES[r]] for r, label in enumerate(LABELS))])
    kept = keep_values(stream)
    assert kept.pieces is stream.pieces
    assert kept.settled


def test_a_row_whose_label_stands_on_another_line_keeps_all_its_values() -> None:
    rows = [["项目", *HEADER], *([label, *VALUES[r]] for r, label in enumerate(LABELS))]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines[5] = LABELS[4] + "\n\n| " + " | ".join(cell or "0" for cell in VALUES[4]) + " |"
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document("\n".join(lines)))))
    expected = [*VALUES[:4], [cell or "0" for cell in VALUES[4]], *VALUES[5:]]
    assert runs(keep_values(stream)) == expected


def test_a_labelled_row_that_does_not_stand_under_its_headers_keeps_its_values() -> None:
    rows = [["项目", *HEADER, "备注"], *([label, *VALUES[r], "1"] for r, label in enumerate(LABELS))]
    rows[5][3] = "见注"  # a text under a header of values
    kept = keep_values(stream_of(rows))
    values = runs(kept)
    assert values[:4] == VALUES[:4]
    assert values[4:6] == [VALUES[4][:2], [*VALUES[4][3:], "1"]]
    assert values[6:] == VALUES[5:]
    assert kept.guessed


def test_padding_to_any_width_is_left_out_by_sums_where_headers_lost_their_places() -> None:
    rows = [HEADER[:1] + HEADER[-1:], HEADER[1:-1], *([label, *VALUES[r]] for r, label in enumerate(LABELS))]
    kept = keep_values(stream_of([row + [""] * (40 - len(row)) for row in rows]))
    assert kept.settled
    assert runs(kept) == VALUES


def test_a_wide_table_that_nothing_tells_about_is_a_guess() -> None:
    rows = [[label, "", "0", "", "0", *[""] * 20] for label in LABELS]  # no header, and no sum
    kept = keep_values(stream_of(rows))
    assert kept.guessed
    assert not kept.settled


def test_an_added_column_under_headers_that_do_not_fit_is_a_guess() -> None:
    rows = [["项目", "占比", *HEADER], *([label, *VALUES[r], "12"] for r, label in enumerate(LABELS))]
    assert keep_values(stream_of(rows)).guessed


def test_columns_left_out_with_their_headers_are_blank_where_the_totals_vouch() -> None:
    kept_columns = [0, 1, 5]
    rows = [["项目", *(HEADER[c] for c in kept_columns), ""]]
    rows += [[label, *(VALUES[r][c] for c in kept_columns), VALUES[r][-1]] for r, label in enumerate(LABELS)]
    kept = keep_values(stream_of(rows))
    assert kept.settled
    assert runs(kept) == VALUES
    rows[5][-1] = "999"
    assert not keep_values(stream_of(rows)).settled


def test_a_label_that_holds_delimiters_moves_nothing() -> None:
    rows = [["项目", *HEADER, ""], *([label, *VALUES[r], ""] for r, label in enumerate(LABELS))]
    rows[4] = ["部分公开(只计这一情形", "不计其他情形)", *VALUES[3], ""]
    assert runs(keep_values(stream_of(rows))) == VALUES


def test_digits_grouped_by_blanks_are_one_number() -> None:
    rows = [["信息内容", "本年处理决定数量"], ["行政许可", "517 645"], ["行政处罚", "93 957"], ["行政强制", "5 4"]]
    kept = keep_values(stream_of(rows, ACTIVE_DISCLOSURE))
    assert runs(kept)[:2] == [["517 645"], ["93 957"]]
    assert kept.pieces[3].numeral is not None
    assert kept.pieces[3].numeral.value == 517645


@pytest.mark.parametrize("cell", ["5 1 7 6 4", "705 36 290 99", "705<br>36<br>2"])
def test_several_numbers_in_one_cell_make_a_table_a_guess(cell: str) -> None:
    rows = [["信息内容", "本年处理决定数量"], ["行政许可", cell], ["行政处罚", "3"]]
    assert keep_values(stream_of(rows, ACTIVE_DISCLOSURE)).guessed


def test_rows_that_the_source_added_are_left_out() -> None:
    rows = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "0", "0", "1"]]
    rows += [["行政规范性文件", "2", "2", "9"], ["其他主动公开的材料", "18", "6", "25"]]
    for label in ("行政许可", "行政处罚", "行政强制", "行政事业性收费"):
        rows += [["信息内容", "本年处理决定数量", "", ""], [label, "5", "", ""]]
    kept = keep_values(stream_of(rows, ACTIVE_DISCLOSURE))
    assert "18" not in [piece.fragment.text for piece in kept.pieces]
    without = [row for row in rows if row[0] != "规章"]  # it may then be the row that is missing
    kept = keep_values(stream_of(without, ACTIVE_DISCLOSURE))
    assert "18" in [piece.fragment.text for piece in kept.pieces]


LINE = ["1", "", "", "", "1", *[""] * 10]


@pytest.mark.parametrize("padding", [0, 25])
@pytest.mark.parametrize("shown", [5, 15])
def test_one_line_is_counted_from_its_start(padding: int, shown: int) -> None:
    heads = [["行政复议", "行政诉讼", *[""] * 13], [*OUTCOMES, "未经复议直接起诉", "复议后起诉", *[""] * 8]]
    rows = [row + [""] * padding for row in (*heads, OUTCOMES * 2 + [""] * 5)]
    kept = keep_values(stream_of([*rows, LINE[:shown] + [""] * (padding if shown == 15 else 0)], REVIEW_LITIGATION))
    assert kept.settled
    assert [piece.fragment.text for piece in kept.pieces if piece.is_value] == LINE


def test_a_short_line_whose_blocks_do_not_add_up_is_not_counted() -> None:
    rows = [
        ["行政复议", "行政诉讼"],
        [*OUTCOMES, "未经复议直接起诉", "复议后起诉"],
        OUTCOMES * 2,
        ["1", "", "", "1", "3"],
    ]
    assert not keep_values(stream_of(rows, REVIEW_LITIGATION)).settled


def test_the_index_of_a_converter_and_its_marks_are_no_values() -> None:
    grid = [["行政复议", *[""] * 4, "行政诉讼", *[""] * 9], OUTCOMES * 3, LINE]
    rows = [["", *map(str, range(15))]]
    rows += [[str(r), *(cell or "NaN" for cell in row)] for r, row in enumerate(grid)]
    kept = keep_values(stream_of(rows, REVIEW_LITIGATION))
    values = [piece for piece in kept.pieces if piece.is_value]
    assert [piece.fragment.text.replace("NaN", "") for piece in values] == LINE
    assert {piece.kind for piece in values} == {PieceKind.NUMBER, PieceKind.EMPTY}


@pytest.mark.parametrize("misfits", [0, 1, 2, 4])
def test_rows_that_do_not_stand_under_their_headers_make_the_others_a_guess(misfits: int) -> None:
    """Up to one in ten of them; where more do not, the headers say nothing."""
    rows = [["", *HEADER, "备注"], *([label, *VALUES[r], "已核"] for r, label in enumerate(LABELS))]
    for row in rows[5 : 5 + misfits]:
        row[3] = "详见另页说明"
    stream = stream_of(rows)
    named = take_named(list(read_rows(stream.pieces)), APPLICATIONS)
    assert (named is None) == (misfits > 2)
    if named is not None:
        kept = keep_values(stream)
        assert named[1] is kept.settled is (misfits == 0)
        assert kept.guessed is (misfits > 0)


@pytest.mark.parametrize(("text", "several"), [("1 234 567", False), ("12 34 56", True), ("1<br>2<br>3", True)])
def test_the_thousands_of_one_number_are_not_several(text: str, several: bool) -> None:
    assert (
        grid._holds_several(Cell(0, 0, (Piece(Fragment(text, 0, len(text)), PieceKind.TEXT, text, None),))) is several
    )
