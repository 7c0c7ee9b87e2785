"""Kinds in which lines stand beside the rows: heads, units, furniture, rules; fixed width; no values."""

from random import Random

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import BLANKS, Page, draw_page, page_to_lines, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import (
    FIRST,
    OMIT,
    REPEAT,
    Grid,
    align,
    grid_to_columns,
    grid_to_csv,
    grid_to_markdown,
    grid_to_pipes,
    pad_grid,
    sheet_to_grid,
    value_rows,
    width_of,
)
from training.tables.synthesis import TrueReport


@rendering("fixed_width", VALIDATION)
def left_columns(rng: Random) -> Foreign:
    """Columns of fixed width, cells to the left, empty ones are blanks."""
    page = draw_page(rng, rng.choice(BLANKS))
    gap = rng.randint(2, 4)
    return text_document(
        page_to_text(page, lambda sheet: grid_to_columns(sheet_to_grid(sheet, FIRST), gap)), page_to_truth(page)
    )


@rendering("fixed_width", TEST)
def right_columns(rng: Random) -> Foreign:
    """`pdftotext -layout` of a ruled table: labels to the left, numbers to the right."""
    page = draw_page(rng, rng.choice(BLANKS))

    def write(sheet: Sheet) -> list[str]:
        return ["   " + line for line in grid_to_columns(sheet_to_grid(sheet, FIRST), rng.randint(1, 5), right=True)]

    return text_document(page_to_text(page, write), page_to_truth(page))


def _rows(sheet: Sheet) -> Grid:
    return [[labels[-1].text if labels else "件数", *(c.text for c in values)] for labels, values in value_rows(sheet)]


@rendering("repeated_header", VALIDATION)
def header_before_every_row(rng: Random) -> Foreign:
    """Every row is a Markdown table of its own with a made-up header."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for row in _rows(sheet):
            lines += [*grid_to_markdown([["类别", *(f"数据{k}" for k in range(1, len(row)))], row]), ""]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("repeated_header", TEST)
def columns_named_again(rng: Random) -> Foreign:
    """The heads of the columns come again above every row."""
    page = draw_page(rng)
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    names = rng.random() < 0.5

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for row in _rows(sheet):
            head = heads if len(row) == 8 and names else [f"col_{k}" for k in range(1, len(row))]
            lines += grid_to_pipes([["项目", *head], row], lead=False)
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("line_a_row", VALIDATION)
def unit_behind_rows(rng: Random) -> Foreign:
    """A unit on a line of its own behind every row."""
    page = draw_page(rng)
    unit = rng.choice(("(单位:件)", "单位：件", "计量单位:件"))

    def write(sheet: Sheet) -> list[str]:
        return [line for row in grid_to_pipes(sheet_to_grid(sheet, OMIT)) for line in (row, unit)]

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("line_a_row", TEST)
def line_numbers(rng: Random) -> Foreign:
    """Every line has its number in front: `12: …` or `[12]`."""
    page = draw_page(rng)
    form = rng.choice(("{k}: {line}", "[{k}] {line}", "{k:>4}\t{line}", "L{k} {line}"))
    lines = page_to_lines(page, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False))
    return text_document("\n".join(form.format(k=k, line=line) for k, line in enumerate(lines, 1)), page_to_truth(page))


@rendering("line_a_row", TEST)
def number_line_before_rows(rng: Random) -> Foreign:
    """A line with the row's number in front of every row of table 三."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        rows = grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)
        return rows if sheet.table != APPLICATIONS else [x for k, row in enumerate(rows, 1) for x in (f"第{k}行", row)]

    return text_document(page_to_text(page, write), page_to_truth(page))


def _with_furniture(page: Page, furniture: list[list[str]], rng: Random) -> list[str]:
    """Furniture of pages between rows, every dozen lines or so."""
    lines = page_to_lines(page, lambda sheet: [" ".join(filter(None, row)) for row in sheet_to_grid(sheet, OMIT)])
    told: list[str] = []
    left, number = rng.randint(8, 16), 0
    for line in lines:
        told.append(line)
        left -= 1
        if not left:
            told += [piece.format(n=number + 1, title=page.title) for piece in furniture[number % len(furniture)]]
            left, number = rng.randint(8, 16), number + 1
    return told


@rendering("page_furniture", VALIDATION)
def page_numbers_between(rng: Random) -> Foreign:
    """`— 3 —` and the title of the report between the rows of a page."""
    page = draw_page(rng)
    lines = _with_furniture(page, [["— {n} —", ""], ["- {n} -", "{title}"]], rng)
    return text_document("\n".join(lines) + "\n", page_to_truth(page))


@rendering("page_furniture", TEST)
def printed_from_browser(rng: Random) -> Foreign:
    """Address, date and count of pages between rows, a form feed with them."""
    page = draw_page(rng)
    date = f"{page.report.year + 1}/1/{rng.randint(8, 28)}"
    foot = ["http://www.example.gov.cn/art/2021/1/28/art_1229_3.html {n}/9", f"\f{date} {{title}}"]
    return text_document("\n".join(_with_furniture(page, [foot, ["第 {n} 页 共 9 页"]], rng)), page_to_truth(page))


def _padded_lines(sheet: Sheet, form: str) -> list[str]:
    lines = []
    for place, row in enumerate(sheet.rows):
        pad = max(0, sheet.width - len(row)) if place < len(sheet.rows) - 1 else 0
        if form == "rows":
            lines.append(" ".join(f"{c.text} |" if c.text else " |" for c in row) + (" " + "|" * pad if pad else ""))
            continue
        for cell in row:
            lines += [f"{cell.text} |" if cell.text else "|"] if form == "lines" else [cell.text, "|"]
        lines += ["|" * pad] if pad else []
    return lines


