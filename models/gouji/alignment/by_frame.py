"""Which frame a table is in: every frame that is proposed is filled, and the evidence chooses."""

from gouji.alignment.align import Scorer, fill
from gouji.alignment.by_form import weigh_forms
from gouji.alignment.evidence import read_values, weigh_evidence
from gouji.alignment.whole import suffices
from gouji.layouts.families import propose_frames
from gouji.pieces import CellStream

_CLEAR = 8.0  # nats by which the frame that is taken has to be ahead of one that gives other numbers (set)


def scorer_of(stream: CellStream, scorer: Scorer, fallback: Scorer | None) -> Scorer:
    """The scorer of a stream: the fallback, where that reads it whole or labels were torn from their rows."""
    return fallback if fallback is not None and suffices(stream, fallback) else scorer


def choose_frame(
    stream: CellStream, scorer: Scorer, fallback: Scorer | None = None
) -> tuple[CellStream, frozenset[str]]:
    """The stream in the frame that the evidence speaks for, and the cells that another frame, not far behind, gives
    another number. An ordinary page has one frame, and is not weighed."""
    frames = propose_frames(stream)
    if len(frames) == 1:
        return frames[0].stream, frozenset()
    tables = []
    for frame in frames:
        weighed = weigh_forms(frame.stream, scorer_of(frame.stream, scorer, fallback))
        tables.append(fill(weighed.located[weighed.nats.index(max(weighed.nats))]))
    nats = [frame.nats + weigh_evidence(table) for frame, table in zip(frames, tables, strict=True)]
    best = nats.index(max(nats))
    values = read_values(tables[best])
    near = [read_values(t) for t, n in zip(tables, nats, strict=True) if n > nats[best] - _CLEAR]
    disputed = {name for other in near for name, value in values.items() if other.get(name) != value}
    return frames[best].stream, frozenset(disputed)
