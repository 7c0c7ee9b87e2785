"""Which damage a document gets: every corruption with its grade, the strata of a set, and what is for test only."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from training.damage.corruptions import SHEET_CORRUPTIONS
from training.damage.corruptions_text import STRING_CORRUPTIONS, TOKEN_CORRUPTIONS
from training.damage.corruptions_truth import TRUTH_CORRUPTIONS
from training.pages.rendering import LAYOUT_SHARES, TABLELESS
from training.pages.rendering_html import HTML_SHARES

SPLITS = ("train", "calibration", "validation", "test")
TEST_ONLY_LAYOUTS = ("L5", "L8c", "L17")
TEST_ONLY_STYLES = ("div_cells", "preformatted")
TEST_ONLY_KINDS = (
    "broken_bytes", "full_width_digits", "rows_reordered", "columns_reordered", "spam_words", "extra_cells",
    "headers_glued", "row_repeated",
)  # fmt: skip

STRATA: Mapping[str, float] = {
    "clean": 8, "mild": 20, "medium": 20, "severe": 18, "dropped_blanks": 12, "noisy": 12, "html": 10,
}  # fmt: skip
UNSEEN = "unseen"  # the stratum of test-only kinds, layouts and styles; only in test sets

# 1 mild: the words of labels and headers differ a little.  2 medium: some of them are gone or wrong, or lines were
# added.  3 severe: what places a value is gone.
GRADES: Mapping[str, int] = {
    "header_inner_space": 1, "header_inner_newline": 1, "header_first_part": 1, "label_inner_space": 1,
    "full_width_brackets": 1, "label_numbering": 1, "label_shortened": 1, "headings_spoilt": 1, "page_breaks": 1,
    "traditional": 1, "mixed_blank_marks": 1, "note_sentences": 1, "empty_paragraphs": 1, "mixed_layouts": 1,
    "gb18030": 1, "nbsp_blanks": 1, "unknown_row": 2, "notes_in_cells": 2, "table_split": 2,
    "header_characters_lost": 2, "header_two_paragraphs": 2, "headers_lost": 3, "header_repeated": 2,
    "label_misspelt": 2, "label_misread": 2, "label_cut": 2, "label_split": 2, "groups_lost": 2, "rows_dropped": 2,
    "cells_blanked": 2, "masked_digits": 2, "digits_lost": 2, "stray_cells": 2, "pipe_rows": 2, "span_losses": 2,
    "readings": 2, "other_vocabulary": 2, "extra_row": 2, "labels_lost": 3, "page_breaks_in_rows": 3, "short_rows": 3,
    "values_glued": 3, "values_apart": 3, "broken_bytes": 2, "full_width_digits": 1, "rows_reordered": 3,
    "columns_reordered": 3, "spam_words": 2, "extra_cells": 2, "headers_glued": 2, "row_repeated": 2,
}  # fmt: skip
# Kinds that are no function of their own: done while the page, its wording or its bytes are made.
ELSEWHERE = frozenset((
    "headings_spoilt", "mixed_layouts", "gb18030", "extra_row", "rows_reordered", "columns_reordered", "table_split",
))  # fmt: skip
SEVERITIES = ("none", "mild", "medium", "severe")

_NOISE = ("values_glued", "values_apart", "label_misread", "labels_lost")
_VANISHING = ("L1", "L8", "L8c", "L9", "L12")  # layouts in which an empty cell leaves nothing behind
_PLAIN = ("L1", "L4", "L3", "L4n", "L6", "L3n", "L7", "L8", "L12", "L9")
_FOR_HTML = frozenset(
    name for name in GRADES if name in SHEET_CORRUPTIONS or name in TRUTH_CORRUPTIONS or name in STRING_CORRUPTIONS
) | ELSEWHERE - {"mixed_layouts"}
_NOT_IN_FIRST_LAYOUT = frozenset(("pipe_rows", "stray_cells", "extra_cells"))  # they need drawn cells
_PIPED = ("L3", "L4", "L3n", "L4n", "L5", "L6", "L7", "L17")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to a true report. zero_style: fixed where the stratum asks for one."""

    stratum: str
    layout: str
    style: str
    kinds: tuple[str, ...]
    zero_style: str | None = None
    blank_mark: str | None = None


