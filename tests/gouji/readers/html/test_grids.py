"""Which tables of a page are grids of cells, and which only lay it out."""

import pytest
from lxml import html

from gouji.readers.html.grids import find_grids


def ids(page: str) -> list[str]:
    """The ids of the tables that are grids, with the number of their cells."""
    return [f"{table.element.get('id')} {table.cell_count}" for table in find_grids(html.fromstring(page)).values()]


def table(name: str, cells: int, inside: str = "") -> str:
    return f"<table id={name}><tr>" + "".join(f"<td>{inside if n == 0 else n}</td>" for n in range(cells)) + "</table>"


def test_a_table_of_one_cell_is_none() -> None:
    assert ids(f"<div>{table('a', 1)}{table('b', 2)}</div>") == ["b 2"]


def test_of_nested_tables_the_innermost_are_grids() -> None:
    assert ids(table("page", 4, table("a", 6) + table("b", 6))) == ["a 6", "b 6"]
    assert ids(table("page", 2, table("frame", 1, table("a", 6)))) == ["a 6"]


@pytest.mark.parametrize(
    ("cells", "inner", "expected"),
    [
        (12, [4], ["outer 12"]),
        (12, [5], ["t0 5"]),
        (11, [4], ["t0 4"]),
        (12, [2, 2], ["outer 12"]),
        (12, [2, 2, 2], ["t0 2", "t1 2", "t2 2"]),
    ],
)
def test_scraps_inside_a_big_table_leave_it_one(cells: int, inner: list[int], expected: list[str]) -> None:
    scraps = "".join(table(f"t{n}", count) for n, count in enumerate(inner))
    assert ids(table("outer", cells, scraps)) == expected


def test_rows_are_the_table_s_own() -> None:
    page = "<table id=a><tr><th>1<td>2<tr><td>3</table>"
    (found,) = find_grids(html.fromstring(f"<div>{page}</div>")).values()
    assert [[cell.text for cell in row] for row in found.rows] == [["1", "2"], ["3"]]
