from collections import Counter
from random import Random

import pytest

from gouji.forms import APPLICATIONS, TABLES, template
from gouji.tables import CellState
from gouji.text.numerals import NumeralKind, read_numeral
from training.tables.synthesis import TrueReport, draw_report

REPORTS = [draw_report(Random(seed)) for seed in range(600)]


def holds_its_sums(report: TrueReport) -> bool:
    return all(
        sum(held.cells[cell].value or 0 for cell in identity.wholes)
        == sum(held.cells[cell].value or 0 for cell in identity.parts)
        for held in report.tables.values()
        if held is not None
        for identity in held.template.identities
    )


def test_one_seed_one_report() -> None:
    assert draw_report(Random(5)) == draw_report(Random(5))
    assert draw_report(Random(5)) != draw_report(Random(6))


def test_a_set_share_of_reports_break_their_own_sums() -> None:
    broken = sum(not holds_its_sums(report) for report in REPORTS) / len(REPORTS)
    assert 0.12 < broken < 0.27


def test_most_cells_are_zero_and_some_reports_are_dense() -> None:
    values = [c.value for r in REPORTS for t in r.tables.values() if t is not None for c in t.cells.values()]
    assert sum(not value for value in values) / len(values) > 0.6
    assert max(value for value in values if value is not None) > 100_000
    assert Counter(report.size for report in REPORTS)["dense"] > 30


def test_columns_in_use_are_a_property_of_the_report() -> None:
    small = [r.tables[APPLICATIONS] for r in REPORTS if r.size == "small" and holds_its_sums(r)]
    used = Counter()
    for held in small:
        assert held is not None
        used[sum(any(held.cells[row.cells[c]].value for row in held.template.rows) for c in range(6))] += 1
    assert used[0] + used[1] > 0.6 * len(small)


def test_reports_mix_forms_and_no_year_settles_one() -> None:
    mixed = [r for r in REPORTS if len({t.form for n, t in r.tables.items() if t and n in TABLES[:2]}) == 2]
    late = [r for r in REPORTS if r.year > 2020 and r.tables[APPLICATIONS].form == "2019"]  # type: ignore[union-attr]
    assert mixed
    assert late


@pytest.mark.parametrize("style", ["all_blank", "blank_but_total", "blank_rows"])
def test_a_zero_style_changes_blanks_and_no_number(style: str) -> None:
    for seed in range(40):
        plain = draw_report(Random(seed), zero_style="zeros")
        blanked = draw_report(Random(seed), zero_style=style)
        for table in TABLES:
            one, other = plain.tables[table], blanked.tables[table]
            assert one is not None
            assert other is not None
            for name, cell in other.cells.items():
                if cell.state is CellState.BLANK:
                    assert one.cells[name].value == 0
                else:
                    assert cell == one.cells[name]


def test_every_table_holds_every_cell_of_its_form() -> None:
    for report in REPORTS[:50]:
        for table, held in report.tables.items():
            assert held is not None
            assert tuple(held.cells) == template(table, held.form).cells


def test_every_printed_text_reads_as_its_value() -> None:
    for report in REPORTS[:200]:
        for held in report.tables.values():
            assert held is not None
            for cell in held.cells.values():
                if cell.state is CellState.PRINTED:
                    found = read_numeral(cell.text)
                    assert found is not None
                    assert found.kind is NumeralKind.NUMBER
                    assert found.value == cell.value, cell
