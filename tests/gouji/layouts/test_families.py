"""Every family of layouts on whole reports in several renderings: each cell is read, or not sure."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.layouts.families import FAMILIES, propose_frames
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.recovery import Recovery, recover
from tests.gouji.sample_layouts import HEADINGS, OPENING, TITLE, Values, draw_values, pipes, report

FORM = "2021"
Rows = list[list[str]]
Lay = Callable[[str, Values], Rows]


def transposed(table: str, values: Values) -> Rows:
    """A line for each column of table 三, the labels of its rows above."""
    rows = template(table, FORM).rows
    columns = [[column.label, *(values[row.cells[c]] for row in rows)] for c, column in enumerate(rows[0].columns)]
    return [["申请人", *(row.label for row in rows)], *columns]


def tidy(table: str, values: Values) -> Rows:
    """Row, column, value."""
    rows = template(table, FORM).rows
    cells = [
        [row.label, column.label, values[cell]]
        for row in rows
        for column, cell in zip(row.columns, row.cells, strict=True)
    ]
    return [["项目", "类别", "数量"], *cells]


def tidy_once(table: str, values: Values) -> Rows:
    """The same with each label of a row printed once."""
    told = tidy(table, values)
    return [row if k == 0 or row[0] != told[k][0] else ["", *row[1:]] for k, row in enumerate(told[1:])]


def tidy_by_column(table: str, values: Values) -> Rows:
    """The same column after column."""
    head, *cells = tidy(table, values)
    order = [column.label for column in template(table, FORM).rows[0].columns]
    return [head, *sorted(cells, key=lambda cell: order.index(cell[1]))]


def digits_apart(table: str, values: Values) -> Rows:
    """A cell for each digit."""
    return [[row.label, *"".join(values[cell] for cell in row.cells)] for row in template(table, FORM).rows]


def in_one_cell(table: str, values: Values) -> Rows:
    """The values of a row in one cell."""
    return [[row.label, "/".join(values[cell] for cell in row.cells)] for row in template(table, FORM).rows]


def in_one_cell_by_breaks(table: str, values: Values) -> Rows:
    """The same with breaks."""
    return [[row.label, "<br>".join(values[cell] for cell in row.cells)] for row in template(table, FORM).rows]


def write_pipes(rows: Rows) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def write_tabs(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def write_commas(rows: Rows) -> str:
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)


def write_html(rows: Rows) -> str:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


WRITERS = {"pipes": write_pipes, "tabs": write_tabs, "commas": write_commas, "html": write_html}
LAYOUTS: dict[str, tuple[Lay, Sequence[str]]] = {
    "transposed": (transposed, (APPLICATIONS, REVIEW_LITIGATION)),
    "in_one_cell": (in_one_cell, (APPLICATIONS,)),
    "tidy": (tidy, TABLES),
    "tidy_once": (tidy_once, (APPLICATIONS, REVIEW_LITIGATION)),
    "tidy_by_column": (tidy_by_column, (APPLICATIONS,)),
    "digits_apart": (digits_apart, (APPLICATIONS,)),
}
NEVER = {("in_one_cell", "commas")}  # one comma a line divides no cells
# Several ways to put digits together may add up, and a table that begins anew with every column is taken for several.
DOUBTED = {"digits_apart", "tidy_by_column"}


def lay(layout: str, writer: str, seed: int) -> tuple[bytes, str, dict[str, dict[str, str]]]:
    values = draw_values(FORM, seed)
    make, tables = LAYOUTS[layout]
    printed = dict(zip(TABLES, _printed(values), strict=True))
    parts = [TITLE, *OPENING]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        told = make(table, values[table]) if table in tables else None
        parts += [heading, WRITERS[writer](told) if told else printed[table]]
    parts.append("五、存在的主要问题及改进情况")
    if writer == "html":
        return "".join(p if p.startswith("<table") else f"<pre>{p}</pre>" for p in parts).encode(), "a.html", values
    return "\n".join(parts).encode(), "a.txt", values


def _printed(values: dict[str, dict[str, str]]) -> Iterable[str]:
    """Each table as it is printed, in pipes."""
    lines = report(FORM, values)
    for table in TABLES:
        yield pipes([line for line in lines if line.table == table])


def wrong(recovery: Recovery, values: dict[str, dict[str, str]], table: str) -> dict[str, float]:
    cells = recovery.tables[table].cells
    given = {name: str(cell.value) for name, cell in cells.items()}
    return {name: cells[name].confidence for name, text in values[table].items() if given[name] != text}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_reports_in_every_layout_are_read(layout: str, writer: str) -> None:
    if (layout, writer) in NEVER:
        pytest.skip("no such document")
    data, name, values = lay(layout, writer, 3)
    recovery = recover(data, name=name, engine="rules")
    for table in LAYOUTS[layout][1]:
        missed = wrong(recovery, values, table)
        assert [name for name, sure in missed.items() if sure >= 0.95] == []
        if layout not in DOUBTED:
            assert missed == {}


def test_digits_in_cells_of_their_own_are_put_together_where_sums_tell() -> None:
    whole = template(APPLICATIONS, FORM)
    values = {APPLICATIONS: dict.fromkeys(whole.cells, "0")}
    told = {"new_received": "12", "carried_over": "13", "granted": "25", "total_processed": "25"}
    for row in whole.rows:
        values[APPLICATIONS] |= dict.fromkeys((row.cells[0], row.cells[-1]), told.get(row.key, "0"))
    text = f"{HEADINGS[1]}\n" + write_pipes(digits_apart(APPLICATIONS, values[APPLICATIONS]))
    recovery = recover(text.encode(), engine="rules")
    assert wrong(recovery, values, APPLICATIONS) == {}


def test_values_between_breaks_are_told_apart() -> None:
    values = draw_values(FORM, 4)
    text = f"{HEADINGS[1]}\n" + write_pipes(in_one_cell_by_breaks(APPLICATIONS, values[APPLICATIONS]))
    assert wrong(recover(text.encode(), engine="rules"), values, APPLICATIONS) == {}


def test_a_column_after_the_other_behind_all_labels_is_read() -> None:
    values = draw_values(FORM, 4)
    whole = template(APPLICATIONS, FORM)
    lines = [HEADINGS[1], *(row.label for row in whole.rows)]
    for c, column in enumerate(whole.rows[0].columns):
        lines += [column.label, *(values[APPLICATIONS][row.cells[c]] for row in whole.rows)]
    recovery = recover("\n".join(lines).encode(), engine="rules")
    assert wrong(recovery, values, APPLICATIONS) == {}


@pytest.mark.parametrize("table", TABLES)
def test_an_ordinary_page_has_one_frame(table: str) -> None:
    values = draw_values(FORM, 1)
    text = pipes([line for line in report(FORM, values) if line.table == table])
    stream = CellStream(table, tuple(document_to_pieces(text_to_document(text))))
    assert [frame.name for frame in propose_frames(stream)] == ["as printed"]


def test_every_family_has_a_page_here() -> None:
    names = set()
    for layout, (make, tables) in LAYOUTS.items():
        values = draw_values(FORM, 3)
        for table in tables:
            text = write_pipes(make(table, values[table]))
            stream = CellStream(table, tuple(document_to_pieces(text_to_document(text))))
            names |= {frame.name for frame in propose_frames(stream)[1:]}
        assert layout
    assert names == {"transposed", "tidy", "digits apart", "column by column", "in one cell"}
    assert len(FAMILIES) == len(names)


def test_sums_of_zeros_choose_no_frame() -> None:
    values = dict.fromkeys(template(APPLICATIONS, FORM).cells, "0")
    text = f"{HEADINGS[1]}\n" + write_pipes(transposed(APPLICATIONS, values))
    found = recover(text.encode(), engine="rules").tables[APPLICATIONS]
    assert all(cell.value == 0 for cell in found.cells.values())
    assert ACTIVE_DISCLOSURE in TABLES
