from gouji.readers.page.grids import Grid, GridCell, continues, join_grids

XS = (50.0, 150.0, 200.0, 250.0)


def row(number: int, *texts: str, page: int = 1) -> list[GridCell]:
    return [
        GridCell(number, k, 1, 1, text, page, (XS[k], 20.0 * number, XS[k + 1], 20.0 * number + 20))
        for k, text in enumerate(texts)
    ]


def grid(*rows: list[GridCell]) -> Grid:
    return Grid(XS, len(rows), tuple(cell for cells in rows for cell in cells))


def texts(joined: Grid) -> list[list[str]]:
    return [[cell.text for cell in joined.cells if cell.row == n] for n in range(joined.rows)]


def test_parts_of_a_table_are_put_under_one_another() -> None:
    above, below = (
        grid(row(0, "1.属于国家秘密", "1", "0")),
        grid(row(0, "2.其他法律行政法规禁止公开", "0", "0", page=2)),
    )
    assert continues(above, below)
    assert texts(join_grids(above, below)) == [["1.属于国家秘密", "1", "0"], ["2.其他法律行政法规禁止公开", "0", "0"]]


def test_a_label_that_a_page_break_cuts_is_one_label() -> None:
    above, below = grid(row(0, "5.要求行政机关确认或重", "3", "0")), grid(row(0, "新出具已获取信息", "", "", page=2))
    assert texts(join_grids(above, below)) == [["5.要求行政机关确认或重新出具已获取信息", "3", "0"]]


def test_numbers_on_the_page_after_their_label_come_to_it() -> None:
    joined = join_grids(grid(row(0, "3.其他", "", "")), grid(row(0, "", "7", "8", page=2)))
    assert texts(joined) == [["3.其他", "7", "8"]]
    assert [cell.page for cell in joined.cells] == [1, 2, 2]


def test_a_row_of_blanks_is_not_a_cut_row() -> None:
    joined = join_grids(grid(row(0, "2.重复申请", "", "")), grid(row(0, "3.要求提供公开出版物", "1", "1", page=2)))
    assert texts(joined) == [["2.重复申请", "", ""], ["3.要求提供公开出版物", "1", "1"]]


def test_numbers_under_headers_stay_a_row_of_their_own() -> None:
    joined = join_grids(grid(row(0, "结果维持", "结果纠正", "总计")), grid(row(0, "1", "0", "1", page=2)))
    assert texts(joined) == [["结果维持", "结果纠正", "总计"], ["1", "0", "1"]]


def test_a_group_label_goes_on_over_the_break() -> None:
    above = grid(row(0, "(三)不予公开", "1.属于国家秘密", "1"))
    below = grid(row(0, "", "2.其他法律行政法规禁止公开", "0", page=2))
    group = join_grids(above, below).cells[0]
    assert (group.text, group.row_span) == ("(三)不予公开", 2)


def test_a_table_of_another_width_does_not_go_on() -> None:
    above = grid(row(0, "规章", "1", "2"))
    below = Grid((50.0, 300.0, 400.0), 1, (GridCell(0, 0, 1, 1, "a", 2, (50, 0, 300, 20)),))
    assert not continues(above, below)
    assert not continues(above, grid(row(0, "", "申请人情况", "", page=2)))


def test_columns_of_the_parts_are_laid_over_one_another() -> None:
    wide = Grid((50.0, 150.0, 250.0), 1, (GridCell(0, 1, 1, 1, "550", 2, (150, 0, 250, 20)),))
    joined = join_grids(grid(row(0, "规章", "1", "2")), wide)
    assert [(cell.column, cell.column_span) for cell in joined.cells if cell.text == "550"] == [(1, 2)]
