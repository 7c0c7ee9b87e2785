"""Corrections over HTTP: whole tables, sums that they break and mend, and what is said of sums that fail."""

import csv
import io
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gouji import forms
from gouji_service.http.app import create_app
from gouji_service.http.report_shapes import CorrectedResult
from gouji_service.settings import Settings
from tests.gouji_service.conftest import small_report

_numbers = itertools.count(100)
_LETTERS = str.maketrans("0123456789", "东西南北江河湖海山林")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("shared_postgresql")
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), database_url=url, parse_workers=1, job_workers=0, review_below=0.1
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def send(client: TestClient, *, without: str | None = None, year: int = 2023, region: int | None = None) -> str:
    """A report of its own; `without`: a table that is left out of it."""
    number = str(next(_numbers) if region is None else region)
    text = small_report().replace("某市某区", f"某市{number.translate(_LETTERS)}区")
    text = text.replace("2023", str(year))
    if without:
        head = {"applications": ("三、", "四、"), "review_litigation": ("四、", "五、")}[without]
        text = text[: text.index(head[0])] + text[text.index(head[1]) :]
    answer = client.post("/parse?engine=rules", content=text.encode(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def patch(client: TestClient, report: str, **body: Any) -> dict[str, Any]:
    answer = client.patch(f"/reports/{report}/cells", json=body)
    assert answer.status_code == 200, answer.text
    CorrectedResult.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def names(checks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(check["check"], check["at"]) for check in checks}


def test_a_sum_that_a_typo_breaks_is_blamed_on_the_correction_and_mended_by_taking_it_back(client: TestClient) -> None:
    report = send(client)
    broken = patch(client, report, cells={"applications": {"granted.total": {"value": 9}}})
    assert {("row_total", "granted"), ("column_sum", "total")} <= names(broken["broke"])
    assert {check["verdict"] for check in broken["broke"]} == {"correction"}
    assert broken["mended"] == []
    assert broken["needs_review"] is True
    mended = patch(client, report, cells={"applications": {"granted.total": None}})
    assert (mended["broke"], names(mended["mended"])) == ([], names(broken["broke"]))
    assert mended["needs_review"] is False


def test_a_number_that_is_confirmed_as_read_leaves_the_verdict_to_what_was_read(client: TestClient) -> None:
    report = send(client)
    cells = client.get(f"/reports/{report}").json()["tables"]["applications"]["cells"]
    same = {name: {"value": cells[name]["value"]} for name in ("granted.total", "new_received.total")}
    told = patch(client, report, cells={"applications": same})
    assert all(check["holds"] for check in told["checks"])


@pytest.mark.parametrize(
    ("cell", "value", "taken"),
    [
        ("applications.granted.total", 6.5, False),
        ("applications.granted.total", -1, False),
        ("active_disclosure.administrative_fees.amount_10k_yuan", 6.5, True),
        ("active_disclosure.administrative_fees.amount_10k_yuan", -6.5, False),
        ("active_disclosure.permits.change", -6, True),
        ("active_disclosure.permits.change", -6.5, False),
    ],
)
def test_a_count_takes_no_decimals_and_nothing_below_zero_unless_one_insists(
    client: TestClient, cell: str, value: float, taken: bool
) -> None:
    report = send(client)
    table, _, name = cell.partition(".")
    body = {"cells": {table: {name: {"value": value}}}}
    answer = client.patch(f"/reports/{report}/cells", json=body)
    assert answer.status_code == (200 if taken else 422)
    if not taken:
        assert "insist" in answer.json()["detail"]
        assert "来源" in answer.json()["detail_zh"]
    insisted = patch(client, report, **body, insist=True)
    assert [(c["cell"], c["value"]) for c in insisted["corrections"]] == [(name, value)]


def test_a_missing_table_is_filled_in_by_hand_and_exported(client: TestClient) -> None:
    report = send(client, without="review_litigation", year=2031)
    assert client.get("/reports?missing=review_litigation&year=2031").json()["total"] == 1
    refused = client.patch(f"/reports/{report}/cells", json={"tables": {"review_litigation": {"state": "found"}}})
    assert (refused.status_code, "2021" in refused.json()["detail"]) == (422, True)

    told = patch(client, report, tables={"review_litigation": {"state": "found", "form": "2021"}})
    table = told["tables"]["review_litigation"]
    assert (table["state"], table["form"], table["corrected"]) == ("found", "2021", True)
    assert table["read"]["state"] == "missing"
    assert list(table["cells"]) == list(forms.template("review_litigation", "2021").cells)
    assert {cell["state"] for cell in table["cells"].values()} == {"unread"}
    assert client.get("/reports?missing=review_litigation&year=2031").json()["total"] == 0

    cells = {cell: {"value": 0} for cell in table["cells"]} | {"review_upheld": {"value": 2}}
    filled = patch(client, report, cells={"review_litigation": cells})
    assert filled["tables"]["review_litigation"]["confidence"] == 1.0
    assert [(c["check"], c["at"], c["verdict"]) for c in filled["broke"]] == [("block_total", "review", "correction")]
    mended = patch(client, report, cells={"review_litigation": {"review_total": {"value": 2}}})
    assert names(mended["mended"]) == {("block_total", "review")}
    rows = list(csv.DictReader(io.StringIO(client.get("/export?year=2031").content.decode("utf-8-sig"))))
    assert [(row["review_litigation.state"], row["review_litigation.review_total"]) for row in rows] == [("found", "2")]
    assert rows[0]["review_litigation.confidence"] == "1.0"

    back = patch(client, report, tables={"review_litigation": {"state": None, "form": None}})
    assert back["tables"]["review_litigation"]["state"] == "missing"
    assert [c["placed"] for c in back["corrections"]] == [False] * len(cells)
    rows = list(csv.DictReader(io.StringIO(client.get("/export?year=2031").content.decode("utf-8-sig"))))
    assert (rows[0]["review_litigation.state"], rows[0]["review_litigation.review_total"]) == ("missing", "")


def test_a_table_that_is_not_there_loses_its_cells_and_its_sums(client: TestClient) -> None:
    report = send(client)
    told = patch(client, report, tables={"applications": {"state": "missing"}})
    assert told["tables"]["applications"]["cells"] == {}
    assert not [check for check in told["checks"] if check["table"] == "applications"]
    assert client.get(f"/reports/{report}").json()["tables"]["applications"]["read"]["state"] == "found"
    back = patch(client, report, tables={"applications": {"state": None}})
    assert back["tables"]["applications"]["cells"]["granted.total"]["value"] == 2
    assert "corrected" not in back["tables"]["applications"]


def test_another_form_keeps_the_cells_that_both_have(client: TestClient) -> None:
    report = send(client)
    told = patch(client, report, tables={"active_disclosure": {"form": "2019"}})
    cells = told["tables"]["active_disclosure"]["cells"]
    assert list(cells) == list(forms.template("active_disclosure", "2019").cells)
    assert (cells["permits.decisions"]["state"], cells["permits.change"]["state"]) == ("printed", "unread")


def test_a_failing_sum_is_confirmed_and_that_lasts_as_long_as_its_sides(client: TestClient) -> None:
    report = send(client)
    broken = patch(client, report, cells={"applications": {"granted.natural_person": {"value": 1}}}, reviewer="李")
    said = [{"check": c["check"], "table": c["table"], "at": c["at"], "decision": "confirmed"} for c in broken["broke"]]
    assert said
    told = patch(client, report, checks=said, reviewer="王", note="原件如此")
    failing = [check for check in told["checks"] if not check["holds"]]
    assert {(c["decision"]["decision"], c["decision"]["reviewer"]) for c in failing} == {("confirmed", "王")}
    assert all(c["decision"]["created_at"].endswith("Z") for c in failing)
    assert (told["needs_review"], broken["needs_review"]) == (False, True)

    other = patch(client, report, cells={"applications": {"granted.natural_person": {"value": 7}}})
    assert not [c for c in other["checks"] if c.get("decision")], "it was said of other numbers"
    assert other["needs_review"] is True
    again = patch(client, report, cells={"applications": {"granted.natural_person": {"value": 1}}})
    assert [c["decision"]["decision"] for c in again["checks"] if not c["holds"]] == ["confirmed"] * len(said)
    taken = patch(client, report, checks=[{**one, "decision": None} for one in said])
    assert not [c for c in taken["checks"] if c.get("decision")]


def test_a_sum_that_holds_or_is_none_cannot_be_decided(client: TestClient) -> None:
    report = send(client)
    one = {"check": "row_total", "table": "applications", "at": "granted", "decision": "ignored"}
    answer = client.patch(f"/reports/{report}/cells", json={"checks": [one], "reviewed": True})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert client.get(f"/reports/{report}").json()["reviewed"] is False


def test_a_year_link_that_a_correction_breaks_is_blamed_on_it_in_both_years(client: TestClient) -> None:
    earlier, later = send(client, year=2022, region=9000), send(client, year=2023, region=9000)
    column = "total"
    patch(client, earlier, cells={"applications": {f"carried_forward.{column}": {"value": 0}}})
    broken = patch(client, later, cells={"applications": {f"carried_over.{column}": {"value": 5}}})
    links = [check for check in broken["broke"] if check["check"] == "year_link"]
    assert [(link["at"], link["verdict"]) for link in links] == [(column, "correction")]
    other = [c for c in client.get(f"/reports/{earlier}").json()["checks"] if c["check"] == "year_link"]
    assert {c["verdict"] for c in other if not c["holds"] and c["at"] == column} == {"correction"}
    decided = patch(
        client, later, checks=[{"check": "year_link", "table": "applications", "at": column, "decision": "ignored"}]
    )
    assert [c["decision"]["decision"] for c in decided["checks"] if c.get("decision")] == ["ignored"]
    assert client.delete(f"/reports/{later}").status_code == 200


def test_a_correction_of_a_table_stays_over_a_later_run(client: TestClient) -> None:
    report = send(client, without="review_litigation")
    patch(client, report, tables={"review_litigation": {"state": "found", "form": "2019"}})
    run = client.get(f"/reports/{report}/runs").json()["runs"][0]["run"]
    shown = client.post(f"/reports/{report}/runs/{run}/restore").json()
    assert shown["tables"]["review_litigation"]["form"] == "2019"
