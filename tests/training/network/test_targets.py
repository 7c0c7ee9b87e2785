from random import Random

import pytest

from gouji.alignment.lattice import FIRST_VALUE, LABEL, slots_a_row, state_to_slot
from gouji.forms import APPLICATIONS, template
from gouji.pieces import PieceKind
from gouji.tables import CellState
from training.network.targets import Labelled, label_document, print_on_pages
from training.network.tokens import RenderedDocument
from training.pages.plans import Plan
from training.tables.sampling import plan_to_document, sample_document, seed_to_random
from training.tables.synthesis import draw_report


def made(layout: str, kinds: tuple[str, ...] = (), style: str = "", seed: int = 3) -> RenderedDocument:
    rng = seed_to_random(seed, "train")
    report = draw_report(rng)
    return plan_to_document(report, Plan("clean", layout, style, kinds), rng, "made", "made")


def cells_of(labelled: Labelled) -> dict[str, list[int]]:
    """The pieces of each cell by their index."""
    width = slots_a_row(labelled.template)
    cells: dict[str, list[int]] = {}
    for i, state in enumerate(labelled.states.tolist()):
        if state:
            row, slot = state_to_slot(state, width)
            if slot >= FIRST_VALUE:
                cells.setdefault(labelled.template.rows[row].cells[slot - FIRST_VALUE], []).append(i)
    return cells


@pytest.mark.parametrize("layout", ["L1", "L3", "L4", "L6", "L7", "L8", "L12"])
def test_every_printed_number_of_a_layout_is_labelled_with_its_cell(layout: str) -> None:
    document = made(layout)
    labelled = label_document(document)
    assert {each.template.table for each in labelled} == {t for t, held in document.truth.tables.items() if held}
    for each in labelled:
        cells = cells_of(each)
        held = document.truth.tables[each.template.table]
        assert held is not None
        for name, cell in held.cells.items():
            if cell.state is CellState.PRINTED:
                (piece,) = cells[name]
                numeral = each.stream.pieces[piece].numeral
                assert numeral is not None
                assert numeral.value == cell.value


@pytest.mark.parametrize("style", ["plain_border", "word_paste"])
def test_cells_of_html_are_labelled_by_their_grid_places(style: str) -> None:
    document = made("HTML", style=style)
    labelled = label_document(document)
    assert labelled
    for each in labelled:
        cells = cells_of(each)
        held = document.truth.tables[each.template.table]
        assert held is not None
        assert set(cells) == set(held.cells)
        for name, cell in held.cells.items():
            assert [each.stream.pieces[i].fragment.text for i in cells[name]] == [cell.text]


def test_blank_cells_between_pipes_are_labelled_and_padding_is_not() -> None:
    rng = seed_to_random(5, "train")
    report = draw_report(rng, zero_style="blank_but_total")
    document = plan_to_document(report, Plan("clean", "L3", "", ()), rng, "made", "made")
    each = next(each for each in label_document(document) if each.template.table == APPLICATIONS)
    cells = cells_of(each)
    held = document.truth.tables[APPLICATIONS]
    assert held is not None
    blank = [name for name, cell in held.cells.items() if cell.state is CellState.BLANK]
    assert len(blank) > 20
    assert all(each.stream.pieces[i].kind is PieceKind.EMPTY for name in blank for i in cells[name])
    assert all(len(cells[name]) == 1 for name in blank)
    empty = [i for i, piece in enumerate(each.stream.pieces) if piece.kind is PieceKind.EMPTY]
    assert len(empty) > len(blank)


def test_both_halves_of_a_number_that_fell_apart_carry_its_cell() -> None:
    for seed in range(40):
        for each in label_document(made("L4", ("values_apart",), seed=seed)):
            doubled = [pieces for pieces in cells_of(each).values() if len(pieces) == 2]
            if doubled:
                assert all(second == first + 1 for first, second in doubled)
                return
    pytest.fail("no number fell apart")


def test_labels_and_groups_have_slots_of_their_own() -> None:
    each = next(each for each in label_document(made("L4")) if each.template.table == APPLICATIONS)
    width = slots_a_row(each.template)
    seen = {state_to_slot(s, width) for s in each.states.tolist() if s}
    assert {(r, LABEL) for r in range(len(each.template.rows))} <= seen
    opened = next(r for r, row in enumerate(each.template.rows) if len(row.under) == 2)
    assert (opened, 0) in seen


def test_documents_without_tables_have_no_targets() -> None:
    assert label_document(made("L10")) == []


def test_states_fit_their_template() -> None:
    for seed in range(60):
        for each in label_document(sample_document(seed, "train")):
            assert len(each.states) == len(each.stream.pieces)
            assert each.states.min() >= 0
            assert each.states.max() < 1 + len(each.template.rows) * slots_a_row(each.template)
            assert each.template == template(each.stream.table, each.template.form)


@pytest.mark.parametrize("seed", range(4))
def test_a_drawn_table_is_put_on_pages(seed: int) -> None:
    each = next(e for e in label_document(made("HTML", style="plain_border")) if e.template.table == APPLICATIONS)
    paged = print_on_pages(each, Random(seed))
    assert len(paged.states) == len(paged.stream.pieces)
    fragments = [piece.fragment for piece in paged.stream.pieces]
    assert all(f.box is not None and f.box[0] < f.box[2] and f.box[1] < f.box[3] for f in fragments)
    assert [f.page for f in fragments] == sorted(f.page for f in fragments)
    ruled = any(f.grid is not None for f in fragments)
    of_grid = [piece for piece in each.stream.pieces if piece.fragment.grid is not None]
    assert sum(f.grid is not None for f in fragments) == (len(of_grid) if ruled else 0)
    if ruled:
        assert (paged.states == each.states).all()
    else:
        kept = [p.fragment.grid is None or p.kind is not PieceKind.EMPTY for p in each.stream.pieces]
        assert paged.states.tolist() == each.states[kept].tolist()


def test_a_table_of_text_stays_as_it_is() -> None:
    each = label_document(made("L3"))[0]
    assert print_on_pages(each, Random(1)) is each
