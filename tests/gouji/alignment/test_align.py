import pytest

from gouji.alignment.align import FilledTable, compare, fill, locate
from gouji.alignment.lattice import Emissions
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, Template, template
from gouji.pieces import CellStream, PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")
ZEROS = ["0"] * 7


def stream_of(text: str, table: str = APPLICATIONS) -> CellStream:
    return CellStream(table, tuple(document_to_pieces(text_to_document(text))))


def piped(changes: dict[int, str] | None = None, end: str = " |") -> str:
    lines = [f"{row.label} | " + " | ".join(ZEROS) + end for row in WHOLE.rows]
    for r, line in (changes or {}).items():
        lines[r] = f"{WHOLE.rows[r].label} | {line}"
    return "\n".join(lines)


def texts(filled: FilledTable, row: int) -> list[str | None]:
    return [mark.text if mark is not None else None for mark in filled.rows[row].placed.reading.marks]


def test_every_row_has_its_span_and_nothing_is_left_over() -> None:
    filled = align(stream_of(piped({3: "1 | 2 | 0 | 0 | 0 | 0 | 3 |"})), WHOLE, rules.score)
    assert filled.leftover == 0
    assert filled.agrees is None
    assert texts(filled, 3) == ["1", "2", "0", "0", "0", "0", "3"]
    for r, row in enumerate(filled.rows):
        assert row.span is not None
        assert [filled.stream.pieces[i].fragment.text for i in row.span.labels] == [WHOLE.rows[r].label]
        assert len(row.span.values) == 7
        assert row.deficit == 0
        assert row.span.row_marginal > 0.99
        assert row.span.last is (r == len(WHOLE.rows) - 1)


def test_a_row_that_is_not_there_has_no_span() -> None:
    lines = piped().split("\n")
    del lines[6]
    filled = align(stream_of("\n".join(lines)), WHOLE, rules.score)
    assert [r for r, row in enumerate(filled.rows) if row.span is None] == [6]
    assert texts(filled, 6) == [None] * 7


def test_numbers_that_belong_to_no_cell_are_counted() -> None:
    located = locate(stream_of(piped() + "\n\n本年共受理\n 17 |\n 18 |"), WHOLE, rules.score)
    assert located.leftover == 2
    assert located.nats == located.alignment.log_likelihood - 4.0


def test_the_padding_width_rule() -> None:
    """A row of one number, six places of blanks and the padding: short of a cell, its last place is padding."""
    filled = align(stream_of(piped({5: "0 | 0 | 0 | 0 | 0 | 0 | | |"}, end=" | | |")), WHOLE, rules.score)
    assert texts(filled, 5).count("0") == 6
    assert filled.rows[5].deficit == 1
    assert min(filled.rows[5].placed.marginals) < 1


def test_a_number_before_a_run_of_padding_is_the_total_by_convention() -> None:
    rows = []
    for r, row in enumerate(WHOLE.rows):
        rows.append(f"|\n{row.label} |\n" + ("\n".join(f"{v} |" for v in ZEROS) if r != 5 else "4 | | | | | | | |"))
    filled = align(stream_of("\n".join(rows)), WHOLE, rules.score)
    assert texts(filled, 5) == [None] * 6 + ["4"]
    assert texts(filled, 4) == texts(filled, 6) == ZEROS


def test_glued_zeros_are_parted() -> None:
    filled = align(stream_of(piped({5: "00 | 0 | 0 | 0 | 0 | 0 |"})), WHOLE, rules.score)
    assert texts(filled, 5) == ZEROS
    assert filled.rows[5].deficit == 1
    assert not all(mark.certain for mark in filled.rows[5].placed.reading.marks if mark)


def test_a_number_that_fell_apart_is_joined() -> None:
    filled = align(stream_of(piped({0: "53 45 | 0 | 0 | 0 | 0 | 0 | 5345 |"})), WHOLE, rules.score)
    mark = filled.rows[0].placed.reading.marks[0]
    assert mark is not None
    assert mark.value == 5345
    assert not mark.certain


def no_text(stream: CellStream, whole: Template) -> Emissions:
    """A scorer that believes no piece at all."""
    emissions = rules.score(stream, whole)
    emissions.take[:] = 0
    emissions.pass_over[:] = 1
    return emissions


def test_a_second_scorer_is_asked_where_the_pieces_belong() -> None:
    located = locate(stream_of(piped()), WHOLE, rules.score)
    agreed = compare(located, rules.score).agrees
    assert agreed == (True,) * len(located.stream.pieces)
    against = compare(located, no_text).agrees
    assert against is not None
    assert not any(a for a, piece in zip(against, located.stream.pieces, strict=True) if piece.kind is PieceKind.NUMBER)
    assert fill(compare(located, no_text)).agrees == against


def test_no_scorer_has_a_say_against_whole_labels_in_another_order() -> None:
    located = locate(stream_of("\n".join(reversed(piped().split("\n")))), WHOLE, rules.score)
    assert located.reordered
    assert compare(located, no_text) is located


@pytest.mark.parametrize("text", ["别的文字", "17", "| |"])
def test_streams_that_hold_no_row(text: str) -> None:
    filled = align(stream_of(text), WHOLE, rules.score)
    assert len(filled.rows) == len(WHOLE.rows)
    printed = [m for row in filled.rows for m in row.placed.reading.marks if m is not None]
    assert len(printed) <= 1


def test_digits_do_not_cross_the_delimiters_of_a_line_that_is_whole() -> None:
    # The office left its totals at 0: that other cells could be made to add up is no reason to read them so.
    values = ["1", "0", "0", "0", "0", "1", "0", "0", "10", "1", "0", "0", "0", "0", "0"]
    form = template(REVIEW_LITIGATION, "2021")
    heads = "\t".join(row.label for row in form.rows) + "\n" + "\t".join(c.label for r in form.rows for c in r.columns)
    filled = align(stream_of(heads + "\n" + "\t".join(values), REVIEW_LITIGATION), form, rules.score)
    marks = [mark for row in filled.rows for mark in row.placed.reading.marks]
    assert [mark.text if mark else None for mark in marks] == values
