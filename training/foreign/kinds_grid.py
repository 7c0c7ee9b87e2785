"""Kinds of grids: padding, wide and shifted grids, columns in one cell, turned tables, repeated cells."""

from collections.abc import Callable
from random import Random

from gouji.forms import APPLICATIONS, TABLES
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import BLANKS, Page, draw_page, page_to_html, page_to_lines, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import (
    FIRST,
    OMIT,
    REPEAT,
    Grid,
    grid_to_csv,
    grid_to_html,
    grid_to_markdown,
    grid_to_pipes,
    pad_grid,
    sheet_to_grid,
    sheet_to_html,
    value_rows,
)


def _as_sheet(page: Page, width: int) -> Grid:
    """The whole page as one sheet of a workbook: a line of text is a row, merged cells are empty, all rows padded."""
    grid: Grid = [[page.title], *([line] for line in page.before)]
    for table in TABLES:
        heading, sentences = page.sections[table]
        grid += [[heading], *([line] for line in sentences), *sheet_to_grid(page.sheets[table], FIRST)]
    return pad_grid([*grid, *([line] for line in page.after)], width)


@rendering("padding", VALIDATION)
def bars_behind_rows(rng: Random) -> Foreign:
    """Up to sixty bars behind every row."""
    page = draw_page(rng)
    bars = rng.randint(5, 60)
    glue = rng.choice(("|", " |"))

    def write(sheet: Sheet) -> list[str]:
        return [line + glue * bars for line in grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)]

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("padding", VALIDATION)
def padded_csv(rng: Random) -> Foreign:
    """A sheet as CSV, every row padded to the widest column in use."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    lines = grid_to_csv(_as_sheet(page, rng.randint(15, 40)))
    return text_document("\n".join(lines) + "\n", page_to_truth(page), ending=rng.choice(("csv", "txt")))


@rendering("padding", VALIDATION)
def tables_padded_csv(rng: Random) -> Foreign:
    """Only the tables are CSV, each padded on its own to 7 to 40 columns."""
    page = draw_page(rng)
    more = rng.randint(0, 25)

    def write(sheet: Sheet) -> list[str]:
        return grid_to_csv(pad_grid(sheet_to_grid(sheet, FIRST), max(7, sheet.width) + more))

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("padding", TEST)
def wide_markdown(rng: Random) -> Foreign:
    """Markdown with empty columns to the right."""
    page = draw_page(rng)
    more = rng.randint(3, 40)

    def write(sheet: Sheet) -> list[str]:
        return grid_to_markdown(pad_grid(sheet_to_grid(sheet, FIRST), sheet.width + more))

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("padding", TEST)
def quoted_csv(rng: Random) -> Foreign:
    """A sheet as CSV with quotes or semicolons, padded."""
    page = draw_page(rng)
    lines = grid_to_csv(_as_sheet(page, rng.randint(15, 40)), rng.choice((",", ";")), quote=True)
    return text_document("\ufeff" + "\n".join(lines) + "\n", page_to_truth(page), ending="csv")


@rendering("padding", TEST)
def trailing_tabs(rng: Random) -> Foreign:
    """A sheet copied with all its empty columns: tabs."""
    page = draw_page(rng)
    lines = grid_to_csv(_as_sheet(page, rng.randint(15, 40)), "\t")
    return text_document("\n".join(lines) + "\n", page_to_truth(page))


def _wide(sheet: Sheet) -> Grid:
    return pad_grid(sheet_to_grid(sheet, FIRST), 15)


@rendering("wide_grid", VALIDATION)
def one_wide_table(rng: Random) -> Foreign:
    """All three tables in one `<table>` of fifteen columns, label columns kept."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    html = f"<html><head><meta charset=utf-8><title>{page.title}</title></head><body>"
    html += grid_to_html(_as_sheet(page, 15), '<table border="1">') + "</body></html>"
    return text_document(html, page_to_truth(page), ending="html")


@rendering("wide_grid", VALIDATION)
def wide_csv(rng: Random) -> Foreign:
    """Each table as CSV of fifteen columns."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    return text_document(page_to_text(page, lambda sheet: grid_to_csv(_wide(sheet))), page_to_truth(page))


@rendering("wide_grid", TEST)
def one_wide_markdown(rng: Random) -> Foreign:
    """A workbook's sheet as one Markdown table of fifteen columns."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    return text_document("\n".join(grid_to_markdown(_as_sheet(page, 15))) + "\n", page_to_truth(page), ending="md")


@rendering("wide_grid", TEST)
def wide_tables_in_html(rng: Random) -> Foreign:
    """Each table with fifteen cells a row, no spans."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    return text_document(page_to_html(page, lambda s: grid_to_html(_wide(s))), page_to_truth(page), ending="html")


@rendering("shifted_labels", VALIDATION)
def empty_first_column(rng: Random) -> Foreign:
    """An empty column, or a running number, in front of every row."""
    page = draw_page(rng)
    numbered = rng.random() < 0.5

    def write(sheet: Sheet) -> list[str]:
        grid = sheet_to_grid(sheet, FIRST)
        return grid_to_markdown([[str(k) if numbered else "", *row] for k, row in enumerate(grid)])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("shifted_labels", TEST)
def labels_pushed_right(rng: Random) -> Foreign:
    """Labels stand in the last of the three label columns, values one or two columns further than their heads."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        grid = []
        for row, cells in zip(sheet.rows, sheet_to_grid(sheet, FIRST), strict=True):
            if sheet.table == APPLICATIONS and any(cell.kind == VALUE for cell in row):
                labels = [cell.text for cell in row if cell.kind != VALUE]
                cells = [""] * (4 - len(labels)) + labels + [cell.text for cell in row if cell.kind == VALUE]
            grid.append(cells)
        return grid_to_csv(pad_grid(grid, max(map(len, grid))))

    return text_document(page_to_text(page, write), page_to_truth(page), ending="csv")


