"""Headers that name columns or blocks in another order than they were read in."""

import pytest

from gouji.doubts.headers import doubt_header_order, doubt_moved
from gouji.doubts.remains import Remains
from gouji.forms import ACTIVE_DISCLOSURE, template
from gouji.sums import DOUBTED
from tests.gouji.doubts.doubted_tables import BLOCKS, WHOLE, blocks_exchanged, fill, line_of, lines

COLUMNS = [column.label for column in WHOLE.rows[0].columns]


def headed(*order: int) -> str:
    """Table 三 under headers in this order."""
    return "\n".join(COLUMNS[n] for n in order) + "\n" + lines()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((0, 1, 2, 3, 4, 5, 6), False),
        ((0, 6, 1, 2, 3, 4, 5), False),  # first and total above the others
        ((1, 2, 3, 4, 5, 0, 6), False),  # ... or behind them
        ((0, 2, 1, 3, 4, 5, 6), True),
        ((1, 2, 0, 3, 4, 5, 6), True),
        ((1, 2, 3, 6, 4, 5, 0), True),
        ((6, 1, 2, 3, 4, 5, 0), True),
        ((0, 1, 2, 3, 4, 5), False),  # one is not named: nothing is said
        ((0, 1, 2, 2, 3, 4, 5, 6), False),
    ],
)
def test_columns_named_in_another_order_are_doubted(order: tuple[int, ...], expected: bool) -> None:
    caps = doubt_header_order(Remains(fill(headed(*order))))
    assert caps == (dict.fromkeys(WHOLE.cells, DOUBTED) if expected else {})


def test_blocks_named_in_another_order_are_doubted() -> None:
    assert doubt_header_order(Remains(fill(line_of(" | ".join(["0"] * 15)), BLOCKS))) == {}
    assert set(doubt_header_order(Remains(fill(blocks_exchanged(), BLOCKS)))) == set(BLOCKS.cells)


def test_columns_of_the_blocks_named_in_another_order_are_doubted() -> None:
    first, second = (column.label for column in BLOCKS.rows[0].columns[:2])
    text = line_of(" | ".join(["0"] * 15)).replace(first, "x").replace(second, first).replace("x", second)
    assert set(doubt_header_order(Remains(fill(text, BLOCKS)))) == set(BLOCKS.cells)


def test_a_table_whose_rows_have_other_columns_is_not_told_by_its_headers() -> None:
    form = template(ACTIVE_DISCLOSURE, "2021")
    told = "现行有效件数 | 本年废止件数 | 本年制发件数\n" + "\n".join(
        f"{each.label} | " + " | ".join("5" for _ in each.cells) + " |" for each in form.rows
    )
    assert doubt_header_order(Remains(fill(told, form))) == {}


def test_headers_of_blocks_and_of_pages_are_no_torn_page() -> None:
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    heads = " | ".join(each.label for each in BLOCKS.rows) + f"\n{columns} | {columns} | {columns}\n"
    zeros = ["0"] * 5
    repeated = heads + " | ".join(zeros * 2) + f" |\n{heads}" + " | ".join(zeros)
    of_blocks = "\n".join(f"项目 | {columns}\n{each.label} | " + " | ".join(zeros) for each in BLOCKS.rows)
    torn = f"行政复议 | 行政诉讼\n0 | 0 | 0\n{columns}\n" + " | ".join(zeros)
    for text, doubted in ((repeated, False), (of_blocks, False), (torn, True)):
        assert bool(doubt_moved(Remains(fill(text, BLOCKS)))) is doubted
