"""The rule scorer through the decoder: which cell each piece of a layout gets."""

from collections.abc import Sequence

import numpy as np
import pytest

from gouji.alignment.lattice import FIRST_VALUE, LABEL, slots_a_row
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, Template, template
from gouji.pieces import CellStream, PieceKind, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")
HEADER = ["申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
VALUES = [[str(7 * r + c + 1) for c in range(7)] for r in range(len(WHOLE.rows))]
Grid = list[list[int | None]]


def stream_of(text: str, table: str = APPLICATIONS) -> CellStream:
    return CellStream(table, tuple(document_to_pieces(text_to_document(text))))


def read(text: str, whole: Template = WHOLE) -> Grid:
    filled = align(stream_of(text, whole.table), whole, rules.score)
    return [[int(m.value) if m and m.value is not None else None for m in r.placed.reading.marks] for r in filled.rows]


def expected(values: Sequence[Sequence[str]] = VALUES) -> Grid:
    return [[int(v) if v else None for v in row] for row in values]


def lines(labels: Sequence[str] | None = None, values: Sequence[Sequence[str]] = VALUES) -> list[list[str]]:
    told = labels if labels is not None else [row.label for row in WHOLE.rows]
    return [HEADER, *([label, *row] for label, row in zip(told, values, strict=True))]


LAYOUTS = {
    "L1": lambda rows: "\n\n".join(cell for row in rows for cell in row),
    "L3": lambda rows: "\n".join(f"{cell} |" for row in rows for cell in row),
    "L3 padded": lambda rows: "\n".join("\n".join(f"{cell} |" for cell in row) + "\n| |" for row in rows),
    "L4": lambda rows: "\n".join(" | ".join(row) + " | | |" for row in rows),
    "L4n": lambda rows: "\n".join(" | ".join(row) + " |" for row in rows),
    "L5": lambda rows: "\n|\n".join(cell for row in rows for cell in row),
    "L6": lambda rows: "\n".join("|\n" + "\n".join(f"{cell} |" for cell in row) + " |" for row in rows),
    "L7": lambda rows: "\n".join("| " + " | ".join(row) + " |" for row in rows),
    "L8": lambda rows: "\n".join(" ".join(row) for row in rows),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    assert read(LAYOUTS[layout](lines())) == expected()


@pytest.mark.parametrize("layout", ["L1", "L4", "L4n", "L7"])
def test_labels_may_be_shortened_misspelt_and_split(layout: str) -> None:
    labels = [row.label for row in WHOLE.rows]
    labels[0] = "一、本年新收政府信息公开 申请数"
    labels[2] = "予以公开"
    labels[4] = "1、属于国家秘蜜"
    labels[-1] = "结转下年度继续办理"
    assert read(LAYOUTS[layout](lines(labels))) == expected()


@pytest.mark.parametrize("layout", ["L1", "L3", "L4n"])
def test_headers_may_be_missing(layout: str) -> None:
    assert read(LAYOUTS[layout](lines()[1:])) == expected()


@pytest.mark.parametrize("layout", ["L1", "L3", "L4n", "L7"])
def test_a_row_that_is_missing_is_absent_and_moves_nothing(layout: str) -> None:
    rows = lines()
    del rows[9]
    grid = expected()
    grid[8] = [None] * 7
    assert read(LAYOUTS[layout](rows)) == grid


@pytest.mark.parametrize("layout", ["L1", "L3", "L4n", "L7"])
def test_a_row_that_the_form_does_not_have_is_left_out(layout: str) -> None:
    rows = lines()
    rows.insert(10, ["9.属于工作秘密或者其他敏感事项", *["901"] * 7])
    assert read(LAYOUTS[layout](rows)) == expected()


@pytest.mark.parametrize("layout", ["L3", "L4n", "L7"])
def test_blanks_that_are_drawn_stay_in_their_columns(layout: str) -> None:
    values = [["" if (r + c) % 3 == 0 else v for c, v in enumerate(row)] for r, row in enumerate(VALUES)]
    rows = lines(values=values)
    assert read(LAYOUTS[layout](rows)) == expected(values)


def test_extra_gaps_within_rows_change_nothing() -> None:
    text = LAYOUTS["L1"](lines()).replace("(一)予以公开\n\n", "(一)予以公开\n\n\n\n\n \n\n")
    assert read(text.replace("\n\n17\n\n", "\n\n\n\n17\n \n\n\n")) == expected()


def test_blocks_in_one_line_and_in_three() -> None:
    whole = template(REVIEW_LITIGATION, "2021")
    values = [["1", "0", "0", "0", "1"], ["0", "2", "0", "3", "5"], ["0", "0", "4", "0", "4"]]
    columns = [c.label for c in whole.rows[0].columns]
    flat = [value for block in values for value in block]
    one = ["行政复议 | 行政诉讼", " | ".join(r.label for r in whole.rows), " | ".join(columns * 3)]
    assert read("\n".join([*one, " | ".join(flat)]), whole) == expected(values)
    assert read("\n\n".join("\n\n".join(one).split(" | ") + flat), whole) == expected(values)
    three = [
        f"{r.label} |\n{' | '.join(columns)} |\n{' | '.join(v)} |" for r, v in zip(whole.rows, values, strict=True)
    ]
    assert read("\n".join(three), whole) == expected(values)


def test_rows_under_headings_of_their_own() -> None:
    whole = template(ACTIVE_DISCLOSURE, "2021")
    text, n, grid = "", 1, []
    for row in whole.rows:
        told = list(range(n, n + len(row)))
        n += len(row)
        grid.append(told)
        text += f"{row.under[-1]}\n信息内容 | {' | '.join(c.label for c in row.columns)} |\n"
        text += f"{row.label} | {' | '.join(map(str, told))} |\n"
    assert read(text, whole) == grid


@pytest.mark.parametrize("form", ["2021", "2019"])
@pytest.mark.parametrize("table", [ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION])
def test_scores_are_finite_factors_of_the_right_shape(table: str, form: str) -> None:
    whole = template(table, form)
    text = "\n".join([*(f"{row.label} | 1 | / | | 1*** | -3 |" for row in whole.rows), "别的文字", "17"])
    stream = stream_of(text, table)
    emissions = rules.score(stream, whole)
    width = slots_a_row(whole)
    shape = (len(stream.pieces), 1 + len(whole.rows) * width)
    assert emissions.take.shape == emissions.pass_over.shape == shape
    assert emissions.stay.shape == emissions.move.shape == (len(stream.pieces),)
    for array in (emissions.take, emissions.pass_over, emissions.stay, emissions.move):
        assert np.isfinite(array).all()
        assert (array >= 0).all()
    slots = emissions.take[:, 1:].reshape(len(stream.pieces), len(whole.rows), width)
    for piece, scores in zip(stream.pieces, slots, strict=True):
        if piece.kind is PieceKind.TEXT:
            assert scores[:, FIRST_VALUE:].max() < 0.01  # a text is no value
        else:
            assert scores[:, : LABEL + 1].max() == 0  # a value is no label
        for r, row in enumerate(whole.rows):
            assert piece.kind is PieceKind.TEXT or scores[r, FIRST_VALUE + len(row) :].sum() == 0


def test_padding_is_hardly_a_value() -> None:
    """Several pipes on one line among cells of a line each are the padding of merged cells: taken at a fiftieth."""
    stream = stream_of("\n".join("\n".join(f"{cell} |" for cell in row) + "\n| |" for row in lines()))
    take = rules.score(stream, WHOLE).take
    blank = next(i for i, piece in enumerate(stream.pieces) if piece.kind is PieceKind.EMPTY)
    number = next(i for i, piece in enumerate(stream.pieces) if piece.kind is PieceKind.NUMBER)
    assert 0 < take[blank].max() <= 0.02 * take[number].max()


def test_a_break_within_a_row_and_none_between_rows_are_held_against_it() -> None:
    """Rows on lines of their own: a value that opens a line is hardly of the row before, one that does not hardly of
    the next."""
    stream = stream_of("\n".join(" | ".join(row[1:]) for row in lines()[1:]))
    scores = rules.score(stream, WHOLE)
    for i, piece in enumerate(stream.pieces[1:], start=1):
        opens = piece.fragment.newlines > 0
        held, free = (scores.stay, scores.move) if opens else (scores.move, scores.stay)
        assert 0 < held[i] <= 0.03
        assert free[i] == 1.0


STRANGE = "10.属于工作秘密或其他敏感事项"


def passed_over(label: str, state: int) -> float:
    """The least that the values of a row under some label, put behind row 9, are passed over in a state."""
    rows = lines()
    rows.insert(10, [label, *["901"] * 7])
    stream = stream_of("\n".join(" | ".join(row) + " |" for row in rows))
    own = [i for i, piece in enumerate(stream.pieces) if piece.fragment.text == "901"]
    return float(rules.score(stream, WHOLE).pass_over[own, state].min())


def test_values_behind_a_label_that_no_row_has_are_passed_over() -> None:
    width = slots_a_row(WHOLE)
    inside = 1 + 3 * width + FIRST_VALUE
    assert passed_over(STRANGE, inside) == 1.0
    assert passed_over(WHOLE.rows[9].label, inside) < 0.01


def test_values_behind_a_label_that_may_be_misread_are_not_passed_over_before_its_row() -> None:
    """Half of its characters are those of row 9: where that row may come next, the values could be its own."""
    label = WHOLE.rows[9].label
    garbled = "".join(c if k % 2 else "鬯" for k, c in enumerate(label))
    width = slots_a_row(WHOLE)
    assert passed_over(garbled, 1 + 8 * width + FIRST_VALUE + 3) < 0.01
    assert passed_over(garbled, 1 + 20 * width + FIRST_VALUE + 3) == 1.0


def test_a_value_that_is_printed_again_is_passed_over_where_its_row_is_complete() -> None:
    """Merged cells that a converter prints once for every place that they cover."""
    told = [cell for cell in HEADER for _ in range(3)]
    text = " | ".join(told) + " |\n" + "\n".join(" | ".join([r[0], *r[1:], r[-1]]) + " |" for r in lines()[1:])
    stream = stream_of(text)
    texts = [piece.fragment.text for piece in stream.pieces]
    again = next(i for i in range(1, len(texts)) if stream.pieces[i].is_value and texts[i] == texts[i - 1])
    passed = rules.score(stream, WHOLE).pass_over[again]
    width = slots_a_row(WHOLE)
    assert passed[1 + FIRST_VALUE + 6] == pytest.approx(0.7)
    assert passed[1 + 2 * width + FIRST_VALUE + 2] < 0.01


def test_values_behind_a_strange_label_are_not_passed_over_where_most_blanks_were_dropped() -> None:
    """There a row of seven numbers may be any row: labels are all that tell."""
    rows = [[row[0], *row[1:4]] for row in lines()[1:]]
    rows.insert(10, [STRANGE, *["901"] * 7])
    stream = stream_of(LAYOUTS["L1"](rows))
    own = [i for i, piece in enumerate(stream.pieces) if piece.fragment.text == "901"]
    assert len(own) == 7
    assert rules.score(stream, WHOLE).pass_over[own, 1 + 3 * slots_a_row(WHOLE) + FIRST_VALUE].max() < 0.01


def test_a_blank_may_break_its_row_over_two_lines() -> None:
    bare = ["| " + " | ".join(row[1:]) + " |" for row in lines()[1:]]
    bare[7] = "|  |" + bare[7].split("|", 2)[2]
    stream = stream_of("\n".join(bare))
    scores = rules.score(stream, WHOLE)
    blank = next(i for i, piece in enumerate(stream.pieces) if piece.kind is PieceKind.EMPTY)
    assert stream.pieces[blank].fragment.newlines
    assert scores.stay[blank] == scores.move[blank] == 1.0


def test_digits_that_stand_closer_than_cells_are_hardly_of_a_later_row() -> None:
    stream = stream_of(LAYOUTS["L1"](lines()).replace("\n\n17\n\n", "\n\n53\n45\n\n"))
    scores = rules.score(stream, WHOLE)
    closer = next(i for i, piece in enumerate(stream.pieces) if piece.fragment.text == "45")
    assert scores.stay[closer] == 1.0
    assert 0 < scores.move[closer] <= 0.03


def test_padding_between_a_label_and_its_values_is_passed_over_there() -> None:
    stream = stream_of("\n".join(f"{row[0]} | | | " + " | ".join(row[1:]) for row in lines()[1:]))
    blank = next(i for i, piece in enumerate(stream.pieces) if piece.kind is PieceKind.EMPTY)
    assert rules.score(stream, WHOLE).pass_over[blank, 1 + LABEL] == 1.0
    behind = stream_of("\n".join(" | ".join(row) + " | | |" for row in lines()[1:]))
    blank = next(i for i, piece in enumerate(behind.pieces) if piece.kind is PieceKind.EMPTY)
    assert rules.score(behind, WHOLE).pass_over[blank, 1 + LABEL] <= 0.02
