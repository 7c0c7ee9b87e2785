"""Puts a whole page together: title, prose, tables in one of the layouts, decoys, and what a site adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from training.network.tokens import GAP, JUNK, Token
from training.pages import decoys, prose
from training.pages.rendering_pdf import render_columns, render_spaced_rows, render_torn
from training.pages.rendering_text import TextLook, render_text_table
from training.pages.sheets import Sheet
from training.tables.synthesis import TrueReport

# Layouts by their share of the pages whose table text is visible; L9, L10, L12 to L14 and L18 are scaled from the rest.
LAYOUT_SHARES: Mapping[str, float] = {
    "L1": 32, "L4": 20, "L3": 15, "L4n": 9, "L5": 5, "L6": 4, "L3n": 3, "L7": 3, "L11": 2, "L8": 3, "L8c": 1,
    "L17": 2, "L18": 3, "L9": 1, "L10": 3, "L12": 2, "L13": 2, "L14": 1,
}  # fmt: skip
TABLELESS = ("L10", "L13", "L14")  # no table text at all
MIXABLE = ("L3", "L4", "L3n", "L4n")  # layouts found side by side in one page
_PDF = ("L8", "L8c", "L18")
_MARKDOWN_TITLES = (
    "## 表一:主动公开政府信息情况",
    "## 表二:收到和处理政府信息公开申请情况",
    "## 表三:行政复议、行政诉讼情况",
)


@dataclass(frozen=True, slots=True)
class PageLook:
    """How a page goes on around its tables."""

    text: TextLook
    headings: tuple[str, ...]
    titled: bool = True
    menu: bool = False
    metadata: bool = False
    contents: bool = False
    notice: bool = False
    notes: bool = False
    footer_first: bool = False
    mixed_layouts: tuple[str, str, str] | None = None
    prose_count: int = 3


def _paragraphs(lines: list[str], gap: str) -> list[Token]:
    tokens: list[Token] = []
    for line in lines:
        if line:
            tokens += (Token(line), Token(gap, GAP))
    return tokens


def render_table(sheet: Sheet, layout: str, look: TextLook, rng: Random) -> list[Token]:
    """The tokens of one table in a layout. Raises KeyError for a layout without table text."""
    if layout in ("L8", "L12", "L9"):
        return render_spaced_rows(sheet, rng, "\n" if layout == "L8" else " ")
    if layout == "L8c":
        return render_columns(sheet, rng)
    if layout == "L18":
        return render_torn(sheet, rng)
    return render_text_table(sheet, "L1" if layout == "L11" else layout, look)


def paragraph_gap(layout: str) -> str:
    """What separates paragraphs in a page of this layout."""
    if layout in ("L1", "L17"):
        return "\n\n"
    return " " if layout in ("L12", "L9") else "\n"


def wrap_lines(tokens: list[Token], width: int) -> list[Token]:
    """Break long sentences into lines as a PDF page does."""
    wrapped: list[Token] = []
    for token in tokens:
        if token.role == "prose" and len(token.text) > width:
            pieces = [token.text[at : at + width] for at in range(0, len(token.text), width)]
            token = token._replace(text="\n".join(pieces))
        wrapped.append(token)
    return wrapped


def render_page(
    report: TrueReport, sheets: Mapping[str, Sheet], layout: str, look: PageLook, rng: Random
) -> list[Token]:
    """Render a report as the tokens of a text page. A table without a sheet leaves only its heading."""
    agency, year = report.agency, report.year
    gap = paragraph_gap(layout)

    def some(pool: tuple[str, ...], count: int) -> list[str]:
        return prose.draw_sentences(rng, pool, count, agency, year)

    lines: list[str] = some(prose.FOOTER, 2) if look.footer_first else []
    lines += some(prose.MENU, 2) if look.menu else []
    lines += decoys.metadata_lines(rng, agency, year) if look.metadata else []
    lines += [report.title] if look.titled else []
    if layout == "L9":
        lines[-1:] = [(lines[-1] if lines else "") + "|" * rng.randint(300, 420)]
    lines += some(prose.DATE, 1) if rng.random() < 0.6 else []
    if layout in ("L13", "L14"):
        old = decoys.narrative_lines(rng, year)
        lines += old if layout == "L13" else old[:8] + decoys.indicator_lines(rng)
        return _paragraphs(lines, gap)
    lines += decoys.contents_lines(rng) if look.contents else []
    lines += some(prose.INTRO, rng.randint(0, 2))
    headings = look.headings
    lines += [headings[0], *some(prose.GENERAL, look.prose_count)]
    tokens = _paragraphs(lines, gap)
    for place, table in enumerate(TABLES):
        tokens += _paragraphs([headings[place + 1]], gap)
        if table in (ACTIVE_DISCLOSURE, REVIEW_LITIGATION) and rng.random() < 0.35:
            tokens += _paragraphs(some(prose.GENERAL if table == ACTIVE_DISCLOSURE else prose.REVIEW, 1), gap)
        if layout == "L17":
            tokens += _paragraphs([_MARKDOWN_TITLES[place]], gap)
        sheet = sheets.get(table)
        if sheet is not None:
            of_table = look.mixed_layouts[place] if look.mixed_layouts else layout
            tokens += render_table(sheet, of_table, look.text, rng)
            tokens.append(Token("\n" if gap != " " else " ", GAP))
        if look.notes and table != APPLICATIONS:
            tokens += _paragraphs(some(prose.TABLE_NOTES, 1), gap)
    lines = [headings[4], *some(prose.AFTER, 2), headings[5], *some(prose.OTHER, 1)]
    lines += some(prose.FOOTER, 2) + (decoys.form_notice_lines() if look.notice else [])
    tokens += _paragraphs(lines, gap)
    return wrap_lines(tokens, rng.randint(30, 42)) if layout in _PDF else tokens


def remove_repeated_lines(tokens: list[Token]) -> list[Token]:
    """L11: every distinct line is kept once for the whole page."""
    seen: set[str] = set()
    kept: list[Token] = []
    for token in tokens:
        text = token.text.strip()
        if token.role == GAP or not text:
            continue
        if text not in seen:
            seen.add(text)
            kept += (token if token.role == "prose" else token._replace(role=JUNK, cell=None), Token("\n", GAP))
    return kept
