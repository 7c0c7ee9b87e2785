"""Numbers that only count, and marks that converters write for nothing."""

import pytest

from gouji.pieces import PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document


def kinds(text: str) -> list[tuple[str, PieceKind]]:
    return [(piece.fragment.text, piece.kind) for piece in document_to_pieces(text_to_document(text))]


def numbers(text: str) -> list[str]:
    return [printed for printed, kind in kinds(text) if kind is PieceKind.NUMBER]


def test_numbers_of_columns_over_a_grid_are_left_out() -> None:
    assert numbers("| | 0 | 1 | 2 |\n|---|---|---|---|\n| 0 | 规章 | 7 | 8 |") == ["0", "7", "8"]
    assert numbers("| 自然人 | 商业企业 |\n| 1 | 2 | 3 | 4 | 5 |\n| 规章 | 7 | 8 | 9 | 9 | 9 |") == list("78999")


def test_values_that_happen_to_count_are_kept() -> None:
    assert numbers("| 结果维持 | 结果纠正 |\n| 1 | 2 | 3 | 4 | 5 |\n五、问题") == list("12345")
    assert numbers("| 规章 | 1 | 2 | 3 | 4 | 5 |\n| 规范性文件 | 1 | 2 | 3 | 4 | 5 |") == list("1234512345")


@pytest.mark.parametrize("mark", ["NaN", "nan", "None", "null", "NULL", "N/A", "<NA>", "undefined", "Unnamed: 3"])
def test_marks_of_converters_are_empty_cells(mark: str) -> None:
    assert kinds(f"| 规章 | {mark} | 3 |")[1] == (mark, PieceKind.EMPTY)


def test_rules_of_dashes_are_no_cells() -> None:
    assert [text for text, _ in kinds("---- ------ -----\n规章 0 6\n=====  =====\n+----+----+")] == ["规章", "0", "6"]
    assert kinds("规章 | --- |")[1] == ("---", PieceKind.MARK)


def test_a_row_keeps_its_line_when_its_number_goes() -> None:
    rows = [f"{n} | 行政许可 | {n + 3} |" for n in range(1, 9)]
    pieces = document_to_pieces(text_to_document("\n".join(rows)))
    assert [piece.fragment.newlines for piece in pieces] == [0, 0, *[1, 0] * 7]
