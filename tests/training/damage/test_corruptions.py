from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.tables import CellState
from training.damage.corruptions import SHEET_CORRUPTIONS
from training.damage.corruptions_text import STRING_CORRUPTIONS, TOKEN_CORRUPTIONS, break_bytes, insert_readings
from training.damage.corruptions_truth import TRUTH_CORRUPTIONS
from training.network.tokens import RenderedDocument
from training.pages.plans import (
    GRADES,
    STRATA,
    TEST_ONLY_KINDS,
    TEST_ONLY_LAYOUTS,
    TEST_ONLY_STYLES,
    UNSEEN,
    Plan,
    check_kinds,
    draw_plan,
    kinds_to_severity,
)
from training.pages.rendering import LAYOUT_SHARES
from training.tables.sampling import plan_to_document, sample_document
from training.tables.synthesis import draw_report

TEXT_LAYOUTS = ("L1", "L3", "L4", "L4n", "L6", "L7", "L8")


def marks_agree_with_truth(document: RenderedDocument) -> None:
    """Every value that the truth holds is what the marks of its cell cover; nothing else is marked as a value."""
    pieces: dict[str, str] = {}
    for mark in document.marks:
        assert 0 <= mark.start <= mark.end <= len(document.text)
        if mark.role == "value" and mark.cell is not None:
            pieces[mark.cell] = pieces.get(mark.cell, "") + document.text[mark.start : mark.end].strip()
    for held in document.truth.tables.values():
        if held is None:
            continue
        for name, cell in held.cells.items():
            if cell.state is CellState.ABSENT or cell.lost:
                assert name not in pieces
            elif cell.text.isascii():
                assert pieces.pop(name) == cell.text.strip()
            else:  # words and marks may be written in other characters
                assert pieces.pop(name) or not cell.text.strip()


@settings(max_examples=120, deadline=None)
@given(kind=st.sampled_from(sorted(GRADES)), layout=st.sampled_from(TEXT_LAYOUTS), seed=st.integers(0, 2**30))
def test_every_corruption_keeps_its_truth(kind: str, layout: str, seed: int) -> None:
    report = draw_report(Random(seed))
    marks_agree_with_truth(plan_to_document(report, Plan("x", layout, "", (kind,)), Random(seed), "x", "x"))


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**30), split=st.sampled_from(["train", "calibration", "test"]))
def test_several_corruptions_at_once_keep_their_truth(seed: int, split: str) -> None:
    document = sample_document(seed, split)
    if document.marks:
        marks_agree_with_truth(document)


@pytest.mark.parametrize("kind", sorted(GRADES))
def test_every_corruption_changes_something_somewhere(kind: str) -> None:
    layouts = ("L1", "L3", "HTML")
    for seed in range(60):
        report = draw_report(Random(seed), zero_style=("zeros", "all_blank")[seed % 2])
        layout = layouts[seed % 3]
        clean = plan_to_document(report, Plan("x", layout, "word_paste", ()), Random(1), "x", "x")
        damaged = plan_to_document(report, Plan("x", layout, "word_paste", (kind,)), Random(1), "x", "x")
        if kind in damaged.kinds and (damaged.data != clean.data or damaged.truth != clean.truth):
            return
    pytest.fail("never did anything")


def test_every_kind_has_a_grade_and_a_function() -> None:
    check_kinds()
    names = [*TRUTH_CORRUPTIONS, *SHEET_CORRUPTIONS, *TOKEN_CORRUPTIONS, *STRING_CORRUPTIONS]
    assert not [name for name, count in Counter(names).items() if count > 1]


def test_a_kind_that_changed_nothing_is_not_told() -> None:
    report = draw_report(Random(3), zero_style="zeros")
    document = plan_to_document(report, Plan("x", "L1", "", ("mixed_blank_marks",)), Random(1), "x", "x")
    assert document.kinds == ()
    assert document.severity == "none"


def test_severity_is_the_worst_kind_or_many_bad_ones() -> None:
    assert kinds_to_severity((), "L1") == "none"
    assert kinds_to_severity(("traditional",), "L1") == "mild"
    assert kinds_to_severity(("traditional", "label_cut"), "L1") == "medium"
    assert kinds_to_severity(("label_cut", "groups_lost", "rows_dropped"), "L1") == "severe"
    assert kinds_to_severity((), "L18") == "severe"


def test_what_is_for_tests_only_is_never_drawn_for_the_other_sets() -> None:
    assert len(TEST_ONLY_KINDS) >= 6
    assert set(TEST_ONLY_KINDS) <= set(GRADES)
    assert len(TEST_ONLY_LAYOUTS) == 3
    assert set(TEST_ONLY_LAYOUTS) <= set(LAYOUT_SHARES)
    assert len(TEST_ONLY_STYLES) == 2
    rng = Random(0)
    for stratum in STRATA:
        for _ in range(400):
            plan = draw_plan(rng, stratum)
            assert plan.layout not in TEST_ONLY_LAYOUTS
            assert plan.style not in TEST_ONLY_STYLES
            assert not set(plan.kinds) & set(TEST_ONLY_KINDS)
    for _ in range(200):
        plan = draw_plan(rng, UNSEEN)
        new = set(plan.kinds) & set(TEST_ONLY_KINDS) or {plan.layout} & set(TEST_ONLY_LAYOUTS)
        assert new or plan.style in TEST_ONLY_STYLES


@pytest.mark.parametrize("stratum", ["clean", "mild", "medium", "severe", "noisy"])
def test_where_blanks_are_visible_every_blank_shows_in_layouts_that_drop_empty_cells(stratum: str) -> None:
    rng = Random(7)
    seen = 0
    while seen < 15:
        plan = draw_plan(rng, stratum)
        if plan.layout not in ("L1", "L8", "L9", "L12"):
            continue
        seen += 1
        document = plan_to_document(draw_report(rng, zero_style="blank_rows"), plan, rng, "x", "x")
        for held in document.truth.tables.values():
            if held is not None:
                blanks = [c for c in held.cells.values() if c.state is CellState.BLANK and not c.lost]
                assert all(cell.text.strip() for cell in blanks)


def test_readings_stand_in_brackets_after_their_character() -> None:
    text = insert_readings("政府信息公开服务" * 20, Random(1))
    assert "务(wù)" in text or "政(zhèng)" in text
    assert text.replace("(wù)", "").replace("(zhèng)", "").replace("(kāi)", "") == "政府信息公开服务" * 20


def test_bytes_out_of_step_look_as_seen_on_mirrors() -> None:
    texts = {break_bytes("(一)予以公开", Random(seed)) for seed in range(9)}
    assert any(text.startswith("?。ㄒ唬") for text in texts)


def test_the_agency_is_named_as_the_page_prints_it() -> None:
    for layout, style in (("L1", ""), ("HTML", "plain_border")):
        report = draw_report(Random(8))
        document = plan_to_document(report, Plan("mild", layout, style, ("traditional",)), Random(2), "x", "x")
        assert document.truth.agency != report.agency
        assert document.truth.agency in document.text
        read = plan_to_document(report, Plan("medium", layout, style, ("readings",)), Random(2), "x", "x")
        assert read.truth.agency == report.agency
