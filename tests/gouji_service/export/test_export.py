import base64
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from gouji import forms
from gouji.tables import Cell, CellState
from gouji_service.cli import main
from gouji_service.export.columns import STATES
from gouji_service.export.export import MEDIA_TYPES, export_corrected, export_reports
from gouji_service.export.rows import long_shape, official_labels, wide_shape
from gouji_service.export.xlsx import stream_xlsx
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.filters import ReportFilter
from gouji_service.store.results import read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, open_store
from tests.gouji_service.conftest import ROOT
from tests.gouji_service.sample_reports import sample_recovery, sample_text, set_cells

TOTAL = "applications.granted.total"


@pytest.fixture
def filled(store: Store) -> tuple[Store, list[str]]:
    ids = []
    for seed in range(7):
        data = sample_text(seed)
        recovery = sample_recovery(data, form="2019" if seed == 3 else "2021")
        if seed == 2:
            cells = {"granted.total": Cell(None, "模糊", CellState.UNREAD, 0.4), "granted.business": Cell(
                None, None, CellState.ABSENT, 0.9)}  # fmt: skip
            recovery = set_cells(recovery, "applications", cells)
        with store.writing() as connection:
            ids.append(save_parsed(store, connection, Parsed(data, recovery)).report_id)
    with store.writing() as connection:
        corrections = [CellCorrection("applications", "granted.total", "printed", 41)]
        review_report(store, connection, ids[0], Review(cells=corrections, agency='=HYPERLINK("x")'))
    return store, ids


def export(store: Store, wanted: ReportFilter | None = None, **how: str) -> bytes:
    return b"".join(export_reports(store, wanted or ReportFilter(), **how))  # type: ignore[arg-type]


def shown(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return read_results(connection, ids)


def test_wide_csv_opens_in_pandas_with_every_number(filled: tuple[Store, list[str]]) -> None:
    store, ids = filled
    data = export(store, format="csv")
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype={"id": str})
    assert frame["id"].tolist() == ids
    for (_, row), result in zip(frame.iterrows(), shown(store, ids), strict=True):
        for table, found in result["tables"].items():
            assert row[f"{table}.state"] == found["state"]
            for name, cell in found["cells"].items():
                value = row[f"{table}.{name}"]
                assert (None if pd.isna(value) else value) == cell["value"], (table, name)
    assert frame.loc[0, TOTAL] == 41
    assert frame.loc[0, "agency"] == '\'=HYPERLINK("x")'


