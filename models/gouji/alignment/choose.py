"""Which form each stream is on, told by its labels, else by which template explains it better; the streams filled."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product, takewhile

from gouji.alignment.align import FilledTable, Located, Scorer, compare, fill, locate
from gouji.alignment.whole import suffices, take_wholer
from gouji.forms import APPLICATIONS, FORMS, Template, template
from gouji.layouts.columns import columns_to_rows, order_columns
from gouji.layouts.grid import keep_values
from gouji.pieces import CellStream, PieceKind
from gouji.placement.habits import UNKNOWN, carry_habits
from gouji.text.labels import canonical

_MIXED_FORMS = 2.5  # nats that two forms in one report cost
_DECISIVE = 2  # labels that only one form has, against none of the other


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A stream aligned with each form that it may be on, and the nats of each."""

    located: tuple[Located, ...]
    nats: tuple[float, ...]


def fill_streams(
    streams: Mapping[str, CellStream], scorer: Scorer, second: Scorer | None = None, fallback: Scorer | None = None
) -> dict[str, tuple[FilledTable, float]]:
    """The streams of a report, each aligned with the form that fits it, and how sure the choice of its form is.

    Each table tells its own form; that of another table speaks where labels say little, since few reports mix them.
    The table with the most rows is filled first: how it writes its zeros tells of the others. second: another scorer,
    asked where it would put the pieces.  fallback: one that is followed where it reads a table whole, where labels were
    torn from their rows, and where it completes more rows.
    """
    ordered = {table: columns_to_rows(keep_values(stream)) for table, stream in streams.items()}
    scorers = {
        table: fallback if fallback is not None and suffices(stream, fallback) else scorer
        for table, stream in ordered.items()
    }
    weighed = {table: _weigh_forms(stream, scorers[table]) for table, stream in ordered.items()}
    chosen = _choose_together({table: w for table, w in weighed.items() if not _is_shared(table)})
    filled: dict[str, tuple[FilledTable, float]] = {}
    habits = UNKNOWN
    for table in sorted(streams, key=lambda table: table != APPLICATIONS):
        best, sure = chosen.get(table, (0, 1.0))
        located, opinion = weighed[table].located[best], second
        if fallback is not None and scorers[table] is not fallback:
            wholer = take_wholer(located, locate(located.stream, located.alignment.template, fallback))
            if wholer is not located:
                located, opinion = wholer, scorer  # the opinion of the one that was not followed
        filled[table] = fill(compare(located, opinion) if opinion is not None else located, habits), sure
        if habits is UNKNOWN:
            habits = carry_habits(filled[table][0].habits)
    return filled


def _is_shared(table: str) -> bool:
    """Whether all forms print this table in the same way."""
    templates = [template(table, form) for form in FORMS]
    return all(t.rows == templates[0].rows for t in templates[1:])


def _weigh_forms(stream: CellStream, scorer: Scorer) -> _Weighed:
    templates = [order_columns(stream, template(stream.table, form)) for form in FORMS]
    if _is_shared(stream.table):
        return _Weighed((locate(stream, templates[0], scorer),), (0.0,))
    votes = _count_votes(stream, templates)
    for chosen in templates:
        others = (count for form, count in votes.items() if form != chosen.form)
        if votes[chosen.form] >= _DECISIVE and not any(others):
            return _Weighed((locate(stream, chosen, scorer),), (0.0,))
    found = tuple(locate(stream, t, scorer) for t in templates)
    return _Weighed(found, tuple(each.nats + 3.0 * votes[each.alignment.template.form] for each in found))


def _choose_together(weighed: Mapping[str, _Weighed]) -> dict[str, tuple[int, float]]:
    """For each table which of its alignments is likeliest, and how sure that is, over all choices for all tables."""
    tables = list(weighed)
    choices = list(product(*(range(len(weighed[table].nats)) for table in tables)))
    nats = []
    for choice in choices:
        forms = {weighed[t].located[k].alignment.template.form for t, k in zip(tables, choice, strict=True)}
        own = sum(weighed[t].nats[k] for t, k in zip(tables, choice, strict=True))
        nats.append(own - _MIXED_FORMS * (len(forms) - 1))
    high = max(nats)
    shares = [math.exp(n - high) for n in nats]
    best = choices[nats.index(high)]
    found = {}
    for place, table in enumerate(tables):
        same = sum(share for share, choice in zip(shares, choices, strict=True) if choice[place] == best[place])
        found[table] = best[place], same / sum(shares)
    return found


def _count_votes(stream: CellStream, templates: list[Template]) -> dict[str, int]:
    """Labels that only one form has; a label with values behind it, which is a group in the other form, is decisive."""
    seen = {piece.label for piece in stream.pieces if piece.kind is PieceKind.TEXT}
    votes = {t.form: len(seen & _own_labels(stream.table, t.form)) for t in templates}
    for i, (piece, after) in enumerate(pairwise(stream.pieces), start=1):
        if piece.kind is PieceKind.TEXT and after.kind is PieceKind.NUMBER and _is_one_row(stream, i, templates):
            for t in templates:
                votes[t.form] += _DECISIVE * (piece.label in _rows_elsewhere_groups(stream.table, t.form))
    return votes


def _is_one_row(stream: CellStream, start: int, templates: list[Template]) -> bool:
    """Whether the numbers from a place on are no more than one row holds: more of them are rows that lost labels."""
    run = takewhile(lambda piece: piece.is_value, stream.pieces[start:])
    return sum(piece.kind is PieceKind.NUMBER for piece in run) <= max(len(row) for t in templates for row in t.rows)


@cache
def _rows_elsewhere_groups(table: str, form: str) -> frozenset[str]:
    """Labels (canonical) of rows that are groups of rows in another form."""
    rows = {canonical(row.label) for row in template(table, form).rows}
    groups = {
        canonical(g) for other in FORMS if other != form for row in template(table, other).rows for g in row.under
    }
    return frozenset(rows & groups)


@cache
def _own_labels(table: str, form: str) -> frozenset[str]:
    """Labels (canonical, of three characters or more) that no other form of the table has."""
    mine = _labels(table, form)
    others = frozenset().union(*(_labels(table, other) for other in FORMS if other != form))
    # 规范性文件 stands on many reports of the newer form: it votes for neither.
    return frozenset(label for label in mine - others if len(label) > 2) - {canonical("规范性文件"), "3其他"}


@cache
def _labels(table: str, form: str) -> frozenset[str]:
    rows = template(table, form).rows
    labels = (
        {row.label for row in rows}
        | {c.label for row in rows for c in row.columns}
        | {g for r in rows for g in r.under}
    )
    return frozenset(canonical(label) for label in labels)
