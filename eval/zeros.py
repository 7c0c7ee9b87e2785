"""How a truth writes its zeros: what decides whether blanks that left nothing behind can be told at all.

Where a report leaves out all blanks of rows that are empty, or every zero but the totals, the place of each printed
number follows. Where it prints some zeros and leaves others out without a rule, or prints no zero at all and several
columns are in use, nobody can say which cell a number stood in: such documents measure whether doubt is told.
"""

from eval.truth import TrueTable, Truth
from gouji.forms import APPLICATIONS, Row, template
from gouji.tables import CellState

PRINTED = "zeros printed"
NONE_PRINTED = "no zero printed"
TOTALS = "totals of empty rows alone"
ROWS = "whole empty rows left out"
SINGLE = "single zeros left out"


def truth_to_zeros(truth: Truth) -> str:
    """Which of the ways above a truth writes its zeros in; "" where it holds no table 三."""
    held = truth.tables[APPLICATIONS]
    if held is None:
        return ""
    rows = template(APPLICATIONS, held.form).rows
    blanks = any(cell.state is CellState.BLANK for cell in held.cells.values())
    if not blanks:
        return PRINTED
    if not any(cell.value == 0 for cell in held.cells.values()):
        return NONE_PRINTED
    shapes = {_row_to_shape(row, held) for row in rows}
    if shapes <= {"full", "total", "absent"}:
        return TOTALS
    return ROWS if shapes <= {"full", "blank", "absent"} else SINGLE


def _row_to_shape(row: Row, held: TrueTable) -> str:
    cells = [held.cells[name] for name in row.cells]
    if all(cell.state is CellState.ABSENT for cell in cells):
        return "absent"
    blank = [cell.state is CellState.BLANK for cell in cells]
    if not any(blank):
        return "full"
    if all(blank):
        return "blank"
    return "total" if all(blank[:-1]) and cells[-1].value == 0 else "partly"
