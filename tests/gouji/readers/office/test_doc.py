"""Legacy Word documents, by the converter that is installed: a program that plays it where none is."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from gouji.document import ReadingTimeout, UnreadableSource, UnsupportedMedia
from gouji.readers import media
from gouji.readers.office import doc
from gouji.readers.office.doc import doc_to_document

OLE = b"\xd0\xcf\x11\xe0"


def sample() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("规章 12")
    document.save(out)
    return out.getvalue()


def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program of that script where LibreOffice would be; $OUT is the folder it is to write into."""
    program = tmp_path / "soffice"
    find = 'while [ "$1" != --outdir ]; do shift; done; OUT=$2; SOURCE=$3'
    program.write_text(f"#!/bin/sh\n{find}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def test_without_a_converter_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnsupportedMedia, match="LibreOffice"):
        doc_to_document(OLE)


def test_what_the_converter_gives_is_read_as_the_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kept.docx").write_bytes(sample())
    given = '[ "$(tail -c 8 "$SOURCE")" = "and more" ]'
    install(tmp_path, monkeypatch, f'{given} && cp {tmp_path}/kept.docx "$OUT/report.docx"')
    document = doc_to_document(OLE + b"and more")
    assert document.text == "规章 12"
    assert document.media_type == media.DOC
    with pytest.raises(UnreadableSource):
        doc_to_document(OLE + b"and less")


def test_a_converter_that_gives_nothing_could_not_read_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(UnreadableSource):
        doc_to_document(OLE)


def test_a_converter_that_does_not_end_is_a_timeout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(doc, "_SECONDS", 0.2)
    with pytest.raises(ReadingTimeout, match=r"0\.2 seconds"):
        doc_to_document(OLE)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_document_of_libreoffice_itself(tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(sample())
    options = ["--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "doc"]
    subprocess.run(["soffice", *options, "report.docx"], cwd=tmp_path, capture_output=True, timeout=120, check=True)
    document = doc_to_document((tmp_path / "report.doc").read_bytes())
    assert (document.text, document.media_type) == ("规章 12", media.DOC)
