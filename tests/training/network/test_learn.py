"""What is learned takes the place of what is served only where validation documents get no worse."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from eval.truth import Record, TrueCell, Truth, read_record
from gouji.confidence import load_calibration
from gouji.scoring.learned import CONFIGURATION, WEIGHTS, load_scorer
from training.network import learn
from training.network.calibrate import read_tables
from training.network.learn import Plan, is_worse, main, nats_lost
from training.sets.corrected import share_out
from training.sets.dataset import document_to_record
from training.tables.sampling import sample_document

CONFIG: dict[str, Any] = json.loads(Path("training/configs/corrected.json").read_text())
SMALL = {"validation_documents": 1, "steps": 2, "warmup": 1, "cooldown": 1, "validate_every": 2}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Reports for either side."""
    made = [read_record(document_to_record(sample_document(seed, "validation"))) for seed in (38, 45, 60, 61, 77)]
    taught, kept = share_out(made)
    assert taught
    assert kept
    return made


@pytest.fixture
def served(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "served"))


def plan(served: Path, tmp_path: Path, **changes: Any) -> Plan:
    torch.set_num_threads(1)
    mixture = CONFIG["mixture"] | {"pieces": 800, "corrected": 0.4}
    config = CONFIG | SMALL | {"mixture": mixture} | changes
    return Plan(config, tmp_path / "run", served, judged=4, calibrated=12, engines=("auto",), workers=1)


def one_more(truth: Truth) -> Truth:
    """The same truth with 1 added to every number."""
    tables = {
        name: held and replace(held, cells={n: TrueCell(c.value if c.value is None else c.value + 1, c.state)
                                            for n, c in held.cells.items()})
        for name, held in truth.tables.items()
    }  # fmt: skip
    return replace(truth, tables=tables)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_learned_is_installed_and_what_was_there_is_kept(
    records: list[Record], served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "is_worse", lambda before, after: False)  # twelve documents make no good calibration
    before = contents(served)
    assert learn.learn(records, plan(served, tmp_path))
    after = contents(served)
    assert set(after) == set(before)
    assert {name for name in after if after[name] == before[name]} <= {"config.json"}  # the sizes of the network stay
    digest, confidences = [hashlib.sha256(before[name]).hexdigest()[:16] for name in ("model.onnx", "calibration.json")]
    assert contents(tmp_path / "run/before" / f"{digest}-{confidences[:8]}") == before
    assert load_scorer(served).digest != digest
    config = json.loads(after[CONFIGURATION])
    assert config["training"]["started_from"] == digest
    assert config["training"]["corrected"]["reports"] == len(share_out(records)[0])
    assert config["mixing"] == json.loads(before[CONFIGURATION])["mixing"]
    assert f"tables of {config['training']['corrected']['reports']} corrected reports" in after["README.md"].decode()
    calibrations = [json.loads(each["calibration.json"])["engines"] for each in (before, after)]
    assert calibrations[0]["rules"] == calibrations[1]["rules"]
    assert load_calibration(served / "calibration.json")["auto"].cell != calibrations[0]["auto"]["cell"]


def test_weights_that_read_fewer_documents_are_refused(
    records: list[Record], served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(served)
    taught = share_out(records)[0]
    assert not learn.learn(taught, plan(served, tmp_path, rate=3.0))
    assert "REFUSED, the weights stay as they are" in capsys.readouterr().err
    assert contents(served) == before


def test_confidences_that_lose_more_are_refused(
    records: list[Record], served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports whose every number is said to be another teach the confidences that nothing is sure."""
    before = contents(served)
    kept = [replace(record, truth=one_more(record.truth)) for record in share_out(records)[1]]
    assert not learn.learn(kept, plan(served, tmp_path))
    said = capsys.readouterr()
    assert "no table that it could learn from" in said.out
    assert "REFUSED, the calibration stays as it is: auto" in said.err
    assert contents(served) == before


def test_nothing_to_learn_changes_nothing(served: Path, tmp_path: Path) -> None:
    before = contents(served)
    assert learn.learn([], plan(served, tmp_path))
    assert contents(served) == before


def test_files_that_cannot_be_used_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere.jsonl")]) == 2
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n")
    assert main([str(broken)]) == 2
    assert "broken.jsonl:1" in capsys.readouterr().err


def test_worse_is_what_is_no_chance() -> None:
    noise = np.random.default_rng(0).normal(size=400)
    before = np.zeros(400)
    assert not is_worse(before, before)
    assert not is_worse(before, noise - noise.mean())
    assert not is_worse(before, noise - noise.mean() - 0.2)
    assert is_worse(before, noise - noise.mean() + 0.2)


def test_nats_are_those_of_the_confidences() -> None:
    """A calibration that knows nothing loses log 2 a cell and a report; the served one far less."""
    made = [read_record(document_to_record(sample_document(seed, "validation"))) for seed in range(6)]
    documents = [read_tables(record, "auto") for record in made]
    served = load_calibration(WEIGHTS / "calibration.json")["auto"]
    ignorant = type(served)(
        *((0.0,) * len(w) for w in (served.cell, served.open_cell, served.table, served.report)), 0.5, 0.5
    )
    assert nats_lost(documents, ignorant) == pytest.approx(np.full((6, 2), np.log(2)))
    assert nats_lost(documents, served).mean() < 0.2
