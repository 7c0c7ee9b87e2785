"""Draws whole documents from a seed, and writes sets of them.

The four sets differ by seed and by kind: what `TEST_ONLY_*` names is never drawn for another set.
"""

from dataclasses import replace
from random import Random

from training.prose import draw_headings
from training.rendering import LAYOUT_SHARES, TABLELESS, PageLook, remove_repeated_lines, render_page
from training.rendering_html import HTML_SHARES, render_html
from training.rendering_text import draw_text_look
from training.sheets import Wording, table_to_sheet
from training.synthesis import draw_report
from training.tokens import RenderedDocument, join_tokens

SPLITS = ("train", "calibration", "validation", "test")
TEST_ONLY_LAYOUTS = ("L5", "L8c", "L17")
TEST_ONLY_STYLES = ("div_cells", "preformatted")
_SEED_BITS = 40


def _rng(seed: int, split: str) -> Random:
    if not 0 <= seed < 1 << _SEED_BITS:
        raise ValueError(f"a seed is between 0 and 2**{_SEED_BITS}")
    return Random((SPLITS.index(split) << _SEED_BITS) | seed)


def _draw_page_look(rng):
    return PageLook(
        draw_text_look(rng),
        tuple(draw_headings(rng)),
        rng.random() < 0.95,
        rng.random() < 0.2,
        rng.random() < 0.2,
        rng.random() < 0.06,
        rng.random() < 0.04,
        rng.random() < 0.1,
        rng.random() < 0.05,
    )


def sample_document(seed: int, split: str) -> RenderedDocument:
    rng = _rng(seed, split)
    report = draw_report(rng)
    look = _draw_page_look(rng)
    layouts = {k: v for k, v in LAYOUT_SHARES.items() if split == "test" or k not in TEST_ONLY_LAYOUTS}
    layout = "HTML" if rng.random() < 0.25 else rng.choices(list(layouts), list(layouts.values()))[0]
    truth = report
    if layout in TABLELESS or layout == "L11":
        truth = replace(report, tables=dict.fromkeys(report.tables))
    sheets = {} if layout in TABLELESS else {k: table_to_sheet(t, Wording()) for k, t in report.tables.items()}
    if layout == "HTML":
        styles = {k: v for k, v in HTML_SHARES.items() if split == "test" or k not in TEST_ONLY_STYLES}
        style = rng.choices(list(styles), list(styles.values()))[0]
        text, grid = render_html(report, sheets, style, look, rng)
        return RenderedDocument(
            f"{split}-{seed}.html",
            "text/html",
            text.encode(),
            text,
            truth,
            layout,
            (),
            "none",
            style,
            "clean",
            f"{split}-{seed}",
            (),
            grid,
        )
    tokens = render_page(report, sheets, layout, look, rng)
    if layout == "L11":
        tokens = remove_repeated_lines(tokens)
    text, marks = join_tokens(tokens)
    return RenderedDocument(
        f"{split}-{seed}.txt",
        "text/plain",
        text.encode(),
        text,
        truth,
        layout,
        (),
        "none",
        layout,
        "clean",
        f"{split}-{seed}",
        marks,
    )
