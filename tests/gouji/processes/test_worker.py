"""What a worker promises: docs/decisions/0004."""

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from gouji.processes import nursery
from gouji.processes.worker import (
    Closed,
    Died,
    Fault,
    Kind,
    Limits,
    NoAnswer,
    NoneFree,
    Pool,
    TooMuchMemory,
    TooSlow,
    Worker,
)
from tests.gouji.processes.conftest import MODULE, is_alive, wait_until

MakeWorker = Callable[..., Worker]
MINUTE = Limits(60)
ROOT = Path(__file__).resolve().parents[3]


def exists(pid: int) -> bool:
    """A zombie exists too."""
    return Path(f"/proc/{pid}").exists()


def test_it_answers_and_stays(make_worker: MakeWorker) -> None:
    worker = make_worker("pid")
    first = worker.ask(b"", MINUTE)
    assert first == str(worker.pid).encode()
    assert worker.ask(b"", MINUTE) == first


def test_a_large_request_and_a_large_answer_cross(make_worker: MakeWorker) -> None:
    large = os.urandom(20_000_000)
    assert make_worker("echo").ask(large, MINUTE) == large


def test_what_overruns_is_ended_in_its_time_and_replaced(make_worker: MakeWorker) -> None:
    worker = make_worker("sleep")
    assert worker.ask(b"0", MINUTE) == b"slept"
    before, start = worker.pid, time.monotonic()
    assert before is not None
    with pytest.raises(TooSlow, match=r"within 0\.3 seconds"):
        worker.ask(b"60", Limits(0.3))
    assert time.monotonic() - start < 5
    assert not exists(before)
    assert worker.ask(b"0", MINUTE) == b"slept"
    assert worker.pid != before


