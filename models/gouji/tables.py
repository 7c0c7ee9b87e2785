"""The result of a recovery: tables of cells, each with its value, its state, its place and its confidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from gouji.document import Box

Number = int | Decimal


class CellState(StrEnum):
    """The four states of a cell. They are never mixed up: an unknown cell is not 0 and not blank."""

    PRINTED = "printed"  # a number is printed
    BLANK = "blank"  # the cell is there and holds nothing, or a mark for nothing
    ABSENT = "absent"  # the source has no such row
    UNREAD = "unread"  # something is printed that could not be read


class TableState(StrEnum):
    """Whether the report holds a table."""

    FOUND = "found"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands: page from 1, character span in the text that was read, box in PDF points."""

    page: int
    start: int | None
    end: int | None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another number that a sum points to. The value itself is never changed by a sum."""

    value: Number
    because: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the official form."""

    value: Number | None
    text: str | None
    state: CellState
    confidence: float
    where: Place | None = None
    suggestion: Suggestion | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One of the three tables. `cells` holds every cell of `form`, or nothing when the table is missing."""

    table: str
    state: TableState
    form: str | None
    engine: str | None
    confidence: float
    cells: Mapping[str, Cell] = field(default_factory=dict)
