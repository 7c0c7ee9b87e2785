"""Legacy Word documents, by way of LibreOffice where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from gouji.document import Document, ReadingTimeout, UnreadableSource, UnsupportedMedia
from gouji.readers.media import DOC
from gouji.readers.office.docx import docx_to_document

_SECONDS = 100.0


def doc_to_document(data: bytes) -> Document:
    """Read a .doc. Raises UnsupportedMedia where LibreOffice is missing, ReadingTimeout, UnreadableSource."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnsupportedMedia("legacy Word documents (.doc) are read only where LibreOffice is installed")
    with tempfile.TemporaryDirectory(prefix="gouji-doc-") as folder:
        source = Path(folder, "report.doc")
        source.write_bytes(data)
        options = [
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            folder,
        ]
        try:
            subprocess.run(
                [program, *options, str(source)], capture_output=True, timeout=_SECONDS, check=False, cwd=folder
            )
        except subprocess.TimeoutExpired as error:
            raise ReadingTimeout(f"LibreOffice did not end within {_SECONDS:g} seconds") from error
        converted = Path(folder, "report.docx")
        if not converted.exists():
            raise UnreadableSource("LibreOffice could not read the document")
        return docx_to_document(converted.read_bytes(), DOC)