def kinds_to_severity(kinds: tuple[str, ...], layout: str) -> str:
    """The grade of the worst kind; three of grade 2 and above together are severe, and so are some layouts."""
    grades = [GRADES.get(kind, 0) for kind in kinds]
    heavy = sum(grade >= 2 for grade in grades) >= 3
    return SEVERITIES[3 if heavy or layout in ("L11", "L18") else max(grades, default=0)]


def _choose(rng: Random, shares: Mapping[str, float], among: tuple[str, ...]) -> str:
    names = [name for name in shares if name in among]
    return rng.choices(names, [shares[name] for name in names])[0]


def _fits(kind: str, layout: str) -> bool:
    if layout == "HTML":
        return kind in _FOR_HTML and kind != "header_repeated"
    if kind in _NOT_IN_FIRST_LAYOUT:
        return layout in _PIPED
    if kind in ("header_two_paragraphs", "empty_paragraphs"):
        return layout == "L1"
    if kind in ("header_inner_newline", "label_split"):
        return layout in ("L1", "L8")
    if kind == "mixed_layouts":
        return layout in ("L3", "L4", "L3n", "L4n")
    if kind in ("page_breaks", "page_breaks_in_rows"):
        return layout not in ("L12", "L9")
    if kind in ("labels_lost", "short_rows", "columns_reordered"):
        return layout not in ("L8", "L8c", "L12", "L9")
    if kind in ("cells_blanked", "nbsp_blanks"):
        return layout not in _VANISHING
    if kind == "notes_in_cells":
        return layout in ("L1", "L3", "L4", "L3n", "L4n", "L7")
    if kind == "table_split":
        return False
    if kind == "rows_reordered":
        return layout != "L8c"
    return True


def _draw_kinds(rng: Random, layout: str, grade: int) -> tuple[str, ...]:
    """One or two kinds of a grade, and up to two of the grades below; severe may also be many of the second grade."""
    unwanted = {*TEST_ONLY_KINDS, "values_glued", "values_apart"}
    if rng.random() < 0.85:
        unwanted.add("short_rows")  # which cell of a row is lost, no reader can tell: kept rare
    pool = [kind for kind in GRADES if kind not in unwanted and _fits(kind, layout)]
    worst = [kind for kind in pool if GRADES[kind] == grade]
    below = [kind for kind in pool if 0 < GRADES[kind] < grade]
    if grade == 3 and (rng.random() < 0.5 or not worst):
        second = [kind for kind in pool if GRADES[kind] == 2]
        kinds = rng.sample(second, min(len(second), rng.randint(3, 4)))
    else:
        kinds = rng.sample(worst, min(len(worst), rng.randint(1, 2)))
    kinds += [kind for kind in rng.sample(below, min(len(below), rng.randint(0, 2))) if kind not in kinds]
    return tuple(kinds)


def _zero_style(rng: Random, kinds: tuple[str, ...]) -> str | None:
    """Where the marks of blanks are the damage, there have to be blanks."""
    if {"mixed_blank_marks", "nbsp_blanks"} & set(kinds):
        return rng.choice(("all_blank", "blank_but_total", "blank_rows", "blank_zeros_partly", "no_regulations"))
    return None


