import pytest

from gouji import assembly
from gouji.alignment.align import FilledTable
from gouji.assembly import add_suggestions, fill_to_table, missing_table
from gouji.checks import check_tables
from gouji.document import Document, Fragment, Gap, GridPlace
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from gouji.layouts.columns import order_columns
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from gouji.tables import Cell, CellState, Number, Place, Table, TableState
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")
BLOCKS = template(REVIEW_LITIGATION, "2021")


def filled_of(rows: dict[int, str | None]) -> FilledTable:
    lines = []
    for r, row in enumerate(WHOLE.rows):
        told = rows.get(r, " | ".join("0" * 7))
        if told is not None:
            lines.append(f"{row.label} | {told} |")
    document = text_to_document("\n".join(lines))
    return align(CellStream(APPLICATIONS, tuple(document_to_pieces(document))), WHOLE, rules.score)


def row_of(table: Table, row: int) -> list[Cell]:
    return [table.cells[name] for name in WHOLE.rows[row].cells]


def test_the_four_states() -> None:
    table = fill_to_table(filled_of({2: "3 | / | | 无 | 1*** | — | 3", 5: None}), 1.0, "rules")
    assert (table.table, table.state, table.form, table.engine) == (APPLICATIONS, TableState.FOUND, "2021", "rules")
    assert tuple(table.cells) == WHOLE.cells
    printed, blank, unread = CellState.PRINTED, CellState.BLANK, CellState.UNREAD
    cells = row_of(table, 2)
    assert [cell.state for cell in cells] == [printed, blank, blank, blank, unread, blank, printed]
    assert [cell.value for cell in cells] == [3, None, None, None, None, None, 3]
    assert [cell.text for cell in cells] == ["3", "/", "", "无", "1***", "—", "3"]
    assert {cell.state for cell in row_of(table, 5)} == {CellState.ABSENT}
    assert {(cell.value, cell.text, cell.where) for cell in row_of(table, 5)} == {(None, None, None)}
    assert all(0 <= cell.confidence <= 0.9999 for cell in table.cells.values())


def test_units_stand_beside_the_value() -> None:
    cell = row_of(fill_to_table(filled_of({2: "3件 | 0 | 0 | 0 | 0 | 0 | 3"}), 1.0, "rules"), 2)[0]
    assert (cell.value, cell.unit, cell.text) == (3, "件", "3件")


def test_cells_glued_in_the_source_share_its_place() -> None:
    filled = filled_of({2: "00 | 0 | 0 | 0 | 0 | 0"})
    cells = row_of(fill_to_table(filled, 1.0, "rules"), 2)
    assert [cell.value for cell in cells] == [0] * 7
    places = [cell.where for cell in cells]
    assert all(place is not None for place in places)
    spans = [(place.start, place.end) for place in places if place]
    assert spans == sorted(spans)
    assert len(set(spans)) == 7


def test_boxes_go_around_all_pieces_of_a_cell() -> None:
    fragments, at = [], 0
    for r, row in enumerate(WHOLE.rows):
        for c, text in enumerate((row.label, *("5" if r == 1 and k in (0, 6) else "0" for k in range(7)))):
            box = (10.0 * c, 20.0 * r, 10.0 * c + 9, 20.0 * r + 18)
            fragments.append(Fragment(text, at, at + len(text), 2, box, Gap.CELL, grid=GridPlace(0, r, c)))
            at += len(text) + 1
    document = Document(" ".join(f.text for f in fragments), tuple(fragments))
    filled = align(CellStream(APPLICATIONS, tuple(document_to_pieces(document))), WHOLE, rules.score)
    cell = row_of(fill_to_table(filled, 1.0, "rules"), 1)[0]
    assert cell.value == 5
    start = fragments[9].start
    assert cell.where == Place(2, start, start + 1, (10.0, 20.0, 19.0, 38.0))


def test_blocks_side_by_side_cannot_be_absent() -> None:
    columns = " | ".join(c.label for c in BLOCKS.rows[0].columns)
    text = " | ".join(r.label for r in BLOCKS.rows) + f"\n{columns} | {columns} | {columns}\n3 | 0 | 0 | 1 | 4"
    stream = CellStream(REVIEW_LITIGATION, tuple(document_to_pieces(text_to_document(text))))
    table = fill_to_table(align(stream, BLOCKS, rules.score), 1.0, "rules")
    assert CellState.ABSENT not in {cell.state for cell in table.cells.values()}


def test_an_unsure_form_makes_the_table_less_sure() -> None:
    filled = filled_of({})
    sure, unsure = (fill_to_table(filled, form, "rules") for form in (1.0, 0.55))
    assert unsure.confidence < sure.confidence


