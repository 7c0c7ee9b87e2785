"""What a filled table says for its frame, in nats: whole rows, sums that hold beyond chance, numbers left over.

The likelihood of the pieces is left out on purpose: a label that is printed again and again would count each time.
"""

from gouji.alignment.align import FilledTable
from gouji.sums import hold
from gouji.tables import Number

# Set by hand: a labelled row that has all its cells, a sum of numbers other than 0 that holds or fails, a number that
# no cell took. Sums of zeros hold in any order and say nothing.
_WHOLE_ROW, _HOLDS, _FAILS, _LEFT_OVER = 1.5, 2.0, -3.0, -8.0
_MOST_LEFT_OVER = 25  # numbers, from which more say nothing more


def read_values(table: FilledTable) -> dict[str, Number | None]:
    """The number read into each cell; None where there is none."""
    return {
        name: mark.value if mark is not None else None
        for row, filled in zip(table.template.rows, table.rows, strict=True)
        for name, mark in zip(row.cells, filled.placed.reading.marks, strict=True)
    }


def weigh_evidence(table: FilledTable) -> float:
    """The evidence of a filled table in nats."""
    values = read_values(table)
    nats = _LEFT_OVER * min(table.leftover + table.strange, _MOST_LEFT_OVER)
    for filled in table.rows:
        named = filled.span is not None and bool(filled.span.labels)
        if named and all(mark is not None for mark in filled.placed.reading.marks):
            nats += _WHOLE_ROW
    for identity in table.template.identities:
        held = hold(identity, values)
        if not held.empty:
            nats += _HOLDS if held.holds else _FAILS
    return nats
