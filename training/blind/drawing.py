"""The blind test set: damage, layouts and page styles that nothing of ours was made, trained or fitted with.

    python -m training.blind.drawing --count 200 --seed 1 --out eval/frozen/blind.jsonl.gz

No other module imports this one or those it is made of (`training/blind_*.py`), which a test holds: what stands
here reaches no training, calibration or validation document. Every truth has one document of each stratum:

- blind_layout: a text layout of this set, blanks as they look there;
- blind_damage: an ordinary layout or page with one or two kinds of damage of this set;
- blind_mixed: a layout, a style or a kind of this set, with one or two ordinary kinds, mild or medium;
- blind_html: a page style of this set, in some documents with a kind of damage of this set.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from gouji.forms import APPLICATIONS, TABLES
from gouji.tables import CellState
from training.blind.damage import BLIND_REPORT_DAMAGE, BLIND_SHEET_DAMAGE, FOOTNOTES, explain_marks, mark_counts
from training.blind.html import BLIND_STYLES, render_blind_html
from training.blind.layouts import BLIND_LAYOUTS
from training.blind.pages import render_blind_page
from training.damage.corruptions import SHEET_CORRUPTIONS
from training.damage.corruptions_text import STRING_CORRUPTIONS, change_characters
from training.damage.corruptions_truth import TRUTH_CORRUPTIONS, change_cells
from training.network.tokens import Mark, RenderedDocument, Token, join_tokens
from training.pages.plans import ELSEWHERE, Plan, kinds_to_severity
from training.pages.rendering import LAYOUT_SHARES, render_page
from training.pages.rendering_html import HTML_SHARES, render_html
from training.pages.sheets import Sheet, table_to_sheet
from training.sets.dataset import document_to_record, write_records
from training.tables.sampling import SEED_BITS, draw_page_look, draw_wording
from training.tables.synthesis import TrueReport, draw_report

T = TypeVar("T")
BLIND_STRATA = ("blind_layout", "blind_damage", "blind_mixed", "blind_html")
BLIND_DAMAGE = (*BLIND_SHEET_DAMAGE, *BLIND_REPORT_DAMAGE, "total_first", "footnote_marks")
BLIND_KINDS = (*BLIND_LAYOUTS, *BLIND_STYLES, *BLIND_DAMAGE)

_SHAPES = ("transposed", "row_numbers", "remarks_column", "total_first")
_NUMBERS = ("counted_units", "float_numbers", "footnote_marks")
_GROUPS = (_SHAPES, _SHAPES, _NUMBERS, _NUMBERS, ("review_vertical",))  # of one group a document has one kind
_SPACED = ("L8", "L9", "L12")  # blanks between cells: 25 headers in a line would be a guess for a person, too
_VANISHING = ("L1", *_SPACED)
_LAYOUTS = ("L1", "L4", "L3", "L4n", "L6", "L3n", "L7", "L8", "L12", "L9")
_PAGES = ("word_paste", "plain_border", "official_spans", "nested_layout")
_ORDINARY = (
    "header_inner_space", "header_first_part", "label_inner_space", "full_width_brackets", "label_numbering",
    "label_shortened", "header_characters_lost", "label_misspelt", "label_misread", "label_cut", "unknown_row",
    "rows_dropped", "cells_blanked", "masked_digits", "digits_lost", "mixed_blank_marks", "traditional",
    "other_vocabulary", "readings", "headings_spoilt", "extra_row",
)  # fmt: skip
_SEED_PLACE = 15  # of the seeds of this set, beside those of the ordinary sets, which count from 0


def seed_to_blind_random(seed: int, stream: int) -> Random:
    """The random numbers of a seed of this set; no other set has them. Raises ValueError outside 0 to 2**40."""
    if not 0 <= seed < 1 << SEED_BITS:
        raise ValueError(f"a seed is between 0 and 2**{SEED_BITS}")
    return Random((stream << SEED_BITS + 4) | (_SEED_PLACE << SEED_BITS) | seed)


def _draw_damage(rng: Random, layout: str, count: int) -> tuple[str, ...]:
    groups = list(_GROUPS)
    kinds: list[str] = []
    for _ in range(count):
        group = rng.choice(groups)
        groups = [other for other in groups if other is not group]
        kinds.append(rng.choice([kind for kind in group if kind != "transposed" or layout not in _SPACED]))
    return tuple(kinds)


def _draw_ordinary(rng: Random, layout: str) -> tuple[str, ...]:
    pool = list(_ORDINARY)
    if layout in _VANISHING:
        pool.remove("cells_blanked")
    if layout == "aligned":
        pool.remove("readings")  # they would move what stands behind them
    return tuple(rng.sample(pool, rng.randint(1, 2)))


def _draw_zero_style(rng: Random, kinds: tuple[str, ...]) -> str | None:
    """Where the way that numbers are written is the damage, there have to be numbers; where it is marks, blanks."""
    if "mixed_blank_marks" in kinds:
        return rng.choice(("blank_but_total", "blank_rows", "blank_zeros_partly", "no_regulations"))
    return rng.choice(("zeros", "zeros", "blank_but_total")) if set(_NUMBERS) & set(kinds) else None


def _draw_page(rng: Random) -> tuple[str, str]:
    """An ordinary layout and style."""
    if rng.random() < 0.25:
        return "HTML", rng.choices(_PAGES, [HTML_SHARES[style] for style in _PAGES])[0]
    return rng.choices(_LAYOUTS, [LAYOUT_SHARES[layout] for layout in _LAYOUTS])[0], ""


def draw_blind_plan(rng: Random, stratum: str) -> Plan:
    """Draw the layout and the damage of a document. Raises ValueError for a stratum that is not of this set."""
    if stratum not in BLIND_STRATA:
        raise ValueError(f"no stratum of the blind set: {stratum!r}")
    layout, style = rng.choice(list(BLIND_LAYOUTS)), ""
    kinds: tuple[str, ...] = ()
    if stratum == "blind_damage":
        layout, style = _draw_page(rng)
        kinds = _draw_damage(rng, layout, rng.randint(1, 2))
    elif stratum == "blind_html":
        layout, style = "HTML", rng.choice(list(BLIND_STYLES))
        kinds = _draw_damage(rng, layout, 1) if rng.random() < 0.4 else ()
    elif stratum == "blind_mixed":
        what = rng.random()
        if what < 0.35:
            layout, style = _draw_page(rng)
            kinds = _draw_damage(rng, layout, 1)
        elif what < 0.6:
            layout, style = "HTML", rng.choice(list(BLIND_STYLES))
        kinds = (*_draw_ordinary(rng, layout), *kinds)
    mark = rng.choice("/-—") if layout in _VANISHING else None
    return Plan(stratum, layout, style, kinds, _draw_zero_style(rng, kinds), mark)


def _do(step: Callable[[T, Random], T], thing: T, rng: Random, kind: str, told: list[str]) -> T:
    """Do one step of damage; note its kind where it changed anything."""
    damaged = step(thing, rng)
    if damaged != thing and kind not in told:
        told.append(kind)
    return damaged


def _show_blanks(report: TrueReport, mark: str) -> TrueReport:
    for table, held in report.tables.items():
        if held is not None:
            blanks = {n: replace(c, text=mark) for n, c in held.cells.items() if c.state is CellState.BLANK}
            report = change_cells(report, table, blanks)
    return report


def _damage_report(report: TrueReport, plan: Plan, mark: str, rng: Random, told: list[str]) -> TrueReport:
    """The ordinary kinds come first: they know numbers by their digits."""
    report = report if plan.blank_mark is None else _show_blanks(report, plan.blank_mark)
    for steps in (TRUTH_CORRUPTIONS, BLIND_REPORT_DAMAGE):
        for kind in plan.kinds:
            if kind in steps:
                report = _do(steps[kind], report, rng, kind, told)
    if "footnote_marks" in plan.kinds:
        report = _do(lambda whole, rng: mark_counts(whole, mark, rng), report, rng, "footnote_marks", told)
    return report


def _lay_out_tables(report: TrueReport, plan: Plan, mark: str, rng: Random, told: list[str]) -> dict[str, Sheet]:
    wording = draw_wording(rng, report, plan.kinds)
    applications = report.tables[APPLICATIONS]
    if "total_first" in plan.kinds and applications is not None:
        last = len(applications.template.rows[0]) - 1
        wording = replace(wording, total_last=False, column_order=(last, *range(last)))
        told.append("total_first")
    sheets: dict[str, Sheet] = {}
    for table in TABLES:
        held = report.tables[table]
        if held is None:
            raise ValueError("a report of the blind set has all its tables")
        sheet = table_to_sheet(held, wording)
        for steps in (SHEET_CORRUPTIONS, BLIND_SHEET_DAMAGE):
            for kind in plan.kinds:
                if kind in steps:
                    sheet = _do(steps[kind], sheet, rng, kind, told)
        sheets[table] = explain_marks(sheet, mark, rng) if "footnote_marks" in plan.kinds else sheet
    return sheets


def plan_to_blind_document(report: TrueReport, plan: Plan, rng: Random, name: str, truth_id: str) -> RenderedDocument:
    """Render a true report as a plan of this set says. The truth of the document is what it still prints."""
    told = [kind for kind in plan.kinds if kind in ELSEWHERE]
    mark = rng.choice([mark for mark in FOOTNOTES if mark != "*" or "masked_digits" not in plan.kinds])
    report = _damage_report(report, plan, mark, rng, told)
    sheets = _lay_out_tables(report, plan, mark, rng, told)
    look = draw_page_look(rng, plan)
    truth = report
    html = plan.layout == "HTML"
    if plan.style in BLIND_STYLES:
        tokens = [Token(render_blind_html(report, sheets, plan.style, look, rng))]
    elif html:
        tokens = [Token(render_html(report, sheets, plan.style, look, rng)[0])]
    elif plan.layout in BLIND_LAYOUTS:
        tokens = render_blind_page(report, sheets, plan.layout, look, rng)
    else:
        tokens = render_page(report, sheets, plan.layout, look, rng)
    tokens.append(Token(report.agency))
    for kind in plan.kinds:
        if kind in STRING_CORRUPTIONS:
            tokens = _do(partial(change_characters, STRING_CORRUPTIONS[kind]), tokens, rng, kind, told)
            truth = truth if kind == "readings" else replace(truth, agency=tokens[-1].text)
    text, marks = join_tokens(tokens[:-1])
    none: tuple[Mark, ...] = ()
    return RenderedDocument(
        name=name + (".html" if html else ".txt"),
        media_type="text/html" if html else "text/plain",
        data=text.encode(),
        text=text,
        truth=truth,
        layout=plan.layout,
        kinds=tuple(told),
        severity=kinds_to_severity(tuple(told), plan.layout),
        style=plan.style or plan.layout,
        stratum=plan.stratum,
        truth_id=truth_id,
        marks=none if html else marks,
    )


def draw_blind_documents(count: int, seed: int) -> Iterator[RenderedDocument]:
    """The documents of the set, in order: for every truth one of each stratum."""
    start = seed << 24
    for number in range(count):
        truth, place = divmod(number, len(BLIND_STRATA))
        rng = seed_to_blind_random(start + number, stream=1)
        plan = draw_blind_plan(rng, BLIND_STRATA[place])
        report = draw_report(seed_to_blind_random(start + truth, stream=2), zero_style=plan.zero_style)
        yield plan_to_blind_document(report, plan, rng, f"blind-{seed}-{number}", f"blind-{seed}-{truth}")


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="training.blind.drawing", description="Make the blind test set.")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.count < 0 or not 0 <= options.seed < 1 << 16:
        parser.error("count is not negative, seed is between 0 and 65535")
    documents = draw_blind_documents(options.count, options.seed)
    write_records(({**document_to_record(document), "unseen": True} for document in documents), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
