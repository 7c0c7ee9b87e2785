"""A document from a seed: a true report, a plan, and everything that is done to it on the way to bytes."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import TypeVar

from gouji.forms import APPLICATIONS, template
from gouji.tables import CellState
from training.damage.corruptions import SHEET_CORRUPTIONS
from training.damage.corruptions_text import STRING_CORRUPTIONS, TOKEN_CORRUPTIONS, change_characters
from training.damage.corruptions_truth import TRUTH_CORRUPTIONS, change_cells
from training.network.tokens import GridMark, Mark, RenderedDocument, Token, join_tokens
from training.pages.plans import ELSEWHERE, SPLITS, STRATA, Plan, draw_plan, kinds_to_severity
from training.pages.prose import draw_headings, spoil_headings
from training.pages.rendering import MIXABLE, TABLELESS, PageLook, remove_repeated_lines, render_page
from training.pages.rendering_html import render_html
from training.pages.rendering_text import draw_text_look
from training.pages.sheets import NOTE, Sheet, Wording, table_to_sheet
from training.tables.synthesis import TrueReport, draw_report

T = TypeVar("T")
SEED_BITS = 40
_EXTRA_ROWS = ("其他主动公开文件", "其他主动公开文件(不含2019年已废止的8件,以信息管理系统为准)")
_NOTES = (NOTE, NOTE, NOTE, NOTE, "本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和", "项目", "")


def seed_to_random(seed: int, split: str, stream: int = 0) -> Random:
    """The random numbers of a seed in a set. Sets never share any. Raises ValueError outside 0 to 2**40."""
    if not 0 <= seed < 1 << SEED_BITS:
        raise ValueError(f"a seed is between 0 and 2**{SEED_BITS}")
    return Random((stream << SEED_BITS + 4) | (SPLITS.index(split) << SEED_BITS) | seed)


def draw_wording(rng: Random, report: TrueReport, kinds: tuple[str, ...]) -> Wording:
    """How this report words its forms."""
    old = any(held is not None and held.form == "2019" for held in report.tables.values())
    wording = Wording(
        grid_width=rng.choices((4, 5, 6), (0.55, 0.4, 0.05))[0] if old else 4,
        note=rng.choice(_NOTES),
        normative=rng.choices((None, "规范性文件", "行政规范性文件"), (0.8, 0.15, 0.05))[0],
        total_last=rng.random() < 0.08,
        section_label=rng.choices(("三、本年度办理结果", "三、本年办理结果"), (0.95, 0.05))[0],
        extra_row=rng.choice(_EXTRA_ROWS) if "extra_row" in kinds else None,
    )
    held = report.tables[APPLICATIONS]
    if held is not None and "rows_reordered" in kinds:
        wording = replace(wording, row_order=_swap_rows(rng, held.form))
    if held is not None and "columns_reordered" in kinds:
        width = len(held.template.rows[0])
        inner = rng.sample(range(1, width - 1), width - 2)
        wording = replace(wording, total_last=False, column_order=(0, *inner, width - 1))
    return wording


def _swap_rows(rng: Random, form: str) -> tuple[str, ...]:
    rows = list(template(APPLICATIONS, form).rows)
    places = [p for p in range(len(rows) - 1) if rows[p].under == rows[p + 1].under and len(rows[p].under) == 2]
    for place in rng.sample(places, 2):
        rows[place], rows[place + 1] = rows[place + 1], rows[place]
    return tuple(row.key for row in rows)


def draw_page_look(rng: Random, plan: Plan) -> PageLook:
    """How the page goes on around its tables."""
    headings = draw_headings(rng)
    if "headings_spoilt" in plan.kinds:
        headings = spoil_headings(rng, headings)
    mixed = (rng.choice(MIXABLE), plan.layout, rng.choice(MIXABLE)) if "mixed_layouts" in plan.kinds else None
    text = draw_text_look(rng)
    if plan.stratum not in ("severe", "medium"):
        text = replace(text, merged_blanks=False)
    return PageLook(
        text,
        tuple(headings),
        titled=rng.random() < 0.95,
        menu=rng.random() < 0.25,
        metadata=rng.random() < 0.2,
        contents=plan.layout in ("L1", "L8", "L18") and rng.random() < 0.08,
        notice=rng.random() < 0.04,
        notes=rng.random() < 0.1,
        footer_first=rng.random() < 0.05,
        mixed_layouts=mixed,
        prose_count=rng.randint(1, 8),
    )


def _show_blanks(report: TrueReport, mark: str) -> TrueReport:
    """Every blank of the report printed as this mark ("" for nothing)."""
    for table, held in report.tables.items():
        if held is not None:
            blanks = {
                name: replace(cell, text=mark) for name, cell in held.cells.items() if cell.state is CellState.BLANK
            }
            report = change_cells(report, table, blanks)
    return report


def _damage(step: Callable[[T, Random], T], thing: T, rng: Random, kind: str, told: list[str]) -> T:
    """Do one step of damage; note its kind where it changed anything."""
    damaged = step(thing, rng)
    if damaged != thing and kind not in told:
        told.append(kind)
    return damaged


def _name_as_printed(truth: TrueReport, pieces: list[Token], kind: str) -> TrueReport:
    """The agency in the characters of the page, its last piece being the name. Readings and noise are not its name."""
    return truth if kind in ("readings", "broken_bytes") else replace(truth, agency=pieces[-1].text)


def _lay_out_tables(report: TrueReport, plan: Plan, rng: Random, told: list[str]) -> dict[str, Sheet]:
    wording = draw_wording(rng, report, plan.kinds)
    sheets: dict[str, Sheet] = {}
    for table, held in report.tables.items():
        if held is None or plan.layout in TABLELESS:
            continue
        sheet = table_to_sheet(held, wording)
        for kind in plan.kinds:
            if kind in SHEET_CORRUPTIONS:
                sheet = _damage(SHEET_CORRUPTIONS[kind], sheet, rng, kind, told)
        sheets[table] = sheet
    return sheets


def plan_to_document(report: TrueReport, plan: Plan, rng: Random, name: str, truth_id: str) -> RenderedDocument:
    """Render a true report as a plan says. The truth of the document is what is left of the report's."""
    told = [kind for kind in plan.kinds if kind in ELSEWHERE]
    if plan.blank_mark is not None:
        report = _show_blanks(report, plan.blank_mark)
    for kind in plan.kinds:
        if kind in TRUTH_CORRUPTIONS:
            report = _damage(TRUTH_CORRUPTIONS[kind], report, rng, kind, told)
    sheets = _lay_out_tables(report, plan, rng, told)
    look = draw_page_look(rng, plan)
    truth = report
    if plan.layout in TABLELESS or plan.layout == "L11":
        truth = replace(report, tables=dict.fromkeys(report.tables))
    strings = [kind for kind in plan.kinds if kind in STRING_CORRUPTIONS]
    encoding = "gb18030" if "gb18030" in plan.kinds else "utf-8"
    marks: tuple[Mark, ...] = ()
    grid: tuple[GridMark, ...] = ()
    if plan.layout in ("HTML", "L16"):
        text, grid = render_html(report, sheets, plan.style, look, rng, "table_split" in plan.kinds)
        pieces = [Token(text), Token(truth.agency)]
        for kind in strings:
            pieces = _damage(partial(change_characters, STRING_CORRUPTIONS[kind]), pieces, rng, kind, told)
            truth = _name_as_printed(truth, pieces, kind)
        text = pieces[0].text
        if encoding != "utf-8":
            text = text.replace('charset="utf-8"', 'charset="gb2312"')
    else:
        tokens = render_page(report, sheets, plan.layout, look, rng)
        for kind in plan.kinds:
            if kind in TOKEN_CORRUPTIONS:
                tokens = _damage(TOKEN_CORRUPTIONS[kind], tokens, rng, kind, told)
        tokens.append(Token(truth.agency))
        for kind in strings:
            tokens = _damage(partial(change_characters, STRING_CORRUPTIONS[kind]), tokens, rng, kind, told)
            truth = _name_as_printed(truth, tokens, kind)
        tokens.pop()
        if plan.layout == "L11":
            tokens = remove_repeated_lines(tokens)
        text, marks = join_tokens(tokens)
    html = plan.layout == "HTML"
    return RenderedDocument(
        name=name + (".html" if html else ".md" if plan.layout == "L17" else ".txt"),
        media_type="text/html" if html else "text/plain",
        data=text.encode(encoding),
        text=text,
        truth=truth,
        layout=plan.layout,
        kinds=(*told, "unrecoverable") if "short_rows" in told else tuple(told),
        severity=kinds_to_severity(tuple(told), plan.layout),
        style=plan.style or plan.layout,
        stratum=plan.stratum,
        truth_id=truth_id,
        marks=marks,
        grid=grid,
    )


def sample_document(seed: int, split: str) -> RenderedDocument:
    """A document with a truth of its own, drawn from a seed. Equal seeds give equal documents."""
    rng = seed_to_random(seed, split)
    plan = draw_plan(rng, rng.choices(list(STRATA), list(STRATA.values()))[0])
    report = draw_report(rng, zero_style=plan.zero_style)
    return plan_to_document(report, plan, rng, f"{split}-{seed}", f"{split}-{seed}")
