"""Pages of other sites, bodies without end, heads that never come, and scans before texts."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

DOCUMENTS = Path(__file__).resolve().parents[2] / "documents"
Served = Callable[..., contextlib.AbstractContextManager[httpx.Client]]


def connect(server: httpx.Client) -> socket.socket:
    assert server.base_url.port is not None
    return socket.create_connection(("127.0.0.1", server.base_url.port), 30)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "x@evil.example"])
def test_another_name_of_this_address_is_refused(server: httpx.Client, host: str) -> None:
    """DNS rebinding: a page of another site whose name leads here."""
    told = server.get("/reports", headers={"Host": host})
    assert (told.status_code, told.json()["code"]) == (403, "foreign")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "gouji:8000", "[::1]:8000", "a.localhost", "10.1.2.3"])
def test_names_of_this_machine_are_answered(server: httpx.Client, host: str) -> None:
    assert server.get("/reports", headers={"Host": host}).status_code == 200


def test_a_page_of_this_server_that_keeps_its_name_to_itself_may_write(server: httpx.Client) -> None:
    for site, status in (("same-origin", 422), ("cross-site", 403), ("same-site", 403)):
        told = server.post("/parse", json={}, headers={"Origin": "null", "Sec-Fetch-Site": site})
        assert told.status_code == status


def test_a_batch_may_be_larger_than_other_bodies(server: httpx.Client) -> None:
    large = b"x" * (9 * 1024 * 1024)
    told = server.post("/batches", files={"file": ("large.txt", large, "text/plain")})
    assert told.status_code == 202, told.text


def test_names_that_the_settings_list_are_answered(start_server: Served) -> None:
    with start_server(hosts="gouji.example.cn, other.example.cn") as server:
        for host, status in (("gouji.example.cn:80", 200), ("OTHER.example.cn", 200), ("example.cn", 403)):
            assert server.get("/reports", headers={"Host": host}).status_code == status
        origin = {"Origin": "https://gouji.example.cn", "Host": "gouji.example.cn"}
        assert server.post("/reparse", json={"all": True}, headers=origin).status_code == 202


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
def test_a_page_elsewhere_stores_nothing(server: httpx.Client, report_text: str, origin: str) -> None:
    before = len(server.get("/reports").json()["reports"])
    told = server.post("/parse", files={"file": ("a.txt", report_text)}, headers={"Origin": origin})
    assert (told.status_code, told.json()["code"]) == (403, "foreign")
    for method in ("DELETE", "PATCH"):
        assert server.request(method, "/reports/0", headers={"Origin": origin}).status_code == 403
    assert len(server.get("/reports").json()["reports"]) == before
    cross = server.post("/reparse", json={"all": True}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


def test_a_page_of_ours_is_let_in(server: httpx.Client, report_text: str) -> None:
    own = {"Origin": f"http://127.0.0.1:{server.base_url.port}", "Sec-Fetch-Site": "same-origin"}
    url = "/parse?save=false&engine=rules"
    assert server.post(url, files={"file": ("a.txt", report_text)}, headers=own).status_code == 200


@pytest.mark.parametrize("path", ["POST /reparse", "PATCH /reports/0/cells"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_long_body_is_refused_before_it_is_held(server: httpx.Client, path: str, declared: bool) -> None:
    method, _, where = path.partition(" ")
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1 << 20
            yield b" " * (1 << 20)

    headers = {"Content-Type": "application/json"} | ({"Content-Length": str(200 << 20)} if declared else {})
    told = server.request(method, where, content=body(), headers=headers)
    assert (told.status_code, told.json()["code"]) == (413, "too_large")


def test_callers_who_send_a_byte_each_keep_nobody_out(start_server: Served, report_text: str) -> None:
    with start_server(parse_workers=1, parse_queue=2) as server, contextlib.ExitStack() as open_ones:
        head = b"POST /parse HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\nx"
        slow = [open_ones.enter_context(connect(server)) for _ in range(6)]  # more than places
        for one in slow:
            one.sendall(head)
        time.sleep(0.3)
        told = server.post("/parse?save=false&engine=rules", content=report_text.encode())
        assert told.status_code == 200
        assert b"504" in slow[0].recv(100)  # and they are waited for no longer


def test_a_head_that_never_comes_is_not_waited_for(server: httpx.Client) -> None:
    with connect(server) as silent, connect(server) as slow, connect(server) as second:
        slow.sendall(b"GET /health/live HTTP/1.1\r\nHost: local")
        second.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        assert second.recv(1000).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        closed = []
        for one in (silent, slow, second):
            one.settimeout(30)
            with contextlib.suppress(ConnectionResetError):
                while one.recv(1000):
                    pass
            closed.append(time.monotonic() - began)
        assert max(closed) < 25
    assert server.get("/health/live").status_code == 200


def test_scans_leave_a_worker_to_texts(start_server: Served, report_text: str) -> None:
    scan = sorted(DOCUMENTS.glob("scan_*/report.pdf"))[0]
    with start_server(parse_workers=2, job_workers=0) as server:
        done: list[str] = []

        def send(n: int) -> None:
            with httpx.Client(base_url=server.base_url, timeout=120, trust_env=False) as client:
                client.post("/parse?save=false", content=scan.read_bytes() + b"\n" * n)
            done.append("scan")

        threads = [threading.Thread(target=send, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert server.post("/parse?save=false&engine=rules", content=report_text.encode()).status_code == 200
        done.append("text")
        for thread in threads:
            thread.join()
    assert "text" in done[:2], "one scan may end first, but no two, of which one would have waited"
