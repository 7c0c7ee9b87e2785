"""Kinds of labels: explanations in brackets, footnote marks, clauses inside; and ordinary pages beside them."""

from random import Random

from gouji.forms import TABLES
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import HEADER, LABEL
from training.pages.page import Page, change_cells, draw_page, page_to_html, page_to_text, page_to_truth
from training.pages.sheets import SheetCell
from training.pages.writers import FIRST, OMIT, grid_to_markdown, grid_to_pipes, sheet_to_grid, sheet_to_html

_NOTES = (
    "(有制定权的机关填报,没有的填0)",
    "（填写{y}年新增的件数，不含{z}年结转的{n}件）",
    "(指以本机关名义发布的,共{n}类)",
    "（依据条例第{n}条办理的）",
    "(含委托下放的{n}项,如减少则以负数表示,例:-{n})",
    "（单位：件）",
    "(截至{y}年12月31日)",
)
_MARKS = ("①", "②", "*", "[1]", "[注2]", "¹", "※", "(注1)", "^{3}")


def _explain(page: Page, rng: Random, share: float) -> Page:
    year = page.report.year

    def change(cell: SheetCell) -> SheetCell:
        if cell.kind not in (LABEL, HEADER) or rng.random() > share or len(cell.text) < 2:
            return cell
        note = rng.choice(_NOTES).format(y=year, z=year - 1, n=rng.randint(2, 19))
        return cell._replace(text=cell.text + note)

    return change_cells(page, change)


def _footnotes(page: Page, rng: Random, share: float) -> Page:
    def change(cell: SheetCell) -> SheetCell:
        if cell.kind != LABEL or rng.random() > share:
            return cell
        return cell._replace(text=cell.text + rng.choice(_MARKS).replace("^{3}", "<sup>3</sup>"))

    return change_cells(page, change)


@rendering("explained_labels", VALIDATION)
def explained_rows(rng: Random) -> Foreign:
    """Explanations behind most labels, in rows with pipes."""
    page = draw_page(rng)
    shown = _explain(page, rng, 0.7)
    return text_document(
        page_to_text(shown, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)), page_to_truth(page)
    )


@rendering("explained_labels", VALIDATION)
def footnoted_rows(rng: Random) -> Foreign:
    """Footnote marks behind labels, in Markdown."""
    page = draw_page(rng)
    shown = _footnotes(page, rng, 0.5)
    text = page_to_text(shown, lambda sheet: grid_to_markdown(sheet_to_grid(sheet, "repeat")))
    return text_document(text, page_to_truth(page), ending="md")


@rendering("explained_labels", TEST)
def explained_cells(rng: Random) -> Foreign:
    """Explanations on a line of their own inside the label's cell, in a web page."""
    page = draw_page(rng)
    shown = _explain(page, rng, 0.8)

    def inner(cell: SheetCell) -> str:
        return cell.text.replace("(", "<br>(", 1).replace("（", "<br>（", 1) if cell.kind == LABEL else cell.text

    html = page_to_html(shown, lambda sheet: sheet_to_html(sheet, inner))
    return text_document(html, page_to_truth(page), ending="html")


@rendering("explained_labels", TEST)
def clause_inside(rng: Random) -> Foreign:
    """The clause's or the row's number stands inside the label; notes behind some."""
    page = draw_page(rng)

    def change(cell: SheetCell) -> SheetCell:
        if cell.kind != LABEL:
            return cell
        return cell._replace(
            text=rng.choice(("{t}(第二十条)", "第{k}栏 {t}", "{t}【{k}】", "{t}")).format(
                t=cell.text, k=rng.randint(1, 30)
            )
        )

    shown = _explain(change_cells(page, change), rng, 0.2)
    return text_document(page_to_text(shown, lambda s: [f"{c.text} |" for r in s.rows for c in r]), page_to_truth(page))


@rendering("ordinary", VALIDATION)
def plain_web_page(rng: Random) -> Foreign:
    """Nothing is wrong: a web page."""
    page = draw_page(rng, None)
    html = page_to_html(page, lambda sheet: sheet_to_html(sheet), "td{text-align:center}")
    return text_document(html, page_to_truth(page), ending="html")


@rendering("ordinary", VALIDATION)
def plain_pipes(rng: Random) -> Foreign:
    """Nothing is wrong: rows with pipes."""
    page = draw_page(rng)
    return text_document(
        page_to_text(page, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT), lead=False)), page_to_truth(page)
    )


@rendering("ordinary", VALIDATION)
def plain_markdown(rng: Random) -> Foreign:
    """Nothing is wrong: Markdown."""
    page = draw_page(rng, None)
    text = page_to_text(page, lambda sheet: grid_to_markdown(sheet_to_grid(sheet, FIRST)), "\n")
    return text_document(text, page_to_truth(page), ending="md")


@rendering("ordinary", TEST)
def plain_lines(rng: Random) -> Foreign:
    """Nothing is wrong: a cell a line."""
    page = draw_page(rng)
    return text_document(page_to_text(page, lambda s: [f"{c.text} |" for r in s.rows for c in r]), page_to_truth(page))


@rendering("ordinary", TEST)
def plain_word_page(rng: Random) -> Foreign:
    """Nothing is wrong: a page pasted from a word processor."""
    page = draw_page(rng, None)

    def inner(cell: SheetCell) -> str:
        return f'<p class="MsoNormal"><span lang="EN-US">{cell.text or "&nbsp;"}</span></p>'

    html = page_to_html(page, lambda sheet: sheet_to_html(sheet, inner, '<table class="MsoTableGrid">'))
    return text_document(html, page_to_truth(page), ending="html")


@rendering("ordinary", TEST)
def quoted_mail_text(rng: Random) -> Foreign:
    """A reply that quotes the report: `> ` in front of every line."""
    page = draw_page(rng)
    text = page_to_text(page, lambda sheet: grid_to_pipes(sheet_to_grid(sheet, OMIT)))
    return text_document("\n".join("> " + line for line in text.splitlines()) + "\n", page_to_truth(page))


@rendering("stripped", VALIDATION)
def tables_stripped(rng: Random) -> Foreign:
    """The headings follow one another and the closing sections stand: the copy has no tables, and may be told so."""
    page = draw_page(rng)
    return text_document(page_to_text(page, lambda sheet: []), page_to_truth(page, missing=TABLES))


@rendering("stripped", TEST)
def tables_stripped_from_page(rng: Random) -> Foreign:
    """The same as a web page."""
    page = draw_page(rng)
    return text_document(page_to_html(page, lambda sheet: ""), page_to_truth(page, missing=TABLES), ending="html")
