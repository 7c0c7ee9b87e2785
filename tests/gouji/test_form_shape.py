import pytest

from gouji.form_shape import Heading, Slot, template_to_lines
from gouji.forms import FORMS, TABLES, template


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", TABLES)
def test_every_place_of_a_table_is_covered_once(table: str, form: str) -> None:
    official = template(table, form)
    lines = template_to_lines(official)
    covered: set[tuple[int, int]] = set()
    for row, line in enumerate(lines):
        column = 0
        for place in line:
            while (row, column) in covered:
                column += 1
            down = place.down if isinstance(place, Heading) else 1
            own = {(row + n, column + m) for n in range(down) for m in range(place.across)}
            assert not covered & own
            covered |= own
    width = max(column for _, column in covered) + 1
    assert len(covered) == width * len(lines)  # no hole and no ragged border
    cells = [place.cell for line in lines for place in line if isinstance(place, Slot)]
    assert cells == list(official.cells)


def test_headings_of_rows_and_of_columns_are_told_apart() -> None:
    lines = template_to_lines(template("applications", "2021"))
    kinds = {place.text: place.of_row for line in lines for place in line if isinstance(place, Heading)}
    assert kinds["自然人"] is False
    assert kinds["三、本年度办理结果"] is True
