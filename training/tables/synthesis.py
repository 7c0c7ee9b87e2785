"""True tables: reports whose every cell is known, drawn to look like genuine ones.

How many columns are in use, how zero and blank are written, and whether the sums hold are drawn once for each
report, as offices fill their forms, and not cell by cell.

What the truth of a cell means (here and after every damage):

- printed: the number as the source prints it, sums or not. A digit that the source itself lost is not put back.
- blank: the cell stands there (or, where blanks are dropped and in rows that are too short, should stand there)
  and holds nothing, or a mark for nothing: value null.
- absent: the source has no such row; every cell of a row that was dropped.
- unread: something is printed that is no number (`1***`): value null.
- Table 四 is the same in both forms; its form is then called 2021, the newer one.
- A table that the source does not hold, or holds only as de-duplicated lines, is None: missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, Template, template
from gouji.tables import CellState, Number
from training.tables.agencies import draw_agency, draw_title

BROKEN_SUMS = 0.25  # the share of reports that are given wrong sums; in zeros some of it does not show
_BREAKABLE = ((APPLICATIONS,), (APPLICATIONS,), (REVIEW_LITIGATION,), (APPLICATIONS, REVIEW_LITIGATION))
BLANK_MARKS = ("", "", "", "", "/", "/", "-", "—", "无", "--", "／")


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What one cell holds. `lost`: the source has no cell there at all, its row is too short."""

    value: Number | None
    state: CellState
    text: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class TrueTable:
    """A table as the source prints it. A row whose cells are all absent is not in the source."""

    table: str
    form: str
    cells: Mapping[str, TrueCell]

    @property
    def template(self) -> Template:
        """The official form of this table."""
        return template(self.table, self.form)


@dataclass(frozen=True, slots=True)
class TrueReport:
    """A report: None for a table that it does not hold. `size`: small, county or dense."""

    agency: str
    year: int
    title: str
    tables: Mapping[str, TrueTable | None]
    size: str = "small"
    zero_style: str = "zeros"


@dataclass(frozen=True, slots=True)
class _Habits:
    """How an office fills its form: drawn once for a report."""

    size: str
    zero_style: str
    blank_mark: str
    change_style: str
    amount_style: str
    thousands: bool


def _draw_habits(rng: Random) -> _Habits:
    size = rng.choices(("small", "county", "dense"), (0.62, 0.26, 0.12))[0]
    zero_style = rng.choices(
        ("zeros", "all_blank", "blank_but_total", "blank_rows", "no_regulations", "blank_zeros_partly"),
        (0.74, 0.06, 0.07, 0.04, 0.06, 0.03),
    )[0]
    return _Habits(
        size,
        zero_style,
        rng.choice(BLANK_MARKS),
        rng.choices(("plain", "signed", "words"), (0.64, 0.2, 0.16))[0],
        rng.choices(("plain", "ten_thousand", "yuan", "decimals"), (0.5, 0.12, 0.08, 0.3))[0],
        rng.random() < 0.04,
    )


def _count(rng: Random, size: str) -> int:
    """A count as such offices report it: skewed, from 1 to six digits."""
    top = {"small": 1.5, "county": 2.8, "dense": 5.3}[size]
    return max(1, int(10 ** (rng.random() ** 1.4 * top)))


def _printed(value: Number, text: str | None = None) -> TrueCell:
    return TrueCell(value, CellState.PRINTED, str(value) if text is None else text)


def _share_out(rng: Random, number: int, places: int) -> list[int]:
    """Share `number` over `places` unevenly: what adds up to a total."""
    parts = [0] * places
    while number > 0 and places:
        part = number if number < 3 or rng.random() < 0.2 else rng.randint(1, number)
        parts[rng.randrange(places)] += part
        number -= part
    return parts


