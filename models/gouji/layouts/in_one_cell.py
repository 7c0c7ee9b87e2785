"""Rows whose values stand in one cell, a mark between them: `规章 | 3<br>0<br>9`, `2.重复申请 | 1/0/0/0/0/0/1`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gouji.forms import FORMS, template
from gouji.layouts.cells import Cell, rows_of
from gouji.layouts.frame import Frame, lay_out
from gouji.layouts.headers import is_row_label
from gouji.pieces import CellStream, fragment_to_piece

_BETWEEN = re.compile(r"\s*(?:<br\s*/?>|[/;；、|])\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")
_FEWEST = 3  # rows that are divided
_RARE = -4.0  # nats: set


def propose(stream: CellStream) -> Iterator[Frame]:
    """The rows with as many numbers in one cell as the form has columns, each number in a cell of its own."""
    widths = {len(row) for form in FORMS for row in template(stream.table, form).rows if len(row) > 1}
    rows: list[list[Cell]] = []
    divided = 0
    label = False
    for row in rows_of(stream):
        parts = _divide(row[-1]) if not row[-1].is_value or len(row[-1].pieces) == 1 else []
        label = label if len(row) == 1 and parts else _is_labelled(row, stream.table)
        if label and len(parts) in widths:
            divided += 1
            rows.append([*row[:-1], *parts])
        else:
            rows.append(list(row))
    if divided >= _FEWEST:
        yield Frame("in one cell", lay_out(stream, _with_labels(rows), False), _RARE)


def _is_labelled(row: Sequence[Cell], table: str) -> bool:
    return any(cell.is_text and is_row_label(cell.label, table) for cell in row)


def _divide(cell: Cell) -> list[Cell]:
    """The numbers of a cell, each in a cell of its own; none where it holds anything else."""
    if len(cell.pieces) != 1:
        return []
    whole = cell.pieces[0].fragment
    parts = _BETWEEN.split(whole.text)
    if len(parts) < 2 or not all(map(_NUMBER.fullmatch, parts)):
        return []
    found: list[Cell] = []
    at = 0
    for part in parts:
        at = whole.text.index(part, at)
        fragment = replace(whole, text=part, start=whole.start + at, end=whole.start + at + len(part))
        found.append(Cell(cell.first, cell.first, (fragment_to_piece(fragment),)))
        at += len(part)
    return found


def _with_labels(rows: Sequence[list[Cell]]) -> list[list[Cell]]:
    """Values that stand on the line behind their label, in its row."""
    found: list[list[Cell]] = []
    for row in rows:
        if found and not any(cell.is_text for cell in row) and all(cell.is_text for cell in found[-1]):
            found[-1] = [*found[-1], *row]
        else:
            found.append(row)
    return found
