"""The names of the fields of a result, and the one place where they are written: cells, tables and sums as JSON.

`Recovery.to_dict` (results.py) puts them together; HTTP, the command line, the store and the exports take them from
here.
"""

from decimal import Decimal

from gouji.checks import Finding
from gouji.forms import Template, heading
from gouji.tables import Cell, Number, Place, Table

Json = dict[str, object]
_BETWEEN = "/"  # of the labels of one row, outermost first


def number_to_json(number: Number | float | None) -> int | float | None:
    """Counts as integers, amounts with decimals as floats; the exact digits stay in `text`."""
    if isinstance(number, Decimal | float):  # a float: a number that a database kept
        return int(number) if number == int(number) else float(number)
    return number


def round_confidence(confidence: float) -> float:
    """A confidence as it is given: to the sixth decimal."""
    return round(confidence, 6)


def labels_to_json(template: Template, cell: str) -> Json:
    """What the official form calls a cell: the heading of its table, the labels of its row and of its column."""
    labels = template.labels[cell]
    return {
        "table": template.table,
        "form": template.form,
        "heading": heading(template.table),
        "cell": cell,
        "row": _BETWEEN.join(labels.row),
        "column": _BETWEEN.join(labels.column),
    }


def place_to_json(place: Place | None) -> Json | None:
    """Page from 1, character span, box in PDF points from the top left."""
    if place is None:
        return None
    box = None if place.box is None else [round(edge, 2) for edge in place.box]
    return {"page": place.page, "start": place.start, "end": place.end, "box": box}


def cell_to_json(cell: Cell) -> Json:
    """One cell; `unit` only where the source prints one."""
    suggestion = cell.suggestion
    found: Json = {
        "value": number_to_json(cell.value),
        "text": cell.text,
        "state": str(cell.state),
        "confidence": round_confidence(cell.confidence),
        "where": place_to_json(cell.where),
        "suggestion": None
        if suggestion is None
        else {"value": number_to_json(suggestion.value), "because": suggestion.because},
    }
    if cell.unit is not None:
        found["unit"] = cell.unit
    return found


def table_to_json(table: Table) -> Json:
    """One table with every cell of its form, in printed order."""
    return {
        "state": str(table.state),
        "form": table.form,
        "engine": table.engine,
        "confidence": round_confidence(table.confidence),
        "cells": {name: cell_to_json(cell) for name, cell in table.cells.items()},
    }


def finding_to_json(finding: Finding) -> Json:
    """One check; `blanks` only where a blank counted as 0."""
    found: Json = {
        "check": finding.check,
        "table": finding.table,
        "at": finding.at,
        "printed": number_to_json(finding.printed),
        "computed": number_to_json(finding.computed),
        "holds": finding.holds,
        "verdict": None if finding.verdict is None else str(finding.verdict),
        "cells": list(finding.cells),
    }
    if finding.blanks:
        found["blanks"] = finding.blanks
    return found
