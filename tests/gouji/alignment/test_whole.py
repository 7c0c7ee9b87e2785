"""Which alignment is followed: the rules where they read a table whole, the one that completes clearly more rows."""

from dataclasses import replace

import numpy as np
import pytest

from gouji.alignment import whole
from gouji.alignment.align import Located, Scorer, locate
from gouji.alignment.choose import fill_streams
from gouji.alignment.lattice import Emissions
from gouji.alignment.whole import suffices, take_wholer
from gouji.forms import APPLICATIONS, Template, template
from gouji.layouts.layout import read_layout
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules

WHOLE = template(APPLICATIONS, "2021")
LINES = [f"{row.label} | " + " | ".join("0" * 7) + " |" for row in WHOLE.rows]


def stream_of(lines: list[str]) -> CellStream:
    return CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document("\n".join(lines)))))


def blind_to(rows: int, name: str = "model") -> Scorer:
    """The rules, without an eye for the values of the first rows."""

    def score(stream: CellStream, form: Template) -> Emissions:
        scores = rules.score(stream, form)
        take = scores.take.copy()
        first = [i for i, piece in enumerate(stream.pieces) if piece.is_value][: 7 * rows]
        take[first] = 0.0
        pass_over = scores.pass_over.copy()
        pass_over[first] = 1.0
        return Emissions(take, pass_over, np.ones_like(scores.stay), np.ones_like(scores.move), scores.prices, name)

    return score


@pytest.mark.parametrize(("rows", "followed"), [(0, False), (2, False), (3, True), (8, True)])
def test_the_other_alignment_is_followed_where_it_completes_three_rows_more(rows: int, followed: bool) -> None:
    stream = stream_of(LINES)
    one, other = locate(stream, WHOLE, blind_to(rows)), locate(stream, WHOLE, rules.score)
    assert take_wholer(one, other) is (other if followed else one)


def test_rows_that_left_over_numbers_could_fill_count_for_nothing() -> None:
    """Both complete the same rows but for two; the one that leaves numbers over is worth as many rows less."""
    stream = stream_of(LINES)
    one, other = locate(stream, WHOLE, blind_to(2)), locate(stream, WHOLE, rules.score)
    assert one.leftover == 14
    assert other.leftover == 0
    assert take_wholer(other, one) is other


@pytest.mark.parametrize("change", [None, "a label lost", "a row short", "a row out"])
def test_the_rules_suffice_only_where_they_read_every_row_whole(change: str | None) -> None:
    lines = list(LINES)
    if change == "a label lost":
        lines[5] = lines[5].partition(" | ")[2]
    elif change == "a row short":
        lines[5] = lines[5].removesuffix("0 |")
    elif change == "a row out":
        del lines[5]
    assert suffices(stream_of(lines), rules.score) is (change is None)


def test_the_rules_do_not_suffice_where_they_are_not_sure_of_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubting(stream: CellStream, form: Template, scorer: Scorer) -> Located:
        found = locate(stream, form, scorer)
        unsure = found.alignment.row_marginal.copy()
        unsure[20] = 0.85
        return replace(found, alignment=replace(found.alignment, row_marginal=unsure))

    stream = stream_of([*LINES, "五、存在的主要问题"])
    assert suffices(stream, rules.score)
    suffices.cache_clear()
    monkeypatch.setattr(whole, "locate", doubting)
    assert not suffices(stream, rules.score)
    suffices.cache_clear()


def test_the_rules_suffice_where_labels_were_torn_from_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stream_of([*LINES[:5], *LINES[6:], "六、其他"])
    assert not suffices(stream, rules.score)
    suffices.cache_clear()
    monkeypatch.setattr(whole, "read_layout", lambda stream, form: replace(read_layout(stream, form), torn=True))
    assert suffices(stream, rules.score)
    suffices.cache_clear()


def test_a_row_counts_as_whole_only_with_its_label() -> None:
    lines = [line if r > 7 else line.partition(" | ")[2] for r, line in enumerate(LINES)]
    located = locate(stream_of(lines), WHOLE, rules.score)
    assert located.leftover == 0
    assert whole._count_whole(located) == len(LINES) - 8
    assert whole._count_whole(locate(stream_of(LINES), WHOLE, rules.score)) == len(LINES)


def test_a_table_is_named_after_the_scorer_that_was_followed() -> None:
    full, holed = stream_of(LINES), stream_of([*LINES[:5], *LINES[6:]])
    asked: list[CellStream] = []

    def ask(stream: CellStream, form: Template) -> Emissions:
        asked.append(stream)
        return blind_to(0)(stream, form)

    filled = fill_streams({APPLICATIONS: full}, ask, rules.score, rules.score)
    assert filled[APPLICATIONS][0].scorer == "rules"
    assert not asked
    assert fill_streams({APPLICATIONS: holed}, ask, rules.score, rules.score)[APPLICATIONS][0].scorer == "model"
    assert asked
    assert fill_streams({APPLICATIONS: holed}, blind_to(9), None, rules.score)[APPLICATIONS][0].scorer == "rules"
