"""`python -m eval.bench`: time and memory of parsing and serving, into eval/results/bench.json.

Modules beside this one plug in: each has `measure() -> dict[str, float | int | str | None]`, and a docstring
whose first line says what its figures are. A module that cannot measure here raises `Skipped` of this module.
Timings are of this machine; what they are compared with has to be measured in the same run.
"""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).parents[1] / "results" / "bench.json"
REPORTS = ROOT / "tests" / "documents"
Figures = Mapping[str, float | int | str | None]
_ROUNDS = 40


class Skipped(Exception):
    """What cannot be measured on this machine; the message says why."""


def text_reports() -> list[bytes]:
    """The genuine text reports of the repository. Raises Skipped when there are none."""
    reports = [path.read_bytes() for path in sorted(REPORTS.glob("genuine_*/report.txt"))]
    if not reports:
        raise Skipped("tests/documents holds no genuine_*/report.txt")
    return reports


def on_one_core() -> None:
    """Keep this process, and those it starts, on the first of its cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def times_to_figures(name: str, seconds: list[float]) -> dict[str, float | int | str | None]:
    """Median and 95th percentile in milliseconds."""
    return {
        f"{name}_median_ms": round(1000 * median(seconds), 2),
        f"{name}_p95_ms": round(1000 * quantiles(seconds, n=20)[-1], 2),
        f"{name}_calls": len(seconds),
    }


def measure_library() -> Figures:
    """Text reports through `recover`, on one core, in this process; engine by engine, in turns."""
    from gouji.recovery import recover

    on_one_core()
    reports = text_reports()
    found: dict[str, float | int | str | None] = {"reports": len(reports)}
    engines = ("rules", "auto")
    passed: dict[str, list[float]] = {engine: [] for engine in engines}
    worked: dict[str, list[float]] = {engine: [] for engine in engines}
    for turn in range(_ROUNDS + 1):
        for report in reports:
            for engine in engines:
                start, start_work = time.perf_counter(), time.process_time()
                recovery = recover(report, engine=engine)
                if turn:  # the first turn fills caches
                    passed[engine].append(time.perf_counter() - start)
                    worked[engine].append(time.process_time() - start_work)
                found[f"{engine}_model"] = recovery.parser.model
    for engine in engines:
        found |= times_to_figures(engine, passed[engine]) | times_to_figures(f"{engine}_cpu", worked[engine])
    return found


def measure_server() -> Figures:
    """A server with one parser, on one core: start, text reports over HTTP, memory of its processes."""
    reports = text_reports()
    with TemporaryDirectory() as folder, Path(folder, "serve.log").open("wb") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "gouji", "serve", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"GOUJI_DATA_DIR": folder, "GOUJI_PARSE_WORKERS": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=on_one_core,
        )
        try:
            port = read_port(process, Path(log.name))
            while call(port, "GET", "/health/ready")[0] != 200:
                time.sleep(0.005)
            ready = time.perf_counter() - start
            seconds = []
            for turn in range(_ROUNDS + 1):
                for report in reports:
                    start = time.perf_counter()
                    status, _ = call(port, "POST", "/parse?save=false", report, {"Content-Type": "text/plain"})
                    if status != 200:
                        raise RuntimeError(f"POST /parse answered {status}")
                    if turn:
                        seconds.append(time.perf_counter() - start)
            memory = {pid: _peak_and_share(pid) for pid in family(process.pid)}
        finally:
            process.terminate()
            process.wait(30)
    return {
        "start_to_ready_s": round(ready, 2),
        **times_to_figures("http", seconds),
        "server_process_peak_mb": round(memory[process.pid][0]),
        "all_processes": len(memory),
        "all_processes_share_mb": round(sum(share for _, share in memory.values())),
    }


def read_port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """The port that a server writes into its log once it listens."""
    for _ in range(6000):
        said = log.read_text(encoding="utf-8")
        if "running on http://" in said:
            return int(said.split("running on http://")[1].split()[0].rpartition(":")[2])
        if process.poll() is not None:
            raise RuntimeError(said)
        time.sleep(0.005)
    raise RuntimeError("the server does not start")


def call(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of one request to the server of a port."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def family(pid: int) -> list[int]:
    """A process and all under it (Linux)."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
    family = [pid]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family


def _peak_and_share(pid: int) -> tuple[float, float]:
    """Peak resident memory, and the share of memory with pages in common divided among their users; megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text() + Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = {line.split(":")[0]: line.split()[1] for line in lines.splitlines() if line.endswith(" kB")}
    return int(found["VmHWM"]) / 1024, int(found["Pss"]) / 1024


def _all() -> dict[str, Callable[[], Figures]]:
    found: dict[str, Callable[[], Figures]] = {"library": measure_library, "server": measure_server}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        module = importlib.import_module(f"eval.bench.{path.stem}")
        if hasattr(module, "measure"):  # others are parts of a measurement
            found[path.stem] = module.measure
    return found


def _measure_apart(name: str) -> Figures:
    """Each measurement in a fresh process, so that none runs in the caches or on the core of another."""
    ended = subprocess.run([sys.executable, "-m", "eval.bench", "--one", name], cwd=ROOT, stdout=subprocess.PIPE)
    if ended.returncode:
        return {"failed": f"exit status {ended.returncode}"}
    figures: Figures = json.loads(ended.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Measure what was asked for (all by default), print it and write it down. Returns 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="what to measure: library, server, and those that plug in")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        try:
            print(json.dumps(_all()[arguments.one]()))
        except Skipped as reason:
            print(json.dumps({"skipped": str(reason)}))
        return 0
    written = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    written["machine"] = {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine()}
    for name in arguments.names or _all():
        written[name] = _measure_apart(name)
        print(f"\n{name}")
        for figure, value in written[name].items():
            print(f"  {figure:<32} {value}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any("failed" in figures for figures in written.values()))