def _column_cells(sheet: Sheet, glue: str) -> list[str]:
    """All labels in one cell, and each column in one cell."""
    rows = value_rows(sheet)
    labels = glue.join(found[-1].text if found else "" for found, _ in rows)
    return [labels, *(glue.join(values[k].text for _, values in rows) for k in range(len(rows[0][1])))]


@rendering("column_in_one_cell", VALIDATION)
def columns_with_breaks(rng: Random) -> Foreign:
    """One row of cells; in each a whole column of table 三, `<br>` between the values."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> str:
        if sheet.table != APPLICATIONS:
            return sheet_to_html(sheet)
        heads = ["项目", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
        return grid_to_html([heads, _column_cells(sheet, "<br>")], '<table border="1">')

    return text_document(page_to_html(page, write), page_to_truth(page), ending="html")


@rendering("column_in_one_cell", TEST)
def markdown_breaks(rng: Random) -> Foreign:
    """The same in Markdown."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        if sheet.table != APPLICATIONS:
            return grid_to_markdown(sheet_to_grid(sheet, FIRST))
        heads = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
        return grid_to_markdown([heads, _column_cells(sheet, "<br>")])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


def _turn(sheet: Sheet) -> Grid:
    rows = value_rows(sheet)
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    grid = [["申请人", *(labels[-1].text if labels else "" for labels, _ in rows)]]
    return grid + [[head, *(values[k].text for _, values in rows)] for k, head in enumerate(heads)]


@rendering("transposed", VALIDATION)
def turned_html(rng: Random) -> Foreign:
    """Table 三 turned: applicants down, rows across."""
    page = draw_page(rng)
    html = page_to_html(page, lambda s: grid_to_html(_turn(s)) if s.table == APPLICATIONS else sheet_to_html(s))
    return text_document(html, page_to_truth(page), ending="html")


@rendering("transposed", TEST)
def turned_text(rng: Random) -> Foreign:
    """Table 三 turned, as Markdown or CSV."""
    page = draw_page(rng)
    write_grid: Callable[[Grid], list[str]] = rng.choice((grid_to_markdown, grid_to_csv))

    def write(sheet: Sheet) -> list[str]:
        return write_grid(_turn(sheet) if sheet.table == APPLICATIONS else sheet_to_grid(sheet))

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("last_cell_repeated", VALIDATION)
def repeated_markdown(rng: Random) -> Foreign:
    """Merged cells repeated, numbers among them, the rest of the grid filled with the last cell."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        return grid_to_markdown([row + [row[-1]] * (sheet.width - len(row)) for row in sheet_to_grid(sheet, REPEAT)])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("last_cell_repeated", TEST)
def repeated_pipes(rng: Random) -> Foreign:
    """Rows without spans, each filled up to the widest with its last cell."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        grid = sheet_to_grid(sheet, OMIT)
        width = max(map(len, grid))
        return grid_to_pipes([row + [row[-1]] * (width - len(row)) for row in grid])

    return text_document(page_to_text(page, write), page_to_truth(page))


def _drop_zero_columns(page: Page) -> tuple[Callable[[Sheet], Grid], dict[str, list[str]]]:
    """A grid of table 三 without the columns that hold zeros only, and the cells that went."""
    rows = value_rows(page.sheets[APPLICATIONS])
    kept = [k for k in range(7) if any(values[k].text != "0" for _, values in rows)]
    gone = [values[k].cell or "" for _, values in rows for k in range(7) if k not in kept]
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]

    def lay(sheet: Sheet) -> Grid:
        if sheet.table != APPLICATIONS:
            return sheet_to_grid(sheet, FIRST)
        grid = [["事项", *(heads[k] for k in kept)]]
        return grid + [[found[-1].text, *(values[k].text for k in kept)] for found, values in value_rows(sheet)]

    return lay, {APPLICATIONS: gone}


@rendering("zero_columns_dropped", VALIDATION)
def dropped_in_markdown(rng: Random) -> Foreign:
    """Columns without a number other than 0 are left out, their heads with them."""
    page = draw_page(rng, accept=lambda report: report.size != "dense")
    lay, gone = _drop_zero_columns(page)
    text = page_to_text(page, lambda sheet: grid_to_markdown(lay(sheet)))
    return text_document(text, page_to_truth(page, empty=gone), ending="md")


@rendering("zero_columns_dropped", TEST)
def dropped_in_html(rng: Random) -> Foreign:
    """The same in a web page."""
    page = draw_page(rng, accept=lambda report: report.size != "dense")
    lay, gone = _drop_zero_columns(page)
    html = page_to_html(page, lambda sheet: grid_to_html(lay(sheet)))
    return text_document(html, page_to_truth(page, empty=gone), ending="html")


@rendering("tabs", VALIDATION)
def tabs_with_empty_cells(rng: Random) -> Foreign:
    """Copied out of a browser: tabs, and nothing between them where a cell is empty."""
    page = draw_page(rng, rng.choice(BLANKS))

    def write(sheet: Sheet) -> list[str]:
        return ["\t".join(row) for row in sheet_to_grid(sheet, OMIT)]

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("tabs", TEST)
def tabs_with_spans(rng: Random) -> Foreign:
    """Copied out of a sheet: merged cells leave empty cells, too; half of the pages carry numbers as zeros."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))

    def write(sheet: Sheet) -> list[str]:
        return ["\t".join(row) for row in sheet_to_grid(sheet, FIRST)]

    return text_document("\r\n".join(page_to_lines(page, write)) + "\r\n", page_to_truth(page))
