"""Chooses how learned scores and rules are mixed, and measures what comes of it, on validation documents."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.truth import Truth
from gouji.alignment.align import Scorer
from gouji.alignment.lattice import FIRST_VALUE, decode, slots_a_row
from gouji.document import Document, SourceError
from gouji.document_tables import recover_tables
from gouji.finding.streams import find_streams
from gouji.forms import TABLES, template
from gouji.layouts.layout import read_layout
from gouji.pieces import PieceKind
from gouji.readers import read
from gouji.scoring import rules
from gouji.scoring.engines import Engine
from gouji.scoring.features import encode
from gouji.scoring.learned import LearnedScorer, Mixing
from gouji.tables import Table, TableState
from training.network.targets import Labelled, label_document
from training.pages.plans import SEVERITIES
from training.tables.sampling import sample_document
from training.tables.synthesis import TrueReport

_TEMPERATURES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5)
_CAPS, _COLUMNS = (4.0, 7.0), (0.2, 0.6)
_LEARNED = (0.4, 0.7, 1.0)
_RULES = (0.3, 0.6, 1.0)
_VALUES, _LABELS, _ROWS = (0.3, 0.7, 1.0), (0.3, 1.0), (0.1, 0.5)


@dataclass(frozen=True, slots=True)
class Sample:
    """A validation document as read, with its truth. severity: as the generator grades it."""

    document: Document
    truth: TrueReport
    severity: str


def read_validation(seeds: Iterable[int]) -> list[Sample]:
    """Validation documents by their seeds; those that the library refuses are left out."""
    samples = []
    for seed in seeds:
        made = sample_document(seed, "validation")
        try:
            document = read(made.data, made.name)
        except SourceError:
            continue
        samples.append(Sample(document, made.truth, made.severity))
    return samples


def is_exact(tables: Mapping[str, Table], truth: TrueReport | Truth) -> bool:
    """Whether every table is there or not there as in truth, on its form, every cell of it right."""
    for name in TABLES:
        got, held = tables[name], truth.tables[name]
        if (got.state is TableState.FOUND) != (held is not None):
            return False
        if held is None:
            continue
        if got.form != held.form:
            return False
        for key, cell in held.cells.items():
            if got.cells[key].value != cell.value or got.cells[key].state is not cell.state:
                return False
    return True


def judge(samples: Sequence[Sample], scorer: Scorer, fallback: Scorer | None = None) -> list[bool]:
    """Which samples are exactly right with a scorer, and another one where that reads more."""
    engine = Engine("validation", scorer, fallback=fallback)
    return [is_exact(recover_tables(s.document, engine).tables, s.truth) for s in samples]


def label_validation(seeds: Iterable[int]) -> list[Labelled]:
    """The labelled streams of validation documents."""
    return [each for seed in seeds for each in label_document(sample_document(seed, "validation"))]


def agreement(labelled: Labelled, scorer: Scorer) -> float:
    """The share of the numbers of a stream that decoding gives to the row of their cell, or to none if they have none.

    Which column a number of a row with dropped blanks belongs to is not decided here but by placement.
    """
    stream, form = labelled.stream, labelled.template
    width = slots_a_row(form)
    found = decode(form, scorer(stream, form)).path
    numbers = np.array([p.kind is PieceKind.NUMBER for p in stream.pieces], bool)
    true, given = _value_rows(labelled.states, width), _value_rows(found, width)
    # A number that is passed over between two values of a row is one of that row's values (align.py).
    passed = np.flatnonzero(found < 0)
    taken = np.flatnonzero(found > 0)
    if len(taken):
        after = np.searchsorted(taken, passed)
        inner = (after > 0) & (after < len(taken))
        passed, after = passed[inner], after[inner]
        left, right = given[taken[after - 1]], given[taken[after]]
        given[passed] = np.where(left == right, left, -1)
    # The second half of a number that fell apart counts where its first half was taken.
    again = np.concatenate([[False], labelled.states[1:] == labelled.states[:-1]]) & (found < 0)
    hits: NDArray[np.bool_] = ((true == given) | again)[numbers]
    return float(hits.mean()) if len(hits) else 1.0


def _value_rows(states: NDArray[np.integer[Any]], width: int) -> NDArray[np.integer[Any]]:
    """The row of each piece that has a value slot, -1 for all others."""
    row, slot = np.divmod(states - 1, width)
    return np.where((states > 0) & (slot >= FIRST_VALUE), row, -1)


def choose_mixing(scorer: LearnedScorer, labelled: Sequence[Labelled]) -> Mixing:
    """The temperature of the network, the mixing, and the prices of learned scores alone, one after another."""
    best = replace(Mixing(), temperature=fit_temperature(scorer, labelled))
    # Streams that both get right whatever the mixing say nothing; a tenth of them stay to watch that nothing is lost.
    extremes = replace(best, learned=1.0, rules=0.3), replace(best, learned=0.4, rules=1.0)
    telling = [
        each
        for n, each in enumerate(each for each in labelled if not _is_open(each))
        if n % 10 == 0 or any(agreement(each, scorer.with_mixing(mixing).combine) < 1 for mixing in extremes)
    ]
    print(f"mixing: {len(telling)} of {len(labelled)} streams tell anything", flush=True)
    mixtures = [
        replace(best, cap=cap, floor=cap + 4, columns=columns, learned=learned, rules=ruled)
        for cap in _CAPS
        for columns in _COLUMNS
        for learned in _LEARNED
        for ruled in _RULES
    ]
    best = max(mixtures, key=lambda mixing: count_right(scorer.with_mixing(mixing).combine, telling))
    prices = [replace(best, value=a, label=b, row=c) for a in _VALUES for b in _LABELS for c in _ROWS]
    return max(prices, key=lambda mixing: count_right(scorer.with_mixing(mixing).score, telling))


def fit_temperature(scorer: LearnedScorer, labelled: Sequence[Labelled]) -> float:
    """The temperature under which the true states are likeliest (Guo et al. 2017)."""
    pairs = []
    for each in labelled:
        logits = scorer.logits(each.stream, each.template)
        pairs.append((logits, each.states[: len(logits)]))
    return min(_TEMPERATURES, key=lambda t: sum(_nats_lost(logits / t, states) for logits, states in pairs))


def _nats_lost(logits: NDArray[np.float32], states: NDArray[np.int64]) -> float:
    high = logits.max(1)
    norms = high + np.log(np.exp(logits - high[:, None]).sum(1))
    return float((norms - logits[np.arange(len(states)), states]).sum())


def count_right(scorer: Scorer, labelled: Sequence[Labelled]) -> tuple[int, float]:
    """Streams whose numbers all go to their rows, and the sum of the shares of those that do."""
    shares = [agreement(each, scorer) for each in labelled]
    return sum(share == 1 for share in shares), sum(shares)


def _is_open(labelled: Labelled) -> bool:
    """Whether rows are not told by alignment: blocks on one line, of which some places left nothing behind."""
    stream, form = labelled.stream, labelled.template
    return read_layout(stream, form).labels_first and sum(p.is_value for p in stream.pieces) < len(form.cells)


def measure(scorer: LearnedScorer, samples: Sequence[Sample]) -> dict[str, Any]:
    """Samples exactly right by severity with rules, the learned scores alone, and both; and the time of the network."""
    verdicts = {
        "rules": judge(samples, rules.score),
        "model": judge(samples, scorer.score),
        "auto": judge(samples, scorer.combine, rules.score),
    }
    strata: dict[str, Any] = {}
    for severity in (*SEVERITIES, "all"):
        chosen = [n for n, s in enumerate(samples) if severity in (s.severity, "all")]
        strata[severity] = {"documents": len(chosen)}
        for name, verdict in verdicts.items():
            strata[severity][name] = {"exact": sum(verdict[n] for n in chosen)}
    both = list(zip(verdicts["rules"], verdicts["auto"], strict=True))
    return {
        "strata": strata,
        "won": sum(a and not r for r, a in both),
        "lost": sum(r and not a for r, a in both),
        "milliseconds": time_network(scorer, samples[:40]),
    }


def time_network(scorer: LearnedScorer, samples: Sequence[Sample]) -> float:
    """Median milliseconds of processor time for features and network of a report."""
    spent = []
    for sample in samples:
        streams = find_streams(sample.document)
        held = [(s, template(t, "2021")) for t, s in streams.items()]
        for stream, form in held:
            encode(stream, form)  # the labels are matched by the rules too: that is not the network's time
        started = time.process_time()
        for stream, form in held:
            scorer.logits(stream, form)
        spent.append(1000 * (time.process_time() - started))
    return median(spent)


def recorded(measured: dict[str, Any]) -> str:
    """The figures as lines to print."""
    lines = []
    for severity, figures in measured["strata"].items():
        shares = "  ".join(f"{name} {figures[name]['exact']}" for name in ("rules", "model", "auto"))
        lines.append(f"{severity:8} {figures['documents']:4} documents  {shares}")
    lines.append(f"won {measured['won']}, lost {measured['lost']}, network {measured['milliseconds']:.1f} ms")
    return "\n".join(lines)
