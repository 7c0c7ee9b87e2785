"""No reader fetches what a file names: a trap listens, and hears nothing."""

import contextlib
import io
import shutil
import socket
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE

from gouji.document import SourceError
from gouji.readers import read

MakePdf = Callable[..., bytes]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORDS = "二、主动公开政府信息情况"


class Trap:
    """A port of this machine that takes every connection, and keeps what was said."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller, contextlib.suppress(OSError):
                caller.settimeout(1)
                self.heard.append(caller.recv(200))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


def read_all(data: bytes, name: str | None = None) -> str:
    """The text of a source; nothing where its reader refuses it."""
    try:
        return read(data, name).text
    except SourceError:
        return ""


def page(address: str) -> str:
    return (
        f'<!DOCTYPE html SYSTEM "{address}/page.dtd"><html><head><base href="{address}/base/">'
        f'<link rel="stylesheet" href="{address}/style.css"><style>@import url({address}/import.css);'
        f"body{{background:url({address}/ground.png)}}</style></head><body><p>{_WORDS}</p>"
        f'<img src="{address}/picture.png"><iframe src="{address}/frame.html"></iframe>'
        f'<object data="{address}/object.html"></object><embed src="{address}/embed.pdf">'
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{address}/inside.svg"/>'
        f'<use href="{address}/use.svg#a"/></svg></body></html>'
    )


def svg(address: str) -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "{address}/entity">]>'
        f'<?xml-stylesheet href="{address}/style.css"?><svg xmlns="http://www.w3.org/2000/svg">'
        f'<image href="{address}/picture.png"/><text>{_WORDS} &a;</text></svg>'
    )


def document(address: str) -> bytes:
    """A DOCX whose picture, chunk, template and headers stand elsewhere."""
    made = docx.Document()
    made.add_paragraph(_WORDS)
    relate = made.part.rels.get_or_add_ext_rel
    picture = relate(RELATIONSHIP_TYPE.IMAGE, f"{address}/picture.png")
    chunk = relate(RELATIONSHIP_TYPE.A_F_CHUNK, f"{address}/chunk.html")
    relate("http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate", f"{address}/a.dotm")
    out = io.BytesIO()
    made.save(out)
    related = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    drawing = (
        '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'{related} r:link="{picture}"/></w:drawing></w:r></w:p><w:altChunk {related} r:id="{chunk}"/></w:body>'
    )
    return rewrite(out.getvalue(), "word/document.xml", lambda xml: xml.replace("</w:body>", drawing))


def rewrite(packed: bytes, name: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w") as copy:
        for part in source.namelist():
            body = source.read(part)
            copy.writestr(part, change(body.decode()) if part == name else body)
    return out.getvalue()


def workbook(address: str) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = _WORDS, f'=WEBSERVICE("{address}/service")'
    sheet["A3"], sheet["A4"] = f"='{address}/[other.xlsx]Sheet1'!A1", f'=IMAGE("{address}/picture.png")'
    sheet["A1"].hyperlink = f"{address}/link"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("source", [page, svg], ids=["html", "svg"])
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "inside a page"])
def test_a_page_fetches_nothing(trap: Trap, source: Callable[[str], str], inside: bool) -> None:
    text = source(trap.address)
    data = f"<html><body><p>{_WORDS}</p>{text}</body></html>" if inside else text
    assert _WORDS in read_all(data.encode())
    assert trap.heard == []


@pytest.mark.parametrize("source", [document, workbook], ids=["docx", "xlsx"])
def test_an_office_file_fetches_nothing(trap: Trap, source: Callable[[str], bytes]) -> None:
    assert _WORDS in read_all(source(trap.address))
    assert trap.heard == []


def test_a_pdf_fetches_nothing(trap: Trap, make_pdf: MakePdf) -> None:
    drawn = make_pdf([b"BT /F 1 Tf (30) Tj ET"])
    file = f"<</FS/URL/F({trap.address}/stream)>>"
    action = f"/OpenAction<</S/URI/URI({trap.address}/open)>>/AA<</WC<</S/GoToR/F{file}/D[0/Fit]>>>>"
    action += f"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(this.submitForm\\('{trap.address}/form'\\))>>]>>>>"
    hostile = drawn.replace(b"/Type/Catalog", b"/Type/Catalog" + action.encode(), 1)
    assert hostile != drawn
    read_all(hostile)
    read_all(drawn.replace(b"/Length", f"/F{file}/Length".encode()))
    assert trap.heard == []


def convert(folder: Path, name: str, text: str) -> bytes:
    """A .doc that LibreOffice itself makes of a file; `name` ends with what it is."""
    (folder / name).write_text(text, encoding="utf-8")
    options = ["--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "doc:MS Word 97"]
    subprocess.run(["soffice", *options, name], cwd=folder, capture_output=True, timeout=120, check=True)
    return (folder / name).with_suffix(".doc").read_bytes()


def linked(picture: str, section: str) -> str:
    names = "".join(
        f' xmlns:{short}="{address}"'
        for short, address in {
            "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
            "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
            "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
            "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
            "xlink": "http://www.w3.org/1999/xlink",
        }.items()
    )
    return (
        f'<?xml version="1.0"?><office:document{names} office:version="1.3" office:mimetype="application/vnd.oasis.'
        f'opendocument.text"><office:body><office:text><text:p>{_WORDS}</text:p><text:p><draw:frame text:anchor-type='
        f'"as-char" svg:width="3cm" svg:height="3cm"><draw:image xlink:href="{picture}"/></draw:frame>'
        f'</text:p><text:section text:name="A"><text:section-source xlink:href="{section}" xlink:type="simple"/>'
        "<text:p>x</text:p></text:section></office:text></office:body></office:document>"
    )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_word_file_fetches_nothing(trap: Trap, tmp_path: Path) -> None:
    made = convert(tmp_path, "report.fodt", linked(f"{trap.address}/picture.png", f"{trap.address}/section.html"))
    assert trap.heard, "LibreOffice fetches the picture where nobody keeps it from doing so"
    trap.heard.clear()
    assert _WORDS in read_all(made)
    assert trap.heard == []
    read_all(_OLE + "WordDocument".encode("utf-16-le") + page(trap.address).encode())
    assert trap.heard == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kin", [False, True], ids=["linked", "html behind the mark of a .doc"])
def test_a_word_file_reads_no_other_file(tmp_path: Path, kin: bool) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>of somebody else</p>")
    if kin:
        address = f'<iframe src="{secret.as_uri()}"></iframe><object data="{secret.as_uri()}"></object>'
        data = _OLE + "WordDocument".encode("utf-16-le") + f"<html><body>{_WORDS}{address}".encode()
    else:
        data = convert(tmp_path, "report.fodt", linked(secret.as_uri(), secret.as_uri()))
        secret.write_text("<p>of somebody else, and newer</p>")
    assert "newer" not in read_all(data)
    assert not kin or "somebody" not in read_all(data)
