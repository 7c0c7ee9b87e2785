"""Kinds in which every row carries more than its numbers, heads come again between rows, or table 四 holds little."""

from random import Random

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import draw_page, page_to_html, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import (
    OMIT,
    REPEAT,
    grid_to_html,
    grid_to_markdown,
    grid_to_pipes,
    sheet_to_grid,
    value_rows,
)
from training.tables.synthesis import TrueReport

_APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def _sparse(report: TrueReport) -> bool:
    """Whether numbers stand in one or two blocks of table 四 and the rest is blank."""
    held = report.tables[REVIEW_LITIGATION]
    if held is None:
        return False
    blocks = [[held.cells[name].value for name in row.cells] for row in template(held.table, held.form).rows]
    return 1 <= sum(any(values) for values in blocks) <= 2 and any(None in values for values in blocks)


def _padded(sheet: Sheet, blank: str, pad: str) -> list[str]:
    lines = []
    for place, row in enumerate(sheet.rows):
        more = sheet.width - len(row) if place < len(sheet.rows) - 1 else 0
        lines.append("".join(f"{cell.text} | " if cell.text else blank for cell in row) + pad * more)
    return lines


@rendering("review_padded", VALIDATION)
def sparse_review_rows(rng: Random) -> Foreign:
    """`1 |  |  |  | 1 | …`: one block of table 四 in use, all other cells blank, its header padded."""
    page = draw_page(rng, "all_blank", accept=_sparse)
    return text_document(page_to_text(page, lambda sheet: _padded(sheet, " | ", "|")), page_to_truth(page))


@rendering("review_padded", TEST)
def sparse_review_bars(rng: Random) -> Foreign:
    """The same, blanks as bars without a gap, or rows that open with a bar."""
    page = draw_page(rng, "all_blank", accept=_sparse)
    lead = rng.choice(("", "| "))

    def write(sheet: Sheet) -> list[str]:
        return [lead + line for line in _padded(sheet, "| ", "| " if rng.random() < 0.3 else "|")]

    return text_document(page_to_text(page, write), page_to_truth(page))


def _with_cells(sheet: Sheet, head: list[str], make: list[str] | None) -> list[list[str]]:
    """Rows with cells between label and values: a unit, a running number, or both (`make` None: a number)."""
    grid = []
    count = 0
    for place, row in enumerate(sheet.rows):
        values = [cell.text for cell in row if cell.kind == VALUE]
        labels = [cell.text for cell in row if cell.kind != VALUE]
        if values:
            count += 1
            labels += make if make is not None else [f"{count:02d}"]
        elif len(labels) > 1 and (place == 0 or sheet.table != APPLICATIONS):
            labels[1:1] = head
        grid.append(labels + values)
    return grid


@rendering("line_a_row", VALIDATION)
def unit_in_rows(rng: Random) -> Foreign:
    """A column 计量单位 between the labels and the values of tables 二 and 三."""
    page = draw_page(rng)
    unit = rng.choice(("件", "(件)", "件/次"))

    def write(sheet: Sheet) -> list[str]:
        if sheet.table == REVIEW_LITIGATION:
            return grid_to_pipes(sheet_to_grid(sheet, OMIT))
        return grid_to_pipes(_with_cells(sheet, ["计量单位"], [unit]))

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("line_a_row", VALIDATION)
def unit_and_number_lines(rng: Random) -> Foreign:
    """A cell a line, and behind every row a line with the unit or with its number."""
    page = draw_page(rng)
    unit = rng.choice(("单位:件", "-{k}-", "({k})"))

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for k, row in enumerate(sheet.rows, 1):
            lines += [*(f"{cell.text} |" for cell in row), unit.format(k=k)]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("line_a_row", TEST)
def number_in_rows(rng: Random) -> Foreign:
    """A column 行次 with `01`, `02`, … between the labels and the values of tables 二 and 三, in a web page."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> str:
        if sheet.table == REVIEW_LITIGATION:
            return grid_to_html(sheet_to_grid(sheet, OMIT))
        return grid_to_html(_with_cells(sheet, ["行次"], None))

    return text_document(page_to_html(page, write), page_to_truth(page), ending="html")


@rendering("page_furniture", VALIDATION)
def heads_on_every_page(rng: Random) -> Foreign:
    """Every few rows of table 三 a new page: its number, `(续表)` and the heads of the columns again."""
    page = draw_page(rng)
    step = rng.randint(3, 7)

    def write(sheet: Sheet) -> list[str]:
        lines = grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)
        if sheet.table != APPLICATIONS:
            return lines
        heads = [line for line, row in zip(lines, sheet.rows, strict=True) if not any(c.kind == VALUE for c in row)]
        told = []
        for k, line in enumerate(lines):
            if k > len(heads) and not k % step:
                told += [f"第{k // step}页", "(续表)", *heads]
            told.append(line)
        return told

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("page_furniture", TEST)
def tables_cut_by_pages(rng: Random) -> Foreign:
    """A converter makes a Markdown table of every page of table 三, its first row taken for the header."""
    page = draw_page(rng)
    step = rng.randint(4, 9)

    def write(sheet: Sheet) -> list[str]:
        grid = sheet_to_grid(sheet, REPEAT)
        if sheet.table != APPLICATIONS:
            return grid_to_markdown(grid)
        lines = []
        for k in range(0, len(grid), step):
            lines += [*grid_to_markdown(grid[k : k + step]), "", f"<!-- page {k // step + 2} -->", ""]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")


@rendering("repeated_header", VALIDATION)
def numbers_above_every_row(rng: Random) -> Foreign:
    """Every row a table of its own in a web page, `列1 列2 …` above it."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> str:
        parts = []
        for labels, values in value_rows(sheet):
            row = [labels[-1].text if labels else "数量", *(cell.text for cell in values)]
            parts.append(grid_to_html([["名称", *(f"列{k}" for k in range(1, len(row)))], row]))
        return "\n".join(parts)

    return text_document(page_to_html(page, write), page_to_truth(page), ending="html")


@rendering("repeated_header", TEST)
def applicants_above_every_row(rng: Random) -> Foreign:
    """Every row of table 三 a Markdown table of its own, the applicants above it."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        if sheet.table != APPLICATIONS:
            return grid_to_markdown(sheet_to_grid(sheet, REPEAT))
        lines = []
        for labels, values in value_rows(sheet):
            lines += [*grid_to_markdown([["", *_APPLICANTS], [labels[-1].text, *(c.text for c in values)]]), ""]
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page), ending="md")