def test_a_guard_caps_and_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = filled_of({2: "1*** | 0 | 0 | 0 | 0 | 0 | 0"})
    capped = row_of(fill_to_table(filled, 1.0, "rules"), 2)[0].confidence
    for given in (0.3, 0.9999):
        monkeypatch.setattr(assembly, "assess_cell", lambda evidence, engine, given=given: given)
        cells = row_of(fill_to_table(filled, 1.0, "rules"), 2)
        assert [cell.confidence for cell in cells] == [min(given, 0.94), *[given] * 6]
    assert capped <= 0.94


@pytest.mark.parametrize(("form", "least"), [(0.55, 0.9), (1.0, 0.4)])
def test_no_table_is_surer_than_its_form_and_its_cells(
    monkeypatch: pytest.MonkeyPatch, form: float, least: float
) -> None:
    monkeypatch.setattr(assembly, "assess_cell", lambda evidence, engine: least)
    monkeypatch.setattr(assembly, "assess_table", lambda evidence, confidences, engine: 0.9999)
    assert fill_to_table(filled_of({}), form, "rules").confidence == min(form, least)


def test_cells_stand_in_the_order_of_the_form_whatever_that_of_the_columns() -> None:
    inner = [column.label for column in WHOLE.rows[0].columns[1:-1]]
    lines = [" | ".join(["申请人情况", "自然人", *reversed(inner), "总计"]) + " |"]
    lines += [f"{row.label} | 21 | 1 | 2 | 3 | 4 | 5 | 36 |" for row in WHOLE.rows]
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document("\n".join(lines)))))
    form = order_columns(stream, WHOLE)
    assert form.cells != WHOLE.cells
    table = fill_to_table(align(stream, form, rules.score), 1.0, "rules")
    assert tuple(table.cells) == WHOLE.cells
    assert [cell.value for cell in row_of(table, 4)] == [21, 5, 4, 3, 2, 1, 36]


def test_a_missing_table_holds_nothing() -> None:
    table = missing_table(APPLICATIONS, 0.97)
    assert (table.state, table.form, table.engine, table.confidence) == (TableState.MISSING, None, None, 0.97)
    assert dict(table.cells) == {}
    assert add_suggestions(table, ()) is table


def printed(values: dict[str, Number]) -> Table:
    cells = {n: Cell(v, str(v), CellState.PRINTED, 0.99) for n in WHOLE.cells for v in (values.get(n, 0),)}
    return Table(APPLICATIONS, TableState.FOUND, "2021", "rules", 0.99, cells)


def suggested(table: Table) -> dict[str, tuple[Number, str]]:
    told = add_suggestions(table, check_tables({table.table: table}))
    assert {n: c.value for n, c in told.cells.items()} == {n: c.value for n, c in table.cells.items()}
    return {n: (c.suggestion.value, c.suggestion.because) for n, c in told.cells.items() if c.suggestion}


def test_two_failing_sums_that_agree_make_a_suggestion() -> None:
    values: dict[str, Number] = {
        "new_received.total": 6,
        "granted.total": 6,
        "new_received.business": 6,
        "granted.business": 6,
    }
    values["total_processed.business"] = 6
    assert suggested(printed(values)) == {"total_processed.total": (6, "column_sum")}


def test_one_failing_sum_makes_none() -> None:
    assert suggested(printed({"new_received.business": 3, "carried_forward.business": 3, "carried_forward.total": 0,
                              "new_received.total": 0})) == {}  # fmt: skip


def test_sums_that_hold_make_none() -> None:
    table = printed({})
    assert suggested(table) == {}


@pytest.mark.parametrize("wrong", [1, 30])
def test_no_suggestion_is_negative(wrong: int) -> None:
    for value, _ in suggested(printed({"total_processed.total": wrong})).values():
        assert value >= 0


def test_no_suggestion_is_negative_though_two_sums_agree_on_it() -> None:
    """Both the row and the column are three too much by this one, which is 1."""
    values: dict[str, Number] = {"granted.business": 1, "granted.natural_person": 2, "denied_state_secret.business": 2}
    assert "granted.business" not in suggested(printed(values))


def test_sums_that_point_to_different_numbers_make_no_suggestion() -> None:
    """The row would have 2 here, the column 3."""
    values: dict[str, Number] = {"granted.business": 1, "granted.total": 2, "total_processed.business": 3}
    assert "granted.business" not in suggested(printed(values))
    assert suggested(printed({**values, "total_processed.business": 2}))["granted.business"][0] == 2
