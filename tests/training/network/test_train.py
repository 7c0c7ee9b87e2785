import json
from pathlib import Path
from typing import Any

import pytest
import torch

from gouji.scoring.features import encode
from gouji.scoring.learned import CONFIGURATION, WEIGHTS, encoded_to_inputs, load_scorer
from gouji.scoring.modeling import LayoutModel
from gouji.scoring.piece_features import FEATURES, SUM_FEATURES
from training.network.batches import labelled_to_example
from training.network.targets import label_document
from training.network.tensors import examples_to_tensors, validation_batches
from training.network.train import load_model, main, rate_at, train, validate
from training.sets.corrected import label_corrected, read_corrected
from training.sets.dataset import document_to_record
from training.tables.sampling import sample_document

CONFIG = Path("training/configs/base.json")
TINY: dict[str, Any] = {
    "steps": 6,
    "warmup": 2,
    "cooldown": 2,
    "validation_documents": 2,
    "validate_every": 3,
    "mixture": {"pieces": 800, "easy_kept": 0.5, "paged": 0.4, "rows_dropped": 0.1},
    "model": {"width": 32, "layers": 1, "heads": 2, "feedforward": 32, "pointing": True},
}


def tiny() -> dict[str, Any]:
    torch.set_num_threads(1)
    config: dict[str, Any] = json.loads(CONFIG.read_text())
    return config | TINY


def test_the_loss_of_the_smoke_run_falls(tmp_path: Path) -> None:
    assert main(["--smoke", "--out", str(tmp_path)]) == 0
    log = json.loads((tmp_path / "training.json").read_text())["log"]
    assert log[-1]["loss"] < log[0]["loss"]
    assert log[-1]["validation_loss"] < log[0]["validation_loss"]
    assert (tmp_path / "curves.png").stat().st_size > 1000
    assert LayoutModel.from_pretrained(tmp_path).config.width == 64


def test_a_run_that_was_cut_goes_on_where_it_was(tmp_path: Path) -> None:
    config = tiny()
    first = train(config | {"steps": 3}, tmp_path, workers=0)
    assert [line["step"] for line in first] == [3]
    seen = first[-1]["documents"]
    log = train(config, tmp_path, resume=True, workers=0)
    assert [line["step"] for line in log] == [3, 6]
    assert log[0] == first[0]
    assert log[-1]["documents"] > seen
    # Nothing is left to do, and nothing is changed.
    before = (tmp_path / "model.safetensors").read_bytes()
    assert train(config, tmp_path, resume=True, workers=0) == log
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_equal_seeds_give_equal_weights(tmp_path: Path) -> None:
    config = tiny() | {"steps": 2, "validate_every": 2}
    for name in ("a", "b"):
        train(config, tmp_path / name, workers=0)
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


def test_the_rate_warms_up_stays_and_cools_down() -> None:
    config = {"steps": 100, "warmup": 10, "cooldown": 40, "rate": 1.0, "least_rate": 0.01}
    rates = [rate_at(step, config) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert set(rates[10:61]) == {1.0}
    assert rates[60:] == sorted(rates[60:], reverse=True)
    assert rates[80] == pytest.approx(0.505)
    assert rates[100] == pytest.approx(0.01)


def test_without_sums_their_features_are_zero() -> None:
    at = FEATURES.index(SUM_FEATURES[0])
    told, untold = validation_batches(2, True)[0], validation_batches(2, False)[0]
    assert told["numbers"][..., at : at + len(SUM_FEATURES)].any()
    assert not untold["numbers"][..., at : at + len(SUM_FEATURES)].any()
    assert torch.equal(told["numbers"][..., :at], untold["numbers"][..., :at])


def test_the_shipped_configuration_is_that_of_the_weights() -> None:
    shipped = json.loads((WEIGHTS / CONFIGURATION).read_text())["training"]
    told = json.loads((CONFIG.parent / f"{shipped['name']}.json").read_text())
    assert shipped == told | {name: shipped[name] for name in ("started_from", "corrected") if name in shipped}


def test_going_on_from_weights_begins_with_their_scores() -> None:
    model = load_model(WEIGHTS).eval()  # type: ignore[no-untyped-call]
    scorer = load_scorer(WEIGHTS)
    for each in label_document(sample_document(4, "validation")):
        encoded = encode(each.stream, each.template)
        inputs = {name: torch.from_numpy(array) for name, array in encoded_to_inputs(encoded).items()}
        with torch.no_grad():
            logits = model(**inputs)[0].softmax(1).numpy()
        served = torch.from_numpy(scorer.logits(each.stream, each.template)).softmax(1).numpy()
        assert logits == pytest.approx(served, abs=1e-4)


@pytest.mark.parametrize("name", ["forms", "features"])
def test_weights_of_other_forms_or_features_are_nothing_to_go_on_from(name: str, tmp_path: Path) -> None:
    told = json.loads((WEIGHTS / CONFIGURATION).read_text())
    (tmp_path / CONFIGURATION).write_text(json.dumps(told | {name: "0"}))
    with pytest.raises(ValueError, match=f"other {name}"):
        load_model(tmp_path)


def test_corrected_reports_are_learned_from(tmp_path: Path) -> None:
    """Reports that the served network finds hard: from its weights on, some steps bring their loss down."""
    path = tmp_path / "truths.jsonl"
    records = [document_to_record(sample_document(seed, "validation")) for seed in (38, 45, 60, 77)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    derived = label_corrected(read_corrected([path]))
    before = validate(load_model(WEIGHTS), examples_to_tensors([*map(labelled_to_example, derived.labelled)], True))
    config = json.loads((CONFIG.parent / "corrected.json").read_text()) | {
        "validation_documents": 1, "steps": 12, "warmup": 2, "cooldown": 4, "validate_every": 12
    }  # fmt: skip
    config["mixture"] |= {"pieces": 1024, "corrected": 0.4}
    given = tmp_path / "config.json"
    given.write_text(json.dumps(config))
    run = tmp_path / "run"
    arguments = ["--config", str(given), "--out", str(run), "--from", str(WEIGHTS), "--corrected", str(path)]
    assert main(arguments) == 0
    (line,) = json.loads((run / "training.json").read_text())["log"]
    assert line["corrected_loss"] < before.loss


def test_a_mixture_without_corrected_reports_takes_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--corrected", str(tmp_path / "truths.jsonl"), "--out", str(tmp_path)])
    assert "mixes in no corrected reports" in capsys.readouterr().err
