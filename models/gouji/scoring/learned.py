"""Runs the exported network: learned scores of piece x slot, alone or mixed with those of the rules.

The network gives log-probabilities of every slot and of "none" for each piece by itself. Held against "none" they are
the likelihood ratios that decoding wants. Mixed with the rules they are a product of experts (Hinton 2002): weights of
the logarithms, chosen on validation documents when the weights are exported, never on a test set.
"""

import hashlib
import json
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gouji import forms
from gouji.alignment.lattice import FIRST_VALUE, LABEL, Emissions, Prices, slots_a_row
from gouji.document import GoujiError
from gouji.forms import Template
from gouji.pieces import CellStream
from gouji.scoring import features, rules
from gouji.scoring.features import Encoded, encode

Floats = NDArray[np.float32]
WEIGHTS = Path(__file__).parents[1] / "weights"
CONFIGURATION = "gouji.json"  # of a folder of weights: what they belong to; `config.json` has the sizes of the network
_NAME = "model"  # what a table says that it was scored by, where the network had a say
NO_SLOT = -5000.0  # a logit below this says that the row has no such column
_KEPT = 6  # streams whose logits are kept: forms are compared, and calibration asks again
_LEAST = 1e-12
_WHOLE_LABEL, _LEAST_OF_WHOLE = np.float32(np.exp(8.0)), np.float32(np.exp(-1.0))


