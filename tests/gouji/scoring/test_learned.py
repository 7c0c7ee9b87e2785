import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gouji.alignment.lattice import FIRST_VALUE, LABEL, decode, slots_a_row
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, template
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import learned, rules
from gouji.scoring.features import MOST_PIECES
from gouji.scoring.learned import CONFIGURATION, LearnedScorer, Mixing, ModelUnavailable, load_scorer
from tests.gouji.filled import align

TEMPLATE = template(APPLICATIONS, "2021")
LINES = [
    f"{row.label} | " + " | ".join(str(10 * r + c) for c in range(7)) + " |" for r, row in enumerate(TEMPLATE.rows)
]


@pytest.fixture(scope="module")
def scorer() -> LearnedScorer:
    return load_scorer()


def stream_of(text: str) -> CellStream:
    return CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))


def weights_with(folder: Path, **changes: object) -> Path:
    config = json.loads((learned.WEIGHTS / CONFIGURATION).read_text())
    (folder / CONFIGURATION).write_text(json.dumps(config | changes))
    (folder / "model.onnx").write_bytes((learned.WEIGHTS / "model.onnx").read_bytes())
    return folder


def remove_network(folder: Path) -> None:
    (folder / "model.onnx").unlink()


def cut_network(folder: Path) -> None:
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1000])


def break_configuration(folder: Path) -> None:
    (folder / CONFIGURATION).write_text('{"sha256": ')


def forget_mixing(folder: Path) -> None:
    config = json.loads((folder / CONFIGURATION).read_text())
    del config["mixing"]
    (folder / CONFIGURATION).write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (remove_network, "model.onnx is missing"),
        (cut_network, "not the file that gouji.json tells of"),
        (break_configuration, "configuration of the weights cannot be read"),
        (forget_mixing, "mixing"),
    ],
)
def test_broken_weights_are_refused(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    damage(weights_with(tmp_path))
    with pytest.raises(ModelUnavailable, match=message):
        load_scorer(tmp_path)


@pytest.mark.parametrize("name", ["forms", "features"])
def test_weights_of_other_forms_or_features_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"other {name} \\(0123456789abcdef"):
        load_scorer(weights_with(tmp_path, **{name: "0123456789abcdef"}))


def test_a_network_that_is_no_network_is_refused(tmp_path: Path) -> None:
    weights_with(tmp_path, sha256=hashlib.sha256(b"no network").hexdigest())
    (tmp_path / "model.onnx").write_bytes(b"no network")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        load_scorer(tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="there are no weights"):
        load_scorer(tmp_path)


def test_unknown_names_of_a_mixing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="unknown mixing: sharpness"):
        load_scorer(weights_with(tmp_path, mixing={"sharpness": 3}))


def test_the_digest_is_that_of_the_network(scorer: LearnedScorer) -> None:
    config = json.loads((learned.WEIGHTS / CONFIGURATION).read_text())
    assert scorer.digest == config["sha256"][:16]


def test_a_clean_table_is_read_by_the_learned_scores_alone(scorer: LearnedScorer) -> None:
    filled = align(stream_of("\n".join(LINES)), TEMPLATE, scorer.score)
    for r, row in enumerate(filled.rows):
        assert [mark.value if mark else None for mark in row.placed.reading.marks] == [10 * r + c for c in range(7)]


def test_emissions_are_ratios_and_keep_excluded_columns_out(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES))
    emissions = scorer.score(stream, TEMPLATE)
    assert emissions.take.shape == (len(stream.pieces), 1 + len(TEMPLATE.rows) * slots_a_row(TEMPLATE))
    assert np.isfinite(emissions.take).all()
    assert (emissions.take >= 0).all()
    assert not emissions.take[:, 0].any()
    assert emissions.take.max() <= np.exp(scorer.mixing.cap) * 1.001
    mixed = scorer.combine(stream, TEMPLATE)
    ruled = rules.score(stream, TEMPLATE)
    assert not mixed.take[ruled.take == 0].any()
    assert (mixed.stay == ruled.stay).all()


def test_a_further_line_of_a_label_is_passed_over_behind_the_values(scorer: LearnedScorer) -> None:
    take = np.zeros((1, 1 + len(TEMPLATE.rows) * slots_a_row(TEMPLATE)), np.float32)
    take[0, 1 + LABEL] = 5.0
    take[0, 1 + FIRST_VALUE + 3] = 2.0
    again = learned._same_cell(take, TEMPLATE)[0]
    values = slice(1 + FIRST_VALUE, 1 + slots_a_row(TEMPLATE))
    assert again[values].tolist() == [5.0, 5.0, 5.0, 7.0, 5.0, 5.0, 5.0]
    assert again.sum() == again[values].sum()


def test_with_no_weight_for_the_network_the_rules_remain(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES[3:9]))
    alone = scorer.with_mixing(Mixing(learned=0.0, rules=1.0)).combine(stream, TEMPLATE)
    ruled = rules.score(stream, TEMPLATE)
    assert np.allclose(alone.take, ruled.take)


