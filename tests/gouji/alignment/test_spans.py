"""The pieces of each row as the alignment groups them, and the padding at their ends."""

from dataclasses import replace

import pytest

from gouji.alignment.align import FilledTable
from gouji.alignment.spans import RowSpan, usual_width, without_padding
from gouji.forms import APPLICATIONS, template
from gouji.pieces import CellStream, Piece, PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")
ZEROS = " | ".join("0" * 7)
SPAN = RowSpan((0,), (1, 2), 1.0, 1.0, 8, False)


def fill(changed: dict[int, str]) -> FilledTable:
    """Table 三 a row a line: zeros, or the line that is given."""
    lines = [changed.get(r, f"{row.label} | {ZEROS} |") for r, row in enumerate(WHOLE.rows)]
    pieces = tuple(document_to_pieces(text_to_document("\n".join(lines))))
    return align(CellStream(APPLICATIONS, pieces), WHOLE, rules.score)


def printed(filled: FilledTable, r: int) -> list[str]:
    """The texts of the values that a row spans."""
    span = filled.rows[r].span
    assert span is not None
    return [filled.stream.pieces[i].fragment.text for i in span.values]


def test_numbers_of_a_row_that_the_form_does_not_have_are_not_the_row_s_before_it() -> None:
    filled = fill({11: f"{WHOLE.rows[11].label} | {ZEROS} |\n9.属于工作秘密 | 5 | 0 | 0 | 0 | 0 | 0 | 5 |"})
    assert printed(filled, 11) == ["0"] * 7
    assert "5" not in printed(filled, 12)


def test_a_number_passed_over_inside_a_row_is_one_of_its_values() -> None:
    filled = fill({3: f"{WHOLE.rows[3].label} | 1 | 0 | 0 | 0 | 7 | 0 | 0 | 8 |"})
    assert printed(filled, 3) == ["1", "0", "0", "0", "7", "0", "0", "8"]


def test_only_the_last_row_is_the_last() -> None:
    spans = [row.span for row in fill({}).rows if row.span is not None]
    assert [span.last for span in spans] == [False] * 24 + [True]


def spans(*widths: int) -> dict[int, RowSpan]:
    found = {r: replace(SPAN, width=width) for r, width in enumerate(widths)}
    return found | {len(widths): replace(SPAN, width=99, last=True)}


@pytest.mark.parametrize(
    ("widths", "expected"), [((8, 8, 8, 9), 8), ((8, 8, 9, 9), None), ((8, 8, 8, 9, 9), None), ((), None)]
)
def test_the_usual_width_is_that_of_most_rows_but_the_last(widths: tuple[int, ...], expected: int | None) -> None:
    assert usual_width(spans(*widths)) == expected


def items(text: str) -> list[tuple[int, Piece]]:
    found = [p for p in document_to_pieces(text_to_document(f"规章 | {text}")) if p.kind is not PieceKind.TEXT]
    return list(enumerate(found))


def test_blanks_at_the_end_of_a_row_that_is_short_are_its_padding() -> None:
    cells = items("1 | 2 |  |  |")
    count = len(cells)
    assert len(without_padding(cells, SPAN, 9, count)) == count - 1
    assert without_padding(cells, SPAN, 8, count) == cells
    assert without_padding(cells, SPAN, None, count) == cells
    assert without_padding(cells, replace(SPAN, last=True), 9, count) == cells
    assert without_padding(cells, SPAN, 9, count + 1) == cells


def test_no_number_is_padding() -> None:
    cells = items("1 | 2")
    assert [piece.fragment.text for _, piece in without_padding(cells, SPAN, 12, len(cells))] == ["1", "2"]
