"""The sums (勾稽关系) of the official form, held against the printed numbers."""

from dataclasses import dataclass
from enum import StrEnum

from models.tables import Number


class Verdict(StrEnum):
    """Whose fault a failing sum is."""

    SOURCE = "source"  # the numbers are surely read: the report itself is wrong
    READING = "reading"  # the reading may be wrong
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sum held against the printed numbers. A blank among them counts as 0; `blanks` says how many."""

    check: str
    table: str
    at: str
    printed: Number
    computed: Number
    holds: bool
    verdict: Verdict | None
    cells: tuple[str, ...]
    blanks: int = 0
