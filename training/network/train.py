"""Trains the layout model, from top to bottom.

`python -m training.network.train --config training/configs/base.json` makes documents while it trains, writes a
checkpoint, a log and curves to `runs/NAME/`, goes on after an interruption with `--resume`, and ends with weights that
`python -m training.network.export` turns into those that are served. `--smoke` is the same in under a minute.

`--from models/gouji/weights` goes on from weights that are there, with a fresh optimizer, and `--corrected FILE`
mixes in reports that people corrected (`gouji export --corrected`); `make learn` does both and more.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from gouji import forms
from gouji.scoring import features
from gouji.scoring.learned import CONFIGURATION
from gouji.scoring.modeling import LayoutConfig, LayoutModel
from gouji.scoring.piece_features import FEATURES
from training.damage.characters import CHARACTERS, CharacterModel
from training.network.batches import IGNORED, PIECES, Encoding, Mixture
from training.network.targets import Labelled
from training.network.tensors import Batches, examples_to_tensors, split_states, validation_batches
from training.sets.corrected import label_corrected, read_corrected

RUNS = Path("runs")
_SMOKE: dict[str, Any] = {
    "name": "smoke",
    "steps": 40,
    "warmup": 5,
    "cooldown": 10,
    "validation_documents": 4,
    "validate_every": 20,
    "mixture": {"pieces": 1024, "easy_kept": 0.5, "paged": 0.4, "rows_dropped": 0.1},
    "model": {"width": 64, "layers": 2, "heads": 2, "feedforward": 128, "pointing": True},
}


@dataclass(frozen=True, slots=True)
class Scores:
    """Validation: mean loss in nats, share of the values and of all pieces whose likeliest state is the true one."""

    loss: float
    values: float
    pieces: float


def load_model(weights: Path) -> LayoutModel:
    """The network of a folder of weights that are served, to go on from.

    Raises ValueError where they belong to other forms or other features, OSError where there are none.
    """
    told = json.loads((weights / CONFIGURATION).read_text(encoding="utf-8"))
    for name, current in (("forms", forms.digest()), ("features", features.digest())):
        if told[name] != current:
            raise ValueError(f"the weights in {weights} were trained with other {name}: they are nothing to go on from")
    return LayoutModel.from_pretrained(weights)


def make_model(config: dict[str, Any], encoding: Encoding = PIECES) -> LayoutModel:
    """An untrained network of the sizes of a configuration, for pieces or for characters."""
    network = CharacterModel if encoding is CHARACTERS else LayoutModel
    return network(LayoutConfig(characters=features.CHARACTERS, features=len(FEATURES), **config["model"]))


@torch.no_grad()
def validate(model: LayoutModel, batches: list[dict[str, Tensor]]) -> Scores:
    """Measure a model; its mode is left as it was."""
    was_training = model.training
    model.eval()  # type: ignore[no-untyped-call]
    loss = right = values = right_values = pieces = 0.0
    value_at = FEATURES.index("kind_number")
    for batch in batches:
        inputs, states = split_states(batch)
        logits = model(**inputs)
        known = states != IGNORED
        loss += functional.cross_entropy(logits[known], states[known], reduction="sum").item()
        hit = (logits.argmax(2) == states) & known
        number = known & (batch["numbers"][..., value_at] > 0)
        right += hit.sum().item()
        pieces += known.sum().item()
        right_values += (hit & number).sum().item()
        values += number.sum().item()
    model.train(was_training)
    return Scores(loss / max(pieces, 1), right_values / max(values, 1), right / max(pieces, 1))


def rate_at(step: int, config: dict[str, Any]) -> float:
    """Learning rate: linear warm-up, constant, and half a cosine down over the last `cooldown` steps.

    So a run can be made longer, or brought to its end, by `--resume` with another number of steps.
    """
    if step < config["warmup"]:
        return float(config["rate"] * (step + 1) / config["warmup"])
    done = 1 - (config["steps"] - step) / max(1, config["cooldown"])
    cosine = 0.5 * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0)))
    return float(config["least_rate"] + (config["rate"] - config["least_rate"]) * cosine)


def train(
    config: dict[str, Any],
    folder: Path,
    resume: bool = False,
    workers: int = 1,
    start: Path | None = None,
    corrected: Sequence[Labelled] = (),
    encoding: Encoding = PIECES,
) -> list[dict[str, float]]:
    """Train by a configuration, write everything to `folder`, return the log.

    start: folder of weights to go on from, instead of the sizes of the configuration.  corrected: streams mixed in.
    encoding: what the network takes; its class goes with that (`make_model`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    np.random.seed(config["seed"] % 2**32)
    model = load_model(start) if start else make_model(config, encoding)
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": config["decay"]}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=config["rate"], betas=(0.9, 0.98))
    log: list[dict[str, float]] = []
    step, document, spent = 0, config["first_document"], 0.0
    if resume and (folder / "checkpoint.pt").exists():
        kept = torch.load(folder / "checkpoint.pt", weights_only=True)
        model.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        step, document, spent, log = kept["step"], kept["document"], kept["seconds"], kept["log"]
    validation = validation_batches(config["validation_documents"], config["sums"], encoding)
    mixed_in = [encoding.encode(each) for each in corrected]
    said = examples_to_tensors(mixed_in, config["sums"], encoding)
    loader = DataLoader(
        Batches(document, Mixture(**config["mixture"]), config["sums"], mixed_in, encoding),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=8 if workers else None,
    )
    model.train()
    started = time.monotonic() - spent
    running: list[float] = []
    for following, batch in loader:
        if step >= config["steps"]:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, config)
        inputs, states = split_states(batch)
        logits = model(**inputs)
        loss = functional.cross_entropy(logits.flatten(0, 1), states.flatten(), ignore_index=IGNORED)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), config["clip"])
        optimizer.step()
        step, document = step + 1, following
        running.append(loss.item())
        if step % 20 == 0:
            told = sum(running[-20:]) / len(running[-20:])
            seconds = time.monotonic() - started
            print(f"step {step}/{config['steps']}  loss {told:.4f}  {seconds:.0f} s", flush=True)
        if step % config["validate_every"] == 0 or step == config["steps"]:
            scores = validate(model, validation)
            line = {
                "step": step,
                "documents": document - config["first_document"],
                "seconds": round(time.monotonic() - started, 1),
                "loss": sum(running) / len(running),
                "validation_loss": scores.loss,
                "validation_values": scores.values,
                "validation_pieces": scores.pieces,
            }
            if said:
                line["corrected_loss"] = validate(model, said).loss
            log.append(line)
            running = []
            print(json.dumps(line), flush=True)
            save(model, optimizer, config, folder, {"step": step, "document": document, "log": log})
    return log