def read_back(data: bytes, format: str, kinds: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of an export with the types that its format gives; those of CSV by the kinds of the columns."""
    if format == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    if format == "parquet":
        return list(pq.read_table(io.BytesIO(data)).to_pylist())
    if format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        return [dict(zip(header, row, strict=True)) for row in rows]
    to = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__}
    return [
        {
            key: None if text == "" else to.get(kinds[key], lambda t: t.removeprefix("'"))(text)
            for key, text in row.items()
        }
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    ]


@pytest.mark.parametrize("states", STATES)
@pytest.mark.parametrize(("shape", "formats"), [("wide", ("csv", "xlsx", "parquet")), ("long", tuple(MEDIA_TYPES))])
def test_every_format_says_the_same_in_the_same_types(
    filled: tuple[Store, list[str]], shape: str, formats: tuple[str, ...], states: str
) -> None:
    store, _ = filled
    columns = (wide_shape(store, states) if shape == "wide" else long_shape(store)).columns
    kinds = {column.key: column.kind for column in columns}
    allowed = {"integer": (int,), "number": (int, float), "boolean": (bool,), "text": (str,)}
    told = {form: read_back(export(store, format=form, shape=shape, states=states), form, kinds) for form in formats}
    for form, rows in told.items():
        assert rows == told[formats[0]], form
        for row in rows:
            assert list(row) == list(kinds)
            for key, value in row.items():
                assert value is None or type(value) in allowed[kinds[key]], (form, key, value)


def test_moments_are_utc_in_every_format(filled: tuple[Store, list[str]]) -> None:
    store, _ = filled
    wanted = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    (row, *_) = read_back(export(store, format="parquet"), "parquet", {})
    (result, *_) = read_back(export(store, format="jsonl"), "jsonl", {})
    assert re.fullmatch(wanted, row["created_at"])
    assert result["created_at"] == row["created_at"]
    assert re.fullmatch(wanted, result["corrections"][0]["created_at"])


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("states", STATES)
def test_a_wide_row_keeps_the_four_states_apart(filled: tuple[Store, list[str]], format: str, states: str) -> None:
    store, ids = filled
    kinds = {column.key: column.kind for column in wide_shape(store, states).columns}
    rows = read_back(export(store, format=format, states=states), format, kinds)
    for row, result in zip(rows, shown(store, ids), strict=True):
        for table in forms.TABLES:
            found = result["tables"][table]["cells"]
            told = {}
            if states == "cells":
                told = {cell: row[f"{table}.{cell}.state"] for cell in found}
            else:
                for part in filter(None, (row[f"{table}.unprinted"] or "").split("; ")):
                    state, _, cells = part.partition(": ")
                    told |= dict.fromkeys(cells.split(), state)
                told = {cell: told.pop(cell, "printed") for cell in found} | told
            assert told == {cell: read["state"] for cell, read in found.items()}
            assert {cell: row[f"{table}.{cell}"] for cell in found} == {c: read["value"] for c, read in found.items()}
            others = {cell for owner, cell in official_labels() if owner == table} - found.keys()
            assert all(row[f"{table}.{cell}"] is None for cell in others)
    printed = [row[TOTAL] for row in rows]
    assert 0 in printed  # a printed 0 is a 0
    assert None in printed


def test_a_table_without_any_number_fits_into_a_cell_of_a_spreadsheet() -> None:
    for table in forms.TABLES:
        for form in forms.FORMS:
            assert len("unread: " + " ".join(forms.template(table, form).cells)) < 32_767


def test_official_headers_are_unique_and_name_the_same_columns(filled: tuple[Store, list[str]]) -> None:
    store, _ = filled
    keys, labels = (
        next(csv.reader(io.StringIO(export(store, format="csv", headers=headers).decode("utf-8-sig"))))
        for headers in ("keys", "official")
    )
    assert len(set(labels)) == len(labels) == len(keys)
    assert labels[keys.index(TOTAL)] == official_labels()["applications", "granted.total"]
    assert labels[keys.index(TOTAL)] == "三/三、本年度办理结果/(一)予以公开/总计"


def test_long_rows_tell_the_four_states_apart(filled: tuple[Store, list[str]]) -> None:
    store, ids = filled
    frame = pd.read_csv(io.BytesIO(export(store, format="csv", shape="long")), encoding="utf-8-sig", dtype=str)
    results = shown(store, ids)
    assert len(frame) == sum(len(table["cells"]) for result in results for table in result["tables"].values())
    third = frame[(frame.report_id == ids[2]) & (frame.table == "applications")].set_index("cell")
    assert third.loc["granted.total", ["state", "text"]].tolist() == ["unread", "模糊"]
    assert third.loc["granted.business", "state"] == "absent"
    assert pd.isna(third.loc["granted.business", "value"])
    first = frame[(frame.report_id == ids[0]) & (frame.table == "active_disclosure")]
    assert first.iloc[0][["state", "text"]].tolist() == ["blank", "/"]
    corrected = frame[frame.corrected == "true"]
    assert corrected[["report_id", "cell", "value"]].values.tolist() == [[ids[0], "granted.total", "41"]]
    assert set(frame[frame.report_id == ids[3]].form) == {"2019"}


def test_parquet_is_typed(filled: tuple[Store, list[str]], tmp_path: Path) -> None:
    store, ids = filled
    path = tmp_path / "wide.parquet"
    path.write_bytes(export(store, format="parquet"))
    table = pq.read_table(path)
    types = {field.name: str(field.type) for field in table.schema}
    assert (types[TOTAL], types["id"], types["needs_review"]) == ("int64", "string", "bool")
    assert types["active_disclosure.administrative_fees.amount_10k_yuan"] == "double"
    assert table.column("id").to_pylist() == ids
    assert table.column(TOTAL).to_pylist()[0] == 41
    path.write_bytes(export(store, format="parquet", shape="long"))
    long = pq.read_table(path)
    assert str(long.schema.field("value").type) == "double"
    assert long.num_rows == sum(len(t["cells"]) for r in shown(store, ids) for t in r["tables"].values())


def test_without_pyarrow_parquet_names_its_extra_and_the_others_work(
    on_disk: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = sample_text(1)
    with on_disk.writing() as connection:
        save_parsed(on_disk, connection, Parsed(data, sample_recovery(data)))
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    for name in ("out.csv", "out.xlsx", "out.jsonl"):
        assert main(["export", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 1000
    assert main(["export", str(tmp_path / "out.parquet")]) == 2
    assert "pip install 'gouji[parquet]'" in capsys.readouterr().err
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_a_spreadsheet_says_what_the_csv_says(filled: tuple[Store, list[str]], shape: str) -> None:
    store, _ = filled
    sheet = openpyxl.load_workbook(io.BytesIO(export(store, format="xlsx", shape=shape))).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    told = list(csv.reader(io.StringIO(export(store, format="csv", shape=shape).decode("utf-8-sig"))))
    assert rows[0] == told[0]
    assert len(rows) == len(told)
    plain = [["" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in row] for row in rows[1:]]
    assert plain == [[text.removeprefix("'") for text in row] for row in told[1:]]


def test_a_spreadsheet_goes_on_in_the_next_sheet(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    path.write_bytes(b"".join(stream_xlsx(["n", "t"], ([n, "a\x01<&>"] for n in range(25)), sheet_rows=11)))
    book = openpyxl.load_workbook(path)
    assert [sheet.max_row for sheet in book] == [11, 11, 6]
    assert [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)] == list(range(25))
    assert book.worksheets[0]["B2"].value == "a<&>"
    assert zipfile.ZipFile(path).testzip() is None


def test_json_lines_are_the_results_themselves(filled: tuple[Store, list[str]]) -> None:
    store, ids = filled
    assert [json.loads(line) for line in export(store, format="jsonl").splitlines()] == shown(store, ids)
    cells = [json.loads(line) for line in export(store, format="jsonl", shape="long").splitlines()]
    assert cells[0]["report_id"] == ids[0]


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_filters_hold_for_every_format_and_nothing_is_an_empty_table(
    filled: tuple[Store, list[str]], format: str, tmp_path: Path
) -> None:
    store, ids = filled
    one = export(store, ReportFilter(agency="第5号局"), format=format)
    none = export(store, ReportFilter(year=1), format=format)
    if format == "parquet":
        assert pq.read_table(io.BytesIO(one)).column("id").to_pylist() == [ids[5]]
        assert pq.read_table(io.BytesIO(none)).num_rows == 0
    elif format == "xlsx":
        assert [openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].max_row for book in (one, none)] == [2, 1]
    else:
        header = 1 if format == "csv" else 0
        assert [len(text.splitlines()) - header for text in (one, none)] == [1, 0]


def test_pages_end_where_the_reports_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji_service.export.rows.REPORTS_AT_ONCE", 3)
    with store.writing() as connection:
        for seed in range(6):
            data = sample_text(seed)
            save_parsed(store, connection, Parsed(data, sample_recovery(data)))
    rows = list(csv.reader(io.StringIO(export(store, format="csv").decode("utf-8-sig"))))
    assert len({row[0] for row in rows[1:]}) == len(rows) - 1 == 6


def test_corrected_reports_come_out_as_true_tables(filled: tuple[Store, list[str]]) -> None:
    store, ids = filled
    with store.writing() as connection:
        review_report(store, connection, ids[2], Review(reviewed=True))
    lines = [json.loads(line) for line in b"".join(export_corrected(store)).splitlines()]
    assert [line["id"] for line in lines] == [ids[0], ids[2]]
    assert base64.b64decode(lines[0]["content_base64"]) == sample_text(0)
    truth = lines[0]["truth"]["tables"]
    assert truth["applications"]["cells"]["granted.total"] == 41
    assert truth["active_disclosure"]["cells"]["regulations.issued"] is None
    cells = lines[1]["truth"]["tables"]["applications"]["cells"]
    assert (cells["granted.total"], cells["granted.business"]) == ("unread", "absent")
    assert len(b"".join(export_corrected(store, reviewed_only=True)).splitlines()) == 1


def test_a_missing_table_is_null_in_a_truth(store: Store) -> None:
    data = sample_text(4)
    with store.writing() as connection:
        report = save_parsed(store, connection, Parsed(data, sample_recovery(data))).report_id
        review_report(store, connection, report, Review(reviewed=True))
    (line,) = b"".join(export_corrected(store)).splitlines()
    assert json.loads(line)["truth"]["tables"]["review_litigation"] is None


def test_a_stream_is_asked_for_by_a_dash(on_disk: Store, tmp_path: Path, capfdbinary: Any) -> None:
    data = sample_text(1)
    with on_disk.writing() as connection:
        save_parsed(on_disk, connection, Parsed(data, sample_recovery(data)))
    assert main(["export", "-", "--format", "csv"]) == 0
    told = capfdbinary.readouterr()
    assert told.out.startswith(b"\xef\xbb\xbfid,agency")
    assert str(tmp_path / "gouji.db").encode() in told.err
    assert main(["export", "--corrected", "-"]) == 0
    assert capfdbinary.readouterr().out == b""
    assert not Path("-").exists()


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("GOUJI_DATA_DIR", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'gouji.db'}")
    yield store
    store.close()


def test_the_command_writes_a_whole_file_or_none(on_disk: Store, tmp_path: Path) -> None:
    data = sample_text(1)
    with on_disk.writing() as connection:
        save_parsed(on_disk, connection, Parsed(data, sample_recovery(data)))
    assert main(["export", str(tmp_path / "out.xlsx"), "--headers", "official"]) == 0
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].max_row == 2
    assert main(["export", "--corrected", str(tmp_path / "truth.jsonl")]) == 0
    assert (tmp_path / "truth.jsonl").read_bytes() == b""
    assert main(["export", str(tmp_path / "no" / "folder.csv")]) == 2
    assert list(tmp_path.rglob("*.part")) == []


def test_memory_does_not_grow_with_what_is_exported(on_disk: Store, tmp_path: Path) -> None:
    """Ten times the reports, hardly more memory: pages, not the whole."""
    script = (
        "import resource, sys; from gouji_service.cli import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for reports in (60, 540):
        with on_disk.writing() as connection:
            for seed in range(reports):
                data = sample_text(seed + reports)
                save_parsed(on_disk, connection, Parsed(data, sample_recovery(data)))
        command = [sys.executable, "-c", script, "export", str(tmp_path / "out.csv"), "--shape", "long"]
        peaks.append(int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))
    rows = (tmp_path / "out.csv").read_bytes().count(b"\n") - 1
    assert rows > 100_000
    assert peaks[1] - peaks[0] < 25_000, peaks  # KiB; the cells themselves are more than 60 MiB as Python objects
