import json
from pathlib import Path

import pytest
import torch

from gouji.finding.streams import find_streams
from gouji.forms import TABLES, template
from gouji.scoring.learned import CONFIGURATION, WEIGHTS, Mixing, load_scorer
from gouji.scoring.modeling import LayoutConfig, LayoutModel
from training.damage.mixing import measure, read_validation, recorded
from training.network import export
from training.network.export import largest_difference, write_card, write_config, write_weights

TRAINED = {"steps": 1, "seconds": 2.0, "validation_values": 0.5, "validation_loss": 1.0, "documents": 3, "step": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a network that has learned nothing."""
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(3)
    config = LayoutConfig(width=32, layers=2, heads=2, feedforward=32, text_width=16, key_width=8)
    LayoutModel(config).save_pretrained(folder)
    told = {"config": {"seed": 3, "first_document": 10, "validation_documents": 2}, "log": [TRAINED]}
    (folder / "training.json").write_text(json.dumps(told))
    return folder


@pytest.fixture(scope="module")
def weights(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    assert write_weights(run, folder, Mixing()) < 1e-4
    return folder


def test_what_is_exported_can_be_served(weights: Path) -> None:
    scorer = load_scorer(weights)
    (sample,) = read_validation([3])
    for table, stream in find_streams(sample.document).items():
        emissions = scorer.combine(stream, template(table, "2019"))
        assert emissions.take.shape[0] == len(stream.pieces)
    assert set(find_streams(sample.document)) <= set(TABLES)


def test_a_network_that_differs_is_noticed(run: Path, weights: Path) -> None:
    model = LayoutModel.from_pretrained(run).eval()
    assert largest_difference(model, weights / "model.onnx") < 1e-5
    with torch.no_grad():
        model.project.weight.add_(torch.randn_like(model.project.weight))
    assert largest_difference(model, weights / "model.onnx") > 1e-3


def test_a_difference_over_the_tolerance_is_refused(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "TOLERANCE", -1.0)
    with pytest.raises(RuntimeError, match="ONNX differs from PyTorch"):
        write_weights(run, tmp_path, Mixing())
    assert not (tmp_path / CONFIGURATION).exists()


def test_a_network_that_is_too_large_is_refused(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_MOST_BYTES", 1000)
    with pytest.raises(RuntimeError, match="more than 1000"):
        write_weights(run, tmp_path, Mixing())


def test_the_mixing_can_be_written_again(run: Path, weights: Path) -> None:
    write_config(run, weights, Mixing(learned=0.25))
    assert load_scorer(weights).mixing == Mixing(learned=0.25)


def test_the_card_tells_what_was_measured(run: Path, weights: Path) -> None:
    measured = measure(load_scorer(weights), read_validation(range(4)))
    assert measured["strata"]["all"]["documents"] == 4
    assert measured["strata"]["all"]["rules"]["exact"] <= 4
    assert measured["won"] - measured["lost"] == (
        measured["strata"]["all"]["auto"]["exact"] - measured["strata"]["all"]["rules"]["exact"]
    )
    assert "all" in recorded(measured)
    measured |= {"seeds": "0 to 3", "difference": 2e-7, "mixing": {}, "parameters": 1234567}
    write_card(run, weights, measured)
    card = (weights / "README.md").read_text()
    assert "1.23 million parameters" in card
    assert "| all | " in card


def test_the_shipped_network_is_small_and_its_card_is_there() -> None:
    assert (WEIGHTS / "model.onnx").stat().st_size < 8_000_000
    assert "Limits" in (WEIGHTS / "README.md").read_text()
