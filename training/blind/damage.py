"""Damage for the blind test set alone: tables in another shape, columns beside them, numbers written another way.

What changes the text of a number works on the report, so that the truth stays what is printed; the rest works on
the grid. Every value keeps the cell that it belongs to.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.tables import CellState
from training.blind.grid import count_label_columns, is_head, sheet_to_lines
from training.damage.corruptions_truth import change_cells
from training.network.tokens import GROUP, HEADER, JUNK, LABEL, VALUE
from training.pages.rendering_text import lay_out
from training.pages.sheets import CLAUSE, Sheet, SheetCell, SheetRow
from training.tables.synthesis import TrueCell, TrueReport

_REMARKS = (
    "较上年增加{n}件", "较上年减少{n}件", "均为网上申请", "含当面申请{n}件", "均按期答复", "已在网站公开",
    "数据由业务科室提供", "其中上年办理{n}件",
)  # fmt: skip
_NOTES = ("含往年结转的件数", "以系统导出的数据为准", "不含已撤回的件数", "含合并办理的件数")
_UNITS = ("件", "件", "件", "项", "个", " 件")


def transpose(sheet: Sheet, rng: Random) -> Sheet:
    """Table 三 turned on its side: a column for each of its rows, a row for each kind of applicant."""
    if sheet.table != APPLICATIONS:
        return sheet
    grid = lay_out(sheet)
    before = count_label_columns(sheet)
    turned: list[SheetRow] = []
    for column in range(max(len(places) for places in grid)):
        row: list[SheetCell] = []
        for place, places in enumerate(grid):
            cell, starts = places[column]
            if not starts:
                continue
            kind = HEADER if cell.kind in (LABEL, GROUP) or column < before else cell.kind
            if cell.kind == HEADER and (place or column):
                kind = GROUP if cell.colspan > 1 else LABEL
            row.append(cell._replace(kind=kind, row=None, colspan=cell.rowspan, rowspan=cell.colspan))
        turned.append(tuple(row))
    return replace(sheet, width=len(grid), rows=tuple(turned))


def _add_column(sheet: Sheet, head: str, texts: list[SheetCell], first: bool) -> Sheet:
    """The sheet with a column more, before or behind all others; `texts` has a cell for each row with values."""
    rows: list[SheetRow] = []
    bodies = iter(texts)
    for place, row in enumerate(sheet.rows):
        if not is_head(row):
            new: tuple[SheetCell, ...] = (next(bodies),)
        elif row[0].kind == CLAUSE:
            rows.append((row[0]._replace(colspan=row[0].colspan + 1),))
            continue
        elif place and is_head(sheet.rows[place - 1]) and sheet.rows[place - 1][0].kind != CLAUSE:
            new = ()
        else:
            depth = 1
            while place + depth < len(sheet.rows) and is_head(sheet.rows[place + depth]):
                depth += 1
            new = (SheetCell(head, HEADER, rowspan=depth),)
        rows.append((*new, *row) if first else (*row, *new))
    return replace(sheet, width=sheet.width + 1, rows=tuple(rows))


def number_rows(sheet: Sheet, rng: Random) -> Sheet:
    """A column of row numbers in front of tables 二 and 三."""
    if sheet.table not in (ACTIVE_DISCLOSURE, APPLICATIONS):
        return sheet
    head, digits = rng.choice(("序号", "行次", "编号")), rng.choice((1, 1, 2))
    bodies = [row for row in sheet.rows if not is_head(row)]
    # a label of a group, so that each layout prints it before the label of the row
    cells = [SheetCell(f"{n:0{digits}d}", GROUP, row=row[-1].row) for n, row in enumerate(bodies, 1)]
    return _add_column(sheet, head, cells, first=True)


def add_remarks(sheet: Sheet, rng: Random) -> Sheet:
    """A column of remarks behind tables 二 and 三, most of them empty, some with counts in words."""
    if sheet.table not in (ACTIVE_DISCLOSURE, APPLICATIONS):
        return sheet
    share = rng.choice((0.1, 0.3, 0.6))
    bodies = [row for row in sheet.rows if not is_head(row)]
    chosen = {p for p in range(len(bodies)) if rng.random() < share} | {rng.randrange(len(bodies))}
    texts = [rng.choice(_REMARKS).format(n=rng.randint(1, 60)) if p in chosen else "" for p in range(len(bodies))]
    return _add_column(sheet, rng.choice(("备注", "备注", "说明")), [SheetCell(t, JUNK) for t in texts], first=False)


def stand_review_up(sheet: Sheet, rng: Random) -> Sheet:
    """Table 四 from top to bottom: a row for each of its numbers."""
    if sheet.table != REVIEW_LITIGATION:
        return sheet
    values = [pair for line in sheet_to_lines(sheet) for pair in line.values if pair[0].kind == VALUE]
    heads = (SheetCell("类别", HEADER, colspan=2), SheetCell("处理结果", HEADER), SheetCell("数量", HEADER))
    rows: list[SheetRow] = [heads]
    for place, (value, path) in enumerate(values):
        row: list[SheetCell] = []
        for depth, group in enumerate(path[:-1]):
            same = [p for p, (_, other) in enumerate(values) if other[: depth + 1] == path[: depth + 1]]
            if place == same[0]:
                span = 2 if len(path) == 2 else 1
                row.append(SheetCell(group.text, GROUP, row=value.row, colspan=span, rowspan=len(same)))
        row += (SheetCell(path[-1].text, LABEL, row=value.row), value)
        rows.append(tuple(row))
    return replace(sheet, width=4, rows=tuple(rows))


def explain_marks(sheet: Sheet, mark: str, rng: Random) -> Sheet:
    """A last row in every table that says what the mark on some of its numbers means."""
    if not any(cell.kind == VALUE and cell.text.endswith(mark) for row in sheet.rows for cell in row):
        return sheet
    note = SheetCell(f"注:{mark}{rng.choice(_NOTES)}。", JUNK, colspan=sheet.width)
    return replace(sheet, rows=(*sheet.rows, (note,)))


def _rewrite_counts(report: TrueReport, rewrite: Callable[[str, TrueCell], str]) -> TrueReport:
    """The report with the whole numbers that it prints as digits written another way; no value changes."""
    for table in TABLES:
        held = report.tables[table]
        if held is not None:
            changed = {
                name: replace(cell, text=rewrite(table, cell))
                for name, cell in held.cells.items()
                if cell.state is CellState.PRINTED and cell.text.replace(",", "").isdigit()
            }
            report = change_cells(report, table, changed)
    return report


def count_in_units(report: TrueReport, rng: Random) -> TrueReport:
    """A measure word behind every count of tables 三 and 四."""
    unit = rng.choice(_UNITS)
    return _rewrite_counts(report, lambda table, cell: cell.text + unit if table != ACTIVE_DISCLOSURE else cell.text)


def write_as_floats(report: TrueReport, rng: Random) -> TrueReport:
    """Every number with an empty fraction, as programs for statistics export counts."""
    fraction = rng.choice((".0", ".0", ".00"))
    return _rewrite_counts(report, lambda table, cell: cell.text + fraction)


def mark_counts(report: TrueReport, mark: str, rng: Random) -> TrueReport:
    """A footnote mark on one to four numbers, most of them not 0."""
    places = [
        (table, name)
        for table in TABLES
        if (held := report.tables[table]) is not None
        for name, cell in held.cells.items()
        if cell.state is CellState.PRINTED and cell.text.isdigit() and (cell.value or rng.random() < 0.02)
    ]
    for table, name in rng.sample(places, min(len(places), rng.randint(1, 4))):
        held = report.tables[table]
        if held is not None:
            cell = held.cells[name]
            report = change_cells(report, table, {name: replace(cell, text=cell.text + mark)})
    return report


FOOTNOTES = ("①", "*", "[注]", "(见注)", "※")
BLIND_REPORT_DAMAGE: Mapping[str, Callable[[TrueReport, Random], TrueReport]] = {
    "counted_units": count_in_units,
    "float_numbers": write_as_floats,
}
BLIND_SHEET_DAMAGE: Mapping[str, Callable[[Sheet, Random], Sheet]] = {
    "transposed": transpose,
    "row_numbers": number_rows,
    "remarks_column": add_remarks,
    "review_vertical": stand_review_up,
}
