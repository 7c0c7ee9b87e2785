from decimal import Decimal

from gouji import forms
from gouji.tables import Cell, CellState
from gouji_service.store.agency_years import read_years
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from gouji_service.store.tables import Report
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

COLUMNS = (Report.id, Report.year, Report.confidence)


def keep(store: Store, seed: int, year: int, in_force: int | None, issued: int, confidence: float) -> str:
    data = sample_text(seed, agency="龙湾区某局", year=year)
    values = {"in_force": in_force, "issued": issued, "repealed": 1}
    cells = {
        f"regulations.{key}": Cell(
            None if value is None else Decimal(value),
            None if value is None else str(value),
            CellState.UNREAD if value is None else CellState.PRINTED,
            0.9,
        )
        for key, value in values.items()
    }
    recovery = set_cells(sample_recovery(data, confidence=confidence), forms.ACTIVE_DISCLOSURE, cells)
    with store.writing() as connection:
        return save_parsed(store, connection, Parsed(data, recovery)).report_id


def test_years_stand_in_order_with_the_surest_report_of_each(store: Store) -> None:
    sure = keep(store, 1, 2022, 10, 2, 0.99)
    unsure = keep(store, 2, 2022, 7, 2, 0.85)
    later = keep(store, 3, 2023, 12, 3, 0.9)
    keep(store, 4, 2024, None, 3, 0.9)
    with store.reading() as connection:
        years = read_years(connection, "龙湾区 某局", COLUMNS)
        other = read_years(connection, "龙湾区某局", COLUMNS, chosen=[unsure])
        assert read_years(connection, "某局", COLUMNS) == []
    assert [(year.year, [row.id for row in year.reports]) for year in years][:2] == [
        (2022, [sure, unsure]), (2023, [later]),
    ]  # fmt: skip
    assert other[0].result["id"] == unsure
    told = [{link["row"]: (link["computed"], link["holds"]) for link in year.in_force} for year in years]
    assert (told[0], told[1]["regulations"]) == ({}, (12, True))
    assert "regulations" not in told[2], "a cell that was not read follows from nothing"
    assert {link["row"]: link["computed"] for link in other[1].in_force}["regulations"] == 9
