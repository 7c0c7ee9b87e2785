from gouji.readers.page.ink import Edge
from gouji.readers.page.ruled import edges_to_tables


def grid(xs: list[float], ys: list[float]) -> tuple[list[Edge], list[Edge]]:
    return [Edge(y, xs[0], xs[-1]) for y in ys], [Edge(x, ys[0], ys[-1]) for x in xs]


def places(horizontal: list[Edge], vertical: list[Edge]) -> list[list[tuple[int, int, int, int]]]:
    tables = edges_to_tables(horizontal, vertical)
    return [[(c.row, c.column, c.row_span, c.column_span) for c in table.cells] for table in tables]


def test_lines_make_cells() -> None:
    assert places(*grid([0, 50, 100], [0, 20, 40])) == [[(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]]


def test_a_missing_side_merges_two_cells() -> None:
    horizontal = [Edge(y, 0, 100) for y in (0, 20, 40)]
    vertical = [Edge(0, 0, 40), Edge(100, 0, 40), Edge(50, 20, 40)]
    assert places(horizontal, vertical) == [[(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]]


def test_rows_are_merged_too() -> None:
    horizontal = [Edge(0, 0, 100), Edge(40, 0, 100), Edge(20, 50, 100)]
    vertical = [Edge(x, 0, 40) for x in (0, 50, 100)]
    assert places(horizontal, vertical) == [[(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]]


def test_a_row_left_open_at_the_end_of_a_page_is_kept() -> None:
    horizontal = [Edge(0, 0, 100), Edge(20, 0, 100)]
    vertical = [Edge(x, 0, 45) for x in (0, 50, 100)]
    assert [cell[:2] for cell in places(horizontal, vertical)[0]] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_open_sides_are_closed_where_the_lines_end() -> None:
    horizontal = [Edge(y, 0, 150) for y in (0, 20, 40)]
    vertical = [Edge(50, 0, 40), Edge(100, 0, 40)]
    assert [cell[:2] for cell in places(horizontal, vertical)[0]] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_cells_with_borders_of_their_own_share_one_line() -> None:
    horizontal, vertical = [], []
    for x in (0.0, 52.0):
        for y in (0.0, 22.0):
            horizontal += [Edge(y, x, x + 50), Edge(y + 20, x, x + 50)]
            vertical += [Edge(x, y, y + 20), Edge(x + 50, y, y + 20)]
    assert places(horizontal, vertical) == [[(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]]


def test_frames_and_single_lines_are_no_tables() -> None:
    assert places(*grid([0, 100], [0, 40])) == []
    assert places([Edge(10, 0, 100)], []) == []


def test_lines_that_stand_near_one_another_do_not_run_together() -> None:
    strokes = [Edge(200 + 1.2 * n, 10, 19) for n in range(60)]
    horizontal, vertical = grid([0, 150, 400], [0, 20, 40])
    table = edges_to_tables(horizontal, vertical + strokes)[0]
    assert 150 in [round(x) for x in table.xs]
