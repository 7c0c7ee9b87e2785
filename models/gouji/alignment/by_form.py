"""Which form each table is on: by its labels, else by which template explains it better, all tables together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product, takewhile

from gouji.alignment.align import Located, Scorer, locate
from gouji.forms import FORMS, Template, template
from gouji.layouts.columns import order_columns
from gouji.pieces import CellStream, PieceKind
from gouji.text.labels import canonical

_MIXED_FORMS = 2.5  # nats that two forms in one report cost
_DECISIVE = 2  # labels that only one form has, against none of the other


@dataclass(frozen=True, slots=True)
class WeighedForms:
    """A stream aligned with each form that it may be on, and the nats of each."""

    located: tuple[Located, ...]
    nats: tuple[float, ...]


def is_shared(table: str) -> bool:
    """Whether all forms print this table in the same way."""
    templates = [template(table, form) for form in FORMS]
    return all(t.rows == templates[0].rows for t in templates[1:])


def weigh_forms(stream: CellStream, scorer: Scorer) -> WeighedForms:
    """A stream aligned with each form that it may be on: with one alone where its labels are those of one."""
    templates = [order_columns(stream, template(stream.table, form)) for form in FORMS]
    if is_shared(stream.table):
        return WeighedForms((locate(stream, templates[0], scorer),), (0.0,))
    votes = _count_votes(stream, templates)
    for chosen in templates:
        others = (count for form, count in votes.items() if form != chosen.form)
        if votes[chosen.form] >= _DECISIVE and not any(others):
            return WeighedForms((locate(stream, chosen, scorer),), (0.0,))
    found = tuple(locate(stream, t, scorer) for t in templates)
    return WeighedForms(found, tuple(each.nats + 3.0 * votes[each.alignment.template.form] for each in found))


def choose_together(weighed: Mapping[str, WeighedForms]) -> dict[str, tuple[int, float]]:
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
