"""Which form each stream is on, told by its labels, else by which template explains it better; the streams filled."""

import math
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from models.alignment.align import FilledTable, Located, Scorer, compare, fill, locate
from models.alignment.habits import UNKNOWN, Habits, carry_habits
from models.forms import APPLICATIONS, FORMS, Template, template
from models.labels import canonical
from models.pieces import CellStream, PieceKind

_DECISIVE = 2  # labels that only one form has, against none of the other


def fill_streams(
    streams: Mapping[str, CellStream], scorer: Scorer, second: Scorer | None = None
) -> dict[str, tuple[FilledTable, float]]:
    """The streams of a report, each aligned with the form that fits it, and how sure the choice of its form is.

    The table with the most rows comes first: how it writes its zeros tells of the others.
    """
    filled: dict[str, tuple[FilledTable, float]] = {}
    habits = UNKNOWN
    for table in sorted(streams, key=lambda table: table != APPLICATIONS):
        filled[table] = choose_form(streams[table], scorer, second, habits)
        if habits is UNKNOWN:
            habits = carry_habits(filled[table][0].habits)
    return filled


def choose_form(
    stream: CellStream, scorer: Scorer, second: Scorer | None = None, habits: Habits = UNKNOWN
) -> tuple[FilledTable, float]:
    """The stream aligned with the form that fits, and how sure the choice is.

    Where two forms share a table (table 四), the newer one is taken and the choice is sure. second: another scorer,
    asked where it would put the pieces.  habits: what other tables say of how the report writes its zeros.
    """
    located, sure = _locate_best(stream, scorer)
    return fill(compare(located, second) if second is not None else located, habits), sure


def _locate_best(stream: CellStream, scorer: Scorer) -> tuple[Located, float]:
    templates = [template(stream.table, form) for form in FORMS]
    if all(t.rows == templates[0].rows for t in templates[1:]):
        return locate(stream, templates[0], scorer), 1.0
    votes = _count_votes(stream, templates)
    for chosen in templates:
        others = (count for form, count in votes.items() if form != chosen.form)
        if votes[chosen.form] >= _DECISIVE and not any(others):
            return locate(stream, chosen, scorer), 1.0
    found = [locate(stream, t, scorer) for t in templates]
    nats = [each.nats + 3.0 * votes[each.alignment.template.form] for each in found]
    best = max(range(len(found)), key=lambda k: nats[k])
    margin = nats[best] - max(n for k, n in enumerate(nats) if k != best)
    return found[best], 1 / (1 + math.exp(-min(margin, 30.0)))


def _count_votes(stream: CellStream, templates: list[Template]) -> dict[str, int]:
    """Labels that only one form has; a label with values behind it, which is a group in the other form, is decisive."""
    seen = {piece.label for piece in stream.pieces if piece.kind is PieceKind.TEXT}
    votes = {t.form: len(seen & _own_labels(stream.table, t.form)) for t in templates}
    for piece, after in pairwise(stream.pieces):
        if piece.kind is PieceKind.TEXT and after.kind is PieceKind.NUMBER:
            for t in templates:
                votes[t.form] += _DECISIVE * (piece.label in _rows_elsewhere_groups(stream.table, t.form))
    return votes


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
