from collections.abc import Sequence

import pytest

from gouji.document import Document
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.layouts.layout import Layout, read_layout, value_runs
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.html.reader import html_to_document
from gouji.readers.text.reader import text_to_document

ROWS = template(APPLICATIONS, "2021").rows
HEADER = ["申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
VALUES = [[str((3 * r + c) % 9) for c in range(7)] for r in range(len(ROWS))]


def layout_of(source: str | Document, table: str = APPLICATIONS) -> Layout:
    document = text_to_document(source) if isinstance(source, str) else source
    return read_layout(CellStream(table, tuple(document_to_pieces(document))), template(table, "2021"))


def written(cell: str, row: str, values: Sequence[Sequence[str]] = VALUES) -> str:
    lines = [[r.label, *told] for r, told in zip(ROWS, values, strict=True)]
    return row.join(cell.join(line) for line in [HEADER, *lines])


def test_a_cell_a_paragraph() -> None:
    layout = layout_of(written("\n\n", "\n\n"))
    assert layout.visible == 1
    assert layout.cell_lines
    assert not any((layout.row_lines, layout.drawn, layout.labels_first, layout.torn, layout.repeats))


def test_a_row_a_line() -> None:
    layout = layout_of(written(" | ", " |\n"))
    assert layout.row_lines
    assert layout.visible == 1
    assert not any((layout.cell_lines, layout.drawn, layout.torn, layout.led, layout.wrapped))


def test_rows_divided_by_blanks_alone_may_wrap() -> None:
    assert layout_of(written(" ", "\n")).wrapped
    assert not layout_of(written(" | ", "\n")).wrapped


def test_dropped_blanks_are_seen() -> None:
    values = [row[:3] if r % 2 else row for r, row in enumerate(VALUES)]
    assert 0.4 < layout_of(written("\n\n", "\n\n", values)).visible < 0.6
    assert layout_of(written("\n\n", "\n\n", [row[:2] for row in VALUES])).visible == 0


def test_a_stream_without_values_hides_nothing() -> None:
    assert layout_of("\n".join(row.label for row in ROWS)).visible == 1


def test_a_drawn_grid() -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in (row.label, *told)) + "</tr>"
        for row, told in zip(ROWS, VALUES, strict=True)
    )
    layout = layout_of(html_to_document(f"<html><body><table>{rows}</table></body></html>".encode()))
    assert layout.drawn
    assert not layout.cell_lines


def test_labels_apart_from_their_rows() -> None:
    lines = [f"{row.label}\n| " + " | ".join(told) + " |" for row, told in zip(ROWS, VALUES, strict=True)]
    layout = layout_of("\n".join(lines))
    assert layout.torn
    assert layout.row_lines


def test_merged_cells_printed_for_every_place() -> None:
    repeated = "申请人情况 | 法人或其他组织 | 法人或其他组织 | 法人或其他组织 | 总计 |\n"
    assert layout_of(repeated + written(" | ", " |\n")).repeats
    assert not layout_of(written(" | ", " |\n")).repeats


def test_padding_before_the_values() -> None:
    before = [["", *row] for row in VALUES]
    behind = [[*row, ""] for row in VALUES]
    assert layout_of(written(" | ", " |\n", before)).led
    assert not layout_of(written(" | ", " |\n", behind)).led


@pytest.mark.parametrize("split", [False, True])
def test_blocks_in_one_line_and_blocks_in_three(split: bool) -> None:
    blocks = template(REVIEW_LITIGATION, "2021").rows
    columns = [c.label for c in blocks[0].columns]
    if split:
        text = "\n".join(f"{b.label} | {' | '.join(columns)} |\n1 | 0 | 0 | 2 | 3 |" for b in blocks)
    else:
        text = (
            " | ".join(b.label for b in blocks) + "\n" + " | ".join(columns * 3) + "\n" + " | ".join("102030000010023")
        )
    layout = layout_of(text, REVIEW_LITIGATION)
    assert layout.labels_first is not split


def test_labels_first_is_for_blocks_only() -> None:
    text = "\n".join(row.label for row in ROWS) + "\n" + "\n".join("0" * 30)
    assert not layout_of(text).labels_first


def test_runs_of_values() -> None:
    pieces = tuple(document_to_pieces(text_to_document("规章 | 1 | | 3 |\n许可 | 4 |\n标题")))
    assert [[piece.fragment.text for piece in run] for run in value_runs(pieces)] == [["1", "", "3"], ["4"]]
    assert value_runs(()) == []
