"""The families of layouts that are tried, in order. Each looks for what speaks for it and offers a frame or none."""

from gouji.layouts import by_column, digits_apart, in_one_cell, tidy, transposed
from gouji.layouts.columns import columns_to_rows
from gouji.layouts.frame import Frame, Propose
from gouji.layouts.grid import keep_values
from gouji.pieces import CellStream

FAMILIES: tuple[Propose, ...] = (
    transposed.propose,
    tidy.propose,
    by_column.propose,
    digits_apart.propose,
    in_one_cell.propose,
)


def propose_frames(stream: CellStream) -> tuple[Frame, ...]:
    """The table as printed, and every other frame that something of the page speaks for."""
    printed = Frame("as printed", columns_to_rows(keep_values(stream)))
    return (printed, *(frame for propose in FAMILIES for frame in propose(stream)))
