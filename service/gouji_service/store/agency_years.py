"""The years of one agency beside each other: the reports of each, and how the regulations in force follow on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from gouji import forms
from gouji.sums import is_same
from gouji_service.store.filters import agency_key
from gouji_service.store.results import Json, read_results
from gouji_service.store.tables import Report

MOST_REPORTS = 500  # of one agency
_IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Year:
    """A year of an agency. reports: the surest first; result: of the one that is shown. in_force: see `follow`."""

    year: int | None
    reports: Sequence[Row[Any]]
    result: Json
    in_force: Sequence[Json]


def read_years(connection: Connection, agency: str, columns: Sequence[Any], chosen: Sequence[str] = ()) -> list[Year]:
    """The years of an agency from the earliest on, those that are not known last. `columns` must hold Report.id and
    Report.year. Of a year with several reports the chosen one is shown, else the surest. Empty for no such agency.
    """
    own = select(*columns).where(Report.agency_key == agency_key(agency))
    rows = connection.execute(own.order_by(Report.confidence.desc(), Report.id).limit(MOST_REPORTS)).all()
    by_year: dict[int | None, list[Row[Any]]] = {}
    for row in rows:
        by_year.setdefault(row.year, []).append(row)
    shown = {year: next((row.id for row in own if row.id in chosen), own[0].id) for year, own in by_year.items()}
    results = {result["id"]: result for result in read_results(connection, list(shown.values()))}
    found: list[Year] = []
    for year in sorted(by_year, key=lambda one: (one is None, one or 0)):
        result = results[shown[year]]
        before = results.get(shown.get(None if year is None else year - 1, ""))
        found.append(Year(year, by_year[year], result, [] if before is None else follow(before, result)))
    return found


def follow(before: Json, after: Json) -> list[Json]:
    """有效 = 上年有效 + 制发 − 废止, of each row of table 二 that has all of them in two neighbouring years; only where
    each was read. Not one of the checks: agencies count anew what is in force, and no verdict is given.
    """
    table = forms.ACTIVE_DISCLOSURE
    links: list[Json] = []
    for row in forms.template(table, forms.FORMS[0]).rows:
        names = {column.key: cell for cell, column in zip(row.cells, row.columns, strict=True)}
        if not {"issued", "repealed", _IN_FORCE} <= names.keys():
            continue
        old = _value(before["tables"][table]["cells"], names[_IN_FORCE])
        issued, repealed, now = (
            _value(after["tables"][table]["cells"], names[key]) for key in ("issued", "repealed", _IN_FORCE)
        )
        if old is None or issued is None or repealed is None or now is None:
            continue
        due = old + issued - repealed
        told = {"row": row.key, "before": old, "issued": issued, "repealed": repealed, "printed": now, "computed": due}
        links.append({**told, "holds": is_same(now, due)})
    return links


def _value(cells: Mapping[str, Json], name: str) -> float | int | None:
    """The number of a cell; 0 of a blank one; None where it was not read."""
    cell = cells.get(name, {"state": "absent"})
    return cell["value"] if cell["state"] == "printed" else 0 if cell["state"] == "blank" else None
