"""carried_over against last year's carried_forward of the same agency, column by column (结转).

Whichever of the two years arrives, is re-parsed or corrected: its pairs are drawn anew in the same transaction.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, insert, select

from gouji import forms
from gouji.checks import Verdict, judge
from gouji.sums import is_same
from gouji.tables import TableState
from gouji_service.store.results import read_corrections
from gouji_service.store.table_words import STATE, UNFILLED, table_words
from gouji_service.store.tables import MISSING_BITS, CellValue, Report, Slot, YearLink

_OVER, _FORWARD = "carried_over", "carried_forward"
COPIES = 8  # of one agency's year that are linked, the surest first: the cost of a report stays bounded
_COUNTED = ("printed", "blank")  # a blank counts as 0; an absent or unread cell links nothing


@dataclass(frozen=True, slots=True)
class Carried:
    """One cell of the rows that are carried from year to year."""

    value: float | None
    state: str
    confidence: float
    changed: bool = False  # a person gave another number than was read


def columns() -> tuple[str, ...]:
    """The columns of table 三, the same in every form."""
    row = next(r for r in forms.template(forms.APPLICATIONS, forms.FORMS[0]).rows if r.key == _OVER)
    return tuple(column.key for column in row.columns)


def read_carried(connection: Connection, report_id: str, row: str) -> dict[str, Carried]:
    """One row of table 三 of a report as it is shown, corrections included, by column."""
    statement = (
        select(Slot.name, CellValue.value, CellValue.state, CellValue.confidence)
        .join(CellValue, CellValue.slot_id == Slot.id)
        .join(Report, Report.run_id == CellValue.run_id)
        .where(Report.id == report_id, Slot.table == forms.APPLICATIONS, Slot.name.startswith(f"{row}."))
    )
    found = {r.name.split(".")[1]: Carried(r.value, r.state, r.confidence) for r in connection.execute(statement)}
    corrections = read_corrections(connection, [report_id]).get(report_id, [])
    words = table_words(corrections).get(forms.APPLICATIONS, {})
    if words.get(STATE) == TableState.MISSING:
        return {}
    if words.get(STATE) == TableState.FOUND:  # perhaps filled in by hand; every form has these rows
        value, _, state, confidence = UNFILLED
        found = {column: found.get(column, Carried(value, state, confidence)) for column in columns()}
    for corrected in corrections:
        key, _, column = corrected.cell.partition(".")
        if corrected.table == forms.APPLICATIONS and key == row and column in found:
            changed = (corrected.value, corrected.state) != (found[column].value, found[column].state)
            found[column] = Carried(corrected.value, corrected.state, 1.0, changed)
    return found


def compare_years(over: dict[str, Carried], forward: dict[str, Carried]) -> list[dict[str, object]]:
    """The link of every column that both years fill."""
    links: list[dict[str, object]] = []
    for column in columns():
        here, there = over.get(column), forward.get(column)
        if here is None or there is None or here.state not in _COUNTED or there.state not in _COUNTED:
            continue
        holds = is_same(here.value or 0, there.value or 0)
        links.append(
            {
                "column": column,
                "carried_over": here.value or 0,
                "carried_forward": there.value or 0,
                "holds": holds,
                "verdict": None if holds else _judge(here, there).value,
                "blanks": (here.state == "blank") + (there.state == "blank"),
            }
        )
    return links


def _judge(here: Carried, there: Carried) -> Verdict:
    return Verdict.CORRECTION if here.changed or there.changed else judge(min(here.confidence, there.confidence))


def _best(connection: Connection, agency_key: str, year: int) -> str | None:
    """The report that speaks for an agency's year, where several were sent: the surest with table 三 in it."""
    statement = (
        select(Report.id)
        .where(Report.agency_key == agency_key, Report.year == year)
        .where(Report.missing.bitwise_and(MISSING_BITS[forms.APPLICATIONS]) == 0)
        .order_by(Report.confidence.desc(), Report.id)
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def has_neighbours(connection: Connection, agency_key: str | None, year: int | None) -> bool:
    """Whether the agency has a report of the year before or after."""
    if agency_key is None or year is None:
        return False
    near = select(Report.id).where(Report.agency_key == agency_key, Report.year.in_((year - 1, year + 1)))
    return connection.execute(near.limit(1)).first() is not None


def link_years(connection: Connection, agency_key: str | None, year: int | None) -> set[str]:
    """Draw anew the links of a year of an agency, with the year before and the year after.

    Returns the reports whose links may have changed: their counts of failed checks are to be made anew.
    """
    if agency_key is None or year is None:
        return set()
    touched: set[str] = set()
    for later in (year, year + 1):
        whose = select(Report.id).where(Report.agency_key == agency_key, Report.year == later)
        touched |= unlink(connection, whose)
        surest = whose.order_by(Report.confidence.desc(), Report.id).limit(COPIES)
        reports = connection.execute(surest).scalars().all()
        previous = _best(connection, agency_key, later - 1) if reports else None
        if previous is None:
            continue
        forward = read_carried(connection, previous, _FORWARD)
        for report in reports:
            links = compare_years(read_carried(connection, report, _OVER), forward)
            if links:
                rows = [{"report_id": report, "previous_id": previous, **link} for link in links]
                connection.execute(insert(YearLink), rows)
                touched |= {report, previous}
    return touched


def unlink(connection: Connection, whose: Select[str]) -> set[str]:
    """Remove the links of these reports with the year before; returns all who were linked."""
    where = YearLink.report_id.in_(whose)
    pairs = connection.execute(select(YearLink.report_id, YearLink.previous_id).where(where).distinct()).all()
    if pairs:
        connection.execute(delete(YearLink).where(where))
    return {report for pair in pairs for report in pair}
