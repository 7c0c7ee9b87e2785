"""Tables that lie on their side: the labels of the rows stand in one line, and every line below it is a column."""

from collections.abc import Iterator, Sequence

from gouji.forms import FORMS, template
from gouji.layouts.cells import Cell, rows_of
from gouji.layouts.frame import Frame, lay_out
from gouji.layouts.headers import is_row_label, name_column
from gouji.pieces import CellStream

_FEWEST_ROWS = 0.6  # share of the rows of the form that one line has to name
_RARE = -4.0  # nats: set


def propose(stream: CellStream) -> Iterator[Frame]:
    """The columns below a line of row labels as rows."""
    rows_of_form = min(len(template(stream.table, form).rows) for form in FORMS)
    fewest = rows_of_form if template(stream.table, FORMS[0]).side_by_side else _FEWEST_ROWS * rows_of_form
    rows = rows_of(stream)
    for k, row in enumerate(rows):
        if len(row) < fewest:
            continue
        labels = [cell for cell in row if cell.is_text and is_row_label(cell.label, stream.table)]
        if len(labels) >= fewest:
            turned = _turn(labels, rows[k + 1 :], stream.table)
            if turned:
                yield Frame("transposed", lay_out(stream, turned, True), _RARE)
            return


def _turn(labels: Sequence[Cell], below: Sequence[Sequence[Cell]], table: str) -> list[list[Cell]]:
    """A line of the names of the columns, and a line of each label with the value that every column has under it."""
    columns: list[tuple[Cell, dict[int, Cell]]] = []
    for row in below:
        names = [cell for cell in row if cell.is_text and name_column(cell.label, table) is not None]
        values = {cell.first: cell for cell in row if not cell.is_text}
        if names and any(cell.is_value for cell in values.values()):
            columns.append((names[-1], values))
    held = all(label.first in values for label in labels for _, values in columns)
    if len(columns) < 2 or not held:
        return []
    return [
        [name for name, _ in columns],
        *([label, *(values[label.first] for _, values in columns)] for label in labels),
    ]