def _unseen_plan(rng: Random) -> Plan:
    what = rng.random()
    if what < 0.3:
        return Plan(UNSEEN, rng.choice(TEST_ONLY_LAYOUTS), "", (), None, "/")
    if what < 0.45:
        return Plan(UNSEEN, "HTML", rng.choice(TEST_ONLY_STYLES), (), None, "/")
    layout = _choose(rng, LAYOUT_SHARES, _PLAIN) if rng.random() < 0.75 else "HTML"
    style = _choose(rng, HTML_SHARES, tuple(s for s in HTML_SHARES if s not in TEST_ONLY_STYLES))
    pool = [kind for kind in TEST_ONLY_KINDS if _fits(kind, layout)]
    kinds = tuple(rng.sample(pool, rng.randint(1, 2)))
    return Plan(UNSEEN, layout, style if layout == "HTML" else "", kinds, None, "/" if layout in _VANISHING else None)


def draw_plan(rng: Random, stratum: str) -> Plan:
    """Draw the layout and the damage of a document of a stratum.

    clean, mild, medium, severe: blanks, where there are any, are visible.  dropped_blanks: they leave nothing behind.
    noisy: cells run together or fall apart, labels misread or lost.  Raises KeyError for an unknown stratum.
    """
    if stratum == UNSEEN:
        return _unseen_plan(rng)
    if stratum == "html":
        styles = tuple(style for style in HTML_SHARES if style not in TEST_ONLY_STYLES)
        grade = rng.choices((0, 1, 2, 3), (0.3, 0.3, 0.25, 0.15))[0]
        kinds = _draw_kinds(rng, "HTML", grade) if grade else ()
        layout = "L16" if rng.random() < 0.1 else "HTML"
        return Plan(stratum, layout, _choose(rng, HTML_SHARES, styles), kinds, _zero_style(rng, kinds))
    if stratum == "dropped_blanks":
        layout = rng.choices(("L1", "L8", "L12"), (0.75, 0.15, 0.1))[0]
        styles = ("all_blank", "blank_but_total", "blank_rows", "blank_zeros_partly")
        kinds = _draw_kinds(rng, layout, 1) if rng.random() < 0.4 else ()
        return Plan(stratum, layout, "", kinds, rng.choices(styles, (0.25, 0.35, 0.25, 0.15))[0], "")
    if stratum == "noisy":
        layout = rng.choices(("L1", "L4n", "L3n", "L8", "L3", "L4"), (0.35, 0.15, 0.1, 0.2, 0.1, 0.1))[0]
        noise = [kind for kind in rng.sample(_NOISE, rng.randint(1, 3)) if _fits(kind, layout)] or ["values_glued"]
        noise += ["label_misread"] if noise == ["values_apart"] else []  # a report may have no number to fall apart
        noise += ["rows_dropped"] if rng.random() < 0.2 else []
        return Plan(stratum, layout, "", tuple(noise), "zeros" if rng.random() < 0.8 else None, "/")
    grade = {"clean": 0, "mild": 1, "medium": 2, "severe": 3}[stratum]
    layouts: tuple[str, ...] = _PLAIN
    if rng.random() < 0.06:
        layouts = TABLELESS
    layout = _choose(rng, LAYOUT_SHARES, layouts)
    if grade == 3 and layout not in TABLELESS and rng.random() < 0.2:
        layout = rng.choices(("L18", "L11"), (0.7, 0.3))[0]
    if layout in (*TABLELESS, "L11"):
        return Plan(stratum, layout, "", ("headings_spoilt",) if grade == 1 else ())
    kinds_drawn = _draw_kinds(rng, layout, grade) if grade and layout != "L18" else ()
    zero_style = _zero_style(rng, kinds_drawn)
    return Plan(stratum, layout, "", kinds_drawn, zero_style, rng.choice("/-—") if layout in _VANISHING else None)


def check_kinds() -> None:
    """Every kind that has a grade can be done, and the other way round. Raises ValueError otherwise."""
    done = {*TRUTH_CORRUPTIONS, *SHEET_CORRUPTIONS, *TOKEN_CORRUPTIONS, *STRING_CORRUPTIONS}
    done |= ELSEWHERE
    if done != set(GRADES):
        raise ValueError(f"kinds without grade or function: {done ^ set(GRADES)}")
