"""POST /parse and the problems, on a real server."""

import concurrent.futures
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gouji.forms import TABLES
from gouji_service.http.openapi import Result

StartServer = Callable[..., AbstractContextManager[httpx.Client]]
KnownCells = dict[str, dict[str, int]]
DOCUMENTS = Path(__file__).resolve().parents[2] / "documents"
TEXT = {"content-type": "text/plain; charset=utf-8"}


def problem_of(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The problem object of an answer that must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(found)
    assert (found["status"], found["code"]) == (status, code)
    return found


def assert_is_the_small_report(found: dict[str, object], known_cells: KnownCells) -> None:
    Result.model_validate(found)
    for table in TABLES:
        cells = found["tables"][table]["cells"]  # type: ignore[index]
        assert {name: cell["value"] for name, cell in cells.items()} == known_cells[table]
        assert {cell["state"] for cell in cells.values()} == {"printed"}


@pytest.mark.parametrize("way", ["multipart", "json", "raw", "octets"])
def test_every_way_to_send_a_report_gives_its_tables(
    server: httpx.Client, report_text: str, known_cells: KnownCells, way: str
) -> None:
    data = report_text.encode()
    answer = {
        "multipart": lambda: server.post("/parse", files={"file": ("报告.txt", data, "text/plain")}),
        "json": lambda: server.post("/parse", json={"text": report_text, "name": "报告.txt"}),
        "raw": lambda: server.post("/parse", params={"name": "报告.txt"}, content=data, headers=TEXT),
        "octets": lambda: server.post("/parse", params={"name": "报告.txt"}, content=data),
    }[way]()
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert_is_the_small_report(found, known_cells)
    assert found["source"]["name"] == "报告.txt"
    assert found["source"]["bytes"] == len(data)
    assert found["report"]["year"] == 2023


@pytest.mark.parametrize("case", sorted(DOCUMENTS.glob("genuine_*")), ids=lambda case: case.name)
def test_genuine_reports_over_http_are_as_in_their_truth(server: httpx.Client, case: Path) -> None:
    truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    with (case / "report.txt").open("rb") as file:
        found = server.post("/parse", files={"file": file}).json()
    Result.model_validate(found)
    assert found["report"]["year"] == truth["year"]
    for table, expected in truth["tables"].items():
        assert found["tables"][table]["form"] == expected["form"]
        values = {name: cell["value"] for name, cell in found["tables"][table]["cells"].items()}
        assert values == expected["cells"]


def test_a_result_that_is_not_to_be_saved_has_no_id(server: httpx.Client, report_text: str) -> None:
    answer = server.post("/parse", params={"save": "false", "engine": "rules"}, content=report_text, headers=TEXT)
    assert answer.json()["id"] is None
    assert {table["engine"] for table in answer.json()["tables"].values()} == {"rules"}


def test_health(server: httpx.Client) -> None:
    assert server.get("/health/live").json() == {"status": "live"}
    ready = server.get("/health/ready").json()
    assert ready["engine"] in ("model", "rules")
    assert ready["reason"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "/nothing", {}, 404, "not_found"),
        ("GET", "/parse", {}, 405, "method_not_allowed"),
        ("POST", "/parse?engine=magic", {"content": "x", "headers": TEXT}, 422, "bad_request"),
        ("POST", "/parse?save=perhaps", {"content": "x", "headers": TEXT}, 422, "bad_request"),
        ("POST", "/parse", {"content": "{", "headers": {"content-type": "application/json"}}, 422, "bad_request"),
        ("POST", "/parse", {"json": {"name": "x"}}, 422, "bad_request"),
        ("POST", "/parse", {"json": {"text": 1}}, 422, "bad_request"),
        ("POST", "/parse", {"json": {"text": "x", "name": 1}}, 422, "bad_request"),
        ("POST", "/parse", {"json": ["text"]}, 422, "bad_request"),
        ("POST", "/parse", {"files": {"document": b"x"}}, 422, "bad_request"),
        ("POST", "/parse", {"files": [("file", b"x"), ("file", b"y")]}, 422, "bad_request"),
        ("POST", "/parse", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 422, "bad_request"),
        ("POST", "/parse", {"content": b"x", "headers": {"content-type": "audio/mpeg"}}, 415, "unsupported_media"),
        ("POST", "/parse", {"data": {"text": "x"}}, 415, "unsupported_media"),
        ("POST", "/parse", {"content": b"", "headers": TEXT}, 422, "unreadable"),
        ("POST", "/parse", {"files": {"file": ("a.txt", b"")}}, 422, "unreadable"),
        ("POST", "/parse", {"content": b"\x00\x01\x02\xff" * 5000}, 422, "unreadable"),
    ],
)
def test_bad_requests_are_problems(
    server: httpx.Client, method: str, path: str, sent: dict[str, object], status: int, code: str
) -> None:
    answer = server.request(method, path, **sent)  # type: ignore[arg-type]
    if code == "unreadable" and answer.status_code == 415:  # what it is was told by its bytes
        code, status = "unsupported_media", 415
    found = problem_of(answer, status, code)
    assert found["detail"]
    if status == 405:
        assert answer.headers["allow"] == "POST"


