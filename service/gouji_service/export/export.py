"""Takes reports out of the store: CSV, XLSX, Parquet or JSON Lines, as a stream of bytes in bounded memory."""

import argparse
import base64
import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from gouji.extras import require_extra
from gouji_service.commands.opening import open_command_store, tell_error
from gouji_service.commands.picking import add_filters, arguments_to_filter
from gouji_service.export.columns import STATES
from gouji_service.export.rows import REPORTS_AT_ONCE, Row, Shape, long_shape, read_exported, wide_shape
from gouji_service.export.xlsx import stream_xlsx
from gouji_service.problems import Problem
from gouji_service.settings import Settings
from gouji_service.store.errors import StoreError
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.results import Json, read_results
from gouji_service.store.store import Store, get_document
from gouji_service.store.tables import Report

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
}
SHAPES = ("wide", "long")
HEADERS = ("keys", "official")
_FORMULA = ("=", "@", "\t", "\r")


def export_reports(
    store: Store,
    wanted: ReportFilter,
    *,
    format: str,
    shape: str = "wide",
    headers: str = "keys",
    states: str = "tables",
) -> Iterator[bytes]:
    """The chosen reports in a format of MEDIA_TYPES. `headers`: keys of forms.json, or the official Chinese names.
    `states`: one of STATES, of the wide shape. Raises MissingExtra for Parquet where that cannot be written.
    """
    if format == "parquet":
        require_extra("pyarrow", "parquet")
    if format == "jsonl" and shape == "wide":
        return _stream_results(store, wanted)
    columns = wide_shape(store, states) if shape == "wide" else long_shape(store)
    pages = read_exported(store, wanted)
    if format == "parquet":
        from gouji_service.export.parquet import stream_parquet

        return stream_parquet(columns, _header(columns, headers), pages)
    rows = chain.from_iterable(columns.rows(report) for page in pages for report in page)
    if format == "jsonl":
        return _stream_json_rows(columns, rows, headers)
    names = _header(columns, headers)
    return stream_xlsx(names, rows) if format == "xlsx" else _stream_csv(names, rows)


def _header(shape: Shape, headers: str) -> list[str]:
    return [column.key if headers == "keys" else column.label for column in shape.columns]


def _guard(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers and marks stay as printed."""
    if isinstance(value, str) and len(value) > 1:
        if value.startswith(_FORMULA) or (value[0] in "+-" and not value[1:].replace(".", "", 1).isdigit()):
            return "'" + value
    elif isinstance(value, bool):
        return "true" if value else "false"
    return value


def _stream_csv(header: list[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, which Excel needs and pandas reads with encoding utf-8-sig."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(header)
    for n, row in enumerate(rows, 1):
        writer.writerow(map(_guard, row))
        if n % 500 == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _stream_json_rows(shape: Shape, rows: Iterable[Row], headers: str) -> Iterator[bytes]:
    names = _header(shape, headers)
    for row in rows:
        yield (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n").encode()


def _read_result_pages(store: Store, wanted: ReportFilter, size: int) -> Iterator[list[Json]]:
    after: str | None = None
    while True:
        with store.reading() as connection:
            ids = connection.execute(select_reports(wanted, Report.id, after=after, limit=size)).scalars().all()
            results = read_results(connection, ids)
        yield results
        if len(ids) < size:
            return
        after = ids[-1]


def _stream_results(store: Store, wanted: ReportFilter) -> Iterator[bytes]:
    """The whole result of each report, as GET /reports/{id} gives it."""
    for results in _read_result_pages(store, wanted, REPORTS_AT_ONCE // 4):
        yield "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results).encode()


def result_to_truth(result: Json) -> Json:
    """A reviewed result as a true table: a number, null for a blank, "absent", "unread"."""
    tables: Json = {}
    for name, table in result["tables"].items():
        cells = {
            cell: found["value"]
            if found["state"] == "printed"
            else None
            if found["state"] == "blank"
            else found["state"]
            for cell, found in table["cells"].items()
        }
        tables[name] = {"form": table["form"], "cells": cells} if table["state"] == "found" else None
    return {"agency": result["report"]["agency"], "year": result["report"]["year"], "tables": tables}


def export_corrected(store: Store, *, reviewed_only: bool = False) -> Iterator[bytes]:
    """Reports that people corrected or reviewed, with source and truth, one a line: for training and evaluation.

    Those of a source of several reports are left out: the source is more than what the truth speaks of.
    """
    reviewed = Report.reviewed.is_(True)
    chosen = and_(Report.parts == 1, reviewed if reviewed_only else or_(reviewed, Report.corrections > 0))
    after = ""
    while True:
        with store.reading() as connection:
            columns = (Report.id, Report.sha256, Report.name, Report.media_type)
            statement = select(*columns).where(chosen, Report.id > after).order_by(Report.id).limit(20)
            reports = connection.execute(statement).all()
            results = read_results(connection, [report.id for report in reports])
            sources = [get_document(store, connection, report.sha256) for report in reports]
        if not reports:
            return
        after = reports[-1].id
        for report, result, source in zip(reports, results, sources, strict=True):
            line = {
                "id": report.id,
                "truth_id": report.id,
                "name": report.name,
                "media_type": report.media_type,
                "content_base64": base64.b64encode(source).decode(),
                "truth": result_to_truth(result),
            }
            yield (json.dumps(line, ensure_ascii=False) + "\n").encode()


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji export`."""
    parser = subparsers.add_parser(
        "export",
        help="write kept results as CSV, XLSX, Parquet or JSON Lines",
        description="Write kept results, corrections included. wide: one row a report; long: one row a cell with its "
        "state, confidence and page. JSON Lines in the wide shape are whole results.",
    )
    parser.add_argument("output", nargs="?", type=Path, help="the file to write; - or none: standard output")
    parser.add_argument("--format", choices=MEDIA_TYPES, help="default: from the name of the file, else csv")
    parser.add_argument("--shape", choices=SHAPES, default="wide")
    parser.add_argument("--headers", choices=HEADERS, default="keys")
    parser.add_argument("--states", choices=STATES, default=STATES[0], help="wide: cells that are not printed are "
                        "named in one column a table, or each cell has its state beside it")  # fmt: skip
    add_filters(parser)
    parser.add_argument("--corrected", type=Path, metavar="FILE.jsonl", help="instead: sources and true tables of the "
                        "reports that people corrected or reviewed, for training and evaluation")  # fmt: skip
    parser.add_argument("--reviewed-only", action="store_true", help="with --corrected: only those marked as reviewed")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """0: written; 2: the store is not there, holds no report, or cannot be used."""
    wanted = arguments_to_filter(arguments, settings)
    target: Path | None = arguments.corrected or arguments.output
    if target == Path("-"):
        target = None
    suffix = "" if target is None else target.suffix.removeprefix(".")
    format = arguments.format or (suffix if suffix in MEDIA_TYPES else "csv")
    try:
        with open_command_store("export", settings, filled=True) as store, _open_target(target) as file:
            if arguments.corrected:
                parts = export_corrected(store, reviewed_only=arguments.reviewed_only)
            else:
                how = {"shape": arguments.shape, "headers": arguments.headers, "states": arguments.states}
                parts = export_reports(store, wanted, format=format, **how)
            for part in parts:
                file.write(part)
    except BrokenPipeError:  # `… | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (StoreError, Problem, OSError) as error:
        tell_error("export", error)
        return 2
    return 0


@contextmanager
def _open_target(target: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that is there only when it is whole."""
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