def draw_application_numbers(rng: Random, form: Template, size: str) -> dict[str, int]:
    """The numbers of table 三 with every sum holding, in the columns that this office has in use."""
    numbers = dict.fromkeys(form.cells, 0)
    if size == "small" and rng.random() < 0.35:
        return numbers
    width = len(form.rows[0].columns) - 1
    organizations = list(range(1, width))
    rng.shuffle(organizations)
    more = {"small": (0.8, 0.2, 0.0), "county": (0.3, 0.5, 0.2), "dense": (0.1, 0.4, 0.5)}[size]
    used = [0, *organizations[: rng.choices((0, rng.randint(1, 2), width - 1), more)[0]]]
    rows = {row.key: row.cells for row in form.rows}
    results = [row.key for row in form.rows if row.under and row.key != "total_processed"]
    kept = rng.sample(results, min(len(results), {"small": rng.randint(1, 4), "county": 9, "dense": 18}[size]))
    if "granted" not in kept and rng.random() < 0.8:
        kept[0] = "granted"
    carries = rng.random() < {"small": 0.2, "county": 0.7, "dense": 0.95}[size]
    for column in used:
        new = _count(rng, size) if column == 0 or rng.random() < 0.8 else 0
        over = int(new * rng.random() * 0.2 + rng.random() * 1.3) if carries else 0
        forward = min(new + over, int(new * rng.random() * 0.2 + rng.random() * 1.3)) if carries else 0
        processed = new + over - forward
        for key, part in zip(kept, _share_out(rng, processed, len(kept)), strict=True):
            numbers[rows[key][column]] = part
        for key, value in zip(
            ("new_received", "carried_over", "total_processed", "carried_forward"),
            (new, over, processed, forward),
            strict=True,
        ):
            numbers[rows[key][column]] = value
    for row in form.rows:
        numbers[row.cells[-1]] = sum(numbers[cell] for cell in row.cells[:-1])
    return numbers


