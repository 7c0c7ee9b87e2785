"""Tables told one value a line: the label of its row, the label of its column, and the value."""

from collections.abc import Iterator

from gouji.forms import FORMS, Template, template
from gouji.layouts.cells import Cell, rows_of
from gouji.layouts.frame import Frame, lay_out
from gouji.layouts.headers import is_row_label, name_column
from gouji.pieces import CellStream
from gouji.text.labels import canonical

_FEWEST = 0.6  # share of the cells of the form that have a line
_MOST_CELLS = 4  # cells of a line, on the average: row, column, value, and a group
_RARE = -4.0  # nats: set


def propose(stream: CellStream) -> Iterator[Frame]:
    """The lines of one value each, gathered by row; a label that is not printed again goes on."""
    told: dict[str, list[tuple[Cell, Cell]]] = {}
    labels: dict[str, Cell] = {}
    current: str | None = None
    if sum(map(len, rows_of(stream))) > _MOST_CELLS * len(rows_of(stream)):
        return
    for row in rows_of(stream):
        texts = [cell for cell in row if cell.is_text]
        names = [cell for cell in texts if name_column(cell.label, stream.table) is not None]
        values = [cell for cell in row if not cell.is_text and names and cell.first > names[-1].first]
        opened = [cell for cell in texts if cell not in names and _opens(cell, stream.table)]
        if opened:
            current = opened[-1].label
            labels.setdefault(current, opened[-1])
        if len(values) == 1 and current is not None:
            told.setdefault(current, []).append((names[-1], values[0]))
    for form in FORMS:
        whole = template(stream.table, form)
        if sum(map(len, told.values())) >= _FEWEST * len(whole.cells) and _is_whole(told, whole):
            rows = [[labels[label], *(value for _, value in cells)] for label, cells in told.items()]
            heads = [name for name, _ in next(iter(told.values()))]
            yield Frame("tidy", lay_out(stream, [heads, *rows], True), _RARE)
            return


def _opens(cell: Cell, table: str) -> bool:
    blocks = template(table, FORMS[0])
    if blocks.side_by_side:
        return any(cell.label.endswith(canonical(row.label)) for row in blocks.rows)
    return is_row_label(cell.label, table)


def _is_whole(told: dict[str, list[tuple[Cell, Cell]]], form: Template) -> bool:
    """Whether every row that is told has its columns, each once, in the same order."""
    widths = {len(row) for row in form.rows}
    orders = {tuple(name.label for name, _ in cells) for cells in told.values()}
    return all(len(order) in widths and len(set(order)) == len(order) for order in orders) and (
        len(widths) > 1 or len(orders) == 1
    )
