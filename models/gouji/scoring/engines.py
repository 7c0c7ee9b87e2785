"""The engines by name: what scores the pieces of a table, and what its scores are held against."""

from dataclasses import dataclass
from pathlib import Path

from gouji.alignment.align import Scorer
from gouji.scoring import rules
from gouji.scoring.learned import WEIGHTS, ModelUnavailable, cached_scorer

ENGINES = ("auto", "model", "rules")


@dataclass(frozen=True, slots=True)
class Engine:
    """A scorer, a second opinion to hold it against, and the digest of the weights (None: rules alone).

    name: whose calibration counts.
    fallback: a scorer that is followed where it reads a table whole, or completes more of its rows.
    unavailable: why the network that was asked for is not used; None where it is, or was not asked for.
    """

    name: str
    scorer: Scorer
    second: Scorer | None = None
    fallback: Scorer | None = None
    weights: str | None = None
    unavailable: str | None = None


def choose_scorer(engine: str, weights: Path = WEIGHTS) -> Engine:
    """What scores the pieces: the network and the rules together (auto), the network alone, or the rules alone.

    weights: the folder of the network. It is loaded once a process.
    Without usable weights `auto` works by rules and says why; `model` raises ModelUnavailable. Raises ValueError for a
    name that is none of `ENGINES`.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}")
    if engine == "rules":
        return Engine("rules", rules.score)
    try:
        learned = cached_scorer(weights)
    except ModelUnavailable as error:
        if engine == "model":
            raise
        return Engine("rules", rules.score, unavailable=str(error))
    if engine == "model":
        return Engine(engine, learned.score, rules.score, None, learned.digest)
    return Engine(engine, learned.combine, rules.score, rules.score, learned.digest)
