"""Kinds with text that nobody sees: digits and whole rows hidden by style, beside the numbers that are shown."""

from random import Random

from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.network.tokens import VALUE
from training.pages.page import draw_page, page_to_html, page_to_truth
from training.pages.sheets import SheetCell
from training.pages.writers import sheet_to_html


def _hide(rng: Random, opening: str, css: str = "") -> Foreign:
    """A web page with a hidden digit behind numbers: behind all of them, or some."""
    page = draw_page(rng)
    share = rng.choice((1.0, 0.5, 0.1))

    def inner(cell: SheetCell) -> str:
        if cell.kind != VALUE or rng.random() > share:
            return cell.text
        hidden = f"{opening}{rng.randint(0, 9)}</span>"
        return cell.text + hidden if rng.random() < 0.8 else hidden + cell.text

    html = page_to_html(page, lambda sheet: sheet_to_html(sheet, inner), css)
    return text_document(html, page_to_truth(page), ending="html")


@rendering("hidden_text", VALIDATION)
def white_class(rng: Random) -> Foreign:
    """White by a class of the style sheet."""
    name = f"c{rng.randint(10, 99)}"
    return _hide(rng, f'<span class="{name}">', f".{name}{{color:{rng.choice(('#fff', 'white', '#FFFFFF'))}}}")


@rendering("hidden_text", VALIDATION)
def not_displayed(rng: Random) -> Foreign:
    """`display:none` in the tag or by a class."""
    if rng.random() < 0.5:
        return _hide(rng, '<span style="display: none">')
    return _hide(rng, '<span class="seo">', ".seo { display : none }")


@rendering("hidden_text", VALIDATION)
def tiny(rng: Random) -> Foreign:
    """Letters without size."""
    return _hide(rng, f'<span style="font-size:{rng.choice(("0", "0px", "0pt"))}">')


@rendering("hidden_text", TEST)
def off_page(rng: Random) -> Foreign:
    """Far outside of the page, by a class."""
    return _hide(rng, '<span class="off">', ".off{position:absolute;left:-9999px;top:0}")


@rendering("hidden_text", TEST)
def not_visible(rng: Random) -> Foreign:
    """`visibility:hidden`, `opacity:0` or the attribute `hidden`."""
    ways = ('<span style="visibility:hidden">', '<span style="opacity:0">', "<span hidden>")
    return _hide(rng, rng.choice(ways))


@rendering("hidden_text", TEST)
def white_font(rng: Random) -> Foreign:
    """White by an old attribute or in the tag."""
    page = draw_page(rng)
    opening = rng.choice(('<font color="#FFFFFF">{d}</font>', '<span style="color:rgb(255,255,255)">{d}</span>'))

    def inner(cell: SheetCell) -> str:
        return cell.text + opening.format(d=rng.randint(0, 9)) if cell.kind == VALUE else cell.text

    html = page_to_html(page, lambda sheet: sheet_to_html(sheet, inner))
    return text_document(html, page_to_truth(page), ending="html")
