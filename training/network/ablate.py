"""Trains small variants of the layout model under one budget and sets them side by side.

`python -m training.network.ablate` trains each variant with the same data, seed and number of steps, measures it on the
same validation documents, and writes `eval/results/ablations.json` and `.md`. What is compared is a share of the full
training: it says which parts help to learn, not how far each would get in the end.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.nn import functional

from gouji.alignment.lattice import slots_a_row
from gouji.scoring.modeling import LayoutModel
from gouji.scoring.piece_features import FEATURES
from training.damage.characters import CHARACTERS, CharacterModel
from training.damage.mixing import label_validation
from training.network.batches import IGNORED, PIECES, Encoding, Mixture, draw_batches
from training.network.tensors import batch_to_tensors, split_states
from training.network.train import RUNS, train

RESULTS = Path("eval/results")
VARIANTS: dict[str, dict[str, Any]] = {
    "pointing, with sums": {},
    "pointing, without sums": {"sums": False},
    "absolute rows, with sums": {"model": {"pointing": False}},
    "characters, pointing": {"level": "characters"},
}
_TIMED = 7  # batches
_BUDGET = {
    "warmup": 30,
    "cooldown": 120,
    "validation_documents": 60,
    "mixture": {"pieces": 2048, "easy_kept": 0.5, "paged": 0.4, "rows_dropped": 0.1},
}


def variant_to_config(base: dict[str, Any], changes: dict[str, Any], steps: int) -> dict[str, Any]:
    """The configuration of a variant: that of the full training, a smaller budget, and its changes."""
    config = base | _BUDGET | {"steps": steps, "validate_every": steps}
    for name, change in changes.items():
        config[name] = config[name] | change if isinstance(change, dict) else change
    return config


@torch.no_grad()
def measure_rows(model: LayoutModel, sums: bool, seeds: range, encoding: Encoding = PIECES) -> dict[str, float]:
    """Share of the numbers of validation documents whose likeliest state has the true row, and the very cell."""
    model.eval()  # type: ignore[no-untyped-call]
    numbers = rows = cells = 0
    for labelled in label_validation(seeds):
        batch = batch_to_tensors(encoding.join([encoding.encode(labelled)]), sums)
        inputs, states = split_states(batch)
        found = model(**inputs).argmax(2)
        wanted = (batch["numbers"][..., FEATURES.index("kind_number")] > 0) & (states > 0)
        width = slots_a_row(labelled.template)
        numbers += int(wanted.sum())
        cells += int(((found == states) & wanted).sum())
        rows += int((((found - 1) // width == (states - 1) // width) & wanted).sum())
    return {"numbers": numbers, "rows": rows / max(numbers, 1), "cells": cells / max(numbers, 1)}


def time_step(model: LayoutModel, config: dict[str, Any], encoding: Encoding) -> float:
    """Median seconds of processor time of one step, forward and back, over some batches of training documents."""
    model.train()
    spent = []
    batches = draw_batches(config["first_document"], "train", Mixture(**config["mixture"]), encoding=encoding)
    for _ in range(_TIMED):
        inputs, states = split_states(batch_to_tensors(next(batches)[1], config["sums"]))
        started = time.process_time()
        logits = model(**inputs)
        loss = functional.cross_entropy(logits.flatten(0, 1), states.flatten(), ignore_index=IGNORED)
        loss.backward()  # type: ignore[no-untyped-call]
        spent.append(time.process_time() - started)
    return median(spent)


def ablate(base: dict[str, Any], steps: int, folder: Path, seeds: range, workers: int = 1) -> dict[str, Any]:
    """Train and measure every variant."""
    found: dict[str, Any] = {}
    for name, changes in VARIANTS.items():
        config = variant_to_config(base, changes, steps)
        place = folder / name.replace(",", "").replace(" ", "_")
        characters = config.get("level") == "characters"
        encoding = CHARACTERS if characters else PIECES
        log = train(config, place, workers=workers, encoding=encoding)
        model = (CharacterModel if characters else LayoutModel).from_pretrained(place)
        found[name] = {
            "loss": log[-1]["validation_loss"],
            "seconds": log[-1]["seconds"],
            **measure_rows(model, config["sums"], seeds, encoding),
            "seconds_a_step": time_step(model, config, encoding),
        }
        print(f"{name}: {found[name]}", flush=True)
    return {"steps": steps, "pieces": _BUDGET["mixture"], "documents": len(seeds), "variants": found}


def to_markdown(found: dict[str, Any]) -> str:
    """The table of the variants."""
    lines = [
        "# Ablations of the layout model",
        "",
        f"Each variant: {found['steps']} steps from the same seed and data (a fraction of the full training), then "
        f"{found['documents']} validation documents, before any decoding. A step: processor time of one core, "
        f"batches of {found['pieces']['pieces']} pieces. Written by `python -m training.network.ablate`.",
        "",
        "| variant | numbers in their true row | in their true cell | validation loss (nats a piece) | a step |",
        "|---|---|---|---|---|",
    ]
    for name, figures in found["variants"].items():
        shares = f"{100 * figures['rows']:.2f} % | {100 * figures['cells']:.2f} %"
        lines.append(f"| {name} | {shares} | {figures['loss']:.4f} | {figures['seconds_a_step']:.2f} s |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="training.network.ablate", description="Compare variants of the layout model."
    )
    parser.add_argument("--config", type=Path, default=Path("training/configs/base.json"))
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    base = json.loads(options.config.read_text())
    found = ablate(base, options.steps, RUNS / "ablations", range(1000, 1000 + options.documents))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ablations.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.out / "ablations.md").write_text(to_markdown(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
