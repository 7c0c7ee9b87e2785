"""Learns from reports that people corrected: `make learn CORRECTED=truths.jsonl`.

The network goes on from the weights in force, with the corrected reports among made-up documents (train.py); the
confidences are fitted again with those corrected reports that were kept from the network (calibrate.py). Both are made
in `runs/corrected/` and take the place of what is served only where validation documents do not get worse: as many of
them exactly right with engine `auto`, and confidences that lose no more nats. What was replaced stays in
`runs/corrected/before/`. What is refused is said, with its figures, and nothing of it is written.
"""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.truth import Record, Truth, read_record
from gouji.confidence import OPEN, Calibration, load_calibration, weigh_report, weigh_table
from gouji.document import Document, GoujiError, SourceError
from gouji.document_tables import recover_tables
from gouji.readers import read
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import CONFIGURATION, WEIGHTS, load_scorer
from gouji.scoring.modeling import LayoutModel
from training.damage.mixing import is_exact, measure, read_validation
from training.network.calibrate import ENGINES, ReadTable, fit_engines, read_tables, write_calibration
from training.network.export import write_card, write_weights
from training.network.logistic import Floats, apply_logistic
from training.network.train import RUNS, train
from training.sets.corrected import label_corrected, read_corrected, share_out
from training.sets.dataset import document_to_record
from training.tables.sampling import sample_document
from training.tables.synthesis import TrueReport

