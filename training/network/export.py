"""Turns a trained run into the weights that are served: ONNX, configuration, model card.

`python -m training.network.export --run runs/base` exports the network, checks that ONNX gives what PyTorch gives,
chooses the mixing of learned scores and rules on validation documents, measures on others of them, and writes
`models/gouji/weights/`. Every figure of the model card comes out of what is measured here.
"""

import argparse
import hashlib
import json
import shutil
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gouji import forms
from gouji.scoring import features
from gouji.scoring.learned import CONFIGURATION, WEIGHTS, Mixing, encoded_to_inputs, load_scorer
from gouji.scoring.modeling import LayoutModel
from training.damage.mixing import choose_mixing, label_validation, measure, read_validation, recorded
from training.network.targets import label_document
from training.tables.sampling import sample_document

INPUTS = (
    "characters", "text", "numbers", "places", "likeness", "present",
    "row_text", "group_text", "column_text", "row_place", "column_place", "columns",
)  # fmt: skip
_AXES = {
    "characters": {0: "texts"},
    "text": {0: "streams", 1: "pieces"},
    "numbers": {0: "streams", 1: "pieces"},
    "places": {0: "streams", 1: "pieces"},
    "likeness": {0: "streams", 1: "pieces", 2: "rows"},
    "present": {0: "streams", 1: "pieces"},
    "row_text": {0: "streams", 1: "rows"},
    "group_text": {0: "streams", 1: "rows"},
    "column_text": {0: "streams", 1: "rows", 2: "columns"},
    "row_place": {0: "streams", 1: "rows"},
    "column_place": {0: "streams", 1: "rows", 2: "columns"},
    "columns": {0: "streams", 1: "rows", 2: "columns"},
    "logits": {0: "streams", 1: "pieces", 2: "states"},
}
TOLERANCE = 1e-4  # of a probability
_MOST_BYTES = 8_000_000
_CHECKED = 6  # documents


def sample_inputs(seeds: range) -> list[dict[str, torch.Tensor]]:
    """The inputs of the network for the streams of some documents."""
    labelled = [each for seed in seeds for each in label_document(sample_document(seed, "validation"))]
    encoded = [features.encode(each.stream, each.template) for each in labelled]
    return [{name: torch.from_numpy(a) for name, a in encoded_to_inputs(e).items()} for e in encoded]


def export_onnx(model: LayoutModel, path: Path) -> None:
    """Write the network as ONNX. Raises RuntimeError where it is larger than what may be kept."""
    example = sample_inputs(range(0, 3))[1]
    with warnings.catch_warnings():
        # The exporter by tracing is deprecated; its graphs run a fifth faster than those of its successor.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(example[name] for name in INPUTS),
            str(path),
            input_names=list(INPUTS),
            output_names=["logits"],
            dynamic_axes=_AXES,
            opset_version=17,
            dynamo=False,
        )
    if path.stat().st_size > _MOST_BYTES:
        raise RuntimeError(f"{path} has {path.stat().st_size} bytes, more than {_MOST_BYTES}")


@torch.no_grad()
def largest_difference(model: LayoutModel, path: Path) -> float:
    """The largest difference of any probability between PyTorch and ONNX, over the streams of some documents."""
    import onnxruntime  # type: ignore[import-untyped]

    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = {each.name for each in session.get_inputs()}
    most = 0.0
    for inputs in sample_inputs(range(100, 100 + _CHECKED)):
        expected = model(**inputs).softmax(2).numpy()
        found = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items() if name in names})[0]
        shifted = np.exp(found - found.max(2, keepdims=True))
        most = max(most, float(np.abs(shifted / shifted.sum(2, keepdims=True) - expected).max()))
    return most


def write_weights(run: Path, folder: Path, mixing: Mixing) -> float:
    """Export a run to a folder of weights; returns the largest difference. Raises RuntimeError over the tolerance."""
    folder.mkdir(parents=True, exist_ok=True)
    model = LayoutModel.from_pretrained(run).eval()  # type: ignore[no-untyped-call]
    path = folder / "model.onnx"
    export_onnx(model, path)
    difference = largest_difference(model, path)
    if difference > TOLERANCE:
        raise RuntimeError(f"ONNX differs from PyTorch by {difference:.1e}, more than {TOLERANCE:.0e}")
    shutil.copyfile(run / "model.safetensors", folder / "model.safetensors")
    write_config(run, folder, mixing)
    return difference


def write_config(run: Path, folder: Path, mixing: Mixing) -> None:
    """What serving reads of the weights (digests, mixing, what they were trained with), and the sizes of the network
    as `from_pretrained` reads them."""
    training = json.loads((run / "training.json").read_text())
    config = {
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "forms": forms.digest(),
        "features": features.digest(),
        "mixing": asdict(mixing),
        "training": training["config"],
    }
    (folder / CONFIGURATION).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n")
    shutil.copyfile(run / "config.json", folder / "config.json")


