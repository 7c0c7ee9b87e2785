"""Kinds of running text: labels and digits glued, digits apart, blanks in numbers, bare rows, few rows left."""

from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES, template
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import (
    Page,
    change_values,
    draw_page,
    page_to_html,
    page_to_lines,
    page_to_text,
    page_to_truth,
)
from training.pages.sheets import Sheet
from training.pages.writers import (
    OMIT,
    grid_to_csv,
    grid_to_markdown,
    grid_to_pipes,
    sheet_to_grid,
    sheet_to_html,
    value_rows,
)
from training.tables.synthesis import TrueReport


def _glue(sheet: Sheet) -> list[str]:
    return ["".join(cell.text for cell in row) for row in sheet.rows]


@rendering("glued", VALIDATION)
def one_paragraph(rng: Random) -> Foreign:
    """Everything in one paragraph, no blank between label and digits, as copying without cell borders leaves it."""
    page = draw_page(rng)
    lines = [page.title + " ", *page_to_lines(page, lambda sheet: ["".join(_glue(sheet))], title=False)]
    head = f"标题：{page.title}\n栏目：信息公开年报\n\n"
    return text_document(head + "".join(lines) + "\n", page_to_truth(page))


@rendering("glued", VALIDATION)
def glued_rows(rng: Random) -> Foreign:
    """A row a line, its cells glued."""
    page = draw_page(rng)
    return text_document(page_to_text(page, _glue), page_to_truth(page))


@rendering("glued", VALIDATION)
def glued_values_in_html(rng: Random) -> Foreign:
    """A paragraph a row; label and digits in one run."""
    page = draw_page(rng)
    html = page_to_html(page, lambda sheet: "".join(f"<p>{line}</p>" for line in _glue(sheet)))
    return text_document(html, page_to_truth(page), ending="html")


@rendering("glued", TEST)
def label_apart(rng: Random) -> Foreign:
    """The label, a blank, the values joined."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for row in sheet.rows:
            labels = " ".join(cell.text for cell in row if cell.kind != VALUE)
            lines.append(f"{labels} " + "".join(cell.text for cell in row if cell.kind == VALUE))
        return lines

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("glued", TEST)
def a_table_a_paragraph(rng: Random) -> Foreign:
    """Each table one paragraph of glued cells, between sentences on lines of their own."""
    page = draw_page(rng)
    return text_document(page_to_text(page, lambda sheet: ["".join(_glue(sheet))], "\n\n"), page_to_truth(page))


@rendering("digits_apart", VALIDATION)
def digits_with_blanks(rng: Random) -> Foreign:
    """`7 0 5` in cells between pipes."""
    page = draw_page(rng, accept=_has_long_numbers)
    shown = change_values(page, " ".join)
    text = page_to_text(shown, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False))
    return text_document(text, page_to_truth(page))


@rendering("digits_apart", TEST)
def a_digit_a_cell(rng: Random) -> Foreign:
    """A pipe between the digits of a number, too."""
    page = draw_page(rng, accept=_has_long_numbers)
    shown = change_values(page, " | ".join)
    return text_document(
        page_to_text(shown, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT))), page_to_truth(page)
    )


def _has_long_numbers(report: TrueReport) -> bool:
    held = report.tables[APPLICATIONS]
    return held is not None and any((cell.value or 0) >= 10 for cell in held.cells.values())


def _has_thousands(report: TrueReport) -> bool:
    cells = [cell for table in report.tables.values() if table is not None for cell in table.cells.values()]
    return sum((cell.value or 0) >= 1000 for cell in cells) >= 4


def _thousands(mark: str, page: Page) -> Page:
    def change(text: str) -> str:
        whole, dot, rest = text.partition(".")
        return f"{int(whole):,}".replace(",", mark) + dot + rest if whole else text

    return change_values(page, change)


@rendering("thousands_blank", VALIDATION)
def thousands_in_pipes(rng: Random) -> Foreign:
    """`517 645` between pipes."""
    page = draw_page(rng, accept=_has_thousands)
    shown = _thousands(" ", page)
    return text_document(
        page_to_text(shown, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT))), page_to_truth(page)
    )


@rendering("thousands_blank", VALIDATION)
def thousands_in_csv(rng: Random) -> Foreign:
    """No-break blanks in numbers of a CSV file."""
    page = draw_page(rng, accept=_has_thousands)
    shown = _thousands("\u00a0", page)
    return text_document(page_to_text(shown, lambda sheet: grid_to_csv(sheet_to_grid(sheet))), page_to_truth(page))


@rendering("thousands_blank", TEST)
def thin_blanks_in_html(rng: Random) -> Foreign:
    """Thin blanks in cells of a web page."""
    page = draw_page(rng, accept=_has_thousands)
    shown = _thousands(rng.choice(("\u2009", "\u202f", "&nbsp;")), page)
    html = page_to_html(shown, lambda sheet: sheet_to_html(sheet, lambda cell: cell.text))
    return text_document(html, page_to_truth(page), ending="html")


@rendering("bare_rows", VALIDATION)
def rows_of_numbers(rng: Random) -> Foreign:
    """Numbers alone, a row a line, blanks between."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        return [" ".join(cell.text for cell in values) for _, values in value_rows(sheet)]

    def some(sheet: Sheet) -> list[str]:
        return write(sheet) if sheet.table == APPLICATIONS else grid_to_pipes(sheet_to_grid(sheet, OMIT))

    return text_document(page_to_text(page, some), page_to_truth(page))


