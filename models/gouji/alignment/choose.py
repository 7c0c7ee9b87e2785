"""The streams of a report -> its filled tables: which frame, form and scorer. The whole choice on one screen."""

from collections.abc import Mapping
from dataclasses import replace

from gouji.alignment.align import FilledTable, Scorer, compare, fill, locate
from gouji.alignment.by_form import choose_together, is_shared, weigh_forms
from gouji.alignment.by_frame import choose_frame, scorer_of
from gouji.alignment.whole import take_wholer
from gouji.forms import APPLICATIONS
from gouji.pieces import CellStream
from gouji.placement.habits import UNKNOWN, carry_habits


def fill_streams(
    streams: Mapping[str, CellStream], scorer: Scorer, second: Scorer | None = None, fallback: Scorer | None = None
) -> dict[str, tuple[FilledTable, float]]:
    """The streams of a report, each aligned with the form that fits it, and how sure the choice of its form is.

    Each table tells its own form; that of another table speaks where labels say little, since few reports mix them.
    The table with the most rows is filled first: how it writes its zeros tells of the others. second: another scorer,
    asked where it would put the pieces.  fallback: one that is followed where it reads a table whole, where labels were
    torn from their rows, and where it completes more rows.
    """
    frames = {table: choose_frame(stream, scorer, fallback) for table, stream in streams.items()}
    framed = {table: stream for table, (stream, _) in frames.items()}
    scorers = {table: scorer_of(stream, scorer, fallback) for table, stream in framed.items()}
    weighed = {table: weigh_forms(stream, scorers[table]) for table, stream in framed.items()}
    chosen = choose_together({table: w for table, w in weighed.items() if not is_shared(table)})
    filled: dict[str, tuple[FilledTable, float]] = {}
    habits = UNKNOWN
    for table in sorted(streams, key=lambda table: table != APPLICATIONS):
        best, sure = chosen.get(table, (0, 1.0))
        located, opinion = weighed[table].located[best], second
        if fallback is not None and scorers[table] is not fallback:
            wholer = take_wholer(located, locate(located.stream, located.alignment.template, fallback))
            if wholer is not located:
                located, opinion = wholer, scorer  # the opinion of the one that was not followed
        found = fill(compare(located, opinion) if opinion is not None else located, habits)
        filled[table] = replace(found, disputed=frames[table][1]), sure
        if habits is UNKNOWN:
            habits = carry_habits(found.habits)
    return filled
