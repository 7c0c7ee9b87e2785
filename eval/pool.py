"""Run a function over many items in processes of its own: ends what takes too long, survives what dies."""

import multiprocessing
import resource
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Generic, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Finished(Generic[Result]):
    """One item: its result, or why there is none. `seconds`: wall time in the function."""

    result: Result | None
    error: str | None
    seconds: float


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    item: int | None = None
    since: float = 0.0


def _peak_mib() -> float:
    """Peak resident memory of this process or of its largest ended child, in MiB.

    `ru_maxrss` of a process started by another counts what that one held, so VmHWM comes first where there is one.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _serve(function: Callable[[Any], Any], pipe: Connection) -> None:
    pipe.send(None)  # ready: starting and importing is no part of anyone's time
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        start = time.perf_counter()
        try:
            result, error = function(item), None
        except Exception as exception:
            result, error = None, f"{type(exception).__name__}: {exception}"
        pipe.send((result, error, time.perf_counter() - start, _peak_mib()))


def _start(function: Callable[[Any], Any]) -> _Worker:
    """A worker that is ready. It is spawned: no thread and nothing of the caller's memory is copied.

    Raises RuntimeError when its process ends before: `function` cannot be sent, or the main module not be imported.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs), daemon=False)
    process.start()
    theirs.close()
    try:
        ours.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError("a process could not be started; its own error stands above") from error
    return _Worker(process, ours)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join(timeout=2)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


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
    error; neither ends the run. `function` must be one that can be sent to another process.
    """
    finished: list[Finished[Result] | None] = [None] * len(items)
    queue = deque(range(len(items)))
    workers: list[_Worker] = []
    peak = 0.0
    try:
        workers += [_start(function) for _ in range(min(processes, len(items)))]
        with tqdm(total=len(items), desc=title, disable=None, mininterval=0.5) as progress:
            while any(slot is None for slot in finished):
                for worker in workers:
                    if worker.item is None and queue:
                        worker.item, worker.since = queue.popleft(), time.perf_counter()
                        worker.pipe.send(items[worker.item])
                ready = wait([w.pipe for w in workers if w.item is not None], timeout=0.2)
                for place, worker in enumerate(workers):
                    if worker.item is None:
                        continue
                    late = time.perf_counter() - worker.since > timeout
                    if worker.pipe not in ready and not late:
                        continue
                    answer = _receive(worker) if worker.pipe in ready else None
                    if answer is None:
                        why = f"no answer in {timeout:g} s" if worker.pipe not in ready else "the process died"
                        seconds = time.perf_counter() - worker.since
                        finished[worker.item] = Finished(None, why, seconds)
                        worker.process.kill()
                        _end(worker)
                        workers[place] = _start(function)
                    else:
                        finished[worker.item] = Finished(*answer[:3])
                        peak = max(peak, answer[3])
                        worker.item = None
                    progress.update()
    finally:
        for worker in workers:
            _end(worker)
    return [slot for slot in finished if slot is not None], peak


def _receive(worker: _Worker) -> tuple[Any, Any, float, float] | None:
    try:
        answer: tuple[Any, Any, float, float] = worker.pipe.recv()
    except (EOFError, ConnectionError):
        return None
    return answer
