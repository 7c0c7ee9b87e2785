from collections.abc import Sequence

from gouji.finding.furniture import find_furniture, find_places, find_repeats, without_wide_padding
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from gouji.pieces import Piece, PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.text.labels import find_anchor


def pieces_of(text: str) -> list[Piece]:
    return document_to_pieces(text_to_document(text))


def told(text: str) -> tuple[list[str], list[str]]:
    """The texts that came back, and those that are furniture of table 三."""
    pieces = pieces_of(text)
    anchors = [find_anchor(p.label) if p.kind is PieceKind.TEXT else None for p in pieces]
    places = find_places(pieces, anchors)
    texts = [piece.fragment.text for piece in pieces]
    return (
        [texts[i] for i in sorted(find_repeats(places))],
        [texts[i] for i in sorted(find_furniture(pieces, places, APPLICATIONS))],
    )


def test_a_text_that_comes_back_between_rows_costs_once() -> None:
    repeats, furniture = told("".join(f"数据来源：政务系统\n{n}.重复申请 | {n} |\n" for n in range(1, 8)))
    assert repeats == ["数据来源：政务系统"] * 6
    assert furniture == ["数据来源：政务系统"] * 7


def test_its_digits_may_change() -> None:
    repeats, _ = told("".join(f"打印于2024年1月{n}日 第{n}页\n规章 | {n} |\n" for n in range(1, 5)))
    assert len(repeats) == 3


def test_lines_that_stand_together_do_not_come_back() -> None:
    assert told("无关的一行文字\n" * 9 + "规章 | 3 |\n") == ([], [])


def test_twice_is_not_often() -> None:
    assert told("页眉文字\n规章 | 3 |\n页眉文字\n行政许可 | 4 |\n")[0] == []


def test_labels_and_pieces_of_torn_headers_are_no_furniture() -> None:
    torn = "".join(f"第二十条第({c})项\n\n信息\n\n内容\n\n规章\n\n{n}\n\n" for n, c in enumerate("一五六八", start=1))
    assert told(torn)[1] == []
    groups = "".join(f"（三）不予公开 | {n}.属于国家秘密 | {n} |\n" for n in range(1, 9))
    assert told(groups) == ([], [])


def rows_of(*values: str, padding: str) -> list[Piece]:
    return pieces_of("\n".join(f"{n}.重复申请 | {row} |{padding}" for n, row in enumerate(values, start=1)))


def texts(pieces: Sequence[Piece]) -> list[str]:
    return [piece.fragment.text for piece in pieces]


def test_padding_behind_every_row_is_left_out() -> None:
    rows = ("3 | 0 | | | | 0 | 3", "| 1 | | | | |", "4 | 0 | 0 | 0 | 0 | 0 | 4")
    wide = without_wide_padding(rows_of(*rows, padding=" |" * 40), APPLICATIONS)
    assert texts(wide) == texts(rows_of(*rows, padding=""))


def test_blank_cells_at_the_end_of_every_row_stay() -> None:
    pieces = rows_of("3 | | | | | |", "4 | | | | | |", "5 | | | | | |", padding="")
    assert without_wide_padding(pieces, APPLICATIONS) == tuple(pieces)
    line = pieces_of("行政复议 | 行政诉讼 | | | | | | | | | | | | | |\n2 | 0 | 0 | 0 | 2 | | | | | | | | | | |")
    assert without_wide_padding(line, REVIEW_LITIGATION) == tuple(line)


def test_padding_of_merged_cells_stays() -> None:
    pieces = rows_of("3 | 0 | 0 | 0 | 0 | 0 | 3", "4 | 0 | 0 | 0 | 0 | 0 | 4", padding=" | | |")
    assert without_wide_padding(pieces, APPLICATIONS) == tuple(pieces)


def test_one_wide_row_pads_no_other() -> None:
    pieces = rows_of("3 | 0", "4 | 0" + " |" * 40, "5 | 0", padding="")
    assert without_wide_padding(pieces, APPLICATIONS) == tuple(pieces)
