"""Furniture beside the rows, and ways to write them: each table keeps its numbers, takes no others, and is read."""

from collections import Counter

import pytest

from gouji.finding.streams import find_streams
from gouji.forms import TABLES
from gouji.pieces import CellStream, PieceKind
from gouji.readers import read
from gouji.recovery import recover
from gouji.results import Recovery
from gouji.tables import TableState
from tests.gouji.sample_layouts import LAYOUTS, WRITERS, Written, write

# Marks of lines stand in no page, padding as wide as a sheet in no text of one cell a line, and entities are one
# character where columns are counted.
NEVER = {(layout, "html") for layout in ("entities", "quoted", "bullets", "counted_lines")}
NEVER |= {("padded", "cell_lines"), ("entities", "fixed"), ("entities", "fixed_right")}
PAIRS = [(layout, writer) for layout in LAYOUTS for writer in WRITERS if (layout, writer) not in NEVER]
# What the source does not tell: a blank behind a line that ends without a pipe, rows that a page break cut between
# tabs, headers that blanks tear apart or that stand beside their numbers. Right with all cells printed, else unsure.
BLANKS_LOST = {
    (layout, writer)
    for layout in ("unit_lines", "repeated_notes", "headed_rows")
    for writer in ("pipes", "padded_pipes")
}
BLANKS_LOST |= {("broken_rows", writer) for writer in ("pipes", "tabs", "sheet_tabs", "semicolons", "html")}
BLANKS_LOST |= {(layout, writer) for layout in ("wide_heads", "numbers_behind") for writer in ("fixed", "fixed_right")}


def numbers(stream: CellStream | None) -> Counter[str]:
    pieces = stream.pieces if stream is not None else ()
    return Counter(str(p.numeral.value) for p in pieces if p.kind is PieceKind.NUMBER and p.numeral is not None)


def wrong_cells(written: Written, recovery: Recovery) -> dict[str, float]:
    """The cells that were not read as they are printed, and how sure each was."""
    wrong: dict[str, float] = {}
    for table in TABLES:
        found = recovery.tables[table]
        if found.state is TableState.MISSING:
            return {table: found.confidence}
        for cell, printed in written.values[table].items():
            read_cell = found.cells[cell]
            state, value = ("printed", int(printed)) if printed else ("blank", None)
            if (read_cell.state, read_cell.value) != (state, value):
                wrong[cell] = read_cell.confidence
    return wrong


@pytest.mark.parametrize(("layout", "writer"), PAIRS)
def test_a_stream_holds_the_numbers_of_its_table_and_no_others(layout: str, writer: str) -> None:
    for form in ("2021", "2019"):
        written = write(layout, writer, form)
        streams = find_streams(read(written.data, written.name))
        for table in TABLES:
            printed = Counter(value for value in written.values[table].values() if value)
            assert numbers(streams.get(table)) == printed


@pytest.mark.parametrize("writer", list(WRITERS))
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_every_cell_is_read_blanks_among_them(layout: str, writer: str) -> None:
    if (layout, writer) in NEVER:
        pytest.skip("no such document")
    lost = (layout, writer) in BLANKS_LOST
    written = write(layout, writer, blanks=0.0 if lost else 0.2)
    assert wrong_cells(written, recover(written.data, name=written.name, engine="rules")) == {}
    if lost:
        written = write(layout, writer, blanks=0.2)
        wrong = wrong_cells(written, recover(written.data, name=written.name, engine="rules"))
        assert [cell for cell, sure in wrong.items() if sure >= 0.95] == []


@pytest.mark.parametrize(
    ("layout", "writer"),
    [
        ("numbered_heads", "pipes"),
        ("padded", "pipes"),
        ("plain", "sheet_tabs"),
        ("plain", "fixed"),
        ("padded", "commas"),
    ],
)
def test_the_network_reads_them_too(layout: str, writer: str) -> None:
    written = write(layout, writer, blanks=0.2)
    recovery = recover(written.data, name=written.name)
    assert wrong_cells(written, recovery) == {}
    assert not recovery.needs_review
