"""Binary files over HTTP: what cannot be read is a problem that says why, and the server lives and leaves no zombie."""

import contextlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import docx
import httpx
import pytest
from PIL import Image

StartServer = Callable[..., AbstractContextManager[httpx.Client]]
DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
PDF = (DOCUMENTS / "pdf_bordered_zeros" / "report.pdf").read_bytes()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64


def pdf(pages: int, extra: str = "", content: bytes = b"", filters: str = "") -> bytes:
    kids = "4 0 R " * pages
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F 3 0 R>>>>>>",
        f"<</Length {len(content)}{filters}>>stream\n".encode() + content + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return out + f"trailer<</Size {len(objects) + 1}/Root 1 0 R{extra}>>\nstartxref\n{start}\n%%EOF".encode()


def word(content: bytes) -> bytes:
    """A DOCX whose document is something else."""
    plain, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, content if part == "word/document.xml" else source.read(part))
    return out.getvalue()


def picture(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


ENCRYPT = f"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{'ab' * 32}>/U<{'cd' * 32}>>>/ID[<{'12' * 16}><{'12' * 16}>]"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "l"><!ENTITY b "&a;&a;">]><x>&b;</x>'
HOSTILE = {
    "encrypted": (pdf(1, ENCRYPT), 422, "unreadable", "encrypted"),
    "truncated": (PDF[: len(PDF) // 2], 422, "unreadable", ""),
    "no page": (pdf(0), 422, "unreadable", ""),
    "a thousand pages": (pdf(1000), 413, "too_large", "1000 pages"),
    "a hundred megapixels": (picture(10_000), 413, "too_large", "pixels"),
    "a zip bomb": (word(b" " * 80_000_000), 413, "too_large", ""),
    "entities": (word(LAUGHS), 422, "unreadable", "entities"),
    "a deflate bomb": (pdf(1, "", zlib.compress(b"\0" * 300_000_000), "/Filter/FlateDecode"), 422, "unreadable", ""),
    "a legacy document": (OLE + "WordDocument".encode("utf-16-le"), 415, "unsupported_media", "LibreOffice"),
    "a legacy workbook": (OLE + "Workbook".encode("utf-16-le"), 415, "unsupported_media", "not a Word document"),
}


def states() -> dict[int, tuple[int, str]]:
    """Parent and state of every process."""
    found: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            found[int(path.parent.name)] = int(parent), state
    return found


def zombies_under(pid: int) -> list[int]:
    """The processes under another that ended and that nobody waited for."""
    known, under = states(), {pid}
    while more := {child for child, (parent, _) in known.items() if parent in under} - under:
        under |= more
    return [child for child in under if known.get(child, (0, ""))[1] == "Z"]


def test_files_that_cannot_be_read_are_problems_and_the_server_lives(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no LibreOffice there
    with start_server(parse_workers=1) as client:
        for case, (data, status, code, said) in HOSTILE.items():
            answer = client.post("/parse", files={"file": ("report.pdf", data, "application/pdf")})
            assert answer.headers["content-type"] == "application/problem+json", case
            found = answer.json()
            assert (answer.status_code, found["code"]) == (status, code), (case, found)
            assert said in found["detail"], (case, found)
            assert client.get("/health/live").status_code == 200
        assert client.get("/reports").json()["reports"] == []
        answer = client.post("/parse", files={"file": ("report.doc", PDF, "application/msword")})
        assert answer.status_code == 200, answer.text
        assert answer.json()["source"]["media_type"] == "application/pdf"
        assert zombies_under(os.getpid()) == []