@rendering("bare_rows", TEST)
def rows_of_piped_numbers(rng: Random) -> Foreign:
    """Rows between pipes whose labels are lost in all of table 三; the heads of its columns stand."""
    page = draw_page(rng)

    def write(sheet: Sheet) -> list[str]:
        if sheet.table != APPLICATIONS:
            return grid_to_markdown(sheet_to_grid(sheet, "repeat"))
        lines = grid_to_pipes([[c.text for c in row] for row in sheet.rows if not any(x.kind == VALUE for x in row)])
        return lines + grid_to_pipes([[cell.text for cell in values] for _, values in value_rows(sheet)])

    return text_document(page_to_text(page, write), page_to_truth(page))


@rendering("bare_rows", TEST)
def some_labels_lost(rng: Random) -> Foreign:
    """A few labels of table 三 are lost between labelled rows."""
    page = draw_page(rng)
    lost = set(rng.sample(range(2, 20), rng.randint(2, 5)))

    def write(sheet: Sheet) -> list[str]:
        lines = []
        for place, (labels, values) in enumerate(value_rows(sheet)):
            gone = sheet.table == APPLICATIONS and place in lost
            lines.append(" | ".join(c.text for c in ([] if gone else labels[-1:]) + values) + " |")
        return lines if sheet.table == APPLICATIONS else grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)

    return text_document(page_to_text(page, write), page_to_truth(page))


_TELLING = {"permits", "other_processing", "other_miscellaneous"}  # rows by which a person knows the form


def _keep_rows(page: Page, rng: Random, most: int) -> dict[str, set[str]]:
    kept = {}
    for table in (ACTIVE_DISCLOSURE, APPLICATIONS):
        held = page.report.tables[table]
        assert held is not None
        keys = [row.key for row in template(table, held.form).rows]
        kept[table] = set(rng.sample(keys, rng.randint(1, min(most, len(keys))))) | (_TELLING & set(keys))
    return kept


def _left(sheet: Sheet, kept: dict[str, set[str]]) -> list[tuple[str, list[str]]]:
    rows = []
    for labels, values in value_rows(sheet):
        row = values[0].row
        if sheet.table not in kept or row in kept[sheet.table]:
            rows.append((labels[-1].text if labels else "", [cell.text for cell in values]))
    return rows


@rendering("few_rows", VALIDATION)
def few_markdown_rows(rng: Random) -> Foreign:
    """Under `## 表二` some rows with pipes, most of them and all heads gone."""
    page = draw_page(rng)
    kept = _keep_rows(page, rng, 4)
    names = dict(zip(TABLES, ("表二", "表三", "表四"), strict=True))

    def write(sheet: Sheet) -> list[str]:
        lines = [f"## {names[sheet.table]}"]
        return lines + [
            f"| {' | '.join([label, *values] if label else values)} |" for label, values in _left(sheet, kept)
        ]

    return text_document(page_to_text(page, write), page_to_truth(page, rows=kept))


@rendering("few_rows", VALIDATION)
def few_tabbed_rows(rng: Random) -> Foreign:
    """A few rows with tabs, copied out of the table."""
    page = draw_page(rng)
    kept = _keep_rows(page, rng, 6)

    def write(sheet: Sheet) -> list[str]:
        return ["\t".join([label, *values]).strip("\t") for label, values in _left(sheet, kept)]

    return text_document(page_to_text(page, write), page_to_truth(page, rows=kept))


@rendering("few_rows", TEST)
def few_html_rows(rng: Random) -> Foreign:
    """A search result shows some rows of the tables as HTML."""
    page = draw_page(rng)
    kept = _keep_rows(page, rng, 5)

    def write(sheet: Sheet) -> str:
        rows = ("".join(f"<td>{t}</td>" for t in [label, *values] if t) for label, values in _left(sheet, kept))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    return text_document(page_to_html(page, write), page_to_truth(page, rows=kept), ending="html")


@rendering("few_rows", TEST)
def few_piped_lines(rng: Random) -> Foreign:
    """`value |` a line, of a few rows."""
    page = draw_page(rng)
    kept = _keep_rows(page, rng, 5)

    def write(sheet: Sheet) -> list[str]:
        return [f"{text} |" for label, values in _left(sheet, kept) for text in [label, *values] if text]

    return text_document(page_to_text(page, write), page_to_truth(page, rows=kept))
