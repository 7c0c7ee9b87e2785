"""A table as HTML in its official shape, for notebooks: merged headers, states told apart, doubtful cells marked."""

import html
import math

from gouji import forms
from gouji.form_shape import Heading, Slot, template_to_lines
from gouji.sums import SURE
from gouji.tables import Cell, CellState, Table

_STATES = {CellState.BLANK: "空白", CellState.ABSENT: "缺失", CellState.UNREAD: "未读"}
_DOUBTFUL = "background:#ffe08a;color:#000"
_FAINT = "color:#888;font-size:85%"


def escape_text(text: str) -> str:
    """Text as it may stand in HTML, in an attribute too."""
    return html.escape(text, quote=True)


def confidence_to_text(confidence: float) -> str:
    """Three decimals, cut off and not rounded: nothing is shown as surer than it is."""
    return f"{math.floor(confidence * 1000) / 1000:.3f}"


def table_to_html(table: Table) -> str:
    """One table under its official heading; one that is missing is a sentence."""
    heading = escape_text(forms.heading(table.table))
    if table.form is None:
        return f"<p>{heading}: {_sure('missing', table.confidence)}</p>"
    lines = template_to_lines(forms.template(table.table, table.form))
    body = "".join(f"<tr>{''.join(_place_to_html(place, table) for place in line)}</tr>" for line in lines)
    caption = f'<caption style="text-align:left">{heading}: {_sure(table.form, table.confidence)}</caption>'
    return f'<table border="1" style="border-collapse:collapse">{caption}{body}</table>'


def _sure(what: str, confidence: float) -> str:
    """What is said of a whole table, marked where it is not sure."""
    told = f"{escape_text(what)}, confidence {confidence_to_text(confidence)}"
    return f'<span style="{_DOUBTFUL}">{told}?</span>' if confidence < SURE else told


def is_doubtful(cell: Cell) -> bool:
    """Whether a person should look at a cell: it is not sure, or it could not be read."""
    return cell.confidence < SURE or cell.state is CellState.UNREAD


def cell_to_html(cell: Cell, span: int = 1) -> str:
    """One cell: its number, or the state that it is in, in words; `?` behind what is doubtful."""
    if cell.state is CellState.PRINTED:
        shown = escape_text(str(cell.value)) + (escape_text(cell.unit) if cell.unit else "")
    else:
        shown = f'<span style="{_FAINT}">{_STATES[cell.state]}</span>'
    told = f"{cell.state}, confidence {confidence_to_text(cell.confidence)}"
    if cell.text:
        told += f", printed {cell.text}"
    if cell.suggestion is not None:
        told += f", {cell.suggestion.because} points to {cell.suggestion.value}"
    style = f' style="{_DOUBTFUL}"' if is_doubtful(cell) else ""
    mark = "?" if is_doubtful(cell) else ""
    return f'<td{_spans(1, span)}{style} title="{escape_text(told)}">{shown}{mark}</td>'


def _place_to_html(place: Heading | Slot, table: Table) -> str:
    if isinstance(place, Heading):
        return f"<th{_spans(place.down, place.across)}>{escape_text(place.text)}</th>"
    return cell_to_html(table.cells[place.cell], place.across)


def _spans(down: int, across: int) -> str:
    rows = f' rowspan="{down}"' if down > 1 else ""
    return rows + (f' colspan="{across}"' if across > 1 else "")