def test_a_program_that_it_started_ends_with_it(make_worker: MakeWorker, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with pytest.raises(TooSlow):
        make_worker("started").ask(str(path).encode(), Limits(3))
    program = int(path.read_text())
    wait_until(lambda: not is_alive(program))


def test_a_worker_that_it_started_ends_with_it_before_the_answer(make_worker: MakeWorker, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with pytest.raises(TooSlow):
        make_worker("started_worker").ask(str(path).encode(), Limits(3))
    assert not exists(int(path.read_text()))


def test_a_worker_that_is_killed_at_work_takes_its_own_worker_with_it(make_worker: MakeWorker, tmp_path: Path) -> None:
    path, worker = tmp_path / "pid", make_worker("started_worker")
    worker.start(time.monotonic() + 60)
    pid = worker.pid
    assert pid is not None

    def kill() -> None:
        wait_until(lambda: path.exists() and bool(path.read_text()))
        os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(Died) as caught:
        worker.ask(str(path).encode(), MINUTE)
    thread.join()
    assert caught.value.status == -signal.SIGKILL
    wait_until(lambda: not exists(int(path.read_text())))


def test_a_worker_of_a_worker_comes_from_the_same_nursery(make_worker: MakeWorker) -> None:
    inner, outer = make_worker("ask_own").ask(b"", MINUTE).split()
    assert inner != outer
    wait_until(lambda: not exists(int(inner)))


@pytest.mark.parametrize(
    ("handler", "request_", "status"), [("leave", b"3", 3), ("leave", b"0", 0), ("abort", b"", -signal.SIGABRT)]
)
def test_one_that_dies_says_how_and_is_replaced(
    make_worker: MakeWorker, handler: str, request_: bytes, status: int
) -> None:
    worker = make_worker(handler)
    for _ in range(2):
        with pytest.raises(Died) as caught:
            worker.ask(request_, MINUTE)
        assert caught.value.status == status
        assert worker.pid is None


def test_one_that_is_killed_while_idle_is_no_zombie_and_is_replaced_without_a_word(make_worker: MakeWorker) -> None:
    worker = make_worker("pid")
    before = int(worker.ask(b"", MINUTE))
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not exists(before))  # waited for at once, not at the next request
    assert int(worker.ask(b"", MINUTE)) != before


def test_an_error_that_nobody_foresaw_comes_with_its_traceback_and_costs_no_worker(make_worker: MakeWorker) -> None:
    worker = make_worker("fail")
    with pytest.raises(Fault, match="LookupError: nobody foresaw 雨") as caught:
        worker.ask("雨".encode(), MINUTE)
    assert "Traceback" in str(caught.value)
    assert worker.pid is not None


def test_what_cannot_be_imported_says_so(make_worker: MakeWorker) -> None:
    with pytest.raises(Fault, match="AttributeError"):
        make_worker("nothing").ask(b"", MINUTE)


def test_memory_is_limited_by_request_and_its_worker_replaced(make_worker: MakeWorker) -> None:
    worker = make_worker("swell")
    with pytest.raises(TooMuchMemory):
        worker.ask(b"300000000", Limits(60, memory=200_000_000))
    assert worker.pid is None
    assert worker.ask(b"300000000", Limits(60, memory=500_000_000)) == b"300000000"
    assert worker.ask(b"300000000", MINUTE) == b"300000000"


def test_cpu_time_is_limited_by_request(make_worker: MakeWorker) -> None:
    with pytest.raises(TooSlow, match="of CPU"):
        make_worker("burn").ask(b"", Limits(60, cpu_seconds=0.5))
    worker = make_worker("sleep")
    for _ in range(3):  # the limit counts from the request, not from the start of the process
        assert worker.ask(b"0.01", Limits(60, cpu_seconds=1)) == b"slept"


def test_a_worker_is_replaced_after_a_number_of_requests(make_worker: MakeWorker) -> None:
    worker = make_worker("pid", requests=3)
    pids = [worker.ask(b"", MINUTE) for _ in range(7)]
    assert [pids.index(pid) for pid in pids] == [0, 0, 0, 3, 3, 3, 6]
    assert not any(exists(int(pid)) for pid in pids[:6])


def test_a_worker_that_holds_a_share_of_the_memory_is_replaced(make_worker: MakeWorker) -> None:
    worker, limits = make_worker("hold", share=0.5), Limits(60, memory=400_000_000)
    first = worker.ask(b"1000", limits)
    assert worker.ask(b"1000", limits) == first
    assert worker.ask(b"250000000", limits) == first
    assert worker.ask(b"1000", limits) != first


def test_a_worker_is_replaced_after_a_memory_error_of_any_kind(make_worker: MakeWorker) -> None:
    worker = make_worker("exhaust")
    with pytest.raises(TooMuchMemory):
        worker.ask(b"", MINUTE)
    assert worker.pid is None


def test_it_inherits_no_thread_and_no_file_of_the_caller(make_worker: MakeWorker, tmp_path: Path) -> None:
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    mine = (tmp_path / "mine").open("w")
    os.set_inheritable(mine.fileno(), True)
    try:
        assert make_worker("threads").ask(b"", MINUTE) == b"1"
        found = make_worker("open_files").ask(b"", MINUTE).decode().splitlines()
        assert str(tmp_path / "mine") not in found
        assert sum(name.startswith("socket:") for name in found) == 2  # its caller, and its nursery
    finally:
        stop.set()
        mine.close()
        for thread in threads:
            thread.join()


def test_the_main_module_of_the_caller_is_not_run_again(make_worker: MakeWorker) -> None:
    assert make_worker("main_module").ask(b"", MINUTE) == b"None"


def test_a_fork_of_the_caller_has_workers_of_its_own(make_worker: MakeWorker) -> None:
    worker = make_worker("pid")
    pid = worker.ask(b"", MINUTE)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork with threads: that is what this is about
        child = os.fork()
    if child == 0:
        try:
            os.write(writing, worker.ask(b"", MINUTE))
            nursery.close_nurseries()
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    theirs = os.read(reading, 100)
    os.close(reading)
    assert status == 0
    assert theirs
    assert theirs != pid
    assert worker.ask(b"", MINUTE) == pid
    wait_until(lambda: not exists(int(theirs)))


def test_a_replaced_worker_starts_quickly(make_worker: MakeWorker) -> None:
    worker = make_worker("pid")
    worker.ask(b"", MINUTE)
    seconds = []
    for _ in range(5):
        worker.end()
        start = time.perf_counter()
        worker.ask(b"", MINUTE)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.1  # an interpreter that imports the library takes ten times that


def test_a_nursery_that_is_killed_is_replaced(make_worker: MakeWorker) -> None:
    worker = make_worker("pid")
    before = int(worker.ask(b"", MINUTE))
    process = nursery.find_nursery((MODULE,)).pid
    assert process is not None
    os.kill(process, signal.SIGKILL)
    worker.end()
    wait_until(lambda: not is_alive(before))
    assert int(worker.ask(b"", MINUTE)) != before


QUIET = """
import sys, time
sys.path.insert(0, {folder!r})
from gouji.processes.worker import Kind, Limits, Worker
worker = Worker(Kind("{module}:{handler}", preload=("{module}",), quiet={quiet}))
worker.start(time.monotonic() + 60)
print(worker.pid, flush=True)
worker.ask({request!r}, Limits(600))
"""


def program(handler: str, request: bytes = b"", quiet: bool = False) -> list[str]:
    folder = next(path for path in sys.path if (Path(path) / f"{MODULE}.py").exists())
    script = QUIET.format(folder=folder, module=MODULE, handler=handler, quiet=quiet, request=request)
    return [sys.executable, "-W", "error", "-c", script]


@pytest.mark.parametrize("quiet", [True, False])
def test_standard_output_is_the_callers_alone_and_a_quiet_one_says_nothing(
    quiet: bool, make_kind: Callable[..., Kind]
) -> None:
    ended = subprocess.run(program("shout", quiet=quiet), capture_output=True, timeout=60)
    assert ended.returncode == 0
    assert ended.stdout.strip().isdigit()
    assert ended.stderr == (b"" if quiet else b"on standard error\n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_of_a_caller_that_was_killed_while_its_worker_was_busy(
    number: signal.Signals, make_kind: Callable[..., Kind]
) -> None:
    process = subprocess.Popen(program("burn"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    worker = int(process.stdout.readline())
    process.send_signal(number)
    assert process.wait(10) == -number
    wait_until(lambda: not exists(worker))
    assert process.stderr.read() == b""
    process.stdout.close()
    process.stderr.close()


def test_the_end_of_the_interpreter_is_quiet_and_leaves_nobody(make_kind: Callable[..., Kind]) -> None:
    ended = subprocess.run(program("sleep", b"0.01"), capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert not exists(int(ended.stdout))


def test_threads_share_a_pool_and_none_waits_for_ever(make_kind: Callable[..., Kind]) -> None:
    with Pool(2, make_kind("pid")) as pool:
        found: list[bytes] = []
        threads = [threading.Thread(target=lambda: found.append(pool.ask(b"", MINUTE))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(found)) <= 2
    assert not any(exists(int(pid)) for pid in found)
    with pytest.raises(Closed):
        pool.ask(b"", MINUTE)


def test_a_pool_takes_the_worker_that_was_used_last(make_kind: Callable[..., Kind]) -> None:
    with Pool(4, make_kind("pid")) as pool:
        assert len({pool.ask(b"", MINUTE) for _ in range(5)}) == 1


def test_who_finds_no_worker_in_time_hears_it(make_kind: Callable[..., Kind]) -> None:
    with Pool(1, make_kind("sleep")) as pool:
        thread = threading.Thread(target=lambda: pool.ask(b"1", MINUTE))
        thread.start()
        wait_until(lambda: not pool._idle)
        with pytest.raises(NoneFree, match="in time"):
            pool.ask(b"0", Limits(0.05))
        thread.join()
        assert pool.ask(b"0", MINUTE) == b"slept"


def test_a_pool_that_is_closed_ends_what_is_at_work(make_kind: Callable[..., Kind]) -> None:
    pool, caught = Pool(1, make_kind("sleep")), list[NoAnswer]()

    def ask() -> None:
        try:
            pool.ask(b"600", Limits(600))
        except NoAnswer as error:
            caught.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]  # one at work, one that waits
    for thread in threads:
        thread.start()
    wait_until(lambda: pool.workers[0].pid is not None)
    pid = pool.workers[0].pid
    assert pid is not None
    pool.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert sorted(type(error).__name__ for error in caught) == ["Closed", "Died"]
    assert not exists(pid)
