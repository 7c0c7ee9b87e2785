"""Run a function over many items in processes of its own: ends what takes too long, survives what dies."""

import pickle
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any, Generic, TypeVar

from tqdm import tqdm

from gouji.processes.worker import Died, Kind, Limits, TooSlow, Worker

Item = TypeVar("Item")
Result = TypeVar("Result")

# No time of its own for start and imports; never replaced for what it holds: peak memory is one of the figures.
_WORKERS = Kind(f"{__name__}:answer", requests=2**31)
_START_SECONDS = 120.0
_function: Callable[[Any], Any]  # in a worker: what it was given first


@dataclass(frozen=True, slots=True)
class Finished(Generic[Result]):
    """One item: its result, or why there is none. `seconds`: wall time in the function."""

    result: Result | None
    error: str | None
    seconds: float


def _peak_mib() -> float:
    """Peak resident memory of this process or of its largest ended child, in MiB.

    `ru_maxrss` of a process started by another counts what that one held, so VmHWM comes first where there is one.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def answer(request: bytes) -> bytes:
    """What a worker does: first it is given the function, with all imports, then one item after another."""
    global _function
    told, given = pickle.loads(request)
    if told == "function":
        _function = given
        return b""
    start = time.perf_counter()
    try:
        result, error = _function(given), None
    except Exception as exception:
        result, error = None, f"{type(exception).__name__}: {exception}"
    seconds = time.perf_counter() - start
    return pickle.dumps((Finished(result, error, seconds), _peak_mib()))


def _work(
    worker: Worker,
    function: bytes,
    items: "SimpleQueue[tuple[int, Item]]",
    timeout: float,
    follow: Callable[[int, Finished[Any], float], None],
) -> None:
    """Have one item after another done. Raises NoAnswer when no process can be started, Fault saying why."""
    process = None
    while True:
        worker.start(time.monotonic() + _START_SECONDS)
        if worker.pid != process:  # a first one, or one in its place
            worker.ask(function, Limits(_START_SECONDS))
            process = worker.pid
        try:
            n, item = items.get_nowait()
        except Empty:
            return
        request = pickle.dumps(("item", item))
        start = time.perf_counter()
        try:
            done, peak = pickle.loads(worker.ask(request, Limits(timeout)))
        except TooSlow:
            done, peak = Finished(None, f"no answer in {timeout:g} s", time.perf_counter() - start), 0.0
        except Died:
            done, peak = Finished(None, "the process died", time.perf_counter() - start), 0.0
        follow(n, done, peak)


def run_each(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    processes: int = 2,
    timeout: float = 60.0,
    title: str = "",
) -> tuple[list[Finished[Result]], float]:
    """Results in the order of the items, and the peak memory of the processes in MiB.

    An item that takes longer than `timeout` seconds has its process ended; an item whose process dies has an
    error; neither ends the run. `function` must be one that another process can import: pickle names it, and the
    module that was run (`__main__`) is not imported there.
    """
    finished: dict[int, Finished[Result]] = {}
    peaks = [0.0]
    waiting: SimpleQueue[tuple[int, Item]] = SimpleQueue()
    for numbered in enumerate(items):
        waiting.put(numbered)
    sent = pickle.dumps(("function", function))
    telling = Lock()
    with (
        ExitStack() as ended,
        tqdm(total=len(items), desc=title, disable=None, mininterval=0.5) as progress,
        ThreadPoolExecutor(max(1, processes)) as threads,
    ):
        workers = [ended.enter_context(Worker(_WORKERS)) for _ in range(min(processes, len(items)))]

        def follow(n: int, done: Finished[Result], peak: float) -> None:
            with telling:
                finished[n] = done
                peaks.append(peak)
                progress.update()

        try:
            for life in [threads.submit(_work, worker, sent, waiting, timeout, follow) for worker in workers]:
                life.result()
        finally:
            for worker in workers:  # after an error or Ctrl-C nothing more is begun, and what runs is ended
                worker.kill()
    return [finished[n] for n in range(len(items))], max(peaks)