def write_card(run: Path, folder: Path, measured: dict[str, Any]) -> None:
    """The model card, with the figures that were measured."""
    training = json.loads((run / "training.json").read_text())
    last, config = training["log"][-1], training["config"]
    rows = []
    for stratum, figures in measured["strata"].items():
        shares = " | ".join(f"{figures[e]['exact']}/{figures['documents']}" for e in ("rules", "model", "auto"))
        rows.append(f"| {stratum} | {shares} |")
    learned = config.get("corrected")
    text = _CARD.format(
        genuine=f"{learned['tables']} tables of {learned['reports']} corrected reports with them"
        if learned
        else "no genuine report among them",
        onwards=f", going on from the weights {config['started_from']}" if learned else "",
        rebuilt="`make learn`"
        if learned
        else "`python -m training.network.train --config training/configs/base.json` and "
        "`python -m training.network.export`",
        parameters=f"{measured['parameters'] / 1e6:.2f} million",
        size=f"{(folder / 'model.onnx').stat().st_size / 1e6:.1f} MB",
        seed=config["seed"],
        first=config["first_document"],
        documents=last["documents"],
        steps=last["step"],
        minutes=round(last["seconds"] / 60),
        values=f"{100 * last['validation_values']:.2f} %",
        loss=f"{last['validation_loss']:.4f}",
        difference=f"{measured['difference']:.0e}",
        milliseconds=f"{measured['milliseconds']:.1f}",
        seeds=measured["seeds"],
        rows="\n".join(rows),
        temperature=measured["mixing"].get("temperature", 1.0),
        mixing=json.dumps(measured["mixing"]),
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


_CARD = """# The layout model

Scores how well each piece of a stream (a number, a label, an empty cell) fits each slot of an official form. The
network is `models/gouji/scoring/modeling.py`, its input `models/gouji/scoring/features.py`, how its scores are used
`models/gouji/scoring/learned.py`. `model.onnx` is what is served, `model.safetensors` the same weights for training on,
`gouji.json` says what they belong to: with other forms or other features they are refused. `config.json` has the sizes
of the network: after `import gouji.scoring.modeling`, `transformers.AutoModel.from_pretrained` loads this folder.

- Size: {parameters} parameters, {size} as ONNX. ONNX and PyTorch differ by at most {difference} in any probability.
- Data: {documents} made-up documents (`training/`, split `train`, seeds from {first}), {genuine}.
  Undamaged and mildly damaged ones are thinned out; a share of the drawn tables gets boxes as PDF readers give them.
- Training: {steps} steps in {minutes} minutes on one shared processor core, seed {seed}{onwards}; the curves are in
  `curves.png`. At the end {values} of the numbers of validation documents have their true slot as the likeliest,
  before any decoding (loss {loss} nats a piece).
- Rebuilt by {rebuilt}.
- `make learn` trains it on with reports that people corrected (`docs/learning.md`).

## Validation documents exactly right

Every cell, state and form right, and no table too many or too few. Documents of the split `validation`,
seeds {seeds}, with kinds of damage that are met in training; the mixing was chosen on other seeds. Kinds that were
never trained on are measured by `make eval` on the test set.

| damage | rules | model alone | auto (both) |
|---|---|---|---|
{rows}

The network takes {milliseconds} ms for the three tables of a report, features included, on one thread (median; the
machine had other work). Mixing: `{mixing}`.

## Limits

- It never sees digits as text, only what kind of number a piece is: it cannot tell a misread digit from a right one.
- The probabilities of single pieces (temperature {temperature}) know nothing of each other: confidence is made of
  what decoding, placement and sums leave of them, and measured apart.
- Boxes are learned from simulated pages, not from printed PDFs.
- Streams of more than 512 pieces are scored by the rules from there on.
- A template that it was not trained on is taken as input by design; how well that goes was not measured.
"""


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="training.network.export", description="Export trained weights for serving.")
    parser.add_argument("--run", type=Path, default=Path("runs/base"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--documents", type=int, default=300, help="validation documents to choose the mixing on")
    parser.add_argument("--measured", type=int, default=400, help="further ones to measure on")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    difference = write_weights(options.run, options.out, Mixing())
    # The first documents were watched while training.
    first = json.loads((options.run / "training.json").read_text())["config"]["validation_documents"]
    tuned = label_validation(range(first, first + options.documents))
    mixing = choose_mixing(load_scorer(options.out), tuned)
    write_config(options.run, options.out, mixing)
    seeds = range(first + options.documents, first + options.documents + options.measured)
    measured = measure(load_scorer(options.out), read_validation(seeds))
    measured |= {
        "seeds": f"{seeds.start} to {seeds.stop - 1}",
        "difference": difference,
        "mixing": asdict(mixing),
        "parameters": sum(p.numel() for p in LayoutModel.from_pretrained(options.run).parameters()),
    }
    (options.run / "measured.json").write_text(json.dumps(measured, indent=1) + "\n")
    shutil.copyfile(options.run / "curves.png", options.out / "curves.png")
    write_card(options.run, options.out, measured)
    print(recorded(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
