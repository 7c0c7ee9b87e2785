"""What keeping reports costs: ingest against bare parse, growth of the store, export, jobs whose workers are killed.

`measure()` is the small part of `make bench`. `python -m eval.bench.store --full` fills stores of 5,000 and 100,000
reports, kills workers on the way, and writes eval/results/store.json. Costs a report are CPU time of this process, so
that a busy machine does not blur them; rates and durations are by the clock.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gouji.document import SourceError
from gouji.results import Recovery
from gouji_service.commands.ingest import ingest_sources
from gouji_service.commands.ingest_sheet import ResultSheet
from gouji_service.commands.ingest_sources import SourceRecord, read_sources
from gouji_service.parsing import ParserPool
from gouji_service.store.filters import ReportFilter, select_reports
from gouji_service.store.results import read_results
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import Store, content_hash, open_store
from gouji_service.store.tables import Report

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).parents[1] / "results" / "store.json"
Figures = dict[str, Any]
PARTS = ("rates", "growth", "export", "kills", "cluster")
_AT_ONCE = 16
_MEASURED = 800
_PEAK = (
    "import resource, sys; from gouji_service.cli import main; status = main(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
)


def make_reports(count: int, folder: Path) -> Path:
    """Damaged text reports of the project's own generator, as JSON Lines."""
    out = folder / f"reports_{count}.jsonl"
    command = [
        sys.executable,
        "-m",
        "training.sets.dataset",
        "--set",
        "calibration",
        "--seed",
        "11",
        "--count",
        str(count),
    ]
    subprocess.run([*command, "--out", str(out)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return out


def _text_sources(path: Path) -> list[SourceRecord]:
    return [
        source for source in read_sources(path, 1 << 24) if source.error is None and source.media_type == "text/plain"
    ]


def measure_rates(source: Path, folder: Path) -> Figures:
    """Text reports a second by the clock, bare and through ingest, with one and with two parsing processes."""
    texts = _text_sources(source)
    figures: Figures = {"rates_reports": len(texts)}
    for processes in (1, 2):
        with ParserPool(processes, timeout=60) as pool, ThreadPoolExecutor(processes) as threads:

            def parse(one: SourceRecord, pool: ParserPool = pool) -> bool:
                try:
                    pool.parse(one.data, name=one.name, media_type=one.media_type, engine="rules")
                except SourceError:
                    return False
                return True

            list(threads.map(parse, texts[: 4 * processes]))  # the processes start
            began = time.perf_counter()
            list(threads.map(parse, texts))
            figures[f"parse_{processes}_per_s"] = round(len(texts) / (time.perf_counter() - began), 1)
            store = open_store(f"sqlite:///{folder / f'rates_{processes}.db'}")
            sheet = ResultSheet(folder / f"rates_{processes}.csv")
            began = time.perf_counter()
            ingest_sources(store, iter(texts), pool.parse, sheet, engine="rules", at_once=processes)
            figures[f"ingest_{processes}_per_s"] = round(len(texts) / (time.perf_counter() - began), 1)
            sheet.close()
            store.close()
    return figures


def _recoveries(source: Path, count: int) -> list[Recovery]:
    found: list[Recovery] = []
    with ParserPool(1, timeout=60) as pool:
        for one in _text_sources(source):
            if len(found) == count:
                break
            try:
                found += pool.parse(one.data, name=one.name, media_type=one.media_type, engine="rules")
            except SourceError:
                continue
    return found


def _parsed(recoveries: list[Recovery], numbers: range) -> Iterator[Parsed]:
    """As many reports as wanted, each of an agency of its own, from some that were really read."""
    for n in numbers:
        recovery = recoveries[n % len(recoveries)]
        data = (f"{n}\n" + "政府信息公开工作年度报告" * 200).encode()
        report = replace(recovery.report, agency=f"{n}号局")
        named = replace(recovery.source, sha256=content_hash(data), name=f"{n}.txt", bytes=len(data))
        yield Parsed(data, replace(recovery, report=report, source=named), "rules")


def _columns(connection: Connection, table: str, **instead: str) -> tuple[str, str]:
    """The columns of a table, and what a copy of a row says in each."""
    names = [row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')]
    return ", ".join(f'"{name}"' for name in names), ", ".join(instead.get(name, f'"{name}"') for name in names)


def _multiply(store: Store, size: int) -> None:
    """Fill an SQLite store to `size` reports by copying those that were really stored, inside the database.

    Agencies, hashes and ids are new, so that indexes grow as they would; the documents and cells are repetitions.
    """
    with store.reading() as connection:
        base, kept = connection.exec_driver_sql("SELECT max(id), (SELECT count(*) FROM reports) FROM runs").one()
        originals = connection.exec_driver_sql("SELECT count(*) FROM reports WHERE id > '01'").scalar_one()
    while kept < size:
        some = min(originals, size - kept)
        with store.writing() as connection:
            offset = connection.exec_driver_sql("SELECT max(id) FROM runs").scalar_one()
            new_id = f"printf('%026d', run_id + {offset})"
            one = f"(SELECT * FROM reports WHERE id > '01' AND run_id <= {base} ORDER BY id LIMIT {some})"
            into, values = _columns(
                connection,
                "reports",
                id=new_id,
                sha256="lower(hex(randomblob(32)))",
                run_id=f"run_id + {offset}",
                agency_key=f"agency_key || '-{offset}'",
            )
            connection.exec_driver_sql("CREATE TEMP TABLE copies AS " + f"SELECT run_id AS was FROM {one}")
            connection.exec_driver_sql(
                "CREATE TEMP TABLE bodies AS SELECT body, size, reports.run_id AS was FROM documents "
                "JOIN reports USING (sha256) JOIN copies ON was = run_id"
            )
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            connection.exec_driver_sql(f"INSERT INTO reports ({into}) SELECT {values} FROM {one}")
            connection.exec_driver_sql(
                "INSERT INTO documents (sha256, size, created_at, body) SELECT reports.sha256, bodies.size, 0, body "
                f"FROM bodies JOIN reports ON reports.run_id = was + {offset}"
            )
            own = {"id": f"id + {offset}", "report_id": f"printf('%026d', id + {offset})"}
            for table, instead in [("runs", own)] + [
                (name, {"run_id": f"run_id + {offset}"}) for name in ("run_tables", "cells", "findings")
            ]:
                into, values = _columns(connection, table, **instead)
                key = "id" if table == "runs" else "run_id"
                connection.exec_driver_sql(
                    f"INSERT INTO {table} ({into}) SELECT {values} FROM {table} "
                    f"JOIN copies ON was = {key} ORDER BY 1, 2"
                )
            connection.exec_driver_sql("DROP TABLE copies")
            connection.exec_driver_sql("DROP TABLE bodies")
        kept += some


def measure_growth(store: Store, recoveries: list[Recovery], sizes: tuple[int, ...]) -> Figures:
    """Milliseconds to keep one more report (by the clock, and of CPU), and to read, in stores of these sizes.

    The last 800 reports of each size go the way of every report; those before them are copies of the first thousand.
    """
    figures: Figures = {}
    made = 0
    for size in sizes:
        if made:
            _multiply(store, size - _MEASURED)
        began, cpu = time.perf_counter(), time.process_time()
        numbers = range(made, made + (_MEASURED if made else size))
        for start in range(numbers.start, numbers.stop, _AT_ONCE):
            with store.writing() as connection:
                for parsed in _parsed(recoveries, numbers[start - numbers.start : start - numbers.start + _AT_ONCE]):
                    save_parsed(store, connection, parsed)
        figures[f"save_cpu_ms_at_{size}"] = round(1000 * (time.process_time() - cpu) / len(numbers), 3)
        figures[f"save_ms_at_{size}"] = round(1000 * (time.perf_counter() - began) / len(numbers), 3)
        made = numbers.stop
        began = time.perf_counter()
        for _ in range(20):
            with store.reading() as connection:
                ids = (
                    connection.execute(select_reports(ReportFilter(), Report.id, after=None, limit=100)).scalars().all()
                )
                read_results(connection, ids[-1:])
        figures[f"page_and_report_ms_at_{size}"] = round(1000 * (time.perf_counter() - began) / 20, 2)
    return figures


def measure_export(url: str, folder: Path, formats: tuple[tuple[str, str], ...]) -> Figures:
    """Seconds and peak memory of whole exports, each in a process of its own."""
    figures: Figures = {}
    for shape, format in formats:
        out = folder / f"out.{format}"
        command = [sys.executable, "-c", _PEAK, "export", str(out), "--shape", shape]
        began = time.perf_counter()
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"GOUJI_DATABASE_URL": url}, check=True, capture_output=True, text=True
        )
        name = f"export_{shape}_{format}"
        figures[f"{name}_s"] = round(time.perf_counter() - began, 1)
        figures[f"{name}_peak_mib"] = round(int(done.stderr.strip().rpartition("\n")[2]) / 1024)
        figures[f"{name}_mib"] = round(out.stat().st_size / 1024 / 1024, 1)
        out.unlink()
    return figures


def measure() -> Mapping[str, float | int | str | None]:
    """The small part: rates over 120 reports, growth to 1,000, one export."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = make_reports(120, folder)
        figures = measure_rates(source, folder)
        url = f"sqlite:///{folder / 'growth.db'}"
        store = open_store(url)
        figures |= measure_growth(store, _recoveries(source, 50), (500, 1000))
        store.close()
        figures |= measure_export(url, folder, (("wide", "csv"), ("long", "parquet")))
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Run the parts that were asked for; each writes its figures as soon as it has them."""
    parser = argparse.ArgumentParser(prog="eval.bench.store", description=__doc__)
    parser.add_argument("--full", action="store_true", help="5,000 and 100,000 reports: about half an hour")
    parser.add_argument("--part", action="append", choices=PARTS, help="only these")
    parser.add_argument("--reports", type=int, default=5000, help="of the parts kills and cluster")
    parser.add_argument("--largest", type=int, default=100_000, help="size of the largest store")
    parser.add_argument("--work", type=Path, help="a folder for the stores (default: a temporary one)")
    asked = parser.parse_args(arguments)
    if not asked.full and not asked.part:
        print(json.dumps(measure(), indent=1))
        return 0
    with tempfile.TemporaryDirectory(dir=asked.work) as name:
        for part in asked.part or PARTS:
            _write({part: _run_part(part, Path(name), asked)})
    return 0


def _run_part(part: str, folder: Path, asked: argparse.Namespace) -> Figures:
    from eval.bench import store_kills

    if part == "rates":
        return measure_rates(make_reports(600, folder), folder)
    if part in ("growth", "export"):
        sizes = (*(size for size in (1000, 10_000, 30_000) if size < asked.largest), asked.largest)
        url = f"sqlite:///{folder / 'growth.db'}"
        store = open_store(url)
        recoveries = _recoveries(make_reports(300, folder), 200)
        figures = measure_growth(store, recoveries, sizes if part == "growth" else (sizes[0], sizes[-1]))
        store.close()
        figures["database_bytes_a_report"] = round((folder / "growth.db").stat().st_size / sizes[-1])
        if part == "growth":
            return figures
        return {"reports": sizes[-1]} | measure_export(
            url, folder, (("wide", "csv"), ("long", "parquet"), ("wide", "xlsx"))
        )
    source = make_reports(asked.reports, folder)
    return (store_kills.measure_kills if part == "kills" else store_kills.measure_cluster)(source, folder)


def _write(figures: Figures) -> None:
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    known |= figures | {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    sys.exit(main())