def save(
    model: LayoutModel, optimizer: torch.optim.Optimizer, config: dict[str, Any], folder: Path, state: dict[str, Any]
) -> None:
    """Write the weights, the log with its curves, and the checkpoint to go on from (last, and in one move)."""
    model.save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps({"config": config, "log": state["log"]}, indent=1) + "\n")
    draw_curves(state["log"], folder / "curves.png")
    state = {**state, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
    state["seconds"] = state["log"][-1]["seconds"]
    torch.save(state, folder / "checkpoint.part")
    (folder / "checkpoint.part").replace(folder / "checkpoint.pt")


def draw_curves(log: list[dict[str, float]], path: Path) -> None:
    """Loss and the share of values that are placed wrongly, by step."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    steps = [line["step"] for line in log]
    left.semilogy(steps, [line["loss"] for line in log], label="training")
    left.semilogy(steps, [line["validation_loss"] for line in log], label="validation")
    left.set(xlabel="step", ylabel="loss (nats)")
    left.legend()
    right.semilogy(steps, [max(1 - line["validation_values"], 1e-4) for line in log])
    right.set(xlabel="step", ylabel="values placed wrongly (share, before decoding)")
    figure.savefig(path, dpi=110)


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="training.network.train", description="Train the layout model.")
    parser.add_argument("--config", type=Path, default=Path("training/configs/base.json"))
    parser.add_argument("--out", type=Path, help="folder of the run (runs/NAME)")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--smoke", action="store_true", help="a small network for some steps")
    parser.add_argument("--steps", type=int, help="other than in the configuration")
    parser.add_argument(
        "--from", type=Path, dest="start", help="folder of weights to go on from (models/gouji/weights)"
    )
    parser.add_argument("--corrected", type=Path, nargs="*", default=[], help="corrected reports that a store exported")
    parser.add_argument("--threads", type=int, default=1, help="of the network; documents are made in one more process")
    options = parser.parse_args(arguments)
    config = json.loads(options.config.read_text())
    if options.smoke:
        config |= _SMOKE | {"mixture": config["mixture"] | _SMOKE["mixture"]}
    if options.steps:
        config["steps"] = options.steps
    if options.corrected and not config["mixture"].get("corrected"):
        parser.error(f"{options.config} mixes in no corrected reports: its mixture says nothing of them")
    torch.set_num_threads(options.threads)
    derived = label_corrected(read_corrected(options.corrected))
    if options.corrected:
        print(derived.tell(), flush=True)
    folder, workers = options.out or RUNS / config["name"], 0 if options.smoke else 1
    log = train(config, folder, options.resume, workers, options.start, derived.labelled)
    if options.smoke and log[-1]["loss"] >= log[0]["loss"]:
        print("the loss does not fall", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
