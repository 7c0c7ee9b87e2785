import json

import pytest

from gouji_service.cli import main
from gouji_service.store.filters import ReportFilter, list_ids
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store
from tests.gouji_service.sample_reports import sample_recovery, sample_text


@pytest.fixture
def kept(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("GOUJI_DATABASE_URL", store_url)
    ids = []
    with store.writing() as connection:
        for seed in range(4):
            data = sample_text(seed, year=2020 + seed % 2)
            ids.append(save_parsed(store, connection, Parsed(data, sample_recovery(data))).report_id)
    return ids


def test_reports_are_deleted_by_id_and_by_filter(
    kept: list[str], store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["delete", "--year", "2020", "--dry-run"]) == 0
    told = capsys.readouterr()
    counts = json.loads(told.out)
    assert (counts["reports"], counts["documents"]) == (2, 2)
    assert "2 reports would be deleted" in told.err
    assert "将删除 2 份报告" in told.err
    assert list_ids(store, ReportFilter()) == kept
    assert main(["delete", "--year", "2020"]) == 0
    assert json.loads(capsys.readouterr().out) == counts
    assert list_ids(store, ReportFilter()) == [kept[1], kept[3]]
    assert main(["delete", kept[1]]) == 0
    assert list_ids(store, ReportFilter()) == [kept[3]]
    assert main(["delete", "--year", "1999"]) == 0
    assert main(["delete", "--all"]) == 0
    assert list_ids(store, ReportFilter()) == []


def test_what_is_not_there_or_not_said_deletes_nothing(
    kept: list[str], store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["delete"]) == 2
    assert main(["delete", kept[0], "01ARZ3NDEKTSV4RRFFQ69G5FAV"]) == 2
    assert "01ARZ3NDEKTSV4RRFFQ69G5FAV" in capsys.readouterr().err
    assert list_ids(store, ReportFilter()) == kept
