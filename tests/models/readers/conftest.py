from collections.abc import Callable

import pytest
from rapidfuzz import fuzz

from models.document import Document, Fragment
from models.forms import REVIEW_LITIGATION, template
from models.labels import canonical


def _rows(document: Document) -> list[list[Fragment]]:
    rows: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in document.fragments:
        if fragment.grid is not None:
            rows.setdefault((fragment.grid.table, fragment.grid.row), []).append(fragment)
    return [sorted(row, key=lambda f: f.grid.column if f.grid else 0) for row in rows.values()]


def _values(document: Document, table: str, form: str) -> dict[str, Fragment]:
    official = template(table, form)
    found: dict[str, Fragment] = {}
    if table == REVIEW_LITIGATION:
        width = len(official.cells)
        fitting = [row for row in _rows(document) if len(row) == width and "结果" not in row[0].text]
        return dict(zip(official.cells, fitting[-1], strict=True)) if fitting else {}
    for row in _rows(document):
        best = max(
            (
                (fuzz.ratio(canonical(cell.text), canonical(r.label)), n, r)
                for n, cell in enumerate(row[:-1])
                for r in official.rows
                if cell.text
            ),
            key=lambda choice: choice[0],
            default=None,
        )
        if best is not None and best[0] >= 85 and len(row) - best[1] - 1 == len(best[2]):
            found.update(zip(best[2].cells, row[best[1] + 1 :], strict=True))
    return found


@pytest.fixture
def grid_values() -> Callable[[Document, str, str], dict[str, Fragment]]:
    """The value cells that stand in a grid beside the label of their row, by the names of the form."""
    return _values
