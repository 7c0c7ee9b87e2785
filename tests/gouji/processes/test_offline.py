import socket
import sys
from collections.abc import Callable

import pytest

from gouji.processes.worker import Limits, Worker

MakeWorker = Callable[..., Worker]


@pytest.fixture
def listening() -> socket.socket:
    trap = socket.create_server(("127.0.0.1", 0))
    trap.settimeout(0.2)
    return trap


def test_a_worker_connects_where_nothing_forbids_it(make_worker: MakeWorker, listening: socket.socket) -> None:
    """The control: without it the next test could pass for another reason."""
    with listening:
        port = str(listening.getsockname()[1]).encode()
        assert make_worker("connect").ask(port, Limits(60)) == b"connected 0"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes the network from a process")
def test_an_offline_worker_and_what_it_starts_open_no_connection(
    make_worker: MakeWorker, listening: socket.socket
) -> None:
    with listening:
        port = str(listening.getsockname()[1]).encode()
        assert make_worker("connect", offline=True).ask(port, Limits(60)) == b"OSError 1"
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes the network from a process")
def test_an_offline_worker_may_have_a_worker_of_its_own(make_worker: MakeWorker) -> None:
    assert len(make_worker("ask_own", offline=True).ask(b"", Limits(60)).split()) == 2
