"""Pictures of single lines -> their characters, by the recognition network of PP-OCRv6 (`weights/README.md`).

The network is run here and not through an OCR pipeline: where text stands is told by the ink itself (`picture.py`),
so a detection network, slow and blind to lone digits, is not needed; and the probabilities that it gives for each
character are wanted, not only the best string.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gouji.document import UnreadableSource

Gray = NDArray[np.uint8]
_HEIGHT = 48  # pixels that the network wants
_LONGEST = 2400
_BATCH_PIXELS = 48 * 2400
WEIGHTS = Path(__file__).with_name("weights") / "PP-OCRv6_rec_small.onnx"  # its characters are in its metadata


@dataclass(frozen=True, slots=True)
class Character:
    """A character that was read: its probability, and where its middle is along the line, 0 to 1."""

    text: str
    score: float
    at: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture of a line says."""

    characters: tuple[Character, ...] = ()

    @property
    def text(self) -> str:
        return "".join(character.text for character in self.characters)

    @property
    def score(self) -> float:
        """The lowest probability of a character, 0 when there is none."""
        return min((character.score for character in self.characters), default=0.0)


def recognize(lines: Sequence[Gray]) -> list[Reading]:
    """Read pictures of lines (grey, dark on light, any height). Raises UnreadableSource when there are no weights."""
    readings: list[Reading] = [Reading()] * len(lines)
    prepared = [_prepare(line) for line in lines]
    batch: list[int] = []
    for n in sorted(range(len(lines)), key=lambda n: prepared[n].shape[1]):
        width = prepared[n].shape[1]
        if batch and (len(batch) + 1) * width * _HEIGHT > _BATCH_PIXELS:
            _run(prepared, batch, readings)
            batch = []
        batch.append(n)
    _run(prepared, batch, readings)
    return readings


def _prepare(line: Gray) -> Gray:
    height, width = line.shape
    scaled = min(_LONGEST, max(16, math.ceil(width * _HEIGHT / max(1, height))))
    how = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (scaled, _HEIGHT), interpolation=how), dtype=np.uint8)


def _run(prepared: Sequence[Gray], batch: Sequence[int], readings: list[Reading]) -> None:
    if not batch:
        return
    session, characters = _network()
    widest = max(prepared[n].shape[1] for n in batch)
    pixels = np.zeros((len(batch), 3, _HEIGHT, widest), dtype=np.float32)  # [lines, colours, height, width]
    for row, n in enumerate(batch):
        line = prepared[n].astype(np.float32) / 127.5 - 1
        pixels[row, :, :, : line.shape[1]] = line
    (probabilities,) = session.run(None, {session.get_inputs()[0].name: pixels})  # [lines, steps, characters]
    for row, n in enumerate(batch):
        readings[n] = _decode(probabilities[row], characters, widest / prepared[n].shape[1])


def _decode(steps: NDArray[np.float32], characters: Sequence[str], stretch: float) -> Reading:
    """Connectionist temporal classification, best path: class 0 is the blank, repetitions are one character."""
    best = steps.argmax(axis=1)
    read: list[Character] = []
    first = 0
    for end in range(1, len(best) + 1):
        if end < len(best) and best[end] == best[first]:
            continue
        k = int(best[first])
        if k != 0:
            middle = (first + end) / 2 / len(best) * stretch
            read.append(Character(characters[k], float(steps[first:end, k].max()), min(1.0, middle)))
        first = end
    return Reading(tuple(read))


@cache
def _network() -> tuple[Any, tuple[str, ...]]:
    import onnxruntime  # type: ignore[import-untyped]

    if not WEIGHTS.is_file():
        raise UnreadableSource(f"a scan, and the recognition weights are not there: {WEIGHTS.name}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])
    listed = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return session, ("", *listed, " ")
