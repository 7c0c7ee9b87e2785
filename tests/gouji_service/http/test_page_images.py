"""Pages as pictures, the text that places point into, and a web page that is shut in."""

import io

import httpx
from PIL import Image

from tests.gouji_service.conftest import ROOT


def keep(server: httpx.Client, case: str) -> str:
    (path,) = (ROOT / "tests" / "documents" / case).glob("report.*")
    return str(server.post("/parse?engine=rules", files={"file": (path.name, path.read_bytes())}).json()["id"])


def test_a_page_is_drawn_once_and_kept_by_the_browser(server: httpx.Client) -> None:
    address = f"/reports/{keep(server, 'pdf_bordered_zeros')}/pages/1.webp"
    answer = server.get(address, params={"dpi": 72})
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == "WEBP"
        assert abs(picture.width - 595) <= 1  # a point is a pixel at 72 dpi: boxes fit without a scale
    again = server.get(address, params={"dpi": 72}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert server.get(address, params={"dpi": 100}).headers["etag"] != answer.headers["etag"]


def test_a_page_that_is_not_there_is_not_found(server: httpx.Client) -> None:
    report = keep(server, "pdf_bordered_zeros")
    for page in (0, -1, 99):
        assert server.get(f"/reports/{report}/pages/{page}.webp").json()["code"] == "not_found"
    text = keep(server, "genuine_paragraphs")
    assert server.get(f"/reports/{text}/pages/1.webp").json()["code"] == "not_found"
    assert server.get(f"/reports/{report}/pages/1.webp?dpi=9999").status_code == 422


def test_places_point_into_the_text(server: httpx.Client) -> None:
    report = keep(server, "html_word_paste")
    text = server.get(f"/reports/{report}/text").text
    cells = server.get(f"/reports/{report}").json()["tables"]["applications"]["cells"]
    placed = [cell for cell in cells.values() if cell["where"] and cell["where"]["start"] is not None]
    assert len(placed) > 100
    for cell in placed:
        assert text[cell["where"]["start"] : cell["where"]["end"]] == cell["text"]


def test_only_a_web_page_is_shown_as_it_was_sent(server: httpx.Client) -> None:
    answer = server.get(f"/reports/{keep(server, 'html_word_paste')}/original")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert server.get(f"/reports/{keep(server, 'genuine_paragraphs')}/original").status_code == 404
