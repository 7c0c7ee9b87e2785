"""What a reviewer says of a whole table: that it is there, or is not, and in which form.

A table that was read as missing and is called found is the empty official form: its cells are unread until they are
corrected one by one. Another form keeps the cells that both forms have.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gouji import forms
from gouji.tables import CellState, TableState

STATE, FORM = "state", "form"
UNFILLED = (None, None, CellState.UNREAD, 0.0)  # value, text, state and confidence of a cell that nobody read


class Word(Protocol):
    """A correction, as far as it is about a table."""

    @property
    def table(self) -> str: ...
    @property
    def cell(self) -> str: ...
    @property
    def text(self) -> str | None: ...


def is_table_word(table: str, cell: str) -> bool:
    """Whether a correction is about a whole table."""
    return table in forms.TABLES and cell in (STATE, FORM)


def table_words(corrections: Sequence[Word]) -> dict[str, dict[str, str]]:
    """What corrections say of whole tables: table -> state, form."""
    words: dict[str, dict[str, str]] = {}
    for one in corrections:
        if is_table_word(one.table, one.cell) and one.text is not None:
            words.setdefault(one.table, {})[one.cell] = one.text
    return words


def table_in_force(state: str, form: str | None, words: Mapping[str, str]) -> tuple[str, str | None]:
    """State and form of a table that was read so, with what a reviewer says of it."""
    state = words.get(STATE, state)
    if state == TableState.MISSING:
        return state, None
    return state, words.get(FORM, form)


def cells_of(table: str, form: str | None) -> tuple[str, ...]:
    """The names of its cells; none of a missing table."""
    return () if form is None else forms.template(table, form).cells
