"""Labelled streams -> padded batches of arrays, made while the network trains."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from gouji.alignment.lattice import FIRST_VALUE
from gouji.scoring.features import MOST_CHARACTERS, MOST_PIECES, Encoded, add_likeness, encode
from gouji.scoring.piece_features import FEATURES
from training.network.targets import Labelled, label_document, print_on_pages
from training.tables.sampling import sample_document

Array = NDArray[np.float32] | NDArray[np.int64]
Batch = dict[str, Array]
IGNORED = -100  # state of the padding of a batch, and of pieces of which nobody knows what they are
_POOL = 64  # documents whose streams are sorted by length together


@dataclass(frozen=True, slots=True)
class Mixture:
    """What training sees.

    pieces: padded pieces of a batch.  easy_kept: share of undamaged and mildly damaged documents that is kept.
    paged: share of drawn tables that are seen a second time, with boxes on pages.
    rows_dropped: share of the streams whose template lacks some rows, so that rows are read and not known by heart.
    corrected: most that corrected reports may be of all streams. Each of theirs comes at most once in a pool of
    generated documents, so a few are not learned by heart.
    """

    pieces: int = 4096
    easy_kept: float = 0.5
    paged: float = 0.4
    rows_dropped: float = 0.1
    corrected: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.corrected < 0.5:
            raise ValueError("corrected reports are fewer than half of what training sees, or the rest is forgotten")


@dataclass(frozen=True, slots=True)
class Example:
    """One encoded stream and its states."""

    encoded: Encoded
    states: NDArray[np.int64]


def labelled_to_example(labelled: Labelled) -> Example:
    """Encode a labelled stream."""
    return Example(encode(labelled.stream, labelled.template), labelled.states[:MOST_PIECES])


def drop_rows(example: Example, rng: random.Random) -> Example:
    """The same stream against a template that lacks up to three in ten of its rows: their pieces belong nowhere."""
    encoded = example.encoded
    height, width = encoded.columns.shape
    if height < 5:
        return example
    gone = set(rng.sample(range(height), rng.randint(1, max(1, 3 * height // 10))))
    kept = np.array([r for r in range(height) if r not in gone])
    slots = FIRST_VALUE + width
    state_of = np.zeros(1 + height * slots, np.int64)
    for new, old in enumerate(kept.tolist()):
        state_of[1 + old * slots : 1 + (old + 1) * slots] = np.arange(1 + new * slots, 1 + (new + 1) * slots)
    likeness = encoded.likeness[:, kept]
    numbers = encoded.numbers.copy()
    add_likeness(numbers, likeness[encoded.text], encoded.text > 0)
    places = np.stack([np.arange(len(kept)), np.arange(len(kept))[::-1]], 1)
    fewer = replace(
        encoded,
        likeness=likeness,
        numbers=numbers,
        row_text=encoded.row_text[kept],
        group_text=encoded.group_text[kept],
        column_text=encoded.column_text[kept],
        row_place=places,
        column_place=encoded.column_place[kept],
        columns=encoded.columns[kept],
    )
    known = np.maximum(example.states, 0)
    return replace(example, encoded=fewer, states=np.where(example.states < 0, IGNORED, state_of[known]))


def examples_to_batch(examples: Sequence[Example]) -> Batch:
    """Pad examples to one batch: the arguments of `LayoutModel.forward`, and `states` [B, N]."""
    size = len(examples)
    longest = max(len(e.states) for e in examples)
    height = max(e.encoded.columns.shape[0] for e in examples)
    width = max(e.encoded.columns.shape[1] for e in examples)
    characters: list[NDArray[np.int64]] = []
    batch: Batch = {
        "text": np.zeros((size, longest), np.int64),
        "numbers": np.zeros((size, longest, len(FEATURES)), np.float32),
        "places": np.zeros((size, longest, 2), np.float32),
        "likeness": np.zeros((size, longest, height, 2), np.float32),
        "present": np.zeros((size, longest), np.float32),
        "row_text": np.zeros((size, height), np.int64),
        "group_text": np.zeros((size, height), np.int64),
        "column_text": np.zeros((size, height, width), np.int64),
        "row_place": np.zeros((size, height, 2), np.int64),
        "column_place": np.zeros((size, height, width, 2), np.int64),
        "columns": np.zeros((size, height, width), np.float32),
        "states": np.full((size, longest), IGNORED, np.int64),
    }
    offset = 0
    for b, example in enumerate(examples):
        e, n = example.encoded, len(example.states)
        r, c = e.columns.shape
        characters.append(e.characters)
        batch["text"][b, :n] = e.text + offset
        batch["text"][b, n:] = offset
        batch["numbers"][b, :n] = e.numbers
        batch["places"][b, :n] = e.places
        batch["likeness"][b, :n, :r] = e.likeness[e.text]
        batch["present"][b, :n] = 1.0
        batch["row_text"][b, :r] = e.row_text + offset
        batch["group_text"][b, :r] = e.group_text + offset
        batch["column_text"][b, :r, :c] = e.column_text + offset
        batch["row_place"][b, :r] = e.row_place
        batch["column_place"][b, :r, :c] = e.column_place
        batch["columns"][b, :r, :c] = e.columns
        row, slot = np.divmod(np.maximum(example.states - 1, 0), FIRST_VALUE + c)
        states = 1 + row * (FIRST_VALUE + width) + slot
        batch["states"][b, :n] = np.where(example.states > 0, states, example.states)
        offset += len(e.characters)
    batch["characters"] = np.concatenate(characters)
    assert batch["characters"].shape[1] == MOST_CHARACTERS
    return batch


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a network takes its streams. encode: one labelled stream; join: several of them to a padded batch."""

    encode: Callable[[Labelled], Example]
    join: Callable[[Sequence[Example]], Batch]


