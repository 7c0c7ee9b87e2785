"""A list of reports in any order, page by page: each page begins behind the last report of the one before it.

What has no agency or no year comes last, whichever way the list runs. Whoever has the same key follows in the order of
arrival, so that a page never ends between two that cannot be told apart.
"""

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from gouji_service.store.filters import ReportFilter, filter_to_conditions
from gouji_service.store.tables import Report

ARRIVAL = "created_at"
_KEYS: Mapping[str, Any] = {  # an id tells when its report arrived, so that it needs no key beside it
    ARRIVAL: None,
    "confidence": Report.confidence,
    "agency": Report.agency_key,
    "year": Report.year,
}
_KINDS = {"confidence": float, "agency": str, "year": int}
SORTS = tuple(sign + key for key in _KEYS for sign in ("", "-"))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the order, and the key and id of its last report. key: None where that has none."""

    sort: str
    key: float | int | str | None
    id: str

    def to_text(self) -> str:
        """An opaque text."""
        told = json.dumps([self.sort, self.key, self.id], ensure_ascii=True, separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Raises ValueError for anything that `to_text` did not make."""
        try:
            told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            found = cls(*told)
            usable = found._is_usable() and found.to_text() == text
        except (binascii.Error, UnicodeError, ValueError, TypeError, RecursionError) as error:
            raise ValueError("not a cursor") from error
        if not usable:
            raise ValueError("not a cursor")
        return found

    def _is_usable(self) -> bool:
        if self.sort not in SORTS or not (isinstance(self.id, str) and self.id.isascii() and self.id.isalnum()):
            return False
        name = self.sort.removeprefix("-")
        if self.key is None:
            return name != "confidence"
        if type(self.key) is not _KINDS.get(name):
            return False
        if isinstance(self.key, str):
            return "\0" not in self.key and self.key.isprintable()
        return math.isfinite(self.key) and abs(self.key) < 2**31


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports, and where the next page begins; None on the last one."""

    rows: Sequence[Row[Any]]
    next: Cursor | None


def read_page(
    connection: Connection, wanted: ReportFilter, columns: Sequence[Any], *, sort: str, after: Cursor | None, limit: int
) -> Page:
    """One page of the chosen reports. `columns` must hold Report.id. `after` must be of the same sort."""
    key = _KEYS[sort.removeprefix("-")]
    chosen = select(*columns, Report.id.label("_id"), *([] if key is None else [key.label("_key")]))
    chosen = chosen.where(*filter_to_conditions(wanted))
    rows: list[Row[Any]] = []
    if key is not None and not (after and after.key is None):
        keyed = chosen.where(key.is_not(None)) if key.expression.nullable else chosen
        rows += connection.execute(_ordered(keyed, (key, Report.id), sort, after).limit(limit + 1)).all()
    if key is None or (key.expression.nullable and len(rows) <= limit):
        rest = chosen if key is None else chosen.where(key.is_(None))
        behind = after if after and after.key is None else None
        rows += connection.execute(_ordered(rest, (Report.id,), sort, behind).limit(limit + 1 - len(rows))).all()
    last = rows[limit - 1] if len(rows) > limit else None
    more = None if last is None else Cursor(sort, None if key is None else last._key, last._id)
    return Page(rows[:limit], more)


def _ordered(chosen: Select[Any], keys: tuple[Any, ...], sort: str, after: Cursor | None) -> Select[Any]:
    down = sort.startswith("-")
    if after is not None:
        place = tuple_(*keys)
        end = (after.key, after.id)[-len(keys) :]
        chosen = chosen.where(place < end if down else place > end)
    return chosen.order_by(*(key.desc() if down else key for key in keys))


def count_reports(connection: Connection, wanted: ReportFilter) -> int:
    """How many reports are chosen."""
    counted = select(func.count()).select_from(Report).where(*filter_to_conditions(wanted))
    return connection.execute(counted).scalar_one()