@rendering("review_padded", VALIDATION)
def review_in_padded_rows(rng: Random) -> Foreign:
    """`1 |  |  |  | 1 | …`: table 四 with blanks under a header that `|||||` pads."""
    page = draw_page(rng, rng.choice(BLANKS), accept=_has_review)
    return text_document(page_to_text(page, lambda sheet: _padded_lines(sheet, "rows")), page_to_truth(page))


@rendering("review_padded", TEST)
def review_in_padded_lines(rng: Random) -> Foreign:
    """The same with a value a line, its bar behind it or below."""
    page = draw_page(rng, rng.choice(BLANKS), accept=_has_review)
    form = rng.choice(("lines", "below"))
    return text_document(page_to_text(page, lambda sheet: _padded_lines(sheet, form)), page_to_truth(page))


def _has_review(report: TrueReport) -> bool:
    held = report.tables[REVIEW_LITIGATION]
    values = [] if held is None else [cell.value for cell in held.cells.values()]
    return any(values) and None in values


@rendering("no_values", VALIDATION)
def frames_of_pandas(rng: Random) -> Foreign:
    """`NaN` where nothing is, an index in front and numbers above, as a frame is printed or told in Markdown."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))

    def write(sheet: Sheet) -> list[str]:
        grid = [[cell or "NaN" for cell in row] for row in sheet_to_grid(sheet, FIRST)]
        grid = pad_grid(grid, sheet.width, "NaN")
        return grid_to_markdown([["", *map(str, range(sheet.width))], *([str(k), *r] for k, r in enumerate(grid))])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("no_values", VALIDATION)
def markitdown_sheet(rng: Random) -> Foreign:
    """A sheet in Markdown: `Unnamed: 1` above, `NaN` in empty cells."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        grid = pad_grid([[cell or "NaN" for cell in row] for row in sheet_to_grid(sheet, FIRST)], sheet.width, "NaN")
        return grid_to_markdown([[grid[0][0], *(f"Unnamed: {k}" for k in range(1, sheet.width))], *grid[1:]])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("no_values", TEST)
def none_in_csv(rng: Random) -> Foreign:
    """`None` or `nan` in a CSV file with an index and `Unnamed` heads."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))
    nothing = rng.choice(("None", "nan", "NULL", "<NA>"))

    def write(sheet: Sheet) -> list[str]:
        grid = [[cell or nothing for cell in row] for row in sheet_to_grid(sheet, FIRST)]
        heads = ["", *(f"Unnamed: {k}" for k in range(sheet.width))]
        return grid_to_csv([heads, *([str(k), *row] for k, row in enumerate(pad_grid(grid, sheet.width, nothing)))])

    return text_document(page_to_text(page, write), page_to_truth(page), ending="csv")


@rendering("no_values", TEST)
def printed_frame(rng: Random) -> Foreign:
    """A frame printed with its columns aligned to the right, `NaN` and `...` among them."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        grid = [[str(k), *(cell or "NaN" for cell in row)] for k, row in enumerate(sheet_to_grid(sheet, FIRST))]
        heads = ["", *map(str, range(sheet.width))]
        rows = pad_grid([heads, *grid], sheet.width + 1, "NaN")
        widths = [max(width_of(row[k]) for row in rows) for k in range(sheet.width + 1)]
        return [" ".join(align(c, w, right=True) for c, w in zip(row, widths, strict=True)) for row in rows]

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("rules_of_dashes", VALIDATION)
def pandoc_grid(rng: Random) -> Foreign:
    """A grid table: `+----+----+` between all rows."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))

    def write(sheet: Sheet) -> list[str]:
        grid = sheet_to_grid(sheet, FIRST)
        widths = [max(width_of(row[k]) for row in grid) for k in range(len(grid[0]))]
        rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
        lines = [rule]
        for row in grid:
            lines += ["| " + " | ".join(align(c, w) for c, w in zip(row, widths, strict=True)) + " |", rule]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("rules_of_dashes", VALIDATION)
def dashes_between_rows(rng: Random) -> Foreign:
    """A line of dashes in cells between the rows: `| --- | --- |`."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for row in grid_to_pipes(sheet_to_grid(sheet, REPEAT)):
            lines += [row, "| " + " | ".join(["---"] * (row.count("|") - 1)) + " |"]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("rules_of_dashes", TEST)
def boxes(rng: Random) -> Foreign:
    """A table of box characters."""
    page = draw_page(rng, rng.choice(("zeros", *BLANKS)))

    def write(sheet: Sheet) -> list[str]:
        grid = sheet_to_grid(sheet, FIRST)
        widths = [max(width_of(row[k]) for row in grid) for k in range(len(grid[0]))]
        rule = "├" + "┼".join("─" * (width + 2) for width in widths) + "┤"
        lines = [rule.replace("├", "┌").replace("┼", "┬").replace("┤", "┐")]
        for row in grid:
            lines += ["│ " + " │ ".join(align(c, w) for c, w in zip(row, widths, strict=True)) + " │", rule]
        return [*lines[:-1], rule.replace("├", "└").replace("┼", "┴").replace("┤", "┘")]

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("rules_of_dashes", TEST)
def simple_table(rng: Random) -> Foreign:
    """Columns of fixed width between `=====` or `-----`."""
    page = draw_page(rng)
    mark = rng.choice("=-—")

    def write(sheet: Sheet) -> list[str]:
        lines = grid_to_columns(sheet_to_grid(sheet, FIRST))
        rule = mark * rng.randint(20, 80)
        cells = " ".join([mark * 6] * sheet.width)
        heads = sum(not any(cell.kind == VALUE for cell in row) for row in sheet.rows[:3])
        return [rule, *lines[:heads], cells, *lines[heads:], rule]

    return text_document(page_to_text(page, write), page_to_truth(page))