CALIBRATION = "calibration.json"
_SERVED = ("model.onnx", "model.safetensors", CONFIGURATION, "config.json", "README.md", "curves.png")
_FIRST = 2000  # of the validation documents that judge: neither training nor mixing looks at them


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    run, weights: folders of what is made, of what is served.  judged: how many validation documents judge.
    calibrated: how many made-up documents the confidences are fitted on.
    """

    config: dict[str, Any]
    run: Path = RUNS / "corrected"
    weights: Path = WEIGHTS
    judged: int = 250
    calibrated: int = 2400
    engines: Sequence[str] = field(default=ENGINES)
    workers: int = 2


def learn(records: Sequence[Record], plan: Plan) -> bool:
    """Learn, judge, and install what is no worse. Returns whether nothing was refused."""
    taught, kept = share_out(records)
    print(f"{len(taught)} corrected reports are for the network, {len(kept)} for the confidences", flush=True)
    plan.run.mkdir(parents=True, exist_ok=True)
    staged = plan.run / "weights"
    accepted = _teach(taught, staged, plan)
    if accepted and kept:
        before, after = (_judge(_read_records(kept), folder) for folder in (plan.weights, staged))
        print(f"kept corrected reports exactly right: {sum(before)} before, {sum(after)} after, of {len(before)}")
    sure = _calibrate(kept, staged if accepted else plan.weights, plan) if accepted or kept else None
    # Confidences belong to the network that they were fitted for: new weights are not served with the old ones.
    files = [staged / name for name in _SERVED] if accepted and sure else []
    files += [plan.run / CALIBRATION] if sure else []
    if files:
        _install(files, plan)
    return accepted is not False and sure is not False


def _teach(taught: Sequence[Record], staged: Path, plan: Plan) -> bool | None:
    """Fine-tune and export to a folder of its own. Whether validation is no worse; None: nothing to learn from."""
    derived = label_corrected(taught, choose_scorer("auto", plan.weights).scorer)
    print(derived.tell(), flush=True)
    if not derived.labelled:
        print("The network stays: there is no table that it could learn from.")
        return None
    corrected = {"reports": derived.reports, "tables": len(derived.labelled)}
    told = {"started_from": _digest(plan.weights), "corrected": corrected}
    train(plan.config | told, plan.run, start=plan.weights, corrected=derived.labelled, workers=min(plan.workers, 1))
    mixing = load_scorer(plan.weights).mixing
    difference = write_weights(plan.run, staged, mixing)
    seeds = _judges(plan)
    samples = read_validation(seeds)
    documents = [(sample.document, sample.truth) for sample in samples]
    before, after = _judge(documents, plan.weights), _judge(documents, staged)
    won, lost = (sum(a and not b for a, b in zip(x, y, strict=True)) for x, y in ((after, before), (before, after)))
    figures = f"{sum(before)} of {len(before)} validation documents exactly right before, {sum(after)} after"
    figures += f" ({won} won, {lost} lost)"
    if lost > won:
        print(f"REFUSED, the weights stay as they are: {figures}.", file=sys.stderr)
        return False
    print(f"weights: {figures}", flush=True)
    measured = measure(load_scorer(staged), samples)
    measured |= {
        "seeds": f"{seeds.start} to {seeds.stop - 1}",
        "difference": difference,
        "mixing": asdict(mixing),
        "parameters": sum(p.numel() for p in LayoutModel.from_pretrained(plan.run).parameters()),
    }
    shutil.copyfile(plan.run / "curves.png", staged / "curves.png")
    write_card(plan.run, staged, measured)
    return True


def _calibrate(kept: Sequence[Record], weights: Path, plan: Plan) -> bool:
    """Fit the confidences to a file of its own. Whether those of validation documents are no worse than now."""
    made = plan.run / CALIBRATION
    shutil.copyfile(plan.weights / CALIBRATION, made)
    write_calibration(made, fit_engines(plan.engines, range(plan.calibrated), kept, weights, plan.workers), 0)
    load_calibration.cache_clear()
    now, then = load_calibration(made), load_calibration(plan.weights / CALIBRATION)
    worse = []
    for engine in plan.engines:
        documents = [read_tables(_validation_record(seed), engine, weights) for seed in _judges(plan)]
        after, before = (nats_lost([d for d in documents if d], each[engine]) for each in (now, then))
        for k, what in enumerate(("cell", "report")):
            figures = f"{engine}: {before[:, k].mean():.4f} nats a {what} before, {after[:, k].mean():.4f} after"
            print(f"confidences, {figures}", flush=True)
            if is_worse(before[:, k], after[:, k]):
                worse.append(figures)
    if worse:
        print(f"REFUSED, the calibration stays as it is: {'; '.join(worse)}.", file=sys.stderr)
    return not worse


def _judges(plan: Plan) -> range:
    return range(_FIRST, _FIRST + plan.judged)


def _judge(documents: Sequence[tuple[Document, TrueReport | Truth]], weights: Path) -> list[bool]:
    """Which documents engine `auto` reads exactly right with these weights. Raises RuntimeError where it has none."""
    engine = choose_scorer("auto", weights)
    if engine.weights is None:
        raise RuntimeError(f"{weights}: {engine.unavailable}")
    return [is_exact(recover_tables(document, engine).tables, truth) for document, truth in documents]


def nats_lost(documents: Sequence[Sequence[ReadTable]], calibration: Calibration) -> Floats:
    """Nats that the confidences of each document lose [documents, 2]: mean of its cells, and of the report.

    Of the regressions alone: the ceilings that doubt sets (confidence.py) are the same for every calibration.
    """
    lost = np.zeros((len(documents), 2))
    for n, tables in enumerate(documents):
        told: list[tuple[float, bool, bool]] = []
        cells = [0.0]
        for table in tables:
            if table.filled is None or table.residuals is None:
                told.append((calibration.traced if table.traced else calibration.missing, True, False))
                continue
            evidence = table.cells.astype(np.float64)
            opened, closed = (np.array(weights) for weights in (calibration.open_cell, calibration.cell))
            chances = np.where(
                evidence[:, OPEN] > 0, apply_logistic(opened, evidence), apply_logistic(closed, evidence)
            )
            cells += _nats(chances, table.right).tolist()
            row = np.array([weigh_table(chances.tolist(), table.filled, table.residuals, table.form)])
            sure = float(apply_logistic(np.array(calibration.table), row)[0])
            told.append((sure, False, any(table.residuals.failing.values())))
        whole = apply_logistic(np.array(calibration.report), np.array([weigh_report(told)]))
        lost[n] = np.mean(cells[1:] or cells), _nats(whole, np.array([all(t.exact for t in tables)]))[0]
    return lost


def _nats(chances: Floats, right: NDArray[np.bool_]) -> Floats:
    return -np.log(np.maximum(np.where(right, chances, 1 - chances), 1e-6))


def is_worse(before: Floats, after: Floats) -> bool:
    """Whether losses [documents] rose by more than the standard error of their paired differences."""
    rise = after - before
    return bool(rise.mean() > rise.std() / np.sqrt(len(rise)))


def _validation_record(seed: int) -> Record:
    return read_record(document_to_record(sample_document(seed, "validation")))


def _read_records(records: Sequence[Record]) -> list[tuple[Document, TrueReport | Truth]]:
    found: list[tuple[Document, TrueReport | Truth]] = []
    for record in records:
        try:
            found.append((read(record.content, record.name, record.media_type), record.truth))
        except SourceError:
            continue
    return found


def _digest(weights: Path) -> str:
    return hashlib.sha256((weights / "model.onnx").read_bytes()).hexdigest()[:16]


def _install(files: Sequence[Path], plan: Plan) -> None:
    """Put files into the place of those that are served; what was there is kept, under the digests of its files."""
    confidences = hashlib.sha256((plan.weights / CALIBRATION).read_bytes()).hexdigest()[:8]
    kept = plan.run / "before" / f"{_digest(plan.weights)}-{confidences}"
    kept.mkdir(parents=True, exist_ok=True)
    for name in (*_SERVED, CALIBRATION):
        shutil.copyfile(plan.weights / name, kept / name)
    for file in files:
        part = plan.weights / f"{file.name}.part"
        shutil.copyfile(file, part)
        part.replace(plan.weights / file.name)
    names = ", ".join(file.name for file in files)
    print(f"{plan.weights}: {names} replaced; what was there is in {kept}. Restart what serves, then reparse --stale.")


def main(arguments: list[str] | None = None) -> int:
    """The command. Exit status 0: learned; 1: something was refused, and stayed; 2: files cannot be used."""
    parser = argparse.ArgumentParser(
        prog="training.network.learn", description="Learn from reports that people corrected."
    )
    parser.add_argument("corrected", type=Path, nargs="+", help="files that `service export --corrected` wrote")
    parser.add_argument("--config", type=Path, default=Path("training/configs/corrected.json"))
    parser.add_argument("--run", type=Path, default=RUNS / "corrected", help="folder of what is made")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of what is served")
    parser.add_argument("--documents", type=int, default=250, help="validation documents that judge")
    parser.add_argument("--calibrated", type=int, default=2400, help="made-up documents behind the confidences")
    parser.add_argument("--workers", type=int, default=2)
    told = parser.parse_args(arguments)
    torch.set_num_threads(1)
    config = json.loads(told.config.read_text(encoding="utf-8"))
    plan = Plan(config, told.run, told.weights, told.documents, told.calibrated, ENGINES, told.workers)
    try:
        return 0 if learn(read_corrected(told.corrected), plan) else 1
    except (OSError, ValueError, RuntimeError, GoujiError) as error:
        print(f"learn: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
