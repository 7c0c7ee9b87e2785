"""One table in every format that keeps its rows and columns: the same cells, states and confidences."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from openpyxl import Workbook

from gouji.forms import TABLES
from gouji.recovery import recover
from tests.gouji.sample_layouts import LAYOUTS, WRITERS, Line, draw_values, places, report

_NEAR = 0.02  # by how much confidences may differ
Cells = dict[str, tuple[str, int | None, float]]


def sheet(lines: list[Line]) -> bytes:
    """An XLSX sheet, one line a row."""
    book = Workbook()
    for line in lines:
        book.active.append(places(line) if line.table else list(line.cells))
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def markdown(lines: list[Line]) -> bytes:
    """Markdown with a place for every column that a merged cell covers."""
    return "\n".join("| " + " | ".join(places(line)) + " |" if line.table else line.cells[0] for line in lines).encode()


def drawn(lines: list[Line]) -> bytes:
    """A table drawn with box characters, a rule under each row."""
    told: list[str] = []
    for line in lines:
        told += ["│ " + " │ ".join(places(line)) + " │", "├" + "─" * 30 + "┤"] if line.table else [line.cells[0]]
    return "\n".join(told).encode()


FORMATS: dict[str, tuple[Callable[[list[Line]], bytes], str]] = {
    "sheet": (sheet, "report.xlsx"),
    "markdown": (markdown, "report.md"),
    "drawn": (drawn, "report.txt"),
    **{
        name: ((lambda lines, write=WRITERS[name]: write(lines).encode()), f"report.{ending}")
        for name, ending in (
            ("html", "html"), ("commas", "csv"), ("sheet_tabs", "tsv"), ("semicolons", "csv"), ("pipes", "txt"),
            ("padded_pipes", "txt"), ("opened_pipes", "md"), ("fixed", "txt"),
        )
    },
}  # fmt: skip


@cache
def read_cells(name: str, layout: str, form: str, blanks: float) -> Cells:
    write, file = FORMATS[name]
    values = draw_values(form, 7, blanks)
    recovery = recover(write(LAYOUTS[layout](report(form, values))), name=file, engine="rules")
    cells = {c: cell for table in TABLES for c, cell in recovery.tables[table].cells.items()}
    told = {
        c: ("printed", int(text)) if text else ("blank", None) for table in TABLES for c, text in values[table].items()
    }
    assert {c: (cell.state.value, cell.value) for c, cell in cells.items()} == told
    return {c: (cell.state.value, cell.value, cell.confidence) for c, cell in cells.items()}


@pytest.mark.parametrize("blanks", [0.0, 0.3])
@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("layout", ["plain", "line_numbers"])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "sheet"])
def test_every_format_gives_the_same(name: str, layout: str, form: str, blanks: float) -> None:
    one, other = read_cells("sheet", layout, form, blanks), read_cells(name, layout, form, blanks)
    assert {c: told[:2] for c, told in one.items()} == {c: told[:2] for c, told in other.items()}
    assert max(abs(one[c][2] - other[c][2]) for c in one) <= _NEAR / 2  # so that any two are as near