def test_the_mixture_weighs_the_logarithms_of_both(scorer: LearnedScorer) -> None:
    """Scores of the rules to the power of their weight, times those of the network to the power of theirs."""
    stream = stream_of("\n".join(LINES[3:9]))
    ruled = rules.score(stream, TEMPLATE)
    mixed = scorer.with_mixing(Mixing(learned=0.0, rules=0.5)).combine(stream, TEMPLATE)
    assert np.allclose(mixed.take, ruled.take**0.5)
    again = learned._same_cell(np.ones_like(ruled.take), TEMPLATE)
    assert np.allclose(mixed.pass_over, ruled.pass_over**0.5 + again)
    told = scorer.with_mixing(replace(scorer.mixing, rules=0.0)).combine(stream, TEMPLATE)
    both = scorer.combine(stream, TEMPLATE)
    there = ruled.take > 0
    assert np.allclose(both.take[there], (told.take * ruled.take**scorer.mixing.rules)[there], rtol=1e-4)
    assert 0 < scorer.mixing.rules < 1


def test_a_missing_value_costs_what_both_say(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES[3:9]))
    ruled, mixing = rules.score(stream, TEMPLATE).prices, scorer.mixing
    mixed = scorer.combine(stream, TEMPLATE).prices
    assert mixed.value == pytest.approx(ruled.value**mixing.rules * mixing.value**mixing.learned, abs=0.001)
    assert replace(mixed, value=ruled.value) == ruled


def test_what_is_printed_as_a_whole_label_is_one_however_odd_the_network_finds_its_place(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES[3:9]))
    logits = scorer.logits(stream, TEMPLATE).copy()
    logits[:, 1:] -= 40
    against = LearnedScorer(scorer._session, scorer.digest, replace(scorer.mixing, learned=1.0, rules=0.0))
    against._recent.append((stream, TEMPLATE, logits))
    labels = rules.score(stream, TEMPLATE).take > np.exp(8.0)
    mixed = against.combine(stream, TEMPLATE).take
    assert labels.sum() == 6
    assert np.allclose(mixed[labels], np.exp(-1.0))
    assert mixed[:, 1:][~labels[:, 1:]].max() < 0.1


def test_columns_that_a_row_does_not_have_are_kept_out_of_the_learned_scores(scorer: LearnedScorer) -> None:
    form = template(ACTIVE_DISCLOSURE, "2021")
    lines = [f"{row.label} | " + " | ".join("5" * len(row)) + " |" for row in form.rows]
    pieces = tuple(document_to_pieces(text_to_document("\n".join(lines))))
    take = scorer.score(CellStream(ACTIVE_DISCLOSURE, pieces), form).take
    slots = take[:, 1:].reshape(len(pieces), len(form.rows), slots_a_row(form))
    for r, row in enumerate(form.rows):
        assert not slots[:, r, FIRST_VALUE + len(row) :].any()
        assert slots[:, r, FIRST_VALUE : FIRST_VALUE + len(row)].all()


@pytest.mark.parametrize(("places", "columns"), [(1.0, 1.0), (0.4, 0.7), (0.7, 0.4), (0.0, 0.0)])
def test_row_and_column_of_a_value_count_by_their_weights(places: float, columns: float) -> None:
    """That it is a value counts in full, its row by `places`, its column by `columns`; labels are left as they are."""
    width, rows = slots_a_row(TEMPLATE), len(TEMPLATE.rows)
    raw = np.random.default_rng(3).normal(size=(4, 1 + rows * width)).astype(np.float32)
    nats = np.log(np.exp(raw) / np.exp(raw).sum(1, keepdims=True))
    soft = learned._soften_values(nats, TEMPLATE, Mixing(places=places, columns=columns))
    slots = np.exp(nats[:, 1:].reshape(4, rows, width)[:, :, FIRST_VALUE:])
    row, value = slots.sum(2, keepdims=True), slots.sum((1, 2), keepdims=True)
    expected = value * (row / value) ** places * (slots / row) ** columns
    found = soft[:, 1:].reshape(4, rows, width)
    assert np.allclose(np.exp(found[:, :, FIRST_VALUE:]), expected, rtol=1e-4)
    assert (found[:, :, :FIRST_VALUE] == nats[:, 1:].reshape(4, rows, width)[:, :, :FIRST_VALUE]).all()


def test_scores_say_who_made_them(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES[3:9]))
    assert scorer.score(stream, TEMPLATE).scorer == scorer.combine(stream, TEMPLATE).scorer == "model"
    assert rules.score(stream, TEMPLATE).scorer == "rules"
    assert align(stream, TEMPLATE, scorer.score).scorer == "model"
    assert align(stream, TEMPLATE, rules.score).scorer == "rules"


def test_pieces_past_the_limit_are_left_to_the_rules(scorer: LearnedScorer) -> None:
    stream = stream_of("\n".join(LINES * 3))
    assert len(stream.pieces) > MOST_PIECES
    mixed, ruled = scorer.combine(stream, TEMPLATE), rules.score(stream, TEMPLATE)
    assert np.allclose(mixed.take[MOST_PIECES:], ruled.take[MOST_PIECES:])
    assert np.allclose(mixed.pass_over[MOST_PIECES:], ruled.pass_over[MOST_PIECES:])
    decode(TEMPLATE, mixed)


def test_an_empty_stream_has_empty_scores(scorer: LearnedScorer) -> None:
    empty = CellStream(APPLICATIONS, ())
    assert scorer.score(empty, TEMPLATE).take.shape[0] == 0


def test_logits_are_kept_for_the_stream_that_was_scored_last(scorer: LearnedScorer) -> None:
    stream = stream_of(LINES[0])
    assert scorer.logits(stream, TEMPLATE) is scorer.logits(stream, TEMPLATE)
    again = stream_of(LINES[0])
    assert np.array_equal(scorer.logits(again, TEMPLATE), scorer.logits(stream, TEMPLATE))
