"""Grids of text, as peers extract them, placed into the official forms by simple label matching.

This is what a careful user of a table extractor would write: the label of a row is its last cell that is no number,
matched to the labels of the form in order; its values are the cells after it, without what merged cells leave empty.
The form of a table is the one that more rows match, else that of 2021. Nothing is repaired, and every cell has
confidence 1, for peers give none.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from eval.metrics import Prediction
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, Template, template
from gouji.tables import Cell, CellState, Table, TableState

Grid = Sequence[Sequence[str]]
_SAME_LABEL = 80.0  # of 100
_BLANKS = frozenset(("", "/", "-", "--", "—", "——", "无", "nan", "None"))
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)
_NOT_LABEL = re.compile(r"[\W_]")


class Skipped(Exception):
    """The engine does not take this document; the text says why."""


def strip_tags(text: str) -> str:
    """HTML to text: tags become newlines, entities of blanks become blanks."""
    return _TAGS.sub("\n", text).replace("&nbsp;", " ").replace("\xa0", " ")


def make_table(table: str, form: str, cells: Mapping[str, Cell]) -> Table:
    """A found table at confidence 1."""
    return Table(table, TableState.FOUND, form, "peer", 1.0, dict(cells))


def text_to_cell(text: str) -> Cell | None:
    """A cell from its text: a number or a blank; None for a label."""
    squashed = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if squashed in _BLANKS:
        return Cell(None, text, CellState.BLANK, 1.0)
    if not _NUMBER.fullmatch(squashed):
        return None
    value = Decimal(squashed)
    return Cell(int(value) if value == int(value) else value, text, CellState.PRINTED, 1.0)


def _label(text: str) -> str:
    return _NOT_LABEL.sub("", unicodedata.normalize("NFKC", text))


def match_rows(rows: Grid, form: Template) -> dict[str, Cell]:
    """The cells of a table found among rows, from the top down."""
    cells: dict[str, Cell] = {}
    start = 0
    for row in rows:
        labels = [_label(text) for text in row if text_to_cell(text) is None]
        if not labels:
            continue
        scores = [fuzz.ratio(labels[-1], _label(r.label)) for r in form.rows[start:]]
        if not scores or max(scores) < _SAME_LABEL:
            continue
        found = form.rows[start + scores.index(max(scores))]
        last = max(place for place, text in enumerate(row) if text_to_cell(text) is None)
        values = _trim([text_to_cell(text) for text in row[last + 1 :]], len(found))
        if len(values) == len(found):
            start = form.rows.index(found) + 1
            cells |= {name: cell for name, cell in zip(found.cells, values, strict=True) if cell}
    return cells


def _trim(cells: Sequence[Cell | None], width: int) -> Sequence[Cell | None]:
    """As many cells as a row has columns: what a merged cell leaves empty after them or before them goes."""
    padding = cells[width:]
    if all(cell is not None and cell.state is CellState.BLANK for cell in padding):
        return cells[:width]
    return cells[-width:]


def _match_flat(rows: Grid, form: Template) -> dict[str, Cell]:
    """Table 四: the first row after its name that has as many values as the table has cells."""
    named = False
    for row in rows:
        values = [text_to_cell(text) for text in row]
        named = named or any("行政复议" in _label(text) for text in row)
        if named and len(row) == len(form.cells) and None not in values:
            return {name: cell for name, cell in zip(form.cells, values, strict=True) if cell}
    return {}


def grids_to_prediction(grids: Sequence[Grid]) -> Prediction:
    """All tables found in the grids of one document, grids taken one below the other. None found: missing."""
    rows = [row for grid in grids for row in grid]
    tables: dict[str, Table] = {}
    for table in (ACTIVE_DISCLOSURE, APPLICATIONS):
        form, cells = "", {}
        most = 0
        for candidate in FORMS:
            shape = template(table, candidate)
            found = match_rows(rows, shape)
            matched = sum(row.cells[0] in found for row in shape.rows)
            if matched > most:
                most, form, cells = matched, candidate, found
        if cells:
            tables[table] = make_table(table, form, cells)
    if cells := _match_flat(rows, template(REVIEW_LITIGATION, FORMS[0])):
        tables[REVIEW_LITIGATION] = make_table(REVIEW_LITIGATION, FORMS[0], cells)
    return Prediction(tables)
