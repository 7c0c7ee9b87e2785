"""One sum (勾稽关系) held against numbers, in one place: for checks, for evidence, for suggestions, for the service.

Two shapes of it are needed. A row adds up where its last number is the sum of the others; an identity of the form holds
where its wholes come to the same as its parts. What is blank counts as 0; whether a sum may be held at all, where a
cell is absent or could not be read, is for the caller to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.forms import Identity
from gouji.tables import Number

SURE = 0.95  # set: from here on a cell counts as surely read, and is promised to be right
DOUBTED = 0.94  # set: the most of what is not sure
_ROUNDING = 1e-6  # amounts that were kept as binary fractions differ by less


@dataclass(frozen=True, slots=True)
class Held:
    """An identity held against numbers. whole, part: what its two sides come to.

    blanks: cells without a number among them.  filled: those with a number other than 0; without any, a sum that holds
    proves nothing.
    """

    identity: Identity
    whole: Number
    part: Number
    blanks: int
    filled: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether both sides come to the same."""
        return is_same(self.whole, self.part)

    @property
    def empty(self) -> bool:
        """Whether no number but 0 takes part."""
        return not self.filled

    @property
    def gap(self) -> Number:
        """What the wholes come to more than the parts."""
        return self.whole - self.part


def hold(identity: Identity, values: Mapping[str, Number | None]) -> Held:
    """Hold an identity against the numbers of its cells; None counts as 0. Raises KeyError for a cell without entry."""
    blanks = sum(values[name] is None for name in identity.cells)
    filled = frozenset(name for name in identity.cells if values[name])
    return Held(identity, _total(identity.wholes, values), _total(identity.parts, values), blanks, filled)


def involved_cells(held: Held) -> tuple[str, ...]:
    """The cells to look at, wholes first: all of a sum that holds; wholes and what is not 0 of one that fails."""
    identity = held.identity
    if held.holds:
        return identity.cells
    return tuple(name for name in identity.cells if name in identity.wholes or name in held.filled)


def adds_up(numbers: Sequence[Number | None]) -> bool:
    """Whether the last number of a row is the sum of the others; None counts as 0."""
    *parts, whole = (number or 0 for number in numbers)
    return is_same(whole, sum(parts, start=0))


def is_same(one: Number | float, other: Number | float) -> bool:
    """Whether two sides of a sum are equal."""
    return one == other or abs(float(one) - float(other)) < _ROUNDING


def _total(names: Sequence[str], values: Mapping[str, Number | None]) -> Number:
    return sum((values[name] or 0 for name in names), start=0)