def test_json_with_half_a_surrogate_pair_is_a_bad_request(server: httpx.Client) -> None:
    answer = server.post("/parse", content=rb'{"text": "\ud800"}', headers={"content-type": "application/json"})
    problem_of(answer, 422, "bad_request")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_50_megabytes_is_refused(server: httpx.Client, kind: str, chunked: bool) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' if "x" in kind[-2:] else b""
        for _ in range(50):
            yield b"a" * 1_000_000

    body: bytes | Iterator[bytes] = chunks() if chunked else b"".join(chunks())
    problem_of(server.post("/parse", content=body, headers={"content-type": kind}), 413, "too_large")


def test_the_answer_comes_before_the_body_is_sent(server: httpx.Client) -> None:
    """A caller who declares too much hears so at once, though it never sends a byte of the body."""
    with socket.create_connection((server.base_url.host, server.base_url.port or 80), timeout=30) as caller:
        caller.sendall(
            b"POST /parse HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 52428800\r\n\r\n"
        )
        said = b""
        while b"too_large" not in said:
            more = caller.recv(4096)
            assert more, said
            said += more
    assert said.startswith(b"HTTP/1.1 413")


def test_the_server_lives_through_hostile_markup(
    server: httpx.Client, report_text: str, known_cells: KnownCells
) -> None:
    bombs = (
        b"<table><tr><td>" * 20_000,
        b"<table><tr>" + b"<td colspan=100000 rowspan=100000>1</td>" * 500,
        b"<html>" + b"<b>" * 200_000,
        b"<table>" + b"<tr><td>1</td></tr>" * 100_000,
    )
    for bomb in bombs:
        answer = server.post("/parse", content=bomb, headers={"content-type": "text/html"})
        if answer.status_code != 200:
            assert answer.json()["code"] in ("unreadable", "too_large", "too_slow")
    assert_is_the_small_report(server.post("/parse", content=report_text, headers=TEXT).json(), known_cells)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=10),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "name"]), inner),
            max_leaves=5,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    kind=st.sampled_from(
        ["text/plain", "text/html", "application/json", "multipart/form-data; boundary=a", "application/pdf", ""]
    ),
)
def test_any_body_gives_a_result_or_a_documented_problem(server: httpx.Client, body: bytes, kind: str) -> None:
    answer = server.post("/parse", params={"save": "false"}, content=body, headers={"content-type": kind})
    if answer.status_code == 200:
        Result.model_validate(answer.json())
    else:
        assert answer.status_code in (413, 415, 422), answer.text
        problem_of(answer, answer.status_code, answer.json()["code"])


def test_a_request_over_its_time_is_a_problem_and_no_more(start_server: StartServer, report_text: str) -> None:
    # The limit has to be far too short for the first request, and far more than the second one and a worker's start
    # need, on an idle machine and on a busy one.
    long = "行政许可 | 1 | 2 |\n" * 60_000  # lines, of the 300,000 that are taken
    with start_server(request_timeout=5, parse_workers=1) as client:
        problem_of(client.post("/parse", content=long, headers=TEXT), 504, "too_slow")
        answer = client.post("/parse", content=report_text, headers=TEXT)
        assert answer.status_code == 200, answer.text


def test_who_comes_to_a_full_house_hears_busy_and_when_to_return(start_server: StartServer, report_text: str) -> None:
    long = report_text.encode() * 500  # its parse takes some seconds
    with start_server(parse_workers=1, parse_queue=0, retry_after=7) as client:
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            first = thread.submit(client.post, "/parse?engine=rules&save=false", content=long, headers=TEXT)
            while "gouji_parses_under_way 1.0" not in client.get("/metrics").text:
                assert not first.done()
            answer = client.post("/parse", content=report_text, headers=TEXT)
            problem_of(answer, 503, "busy")
            assert answer.headers["retry-after"] == "7"
            assert first.result().status_code in (200, 413)
        assert client.post("/parse", content=report_text, headers=TEXT).status_code == 200


def test_openapi_documents_every_answer_of_parse(server: httpx.Client) -> None:
    described = server.get("/openapi.json").json()
    parse = described["paths"]["/parse"]["post"]
    assert {"multipart/form-data", "application/json", "text/plain", "text/html", "application/pdf"} <= set(
        parse["requestBody"]["content"]
    )
    assert set(parse["responses"]) == {"200", "413", "415", "422", "500", "503", "504", "507"}
    for status, response in parse["responses"].items():
        if status != "200":
            examples = response["content"]["application/problem+json"]["examples"]
            assert {str(example["value"]["status"]) for example in examples.values()} == {status}
    assert "example" in json.dumps(parse["requestBody"])
    answers = parse["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
    assert answers == [{"$ref": f"#/components/schemas/{name}"} for name in ("Result", "Results")]
