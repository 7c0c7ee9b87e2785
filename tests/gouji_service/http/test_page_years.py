from typing import Any

from gouji.forms import template
from gouji_service.http.page_years import years_to_tables


def year(values: dict[str, Any], checks: list[Any] = [], in_force: list[Any] = []) -> dict[str, Any]:  # noqa: B006
    cells = {cell: {"value": 0, "state": "printed"} for cell in template("applications", "2021").cells}
    cells |= {cell: {"value": value, "state": "printed"} for cell, value in values.items()}
    missing = {"form": None, "cells": {}}
    tables = {"active_disclosure": missing, "applications": {"form": "2021", "cells": cells}}
    return {"result": {"tables": {**tables, "review_litigation": missing}, "checks": checks}, "in_force": in_force}


def test_changes_and_links_stand_beside_the_cells() -> None:
    link = {"check": "year_link", "cells": ["carried_over.total"], "holds": False, "computed": 4}
    (table,) = years_to_tables(
        [year({"granted.total": 4}), year({"granted.total": 5, "carried_over.total": 3}, [link])]
    )
    rows = {row["label"]: row["cells"] for row in table["rows"]}
    assert len(rows) == len(template("applications", "2021").cells)
    granted = next(cells for label, cells in rows.items() if "予以公开" in label and label.endswith("总计"))
    assert [cell["change"] for cell in granted] == ["", "+1 (+25%)"]
    carried = next(cells for label, cells in rows.items() if "上年结转" in label and label.endswith("总计"))
    assert [cell["change"] for cell in carried] == ["", "+3"]  # nothing to compare with
    assert [cell["link"] for cell in carried] == [None, {"holds": False, "computed": 4}]