PIECES = Encoding(labelled_to_example, examples_to_batch)


def draw_examples(seed: int, split: str, mixture: Mixture, encoding: Encoding = PIECES) -> list[Example]:
    """The training examples of one document: none where it holds no table, or where it is too easy today."""
    rng = random.Random(seed)
    document = sample_document(seed, split)
    if document.severity in ("none", "mild") and rng.random() > mixture.easy_kept:
        return []
    examples = []
    for labelled in label_document(document):
        views = [labelled]
        if document.grid and rng.random() < mixture.paged:
            views.append(print_on_pages(labelled, rng))
        for view in views:
            example = encoding.encode(view)
            examples.append(drop_rows(example, rng) if rng.random() < mixture.rows_dropped else example)
    return examples


def pack(examples: Sequence[Example], pieces: int) -> list[list[Example]]:
    """Groups of examples of about one length, each group at most `pieces` long when padded."""
    groups: list[list[Example]] = []
    for example in sorted(examples, key=lambda e: len(e.states)):
        if groups and (len(groups[-1]) + 1) * len(example.states) <= pieces:
            groups[-1].append(example)
        else:
            groups.append([example])
    return groups


def draw_corrected(seed: int, corrected: Sequence[Example], generated: int, mixture: Mixture) -> list[Example]:
    """The corrected examples that join so many generated ones: their share at most, and none of them twice."""
    rng = random.Random(seed)
    most = int(mixture.corrected / (1 - mixture.corrected) * generated)
    chosen = rng.sample(list(corrected), min(most, len(corrected)))
    return [drop_rows(each, rng) if rng.random() < mixture.rows_dropped else each for each in chosen]


def draw_batches(
    first_seed: int,
    split: str,
    mixture: Mixture,
    corrected: Sequence[Example] = (),
    encoding: Encoding = PIECES,
) -> Iterator[tuple[int, Batch]]:
    """Batches without end, each with the seed to go on from."""
    for start in count(first_seed, _POOL):
        pool = [e for seed in range(start, start + _POOL) for e in draw_examples(seed, split, mixture, encoding)]
        pool += draw_corrected(start, corrected, len(pool), mixture)
        groups = pack(pool, mixture.pieces)
        random.Random(start).shuffle(groups)
        for group in groups:
            yield start + _POOL, encoding.join(group)