class ModelUnavailable(GoujiError):
    """There are no weights, or they cannot be used: a broken file, other forms, other features."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """How scores become emissions. temperature: logits are divided by it.

    cap, floor: the probabilities of "none" and of a slot are taken for no less than exp(-cap) and exp(-floor).
    columns: weight of the column of a value, given its row.  places: weight of its row, given that it is a value: the
    values of one row err together, and would be counted as so many witnesses.
    learned, rules: weights of the logarithms in the mixture.  value, label, row, bare: prices (decoding.py) of the
    learned scores alone.
    """

    temperature: float = 1.0
    cap: float = 6.0
    floor: float = 10.0
    columns: float = 0.4
    places: float = 0.4
    learned: float = 0.7
    rules: float = 0.5
    value: float = 0.7
    label: float = 1.0
    row: float = 0.3
    bare: float = 0.5


class LearnedScorer:
    """The layout model, ready to score. Safe to use from several threads."""

    def __init__(self, session: Any, digest: str, mixing: Mixing) -> None:
        self.digest = digest
        self.mixing = mixing
        self._session = session
        self._names = frozenset(each.name for each in session.get_inputs())
        self._recent: deque[tuple[CellStream, Template, Floats]] = deque(maxlen=_KEPT)

    def with_mixing(self, mixing: Mixing) -> "LearnedScorer":
        """The same network with another mixing; what was scored lately is shared."""
        other = LearnedScorer(self._session, self.digest, mixing)
        other._recent = self._recent
        return other

    def logits(self, stream: CellStream, template: Template) -> Floats:
        """Logits [n, S] of the first n pieces (at most `features.MOST_PIECES`). Not to be written into."""
        for known, of, logits in tuple(self._recent):
            if known is stream and of is template:
                return logits
        if not stream.pieces:
            return np.zeros((0, 1 + len(template.rows) * slots_a_row(template)), np.float32)
        inputs = encoded_to_inputs(encode(stream, template))
        found: Floats = self._session.run(None, {name: inputs[name] for name in self._names})[0][0]
        self._recent.append((stream, template, found))
        return found

    def score(self, stream: CellStream, template: Template) -> Emissions:
        """Emissions of the learned scores alone."""
        mixing = self.mixing
        take = self._ratios(stream, template)
        pass_over = 1.0 + _same_cell(take, template)
        even = np.ones(len(stream.pieces), np.float32)
        prices = Prices(value=mixing.value, label=mixing.label, row=mixing.row, bare=mixing.bare)
        return Emissions(take, pass_over, even, even, prices, _NAME)

    def combine(self, stream: CellStream, template: Template) -> Emissions:
        """Emissions of learned scores and rules together. What a rule excludes stays excluded."""
        mixing = self.mixing
        ruled = rules.score(stream, template)
        take = self._ratios(stream, template)
        # What is printed as a whole label is one, however odd the network finds the place where it stands.
        take[(ruled.take > _WHOLE_LABEL) & (take < _LEAST_OF_WHOLE)] = _LEAST_OF_WHOLE
        take **= mixing.learned
        again = _same_cell(take, template)
        count = len(self.logits(stream, template))
        mixed = ruled.take**mixing.rules * take
        pass_over = ruled.pass_over**mixing.rules + again
        mixed[count:], pass_over[count:] = ruled.take[count:], ruled.pass_over[count:]
        return Emissions(mixed, pass_over, ruled.stay, ruled.move, _mix_prices(ruled.prices, mixing), _NAME)

    def _ratios(self, stream: CellStream, template: Template) -> Floats:
        """Likelihood ratios [N, S] of each slot against none; 0 where a row has no such column, 1 past the limit."""
        logits = self.logits(stream, template)
        ratios = np.ones((len(stream.pieces), logits.shape[1]), np.float32)
        if len(logits):
            nats = _log_shares(logits / self.mixing.temperature)
            none = np.maximum(nats[:, :1], -self.mixing.cap)
            # Both are held at a least, or slots that are all far likelier than nothing would count alike.
            nats = np.maximum(_soften_values(nats, template, self.mixing), -self.mixing.floor) - none
            ratios[: len(logits)] = np.where(logits > NO_SLOT, np.exp(nats), 0)
        ratios[:, 0] = 0
        return ratios


def _mix_prices(ruled: Prices, mixing: Mixing) -> Prices:
    """The prices of the rules; that of a value that is missing weighed as scores are, or two numbers of a row whose
    other blanks were dropped would rather be passed over."""
    return replace(ruled, value=round(ruled.value**mixing.rules * mixing.value**mixing.learned, 3))


def _log_shares(logits: Floats) -> Floats:
    """Logarithms of the probabilities that logits [n, S] stand for."""
    shares: Floats = logits - logits.max(1, keepdims=True)
    shares -= np.log(np.exp(shares).sum(1, keepdims=True))
    return shares


def _soften_values(nats: Floats, template: Template, mixing: Mixing) -> Floats:
    """Log-probabilities [n, S] in which row and column of a value count by their weights, that it is one in full.

    Where blanks were dropped, columns are a guess of each piece by itself, and guesses may run against each other.
    """
    count, width = len(nats), slots_a_row(template)
    soft = nats.copy()
    slots = nats[:, 1:].reshape(count, len(template.rows), width)[:, :, FIRST_VALUE:]
    rows = _log_sum(slots, 2)
    values = _log_sum(rows, 1)
    weighed = values + mixing.places * (rows - values) + mixing.columns * (slots - rows)
    states = np.arange(nats.shape[1])
    soft[:, (states > 0) & ((states - 1) % width >= FIRST_VALUE)] = weighed.reshape(count, -1)
    return soft


def _log_sum(nats: Floats, axis: int) -> Floats:
    """Log of the sum of exponentials, the axis kept."""
    best = nats.max(axis, keepdims=True)
    total: Floats = best + np.log(np.exp(nats - best).sum(axis, keepdims=True))
    return total


def _same_cell(take: Floats, template: Template) -> Floats:
    """What a piece says for being passed over in each state [N, S], because it is more of what was just taken.

    A number that wants the cell that was taken is another piece of it (`53 45`); a text that wants the label of the row
    whose values were taken is a further line of that label (a long label wraps around the numbers of its row).
    """
    shape = len(take), len(template.rows), slots_a_row(template)
    slots = take[:, 1:].reshape(shape)
    more = np.zeros(shape, np.float32)
    more[:, :, FIRST_VALUE:] = slots[:, :, FIRST_VALUE:] + slots[:, :, LABEL, None]
    again = np.zeros_like(take)
    again[:, 1:] = more.reshape(again[:, 1:].shape)
    return again


def encoded_to_inputs(encoded: Encoded) -> dict[str, NDArray[Any]]:
    """The inputs of the exported network for one stream."""
    return {
        "characters": encoded.characters,
        "text": encoded.text[None],
        "numbers": encoded.numbers[None],
        "places": encoded.places[None],
        "likeness": encoded.likeness[encoded.text][None],
        "present": np.ones((1, len(encoded.text)), np.float32),
        "row_text": encoded.row_text[None],
        "group_text": encoded.group_text[None],
        "column_text": encoded.column_text[None],
        "row_place": encoded.row_place[None],
        "column_place": encoded.column_place[None],
        "columns": encoded.columns[None],
    }


def load_scorer(folder: Path = WEIGHTS) -> LearnedScorer:
    """Load the exported network from `model.onnx` and `gouji.json`. Raises ModelUnavailable, and nothing else."""
    try:
        config = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
        weights = (folder / "model.onnx").read_bytes()
        told = {name: config[name] for name in ("forms", "features", "sha256")}
        mixing = read_mixing(config["mixing"])
    except FileNotFoundError as error:
        raise ModelUnavailable(f"there are no weights: {Path(error.filename).name} is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"the configuration of the weights cannot be read: {error!r}") from error
    digest = hashlib.sha256(weights).hexdigest()
    if told["sha256"] != digest:
        raise ModelUnavailable(f"model.onnx is not the file that {CONFIGURATION} tells of")
    for name, current in (("forms", forms.digest()), ("features", features.digest())):
        if told[name] != current:
            raise ModelUnavailable(f"the weights were trained with other {name} ({told[name]}, not {current})")
    try:
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises types of its own, and whatever a broken file makes of it
        raise ModelUnavailable(f"the network cannot be loaded: {error}") from error
    return LearnedScorer(session, digest[:16], mixing)


@cache
def _loaded(folder: Path) -> LearnedScorer | ModelUnavailable:
    try:
        return load_scorer(folder)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("the layout model is not used: %s", error)
        return error


def cached_scorer(folder: Path = WEIGHTS) -> LearnedScorer:
    """The network, loaded once a process. Raises ModelUnavailable each time; the log says it once."""
    found = _loaded(folder)
    if isinstance(found, ModelUnavailable):
        raise found
    return found


def read_mixing(raw: Mapping[str, Any]) -> Mixing:
    """The mixing of a configuration. Raises TypeError for a name that is not known, ValueError for no number."""
    known = {field.name for field in fields(Mixing)}
    if unknown := set(raw) - known:
        raise TypeError(f"unknown mixing: {', '.join(sorted(unknown))}")
    return Mixing(**{name: float(value) for name, value in raw.items()})
