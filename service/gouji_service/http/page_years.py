"""The years of an agency as rows: a cell a year, what changed, and what links a year to the one before."""

from collections.abc import Mapping, Sequence
from typing import Any

from gouji.forms import APPLICATIONS, FORMS, TABLES, heading, template

Json = Mapping[str, Any]


def years_to_tables(years: Sequence[Json]) -> list[dict[str, Any]]:
    """Each table with the cells that any of the years has, the official labels of the newest form first."""
    return [
        {"table": name, "heading": heading(name), "rows": [_row(name, cell, label, years) for cell, label in labels]}
        for name in TABLES
        if (labels := _labels(name, years))
    ]


def _labels(name: str, years: Sequence[Json]) -> list[tuple[str, str]]:
    forms = {year["result"]["tables"][name]["form"] for year in years}
    found: dict[str, str] = {}
    for form in FORMS:
        if form in forms:
            for cell, one in template(name, form).labels.items():
                found.setdefault(cell, "/".join(one.row) + " · " + "/".join(one.column))
    return list(found.items())


def _row(name: str, cell: str, label: str, years: Sequence[Json]) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    before: float | None = None
    for year in years:
        read = year["result"]["tables"][name]["cells"].get(cell)
        value = read["value"] if read else None
        shown = "" if read is None else {"printed": value, "unread": "?"}.get(read["state"], "")
        cells.append(
            {
                "shown": shown,
                "state": read["state"] if read else "none",
                "change": _change(before, value),
                "link": _link(name, cell, year),
            }
        )
        before = value
    return {"label": label, "cells": cells}


def _change(before: float | None, value: float | None) -> str:
    """The difference with its sign, and in per cent where there is something to compare with."""
    if before is None or value is None:
        return ""
    difference = f"{value - before:+.10g}" if value != before else "0"
    return difference if not before or value == before else f"{difference} ({(value - before) / before:+.0%})"


def _link(name: str, cell: str, year: Json) -> dict[str, Any] | None:
    """What is carried over against the year before, and what is in force against what was, issued and repealed."""
    for check in year["result"]["checks"]:
        if name == APPLICATIONS and check["check"] == "year_link" and check["cells"] == [cell]:
            return {"holds": check["holds"], "computed": check["computed"]} if cell.startswith("carried_over") else None
    for flow in year["in_force"]:
        if cell == f"{flow['row']}.in_force":
            return {"holds": flow["holds"], "computed": flow["computed"]}
    return None