def _draw_review_numbers(rng: Random, form: Template, size: str) -> dict[str, int]:
    numbers = dict.fromkeys(form.cells, 0)
    some = {"small": 0.12, "county": 0.6, "dense": 0.95}[size]
    for row in form.rows:
        if rng.random() < some:
            parts = _share_out(rng, max(1, _count(rng, size) // 3), len(row) - 1)
            numbers.update(zip(row.cells, [*parts, sum(parts)], strict=True))
    return numbers


def _break_sums(rng: Random, numbers: dict[str, int], form: Template) -> None:
    """Break one to three sums, the ways that genuine reports do it."""
    totals = [row.cells[-1] for row in form.rows]
    way = rng.random()
    if way < 0.3:  # a whole row of totals is wrong, as if shifted by a column
        row = form.rows[-2] if len(form.rows) > 3 else form.rows[0]
        moved = [numbers[cell] for cell in row.cells]
        moved = [moved[-1], *moved[:-1]]
        moved[-1] = 0 if rng.random() < 0.5 else moved[-1]
        numbers.update(zip(row.cells, moved, strict=True))
    elif way < 0.5:  # the totals were never filled in
        numbers.update(dict.fromkeys(totals, 0))
    else:
        for cell in rng.sample(form.cells, rng.randint(1, 3)):
            numbers[cell] = max(0, numbers[cell] + rng.choice((-2, -1, 1, 1, 2, 10)))


def _amount(rng: Random, habits: _Habits, size: str) -> TrueCell:
    if rng.random() < {"small": 0.85, "county": 0.5, "dense": 0.2}[size]:
        return _printed(0)
    whole = _count(rng, size) + rng.randrange(50)
    if habits.amount_style == "decimals" or (habits.amount_style == "ten_thousand" and rng.random() < 0.6):
        digits = rng.choice((1, 2, 2, 2, 2, 4, 6))
        fraction = f"{rng.randrange(1, 10**digits):0{digits}d}"
        value: Number = Decimal(f"{whole}.{fraction}")
        text = f"{whole:,}.{fraction}" if habits.thousands else str(value)
    else:
        value = whole * 100 if habits.amount_style == "yuan" else whole
        text = f"{value:,}" if habits.thousands else str(value)
    unit = {"ten_thousand": "万元", "yuan": "元"}.get(habits.amount_style, "")
    return _printed(value, text + unit)


def _change(rng: Random, habits: _Habits) -> TrueCell:
    value = 0 if rng.random() < 0.5 else rng.choice((1, -1)) * _count(rng, habits.size)
    if habits.change_style == "signed" and value > 0:
        return _printed(value, f"+{value}")
    if habits.change_style == "words":
        if value == 0:
            return _printed(0, rng.choice(("未增未减", "0")))
        words = ("增", "增加") if value > 0 else ("减", "减少")
        return _printed(value, f"{rng.choice(words)}{abs(value)}")
    return _printed(value)


def _draw_disclosure(rng: Random, form: Template, habits: _Habits) -> dict[str, TrueCell]:
    cells: dict[str, TrueCell] = {}
    busy = {"small": 0.3, "county": 0.7, "dense": 0.95}[habits.size]
    for row in form.rows:
        in_use = rng.random() < (busy * 0.25 if row.key == "regulations" else busy)
        for name, column in zip(row.cells, row.columns, strict=True):
            if column.key.startswith("amount"):
                cells[name] = _amount(rng, habits, habits.size)
            elif not in_use:
                cells[name] = _printed(0)
            elif column.key == "change":
                cells[name] = _change(rng, habits)
            else:
                value = _count(rng, habits.size) if rng.random() < 0.7 else 0
                unit = "批次" if column.key == "items" and value and rng.random() < 0.15 else ""
                text = f"{value:,}" if habits.thousands else str(value)
                cells[name] = _printed(value, text + unit)
    return cells


def _blank_zeros(rng: Random, cells: dict[str, TrueCell], form: Template, habits: _Habits) -> dict[str, TrueCell]:
    """Write zeros the way this office does: as 0, or as nothing in the whole report or in whole rows."""
    style = habits.zero_style
    if style == "zeros":
        return cells
    blank = TrueCell(None, CellState.BLANK, habits.blank_mark)
    for row in form.rows:
        empty = all(cells[cell].value == 0 for cell in row.cells)
        some_rows = rng.random() < 0.5
        for place, cell in enumerate(row.cells):
            if cells[cell].value != 0:
                continue
            last = place == len(row) - 1
            if (
                style == "all_blank"
                or (style == "blank_but_total" and form.table != ACTIVE_DISCLOSURE and empty and not last)
                or (style == "blank_rows" and empty and some_rows)
                or (style == "no_regulations" and row.key == "regulations")
                or (style == "blank_zeros_partly" and rng.random() < 0.3)
            ):
                cells[cell] = blank
    return cells


def _draw_forms(rng: Random) -> tuple[dict[str, str], int]:
    """The form of each table and the year: no year settles a form, and a few reports mix them."""
    kind = rng.random()
    if kind < 0.53:
        forms, year = dict.fromkeys(TABLES, "2021"), rng.randint(2021, 2025)
    elif kind < 0.94:
        year = rng.choice((2019, 2020)) if rng.random() < 0.9 else rng.randint(2021, 2023)
        forms = dict.fromkeys(TABLES, "2019")
    else:
        mixed = rng.choice(({APPLICATIONS: "2019"}, {ACTIVE_DISCLOSURE: "2019"}))
        forms, year = {**dict.fromkeys(TABLES, "2021"), **mixed}, rng.randint(2021, 2024)
    return forms, year


def draw_report(rng: Random, forms: Mapping[str, str] | None = None, zero_style: str | None = None) -> TrueReport:
    """Draw one true report. `forms` fixes the form of each table, `zero_style` how zeros are written."""
    drawn, year = _draw_forms(rng)
    forms = {**(forms or drawn), REVIEW_LITIGATION: "2021"}
    habits = _draw_habits(rng)
    if zero_style is not None:
        habits = replace(habits, zero_style=zero_style)
    broken = rng.random() < BROKEN_SUMS
    broken_tables = rng.choice(_BREAKABLE)
    drawn_cells: dict[str, dict[str, TrueCell]] = {}
    for table in TABLES:
        form = template(table, forms[table])
        if table == ACTIVE_DISCLOSURE:
            cells = _draw_disclosure(rng, form, habits)
        else:
            draw = draw_application_numbers if table == APPLICATIONS else _draw_review_numbers
            numbers = draw(rng, form, habits.size)
            if broken and table in broken_tables:
                _break_sums(rng, numbers, form)
            cells = {name: _printed(value) for name, value in numbers.items()}
            if habits.thousands:
                cells = {name: _printed(value, f"{value:,}") for name, value in numbers.items()}
        drawn_cells[table] = cells
    agency = draw_agency(rng)
    title = draw_title(rng, agency, year)
    tables: dict[str, TrueTable | None] = {}
    for table, cells in drawn_cells.items():  # last, so that one seed gives equal numbers in every zero style
        form = template(table, forms[table])
        tables[table] = TrueTable(table, forms[table], _blank_zeros(rng, cells, form, habits))
    return TrueReport(agency, year, title, tables, habits.size, habits.zero_style)
