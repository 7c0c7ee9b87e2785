"""Text pages around the tables of the blind test set: other paragraphs and other places for what a site adds."""

from collections.abc import Callable, Mapping
from random import Random

from gouji.forms import TABLES
from training.blind.layouts import BLIND_LAYOUTS
from training.network.tokens import GAP, Token
from training.pages import decoys, prose
from training.pages.rendering import PageLook
from training.pages.sheets import Sheet
from training.tables.synthesis import TrueReport

_AROUND: Mapping[str, tuple[str, str]] = {"delimited": ("", "\n"), "wiki": ("== ", " ==\n"), "aligned": ("  ", "\n\n")}


def render_blind_page(
    report: TrueReport, sheets: Mapping[str, Sheet], layout: str, look: PageLook, rng: Random
) -> list[Token]:
    """Render a report as the tokens of a text page. Raises KeyError for a layout that is not of this set."""
    render: Callable[[Sheet], list[Token]] = BLIND_LAYOUTS[layout](rng)
    gap = rng.choice(("\n", "\n\n"))
    before, after = _AROUND.get(layout, ("", gap))

    def told(pool: tuple[str, ...], count: int) -> list[Token]:
        lines = prose.draw_sentences(rng, pool, count, report.agency, report.year)
        return [token for line in lines for token in (Token(line), Token(gap, GAP))]

    def heading(place: int) -> list[Token]:
        text = look.headings[place]
        return [Token(before, GAP), Token(text), Token(after, GAP)] if text else []

    tokens = told(prose.MENU, 1) if look.menu else []
    tokens += [Token(report.title), Token(gap, GAP)] if look.titled else []
    if look.metadata:
        for line in decoys.metadata_lines(rng, report.agency, report.year):
            tokens += (Token(line), Token(gap, GAP))
    tokens += [*told(prose.DATE, 1), *told(prose.INTRO, rng.randint(0, 1)), *heading(0)]
    tokens += told(prose.GENERAL, look.prose_count)
    for place, table in enumerate(TABLES):
        tokens += heading(place + 1)
        tokens += told(prose.REVIEW, 1) if place == 2 and rng.random() < 0.3 else []
        tokens += [*render(sheets[table]), Token("\n", GAP)]
        tokens += told(prose.TABLE_NOTES, 1) if look.notes and place != 1 else []
    tokens += [*heading(4), *told(prose.AFTER, 2), *heading(5), *told(prose.OTHER, 1), *told(prose.FOOTER, 2)]
    return tokens
